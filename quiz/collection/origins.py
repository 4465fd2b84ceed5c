"""Which card here is which card in Anki: those that came from there, and those that were exported from here."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete

from quiz.cues import FORWARD, GAP, REVERSE
from quiz.importers.anki.values import OWN_TYPES
from quiz.store import notes as stored
from quiz.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from quiz.importers.anki.values import AnkiCard, AnkiNote
    from quiz.store.rows import Row

    CardKey = tuple[str, int]

_OWN_GUID = "dq-"
_CLOZE = "-c"
_PROGRESS = ("mod", "suspended", "flag")
_FORGET = delete(tables.origin).where(
    tables.origin.c.guid == bindparam("of_guid"), tables.origin.c.ordinal == bindparam("of_ordinal")
)


class Origins:
    """What is known of the notes of a package.

    Attributes:
        cards: Rows of cards here, by GUID and number there.
        rows: What is remembered of those that came from there or have come back, by the same.
        own: Rows of notes that were exported from here, by GUID.
    """

    def __init__(self, notes: Sequence[AnkiNote]) -> None:
        self._notes = notes
        self.cards: dict[CardKey, Row] = {}
        self.rows: dict[CardKey, Row] = {}
        self.own: dict[str, Row] = {}

    def find(self, connection: Connection) -> None:
        """Ask the store."""
        guids = [note.guid for note in self._notes]
        found = stored.rows_with(connection, tables.origin, "guid", guids)
        self.rows = {(row["guid"], row["ordinal"]): row for row in found}
        of_card = {row["card_id"] for row in found}
        cards = {row["id"]: row for row in stored.rows_with(connection, tables.card, "id", of_card)}
        self.cards = {key: cards[row["card_id"]] for key, row in self.rows.items()}
        self._find_own(connection)

    def _find_own(self, connection: Connection) -> None:
        written = {guid for (guid, _), row in self.rows.items() if row["source_hash"]}
        named = [
            note.guid for note in self._notes if note.guid.startswith(_OWN_GUID) and note.guid not in written
        ]
        rows = stored.notes_by_uid(connection, {own_id(guid) for guid in named})
        self.own = {guid: rows[own_id(guid)] for guid in named if own_id(guid) in rows}
        cards = stored.cards_of(connection, [row["id"] for row in rows.values()])
        for guid, row in self.own.items():
            for card in cards.get(row["id"], ()):
                number = _number_there(guid, card)
                if number is not None:
                    self.cards[guid, number] = card
        self._find_own_by_type(connection, written)

    def _find_own_by_type(self, connection: Connection, written: set[str]) -> None:
        """Notes that came from there and were exported from here: they keep their GUIDs, and have our type there."""
        typed = [note for note in self._notes if note.guid in written and note.type.id in OWN_TYPES]
        home = {note.guid: row["note_id"] for note in typed for _, row in self._cards_of(note)}
        rows = {row["id"]: row for row in stored.rows_with(connection, tables.note, "id", set(home.values()))}
        self.own |= {guid: rows[key] for guid, key in home.items() if rows[key]["exported_at"]}

    def _cards_of(self, note: AnkiNote) -> Iterator[tuple[CardKey, Row]]:
        for card in note.cards:
            if row := self.cards.get((note.guid, card.ordinal)):
                yield (note.guid, card.ordinal), row

    def knows(self, note: AnkiNote) -> bool:
        """Whether some card of a note is here."""
        return any(self._cards_of(note))

    def of(self, note: AnkiNote) -> dict[CardKey, Row]:
        """What is remembered of a note's cards."""
        return {key: self.rows[key] for key, _ in self._cards_of(note) if key in self.rows}

    def is_as_it_was(self, note: AnkiNote) -> bool:
        """Whether a note that came from there is as it was when it came last."""
        return all(row["source_hash"] in {source_hash(note), ""} for row in self.of(note).values())

    def write(self, connection: Connection, written: Mapping[CardKey, str], *, with_progress: bool) -> None:
        """Remember which card is which, so that the next import finds them.

        Args:
            connection: In a transaction.
            written: Hashes of the lines that were written for cards.
            with_progress: Suspension and flags were looked at.
        """
        rows = [
            self._row(note, card, written.get((note.guid, card.ordinal)), with_progress=with_progress)
            for note in self._notes
            for card in note.cards
            if (note.guid, card.ordinal) in self.cards
        ]
        fresh = [row for row in rows if row != dict(self.rows.get((row["guid"], row["ordinal"]), {}))]
        old = [key for row in fresh if (key := (row["guid"], row["ordinal"])) in self.rows]
        if old:
            connection.execute(_FORGET, [{"of_guid": guid, "of_ordinal": ordinal} for guid, ordinal in old])
        stored.insert_many(connection, tables.origin, fresh)

    def _row(
        self, note: AnkiNote, card: AnkiCard, written: str | None, *, with_progress: bool
    ) -> dict[str, Any]:
        old = self.rows.get((note.guid, card.ordinal))
        if written is not None:
            hashes = source_hash(note), written
        else:
            hashes = (old["source_hash"], old["written_hash"]) if old else ("", "")
        return {
            "guid": note.guid,
            "ordinal": card.ordinal,
            "card_id": self.cards[note.guid, card.ordinal]["id"],
            "foreign_note": note.id,
            "foreign_card": card.id,
            **(_progress(card) if with_progress or not old else {name: old[name] for name in _PROGRESS}),
            "source_hash": hashes[0],
            "written_hash": hashes[1],
        }


def _progress(card: AnkiCard) -> dict[str, int]:
    return {"mod": card.mod, "suspended": int(card.suspended), "flag": card.flag}


def _number_there(guid: str, card: Row) -> int | None:
    """The number of a card in the note with a GUID; None if that note is not of its kind."""
    if guid.endswith(_CLOZE):
        return int(card["ordinal"]) if card["facet"].startswith(("cloze:", GAP)) else None
    return {FORWARD: 0, REVERSE: 1}.get(card["facet"])


def own_id(guid: str) -> str:
    """The id of the note that was exported with a GUID."""
    return guid.removeprefix(_OWN_GUID).removesuffix(_CLOZE)


def source_hash(note: AnkiNote) -> str:
    """What tells whether a note was changed there: in a field that some template names, in its tags or templates."""
    templates = [(template.question, template.answer) for template in note.type.templates]
    sides = "".join(side for template in templates for side in template)
    fields = [(name, text) for name, text in zip(note.type.fields, note.fields, strict=True) if name in sides]
    held = [fields, sorted(note.tags), templates]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()

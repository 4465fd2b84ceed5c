"""The cards of notes: what becomes of those that there are, and which a note asks for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quiz import matching
from quiz.cards import Schedule
from quiz.collection.reports import Change, Fate
from quiz.cues import facets
from quiz.store import notes, tables
from quiz.store.rows import place_in_queue, schedule_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from quiz.cards import Note, NoteId
    from quiz.collection.reports import SyncReport
    from quiz.store.rows import Row


class Asking:
    """What is to be written for the cards of some notes."""

    def __init__(self) -> None:
        self._updates: list[dict[str, Any]] = []
        self._new: list[tuple[dict[str, Any], Note]] = []
        self._changes: list[Change] = []

    def add(
        self,
        row: Row,
        cards: Sequence[Row],
        note: Note,
        common: Mapping[str, int],
        renamed: Mapping[str, str],
        *,
        changed: bool = False,
    ) -> list[Row]:
        """Take up a note that there is.

        Args:
            row: Its row.
            cards: All its cards, in the order of their ordinals.
            note: As it is now.
            common: ``draft``, ``deck_id`` and ``position`` of its cards.
            renamed: Facets that its cards have, and what they are called now.
            changed: Its text was largely rewritten.

        Returns:
            Those of its cards that lived and live on.
        """
        wanted = dict.fromkeys(facets(note))
        living = []
        for card in cards:
            facet = renamed.get(card["facet"], card["facet"])
            retired = int(facet not in wanted)
            wanted.pop(facet, None)
            flag = int(card["changed"] or (changed and card["reps"] > 0))
            change = {**common, "facet": facet, "retired": retired, "changed": flag}
            if update := notes.changed_card(card, change):
                self._updates.append(update)
            if retired != card["retired"]:
                fate = Fate.RETIRED if retired else Fate.RESTORED
                self._changes.append(Change(fate, card["uid"], row["uid"], facet, note, None, card["reps"]))
            elif not retired:
                living.append(card)
        ordinal = 1 + max((card["ordinal"] for card in cards), default=-1)
        self._add_new(row["id"], row["uid"], note, wanted, common, ordinal)
        return living

    def add_new(self, key: int, uid: NoteId, note: Note, common: Mapping[str, int]) -> None:
        """Take up a note that is new, with the key and the id that it is given."""
        self._add_new(key, uid, note, facets(note), common, 0)

    def _add_new(
        self, key: int, uid: NoteId, note: Note, asked: Iterable[str], common: Mapping[str, int], first: int
    ) -> None:
        for ordinal, facet in enumerate(asked, first):
            card = {
                "uid": matching.card_id(uid, facet),
                "note_uid": uid,
                "note_id": key,
                "facet": facet,
                "ordinal": ordinal,
                "retired": 0,
                "suspended": 0,
                **common,
                **schedule_columns(Schedule()),
            }
            self._new.append((card | place_in_queue(card), note))

    def write(self, connection: Connection, report: SyncReport, now_ms: int) -> None:
        """Write it, and tell what was added, retired and restored."""
        notes.update_many(connection, tables.card, self._updates)
        new = [card for card, _ in self._new]
        taken = notes.TakenIds(connection, tables.card, [card["uid"] for card in new])
        key = notes.next_key(connection, tables.card)
        created = notes.next_created_ms(connection, tables.card, now_ms)
        for number, (card, note) in enumerate(self._new):
            # a facet that was renamed keeps its id, so the one derived from its new name may be in use
            note_uid = card.pop("note_uid")
            card["uid"] = matching.card_id(note_uid, card["facet"], taken)
            taken.add(card["uid"])
            card["id"], card["created_ms"] = key + number, created + number
            self._changes.append(Change(Fate.ADDED, card["uid"], note_uid, card["facet"], note))
        notes.insert_many(connection, tables.card, new)
        report.tell(self._changes)

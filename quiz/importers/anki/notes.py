"""Notes of a package, with their cards and reviews."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quiz.importers.anki import cleaning, database
from quiz.importers.anki.cards import card, rows_by_note
from quiz.importers.anki.errors import Refusal, Unusable
from quiz.importers.anki.reviews import rated, reviews_by_card
from quiz.importers.anki.skipping import CARD, NOTE
from quiz.importers.anki.values import AnkiNote

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from quiz.importers.anki.cards import CardRow
    from quiz.importers.anki.definitions import Definitions
    from quiz.importers.anki.skipping import Skipped
    from quiz.importers.anki.timing import Timing
    from quiz.importers.anki.values import AnkiCard, LoggedReview, NoteType

TEXT_LIMIT = 256 << 20
_FIELD_LIMIT = 1 << 20
_FIELD_END = "\x1f"
_SECOND_SCHEDULER = 2
_COLUMNS = "guid, mid, mod, tags, flds"


def notes(
    connection: sqlite3.Connection,
    definitions: Definitions,
    timing: Timing,
    skipped: Skipped,
    *,
    latest_ms: int = cleaning.LATEST_MS,
) -> tuple[AnkiNote, ...]:
    """All notes that can be used, in the order of their ids; what cannot is added to ``skipped``.

    Raises:
        Refusal: There is more than can be held in memory.
    """
    first_scheduler = definitions.settings.get("schedVer") != _SECOND_SCHEDULER
    reviews = reviews_by_card(
        connection, timing, skipped, first_scheduler=first_scheduler, latest_ms=latest_ms
    )
    assembly = _Assembly(definitions, timing, skipped, first_scheduler, rows_by_note(connection), reviews)
    found = tuple(assembly.notes(database.rows_that_fit(connection, "notes", _COLUMNS)))
    assembly.skip_cards_without_note()
    return found


@dataclass(slots=True)
class _Assembly:
    """Puts notes, cards and reviews together; rows that were used are let go of."""

    definitions: Definitions
    timing: Timing
    skipped: Skipped
    first_scheduler: bool
    cards: dict[int, list[CardRow]]
    reviews: dict[int, list[LoggedReview]]
    guids: set[str] = field(default_factory=set)
    last: object = None

    def notes(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[AnkiNote]:
        size = 0
        for number, *row in rows:
            cards = self.cards.pop(number, [])
            try:
                note = self._note(number, row, cards)
            except Unusable as reason:
                self.skipped.notes += 1
                self._skip_cards(cards)
                self.skipped.add(NOTE, f"note {number}{_beginning(row)}: {reason}; skipped")
                continue
            size += sum(map(sys.getsizeof, note.fields))
            if size > TEXT_LIMIT:
                raise Refusal(f"its notes are more than {TEXT_LIMIT >> 20} MB of text", "Export fewer decks.")
            self.guids.add(note.guid)
            yield note

    def skip_cards_without_note(self) -> None:
        """Those that no note has taken."""
        for cards in self.cards.values():
            self._skip_cards(cards)
            for row in cards:
                self.skipped.add(CARD, f"card {row.id}: its note is missing; skipped")

    def _note(self, number: int, row: list[Any], cards: list[CardRow]) -> AnkiNote:
        if not row:
            raise Unusable(f"it is larger than {database.VALUE_LIMIT >> 20} MB")
        guid, type_id, mod, tags, fields = row
        if cleaning.whole(number, 1, cleaning.LATEST_MS) is None:
            raise Unusable("its id is no time")
        if number == self.last:
            raise Unusable("another note has its id")
        self.last = number
        note_type = self.definitions.note_types.get(type_id)
        if note_type is None:
            raise Unusable("its note type is missing")
        return AnkiNote(
            id=number,
            guid=self._guid(guid),
            type=note_type,
            mod=cleaning.clamped(mod, 0, cleaning.LATEST_SECONDS),
            tags=_tags(tags),
            fields=_fields(fields, note_type),
            cards=tuple(self._cards(cards, note_type)),
        )

    def _guid(self, given: object) -> str:
        guid = cleaning.name(given)
        if not guid:
            raise Unusable("it has no GUID")
        if guid in self.guids:
            raise Unusable(f"another note has its GUID ({cleaning.shown(guid)})")
        return guid

    def _cards(self, rows: list[CardRow], note_type: NoteType) -> Iterator[AnkiCard]:
        last = -1
        for row in sorted(rows, key=lambda row: cleaning.clamped(row.ordinal)):
            reviews = self.reviews.pop(row.id, [])
            try:
                made = card(
                    row,
                    note_type,
                    self.definitions.decks,
                    self.timing,
                    tuple(reviews),
                    first_scheduler=self.first_scheduler,
                )
                if made.ordinal == last:
                    raise Unusable("another card of its note asks the same")  # noqa: TRY301
            except Unusable as reason:
                self.skipped.cards += 1
                self.skipped.reviews += rated(reviews)
                self.skipped.add(CARD, f"card {row.id}: {reason}; skipped")
                continue
            last = made.ordinal
            yield made

    def _skip_cards(self, rows: list[CardRow]) -> None:
        self.skipped.cards += len(rows)
        self.skipped.reviews += sum(rated(self.reviews.pop(row.id, [])) for row in rows)


def _fields(given: object, note_type: NoteType) -> tuple[str, ...]:
    if not isinstance(given, str):
        raise Unusable("its fields are no text")
    count = given.count(_FIELD_END) + 1
    if count != len(note_type.fields):
        raise Unusable(
            f"it has {count} of the {len(note_type.fields)} fields of {cleaning.shown(note_type.name)}"
        )
    fields = given.split(_FIELD_END)
    if max(map(len, fields)) > _FIELD_LIMIT:
        raise Unusable(f"a field is longer than {_FIELD_LIMIT >> 20} MB")
    return tuple(map(cleaning.text, fields))


def _tags(given: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cleaning.name(given).split()))


def _beginning(row: list[Any]) -> str:
    fields = row[-1] if row else None
    return f" ({cleaning.shown(fields[:200])})" if isinstance(fields, str) else ""

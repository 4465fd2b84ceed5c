"""What the checks read, each part once: the log from beginning to end, notes, cards, files and decks."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from quiz.cards import Schedule
from quiz.chains import steps_before
from quiz.collection import new_order
from quiz.collection.checkup.damage import is_day
from quiz.collection.learning_path import positions
from quiz.collection.wishes import Wishes
from quiz.errors import StoreRefusedError
from quiz.store import tables
from quiz.store.rows import SCHEDULE_COLUMNS, note_from, schedule_columns
from quiz.store.seal import SEALED_COLUMNS, Sealed, checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from quiz.cards import Note
    from quiz.collection import Collection
    from quiz.store.inspecting import Inspect

    Columns = dict[str, Any]
    Progress = Callable[[int], None]

NEW = tuple(schedule_columns(Schedule()).values())
_LOG = f"SELECT {', '.join(SEALED_COLUMNS)}, seal, undone_at FROM review ORDER BY id"  # noqa: S608
_SEAL = len(SEALED_COLUMNS)
_CARD, _RATING, _DAY, _MODE, _COUNTS, _SOURCE = map(
    SEALED_COLUMNS.index, ("card_id", "rating", "study_day", "mode", "counts", "source")
)
_BEFORE, _AFTER = SEALED_COLUMNS.index("before_state"), SEALED_COLUMNS.index("after_state")
_REPORTED_EVERY = 10_000


@dataclass(slots=True)
class Broken:
    """A row of the log that does not fit its checksum.

    Attributes:
        before: The schedule that the card's review before it left.
        after: The schedule that the card's next review found; None if there is none.
    """

    row: Sealed
    before: tuple[Any, ...]
    after: tuple[Any, ...] | None = None


@dataclass(slots=True)
class Log:
    """What one reading of the log came to.

    Attributes:
        broken: The rows that do not fit their checksum.
        unlinked: Cards with the first review that does not begin with what the one before it left.
        last: The schedule that each card's last review left, in the order of ``SCHEDULE_COLUMNS``.
        ratings: Of each card since it was last new, in turn: study day, rating, study day, …
        brought: Cards whose memory was brought along from another program.
        unsure: Cards whose last review is among the broken ones.
        future: Ids of reviews that are dated after today.
        undone: When a review was undone, by its id.
    """

    reviews: int = 0
    broken: list[Broken] = field(default_factory=list)
    unlinked: dict[int, int] = field(default_factory=dict)
    last: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    ratings: dict[int, list[int]] = field(default_factory=dict)
    brought: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    future: list[int] = field(default_factory=list)
    undone: dict[int, Any] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)

    def read(self, rows: Iterable[tuple[Any, ...]], today: int, progress: Progress) -> None:
        """Take up all rows, oldest first."""
        waiting: dict[int, Broken] = {}
        for row in rows:
            self.reviews += 1
            if not self.reviews % _REPORTED_EVERY:
                progress(self.reviews)
            card, undone = row[_CARD], row[-1]
            fits = checksum(list(row[:_SEAL])) == row[_SEAL]
            if undone is not None:
                self.undone[row[0]] = undone
            elif row[_COUNTS]:
                before = row[_BEFORE:_AFTER]
                if waiting and card in waiting:
                    waiting.pop(card).after = before
                if fits and card not in self.unsure and before != self.last.get(card, NEW):
                    self.unlinked.setdefault(card, row[0])
            if fits:
                self._take(row, card, undone, today)
            else:
                broken = Broken(Sealed(tuple(row[:_SEAL]), row[_SEAL]), self.last.get(card, NEW))
                self.broken.append(broken)
                waiting[card] = broken
                self.unsure.add(card)
            if undone is None and row[_COUNTS]:
                self.last[card] = row[_AFTER:_SEAL]

    def _take(self, row: tuple[Any, ...], card: int, undone: object, today: int) -> None:
        if row[_MODE] not in self.words:
            self.words[row[_MODE]] += 1
        if row[_SOURCE] == "import":
            self.brought.add(card)
        if undone is not None:
            return
        if row[_DAY] > today:
            self.future.append(row[0])
        if row[_COUNTS]:
            self.unsure.discard(card)
            if row[_RATING]:
                self.ratings.setdefault(card, []).extend((row[_DAY], row[_RATING]))
            else:
                self.ratings.pop(card, None)


class Seen:
    """A collection as it stands at one moment.

    Attributes:
        today: The study day, as an ordinal.
    """

    def __init__(self, collection: Collection, now: datetime, rows: Inspect, progress: Progress) -> None:
        self.collection = collection
        self.now = now
        self.rows = rows
        self.today = collection.days.day(now).toordinal()
        self._progress = progress

    @cached_property
    def log(self) -> Log:
        """The review log."""
        log = Log()
        log.read(self.rows(_LOG), self.today, self._progress)
        return log

    @cached_property
    def cards(self) -> dict[int, Columns]:
        """The rows of cards by their keys."""
        return self._table("card")

    @cached_property
    def notes(self) -> dict[int, Columns]:
        """The rows of notes by their keys."""
        return self._table("note")

    @cached_property
    def files(self) -> dict[int, Columns]:
        """The rows of files by their keys."""
        return self._table("file")

    @cached_property
    def sources(self) -> dict[int, Columns]:
        """The rows of sources by their keys."""
        return self._table("source")

    @cached_property
    def decks(self) -> dict[int, str]:
        """The names of decks by their keys."""
        return {key: row["name"] for key, row in self._table("deck").items()}

    @cached_property
    def wishes(self) -> Wishes:
        """What the cards there follow, whatever the settings say by now."""
        return Wishes.applied(self.rows)

    @cached_property
    def cards_of(self) -> dict[int, list[Columns]]:
        """The cards of each note, in the order of their keys."""
        found: dict[int, list[Columns]] = {}
        for card in self.cards.values():
            found.setdefault(card["note_id"], []).append(card)
        return found

    @cached_property
    def notes_of_files(self) -> list[dict[int, Note]]:
        """The living notes of each file by their keys; not of one with a damaged note or that is to be read again."""
        of_files: dict[Any, list[Columns]] = {}
        for row in self.notes.values():
            if row["file_id"] is not None and row["retired_at"] is None and not self.is_read_again(row):
                of_files.setdefault(row["file_id"], []).append(row)
        found: list[dict[int, Note]] = []
        for rows in of_files.values():
            with suppress(StoreRefusedError):
                found.append({row["id"]: note_from(row) for row in rows})
        return found

    @cached_property
    def places(self) -> dict[int, int]:
        """Where notes stand in the order of new cards within their files."""
        order = new_order.applied(self.collection.store.read)
        found: dict[int, int] = {}
        for notes in self.notes_of_files:
            found.update(zip(notes, positions(list(notes.values()), order), strict=True))
        return found

    @cached_property
    def steps(self) -> dict[int, int | None]:
        """Of the same notes, which other one each follows as a step of a chain."""
        found: dict[int, int | None] = {}
        for notes in self.notes_of_files:
            keys = {note: key for key, note in notes.items()}
            before = steps_before(keys)
            found |= {key: keys[before[note]] if note in before else None for key, note in notes.items()}
        return found

    @cached_property
    def latest_day(self) -> int:
        """The latest study day on which anything was done: the clock may have been set back since."""
        days = [int(day) for (day,) in self.rows("SELECT study_day FROM action") if is_day(day)]
        return max([self.today, *days])

    def schedule(self, card: int) -> tuple[Any, ...] | None:
        """A card's schedule in the order of ``SCHEDULE_COLUMNS``; None if there is no such card."""
        row = self.cards.get(card)
        return tuple(row[name] for name in SCHEDULE_COLUMNS) if row else None

    def is_read_again(self, note: Columns) -> bool:
        """Whether the next sync reads the file of a note whatever it holds, and so puts its text right."""
        file = self.files.get(note["file_id"])
        return file is not None and file["mtime_ns"] == -1 and file["digest"] == ""

    def _table(self, name: str) -> dict[int, Columns]:
        columns = tables.metadata.tables[name].columns.keys()
        rows = self.rows(f"SELECT {', '.join(columns)} FROM {name} ORDER BY id")  # noqa: S608
        return {row[0]: dict(zip(columns, row, strict=True)) for row in rows}

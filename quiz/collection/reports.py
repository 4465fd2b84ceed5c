"""What a sync reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.cards import CardId, Note, NoteId, Problem


SOURCE_MISSING = "E104"
"""The code of the problem that a whole source is not there."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A pair that may be the same card: a person has to say."""

    old: Note
    old_id: NoteId
    new: Note
    new_id: NoteId
    similarity: float


class Fate(StrEnum):
    """What became of a card in a sync."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    RESTORED = "restored"
    RETIRED = "retired"


class Change(NamedTuple):
    """A card that is not as it was.

    Attributes:
        note: As it stands in its file now; of a retired card as it stood there last.
        before: As it was, if the text changed or stands in another file.
        reviews: That count.
    """

    fate: Fate
    card_id: CardId
    note_id: NoteId
    facet: str
    note: Note
    before: Note | None = None
    reviews: int = 0


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """What a sync did, in cards; notes without cards do not count.

    Attributes:
        changes: Each card that did not stay as it was.
        moved: Stand in another file than before.
        changed: Their text changed.
        cards: In the collection now, retired ones not counted; ``drafts`` of them have no answer.
        renamed: Shipped decks that gave way to decks of one's own: old and new names.
    """

    added: int = 0
    changed: int = 0
    moved: int = 0
    retired: int = 0
    restored: int = 0
    unchanged: int = 0
    cards: int = 0
    drafts: int = 0
    files_read: int = 0
    changes: list[Change] = field(default_factory=list)
    ask: list[Ask] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def misses_a_source(self) -> bool:
        """Whether a source as a whole was not there."""
        return any(problem.code == SOURCE_MISSING for problem in self.problems)

    def tell(self, changes: Iterable[Change]) -> None:
        """Take up what became of some cards, and count it."""
        for change in changes:
            self.changes.append(change)
            setattr(self, change.fate, getattr(self, change.fate) + 1)

    def leave_unchanged(self, cards: int) -> None:
        """Of so many cards in the files that were looked at, the rest did not change."""
        self.unchanged = max(0, cards - self.added - self.moved - self.changed - self.restored)


_NEAR = 30
"""Lines between two texts of which one may have been written in the place of the other."""


def rewritten(report: SyncReport) -> list[tuple[Change, Change]]:
    """Retired cards with reviews, each with the card that was added near its place: it may be the same, written anew.

    Pairs that are asked about are not among them, nor are notes that only lost a card, or only gained one.
    Of a file that was renamed, the place is that in its new name.
    """
    asked = {ask.old_id for ask in report.ask}
    of_fate = {fate: {each.note_id for each in report.changes if each.fate is fate} for fate in Fate}
    living = (of_fate[Fate.RETIRED] & of_fate[Fate.ADDED]).union(of_fate[Fate.CHANGED], of_fate[Fate.MOVED])
    now_called = {each.before.file: each.note.file for each in report.changes if each.before}
    added = _of_notes(
        each for each in report.changes if each.fate is Fate.ADDED and each.note_id not in living
    )
    pairs = []
    for old in _of_notes(each for each in report.changes if each.fate is Fate.RETIRED and each.reviews):
        if old.note_id in asked | living:
            continue
        files = {old.note.file, now_called.get(old.note.file)}
        near = [
            new
            for new in added
            if new.note.kind is old.note.kind
            and new.note.file in files
            and abs(new.note.line - old.note.line) <= _NEAR
        ]
        if near:
            heir = min(near, key=lambda new: abs(new.note.line - old.note.line))
            added.remove(heir)
            pairs.append((old, heir))
    return pairs


def _of_notes(changes: Iterable[Change]) -> list[Change]:
    """One for each note, in the order of their places."""
    found = {each.note_id: each for each in reversed(list(changes))}
    return sorted(found.values(), key=lambda each: (each.note.file, each.note.line))


@dataclass(frozen=True, slots=True)
class OutsideEdit:
    """An edit that was made elsewhere to a note of ours.

    Attributes:
        file: The path of the note's file.
        field: As the other program calls it; ``Tags`` are those it was given.
        before: What was exported, as markdown.
        after: What it is there now, as markdown.
        taken: Whether it is carried over into the file.
        reason: Why it cannot be; empty if it can.
    """

    note_id: NoteId
    file: str
    line: int
    field: str
    before: str
    after: str
    taken: bool = False
    reason: str = ""


@dataclass(slots=True)
class Tally:
    """What became of the notes, cards or reviews of a package."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0


@dataclass(slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        edits: Those made elsewhere to notes of ours.
        folder: Where deck files were written; empty if none was.
        files: Those that were written.
    """

    notes: Tally = field(default_factory=Tally)
    cards: Tally = field(default_factory=Tally)
    reviews: Tally = field(default_factory=Tally)
    problems: list[Problem] = field(default_factory=list)
    edits: list[OutsideEdit] = field(default_factory=list)
    folder: str = ""
    files: list[str] = field(default_factory=list)

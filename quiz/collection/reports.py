"""What a sync reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quiz.cards import Note, NoteId, Problem


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


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """What a sync did, in cards; notes without cards do not count.

    Attributes:
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
    ask: list[Ask] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def misses_a_source(self) -> bool:
        """Whether a source as a whole was not there."""
        return any(problem.code == SOURCE_MISSING for problem in self.problems)

    def leave_unchanged(self, cards: int) -> None:
        """Of so many cards in the files that were looked at, the rest did not change."""
        self.unchanged = max(0, cards - self.added - self.moved - self.changed - self.restored)


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

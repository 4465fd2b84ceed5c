"""What every exporter returns: what was written, and what a person should know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from quiz.cards import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """The outcome of one export.

    Attributes:
        path: The file that was written.
        drafts: Notes without an answer; they are counted and not exported.
        retired: Of ``notes``, those that are gone from the deck files.
        left_out: Notes of which nothing could be shown; ``problems`` says which and why.
        reviews: Rows of the review log that were taken along.
        media: Pictures and recordings that were.
        problems: Warnings with a place, in the order of the decks.
        remarks: Sentences to print below the counts.
    """

    path: Path
    decks: int
    notes: int
    cards: int
    drafts: int = 0
    retired: int = 0
    left_out: int = 0
    reviews: int = 0
    media: int = 0
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()

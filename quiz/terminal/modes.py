"""In which mode a card of a quiz is asked, and the options there are to pick from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quiz import choices
from quiz.answers import Shape, expected, points
from quiz.cues import FORWARD, faces_of
from quiz.terminal.hints import listing, with_accepted

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.answers import Point
    from quiz.cards import Card, Note
    from quiz.choices import Question

AUTO, FLIP, TYPED, CLOZE, LIST, MCQ = MODES = ("auto", "flip", "typed", "cloze", "list", "mcq")


@dataclass(slots=True)
class Modes:
    """How the cards of one run are asked.

    Attributes:
        wanted: One of ``MODES``; what a card cannot be asked in, it is not: then it is turned over.
        seed: The same seed gives the same options.
        notes: Gives the notes whose answers may be options.
    """

    wanted: str
    seed: int
    notes: Callable[[], list[Note]]
    _notes: list[Note] | None = field(default=None, init=False)

    def is_typed(self, card: Card) -> bool:
        """Whether the answer is to be typed at once."""
        wanted = expected(card.note, card.facet)
        by_shape = wanted.shape in (Shape.CLOZE, Shape.COMMAND, Shape.TEXT)
        match self.wanted:
            case "auto":
                return by_shape
            case "typed":
                return wanted.comparison is not None
            case "cloze":
                return wanted.shape is Shape.CLOZE and wanted.comparison is not None
        return False

    def can_ask(self, card: Card) -> bool:
        """Whether a card can be asked as it is wanted; of picking only whether its answer is of a kind to pick from."""
        match self.wanted:
            case "typed" | "cloze":
                return self.is_typed(card)
            case "list":
                return bool(self.points(card))
            case "mcq":
                of_shape = expected(card.note, card.facet).shape in (Shape.COMMAND, Shape.TEXT)
                return card.facet == FORWARD and (bool(card.note.choices) or of_shape)
        return True

    def points(self, card: Card) -> tuple[Point, ...]:
        """The points to be recalled; none if the card is not asked like that."""
        is_list = self.wanted in (AUTO, LIST) and expected(card.note, card.facet).shape is Shape.LIST
        return points(card.note.answer) if is_list else ()

    def numbered(self, card: Card, *, in_words: bool = False) -> str:
        """The answer with the numbers by which its points are told; empty if it is not recalled point by point."""
        if not self.points(card):
            return ""
        found = listing(with_accepted(faces_of(card, in_words=in_words).back))
        return found.numbered if found and len(found.items) == len(self.points(card)) else ""

    def question(self, card: Card) -> Question | None:
        """The options to pick from; None if the card is not asked like that, or has no fair ones."""
        if card.facet != FORWARD or not (self.wanted == MCQ or (self.wanted == AUTO and card.note.choices)):
            return None
        if self._notes is None:
            self._notes = self.notes()
        return choices.options(card.note, self._notes, self.seed)

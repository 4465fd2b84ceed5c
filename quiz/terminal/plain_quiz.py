"""A quiz by lines: each card is asked in the mode that the shape of its answer suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quiz.cards import Rating
from quiz.terminal import answering
from quiz.terminal.plain import Dialogue
from quiz.terminal.quizzing import PICK, PICK_SEVERAL, SAY_FIRST, TICK

if TYPE_CHECKING:
    from quiz.answers import Point
    from quiz.cards import Attempt, Card
    from quiz.choices import Question
    from quiz.terminal.modes import Modes


class QuizDialogue(Dialogue):
    """A run in which answers are typed, recalled point by point, or picked; any card can still be turned over."""

    def __init__(self, *run: Any, modes: Modes, **how: Any) -> None:  # noqa: ANN401 - as `Dialogue` has them
        self._modes = modes
        super().__init__(*run, **how)

    def _ask(self, card: Card) -> None:
        self._recalled: Attempt | None = None
        self._picked = False
        super()._ask(card)

    def _front(self, card: Card) -> str:
        # its options follow, each with a letter
        return card.note.prompt if self._modes.question(card) else super()._front(card)

    def _back(self, card: Card) -> str:
        return self._modes.numbered(card) or super()._back(card)

    def _given(self) -> tuple[str, Attempt | None]:
        if self._recalled:
            return "list", self._recalled
        return ("choice", None) if self._picked else super()._given()

    def _before_answer(self, card: Card) -> bool:
        if self._modes.is_typed(card) and self._type(card):
            return True
        question = self._modes.question(card)
        if question and self._choose(question):
            return True
        return super()._before_answer(card)

    def _after_answer(self) -> None:
        card = self._study.card
        if card and self._picked:
            self._rate(Rating.GOOD, counts=False)
            return
        points = self._modes.points(card) if card and not self._tries else ()
        if points:
            self._recall(points)
        super()._after_answer()

    def _recall(self, points: tuple[Point, ...]) -> None:
        while (known := answering.ticked(self._lines.ask(TICK.strip()), len(points))) is None:
            self._lines.say(f"Not understood: numbers from 1 to {len(points)}, or a.")
        self._recalled = answering.recalled(points, known)
        self._lines.say(f"{len(known)} of {len(points)} known.")
        self._say_suggestion(self._recalled.suggested or Rating.GOOD)

    def _choose(self, question: Question) -> bool:
        """Let options be picked; whether the answer is to be shown."""
        if not question.written and self._lines.ask(SAY_FIRST.strip()).lower() == "k":
            return True
        for place, option in enumerate(question.options):
            self._lines.say(f"{answering.letter(place)}) {option.text}")
        prompt = (PICK_SEVERAL if question.several else PICK).strip()
        while given := self._lines.ask(prompt):
            picked = answering.picked(given, len(question.options))
            if picked is not None:
                self._picked = picked == question.right
                right = answering.named(question.right)
                self._lines.say("Right." if self._picked else f"Not right: it is {right}.")
                return True
            self._lines.say(
                f"Not understood: letters from a to {answering.letter(len(question.options) - 1)}."
            )
        return True

"""A quiz by lines: each card is asked in the mode that the shape of its answer suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quiz.cards import Rating
from quiz.cues import asked_of
from quiz.terminal import answering
from quiz.terminal.faces import in_lines
from quiz.terminal.plain import Dialogue, EndOfInput
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
        self._picked: Rating | None = None
        self._missed = False
        super()._ask(card)

    def _front(self, card: Card) -> str:
        # its options follow, each with a letter
        return asked_of(card) if self._modes.question(card) else super()._front(card)

    def _back(self, card: Card) -> str:
        return self._modes.numbered(card, in_words=True) or super()._back(card)

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
            self._rate(self._picked, counts=self._picked is Rating.AGAIN)
            return
        points = self._modes.points(card) if card and not self._tries else ()
        if self._missed:
            self._say_suggestion(Rating.AGAIN)
        elif points:
            self._recall(points)
        super()._after_answer()

    def _recall(self, points: tuple[Point, ...]) -> None:
        while (known := answering.ticked(self._read(TICK), len(points))) is None:
            self._lines.say(f"Not understood: numbers from 1 to {len(points)}, or a.")
        self._recalled = answering.recalled(points, known)
        self._lines.say(f"{len(known)} of {len(points)} known.")
        self._say_suggestion(self._recalled.suggested or Rating.GOOD)

    def _choose(self, question: Question) -> bool:
        """Let options be picked; whether the answer is to be shown."""
        if not question.written and self._read(SAY_FIRST).lower() == "k":
            return True
        for place, option in enumerate(question.options):
            self._lines.say(f"{answering.letter(place)}) {in_lines(option.text)}")
        while given := self._read(PICK_SEVERAL if question.several else PICK):
            picked = answering.picked(given, len(question.options))
            if picked is not None:
                self._judge(question, picked)
                return True
            self._lines.say(
                f"Not understood: letters from a to {answering.letter(len(question.options) - 1)}."
            )
        return True

    def _judge(self, question: Question, picked: frozenset[int]) -> None:
        if picked == question.right:
            self._picked = Rating.GOOD
            self._lines.say("Right.")
            return
        self._lines.say(f"Not yet: it is {answering.named(question.right)}.")
        self._missed = True
        if self._settings.mcq.counts == "wrong-only":
            self._picked = Rating.AGAIN

    def _read(self, prompt: str) -> str:
        """The line that answers a question; it may end the run as well."""
        given = self._lines.ask(prompt)
        if given.lower() in ("q", "quit"):
            raise EndOfInput
        return given

"""A quiz at a terminal: each card is asked in the mode that the shape of its answer suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from quiz.cards import Rating
from quiz.cues import asked_of
from quiz.terminal import answering
from quiz.terminal.drawing import Lines
from quiz.terminal.review import Screen

if TYPE_CHECKING:
    from quiz.answers import Point
    from quiz.cards import Attempt, Card
    from quiz.choices import Question
    from quiz.terminal.modes import Modes

PICK = "Pick one:"
PICK_SEVERAL = "Pick all that are right:"
TICK = "What did you know? Numbers, a for all, Enter for none:"
SAY_FIRST = "Say it first. Enter for options, k if you know it:"
_PROMPT = "> "


class QuizScreen(Screen):
    """A run in which answers are typed, recalled point by point, or picked; any card can still be turned over."""

    def __init__(self, *run: Any, modes: Modes, **how: Any) -> None:  # noqa: ANN401 - as `Screen` has them
        self._modes = modes
        super().__init__(*run, **how)

    def _begin_card(self) -> None:
        super()._begin_card()
        self._recalled: Attempt | None = None
        self._picked = False
        self._missed = False

    def _front(self, card: Card) -> str:
        # its options follow, each with a letter
        return asked_of(card) if self._modes.question(card) else super()._front(card)

    def _back(self, card: Card) -> str:
        return self._modes.numbered(card) or super()._back(card)

    def _given(self) -> tuple[str, Attempt | None]:
        if self._recalled:
            return "list", self._recalled
        return ("choice", None) if self._picked else super()._given()

    @property
    def _suggested(self) -> Rating:
        return Rating.AGAIN if self._missed else super()._suggested

    def _begin_asking(self, card: Card) -> bool:
        if self._modes.is_typed(card):
            return self.type()
        question = self._modes.question(card)
        return self._choose(question) if question else False

    # --- list recall ---------------------------------------------------------------------------------------

    def _show_answer(self, card: Card) -> bool:
        first = not self._answered
        shown = super()._show_answer(card)
        is_typed = self._typing is not None and self._typing.tries is not None
        points = self._modes.points(card) if shown and first and not is_typed else ()
        return self._recall(points) if points else shown

    def _recall(self, points: tuple[Point, ...]) -> bool:
        """Ask which points were known; whether the card stays on screen."""
        self._say(TICK)
        while True:
            given = self._keyboard.line(_PROMPT)
            if given is None:
                return not self.quit()
            known = answering.ticked(given, len(points))
            if known is not None:
                self._recalled = answering.recalled(points, known)
                self._say(f"{len(known)} of {len(points)} known.")
                return True
            self._say(f"Not understood: numbers from 1 to {len(points)}, or a.")

    # --- multiple choice -----------------------------------------------------------------------------------

    def _choose(self, question: Question) -> bool:
        if not question.written:
            self._say(SAY_FIRST)
            given = self._keyboard.line(_PROMPT)
            if given is None:
                return self.quit()
            if given.strip().lower() == "k":
                return False
        for place, option in enumerate(question.options):
            self._print(Lines(self._behind(f"{answering.letter(place)}) ", option.text)))
        self._say(PICK_SEVERAL if question.several else PICK)
        while True:
            given = self._keyboard.line(_PROMPT)
            if given is None:
                return self.quit()
            if not given.strip():
                return False
            picked = answering.picked(given, len(question.options))
            if picked is not None:
                return self._judge(question, picked)
            self._say(f"Not understood: letters from a to {answering.letter(len(question.options) - 1)}.")

    def _judge(self, question: Question, picked: frozenset[int]) -> bool:
        right = answering.named(question.right)
        if picked == question.right:
            self._say("Right.")
            self._print(Text())
            self._picked = True
            if not self._show_answer(self._card):
                return True
            return self._rate(Rating.GOOD, counts=False)
        self._say(f"Not yet: it is {right}.")
        self._print(Text())
        self._missed = True
        if self._settings.mcq.counts == "wrong-only":
            self._picked = True
            return self._rate(Rating.AGAIN) if self._show_answer(self._card) else True
        return not self._show_answer(self._card)

"""Typing an answer at a terminal: a line, what is said of it, and another try."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from quiz.answers import Shape, expected
from quiz.errors import QuizError
from quiz.terminal import answering, editor
from quiz.terminal.answering import EDITOR, Tries

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.cards import Card
    from quiz.settings import Settings
    from quiz.terminal.keys import Keyboard

_PROMPT = "> "


class Outcome(Enum):
    """What a typed line leads to."""

    BACK = auto()
    SHOW = auto()
    END = auto()


class Typing:
    """The tries for the card on screen.

    Args:
        keyboard: Where lines come from.
        say: Prints a quiet line.
        show: Prints a line as it is.
        width: Of the screen, when it is asked for.
    """

    def __init__(
        self,
        keyboard: Keyboard,
        settings: Settings,
        say: Callable[[str], None],
        show: Callable[[str], None],
        width: Callable[[], int],
    ) -> None:
        self._keyboard = keyboard
        self._settings = settings
        self._say = say
        self._show = show
        self._width = width
        self.tries: Tries | None = None

    @property
    def may_be_tried_again(self) -> bool:
        """Whether something wrong was typed, and tries are left."""
        return self.tries is not None and self.tries.last is not None and self.tries.left > 0

    def ask(self, card: Card) -> Outcome:
        """Read a line and say what it is worth; the answer is to be shown when it is right, or was the last try."""
        settings = self._settings.for_deck(card.note.deck).typed
        wanted = expected(card.note, card.facet, free=settings.order == "free")
        if wanted.comparison is None:
            self._say("This answer is not one to type: say it, then look.")
            return Outcome.BACK
        self.tries = self.tries or Tries(wanted, settings.tries)
        typed = self._line(in_editor=wanted.shape is Shape.CODE)
        if typed is None:
            return Outcome.END
        if not typed.strip():
            return Outcome.BACK
        judgement = self.tries.judge(typed)
        if judgement.right:
            self._say(answering.praised(judgement))
            return Outcome.SHOW
        self._compare(revealed=False)
        self._say(answering.missed(judgement, self.tries.left))
        return Outcome.BACK if self.tries.left else Outcome.SHOW

    def after_answer(self) -> None:
        """The answer is on screen: show what was typed beside it, unless it was right."""
        if self.tries and self.tries.last and not self.tries.last.right:
            self.tries.revealed = True
            self._compare(revealed=True)
            self._say(answering.compared(self.tries.last))

    def _compare(self, *, revealed: bool) -> None:
        last = self.tries.last if self.tries else None
        if last and last.diff:
            for line in answering.comparison(last.diff, self._width(), revealed=revealed):
                self._show(line)

    def _line(self, *, in_editor: bool) -> str | None:
        line = EDITOR if in_editor else self._keyboard.line(_PROMPT)
        return self._from_editor() if line is not None and line.strip() == EDITOR else line

    def _from_editor(self) -> str:
        with self._keyboard.released():
            try:
                return editor.written(self._settings.editor.command)
            except QuizError as error:
                self._say(str(error))
                return ""

"""A mock interview at a terminal: a question with a clock, then the points of its answer to tick."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.control import Control
from rich.text import Text

from quiz.cues import faces_of
from quiz.cues.signs import RED_FLAGS
from quiz.interview import Phase
from quiz.terminal import chain
from quiz.terminal import interviewing_words as words
from quiz.terminal.console import open_console
from quiz.terminal.drawing import Lines
from quiz.terminal.faces import Look
from quiz.terminal.interviewing_outcome import outcome_lines, saved_line, settled_line
from quiz.terminal.keys import CONTINUED, ENDED, RESIZED, open_keyboard
from quiz.terminal.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from quiz.collection.interviews import Held
    from quiz.interview import Interview
    from quiz.settings import Settings
    from quiz.terminal.console import SafeConsole
    from quiz.terminal.keys import Keyboard

SOURCE = "terminal"
_INTERRUPTED = 130
_DIGITS = "123456789"
_NEXT = {" ": "next", "\n": "next", "\r": "next"}
_ALWAYS = {"q": "end", "\x04": "end", "\x0c": RESIZED}
_ASKING = {" ": "done", "\n": "done", "\r": "done", "p": "pause", "k": "skip", **_ALWAYS}
_TICKING = {**{key: key for key in _DIGITS}, "a": "all", "t": "type", "n": "note", **_NEXT, **_ALWAYS}
_CLARITY = {**{key: key for key in "1234"}, "n": "note", **_NEXT, **_ALWAYS}
_YES_OR_NO = {"y": "yes", "Y": "yes", "n": "no", "N": "no", "\n": "no", "\r": "no", **_ALWAYS}
_APPLY = "Apply to schedule? [y/N] "


def run(
    held: Held,
    *,
    clock: Callable[[], datetime],
    zone: tzinfo | None,
    settings: Settings,
    wanted: int,
    seconds: Callable[[], float] = time.monotonic,
) -> int:
    """Hold the interview to its end, and tell what it came to; the exit code.

    Args:
        held: The interview, its first question asked.
        clock: Gives the moment, UTC.
        zone: Of the dates that are shown.
        settings: Looks.
        wanted: How many questions there would have been time for.
        seconds: The clock that measures answers.

    Raises:
        QuizError: The report could not be saved. What was answered before is.
    """
    console = open_console(unicode=settings.display.unicode)
    look = Look(settings.display.code_theme)
    with open_keyboard() as keyboard:
        screen = Screen(held, console, keyboard, clock=clock, zone=zone, look=look, seconds=seconds)
        return screen.hold(wanted)


class Screen(Page):
    """A mock interview as it is drawn; everything stays in the scrollback but the row of keys."""

    def __init__(
        self,
        held: Held,
        console: SafeConsole,
        keyboard: Keyboard,
        *,
        clock: Callable[[], datetime],
        zone: tzinfo | None,
        look: Look,
        seconds: Callable[[], float],
    ) -> None:
        super().__init__(console, look)
        self._held = held
        self._keyboard = keyboard
        self._clock = clock
        self._zone = zone
        self._seconds = seconds
        self._seen = seconds()
        self._rung = False
        self._told = False

    def hold(self, wanted: int) -> int:
        """Ask question after question; the exit code."""
        self._print(Text(words.greeting(self._held, wanted)), Text())
        threading.Thread(target=self._load_the_rest, daemon=True).start()
        try:
            self._ask_all()
            self._tell_outcome()
            self._settle(apply=self._wants_to_apply())
        except KeyboardInterrupt:
            self._console.erase_line()
            self._tell_outcome()
            self._settle(apply=False)
            return _INTERRUPTED
        except SystemExit:
            with suppress(OSError):  # of a terminal that is gone
                self._console.erase_line()
            raise
        return 0

    def _load_the_rest(self) -> None:
        """While the first question is thought about."""
        import quiz.terminal.markdown  # noqa: F401, PLC0415

        self._held.load_what_saving_needs()

    def _ask_all(self) -> None:
        while self._interview.phase is not Phase.OVER:
            if self._interview.phase is Phase.COMPARING:
                self._compare()
            else:
                self._ask()

    # --- a question ----------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Until it is answered, skipped or the interview ended."""
        self._rung = False
        self._draw_question()
        while True:
            action = self._key_while_asked()
            now = self._seconds()
            if action == "done":
                self._move_on(self._interview.done_speaking(now))
                return
            if action == "skip":
                self._move_on(self._interview.skip(now))
                self._say("Skipped.")
                self._print(Text())
                return
            if action in ("end", ENDED):
                self._move_on(self._interview.end())
                return
            if action == "pause":
                paused = self._interview.phase is Phase.PAUSED
                self._move_on(self._interview.resume(now) if paused else self._interview.pause(now))
            if action == CONTINUED:
                self._go_on_after_stop(now)

    def _key_while_asked(self) -> str:
        if self._interview.phase is Phase.PAUSED:
            spoken = self._interview.seconds(self._seconds())
            return self._key(words.paused_row(spoken, self._width), _ASKING)
        action = self._keyboard.read(_ASKING, self._draw_clock)
        self._console.erase_line()
        return action

    def _draw_clock(self) -> float:
        """Redraw the row with the time; the seconds until it has to be drawn again."""
        self._seen = self._seconds()
        left = self._interview.left(self._seen)
        if left <= 0 and not self._rung:
            self._console.control(Control.bell())
            self._rung = True
        self._console.erase_line()
        self._console.print(words.asking_row(left, self._width), end="")
        return left % 1 or 1.0

    def _go_on_after_stop(self, now: float) -> None:
        """The time for which the process was stopped is no time of speaking."""
        if self._interview.phase is Phase.ASKING:
            self._move_on(self._interview.pause(self._seen).resume(now))
        self._print(Text())
        self._draw_question()

    def _draw_question(self) -> None:
        number, total = len(self._interview.answered) + 1, len(self._interview.drawn)
        self._print(*words.header(number, total, self._held.question.topic, self._width))
        heard = [one.card.note for one in self._interview.drawn[: number - 1]]
        self._print(*chain.lines_above(chain.asked_before(self._held.card.note, heard), self._width))
        self._print(Lines(self._lines(faces_of(self._held.card).front)), Text())
        if not self._held.question.points:
            self._say(words.OPEN)
            self._print(Text())

    # --- its answer ----------------------------------------------------------------------------------------

    def _compare(self) -> None:
        """The model answer, what of it was said, and how clear that was."""
        self._say(f"Took {words.time_taken(self._held.question)}")
        self._print(Text())
        self._draw_answer()
        if not self._points_are_ticked() or not self._clarity_is_given():
            self._move_on(self._interview.end())
            return
        if told := words.result(self._held.question):
            self._say(told)
            self._print(Text())
        self._move_on(self._interview.go_on(self._seconds()))

    def _draw_answer(self) -> None:
        question = self._held.question
        if beside := words.answer_beside(self._held.card, question):
            self._print(Lines(self._lines(beside)), Text())
        some = question.some_are_essential
        for number, point in enumerate(question.points, 1):
            mark = "!" if some and point.essential else " "
            self._print(Lines(self._behind(f"{number:>2} {mark} ", point.text)))
        if question.points:
            self._print(Text())
        if some:
            self._say(words.ESSENTIAL)
            self._print(Text())
        if flags := words.red_flags_of(self._held.card, question):
            listed = "\n".join(f"- {flag}" for flag in flags)
            self._print(Lines(self._lines(f"**{RED_FLAGS}**\n\n{listed}")), Text())

    def _points_are_ticked(self) -> bool:
        """Until the points are done; False if the interview is."""
        while self._held.question.points:
            row = words.ticking_row(self._held.question, len(_DIGITS), self._width)
            action = self._key(row, _TICKING)
            if action == "next":
                break
            if action in ("end", ENDED):
                return False
            if action == "all":
                self._move_on(self._interview.tick_all())
            elif action == "type":
                self._type_numbers()
            elif action == "note":
                self._take_note()
            elif action == CONTINUED:
                self._draw_answer_again()
            elif action in _DIGITS and int(action) <= len(self._held.question.points):
                self._move_on(self._interview.tick(int(action) - 1))
        return True

    def _type_numbers(self) -> None:
        """Points beyond the ninth have no key of their own."""
        count = len(self._held.question.points)
        given = self._keyboard.line("Said, as in 1 3-5: ")
        said = None if given is None else words.numbers(given.strip(), count)
        if said is None:
            self._say(f"Numbers from 1 to {count}, or a for all.")
        else:
            self._move_on(words.with_said(self._interview, said))

    def _clarity_is_given(self) -> bool:
        """Until how clear it was is said or left out; False if the interview is done."""
        while True:
            action = self._key(words.clarity_row(self._width), _CLARITY)
            if action in ("end", ENDED):
                return False
            if action == "note":
                self._take_note()
            elif action == CONTINUED:
                self._draw_answer_again()
            elif action != RESIZED:
                clarity = None if action == "next" else int(action)
                self._move_on(self._interview.judge_clarity(clarity))
                return True

    def _take_note(self) -> None:
        note = self._keyboard.line("Note: ")
        if note is not None:
            self._move_on(self._interview.remark(note))

    def _draw_answer_again(self) -> None:
        self._print(Text())
        self._draw_question()
        self._draw_answer()

    # --- the end -------------------------------------------------------------------------------------------

    def _tell_outcome(self) -> None:
        """Once; of an interview that was broken off, too."""
        if self._told:
            return
        self._told = True
        self._held.finish()
        for line in outcome_lines(self._held, self._zone, self._width):
            self._print(Text(line))

    def _wants_to_apply(self) -> bool:
        if not self._held.rated:
            return False
        if warning := self._held.clock_warning:
            self._print(Text(warning))
        while True:
            action = self._key(Text(_APPLY), _YES_OR_NO)
            if action not in (CONTINUED, RESIZED):
                return action == "yes"

    def _settle(self, *, apply: bool) -> None:
        report = self._held.kept
        if not report.questions:
            return
        counted = self._held.settle(self._clock(), apply=apply, source=SOURCE)
        if self._held.rated:
            self._print(Text(settled_line(counted, len(self._held.rated), applied=apply)))
        self._print(Text(saved_line(report)))

    # --- drawing -------------------------------------------------------------------------------------------

    @property
    def _interview(self) -> Interview:
        return self._held.interview

    def _move_on(self, after: Interview) -> None:
        if told := self._held.move_on(after):
            self._say(told)

    def _key(self, row: Text, actions: Mapping[str, str]) -> str:
        """Wait for a key below the keys on offer, and clear them away."""
        self._console.print(row, end="")
        action = self._keyboard.read(actions)
        self._console.erase_line()
        return action

"""A mock interview by lines: sentences out, whole lines in. For pipes, screen readers and dumb terminals."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from quiz.cues import faces_of
from quiz.interview import Phase
from quiz.terminal import chain
from quiz.terminal import interviewing_words as words
from quiz.terminal.faces import in_lines
from quiz.terminal.interviewing_outcome import outcome_lines, saved_line, settled_line
from quiz.terminal.plain import EndOfInput, Lines
from quiz.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo
    from typing import TextIO

    from quiz.collection.interviews import Held
    from quiz.interview import Interview

SOURCE = "plain"
_INTERRUPTED = 130
_QUIT = ("q", "quit")
_CLARITIES = ("1", "2", "3", "4")


def run(
    held: Held,
    *,
    clock: Callable[[], datetime],
    zone: tzinfo | None,
    wanted: int,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> int:
    """Hold the interview until its end, `q`, or the end of input, and tell what it came to; the exit code.

    Args:
        held: The interview, its first question asked.
        clock: Gives the moment, UTC.
        zone: Of the dates that are shown.
        wanted: How many questions there would have been time for.
        stdin: Standard input if not given; so the next.
        stdout: Nothing is wrapped or coloured there.
        seconds: The clock that measures answers.

    Raises:
        QuizError: The report could not be saved. What was answered before is.
    """
    lines = Lines(stdin or sys.stdin, stdout or sys.stdout)
    return Dialogue(held, lines, clock=clock, zone=zone, seconds=seconds).hold(wanted)


class Dialogue:
    """A mock interview in sentences."""

    def __init__(
        self,
        held: Held,
        lines: Lines,
        *,
        clock: Callable[[], datetime],
        zone: tzinfo | None,
        seconds: Callable[[], float],
    ) -> None:
        self._held = held
        self._lines = lines
        self._clock = clock
        self._zone = zone
        self._seconds = seconds
        self._told = False

    def hold(self, wanted: int) -> int:
        """Ask question after question; the exit code."""
        self._lines.say(words.greeting(self._held, wanted))
        try:
            self._ask_all()
            self._tell_outcome()
            self._settle(apply=self._wants_to_apply())
        except KeyboardInterrupt:
            self._lines.say()
            self._tell_outcome()
            self._settle(apply=False)
            return _INTERRUPTED
        return 0

    def _ask_all(self) -> None:
        try:
            while self._interview.phase is not Phase.OVER:
                self._ask()
                if self._interview.phase is Phase.COMPARING:
                    self._compare()
        except EndOfInput:
            self._move_on(self._interview.end())

    # --- a question ----------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Until it is answered, skipped or the interview ended."""
        number, total = len(self._interview.answered) + 1, len(self._interview.drawn)
        topic, time_for_it = (
            one_line(self._held.question.topic),
            words.length(self._interview.terms.per_question),
        )
        self._lines.say(f"Question {number} of {total}. Topic {topic}. You have {time_for_it}.")
        self._say_text("Question", faces_of(self._held.card).front)
        heard = [one.card.note for one in self._interview.drawn[: number - 1]]
        for line in chain.sentences(chain.asked_before(self._held.card.note, heard)):
            self._lines.say(line)
        if not self._held.question.points:
            self._lines.say(words.OPEN)
        while self._command(self._lines.ask(self._prompt).lower()):
            pass

    @property
    def _prompt(self) -> str:
        if self._interview.phase is Phase.PAUSED:
            return "Paused. p go on, Enter when you are done, k skip, q end:"
        return "Enter when you are done, p pause, k skip, q end:"

    def _command(self, given: str) -> bool:
        """Do what a line says; whether the question is still asked."""
        now = self._seconds()
        match given:
            case "":
                self._move_on(self._interview.done_speaking(now))
            case "k" | "skip":
                self._move_on(self._interview.skip(now))
                self._lines.say("Skipped.")
            case "q" | "quit":
                self._move_on(self._interview.end())
            case "p" | "pause":
                paused = self._interview.phase is Phase.PAUSED
                self._move_on(self._interview.resume(now) if paused else self._interview.pause(now))
                return True
            case _:
                self._lines.say("Not understood.")
                return True
        return False

    # --- its answer ----------------------------------------------------------------------------------------

    def _compare(self) -> None:
        """The model answer, what of it was said, how clear that was, and a note."""
        self._lines.say(f"You took {words.time_taken(self._held.question)}")
        if beside := words.answer_beside(self._held.card, self._held.question, in_words=True):
            self._say_text("Answer", beside)
        self._say_points()
        if not (self._points_are_ticked() and self._clarity_is_given() and self._note_is_taken()):
            self._move_on(self._interview.end())
            return
        if told := words.result(self._held.question):
            self._lines.say(told)
        self._move_on(self._interview.go_on(self._seconds()))

    def _say_points(self) -> None:
        some = self._held.question.some_are_essential
        for number, point in enumerate(self._held.question.points, 1):
            essential = " (essential)" if some and point.essential else ""
            self._lines.say(f"{number}. {_text(point.text)}{essential}")
        for flag in words.red_flags_of(self._held.card, self._held.question):
            self._lines.say(f"Red flag: {_text(flag)}")

    def _points_are_ticked(self) -> bool:
        """Until the points are named; False if the interview is to end."""
        count = len(self._held.question.points)
        while count:
            given = self._lines.ask("Which did you say? Numbers, a for all, Enter for none:").lower()
            if given in _QUIT:
                return False
            said = words.numbers(given, count)
            if said is not None:
                self._move_on(words.with_said(self._interview, said))
                break
            self._lines.say(f"Not understood. Expected: numbers from 1 to {count}, a, or an empty line.")
        return True

    def _clarity_is_given(self) -> bool:
        while True:
            given = self._lines.ask("How clear were you, 1 to 4? Enter leaves it out:").lower()
            if given in _QUIT:
                return False
            if given in ("", *_CLARITIES):
                self._move_on(self._interview.judge_clarity(int(given) if given else None))
                return True
            self._lines.say("Not understood. Expected: 1 to 4, or an empty line.")

    def _note_is_taken(self) -> bool:
        """Whatever the line is, it is the note."""
        self._move_on(self._interview.remark(self._lines.ask("A note, or Enter:")))
        return True

    # --- the end -------------------------------------------------------------------------------------------

    def _tell_outcome(self) -> None:
        """Once; of an interview that was broken off, too."""
        if self._told:
            return
        self._told = True
        self._held.finish()
        for line in outcome_lines(self._held, self._zone, None):
            if line:
                self._lines.say(line.strip())

    def _wants_to_apply(self) -> bool:
        if not self._held.rated:
            return False
        if warning := self._held.clock_warning:
            self._lines.say(warning)
        try:
            return self._lines.ask("Apply to schedule? [y/N]").casefold() in ("y", "yes")
        except EndOfInput:
            return False

    def _settle(self, *, apply: bool) -> None:
        report = self._held.kept
        if not report.questions:
            return
        counted = self._held.settle(self._clock(), apply=apply, source=SOURCE)
        if self._held.rated:
            self._lines.say(settled_line(counted, len(self._held.rated), applied=apply))
        self._lines.say(saved_line(report))

    # --- small things --------------------------------------------------------------------------------------

    @property
    def _interview(self) -> Interview:
        return self._held.interview

    def _move_on(self, after: Interview) -> None:
        if told := self._held.move_on(after):
            self._lines.say(told)

    def _say_text(self, name: str, markdown: str) -> None:
        text = _text(markdown)
        self._lines.say(f"{name}:\n{text}" if "\n" in text else f"{name}: {text}")


def _text(markdown: str) -> str:
    return in_lines(markdown)

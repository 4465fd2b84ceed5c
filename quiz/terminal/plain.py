"""A review by lines: sentences out, whole lines in. For pipes, screen readers and dumb terminals."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.cards import Rating
from quiz.cues import faces_of
from quiz.errors import QuizError
from quiz.terminal import asides, chain, closing, frame
from quiz.terminal.faces import in_lines
from quiz.terminal.hints import first_words, given_away, listing, with_accepted
from quiz.terminal.opening import opening_lines
from quiz.terminal.stopwatch import Stopwatch
from quiz.terminal.words import breadcrumb, interval_after, long_interval, ratings
from quiz.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo
    from typing import TextIO

    from quiz.answers import Diff
    from quiz.cards import Attempt, Card
    from quiz.collection.studying import Study
    from quiz.settings import Settings
    from quiz.terminal.answering import Tries

_INTERRUPTED = 130
_WIDE = 1_000


def run(
    study: Study,
    *,
    clock: Callable[[], datetime],
    zone: tzinfo | None,
    settings: Settings,
    where: str = "",
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    dialogue: Callable[..., Dialogue] | None = None,
) -> int:
    """Study until nothing is due, `q`, or the end of input; the exit code.

    Args:
        study: The run, with its first card chosen.
        clock: Gives the moment, UTC.
        zone: Of the times that are shown.
        settings: Buttons and editor.
        where: What is studied, in the words of the user.
        stdin: Standard input if not given; so the next.
        stdout: Nothing is wrapped or coloured there.
        dialogue: What asks the cards, if it is not a review.

    Raises:
        QuizError: A rating could not be saved. Everything before it is.
    """
    lines = Lines(stdin or sys.stdin, stdout or sys.stdout)
    if study.card is None:
        now = clock()
        for line in closing.nothing_due(study.upcoming(now), study.more(now), now, zone, where):
            lines.say(line)
        return 0
    return (dialogue or Dialogue)(study, lines, clock=clock, zone=zone, settings=settings).review()


class EndOfInput(Exception):  # noqa: N818 - it is no error
    """There are no more lines; the same as `q`."""


class Lines:
    """Sentences to a stream, lines from another."""

    def __init__(self, stdin: TextIO | None, stdout: TextIO) -> None:
        self._in = stdin
        self._out = stdout
        self.interactive = bool(stdin and not stdin.closed and stdin.isatty())

    def say(self, text: str = "") -> None:
        """One line, or the lines of a card's text."""
        self._write(visible(text) + "\n")

    def ask(self, prompt: str) -> str:
        """The next line, without blanks around it.

        Raises:
            EndOfInput: There is none.
        """
        # Who types ends the line; after a line from a pipe, what follows would stand behind the prompt.
        self._write(f"{prompt} " if self.interactive else f"{prompt}\n")
        line = self._in.readline() if self._in and not self._in.closed else ""
        if not line:
            raise EndOfInput
        return line.strip()

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


class Dialogue:
    """A study session in sentences."""

    def __init__(
        self,
        study: Study,
        lines: Lines,
        *,
        clock: Callable[[], datetime],
        zone: tzinfo | None,
        settings: Settings,
    ) -> None:
        self._study = study
        self._lines = lines
        self._clock = clock
        self._zone = zone
        self._settings = settings
        self._buttons = settings.review.buttons
        self._hints = 0
        self._tries: Tries | None = None
        self._watch = Stopwatch()
        self._ended = False

    def review(self) -> int:
        """Ask card after card; the exit code."""
        code = 0
        self._greet()
        try:
            while self._study.card is not None and not self._ended:
                self._ask(self._study.card)
        except EndOfInput:
            pass
        except KeyboardInterrupt:
            self._lines.say()
            code = _INTERRUPTED
        self._say_goodbye()
        return code

    def _greet(self) -> None:
        for line in opening_lines(self._study):
            self._lines.say(line)
        if self._study.sessions_before < self._settings.review.explain_ratings:
            self._explain()

    def _explain(self) -> None:
        for line in frame.explanation(self._settings.keys, self._buttons, numbered=True):
            self._lines.say(line)

    def _help(self) -> None:
        self._explain()
        edit = "e edit, " if self._lines.interactive else ""
        self._lines.say(f"h hint, t type, {edit}n note to self, u undo, s later, q quit.")

    def _say_goodbye(self) -> None:
        now = self._clock()
        summary, upcoming = self._study.summary(now), self._study.upcoming(now)
        for line in closing.summary_lines(
            summary, upcoming, now, self._zone, width=_WIDE, buttons=self._buttons
        ):
            self._lines.say(" ".join(line.split()))

    # --- one card ------------------------------------------------------------------------------------------

    def _ask(self, card: Card) -> None:
        self._hints = 0
        self._tries = None
        self._watch.restart()
        progress = self._study.progress
        place = breadcrumb(card.note.deck, card.note.context, ", ")
        marks = "".join(f" {mark.title()}." for mark in frame.marks_of(card))
        self._lines.say(f"Card {progress.done + 1} of {progress.total}. Deck {one_line(place)}.{marks}")
        self._say_side("Question", self._front(card))
        for line in chain.sentences(chain.asked_before(card.note)):
            self._lines.say(line)
        if self._before_answer(card) and self._study.card is card:
            self._say_side("Answer", self._back(card) or "none is written yet, say it aloud.")
            self._say_comparison()
            for line in asides.remark_lines(card):
                self._lines.say(visible(line))
            if card.leech:
                self._lines.say(asides.leech(card.schedule.lapses, "e", ""))
            self._after_answer()

    def _front(self, card: Card) -> str:
        """What is asked, as markdown."""
        return faces_of(card).front

    def _back(self, card: Card) -> str:
        """What is answered, as markdown."""
        return with_accepted(faces_of(card, in_words=True).back)

    def _say_side(self, name: str, markdown: str) -> None:
        text = in_lines(markdown)
        block = asides.only_code(text)
        text = text if block is None else block
        self._lines.say(f"{name}:\n{text}" if "\n" in text else f"{name}: {text}")

    def _before_answer(self, card: Card) -> bool:
        """Read commands until the answer is wanted; False if another card or this one anew comes instead."""
        edit = "e edit, " if self._lines.interactive else ""
        from quiz.cues.shape import is_typable  # noqa: PLC0415 - only once the first question is said

        typed = "t type, " if is_typable(card) else ""
        prompt = f"Enter for the answer, or h hint, {typed}{edit}u undo, s later, q quit:"
        while True:
            given = self._lines.ask(prompt).lower()
            if given == "":
                return True
            if given == "h":
                self._hint(card)
            elif given == "t":
                if self._type(card):
                    return True
            elif given in ("?", "help"):
                self._help()
            elif self._command(given):
                return False
            elif not self._is_command(given):
                self._lines.say("Not understood. First the answer: an empty line shows it.")

    def _type(self, card: Card) -> bool:
        """Read what is typed, until it is right or the answer is wanted; whether it is to be shown."""
        from quiz.answers import expected  # noqa: PLC0415 - most cards are turned over
        from quiz.terminal import answering  # noqa: PLC0415

        settings = self._settings.for_deck(card.note.deck).typed
        wanted = expected(card.note, card.facet, free=settings.order == "free")
        if wanted.comparison is None:
            self._lines.say("This answer is not one to type: say it, then look.")
            return False
        self._tries = self._tries or answering.Tries(wanted, settings.tries)
        prompt = "Type the answer; an empty line goes back:"
        while typed := self._lines.ask(prompt):
            if typed == answering.EDITOR:
                typed = self._from_editor()
            if not typed.strip():
                continue
            judgement = self._tries.judge(typed)
            if judgement.right:
                self._lines.say(answering.praised(judgement))
                return True
            self._say_diff(judgement.diff, revealed=False)
            self._lines.say(answering.missed(judgement, self._tries.left))
            if not self._tries.left:
                return True
            prompt = "Try again; an empty line goes back:"
        return False

    def _from_editor(self) -> str:
        from quiz.terminal import editor  # noqa: PLC0415 - most answers are one line

        if not self._lines.interactive:
            self._lines.say("The editor needs a terminal. Here an answer is one line.")
            return ""
        try:
            return editor.written(self._settings.editor.command)
        except QuizError as error:
            self._lines.say(one_line(str(error)))
            return ""

    def _say_comparison(self) -> None:
        """What was typed beside the answer, unless it was right, and the rating that follows."""
        last = self._tries.last if self._tries else None
        if self._tries is None or last is None:
            return
        from quiz.terminal import answering  # noqa: PLC0415

        if not last.right:
            self._tries.revealed = True
            self._say_diff(last.diff, revealed=True)
            self._lines.say(answering.compared(last))
        self._say_suggestion(self._tries.suggested(self._hints))

    def _say_suggestion(self, rating: Rating) -> None:
        offered = ratings(self._buttons)
        rating = rating if rating in offered else Rating.GOOD
        self._lines.say(f"Suggested: {offered.index(rating) + 1} {rating.name.title()}.")

    def _say_diff(self, diff: Diff | None, *, revealed: bool) -> None:
        from quiz.terminal import answering  # noqa: PLC0415

        for line in answering.comparison(diff, _WIDE, revealed=revealed) if diff else ():
            self._lines.say(line)

    def _after_answer(self) -> None:
        """Read commands until the card is rated or left."""
        words = self._words()
        self._lines.say(self._offer())
        while True:
            given = self._lines.ask("Your rating:").lower()
            if given in words:
                self._rate(words[given])
                return
            if given in ("?", "help"):
                self._help()
            elif self._command(given):
                return
            elif not self._is_command(given):
                what = "An empty line is no rating" if not given else "Not understood"
                last = "2" if self._buttons == len(ratings(2)) else "4"
                self._lines.say(f"{what}. Expected: 1 to {last}, u undo, s later or q quit.")

    def _offer(self) -> str:
        previews, card = self._study.preview(self._clock()), self._study.card
        is_practice = self._study.options.cram or (card is not None and card.note.draft)
        offered = []
        for number, rating in enumerate(ratings(self._buttons), 1):
            after = long_interval(interval_after(previews[rating]))
            offered.append(
                f"{number} {rating.name.title()}"
                + (f" in {after}" if self._settings.review.intervals and not is_practice else "")
            )
        return ", ".join(offered)

    def _words(self) -> dict[str, Rating]:
        """What each line means as a rating; with two buttons 2 and 3 are both Good."""
        numbered = {str(number): rating for number, rating in enumerate(ratings(self._buttons), 1)}
        return {"3": Rating.GOOD, **numbered, **{one.word: one for one in ratings(self._buttons)}}

    def _given(self) -> tuple[str, Attempt | None]:
        """In which mode the answer was given, and how."""
        attempt = self._tries.attempt(self._hints) if self._tries else None
        return (self._tries.mode, attempt) if self._tries and attempt else ("flip", None)

    def _rate(self, rating: Rating, *, counts: bool = True) -> None:
        card = self._study.card
        assert card is not None, "it was asked"  # noqa: S101
        mode, attempt = self._given()
        review = self._study.rate(
            rating,
            self._clock(),
            duration_ms=self._watch.milliseconds,
            hints=self._hints,
            mode=mode,
            attempt=attempt,
            counts=counts,
        )
        self._lines.say(f"saved {review.id} {asides.outcome(card, review, self._settings)}")

    # --- commands ------------------------------------------------------------------------------------------

    def _is_command(self, given: str) -> bool:
        return given in ("u", "undo", "s", "later", "n", "note", "q", "quit") or (
            given == "e" and self._lines.interactive
        )

    def _command(self, given: str) -> bool:
        """Do what works on both sides of a card; whether a card has to be asked anew."""
        match given:
            case "u" | "undo":
                return self._undo()
            case "s" | "later":
                self._study.later(self._clock())
                self._lines.say("Later.")
                return True
            case "n" | "note":
                line = self._lines.ask("Note to self; an empty line goes back, - takes it away:")
                if told := asides.noted(self._study, line, self._clock()):
                    self._lines.say(told)
            case "q" | "quit":
                self._ended = True
                return True
            case "e" if self._lines.interactive:
                return self._edit()
        return False

    def _undo(self) -> bool:
        try:
            undone = self._study.undo(self._clock())
        except QuizError as error:
            self._lines.say(str(error))
            return False
        self._lines.say(f"Taken back: {one_line(undone)}" if undone else "Nothing to take back today.")
        return undone is not None

    def _edit(self) -> bool:
        from quiz.terminal import editor  # noqa: PLC0415 - most runs edit nothing

        card = self._study.card
        if card is None or not Path(card.path).is_file():
            self._lines.say("The file of this card is gone.")
            return False
        try:
            copied = self._study.take_home(self._clock())
            card = self._study.card or card
            if copied:
                self._lines.say(one_line(copied))
            editor.edit(card.path, card.note.line, self._settings.editor.command)
        except QuizError as error:
            self._lines.say(one_line(str(error)))
            return False
        self._study.reread(self._clock())
        return True

    def _hint(self, card: Card) -> None:
        back = given_away(card, in_words=True)
        items = listing(back)
        if self._hints >= (len(items.items) if items else 1) or not back.strip():
            self._lines.say("No more hints.")
            return
        self._hints += 1
        if items is None:
            self._lines.say(f"Hint: {one_line(first_words(back))}")
        else:
            self._lines.say(
                f"Hint, {self._hints} of {len(items.items)}: {items.items[self._hints - 1].strip()}"
            )

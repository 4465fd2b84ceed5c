"""What the keys of a review do to the card on screen, besides showing and rating it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from quiz.cues import faces_of
from quiz.errors import QuizError
from quiz.terminal import asides, frame
from quiz.terminal.faces import MOST_CHARACTERS, Look, read_html
from quiz.terminal.page import Page
from quiz.terminal.stopwatch import Stopwatch
from quiz.visible import first_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from quiz.cards import Card
    from quiz.collection.studying import Study
    from quiz.settings import Settings
    from quiz.terminal.console import SafeConsole
    from quiz.terminal.keys import Keyboard
    from quiz.terminal.typing import Typing


class CardKeys(Page):
    """The card on screen, and a method for each key; it returns whether the card has to be drawn, or another one."""

    def __init__(
        self,
        study: Study,
        console: SafeConsole,
        keyboard: Keyboard,
        *,
        clock: Callable[[], datetime],
        zone: tzinfo | None,
        settings: Settings,
    ) -> None:
        super().__init__(console, Look(settings.display.code_theme))
        self._study = study
        self._keyboard = keyboard
        self._clock = clock
        self._zone = zone
        self._settings = settings
        self._watch = Stopwatch()
        self._ended = False
        self._begin_card()

    def _begin_card(self) -> None:
        self._answered = self._keys_stay = False
        self._hints = 0
        self._typing: Typing | None = None
        self._watch.restart()

    @property
    def _card(self) -> Card:
        card = self._study.card
        assert card is not None, "keys are read only while a card is on screen"  # noqa: S101
        return card

    def undo(self) -> bool:
        """Take back the last step."""
        try:
            undone = self._study.undo(self._clock())
        except QuizError as error:
            self._say(str(error))
            return False
        if undone is None:
            self._say("Nothing to take back today.")
            return False
        self._say(f"Taken back: {undone}")
        return self._next_card()

    def edit(self) -> bool:
        """Open the editor at the card; its text may change, its schedule stays."""
        from quiz.terminal import editor  # noqa: PLC0415 - most runs edit nothing

        card = self._card
        if not Path(card.path).is_file():
            self._say(f"The file of this card is gone: {card.path or card.note.file}")
            return False
        try:
            copied = self._study.take_home(self._clock())
        except QuizError as error:
            self._say(str(error))
            return False
        card = self._card
        if copied:
            self._say(copied)
        with self._watch.stopped(), self._keyboard.released():
            try:
                editor.edit(card.path, card.note.line, self._settings.editor.command)
            except QuizError as error:
                self._say(str(error))
                return False
        self._study.reread(self._clock())
        if self._study.card is None or self._study.card.id != card.id:
            self._say("The card is no longer in its file: it is retired, with its history.")
            return self._next_card()
        self._print(Text())
        return True

    def later(self) -> bool:
        """Put the card at the end of the queue."""
        self._study.later(self._clock())
        return self._next_card("Later.")

    def bury_card(self) -> bool:
        """Not before tomorrow."""
        self._study.bury(self._clock())
        return self._next_card("Buried until tomorrow.")

    def bury_note(self) -> bool:
        """The same for all cards of the note."""
        self._study.bury(self._clock(), note=True)
        return self._next_card("The note is buried until tomorrow.")

    def suspend_card(self) -> bool:
        """Not any more."""
        self._study.suspend(self._clock())
        return self._next_card("Suspended.")

    def suspend_note(self) -> bool:
        """The same for all cards of the note."""
        self._study.suspend(self._clock(), note=True)
        return self._next_card("The note is suspended.")

    def _next_card(self, told: str = "") -> bool:
        if told:
            self._say(told)
        self._print(Text())
        self._begin_card()
        return True

    def mark(self) -> bool:
        """Put the mark on the card, or take it off."""
        self._study.mark(self._clock())
        self._say("Marked." if self._card.marked else "No longer marked.")
        return False

    def flag(self) -> bool:
        """Put a flag on the card, or take it off."""
        self._study.flag(self._clock())
        self._say("Flagged." if self._card.flag else "No longer flagged.")
        return False

    def note(self) -> bool:
        """Read a note to self; Ctrl-C takes back that it was wanted, and nothing else."""
        try:
            given = self._keyboard.line("Note to self: ")
        except KeyboardInterrupt:
            return False
        if given is None:
            return self.quit()
        if told := asides.noted(self._study, given, self._clock()):
            self._say(told)
        return False

    def info(self) -> bool:
        """What the scheduler knows about the card."""
        card, collection = self._card, self._study.collection
        today = collection.days.day(self._clock())
        recall = collection.scheduler(card.note.deck).retrievability(card.schedule, today)
        lines = asides.information(card, recall, self._study.history(), self._zone)
        self._print(*map(Text, lines), Text())
        return False

    def open(self) -> bool:
        """Open the first link of what is shown."""
        with self._keyboard.released():
            self._say(asides.open_link(self._shown_text))
        return False

    def copy(self) -> bool:
        """Copy the first code of what is shown."""
        code = visible(asides.code_in(self._shown_text))
        if code:
            self._console.file.write(asides.to_clipboard(code))
        self._say(f"Copied: {first_line(code)}" if code else "No code to copy.")
        return False

    @property
    def _shown_text(self) -> str:
        faces = faces_of(self._card)
        # The answer's code first: that is what one wants to try, and the question is seldom code.
        text = f"{faces.back}\n\n{faces.front}" if self._answered else faces.front
        return read_html(text[:MOST_CHARACTERS])

    def help(self) -> bool:
        """All keys, and what the ratings mean."""
        self._print(*map(Text, asides.all_keys(self._settings.keys, self._width)), Text())
        self._explain_ratings()
        return True  # the question may have left the screen

    def _explain_ratings(self) -> None:
        for line in frame.explanation(self._settings.keys, self._settings.review.buttons):
            name, meaning = line[: frame.MEANING_INDENT], line[frame.MEANING_INDENT :]
            first, *others = Text(meaning).wrap(self._console, self._width - frame.MEANING_INDENT)
            self._print(Text(name) + first, *(Text(" " * frame.MEANING_INDENT) + other for other in others))
        self._print(Text())

    def quit(self) -> bool:
        """End the session with its summary."""
        self._ended = True
        return True

    def redraw(self) -> bool:
        """Draw the card again: something else may have written on the screen."""
        self._print(Text())
        return True

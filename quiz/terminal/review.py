"""A review at a terminal: the question, the answer below it, one key for the rating."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rich.text import Text

from quiz.cards import Rating
from quiz.cues import faces_of
from quiz.errors import StoreError
from quiz.terminal import asides, chain, closing, frame
from quiz.terminal.card_keys import CardKeys
from quiz.terminal.console import open_console
from quiz.terminal.drawing import Line, Lines, beside, lines_of
from quiz.terminal.hints import Listing, first_words, given_away, listing, with_accepted
from quiz.terminal.keys import CONTINUED, ENDED, RESIZED, open_keyboard
from quiz.terminal.opening import opening_lines
from quiz.terminal.words import ratings
from quiz.visible import first_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from quiz.cards import Attempt, Card
    from quiz.collection.studying import Study
    from quiz.settings import KeysSettings, Settings

_INTERRUPTED = 130
_RATINGS = {rating.word: rating for rating in Rating}


def run(
    study: Study,
    *,
    clock: Callable[[], datetime],
    zone: tzinfo | None,
    settings: Settings,
    where: str = "",
    screen: Callable[..., Screen] | None = None,
) -> int:
    """Study until nothing is due or the user ends it; the exit code.

    Args:
        study: The run, with its first card chosen.
        clock: Gives the moment, UTC.
        zone: Of the times that are shown.
        settings: Keys, buttons, editor and looks.
        where: What is studied, in the words of the user.
        screen: What asks the cards, if it is not a review.

    Raises:
        QuizError: A rating could not be saved. Everything before it is.
    """
    console = open_console(unicode=settings.display.unicode)
    if study.card is None:
        now = clock()
        for line in closing.nothing_due(study.upcoming(now), study.more(now), now, zone, where):
            console.print(Text(line))
        return 0
    with open_keyboard() as keyboard:
        return (screen or Screen)(
            study, console, keyboard, clock=clock, zone=zone, settings=settings
        ).review()


class Screen(CardKeys):
    """A study session as it is drawn.

    Everything stays in the scrollback but the row of keys. Every action of `KeysSettings` has a method of its
    name, which returns whether the card has to be drawn again.
    """

    def __init__(self, *run: Any, **how: Any) -> None:  # noqa: ANN401 - as `CardKeys` has them
        super().__init__(*run, **how)
        self._actions = actions_by_key(self._settings.keys, self._settings.review.buttons)
        self._first = True
        self._used = 0

    # --- the session ---------------------------------------------------------------------------------------

    def review(self) -> int:
        """Ask card after card; the exit code."""
        self._greet()
        code = 0
        try:
            while self._study.card is not None and not self._ended:
                self._ask(self._study.card)
        except KeyboardInterrupt:
            self._console.erase_line()
            code = _INTERRUPTED
        except SystemExit:
            with suppress(OSError):  # of a terminal that is gone
                self._console.erase_line()
            raise
        self._say_goodbye()
        return code

    def _greet(self) -> None:
        for line in opening_lines(self._study):
            self._print(Text(line), Text())
        if self._study.sessions_before < self._settings.review.explain_ratings:
            self._explain_ratings()

    def _say_goodbye(self) -> None:
        if self._keys_stay:
            self._print(Text())
        now = self._clock()
        lines = closing.summary_lines(
            self._study.summary(now),
            self._study.upcoming(now),
            now,
            self._zone,
            width=self._width,
            buttons=self._settings.review.buttons,
        )
        self._print(*map(Text, lines))

    def _ask(self, card: Card) -> None:
        """Draw a card, and do what the keys say until it has to be drawn again, or another one."""
        self._draw_question(card)
        if self._answered:
            if not self._show_answer(card):
                return
        elif self._first:
            self._first = False
            self._key_row(card)  # beside the thread, what it needs would take longer to load
            threading.Thread(target=self._load_the_rest, daemon=True).start()
        if not self._answered and self._begin_asking(card):
            return
        while not self._ended and self._study.card is not None:
            if self._act(self._next_action(self._study.card)):
                return

    def _begin_asking(self, _card: Card) -> bool:
        """What comes before the first key; whether the card has to be drawn, or another one."""
        return False

    def _load_the_rest(self) -> None:
        """While the first question is read: together this takes longer than everything before it."""
        _load_what_draws_answers()
        self._study.load_what_rating_needs()

    def _next_action(self, card: Card) -> str:
        """Wait for a key below the keys on offer, and clear them away."""
        self._draw_keys(card)
        while True:
            action = self._keyboard.read(self._actions)
            self._console.erase_line()
            if action != RESIZED:
                return action
            if not self._keys_stay:
                self._draw_keys(card)

    def _act(self, action: str) -> bool:
        """Do what a key stands for; whether the card has to be drawn, or another one."""
        if action == ENDED:
            return self.quit()
        if action == CONTINUED:
            return self._continue()
        if action in _RATINGS:
            return self._answered and self._rate(_RATINGS[action])
        return bool(getattr(self, action)())

    # --- drawing -------------------------------------------------------------------------------------------

    def _draw_question(self, card: Card) -> None:
        header = frame.header(card, self._study.progress, self._width)
        header += chain.lines_above(chain.asked_before(card.note), self._width)
        question = self._lines(self._front(card))
        self._used = len(header) + len(question) + 1
        self._print(*header, Lines(question), Text())

    def _front(self, card: Card) -> str:
        """What is asked, as markdown."""
        return faces_of(card).front

    def _back(self, card: Card) -> str:
        """What is answered, as markdown."""
        return with_accepted(faces_of(card).back)

    def _draw_keys(self, card: Card) -> None:
        keys, width = self._settings.keys, self._width
        if not self._answered:
            self._keys_stay = False
            retries = self._typing is not None and self._typing.may_be_tried_again
            row = frame.retry_row(keys, width) if retries else self._key_row(card)
            self._console.print(row, end="")
            return
        rows = self._rating_rows()
        # Only one line can be erased: ratings that stand below each other stay.
        self._keys_stay = len(rows) > 1
        self._print(*rows[:-1])
        self._console.print(rows[-1], end="\n" if self._keys_stay else "")

    def _key_row(self, card: Card) -> Text:
        from quiz.cues.shape import is_typable  # noqa: PLC0415 - only once the first question is drawn

        return frame.key_row(self._settings.keys, self._width, card, typable=is_typable(card))

    def _rating_rows(self) -> list[Text]:
        review = self._settings.review
        return frame.rating_rows(
            self._study.preview(self._clock()),
            self._width,
            keys=self._settings.keys,
            buttons=review.buttons,
            suggested=self._suggested,
            intervals=review.intervals and not self._study.options.cram and not self._card.note.draft,
        )

    def _show_answer(self, card: Card) -> bool:
        """The answer below the question, in pieces if the screen is too small for both; False if left."""
        if self._typing and self._typing.tries and not self._answered:
            self._print(Text())
        lines = self._answer_lines(card)
        height, rows = self._console.lines, len(self._rating_rows())
        rows += rows > 1  # and the cursor below them
        if self._used + len(lines) + 1 + rows <= height:
            self._print(Lines(lines))
        elif not self._show_in_pieces(
            card, lines, max(height - 1 - self._used, height // 2), max(height - 4 - rows, height // 4)
        ):
            return False
        self._answered = True
        self._print(Text())
        if card.remark:
            self._print(*(Text(visible(line), style="quiet") for line in asides.remark_lines(card)), Text())
        if self._typing:
            self._typing.after_answer()
        if card.leech:
            keys = self._settings.keys
            self._print(Text(asides.leech(card.schedule.lapses, keys.edit, keys.suspend_card)), Text())
        return True

    def _answer_lines(self, card: Card) -> list[Line]:
        back = self._back(card)
        if not back.strip():
            return self._lines("No answer is written yet: say it aloud.")
        items = listing(back)
        shown = self._hints if items and not self._answered else 0
        return self._lines(items.after(shown) if items and shown else back)

    def _show_in_pieces(self, card: Card, lines: Sequence[Line], first: int, each: int) -> bool:
        shown = 0
        while True:
            self._print(Lines(lines[shown : shown + (each if shown else first)]))
            shown += each if shown else first
            if shown >= len(lines):
                break
            if not self._wait_for_more(shown, len(lines)):
                return False
        self._print(Text(), Text(frame.cut(first_line(faces_of(card).front), self._width), style="quiet"))
        return True

    def _wait_for_more(self, shown: int, total: int) -> bool:
        while True:
            self._console.print(frame.more_row(self._settings.keys, self._width, shown, total), end="")
            action = self._keyboard.read(self._actions)
            self._console.erase_line()
            if action == "show":
                return True
            if action in ("hint", RESIZED):
                continue
            if self._act(action):
                self._print(Text())
                return False

    # --- rating --------------------------------------------------------------------------------------------

    @property
    def _suggested(self) -> Rating:
        rating = Rating.HARD if self._hints else Rating.GOOD
        _, attempt = self._given()
        if attempt and attempt.suggested:
            rating = attempt.suggested
        return rating if rating in ratings(self._settings.review.buttons) else Rating.GOOD

    def _given(self) -> tuple[str, Attempt | None]:
        """In which mode the answer was given, and how."""
        tries = self._typing.tries if self._typing else None
        attempt = tries.attempt(self._hints) if tries else None
        return (tries.mode, attempt) if tries and attempt else ("flip", None)

    def _rate(self, rating: Rating, *, counts: bool = True) -> bool:
        card, now, taken = self._card, self._clock(), self._watch.milliseconds
        mode, attempt = self._given()
        try:
            review = self._study.rate(
                rating, now, duration_ms=taken, hints=self._hints, mode=mode, attempt=attempt, counts=counts
            )
        except StoreError as error:
            if not error.details.get("passing"):
                self._say("This rating could not be saved. The card stays; all ratings before it are saved.")
                raise
            self._say(f"This rating could not be saved. The card stays: rate it again, or quit. {error}")
            return False
        self._say(asides.outcome(card, review, self._settings))
        self._print(Text())
        self._begin_card()
        return True

    # --- what the keys do: True draws the card on screen (again) -------------------------------------------

    def show(self) -> bool:
        """Show the answer; once it is there, accept the suggested rating."""
        if self._answered:
            return self._rate(self._suggested)
        return not self._show_answer(self._card)

    def hint(self) -> bool:
        """Give away the next item of a list, else the first word of each line."""
        if self._answered:
            return False
        back = given_away(self._card)
        items = listing(back)
        if self._hints >= (len(items.items) if items else 1) or not back.strip():
            self._say("No more hints.")
            return False
        self._hints += 1
        lines = self._next_item(items) if items else self._lines_of_words(back)
        self._used += len(lines)
        self._print(Lines(lines))
        if not items or self._hints == len(items.items):
            self._print(Text())
        return False

    def _next_item(self, items: Listing) -> list[Line]:
        number = self._hints
        lead = self._lines(items.lead) if items.lead and number == 1 else []
        note = f"{number} of {len(items.items)}"
        first, *others = self._lines(items.items[number - 1], beside=len(note) + 2) or [[]]
        return [*lead, beside(first, note, self._width), *others]

    def _lines_of_words(self, back: str) -> list[Line]:
        return lines_of(self._console, Text(first_words(back)), self._width)

    def type(self) -> bool:
        """Type the answer."""
        from quiz.terminal.typing import Outcome, Typing  # noqa: PLC0415 - most cards are turned over

        if self._answered:
            return False
        if self._typing is None:
            self._typing = Typing(
                self._keyboard,
                self._settings,
                self._say,
                lambda line: self._print(Text(line)),
                lambda: self._width,
            )
        outcome = self._typing.ask(self._card)
        if outcome is Outcome.END:
            return self.quit()
        if outcome is Outcome.BACK:
            return False
        shown = self._show_answer(self._card)
        if shown and self._settings.typed.auto_rate:
            return self._rate(self._suggested)
        return not shown

    def reset(self) -> bool:
        """Try again what was typed wrong; else forget the schedule of a card whose text has changed."""
        if self._typing and self._typing.may_be_tried_again and not self._answered:
            return self.type()
        if not self._card.changed:
            return False
        self._study.reset(self._clock())
        self._say("The card is new again.")
        return False

    def _continue(self) -> bool:
        """Draw again after `fg`. Other cards may be due by now, or this one rated in another window."""
        if not self._answered:
            self._study.refresh(self._clock())
            self._begin_card()
        return self.redraw()


def actions_by_key(keys: KeysSettings, buttons: int) -> dict[str, str]:
    """What each key does. With two buttons the second is Good, and so is the third."""
    actions = {key: action for action, key in keys._asdict().items()}
    if buttons == len((Rating.AGAIN, Rating.GOOD)):
        actions[keys.hard] = "good"
        actions.pop(keys.easy)
    if "space" in actions:
        actions[" "] = actions.pop("space")
    return {**actions, "\n": "show", "\r": "show", "\x04": "quit", "\x0c": "redraw"}


def _load_what_draws_answers() -> None:
    import pygments.lexers  # noqa: PLC0415

    import quiz.terminal.markdown  # noqa: F401, PLC0415

    pygments.lexers.get_lexer_by_name("bash")

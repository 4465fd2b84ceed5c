"""One run of a review: a queue, the card on screen, and the collection behind it."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from quiz.cards import Rating, Schedule, State
from quiz.collection.clock import clock_warning
from quiz.collection.queueing import ALL_CARDS, DayQueue
from quiz.errors import StoreError
from quiz.library import shown
from quiz.session import Session, Waiting, each_on_its_own, in_steps, shuffled
from quiz.store.reading import QueueReader, Selected, card_row
from quiz.store.rows import NEW_CARDS, NOWHERE, STATES, as_stored, card_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from quiz.cards import Attempt, Card, Review
    from quiz.collection import Collection
    from quiz.collection.steps import Step
    from quiz.collection.upcoming import More, Upcoming
    from quiz.session import Options, Progress
    from quiz.store.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run came to.

    Attributes:
        recalled: Of the due reviews: how many were remembered, and of how many.
        hardest: Cards rated Again, with how often, most often first.
    """

    reviews: int
    seconds: float
    counts: dict[Rating, int]
    recalled: tuple[int, int]
    retention: float
    hardest: list[tuple[Card, int]]


@dataclass(slots=True)
class _Step:
    """A step of this run that `undo` takes back: what was on screen, what was rated, what left the queue with it."""

    waiting: Waiting
    card: Card
    review: Review | None = None
    put_off: bool = False
    forgotten: Sequence[Waiting] = ()

    def is_what_was(self, undone: Step) -> bool:
        """Whether it is the step that was taken back."""
        if self.review:
            return self.review.id == undone.review_id
        return undone.kind != "rate" and self.waiting.key in undone.keys


@dataclass(slots=True)
class Study:
    """The queue of a run and the card on screen; every change is on disk when its call returns."""

    collection: Collection
    selected: Selected
    options: Options
    card: Card | None = None
    done_before: int = 0
    sessions_before: int = 0
    clock_warning: str = ""
    _session: Session = field(init=False)
    _current: Waiting | None = None
    _previews: dict[Rating, Schedule] = field(default_factory=dict)
    _previewed_at: datetime | None = None
    _steps: list[_Step] = field(default_factory=list)
    _end: datetime | None = None
    _run_id: int = field(default_factory=lambda: secrets.randbits(52))

    def start(self, now: datetime) -> None:
        """Build the queue and take the first card."""
        if self.options.minutes:
            self._end = now + timedelta(minutes=self.options.minutes)
        study = self.collection.settings.study
        self._session = Session(study.learn_ahead, to_ms, study.bury_siblings, self.options.cram)
        self.sessions_before = int(self.collection.store.setting("sessions") or 0)
        self.clock_warning = clock_warning(self.collection, now)
        self._build(now)
        self._show_next(now)

    def load_what_rating_needs(self) -> None:
        """Load SQLAlchemy and the memory model: for a thread, while a person reads the first question."""
        import fsrs  # noqa: F401

        self.collection.store.engine  # noqa: B018

    @property
    def progress(self) -> Progress:
        """How far the run has come."""
        return self._session.progress(self._current)

    def refresh(self, now: datetime) -> None:
        """Choose the card to show anew: others may have become due."""
        if self._current:
            self._session.put_back(self._current)
        self._show_next(now)

    def preview(self, now: datetime) -> dict[Rating, Schedule]:
        """The schedule after each rating. What is shown is what `rate` stores."""
        card = self._on_screen()
        if not self._previews:
            scheduler = self.collection.scheduler(card.note.deck)
            self._previews = scheduler.preview(card.id, card.schedule, as_stored(now))
            self._previewed_at = now
        return self._previews

    def rate(
        self,
        rating: Rating,
        now: datetime,
        *,
        duration_ms: int,
        mode: str = "flip",
        hints: int = 0,
        attempt: Attempt | None = None,
        counts: bool = True,
    ) -> Review:
        """Log a rating and go on to the next card; it is on disk when this returns.

        Args:
            rating: Of the card on screen.
            now: The moment, UTC.
            duration_ms: From the question to the rating.
            mode: In which the card was asked.
            hints: How many were shown.
            attempt: How the answer was given, if the card was not just turned over.
            counts: Whether it moves the schedule, in a run that does.

        Raises:
            StoreError: It could not be saved; the card stays.
        """
        card, waiting = self._on_screen(), self._waiting_on_screen()
        self.preview(now)
        # rated after the roll-over but seen before it: what was shown is what happens
        moment = now if self._previewed_at is None or self._same_day(now) else self._previewed_at
        review = self.collection.record(
            waiting.key,
            card,
            rating,
            moment,
            duration_ms=duration_ms,
            mode="cram" if self.options.cram and mode == "flip" else mode,
            counts=counts and not self.options.cram and not card.note.draft,
            source=self.options.source,
            hints=hints,
            run_id=self._run_id,
            first_of_run=not any(step.review for step in self._steps),
            attempt=attempt,
        )
        self._session.done += 1
        self._session.durations.append(min(duration_ms / 1000, self._cap_seconds()))
        self._steps.append(_Step(waiting, card, review))
        if review.counts and review.after.due_day is None and review.after.due and not self.options.once:
            self._session.comes_again(_in_learning(waiting, review.after))
        try:
            self._show_next(now)
        except StoreError:
            # the rating is saved whatever becomes of the next card; who asks for more will be told what is wrong
            self._current = self.card = None
        return review

    def undo(self, now: datetime) -> str | None:
        """Take back the last step: of this run, else of the study day. Says what it was, None if there is nothing."""
        if self._steps and self._steps[-1].put_off:
            return self._undo_put_off()
        undone = self.collection.undo(now, run_id=self._run_id if self._steps else None, same_day=True)
        self._drop_steps_from(undone)
        if undone is None:
            return None
        if undone.keys:  # ticks of tasks have no card
            self._show_again(undone.keys[0])
        return undone.told

    def _drop_steps_from(self, undone: Step | None) -> None:
        """Forget the step that was taken back, and later ones, which another process had taken back before."""
        while self._steps:
            step = self._steps.pop()
            if step.review:
                self._session.done -= 1
                if self._session.durations:
                    self._session.durations.pop()
            self._session.take_up(step.forgotten)
            if undone and not step.put_off and step.is_what_was(undone):
                return

    def later(self, now: datetime) -> None:
        """To the end of the queue; nothing is logged."""
        waiting = self._waiting_on_screen()
        self._steps.append(_Step(waiting, self._on_screen(), put_off=True))
        self._session.put_off(waiting)
        self._show_next(now)

    def bury(self, now: datetime, *, note: bool = False) -> None:
        """Not before the next study day: the card, or all cards of its note."""
        self._set_aside("bury", now, note=note)

    def suspend(self, now: datetime, *, note: bool = False) -> None:
        """Not any more, until it is taken up again: the card, or all cards of its note."""
        self._set_aside("suspend", now, note=note)

    def flag(self, now: datetime) -> None:
        """A flag on the card, or off."""
        self._change("flag", now, off=bool(self._on_screen().flag))

    def mark(self, now: datetime) -> None:
        """The mark on the card, or off."""
        self._change("mark", now, off=self._on_screen().marked)

    def remark(self, text: str, now: datetime) -> None:
        """A note to self under the card, one line more; no text takes all lines away."""
        lines = [self._on_screen().remark, text.encode("utf-8", "replace").decode()]
        self._change("note", now, text="\n".join(filter(None, lines)) if text else "")

    def reset(self, now: datetime) -> None:
        """Forget the card's schedule: it is new again, and asked next."""
        self._change("reset", now)

    def take_home(self, now: datetime) -> str:
        """Copy the file of the card on screen into the learner's notes if it is a shipped one; what to say of it.

        Raises:
            QuizError: It could not be copied, and must not be edited.
        """
        card, key = self._on_screen(), self._waiting_on_screen().key
        copy = self.collection.own_copy(card.path, now)
        if str(copy) == card.path:
            return ""
        self._load(key)
        return f"This deck comes with dquiz. Yours is a copy from now on: {shown(copy)}"

    def reread(self, now: datetime) -> None:
        """Read the card's file again after it was edited; the card keeps its id and schedule whatever its text became.

        If it is gone from its file it is retired, and the next card follows.
        """
        card, key = self._on_screen(), self._waiting_on_screen().key
        self.collection.reread(card, now)
        if self._load(key) and not self._on_screen().retired:
            return
        self._session.forget([key])
        self._show_next(now)

    def history(self) -> list[Review]:
        """The reviews of the card on screen, oldest first."""
        return self.collection.history(self._on_screen())

    def summary(self, _now: datetime) -> Summary:
        """What the run came to so far; that a draft was said aloud is no review."""
        reviews = [
            (step.card, step.review) for step in self._steps if step.review and not step.card.note.draft
        ]
        due = [review for _, review in reviews if review.counts and review.before.state is State.REVIEW]
        again = Counter(card.id for card, review in reviews if review.rating is Rating.AGAIN)
        cards = {card.id: card for card, _ in reviews}
        cap = self._cap_seconds()
        return Summary(
            reviews=len(reviews),
            seconds=sum(min(review.duration_ms / 1000, cap) for _, review in reviews),
            counts={rating: sum(review.rating is rating for _, review in reviews) for rating in Rating},
            recalled=(sum(review.rating > Rating.AGAIN for review in due), len(due)),
            retention=self.collection.settings.fsrs.retention,
            hardest=[(cards[card], count) for card, count in again.most_common(3)],
        )

    def upcoming(self, now: datetime) -> Upcoming:
        """When there is something to study again."""
        from quiz.collection.upcoming import upcoming

        return upcoming(self.collection, self.selected, now)

    def more(self, now: datetime) -> More:
        """What could be studied at once though nothing is due."""
        from quiz.collection.upcoming import more

        return more(self.collection, self.selected, now)

    # --- the queue ---------------------------------------------------------------------------------------------

    def _reader(self, now: datetime) -> QueueReader:
        today = self.collection.days.day(now).toordinal()
        return QueueReader(self.collection.store.read, self.selected, today)

    def _build(self, now: datetime) -> None:
        queue, limit = self._reader(now), self.options.limit or ALL_CARDS
        if self.options.cram:
            drafts = self._drafts(queue)
            cards = in_steps(each_on_its_own(shuffled(queue.all_cards(limit), queue.today)))
            cards = cards[: max(limit - len(drafts), limit * 3 // 4)]
            self._session.fill([*cards, *drafts][:limit], ())
            return
        day = DayQueue(self.collection, self.selected, self.options, now)
        self.done_before = day.done
        learning = day.learning
        if self.options.once:
            learning = [card for card in learning if card.last_day != queue.today and card.due <= to_ms(now)]
        drafts = self._drafts(queue) if day.waiting or learning else []
        self._session.fill([*day.waiting, *drafts][:limit], learning)

    def _drafts(self, queue: QueueReader) -> list[Waiting]:
        """Some questions without an answer, other ones each day."""
        wanted = self.options.drafts
        return shuffled(queue.drafts(), queue.today)[:wanted] if wanted else []

    def _show_next(self, now: datetime) -> None:
        refilled = False
        while True:
            over = self._end is not None and now >= self._end
            waiting = None if over else self._session.take(now)
            if waiting is None and not over and not refilled and self._session.done:
                refilled = True
                self._build_again(now)
                continue
            self._current = waiting
            self.card = None
            self._previews = {}
            if waiting is None or self._is_still_due(waiting, now):
                return

    def _build_again(self, now: datetime) -> None:
        """Nothing is left of the queue: cards that became due meanwhile, here or elsewhere, are taken up."""
        options = self.options
        if not (options.cram or options.once) and options.limit is None and options.new is None:
            self._build(now)

    def _is_still_due(self, waiting: Waiting, now: datetime) -> bool:
        """Load the card, unless another process has reviewed it or set it aside since it was queued.

        Nor is a step of a chain asked whose step before is not seen after all.
        """
        row = card_row(self.collection.store.read, waiting.key)
        if row is None or row["retired"] or row["suspended"]:
            return False
        if row["queue"] == NOWHERE and not (row["draft"] and self.options.drafts):
            return False
        if (row["buried_until"] or 0) > self.collection.days.day(now).toordinal():
            return False
        chosen = self.selected.keys
        waits = row["after"] is not None and (chosen is None or row["after"] in chosen)
        is_early = row["queue"] == NEW_CARDS and waits
        if (row["reps"] != waiting.reps or is_early) and not self.options.cram:
            return False
        self._put_on_screen(row)
        return True

    def _load(self, key: int) -> bool:
        row = card_row(self.collection.store.read, key)
        if row:
            self._put_on_screen(row)
        return row is not None

    def _put_on_screen(self, row: Row) -> None:
        self.card = card_from(row, self.collection.days.start)
        self._previews = {}

    def _show_again(self, key: int) -> None:
        if self._current and self._current.key != key:
            self._session.put_back(self._current)
        self._session.forget([key])
        row = card_row(self.collection.store.read, key)
        assert row is not None, "an undone step belongs to a card"  # noqa: S101
        self._current = _waiting_from(row)
        self._put_on_screen(row)

    def _undo_put_off(self) -> str:
        step = self._steps.pop()
        if self._current:
            self._session.put_back(self._current)
        self._session.forget([step.waiting.key])
        self._current = step.waiting
        self._load(step.waiting.key)
        return "later"

    # --- changes -----------------------------------------------------------------------------------------------

    def _set_aside(self, kind: str, now: datetime, *, note: bool) -> None:
        card, waiting = self._on_screen(), self._waiting_on_screen()
        siblings = self.collection.siblings(card) if note else []
        keys = list(dict.fromkeys([waiting.key, *siblings]))
        self.collection.change(kind, keys, now, run_id=self._run_id)
        # what is suspended counts as passed, what is buried does not
        behind = self._session.steps_behind(keys) if kind == "bury" else []
        self._steps.append(_Step(waiting, card, forgotten=self._session.forget([*keys, *behind])))
        self._show_next(now)

    def _change(self, kind: str, now: datetime, *, off: bool = False, text: str = "") -> None:
        card, waiting = self._on_screen(), self._waiting_on_screen()
        self.collection.change(kind, [waiting.key], now, off=off, text=text, run_id=self._run_id)
        self._steps.append(_Step(waiting, card))
        row = card_row(self.collection.store.read, waiting.key)
        assert row is not None, "the card on screen exists"  # noqa: S101
        self._current = _waiting_from(row)
        self._put_on_screen(row)

    # --- small questions ---------------------------------------------------------------------------------------

    def _on_screen(self) -> Card:
        assert self.card is not None, "there is a card on screen"  # noqa: S101
        return self.card

    def _waiting_on_screen(self) -> Waiting:
        assert self._current is not None, "there is a card on screen"  # noqa: S101
        return self._current

    def _same_day(self, now: datetime) -> bool:
        days = self.collection.days
        return self._previewed_at is not None and days.day(now) == days.day(self._previewed_at)

    def _cap_seconds(self) -> float:
        return self.collection.settings.review.timer_cap.total_seconds()


def _in_learning(waiting: Waiting, after: Schedule) -> Waiting:
    assert after.due is not None  # noqa: S101
    return Waiting(waiting.key, waiting.note, waiting.deck, after.state, to_ms(after.due), after.reps)


def _waiting_from(row: Row) -> Waiting:
    return Waiting(
        row["key"],
        row["note_id"],
        row["deck"],
        STATES[row["state"]],
        row["due"],
        row["reps"],
        row["stability"],
        row["last_day"],
        row["difficulty"],
        row["after"],
    )

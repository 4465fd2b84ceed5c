"""The scheduler: what each rating makes of a card's schedule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Protocol, Self

from quiz.cards import Rating, Schedule, State
from quiz.errors import ConfigError, StoreRefusedError
from quiz.scheduling.intervals import fuzz_position, least_interval, pick_interval, whole
from quiz.scheduling.memory import (
    DEFAULT_PARAMETERS,
    LAST_DAY,
    PARAMETER_BOUNDS,
    Memory,
    clamp_memory,
    interval_for,
    retrievability,
    review_memory,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.scheduling.days import StudyDays

_DAY = timedelta(days=1)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
_LONGEST = 36500
_LEARNING = frozenset({State.NEW, State.LEARNING})


class Rated(Protocol):
    """A review as far as a replay needs it: `quiz.cards.Review` is one."""

    @property
    def rating(self) -> Rating:
        """How well the card was remembered."""

    @property
    def reviewed_at(self) -> datetime:
        """When, UTC."""

    @property
    def study_day(self) -> date:
        """The study day it was filed under then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerOptions:
    """How cards are scheduled.

    Attributes:
        parameters: w0 to w20 of FSRS-6; none are its defaults.
        retention: Desired retention, 0.70 to 0.99.
        learning_steps: Waits of a new card before it is in review.
        relearning_steps: Waits after a lapse.
        maximum_interval: In days.
        fuzz: Whether intervals vary a little, so that cards learned together part.
        leech_lapses: Lapses that make a card a leech; 0 is never.

    Raises:
        ConfigError: A value is outside its limits.
    """

    parameters: tuple[float, ...] = ()
    retention: float = 0.90
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    maximum_interval: int = _LONGEST
    fuzz: bool = True
    leech_lapses: int = 8

    def __post_init__(self) -> None:
        if not 0.70 <= self.retention <= 0.99:  # noqa: PLR2004
            raise ConfigError(f"Desired retention is {self.retention}; it must be 0.70 to 0.99.")
        if not 1 <= self.maximum_interval <= _LONGEST:
            raise ConfigError(
                f"The maximum interval is {self.maximum_interval} days; it must be 1 to {_LONGEST}."
            )
        if any(step <= timedelta() for step in self.learning_steps + self.relearning_steps):
            raise ConfigError("A learning step must be longer than nothing.")
        if self.parameters:
            _check_parameters(self.parameters)

    @property
    def decay(self) -> float:
        """w20: how fast the forgetting curve falls."""
        return (self.parameters or DEFAULT_PARAMETERS)[20]

    def raw_interval(self, stability: float) -> float:
        """Days until retrievability falls to the desired retention, before rounding, fuzz and limits."""
        return interval_for(self.retention, stability, self.decay)

    def position(self, card_id: str, reps: int) -> float | None:
        """Where in its range the interval after a card's next review lies; None without fuzz."""
        return fuzz_position(card_id, reps) if self.fuzz else None


def _check_parameters(parameters: tuple[float, ...]) -> None:
    if len(parameters) != len(PARAMETER_BOUNDS):
        raise ConfigError(f"FSRS-6 has {len(PARAMETER_BOUNDS)} parameters; these are {len(parameters)}.")
    for index, (value, (lowest, highest)) in enumerate(zip(parameters, PARAMETER_BOUNDS, strict=True)):
        if not lowest <= value <= highest:
            raise ConfigError(f"The parameter w{index} of FSRS is {value}; it must be {lowest} to {highest}.")


@dataclass(frozen=True, slots=True)
class Scheduler:
    """Schedules cards by FSRS-6, study days and Anki's rules for steps, intervals and fuzz.

    Schedules go in and come out as values; the same arguments always give the same result.

    A clock that was set back never makes time run backwards: a review belongs to the card's last study day
    or a later one. Numbers in a schedule that are outside the limits of the model are moved to the limit.

    Raises, from `preview`, `rate` and `reschedule`:
        StoreRefusedError: A reviewed card has no memory, or one that is not a number.
        ValueError: ``now`` has no time zone.
    """

    options: SchedulerOptions
    days: StudyDays

    def with_retention(self, retention: float) -> Self:
        """The same scheduler with another desired retention."""
        return replace(self, options=replace(self.options, retention=retention))

    def preview(self, card_id: str, schedule: Schedule, now: datetime) -> dict[Rating, Schedule]:
        """The schedule after each of the four ratings."""
        outcomes = _Outcomes(self, card_id, schedule, now, self.days.day(now))
        return {rating: outcomes.schedule(rating) for rating in Rating}

    def rate(
        self, card_id: str, schedule: Schedule, rating: Rating, now: datetime, day: date | None = None
    ) -> Schedule:
        """The schedule after a rating: what `preview` shows for it.

        A study day that was fixed before is given as ``day``.
        """
        return _Outcomes(self, card_id, schedule, now, day or self.days.day(now)).schedule(rating)

    def replay(self, card_id: str, reviews: Iterable[Rated]) -> Schedule:
        """The schedule after a card's reviews: those that count, since it was last new, in the log's order.

        It equals what rating them one by one gave, as long as the options and the zone have stayed the same. Of
        an outcome that was previewed before it was chosen, the moments differ by the time in between.
        """
        schedule = Schedule()
        for review in reviews:
            outcomes = _Outcomes(self, card_id, schedule, review.reviewed_at, review.study_day)
            schedule = outcomes.schedule(review.rating)
        return schedule

    def reschedule(self, card_id: str, schedule: Schedule) -> Schedule:
        """The schedule with the interval that its stability now deserves, counted from the last review.

        For cards in review, after their stability or the desired retention has changed; others stay as is.
        """
        if schedule.state is not State.REVIEW:
            return schedule
        memory = _checked_memory(card_id, schedule)
        days = self.options.raw_interval(memory.stability)
        position = self.options.position(
            card_id, schedule.reps - 1
        )  # that of the review which gave the interval
        interval = pick_interval(days, 1, self.options.maximum_interval, position)
        due_day = _days_later(memory.day, interval)
        return replace(schedule, interval=interval, due_day=due_day, due=self.days.start(due_day))

    def retrievability(self, schedule: Schedule, day: date) -> float | None:
        """The probability of recall on a study day; None for a card that was never reviewed."""
        stability, last_day = schedule.stability, schedule.last_day
        if schedule.state is State.NEW or stability is None or last_day is None or not isfinite(stability):
            return None
        return retrievability((day - last_day).days, stability, self.options.decay)

    def is_leech(self, lapses: int) -> bool:
        """Whether the latest lapse makes a card a leech: at the threshold, then every half of it later."""
        threshold = self.options.leech_lapses
        return 0 < threshold <= lapses and (lapses - threshold) % ceil(threshold / 2) == 0


class _Outcomes:
    """What the four ratings make of one card at one moment."""

    def __init__(
        self, scheduler: Scheduler, card_id: str, before: Schedule, now: datetime, day: date
    ) -> None:
        self.options = scheduler.options
        self.days = scheduler.days
        self.before = before
        self.day = min(max(day, before.last_day or day), LAST_DAY)
        self.moment = max(now, before.last_review or now).astimezone(UTC)
        self.known = None if before.state is State.NEW else _checked_memory(card_id, before)
        self.position = self.options.position(card_id, before.reps)
        self.memories: dict[Rating, Memory] = {}

    def schedule(self, rating: Rating) -> Schedule:
        """The schedule after a rating."""
        before, memory = self.before, self.memory(rating)
        step, wait = self.next_step(rating)
        due_day: date | None
        if step is None:
            state, interval = State.REVIEW, self.interval(rating)
            due_day = _days_later(self.day, interval)
        else:
            state = State.LEARNING if before.state in _LEARNING else State.RELEARNING
            interval, due_day = 0, self.end_of_step(wait)
        return Schedule(
            state=state,
            step=step,
            due=self.days.start(due_day) if due_day else _later(self.moment, wait),
            due_day=due_day,
            stability=memory.stability,
            difficulty=memory.difficulty,
            last_review=self.moment,
            last_day=self.day,
            interval=interval,
            reps=before.reps + 1,
            lapses=before.lapses + (before.state is State.REVIEW and rating is Rating.AGAIN),
        )

    def memory(self, rating: Rating) -> Memory:
        """The memory after a rating."""
        if rating not in self.memories:
            self.memories[rating] = review_memory(self.options.parameters, self.known, rating, self.day)
        return self.memories[rating]

    def next_step(self, rating: Rating) -> tuple[int | None, timedelta]:
        """The (re)learning step that follows, and how long it lasts; None if the card is in review then."""
        state = self.before.state
        if state is State.REVIEW and rating is not Rating.AGAIN:
            return None, timedelta()
        steps = self.options.learning_steps if state in _LEARNING else self.options.relearning_steps
        return _next_step(steps, max(self.before.step or 0, 0), rating)

    def end_of_step(self, wait: timedelta) -> date | None:
        """The study day at the end of a step of a day or more, as in Anki; None for shorter ones."""
        if wait < _DAY:
            return None
        return min(max(self.days.day_after(self.moment, wait), _days_later(self.day, wait.days)), LAST_DAY)

    def interval(self, rating: Rating) -> int:
        """Days until the next review, if the rating puts or leaves the card in review: Anki's rule.

        A pass in review gives more days than the rating below it; out of the steps only Easy does.
        """
        days = self.options.raw_interval(self.memory(rating).stability)
        least = 1
        if self.before.state is not State.REVIEW:
            days = max(whole(days), 1)
            if rating is Rating.EASY:
                least = self.interval(Rating.GOOD) + 1
        elif rating is not Rating.AGAIN:
            least = least_interval(days, max(self.before.interval, 0), self.options.maximum_interval)
            if rating is not Rating.HARD:
                least = max(least, self.interval(Rating(rating - 1)) + 1)
        return pick_interval(days, least, self.options.maximum_interval, self.position)


def _next_step(steps: tuple[timedelta, ...], step: int, rating: Rating) -> tuple[int | None, timedelta]:
    if steps and rating is Rating.AGAIN:
        return 0, steps[0]
    # there may be fewer steps than when the card was learned
    if rating is Rating.EASY or step >= len(steps):
        return None, timedelta()
    if rating is Rating.HARD:
        return step, steps[step] if step else _hard_on_first_step(steps)
    if step + 1 < len(steps):
        return step + 1, steps[step + 1]
    return None, timedelta()


def _hard_on_first_step(steps: tuple[timedelta, ...]) -> timedelta:
    """Anki's: between the first two steps; of a single one half as much again, but at most a day more."""
    wait = (steps[0] + steps[1]) / 2 if len(steps) > 1 else min(steps[0] * 1.5, steps[0] + _DAY)
    return wait if wait <= _DAY else floor(wait / _DAY + 0.5) * _DAY


def _checked_memory(card_id: str, schedule: Schedule) -> Memory:
    stability, difficulty, day = schedule.stability, schedule.difficulty, schedule.last_day
    if stability is None or difficulty is None or day is None or not isfinite(stability + difficulty):
        raise StoreRefusedError(
            f"The schedule of card {card_id} is damaged: stability {stability}, difficulty {difficulty}, "
            f"last study day {day}. `dquiz doctor --fix` rebuilds it from the review log.",
            card=card_id,
        )
    return Memory(*clamp_memory(stability, difficulty), day)


def _days_later(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, LAST_DAY.toordinal()))


def _later(at: datetime, wait: timedelta) -> datetime:
    return at + wait if wait <= _LAST_MOMENT - at else _LAST_MOMENT

"""A card's review log in Anki as reviews that dquiz can replay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from math import exp
from typing import TYPE_CHECKING

from quiz.cards import Schedule, State
from quiz.scheduling.memory import DEFAULT_PARAMETERS, clamp_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from quiz.importers.anki.values import AnkiCard, LoggedReview

_MANUAL, _RESCHEDULED, _FILTERED, _LEARNING = 4, 5, 3, 0
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReview:
    """A review that happened elsewhere.

    Attributes:
        id: Unix milliseconds, as the other program has it.
        rating: 1 to 4; 0 makes the card new again, or gives it a schedule.
        counts: Whether it moves the schedule.
        given: The schedule after it, where what led to it is not known. Without a rating it is a due date that was
            set by hand, and what is known of the memory stays.
    """

    id: int
    rating: int
    study_day: date
    duration_ms: int = 0
    counts: bool = True
    given: Schedule | None = None


def history(card: AnkiCard, parameters: Sequence[float], *, alone: bool) -> tuple[PastReview, ...]:
    """The reviews of a card, oldest first; a due date that was set by hand after them is the last.

    Args:
        card: With its log.
        parameters: Of FSRS, for the memory behind the first row of a log that begins in the middle.
        alone: No review of the card happened elsewhere. Then the log counts from where Anki's own FSRS begins: since
            the last reset the last group of learning rows, or else the first interval of a day or more.
    """
    logged = [row for row in card.reviews if _is_rated(row) or _is_reset(row)]
    moved = _moved(card, parameters)
    past = [_past(row) for row in logged]
    if alone:
        reset = max((row.id for row in logged if _is_reset(row)), default=0)
        rated = [row for row in logged if row.id > reset and not _is_practice(row)]
        if rated:
            start, given = _start(rated, parameters)
            past = [_from_start(row, start, given) if row.id > reset else row for row in past]
        elif not reset and not moved:
            past += _without_log(card, parameters)
    return (*past, *moved)


def settled_as(card: AnkiCard, day_start: Callable[[date], datetime]) -> Callable[[Schedule], Schedule]:
    """What becomes of a schedule if the newest review is Anki's: its state and due date, with the replayed memory."""

    def settle(schedule: Schedule) -> Schedule:
        if card.state is State.NEW or schedule.state is State.NEW:
            return schedule
        step = None
        if card.state is not State.REVIEW:
            step = schedule.step if schedule.state is card.state else 0
        due = day_start(card.due_day) if card.due_day else card.due
        if due is None:
            return schedule
        interval = max(card.interval, 1) if card.state is State.REVIEW else 0
        return replace(
            schedule, state=card.state, step=step, due=due, due_day=card.due_day, interval=interval
        )

    return settle


def _is_rated(row: LoggedReview) -> bool:
    return 1 <= row.rating <= 4  # noqa: PLR2004 - Again to Easy


def _is_reset(row: LoggedReview) -> bool:
    return row.rating == 0 and row.kind == _MANUAL and row.factor == 0


def _is_practice(row: LoggedReview) -> bool:
    """Cramming in a filtered deck moves no schedule."""
    return row.kind == _FILTERED and row.factor == 0


def _moved(card: AnkiCard, parameters: Sequence[float]) -> tuple[PastReview, ...]:
    """The due date that was set by hand, or by a change of options, and not followed by anything."""
    row = next((row for row in reversed(card.reviews) if not _is_practice(row)), None)
    if row is None or row.rating or row.kind not in {_MANUAL, _RESCHEDULED} or _is_reset(row):
        return ()
    given = _inferred(max(row.interval, 1), row.factor, row.study_day, row.id, parameters)
    return (PastReview(id=row.id, rating=0, study_day=row.study_day, given=given),)


def _past(row: LoggedReview) -> PastReview:
    return PastReview(
        id=row.id,
        rating=row.rating,
        study_day=row.study_day,
        duration_ms=row.duration_ms,
        counts=not _is_practice(row),
    )


def _start(rated: Sequence[LoggedReview], parameters: Sequence[float]) -> tuple[int, Schedule | None]:
    """The id of the row that the memory begins with, and the schedule after it unless it begins with nothing."""
    learning = [number for number, row in enumerate(rated) if row.kind == _LEARNING]
    if learning:
        first = learning[-1]
        while first and rated[first - 1].kind == _LEARNING:
            first -= 1
        return rated[first].id, None
    for row in rated:
        if row.interval >= 1:
            return row.id, _inferred(row.interval, row.factor, row.study_day, row.id, parameters)
    return rated[-1].id + 1, None


def _from_start(row: PastReview, start: int, given: Schedule | None) -> PastReview:
    if row.id < start:
        return replace(row, counts=False)
    return replace(row, given=given) if row.id == start else row


def _without_log(card: AnkiCard, parameters: Sequence[float]) -> tuple[PastReview, ...]:
    """One row that gives the schedule, for a card in review whose log is lost."""
    if card.state is not State.REVIEW or card.due_day is None or card.interval < 1:
        return ()
    day = card.due_day.fromordinal(max(card.due_day.toordinal() - card.interval, 1))
    noon = int(datetime.combine(day, time(12), UTC).timestamp()) * 1000
    # thousands of cards may have been reviewed on that day, and ids are unique
    at_ms = noon + card.id % _HOUR_MS
    given = _inferred(card.interval, card.factor, day, at_ms, parameters)
    if card.memory:
        stability, difficulty = clamp_memory(*card.memory)
        given = replace(given, stability=stability, difficulty=difficulty)
    return (PastReview(id=at_ms, rating=0, study_day=day, given=given),)


def _inferred(interval: int, factor: int, day: date, at_ms: int, parameters: Sequence[float]) -> Schedule:
    """The memory that Anki infers from SM-2's interval and ease (`FSRS::memory_state_from_sm2`, at 90 %)."""
    w = parameters or DEFAULT_PARAMETERS
    ease = (factor or 2500) / 1000
    if ease <= 1.1:  # noqa: PLR2004 - a factor this small is FSRS's difficulty in thousandths
        difficulty = (ease - 0.1) * 9 + 1
    else:
        growth = exp(w[8]) * interval ** -w[9] * (exp(0.1 * w[10]) - 1)
        difficulty = 11 - (ease - 1) / growth
    stability, difficulty = clamp_memory(float(interval), difficulty)
    due_day = day.fromordinal(min(day.toordinal() + interval, day.max.toordinal()))
    return Schedule(
        state=State.REVIEW,
        due_day=due_day,
        stability=stability,
        difficulty=difficulty,
        last_review=datetime.fromtimestamp(at_ms / 1000, UTC),
        last_day=day,
        interval=interval,
        reps=1,
    )

"""What the scheduler knows of a card, as Anki's tables have it: days counted from day 0, and a log of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from quiz.cards import Card, CollectedDeck, CollectedReview, DeckOptions

_TYPES = {State.LEARNING: 1, State.REVIEW: 2, State.RELEARNING: 3}
_SUSPENDED, _NEW, _AT_A_MOMENT, _IN_REVIEW, _ON_A_DAY = -1, 0, 1, 2, 3
# What SM-2 begins with: FSRS does not look at it, but 0 would be a card that was never in review
_EASE = 2500

_LEARNING, _RELEARNING, _MANUAL = 0, 2, 4
_REVIEW_KINDS = {
    State.NEW: _LEARNING,
    State.LEARNING: _LEARNING,
    State.REVIEW: 1,
    State.RELEARNING: _RELEARNING,
}

_ROLLOVER = time(4)
# 2020-01-01: nothing in a package of new cards counts from it, but it has to stay the same
_FIRST = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class DayZero:
    """The day from which a package counts.

    Attributes:
        created: Unix seconds of its roll-over.
        minutes_west: How far its zone lay west of Greenwich then; None leaves it to the reader's zone.
    """

    day: date
    created: int
    minutes_west: int | None = None

    @classmethod
    def before(cls, decks: Iterable[CollectedDeck]) -> DayZero:
        """The day before the first review and the first due date in some decks."""
        days = [day for deck in decks for day in _days(deck)]
        if not days:
            return ANY_DAY
        zone = next(deck.options.zone for deck in decks)
        return cls.at(max(min(days) - timedelta(days=1), date(1970, 1, 2)), zone)

    @classmethod
    def at(cls, day: date, zone: tzinfo) -> DayZero:
        """A day in a zone."""
        created = datetime.combine(day, _ROLLOVER, zone)
        offset = created.utcoffset() or timedelta()
        return cls(day, int(created.timestamp()), -(offset // timedelta(minutes=1)))

    def number(self, day: date) -> int:
        """A day as Anki counts it."""
        return (day - self.day).days


ANY_DAY = DayZero(_FIRST, int(datetime.combine(_FIRST, _ROLLOVER, UTC).timestamp()))


def _days(deck: CollectedDeck) -> Iterator[date]:
    for collected in deck.notes:
        firsts = [reviews[0].study_day for reviews in collected.reviews.values() if reviews]
        if firsts:
            yield date.fromordinal(min(firsts))
        for card in collected.cards:
            if card.schedule.due_day:
                yield card.schedule.due_day


class Progress(NamedTuple):
    """The columns of a card that its schedule fills: ``type queue due ivl factor reps lapses left data``."""

    type: int
    queue: int
    due: int
    interval: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    left: int = 0
    data: str = ""


class ReviewRow(NamedTuple):
    """A row of ``revlog``.

    Attributes:
        id: Unix milliseconds, unique in the package.
        ease: 1 to 4; 0 is no rating.
        interval: Days, or seconds below 0.
        factor: The difficulty, 100 to 1100.
    """

    id: int
    card: int
    ease: int
    interval: int
    last_interval: int
    factor: int
    milliseconds: int
    kind: int


class ReviewIds:
    """The ids that reviews have in a package.

    A review that was imported has the id it came with, so that Anki and dquiz know it again. Where that one is
    here another review's, both have those they have here.
    """

    def __init__(self, decks: Iterable[CollectedDeck]) -> None:
        notes = (collected for deck in decks for collected in deck.notes)
        self._taken = {
            review.id for collected in notes for reviews in collected.reviews.values() for review in reviews
        }

    def of(self, review: CollectedReview) -> int:
        """The id of a review; to be asked once."""
        foreign = review.foreign_id
        if foreign is None or foreign in self._taken:
            return review.id
        self._taken.add(foreign)
        return foreign


def review_rows(card: int, reviews: Iterable[CollectedReview], ids: ReviewIds) -> list[ReviewRow]:
    """The log of a card, oldest first."""
    rows, last, graduated = [], 0, False
    for review in reviews:
        kind = _REVIEW_KINDS[review.before] if review.rating else _MANUAL
        if kind == _LEARNING and graduated:
            # a card that is in review here was learned elsewhere: Anki's FSRS begins at the last group of learning rows
            kind = _RELEARNING
        graduated = review.after is not State.NEW and (
            graduated or State.REVIEW in (review.before, review.after)
        )
        if review.rating or review.after is not State.NEW:
            interval, factor = review.interval, _factor(review.difficulty)
        else:  # a reset
            interval, factor = 0, 0
        rows.append(
            ReviewRow(ids.of(review), card, review.rating, interval, last, factor, review.duration_ms, kind)
        )
        last = interval
    return rows


def _factor(difficulty: float | None) -> int:
    """A difficulty as Anki writes it into its log, where 0 would mean cramming."""
    return int((((difficulty or 1) - 1) / 9 + 0.1) * 1000)


def new(position: int, *, paused: bool = False) -> Progress:
    """A card that was never asked; ``position`` is its place among those."""
    return Progress(0, _SUSPENDED if paused else _NEW, position)


def progress(
    card: Card, log: Sequence[ReviewRow], position: int, zero: DayZero, options: DeckOptions
) -> Progress:
    """The progress of a card with its log; ``position`` is its place among the new cards."""
    schedule = card.schedule
    paused = card.suspended or card.retired
    if schedule.state is State.NEW:
        return new(position, paused=paused)
    queue, due = _due(card, zero, paused=paused)
    learning = schedule.state is State.LEARNING
    steps = options.learning_steps if learning else options.relearning_steps
    return Progress(
        type=_TYPES[schedule.state],
        queue=_SUSPENDED if paused else queue,
        due=due,
        interval=0 if learning else max(schedule.interval, 1),
        factor=0 if learning else _EASE,
        reps=schedule.reps,
        lapses=schedule.lapses,
        left=0 if schedule.step is None else max(steps - schedule.step, 1),
        data=_memory(card, log, position, options),
    )


def _due(card: Card, zero: DayZero, *, paused: bool) -> tuple[int, int]:
    schedule = card.schedule
    if schedule.state is State.REVIEW and schedule.due_day:
        return _IN_REVIEW, zero.number(schedule.due_day)
    if schedule.due_day and not paused:
        return _ON_A_DAY, zero.number(schedule.due_day)
    # Anki moves the days of a suspended card only if it is in review, so one in learning has a moment
    return _AT_A_MOMENT, int(schedule.due.timestamp()) if schedule.due else 0


def _memory(card: Card, log: Sequence[ReviewRow], position: int, options: DeckOptions) -> str:
    schedule = card.schedule
    # a second off, and Anki's check of the database finds fault with it
    rated = max((row.id // 1000 for row in log if row.ease), default=0)
    reviewed = rated or (int(schedule.last_review.timestamp()) if schedule.last_review else 0)
    return (
        f'{{"pos":{position},"s":{round(schedule.stability or 0, 4)},"d":{round(schedule.difficulty or 0, 3)},'
        f'"dr":{round(options.retention, 2)},"decay":{round(options.decay, 3)},"lrt":{reviewed}}}'
    )

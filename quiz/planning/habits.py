"""How a learner rates and how long cards take: start values, moved by the learner's own log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quiz.cards import Rating

_CARD_DAYS_OF_START = 10
_RATINGS_OF_START = 50
_LEAST_SECONDS = 1.0  # rated sooner, the card was not read by a person who was timed


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What to expect of a learner. Sequences are in the order of ratings, Again first.

    Seconds are those that a card takes on a whole study day, (re)learning steps included, by its first rating that day.

    Attributes:
        first_share: Of each rating among first ratings of new cards.
        pass_share: Of Hard, Good and Easy among reviews that are recalled.
        new_seconds: Of a new card.
        review_seconds: Of a review.
        card_days: How many of the learner's own these figures come from, beside the start values.
    """

    first_share: Sequence[float] = (0.24, 0.09, 0.50, 0.17)
    pass_share: Sequence[float] = (0.224, 0.631, 0.145)
    new_seconds: Sequence[float] = (45.0, 35.0, 25.0, 20.0)
    review_seconds: Sequence[float] = (35.0, 18.0, 14.0, 10.0)
    card_days: int = 0

    def seconds(self, card_day: CardDay) -> float:
        """What a card was expected to take on a study day, now that its first rating is known."""
        seconds = self.new_seconds if card_day.new else self.review_seconds
        return seconds[card_day.rating - 1]


class Answer(NamedTuple):
    """A review as the log has it, as far as habits need it.

    Attributes:
        card: What the store knows the card by.
        day: The study day, as an ordinal.
        new: Whether the card was new before.
        seconds: As measured, capped.
    """

    card: int
    day: int
    rating: Rating
    new: bool
    seconds: float


class CardDay(NamedTuple):
    """All answers to a card on one study day.

    Attributes:
        rating: The first of the day.
        new: Whether it was the card's first day.
        seconds: Of all answers together.
    """

    rating: Rating
    new: bool
    seconds: float

    @property
    def is_timed(self) -> bool:
        """Whether the time can be that of a person: commands and imports may give none."""
        return self.seconds >= _LEAST_SECONDS


def card_days(answers: Iterable[Answer]) -> list[CardDay]:
    """Answers in the order of the log, put together by card and study day."""
    days: dict[tuple[int, int], CardDay] = {}
    for card, day, rating, new, seconds in answers:
        first = days.get((card, day))
        so_far = first.seconds if first else 0.0
        days[card, day] = (first or CardDay(rating, new, 0.0))._replace(seconds=so_far + seconds)
    return list(days.values())


def learned_habits(answers: Iterable[Answer], start: Habits | None = None) -> Habits:
    """The start values, moved towards what the log shows the more of it there is.

    Seconds start with the weight of 10 card-days of the same first rating, shares with that of 50 ratings, so from as
    many of the learner's own on these outweigh them. A learner's seconds for one card vary about as much as their mean,
    so that a mean of ten is known to a third: as well as the start values fit an unknown learner. Means, not
    medians: what counts is how many cards fit into a day.
    """
    start = start or Habits()
    days = card_days(answers)
    first, reviews = [day for day in days if day.new], [day for day in days if not day.new]
    passed = [day for day in reviews if day.rating > 1]
    return Habits(
        first_share=_shares(start.first_share, [day.rating - 1 for day in first]),
        pass_share=_shares(start.pass_share, [day.rating - 2 for day in passed]),
        new_seconds=_seconds(start.new_seconds, first),
        review_seconds=_seconds(start.review_seconds, reviews),
        card_days=len(days),
    )


def seconds_spent(done: Iterable[CardDay], habits: Habits, begun: Iterable[CardDay] = ()) -> float:
    """The time that the study day has used up; where none was measured, what was to be expected.

    Of cards that were begun and come again that day it counts what is still to be expected of them, too.
    """
    seconds = sum(day.seconds if day.is_timed else habits.seconds(day) for day in done)
    return seconds + sum(max(day.seconds, habits.seconds(day)) for day in begun)


def _shares(start: Sequence[float], places: Sequence[int]) -> tuple[float, ...]:
    all_together = _RATINGS_OF_START + len(places)
    return tuple(
        (_RATINGS_OF_START * share + places.count(place)) / all_together for place, share in enumerate(start)
    )


def _seconds(start: Sequence[float], days: Sequence[CardDay]) -> tuple[float, ...]:
    means = []
    for rating, seconds in enumerate(start, 1):
        measured = [day.seconds for day in days if day.rating == rating and day.is_timed]
        total = _CARD_DAYS_OF_START * seconds + sum(measured)
        means.append(total / (_CARD_DAYS_OF_START + len(measured)))
    return tuple(means)

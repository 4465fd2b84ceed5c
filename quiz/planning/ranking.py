"""The order in which cards are studied on one day of a plan, and how many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from quiz.planning.gain import gain_of_new, gain_of_review
from quiz.scheduling.memory import clamp_memory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.planning.habits import Habits


class PlannedCard(NamedTuple):
    """A card of a plan, as far as its order needs it; a new card has no memory.

    Attributes:
        key: What the store knows the card by.
        last_day: The study day of its last review, as an ordinal.
    """

    key: int
    stability: float | None = None
    difficulty: float | None = None
    last_day: int | None = None


class Ranked(NamedTuple):
    """A card that is worth studying today.

    Attributes:
        worth: Recall on the date that is gained per second, by expectation.
        seconds: That it is expected to take.
    """

    key: int
    worth: float
    seconds: float
    new: bool


def ranked(
    cards: Iterable[PlannedCard],
    today: int,
    days_left: int,
    habits: Habits,
    parameters: tuple[float, ...] = (),
) -> list[Ranked]:
    """Cards in the order of expected gain in recall on the date per expected second, new cards among the others.

    Cards that were studied today, and those whose recall would not gain, are left out; equal ones stay in the order
    in which they come. The place of a card depends on no other card, so studying one leaves the order of the rest.

    Args:
        cards: In the order of their decks.
        today: The study day, as an ordinal.
        days_left: Until the date; less than one counts as one.
        habits: Of the learner.
        parameters: w0 to w20 of FSRS-6; none are its defaults.
    """
    days_left = max(days_left, 1)
    of_new, seconds_of_new = gain_of_new(parameters, habits, days_left)
    of_review = gain_of_review(parameters, habits, days_left)
    ranking = []
    for key, stability, difficulty, last_day in cards:
        if stability is None or difficulty is None or last_day is None:
            ranking.append(Ranked(key, of_new / seconds_of_new, seconds_of_new, new=True))
        elif last_day < today:
            gain, seconds = of_review(*clamp_memory(stability, difficulty), today - last_day)
            if gain > 0:
                ranking.append(Ranked(key, gain / seconds, seconds, new=False))
    return sorted(ranking, key=lambda card: -card.worth)


def within(ranking: Iterable[Ranked], seconds: float) -> list[Ranked]:
    """The first cards of a ranking, until the time is used up; the last one may run over."""
    chosen = []
    for card in ranking:
        if seconds <= 0:
            break
        chosen.append(card)
        seconds -= card.seconds
    return chosen

"""The planner as simulations of study policies call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from quiz.planning.habits import Habits
from quiz.planning.ranking import PlannedCard, ranked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SimulatedCard(NamedTuple):
    """A card of a simulation; unless it was seen, the rest means nothing.

    Attributes:
        last_day: The number of the day of its last review, negative before the first day.
    """

    id: int
    seen: bool
    stability: float
    difficulty: float
    last_day: int


class SimulatedMemory(NamedTuple):
    """The memory model of a simulation: w0 to w20 of FSRS-6."""

    w: Sequence[float]


class SimulatedDay(NamedTuple):
    """A study day of a simulation.

    Attributes:
        number: From 0.
        left: Days until the date.
        learner: Anything with shares and seconds as `Habits` has them.
    """

    number: int
    left: int
    memory: SimulatedMemory
    learner: Habits


def policy(cards: Iterable[SimulatedCard], day: SimulatedDay) -> list[int]:
    """The cards to study on a day, best first, by their ids."""
    habits = Habits(
        first_share=day.learner.first_share,
        pass_share=day.learner.pass_share,
        new_seconds=day.learner.new_seconds,
        review_seconds=day.learner.review_seconds,
    )
    planned = (
        PlannedCard(card.id, card.stability, card.difficulty, card.last_day)
        if card.seen
        else PlannedCard(card.id)
        for card in cards
    )
    return [card.key for card in ranked(planned, day.number, day.left, habits, tuple(day.memory.w))]

"""What studying a card today adds to its recall on the date, by expectation over the ratings it may get.

The memory model is FSRS-6; formulas as in `quiz.scheduling.memory`, here for all four ratings at once. S is stability,
D difficulty, R retrievability. On one study day, Again of a review, and Again and Hard of a new card, are followed by
one Good.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp
from typing import TYPE_CHECKING

from quiz.scheduling import DEFAULT_PARAMETERS, forgetting_curve, replay_memory
from quiz.scheduling.memory import MAX_DIFFICULTY, MAX_STABILITY, MIN_DIFFICULTY, MIN_STABILITY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from quiz.planning.habits import Habits

_AGAIN, _HARD, _GOOD, _EASY = 1, 2, 3, 4
_FIRST_DAYS = (
    ((0, _AGAIN), (0, _GOOD)),
    ((0, _HARD), (0, _GOOD)),
    ((0, _GOOD),),
    ((0, _EASY),),
)


@lru_cache(maxsize=16)
def first_memories(parameters: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """S and D after a card's first study day, for each first rating."""
    return tuple(replay_memory(parameters, history) for history in _FIRST_DAYS)


@lru_cache(maxsize=16)
def stabilities_after(
    parameters: tuple[float, ...],
) -> Callable[[float, float, float], tuple[float, float, float, float]]:
    """S after a study day with a review, for each first rating: a function of S, D and R before it."""
    w = parameters or DEFAULT_PARAMETERS
    growth_of_all, hard, easy = exp(w[8]), w[15], w[16]
    w9, w10, w11, w12, w13, w14, w19 = w[9], w[10], w[11], w[12], w[13], w[14], w[19]
    same_day_good = exp(w[17] * w[18])

    def after(stability: float, difficulty: float, recall: float) -> tuple[float, float, float, float]:
        forgotten = 1 - recall
        lapsed = w11 * difficulty**-w12 * ((stability + 1) ** w13 - 1) * exp(w14 * forgotten)
        lapsed = max(min(lapsed, stability / same_day_good), MIN_STABILITY)
        again = lapsed * max(same_day_good * lapsed**-w19, 1.0)
        gained = stability * growth_of_all * (11 - difficulty) * stability**-w9 * (exp(w10 * forgotten) - 1)
        return (
            min(again, MAX_STABILITY),
            min(max(stability + gained * hard, MIN_STABILITY), MAX_STABILITY),
            min(max(stability + gained, MIN_STABILITY), MAX_STABILITY),
            min(max(stability + gained * easy, MIN_STABILITY), MAX_STABILITY),
        )

    return after


@lru_cache(maxsize=16)
def difficulties_after(
    parameters: tuple[float, ...],
) -> Callable[[float], tuple[float, float, float, float]]:
    """D after a study day with a review, for each first rating: a function of D before it."""
    w = parameters or DEFAULT_PARAMETERS
    reversion, keep = w[7] * (w[4] - exp(3 * w[5]) + 1), 1 - w[7]

    def rated(difficulty: float, rating: int) -> float:
        moved = difficulty - w[6] * (rating - 3) * (10 - difficulty) / 9
        return min(max(reversion + keep * moved, MIN_DIFFICULTY), MAX_DIFFICULTY)

    def after(difficulty: float) -> tuple[float, float, float, float]:
        again = rated(rated(difficulty, _AGAIN), _GOOD)
        return again, rated(difficulty, _HARD), rated(difficulty, _GOOD), rated(difficulty, _EASY)

    return after


def gain_of_new(parameters: tuple[float, ...], habits: Habits, days_left: int) -> tuple[float, float]:
    """The expected gain in recall on the date by a new card's first study today, and its expected seconds."""
    recall = forgetting_curve((parameters or DEFAULT_PARAMETERS)[20])
    memories = zip(habits.first_share, first_memories(parameters), strict=True)
    gain = sum(share * recall(days_left, stability) for share, (stability, _) in memories)
    return gain, _mean(habits.first_share, habits.new_seconds)


def gain_of_review(
    parameters: tuple[float, ...], habits: Habits, days_left: int
) -> Callable[[float, float, float], tuple[float, float]]:
    """The same of a review: a function of S, D and the days since the last study, for many cards."""
    recall = forgetting_curve((parameters or DEFAULT_PARAMETERS)[20])
    stabilities = stabilities_after(parameters)
    hard, good, easy = habits.pass_share
    seconds_of_again = habits.review_seconds[0]
    seconds_of_pass = _mean(habits.pass_share, habits.review_seconds[1:])

    def gain(stability: float, difficulty: float, elapsed: float) -> tuple[float, float]:
        now = recall(elapsed, stability)
        after_again, after_hard, after_good, after_easy = stabilities(stability, difficulty, now)
        passed = (
            hard * recall(days_left, after_hard)
            + good * recall(days_left, after_good)
            + easy * recall(days_left, after_easy)
        )
        studied = (1 - now) * recall(days_left, after_again) + now * passed
        return (
            studied - recall(elapsed + days_left, stability),
            (1 - now) * seconds_of_again + now * seconds_of_pass,
        )

    return gain


def _mean(shares: Sequence[float], seconds: Sequence[float]) -> float:
    return sum(share * each for share, each in zip(shares, seconds, strict=True))

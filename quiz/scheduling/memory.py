"""The memory model FSRS-6 in plain Python: retrievability, intervals and the replay of whole histories.

Formulas and default parameters: FSRS-6 of open-spaced-repetition, as in py-fsrs 6.3. S is stability (days
until retrievability falls to 0.9), D difficulty (1 to 10), R retrievability, G the rating (1 to 4), t the
elapsed study days, w0 to w20 the parameters.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import e, inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import fsrs

    from quiz.cards import Rating

# fmt: off
DEFAULT_PARAMETERS: tuple[float, ...] = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)
PARAMETER_BOUNDS: tuple[tuple[float, float], ...] = (
    (0.001, 100), (0.001, 100), (0.001, 100), (0.001, 100), (1, 10), (0.001, 4), (0.001, 4), (0.001, 0.75),
    (0, 4.5), (0, 0.8), (0.001, 3.5), (0.001, 5), (0.001, 0.25), (0.001, 0.9), (0, 4), (0, 1), (1, 6), (0, 2),
    (0, 2), (0, 0.8), (0.1, 0.8),
)
# fmt: on
MIN_STABILITY, MAX_STABILITY = 0.001, 36500.0
MIN_DIFFICULTY, MAX_DIFFICULTY = 1.0, 10.0
# One day less than the calendar has: py-fsrs adds an interval to the day that it is given.
LAST_DAY = date.max - timedelta(days=1)
_AGAIN = 1


class Memory(NamedTuple):
    """What a reviewed card is remembered by.

    Attributes:
        day: The study day of the last review.
    """

    stability: float
    difficulty: float
    day: date


def retrievability(elapsed_days: float, stability: float, decay: float = DEFAULT_PARAMETERS[20]) -> float:
    """The probability of recall: ``R(t, S) = (1 + F·t/S)^k`` with ``k = -w20`` and ``F = 0.9^(1/k) - 1``.

    Args:
        elapsed_days: Study days since the last review; less than none counts as none.
        stability: In days; less than 0.001 counts as 0.001.
        decay: w20, positive.
    """
    return forgetting_curve(decay)(elapsed_days, stability)


@lru_cache(maxsize=16)
def forgetting_curve(decay: float = DEFAULT_PARAMETERS[20]) -> Callable[[float, float], float]:
    """`retrievability` as a function of elapsed days and stability: for many cards, as it is faster."""
    factor, exponent = 0.9 ** (-1 / decay) - 1, -decay

    def recall(elapsed_days: float, stability: float) -> float:
        if elapsed_days <= 0:
            return 1.0
        at_least = stability if stability > 0.001 else 0.001  # noqa: FURB136, PLR2004 - max() takes 1.6 times as long
        return (1 + factor * elapsed_days / at_least) ** exponent  # type: ignore[no-any-return]

    return recall


def interval_for(retention: float, stability: float, decay: float = DEFAULT_PARAMETERS[20]) -> float:
    """Days until retrievability falls to ``retention``: ``I(r, S) = S/F · (r^(1/k) - 1)``, not rounded."""
    return float(stability / (0.9 ** (-1 / decay) - 1) * (retention ** (-1 / decay) - 1))


def clamp_memory(stability: float, difficulty: float) -> tuple[float, float]:
    """S and D within the limits of the model, which are Anki's."""
    return (
        min(max(stability, MIN_STABILITY), MAX_STABILITY),
        min(max(difficulty, MIN_DIFFICULTY), MAX_DIFFICULTY),
    )


def review_memory(parameters: Sequence[float], before: Memory | None, rating: Rating, day: date) -> Memory:
    """The memory after one review, by py-fsrs.

    Args:
        parameters: w0 to w20 within their bounds; none are the defaults.
        before: None for the first review.
        rating: How well the card was remembered.
        day: The study day, from that of ``before`` to `LAST_DAY`.
    """
    import fsrs  # noqa: PLC0415 - takes 29 ms

    card = fsrs.Card(card_id=0, due=_noon(day))
    if before:
        card.state = fsrs.State.Review  # where S and D follow the same formulas as in (re)learning
        card.stability, card.difficulty = before.stability, before.difficulty
        card.last_review = _noon(min(before.day, day))
    card, _ = _py_fsrs(tuple(parameters)).review_card(card, fsrs.Rating(rating), _noon(day))
    if card.stability is None or card.difficulty is None:
        raise AssertionError(card)
    return Memory(*clamp_memory(card.stability, card.difficulty), day)


def _noon(day: date) -> datetime:
    """What py-fsrs gets for a study day: it counts periods of 24 hours, so true times would lose days."""
    return datetime.combine(day, time(12), UTC)


@lru_cache(maxsize=16)
def _py_fsrs(parameters: tuple[float, ...]) -> fsrs.Scheduler:
    """py-fsrs for S and D only: it rounds and fuzzes intervals, and ends some steps, otherwise than Anki."""
    import fsrs  # noqa: PLC0415 - takes 29 ms

    return fsrs.Scheduler(
        parameters or DEFAULT_PARAMETERS,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=1,
        enable_fuzzing=False,
    )


def replay_memory(parameters: Sequence[float], history: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """S and D after all reviews of a card.

    More than ten times as fast as py-fsrs, and equal to it within 1e-12::

        first     S = w[G-1]                  D = w4 - e^(w5·(G-1)) + 1
        same day  S·m,  m = e^(w17·(G-3+w18)) · S^(-w19), at least 1 unless G is Again
        recalled  S·(1 + e^w8 · (11-D) · S^(-w9) · (e^(w10·(1-R)) - 1) · b),  b = w15 Hard, w16 Easy
        lapse     min(w11 · D^(-w12) · ((S+1)^w13 - 1) · e^(w14·(1-R)),  S / e^(w17·w18))
        always    D = w7·(w4 - e^(3·w5) + 1) + (1-w7)·(D - w6·(G-3)·(10-D)/9)

    Args:
        parameters: w0 to w20 within their bounds; none are the defaults.
        history: Study day, as any count of days, and rating of each review that counts, in the log's order. A
            day before an earlier one is taken for the earlier one.

    Raises:
        ValueError: There are no reviews.
    """
    model = _model(tuple(parameters) or DEFAULT_PARAMETERS)
    first, same_day, recalled, slope, reversion, keep, factor, decay, cap = model[:9]
    w9, w10, w11, w12, w13, w14, w19 = model.powers
    reviews = iter(history)
    last, rating = next(reviews, (0, 0))
    if not rating:
        raise ValueError("a card without reviews has no memory")
    stability, difficulty = first[rating]
    for day, rating in reviews:
        elapsed = day - last
        if elapsed <= 0:
            growth = same_day[rating] * stability**-w19
            stability *= growth if growth > 1 or rating == _AGAIN else 1
        else:
            last = day
            forgotten = 1 - (1 + factor * elapsed / stability) ** decay
            if rating == _AGAIN:
                lapsed = w11 * difficulty**-w12 * ((stability + 1) ** w13 - 1) * e ** (forgotten * w14)
                stability = min(lapsed, stability / cap)
            else:
                growth = recalled[rating] * (11 - difficulty) * stability**-w9 * (e ** (forgotten * w10) - 1)
                stability *= 1 + growth
        difficulty = reversion + keep * (difficulty + slope[rating] * (10 - difficulty))
        # written out: with clamp_memory all of this takes 1.7 times as long
        stability = 0.001 if stability < 0.001 else 36500.0 if stability > 36500 else stability  # noqa: PLR2004
        difficulty = 1.0 if difficulty < 1 else 10.0 if difficulty > 10 else difficulty  # noqa: PLR2004
    return stability, difficulty


class _Model(NamedTuple):
    """What follows from the parameters alone; sequences are indexed by rating."""

    first: tuple[tuple[float, float], ...]
    same_day: tuple[float, ...]
    recalled: tuple[float, ...]
    slope: tuple[float, ...]
    reversion: float
    keep: float
    factor: float
    decay: float
    cap: float
    powers: tuple[float, float, float, float, float, float, float]


@lru_cache(maxsize=16)
def _model(w: tuple[float, ...]) -> _Model:
    ratings = (1, 2, 3, 4)
    bonus = {2: w[15], 3: 1.0, 4: w[16]}
    nothing = (inf,)  # no rating is 0
    return _Model(
        first=(
            (inf, inf),
            *(clamp_memory(w[rating - 1], w[4] - e ** (w[5] * (rating - 1)) + 1) for rating in ratings),
        ),
        same_day=nothing + tuple(e ** (w[17] * (rating - 3 + w[18])) for rating in ratings),
        recalled=nothing + tuple(e ** w[8] * bonus.get(rating, 0.0) for rating in ratings),
        slope=nothing + tuple(-w[6] * (rating - 3) / 9 for rating in ratings),
        reversion=w[7] * (w[4] - e ** (3 * w[5]) + 1),
        keep=1 - w[7],
        factor=0.9 ** (-1 / w[20]) - 1,
        decay=-w[20],
        cap=e ** (w[17] * w[18]),
        powers=(w[9], w[10], w[11], w[12], w[13], w[14], w[19]),
    )

"""What scheduling costs next to py-fsrs: all in one run, the best CPU time of a few rounds, as ratios.

    python benchmarks/scheduling.py [--cards 10000] [--reviews 10] [--rounds 3]

Times depend on the machine, ratios hardly do; the targets are those that the ratios must stay below.
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import fsrs

from quiz.cards import Rating, Schedule, State
from quiz.scheduling import (
    DEFAULT_PARAMETERS,
    Scheduler,
    SchedulerOptions,
    StudyDays,
    forgetting_curve,
    replay_memory,
    retrievability,
)

if TYPE_CHECKING:
    from collections.abc import Callable

History = list[tuple[int, int]]
EPOCH = datetime(2026, 1, 1, 12, tzinfo=UTC)


def main() -> None:
    arguments = _arguments()
    histories = _histories(arguments.cards, arguments.reviews)
    reviews = arguments.cards * arguments.reviews
    curve = forgetting_curve()
    memories = [(random.Random(n).uniform(1, 300), n % 60) for n in range(10_000)]
    card = Schedule(
        state=State.REVIEW,
        stability=20.0,
        difficulty=5.0,
        last_review=EPOCH,
        last_day=EPOCH.date(),
        interval=10,
    )
    scheduler = Scheduler(SchedulerOptions(), StudyDays(UTC))
    now = EPOCH + timedelta(days=20)
    rows: list[tuple[str, Callable[[], object], int, float | None]] = [
        (f"py-fsrs review_card, {reviews:,} reviews", lambda: _py_fsrs(histories), reviews, None),
        (f"replay_memory, {reviews:,} reviews", lambda: _replay(histories), reviews, 0.17),
        ("forgetting_curve, R of 10,000 cards", lambda: [curve(t, s) for s, t in memories], 10_000, 0.003),
        (
            "retrievability of 10,000 cards, one by one",
            lambda: [retrievability(t, s) for s, t in memories],
            10_000,
            None,
        ),
        (
            "rate, 1,000 times",
            lambda: [scheduler.rate("c", card, Rating.GOOD, now) for _ in range(1000)],
            1000,
            None,
        ),
        (
            "preview, 1,000 times",
            lambda: [scheduler.preview("c", card, now) for _ in range(1000)],
            1000,
            None,
        ),
        (
            "StudyDays.day, 10,000 times",
            lambda: [scheduler.days.day(now) for _ in range(10_000)],
            10_000,
            None,
        ),
    ]
    base = None
    print(f"{'':42}{'CPU s':>9}{'each µs':>9}{'ratio':>9}{'target':>9}")
    for name, work, count, target in rows:
        seconds = _best(work, arguments.rounds)
        base = base or seconds
        each, ratio = seconds / count * 1e6, seconds / base
        print(f"{name:42}{seconds:9.4f}{each:9.2f}{ratio:9.4f}{target or '':>9}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--reviews", type=int, default=10, help="of each card")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _histories(cards: int, reviews: int) -> list[History]:
    chance = random.Random(1)
    histories = []
    for _ in range(cards):
        day, history = 0, []
        for _ in range(reviews):
            history.append((day, chance.choices((1, 2, 3, 4), (12, 13, 65, 10))[0]))
            day += 0 if chance.random() < 0.3 else chance.randint(1, 30)
        histories.append(history)
    return histories


def _py_fsrs(histories: list[History]) -> None:
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    noons = [EPOCH + timedelta(days=n) for n in range(1 + max(history[-1][0] for history in histories))]
    ratings = {rating.value: rating for rating in fsrs.Rating}
    for number, history in enumerate(histories):
        card = fsrs.Card(card_id=number, due=EPOCH)
        for day, rating in history:
            card, _ = scheduler.review_card(card, ratings[rating], noons[day])


def _replay(histories: list[History]) -> None:
    for history in histories:
        replay_memory(DEFAULT_PARAMETERS, history)


def _best(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


if __name__ == "__main__":
    main()

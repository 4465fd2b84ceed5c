"""What the planner gains for an interview date over plain FSRS, with simulated learners: mean recall on the date.

    python benchmarks/deadline.py [--only A,C] [--seeds 48]

Each day a policy ranks the cards, and the learner works down the ranking until the minutes are used up; the card under
way is finished. Whether a card is recalled is drawn from its memory, which is FSRS-6: with the parameters that the
policies use, or with others ("memory differs"). Both policies meet the same luck. Plain FSRS asks for reviews that are
due at 0.90, best remembered first, then for new cards. A card never studied counts 0.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from itertools import accumulate
from math import exp, sqrt
from statistics import fmean, stdev
from typing import NamedTuple

from quiz.planning import Habits, SimulatedCard, SimulatedDay, SimulatedMemory, policy
from quiz.scheduling import (
    DEFAULT_PARAMETERS,
    PARAMETER_BOUNDS,
    interval_for,
    replay_memory,
    retrievability,
)

Parameters = tuple[float, ...]
History = list[tuple[int, int]]  # study day and rating


Policy = Callable[[Sequence[SimulatedCard], SimulatedDay], list[int]]


class Scenario(NamedTuple):
    cards: int
    known: float  # share of the cards that were studied before the first day
    days: int
    minutes: float


SCENARIOS = {
    "A": Scenario(300, 0, 12, 20),
    "A-": Scenario(300, 0, 12, 10),
    "A+": Scenario(300, 0, 12, 40),
    "B": Scenario(300, 1, 12, 10),
    "B-": Scenario(300, 1, 12, 5),
    "C": Scenario(400, 0.5, 12, 20),
    "S": Scenario(150, 0, 3, 30),
    "L": Scenario(500, 0, 30, 20),
}
HABITS = Habits()


def plain_fsrs(cards: Sequence[SimulatedCard], day: SimulatedDay) -> list[int]:
    due = [
        card
        for card in cards
        if card.seen and card.last_day + max(round(interval_for(0.9, card.stability)), 1) <= day.number
    ]
    due.sort(key=lambda card: (day.number - card.last_day) / card.stability)
    return [card.id for card in due] + [card.id for card in cards if not card.seen]


def simulate(
    policy: Policy, scenario: Scenario, seed: int, truth: Parameters = DEFAULT_PARAMETERS
) -> tuple[float, float]:
    """Mean recall on the date, and the share of cards seen."""
    chance = random.Random(seed)
    histories = [
        past(truth, chance) if n < scenario.known * scenario.cards else [] for n in range(scenario.cards)
    ]
    for number in range(scenario.days):
        luck = [(chance.random(), chance.random()) for _ in histories]
        day = SimulatedDay(number, scenario.days - number, SimulatedMemory(DEFAULT_PARAMETERS), HABITS)
        seconds = scenario.minutes * 60
        for n in policy([as_seen(n, history) for n, history in enumerate(histories)], day):
            if seconds <= 0:
                break
            seconds -= study(histories[n], number, truth, *luck[n])
    recalls = [recall(truth, history, scenario.days) for history in histories]
    return fmean(recalls), sum(map(bool, histories)) / len(histories)


def as_seen(n: int, history: History) -> SimulatedCard:
    if not history:
        return SimulatedCard(n, False, 0.0, 0.0, 0)
    return SimulatedCard(n, True, *replay_memory((), history), history[-1][0])


def study(history: History, day: int, truth: Parameters, recalled: float, rated: float) -> float:
    """A card's study day: what is drawn is its first rating. Returns the seconds it takes."""
    if not history:
        rating, repeated = 1 + drawn(HABITS.first_share, rated), (1, 2)
        seconds = HABITS.new_seconds[rating - 1]
    else:
        is_recalled = recalled < recall(truth, history, day)
        rating, repeated = 2 + drawn(HABITS.pass_share, rated) if is_recalled else 1, (1,)
        seconds = HABITS.review_seconds[rating - 1]
    history.append((day, rating))
    if rating in repeated:
        history.append((day, 3))
    return seconds


def past(truth: Parameters, chance: random.Random) -> History:
    """A first study and up to three reviews before the first day, more or less when they were due."""
    history: History = []
    days = [0]
    for _ in range(chance.randint(1, 4)):
        study(history, days[-1], truth, chance.random(), chance.random())
        stability, _ = replay_memory((), history)
        days.append(days[-1] + max(round(stability * chance.uniform(0.7, 1.4)), 1))
    since = max(round(stability * chance.uniform(0.1, 1.6)), 1)
    last = history[-1][0]
    return [(day - last - since, rating) for day, rating in history]


def recall(parameters: Parameters, history: History, day: int) -> float:
    if not history:
        return 0.0
    stability, _ = replay_memory(parameters, history)
    return retrievability(day - history[-1][0], stability, parameters[20])


def drawn(shares: Sequence[float], position: float) -> int:
    """The number of the share that a position, 0 to 1, lies in."""
    return sum(position >= end for end in list(accumulate(shares))[:-1])


def other_memory(seed: int) -> Parameters:
    """A learner who is not the average one."""
    chance = random.Random(seed)
    others = (value * exp(chance.gauss(0, 0.2)) for value in DEFAULT_PARAMETERS)
    bounds = zip(others, PARAMETER_BOUNDS, strict=True)
    return tuple(min(max(value, lowest), highest) for value, (lowest, highest) in bounds)


def compare(scenario: Scenario, seeds: int, *, differs: bool = False) -> tuple[list[float], list[float]]:
    """Mean recall on the date for each seed: with plain FSRS, and with the planner."""
    results: tuple[list[float], list[float]] = ([], [])
    for seed in range(seeds):
        truth = other_memory(seed) if differs else DEFAULT_PARAMETERS
        for each, recalls in zip((plain_fsrs, policy), results, strict=True):
            recalls.append(simulate(each, scenario, seed, truth)[0])
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(SCENARIOS), help="names, with commas between them")
    parser.add_argument("--seeds", type=int, default=48)
    arguments = parser.parse_args()
    print("| | cards | known | days | minutes | plain FSRS | planner | gain | gain, memory differs |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in arguments.only.split(","):
        scenario = SCENARIOS[name]
        plain, planned = compare(scenario, arguments.seeds)
        differing = gain(*compare(scenario, arguments.seeds, differs=True))
        cards, known, days, minutes = scenario
        print(
            f"| {name} | {cards} | {known:.0%} | {days} | {minutes} | {fmean(plain):.3f} | {fmean(planned):.3f} | "
            f"{gain(plain, planned)} | {differing} |",
            flush=True,
        )


def gain(plain: list[float], planned: list[float]) -> str:
    """The mean difference of pairs, and half of its 95 % interval."""
    gains = [after - before for before, after in zip(plain, planned, strict=True)]
    half = 1.96 * stdev(gains) / sqrt(len(gains)) if len(gains) > 1 else 0.0
    return f"{fmean(gains):+.3f} ± {half:.3f}"


if __name__ == "__main__":
    main()

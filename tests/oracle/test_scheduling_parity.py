"""Scheduling against two other implementations of FSRS-6: fsrs-rs, and the engine of Anki itself."""

import json
import math
import os
import random
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import fsrs_rs_python
import pytest

from quiz.cards import Rating, Schedule, State
from quiz.scheduling import (
    DEFAULT_PARAMETERS,
    Scheduler,
    SchedulerOptions,
    StudyDays,
    interval_for,
    pick_interval,
)

ROOT = Path(__file__).parents[2]
HOUR = 3600
DAYS = StudyDays(UTC)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


# --- the two oracles ---------------------------------------------------------------------------------------


def anki_python():
    """The interpreter that has Anki, or a skip that says how to get one."""
    named = os.environ.get("ANKI_PYTHON")
    interpreter = Path(named or ROOT / ".venv-anki/bin/python")
    if named or interpreter.exists():
        return interpreter
    pytest.skip(
        "Anki's engine is missing. `python3 -m venv .venv-anki && .venv-anki/bin/pip install anki` at the root of "
        "the repository makes it, or ANKI_PYTHON names an interpreter that has it."
    )


def ask_anki(what, options, **question):
    preset = {
        "parameters": list(options.parameters or DEFAULT_PARAMETERS),
        "retention": options.retention,
        "learning": [step / timedelta(minutes=1) for step in options.learning_steps],
        "relearning": [step / timedelta(minutes=1) for step in options.relearning_steps],
        "maximum_interval": options.maximum_interval,
    }
    process = subprocess.run(
        [anki_python(), Path(__file__).with_name("anki_engine.py")],
        input=json.dumps({"ask": what, "preset": preset, **question}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def ask_fsrs_rs(history):
    reviews, last = [], None
    for day, rating in history:
        reviews.append(fsrs_rs_python.FSRSReview(rating, 0 if last is None else day - last))
        last = day
    state = fsrs_rs_python.FSRS(list(DEFAULT_PARAMETERS)).memory_state(fsrs_rs_python.FSRSItem(reviews))
    return state.stability, state.difficulty


# --- memory: 1,000 histories -------------------------------------------------------------------------------


@cache
def histories():
    """Study day (of any epoch), second of the day and rating; an hour away from the roll-over.

    Anki counts whole days back from its next roll-over, so close to one the zone would matter.
    """
    chance = random.Random(20260601)
    made = []
    for _ in range(1000):
        history, day, second = [], 0, HOUR
        for _ in range(chance.randint(1, 14)):
            if history and (second > 22 * HOUR or chance.random() > 0.3):
                day, second = day + round(math.exp(chance.uniform(0, 4.5))), HOUR
            second = chance.randint(second, 23 * HOUR)
            history.append((day, second, chance.choices((1, 2, 3, 4), (25, 15, 45, 15))[0]))
        made.append(history)
    return made


@cache
def replayed():
    """Each history through `Scheduler.rate`: the schedules after each review."""
    scheduler = Scheduler(SchedulerOptions(fuzz=False), DAYS)
    first = datetime(2020, 1, 1, 4, tzinfo=UTC)
    made = []
    for history in histories():
        schedules = [Schedule()]
        for day, second, rating in history:
            now = first + timedelta(days=day, seconds=second)
            schedules.append(scheduler.rate("1", schedules[-1], Rating(rating), now))
        made.append(schedules)
    return made


def assert_same_memories(theirs):
    ours = [(schedules[-1].stability, schedules[-1].difficulty) for schedules in replayed()]
    assert len(theirs) == len(ours) == 1000
    assert max(abs(their[0] / our[0] - 1) for their, our in zip(theirs, ours, strict=True)) < 1e-4
    assert max(abs(their[1] - our[1]) for their, our in zip(theirs, ours, strict=True)) < 1e-5
    intervals = [
        [pick_interval(interval_for(0.9, stability), 1, 36500, None) for stability, _ in memories]
        for memories in (theirs, ours)
    ]
    assert intervals[0] == intervals[1]


def test_memory_is_that_of_fsrs_rs():
    assert_same_memories(
        [ask_fsrs_rs([(day, rating) for day, _, rating in history]) for history in histories()]
    )


def test_memory_is_that_of_anki():
    last = max(history[-1][0] for history in histories()) + 1
    logs = [
        [
            (last - day, second, rating, before.state.value)
            for (day, second, rating), before in zip(history, schedules, strict=False)
        ]
        for history, schedules in zip(histories(), replayed(), strict=True)
    ]
    assert_same_memories(ask_anki("memory", SchedulerOptions(), histories=logs))


# --- buttons: 1,000 cards ----------------------------------------------------------------------------------


def schedule(card):
    """The schedule of a card as Anki's side is told of it."""
    last = NOW - timedelta(days=card["elapsed"])
    return Schedule(
        state=State(card["state"]),
        step=card["step"],
        stability=card["stability"],
        difficulty=card["difficulty"],
        last_review=last,
        last_day=last.date(),
        interval=card["interval"],
        reps=3,
    )


def our_buttons(options, card):
    before = Schedule() if card["state"] == "new" else schedule(card)
    outcomes = {}
    for rating, after in Scheduler(options, DAYS).preview("1", before, NOW).items():
        outcomes[rating.word] = {"state": after.state.value}
        if after.state is State.REVIEW:
            outcomes[rating.word]["days"] = after.interval
        elif not after.due_day:
            outcomes[rating.word] |= {"seconds": (after.due - NOW).total_seconds(), "step": after.step}
        else:
            seconds = (after.due_day - NOW.date()).days * 86_400
            outcomes[rating.word] |= {"seconds": seconds, "step": after.step}
    return outcomes


def assert_same_buttons(options, cards):
    theirs = ask_anki("buttons", options, cards=cards)
    different = []
    for card, their in zip(cards, theirs, strict=True):
        our = our_buttons(options, card)
        if our != their:
            different.append((card, our, their))
    assert not different, f"{len(different)} of {len(cards)} cards, the first: {different[0]}"


def drawn_card(chance, retention):
    stability = round(math.exp(chance.uniform(math.log(0.1), math.log(1000))), 4)
    meant = max(round(interval_for(retention, stability)), 1)
    # as the model gives it, as fuzz does, and as other parameters may have
    interval = chance.choice(
        [meant, max(round(meant * chance.uniform(0.85, 1.15)), 1), chance.randint(1, 300)]
    )
    return {
        "state": "review",
        "step": None,
        "stability": stability,
        "difficulty": round(chance.uniform(1, 10), 3),
        "interval": interval,
        "elapsed": chance.choice(
            [0, interval, round(interval * chance.uniform(0.3, 3)), chance.randint(0, 30)]
        ),
    }


def on_an_edge(options, card):
    """Whether a button's days lie so near a half that Anki's single precision may round them the other way."""
    outcomes = Scheduler(options, DAYS).preview("1", schedule(card), NOW).values()
    raw = [options.raw_interval(after.stability) for after in outcomes]
    return any(abs(days % 1 - 0.5) < days * 1e-5 for days in raw)


@pytest.mark.parametrize("retention", [0.80, 0.90, 0.95])
def test_the_buttons_in_review_are_those_of_anki(retention):
    options = SchedulerOptions(retention=retention, fuzz=False)
    chance = random.Random(round(retention * 100))
    drawn = [drawn_card(chance, retention) for _ in range(1100)]
    cards = [card for card in drawn if not on_an_edge(options, card)][:1000]
    assert len(cards) == 1000
    assert_same_buttons(options, cards)


def minutes(*steps):
    return tuple(timedelta(minutes=step) for step in steps)


@pytest.mark.parametrize(
    "steps",
    [
        (10,),
        (1, 10),
        (1, 10, 60),
        (16 * 60,),
        (1440,),
        (2880,),
        (4320,),
        (10, 4320),
        (4320, 10),
        (20 * 60, 1440),
    ],
)
@pytest.mark.parametrize("state", ["learning", "relearning"])
def test_the_buttons_within_steps_are_those_of_anki(state, steps):
    cards = [
        {
            "state": state,
            "step": step,
            "stability": stability,
            "difficulty": 5.0,
            "interval": 1,
            "elapsed": elapsed,
        }
        for step in range(len(steps))
        for stability in (0.2, 2.3, 30.0, 300.0)
        for elapsed in (0, 1, 9)
    ]
    first = {"step": None, "stability": 4.5, "difficulty": 5.0, "interval": 4, "elapsed": 4}
    cards.append(first | {"state": {"learning": "new", "relearning": "review"}[state]})
    assert_same_buttons(SchedulerOptions(fuzz=False, **{f"{state}_steps": minutes(*steps)}), cards)


@pytest.mark.parametrize("hours", [24, 36, 47, 49, 96])
def test_a_step_of_a_day_or_more_is_due_on_the_day_that_anki_says(hours):
    options = SchedulerOptions(learning_steps=minutes(hours * 60), fuzz=False)
    their = ask_anki("due", options)
    now = datetime.fromtimestamp(their["now"], UTC)
    days = StudyDays(timezone(timedelta(seconds=their["offset"])))
    our = Scheduler(options, days).rate("1", Schedule(), Rating.AGAIN, now)
    assert (our.due_day - our.last_day).days == their["due"]

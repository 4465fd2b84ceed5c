"""Anything that two processes may do to one collection, in any order, against a model that remembers all of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from quiz.cards import Rating, Schedule
from quiz.errors import NothingToUndoError

QUESTIONS = 6
processes = st.integers(0, 1)
questions = st.integers(0, QUESTIONS - 1)
ratings = st.sampled_from(Rating)


def note(words, both):
    """A note whose questions can be told apart whatever is done to it."""
    pairs = [
        f"Q: What is meant by {word}?{' #both' * (both == word)} ^q{n}\nA: Answer {word}.\n"
        for n, word in enumerate(words)
    ]
    return "\n".join(pairs)


@dataclass
class Step:
    """What an undo must bring back: the rows that the step changed, and whether it wrote a review."""

    kind: str
    before: dict[int, dict[str, Any]]
    review: int | None


class Machine(RuleBasedStateMachine):
    """Two collections on one file; reviews, changes, edits and syncs from either, and the way back."""

    desk: Any

    def __init__(self):
        super().__init__()
        self.words = [f"word{number}" for number in range(QUESTIONS)]
        self.both = ""
        self.edits = 0
        self.steps: list[Step] = []
        self.desk.write("note.md", note(self.words, self.both))
        self.open = [self.desk.open(), self.desk.open()]
        self.sync(0)

    def teardown(self):
        self.schedules_follow_from_the_log()
        checks = self.open[0].check_up(self.desk.now)
        assert [check for check in checks if not check.ok] == []
        self.desk.close()

    # --- the database as it is -----------------------------------------------------------------------------

    def cards(self):
        return {row["id"]: row for row in self.desk.rows("card")}

    def log(self):
        return self.desk.rows("review", "undone_at IS NULL")

    def target(self, process, number):
        """A card that is not retired, as a process sees it."""
        alive = [row for row in self.cards().values() if not row["retired"]]
        row = alive[number % len(alive)]
        return self.open[process].find(row["uid"])

    def done(self, kind, before, log):
        after = self.cards()
        changed = {key: row for key, row in before.items() if after[key] != row}
        new = [row["id"] for row in self.log() if row not in log]
        assert len(new) <= 1
        self.steps.append(Step(kind, changed, new[0] if new else None))

    # --- what a person does --------------------------------------------------------------------------------

    @rule(process=processes, number=questions, rating=ratings, mode=st.sampled_from(["flip", "cram"]))
    def rate(self, process, number, rating, mode):
        key, card = self.target(process, number)
        before, log = self.cards(), self.log()
        review = self.open[process].record(key, card, rating, self.desk.now, mode=mode, counts=mode == "flip")
        assert [row["id"] for row in self.log()] == [*(row["id"] for row in log), review.id]
        assert {key for key, row in self.cards().items() if row != before[key]} <= {key}
        self.done("rate", before, log)

    @rule(
        process=processes,
        number=questions,
        kind=st.sampled_from(["bury", "suspend", "flag", "mark", "reset"]),
        off=st.booleans(),
        color=st.integers(1, 7),
    )
    def change(self, process, number, kind, off, color):
        key, _ = self.target(process, number)
        before, log = self.cards(), self.log()
        self.open[process].change(kind, [key], self.desk.now, off=off, color=color)
        self.done(kind, before, log)

    @precondition(lambda self: self.steps)
    @rule(process=processes)
    def undo(self, process):
        step, before, log = self.steps[-1], self.cards(), self.log()
        try:
            undone = self.open[process].undo(self.desk.now)
        except NothingToUndoError:
            assert (self.cards(), self.log()) == (before, log)
            return
        assert undone.kind == step.kind
        assert undone.review_id == step.review
        after = self.cards()
        # A sync in between may have changed what a step knows nothing of.
        for key, row in step.before.items():
            changed = {name for name in row if after[key][name] != row[name]}
            assert changed <= self.columns_of_sync
        assert {key for key in after if after[key] != before[key]} <= set(step.before)
        assert [row["id"] for row in self.log()] == [row["id"] for row in log if row["id"] != step.review]
        self.steps.pop()

    columns_of_sync = frozenset({"retired", "changed", "deck_id", "modified_at"})

    @rule(hours=st.sampled_from([0, 1, 20, 24, 24 * 30]))
    def wait(self, hours):
        self.desk.later(hours=hours, minutes=1)

    @rule(number=questions)
    def edit(self, number):
        self.edits += 1
        self.words[number] = f"word{number} as edited {self.edits} times"

    @rule(number=questions)
    def move(self, number):
        self.words.insert(0, self.words.pop(number))

    @rule(process=processes)
    def sync(self, process):
        log, schedules = self.log(), self.schedules()
        self.desk.write("note.md", note(self.words, self.both))
        report = self.open[process].sync.paths([str(self.desk.notes)], now=self.desk.now)
        assert report.cards >= QUESTIONS
        assert self.log() == log
        now = self.schedules()
        assert {uid: now[uid] for uid in schedules} == schedules
        again = self.open[1 - process].sync.paths([str(self.desk.notes)], now=self.desk.now)
        assert (again.added, again.changed, again.moved, again.retired) == (0, 0, 0, 0)

    @rule(process=processes)
    def reopen(self, process):
        self.open[process].close()
        self.open[process] = self.desk.open()

    # --- what always holds ---------------------------------------------------------------------------------

    def schedules(self):
        return {card.id: card.schedule for card in self.open[0].cards(retired=True)}

    @invariant()
    def both_processes_see_the_same(self):
        first, second = (each.cards(retired=True) for each in self.open)
        assert first == second

    @invariant()
    def ids_of_reviews_are_unique_and_in_order(self):
        ids = [row["id"] for row in self.desk.rows("review")]
        assert ids == sorted(set(ids))

    @invariant()
    def counts_are_those_of_the_log(self):
        since_reset: Counter[int] = Counter()
        for row in self.log():
            if row["rating"] == 0:
                since_reset[row["card_id"]] = 0
            elif row["counts"]:
                since_reset[row["card_id"]] += 1
        assert {key: row["reps"] for key, row in self.cards().items()} == {
            key: since_reset[key] for key in self.cards()
        }

    def schedules_follow_from_the_log(self):
        collection = self.open[0]
        for card in collection.cards(retired=True):
            schedule = Schedule()
            rows = self.desk.rows(
                "review", f"undone_at IS NULL AND card_id = (SELECT id FROM card WHERE uid = '{card.id}')"
            )
            reviews = {review.id: review for review in collection.history(card)}
            for row in rows:
                review = reviews.get(row["id"])
                if row["rating"] == 0:
                    schedule = Schedule()
                elif row["counts"]:
                    assert review.before == schedule
                    schedule = collection.scheduler(card.note.deck).rate(
                        card.id, schedule, review.rating, review.reviewed_at
                    )
                    assert review.after == schedule
            assert card.schedule == schedule


@pytest.mark.parametrize("fuzz", ["true", "false"])
def test_two_processes_on_one_collection_do_what_the_model_does(make_desk, fuzz):
    class Run(Machine):
        def __init__(self):
            self.desk = make_desk()
            self.desk.settings |= {
                "FSRS__FUZZ": fuzz,
                "STUDY__LEECH_LAPSES": "2",
                "STUDY__LEECH_ACTION": "suspend",
            }
            self.desk.settings |= {"BACKUP__DAILY": "false"}
            super().__init__()

    run_state_machine_as_test(
        Run,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )


def test_a_step_of_yesterday_is_taken_back_as_exactly(desk):
    desk.asks("note.md", "Is it one?", "Is it two?")
    desk.sync()
    states = [desk.state()]
    for rating in Rating:
        desk.rate("Is it one?", rating)
        desk.later(days=3)
        states.append(desk.state())
    desk.close()
    for state in reversed(states[:-1]):
        assert desk.collection.undo(desk.now)
        assert desk.state() == state
        desk.close()
        desk.later(seconds=timedelta(hours=1).total_seconds())
    assert desk.collection.undo(desk.now) is None

"""Undo restores every column of every card, and the log, whatever the step was and whoever takes it back."""

from __future__ import annotations

from datetime import timedelta

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
from quiz.cues import faces_of
from quiz.errors import NothingToUndoError

NOTES = """\
der Hund ::: the dog

C: Port [80] is for [http].

Q: Is it a?
A: It is.

Q: Is it b?
"""


@pytest.fixture
def five(desk):
    """A desk with cards in every state: in learning, in review, relearning, a leech that is flagged."""
    desk.settings["STUDY__BURY_SIBLINGS"] = "false"
    desk.settings["STUDY__LEECH_LAPSES"] = "1"
    desk.write("notes.md", NOTES)
    desk.sync()
    desk.rate("Is it a?")
    desk.rate("der Hund", Rating.EASY)
    desk.rate("the dog", Rating.EASY)
    desk.later(days=30)
    desk.rate("the dog", Rating.AGAIN)
    key, _ = desk.collection.find(desk.card("the dog").id)
    desk.collection.change("flag", [key], desk.now, color=3)
    desk.later(minutes=1)
    return desk


STEPS = {
    **{
        rating.word: lambda study, now, rating=rating: study.rate(rating, now, duration_ms=9)
        for rating in Rating
    },
    "bury": lambda study, now: study.bury(now),
    "bury the note": lambda study, now: study.bury(now, note=True),
    "suspend": lambda study, now: study.suspend(now),
    "suspend the note": lambda study, now: study.suspend(now, note=True),
    "flag": lambda study, now: study.flag(now),
    "mark": lambda study, now: study.mark(now),
    "reset": lambda study, now: study.reset(now),
    "later": lambda study, now: study.later(now),
}


@pytest.mark.parametrize("cram", [False, True], ids=["review", "practice"])
@pytest.mark.parametrize("step", STEPS)
def test_every_step_on_every_card_is_taken_back_exactly(five, step, cram):
    study = five.study(cram=cram)
    fronts = []
    while study.card is not None:
        before, card, progress = five.state(), study.card, study.progress
        STEPS[step](study, five.now)
        if step != "later":
            assert five.state() != before
        assert study.undo(five.now)
        assert five.state() == before
        assert study.card == card
        assert study.progress == progress
        fronts.append(faces_of(card).front)
        study.suspend(five.now)
    assert len(set(fronts)) == len(fronts) >= 5


def test_many_steps_are_taken_back_one_by_one_in_another_process(five):
    study, states = five.study(), []
    for step in ("again", "bury", "flag", "good", "mark", "reset", "easy", "suspend"):
        states.append(five.state())
        STEPS[step](study, five.now)
        five.later(seconds=3)
    for state in reversed(states):
        assert five.open().undo(five.now) is not None
        assert five.state() == state
    five.later(days=2)
    assert five.collection.undo(five.now).kind == "flag"


def test_a_new_run_takes_back_what_the_day_did_and_no_more(five):
    states = []
    for step in ("good", "bury", "easy"):
        states.append(five.state())
        STEPS[step](five.study(), five.now)
    study = five.study()
    while states:
        study.undo(five.now)
        assert five.state() == states.pop()
    five.later(days=1)
    assert five.study().undo(five.now) is None
    assert five.collection.undo(five.now).kind == "flag"


def test_later_is_taken_back_between_two_ratings(five):
    study = five.study()
    first = study.card
    study.later(five.now)
    second = study.card
    study.rate(Rating.EASY, five.now, duration_ms=0)
    assert study.undo(five.now).startswith("Easy on")
    assert study.card == second
    assert study.undo(five.now) == "later"
    assert study.card == first


def test_more_than_fifty_ratings_are_taken_back(desk):
    desk.settings["STUDY__NEW_PER_DAY"] = "100"
    desk.asks("note.md", *(f"Is it {number}?" for number in range(60)))
    desk.sync()
    before, study = desk.state(), desk.study()
    for _ in range(60):
        study.rate(Rating.EASY, desk.now, duration_ms=1000)
    for _ in range(60):
        assert study.undo(desk.now)
    assert desk.state() == before


def test_what_a_sync_did_meanwhile_stays(five):
    study = five.study()
    question = study.card.note.prompt
    study.rate(Rating.GOOD, five.now, duration_ms=0)
    five.write("notes.md", NOTES.replace("A: It is.", "A: It is, always."))
    five.sync()
    study.undo(five.now)
    assert study.card.note.prompt == question
    assert five.card("Is it a?").note.answer == "It is, always."


def test_a_card_that_was_retired_meanwhile_stays_retired(five):
    five.rate("Is it a?")
    five.write("notes.md", NOTES.replace("Q: Is it a?\nA: It is.\n", ""))
    five.sync()
    five.collection.undo(five.now)
    card = five.card("Is it a?")
    assert card.retired
    assert card.schedule.reps == 1
    assert five.study().card != card


def test_a_review_that_another_one_follows_is_refused(five):
    study = five.study()
    question = faces_of(study.card).front
    study.rate(Rating.GOOD, five.now, duration_ms=0)
    five.rate(question, Rating.AGAIN)
    before = five.state()
    with pytest.raises(NothingToUndoError):
        study.undo(five.now)
    assert five.state() == before


def test_a_rating_ends_the_day_of_a_buried_card_and_undo_buries_it_again(five):
    key, _ = five.collection.find(five.card("Is it a?").id)
    five.collection.change("bury", [key], five.now)
    before = five.state()
    five.rate("Is it a?")
    assert five.card("Is it a?").buried_until is None
    five.collection.undo(five.now)
    assert five.state() == before


def test_there_is_nothing_to_take_back_at_first(desk):
    assert desk.collection.undo(desk.now) is None


def test_a_reset_begins_anew_and_the_log_says_so(five):
    key, card = five.collection.find(five.card("der Hund").id)
    five.collection.change("reset", [key], five.now)
    assert five.card("der Hund").schedule == Schedule()
    assert [row["mode"] for row in five.rows("review", f"card_id = {key}")] == ["flip", "reset"]
    assert five.rate("der Hund").before == Schedule()
    assert len(five.collection.history(card)) == 2


# --- any steps in any order ----------------------------------------------------------------------------------------


class Steps(RuleBasedStateMachine):
    """Ratings and other steps by two runs at once, against a list of the states before each."""

    make_desk = None

    def __init__(self):
        super().__init__()
        self.desk = type(self).make_desk()
        self.desk.settings |= {"STUDY__BURY_SIBLINGS": "false", "STUDY__LEECH_LAPSES": "1"}
        self.desk.write("notes.md", NOTES)
        self.desk.sync()
        self.states = []
        self.keys = [row["id"] for row in self.desk.rows("card")]

    def teardown(self):
        self.desk.close()

    @rule(
        card=st.integers(0, 5), rating=st.sampled_from(Rating), counts=st.booleans(), elsewhere=st.booleans()
    )
    def rate(self, card, rating, counts, elsewhere):
        self.states.append(self.desk.state())
        collection = self.desk.open() if elsewhere else self.desk.collection
        key = self.keys[card % len(self.keys)]
        [found] = collection.cards_by_key([key])
        collection.record(key, found, rating, self.desk.now, counts=counts)

    @rule(
        cards=st.sets(st.integers(0, 5), min_size=1, max_size=3),
        kind=st.sampled_from(["bury", "suspend", "flag", "mark", "reset"]),
        off=st.booleans(),
        color=st.integers(1, 7),
    )
    def change(self, cards, kind, off, color):
        keys = sorted({self.keys[card % len(self.keys)] for card in cards})
        for some in [[key] for key in keys] if kind == "reset" else [keys]:
            self.states.append(self.desk.state())
            self.desk.collection.change(kind, some, self.desk.now, off=off, color=color)

    @rule(hours=st.sampled_from([0, 1, 30, 500, -20]))
    def wait(self, hours):
        self.desk.now += timedelta(hours=hours)

    @precondition(lambda self: self.states)
    @rule()
    def undo(self):
        self.desk.collection.undo(self.desk.now)
        assert self.desk.state() == self.states.pop()

    @rule()
    def edit(self):
        """A sync that finds nothing to change is no step."""
        before = self.desk.state()
        self.desk.write("notes.md", NOTES)
        self.desk.sync()
        assert self.desk.state() == before

    @invariant()
    def every_schedule_is_the_replay_of_its_log(self):
        for card in self.desk.collection.cards():
            log, schedule = self.desk.collection.history(card), Schedule()
            counted = [review for review in log if review.counts]
            resets = [
                row["id"]
                for row in self.desk.rows("review", "rating = 0 AND undone_at IS NULL")
                if row["card_id"] == self.desk.collection.find(card.id)[0]
            ]
            since = [review for review in counted if review.id > max(resets, default=0)]
            schedule = self.desk.collection.scheduler(card.note.deck).replay(card.id, since)
            assert card.schedule == schedule

    @invariant()
    def the_log_is_in_order(self):
        ids = [review.id for review in self.desk.collection.log()]
        assert ids == sorted(set(ids))


def test_any_steps_are_taken_back_exactly(make_desk, kept_in):
    machine = type("Machine", (Steps,), {"make_desk": staticmethod(make_desk)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12 if kept_in == "file" else 4,
            stateful_step_count=15,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

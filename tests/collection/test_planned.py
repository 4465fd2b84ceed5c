"""A plan that is kept: reviews of its cards follow it, day after day, until its date."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from quiz.cards import Rating, State
from quiz.collection.planned import KeptPlan, clear, keep, kept_plan, projection
from quiz.collection.queueing import DayQueue
from quiz.collection.upcoming import more, upcoming
from quiz.cues import faces_of
from quiz.planning import Plan
from quiz.session import Options

MINUTES = 10
SECONDS = 25


@pytest.fixture
def planned(desk):
    """A hundred cards with a plan of ten minutes a day, and five without."""
    desk.asks("a.md", *(f"A{number}?" for number in range(100)))
    desk.asks("b.md", *(f"B{number}?" for number in range(5)))
    desk.sync()
    until = desk.collection.days.day(desk.now) + timedelta(days=12)
    keep(desk.collection, KeptPlan(plan=Plan(until=until, minutes=MINUTES), targets=("a",)))
    return desk


def studied(desk, study):
    """Rate Good until nothing is left; the questions as they came."""
    seen = []
    while study.card:
        seen.append(faces_of(study.card).front)
        study.rate(Rating.GOOD, desk.now, duration_ms=SECONDS * 1000)
        desk.later(seconds=SECONDS)
    return seen


def test_a_day_holds_as_many_cards_of_the_plan_as_its_minutes_and_the_others_as_ever(planned):
    seen = list(dict.fromkeys(studied(planned, planned.study())))
    mine = [question for question in seen if question.startswith("A")]
    assert 15 <= len(mine) <= MINUTES * 60 / SECONDS + 1
    assert mine == [f"A{number}?" for number in range(len(mine))]
    assert [question for question in seen if question.startswith("B")] == [
        f"B{number}?" for number in range(5)
    ]
    planned.later(hours=1)
    assert planned.study().card is None
    planned.later(days=1)
    assert planned.study().card is not None


def test_the_minutes_also_hold_the_steps_that_are_still_to_come(planned):
    """A card begun at the end of the time takes its second step after it, and that time is planned for."""
    spent = 0
    while (study := planned.study()).card:
        spent += 12.5 * faces_of(study.card).front.startswith("A")
        study.rate(Rating.GOOD, planned.now, duration_ms=12_500)
        planned.later(seconds=12.5)
    assert (MINUTES - 0.5) * 60 <= spent <= (MINUTES + 0.5) * 60


def test_a_restart_and_an_undo_change_nothing_of_the_order(planned):
    first = studied(planned, planned.study())
    for _ in first:
        planned.collection.undo(planned.now)
    study = planned.study()
    study.rate(Rating.GOOD, planned.now, duration_ms=SECONDS * 1000)
    assert study.undo(planned.now)
    assert faces_of(study.card).front == first[0]
    planned.close()
    assert faces_of(planned.study().card).front == first[0]


def test_what_the_plan_promises_grows_with_its_minutes(planned):
    kept = kept_plan(planned.collection)
    outlook = projection(planned.collection, kept, planned.now)
    assert (outlook.cards, outlook.unseen, outlook.stopped) == (100, 100, 0)
    recalls = [each.recall for each in outlook.compared]
    assert recalls == sorted(recalls)
    assert outlook.kept.recall > 0.5


def test_a_plan_ends_with_its_date_or_when_it_is_cleared(planned):
    planned.later(days=13)
    assert planned.study().progress.total == 20
    planned.later(days=-13)
    clear(planned.collection)
    assert kept_plan(planned.collection) is None
    assert planned.study().progress.total == 20


@pytest.mark.parametrize("restarted", [False, True])
def test_the_limits_of_other_decks_rest_while_cards_of_the_plan_are_studied(planned, restarted):
    planned.close()
    planned.settings |= {"STUDY__NEW_PER_DAY": "3", "STUDY__REVIEWS_PER_DAY": "2"}
    for number in range(2):
        planned.rate(f"A{number}?", Rating.EASY)
    planned.rate("B0?", Rating.EASY)
    planned.later(days=40)
    keep(
        planned.collection,
        KeptPlan(
            plan=Plan(until=planned.collection.days.day(planned.now) + timedelta(days=9), minutes=5),
            targets=("a",),
        ),
    )
    study, seen = planned.study(), []
    while study.card:
        seen.append(faces_of(study.card).front)
        study.rate(Rating.EASY, planned.now, duration_ms=SECONDS * 1000)
        if restarted:
            study = planned.study()
    assert sorted(question for question in seen if question.startswith("B")) == ["B0?", "B1?", "B2?", "B3?"]
    assert len(seen) > 12


def brings(desk, **options):
    queue = DayQueue(desk.collection, desk.collection.select((), desk.now), Options(**options), desk.now)
    return queue.waiting


@pytest.mark.parametrize("seed", range(24))
def test_whatever_is_offered_brings_a_card_and_nothing_is_offered_only_if_there_is_none(desk, seed):
    """With and without a plan, limits, siblings, cards set aside, and at any distance from the next review."""
    draw = Random(seed)
    desk.settings |= {
        "STUDY__NEW_PER_DAY": draw.choice(["0", "2", "20"]),
        "STUDY__REVIEWS_PER_DAY": draw.choice(["0", "1", "200"]),
    }
    desk.asks("a.md", *(f"A{number}?" for number in range(draw.randrange(1, 6))))
    desk.write("b.md", "".join(f"b{number} ::: c{number}\n" for number in range(draw.randrange(3))))
    desk.sync()
    if draw.random() < 0.6:
        until = desk.collection.days.day(desk.now) + timedelta(days=draw.randrange(1, 20))
        off = frozenset(draw.sample(range(7), 4))
        keep(
            desk.collection,
            KeptPlan(plan=Plan(until=until, minutes=draw.choice([0.5, 5]), off=off), targets=("a",)),
        )
    for _ in range(8):
        study = desk.study(limit=draw.randrange(4))
        while study.card:
            act = draw.choice([*Rating, Rating.EASY, Rating.EASY, "bury", "suspend"])
            if isinstance(act, Rating):
                study.rate(act, desk.now, duration_ms=20_000)
            else:
                getattr(study, act)(desk.now)
        desk.later(hours=draw.choice([0, 1, 24, 24, 24 * 9]))
        study = desk.study()
        if study.card is not None:
            continue
        offer = more(desk.collection, study.selected, desk.now)
        assert sum(card.state is State.NEW for card in brings(desk, new=5)) == offer.new
        assert bool(desk.study(new=offer.new).card) == bool(offer.new)
        assert bool(desk.study(ahead=timedelta(days=offer.ahead or 9999)).card) == bool(offer.ahead)
        assert bool(desk.study(cram=True).card) == offer.cram
        assert offer.cram or not (offer.new or offer.ahead)


def test_what_comes_next_is_what_the_plan_has_for_its_next_day(planned):
    plan = Plan(
        until=planned.collection.days.day(planned.now) + timedelta(days=6), minutes=5, off=frozenset({2, 3})
    )
    keep(planned.collection, KeptPlan(plan=plan, targets=("a",)))
    selected = planned.collection.select(["a"], planned.now)

    def coming():
        return upcoming(planned.collection, selected, planned.now)

    studied(planned, planned.study())
    planned.later(minutes=30)
    studied(planned, planned.study())
    first = coming()
    assert (first.is_used_up, first.is_off, first.tomorrow) == (True, False, 0)
    planned.later(days=1)
    assert more(planned.collection, selected, planned.now).new == 5
    assert (coming().is_used_up, coming().is_off) == (False, True)
    assert (coming().next_day, coming().next_day_count) == (first.next_day, first.next_day_count)
    planned.later(days=2)
    assert first.next_day == planned.collection.days.day(planned.now)
    queue = DayQueue(planned.collection, selected, Options(), planned.now)
    assert len(queue.waiting) == first.next_day_count > 5

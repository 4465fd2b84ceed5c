"""A plan that is kept: reviews of its cards follow it, day after day, until its date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quiz.cards import Rating
from quiz.collection.planned import clear, keep, kept_plan, projection
from quiz.planning import Plan

MINUTES = 10
SECONDS = 25


@pytest.fixture
def planned(desk):
    """A hundred cards with a plan of ten minutes a day, and five without."""
    desk.asks("a.md", *(f"A{number}?" for number in range(100)))
    desk.asks("b.md", *(f"B{number}?" for number in range(5)))
    desk.sync()
    until = desk.collection.days.day(desk.now) + timedelta(days=12)
    keep(desk.collection, Plan(until=until, minutes=MINUTES), ("a",))
    return desk


def studied(desk, study):
    """Rate Good until nothing is left; the questions as they came."""
    seen = []
    while study.card:
        seen.append(study.card.faces.front)
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


def test_a_restart_and_an_undo_change_nothing_of_the_order(planned):
    first = studied(planned, planned.study())
    for _ in first:
        planned.collection.undo(planned.now)
    study = planned.study()
    study.rate(Rating.GOOD, planned.now, duration_ms=SECONDS * 1000)
    assert study.undo(planned.now)
    assert study.card.faces.front == first[0]
    planned.close()
    assert planned.study().card.faces.front == first[0]


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

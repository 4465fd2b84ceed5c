"""A deck that was learned in Anki by SM-2 comes over, and is studied on."""

from __future__ import annotations

from datetime import datetime

import pytest
from replays import study_day


@pytest.fixture
def learned(anki):
    """Forty notes of three types, 300 reviews on 30 of 60 days; suspended, flagged and buried cards."""
    anki.create(fsrs=False)
    for number in range(20):
        anki.note(type_="Basic", fields=[f"question {number}", f"answer {number}"], deck="Welt::Länder")
    for number in range(10):
        fields = [f"word {number}", f"Wort {number}"]
        anki.note(type_="Basic (and reversed card)", fields=fields, deck="Welt::Wörter", tags=["a::b"])
    for number in range(10):
        fields = [f"the {{{{c1::left {number}}}}} and the {{{{c2::right {number}}}}}", "more"]
        anki.note(type_="Cloze", fields=fields, deck="Welt")
    ratings = [3, 3, 1, 4, 2, 3, 3, 3, 1, 3]
    assert sum(anki.study(ratings=ratings, days_ago=ago) for ago in range(60, 0, -2)) == 300
    anki.change(how="suspend", query='"front:*question 3*"')
    anki.change(how="flag", query='"front:*question 4*" or "front:*word 4*"', color=6)
    anki.change(how="bury", query='"front:*question 5*"')
    return anki


@pytest.mark.parametrize("layout", ["latest", "colpkg-legacy"])
def test_a_deck_of_sm2_comes_with_its_history_and_is_studied_on(desk, dquiz, learned, layout):
    package = learned.given(layout)
    assert dquiz.taken(package, "--no-known-only") == (40, 60, 300)
    there = {(card["first"], int(name.rpartition("/")[2])): card for name, card in learned.cards().items()}
    cards = {(card["prompt"], card["number"]): card for card in dquiz.cards().values()}
    assert cards.keys() == there.keys()
    for key, card in cards.items():
        assert_same(card, there[key])
    assert {card["flag"] for card in cards.values()} == {0, 6}
    assert sum(card["suspended"] for card in cards.values()) == 1
    before = desk.state(), files(desk)
    assert dquiz.taken(package, "--no-known-only") == (0, 0, 0)
    assert (desk.state(), files(desk)) == before
    assert dquiz("sync")["unchanged"] == 60
    assert dquiz.study([3, 1, 4, 2, 3, 3]) == 6
    learned.study(ratings=[3, 3, 1])
    assert dquiz.taken(learned.given(layout)) == (0, 0, 3)
    assert len(dquiz("log")) == 309
    assert dquiz.faults() == []


def files(desk):
    return {path: path.read_bytes() for path in (desk.home / "imported").rglob("*.md")}


def assert_same(card, there):
    assert (card["state"], card["suspended"], card["flag"]) == (
        there["state"],
        there["suspended"],
        there["flag"],
    )
    if there["state"] == "new":
        return
    due = datetime.fromisoformat(card["due"])
    assert (str(study_day(due)) if there["due_day"] else due.timestamp()) == (
        there["due_day"] or there["due"]
    )
    assert (card["stability"], card["difficulty"]) == pytest.approx(there["computed"], rel=1e-4)
    assert card["reps"] == there["reps"]

"""What a learner does in Anki besides answering: filtered decks, due dates set by hand, cards that are forgotten."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from replays import replayed, study_day

WORDS = ("one", "two", "three", "four")


@pytest.fixture
def studied(desk, dquiz, anki):
    """Four cards of dquiz, reviewed there on two days; Anki has them with their progress."""
    desk.asks("deck.md", *(f"What is {word}?" for word in WORDS))
    dquiz.days_ago = 30
    dquiz("sync", desk.notes)
    for dquiz.days_ago in (30, 28):
        assert dquiz.study([3, 3, 3, 3]) == 4
    anki.create()
    anki.take(package=dquiz.exported())
    dquiz.days_ago = 1

    def pair(word):
        [(name, there)] = anki.cards(query=f'"front:*{word}*"').items()
        return dquiz.cards()[name], there

    return pair


def found(word):
    return f'"front:*{word}*"'


def due_day(card):
    return study_day(datetime.fromisoformat(card["due"]))


def assert_same_schedule(card, there):
    assert card["state"] == there["state"]
    if there["state"] == "new":
        return
    if there["due_day"]:
        assert due_day(card) == date.fromisoformat(there["due_day"])
    else:
        assert datetime.fromisoformat(card["due"]).timestamp() == there["due"]
    assert (card["stability"], card["difficulty"]) == pytest.approx(there["computed"], rel=1e-4)


def test_a_due_date_set_in_anki_after_the_last_review_holds_here(studied, dquiz, anki):
    anki.change(how="due", query=found("one"), days="7", days_ago=5)
    package = anki.given()
    before, _ = studied("one")
    assert dquiz.taken(package) == (0, 0, 0)
    card, there = studied("one")
    assert_same_schedule(card, there)
    assert due_day(card) != due_day(before)
    assert (card["reps"], card["stability"]) == (before["reps"], before["stability"])
    assert dquiz.taken(package) == (0, 0, 0)
    assert studied("one")[0] == card
    assert dquiz.faults() == []


def test_a_due_date_is_that_of_the_newest_package_and_of_the_next_review(studied, dquiz, anki):
    anki.study(ratings=[3], only=found("one"), days_ago=9)
    older = anki.given()
    anki.change(how="due", query=found("one"), days="40", days_ago=5)
    newer = anki.given("colpkg")
    assert dquiz.taken(older) == (0, 0, 1)
    first, _ = studied("one")
    dquiz.taken(newer)
    assert_same_schedule(*studied("one"))
    assert dquiz.taken(older) == (0, 0, 0)
    assert_same_schedule(*studied("one"))
    card, _ = studied("one")
    dquiz("answer", card["id"], "good")
    rated, _ = studied("one")
    assert dquiz.taken(newer) == (0, 0, 0)
    assert studied("one")[0] == rated
    assert len({due_day(each) for each in (first, card, rated)}) == 3


def test_a_due_date_goes_out_to_another_anki_as_it_came(studied, dquiz, anki):
    anki.change(how="due", query=found("one"), days="9", days_ago=5)
    dquiz.taken(anki.given())
    anki.create(name="other")
    anki.take(name="other", package=dquiz.exported())
    there, other = (anki.cards(name=name, query=found("one")).popitem()[1] for name in ("mine", "other"))
    assert [row[:4] for row in other["log"]] == [row[:4] for row in there["log"]]
    assert (other["due_day"], other["interval"]) == (there["due_day"], there["interval"])
    assert other["computed"] == there["computed"]
    assert anki.check(name="other") == ""


def test_a_due_date_makes_a_new_card_one_in_review(desk, dquiz, anki):
    desk.asks("deck.md", "What is one?")
    dquiz("sync", desk.notes)
    anki.create()
    anki.take(package=dquiz.exported())
    for days in ("5", "8"):
        anki.change(how="due", query="", days=days, days_ago=3)
        dquiz.taken(anki.given())
        [card], [there] = dquiz.cards().values(), anki.cards().values()
        assert (card["state"], due_day(card)) == ("review", date.fromisoformat(there["due_day"]))
        assert dquiz.taken(anki.given()) == (0, 0, 0)
    anki.study(ratings=[3], only="deck:*", days_ago=1)
    assert dquiz.taken(anki.given("legacy")) == (0, 0, 1)
    [card], [there] = dquiz.cards().values(), anki.cards().values()
    assert_same_schedule(card, there)
    dquiz("answer", card["id"], "good")
    assert dquiz.faults() == []


def test_a_card_that_was_forgotten_in_anki_is_new_and_starts_anew(studied, dquiz, anki):
    for word, counts in (("one", False), ("two", True)):
        anki.change(how="forget", query=found(word), reset_counts=counts, days_ago=6)
    dquiz.taken(anki.given())
    for word in ("one", "two"):
        assert_same_schedule(*studied(word))
    anki.study(ratings=[1, 3, 3], only=found("one"), days_ago=4)
    for ago in (4, 3):
        anki.study(ratings=[3], only=found("one"), days_ago=ago)
    assert dquiz.taken(anki.given("legacy")) == (0, 0, 3)
    card, there = studied("one")
    assert_same_schedule(card, there)
    reset = max(place for place, row in enumerate(there["log"]) if row[1] == 0)
    since = [row[:2] for row in there["log"][reset + 1 :]]
    assert (card["stability"], card["difficulty"]) == pytest.approx(replayed(since), rel=1e-9)
    dquiz("answer", card["id"], "hard")
    assert dquiz.faults() == []


def test_a_card_that_was_forgotten_and_given_a_due_date_is_in_review(studied, dquiz, anki):
    anki.change(how="forget", query=found("one"), days_ago=6)
    anki.change(how="due", query=found("one"), days="3", days_ago=6)
    dquiz.taken(anki.given())
    card, there = studied("one")
    assert (card["state"], due_day(card)) == ("review", date.fromisoformat(there["due_day"]))
    anki.study(ratings=[3], only=found("one"), days_ago=3)
    dquiz.taken(anki.given("legacy"))
    assert_same_schedule(*studied("one"))
    dquiz("answer", card["id"], "good")
    assert dquiz.faults() == []


def test_cramming_in_a_filtered_deck_is_logged_and_moves_nothing(studied, desk, dquiz, anki):
    desk.asks("more.md", "Is it new?")
    dquiz("sync", desk.notes)
    anki.take(package=dquiz.exported())
    query = f"{found('one')} or {found('new')}"
    anki.change(how="gather", query="", search=query, reschedule=False, days_ago=6)
    anki.study(ratings=[1, 4], only=query, days_ago=6)
    before = {word: studied(word)[0] for word in ("one", "new")}
    package = anki.given()
    assert dquiz.taken(package) == (0, 0, 2)
    assert dquiz.taken(package) == (0, 0, 0)
    crammed = [row for row in dquiz("log") if row["mode"] == "cram"]
    assert {(row["counts"], row["source"]) for row in crammed} == {(False, "import")}
    assert len(crammed) == 2
    for word, card in before.items():
        assert studied(word)[0] == card
        _, _, kind, _, factor = studied(word)[1]["log"][-1]
        assert (kind, factor) == (3, 0)
    dquiz("undo")
    assert len(dquiz("log")) == 8
    assert dquiz.faults() == []


@pytest.mark.parametrize("layout", ["latest", "colpkg-legacy"])
def test_a_card_in_a_filtered_deck_is_due_as_at_home(studied, dquiz, anki, layout):
    anki.change(
        how="gather", query="", search=f"{found('one')} or {found('two')}", reschedule=True, days_ago=6
    )
    anki.study(ratings=[3], only=found("one"), days_ago=6)
    before, there = studied("two")
    assert there["filtered"]
    assert dquiz.taken(anki.given(layout)) == (0, 0, 1)
    assert studied("two")[0] == before
    card, there = studied("one")
    assert there["log"][-1][2] in {1, 3}
    assert_same_schedule(card, there)
    assert card["reps"] == 3
    anki.study(ratings=[1], only=found("two"), days_ago=5)
    assert dquiz.taken(anki.given(layout)) == (0, 0, 1)
    assert_same_schedule(*studied("two"))
    assert dquiz.faults() == []

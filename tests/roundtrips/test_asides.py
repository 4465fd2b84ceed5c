"""Suspension and flags: they are as they were set last, wherever that was."""

from __future__ import annotations

import pytest

ONE = '"front:*one*"'


@pytest.fixture
def both(desk, dquiz, anki):
    """Two cards that both sides have, and what each side thinks of the first."""
    desk.asks("deck.md", "What is one?", "What is two?")
    dquiz.days_ago = 20
    dquiz("sync", desk.notes)
    dquiz.study([3, 3])
    anki.create()
    anki.take(package=dquiz.exported())

    def marks():
        [there] = anki.cards(query=ONE).values()
        here = next(card for card in dquiz.cards().values() if "one" in card["prompt"])
        return [(each["suspended"], each["flag"]) for each in (here, there)]

    marks.card = next(card["id"] for card in dquiz.cards().values() if "one" in card["prompt"])
    return marks


def test_what_was_set_in_anki_holds_here(both, dquiz, anki):
    anki.change(how="flag", query=ONE, color=4, days_ago=15)
    anki.change(how="suspend", query=ONE, days_ago=15)
    dquiz.days_ago = 14
    dquiz.taken(anki.given())
    assert both() == [(True, 4), (True, 4)]
    anki.change(how="unsuspend", query=ONE, days_ago=13)
    dquiz.days_ago = 12
    dquiz.taken(anki.given("colpkg"))
    assert both() == [(False, 4), (False, 4)]


def test_what_was_set_in_anki_before_an_older_package_was_imported_holds(both, dquiz, anki):
    packages = []
    for ago, how in ((15, "suspend"), (14, "unsuspend")):
        anki.change(how=how, query=ONE, days_ago=ago)
        packages.append(anki.given())
    dquiz.days_ago = 10
    for package, suspended in zip(packages, (True, False), strict=True):
        dquiz.taken(package)
        assert both()[0] == (suspended, 0)
    dquiz.taken(packages[0])
    assert both()[0] == (False, 0)


def test_a_flag_is_that_of_the_side_that_set_it_last(both, dquiz, anki):
    for ago, color in ((15, 3), (14, 6)):
        anki.change(how="flag", query=ONE, color=color, days_ago=ago)
        dquiz.days_ago = ago
        dquiz.taken(anki.given())
        assert both() == [(False, color), (False, color)]
    dquiz.days_ago = 13
    dquiz("flag", both.card, "--off")
    anki.study(ratings=[3], only=ONE, days_ago=12)
    dquiz.days_ago = 11
    dquiz.taken(anki.given("legacy"))
    assert both() == [(False, 0), (False, 6)]


def test_what_was_set_here_later_stays(both, dquiz, anki):
    anki.change(how="suspend", query=ONE, days_ago=15)
    dquiz.days_ago = 14
    package = anki.given()
    dquiz.taken(package)
    dquiz("suspend", both.card, "--off")
    for again in (package, anki.given("legacy")):
        dquiz.taken(again)
        assert both() == [(False, 0), (True, 0)]
    dquiz("flag", both.card, "--color", "2")
    dquiz.taken(anki.given())
    assert both()[0] == (False, 2)


def test_what_was_set_here_while_the_cards_were_on_their_way_stays(both, dquiz, anki):
    package = dquiz.exported()
    dquiz.days_ago = 19
    dquiz("flag", both.card, "--color", "5")
    dquiz.days_ago = 18
    anki.create(name="late")
    anki.take(name="late", package=package)
    dquiz.taken(anki.given(name="late"))
    assert both()[0] == (False, 5)


def test_a_buried_card_in_anki_is_not_buried_here(both, dquiz, anki):
    anki.change(how="bury", query=ONE, days_ago=15)
    before = dquiz.cards()
    assert dquiz.taken(anki.given()) == (0, 0, 0)
    assert dquiz.cards() == before

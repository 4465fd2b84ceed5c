"""Imports that are taken back, and reviews that happened in the same millisecond on both sides."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

WORDS = ("one", "two", "three", "four", "five")


@pytest.fixture
def packages(desk, dquiz, anki):
    """Two packages of a learner who studied on both sides: the second has more reviews."""
    desk.asks("deck.md", *(f"What is {word}?" for word in WORDS))
    dquiz.days_ago = 40
    dquiz("sync", desk.notes)
    dquiz.study([3, 3, 1, 4])
    anki.create()
    anki.take(package=dquiz.exported())
    anki.study(ratings=[3, 3, 4, 1, 3], days_ago=30)
    first = anki.given()
    dquiz.days_ago = 20
    dquiz.study([3, 2])
    anki.study(ratings=[3, 4, 3, 2], days_ago=10)
    anki.change(how="due", query='"front:*five*"', days="9", days_ago=9)
    anki.change(how="flag", query='"front:*five*"', color=3, days_ago=9)
    anki.change(how="suspend", query='"front:*two*"', days_ago=9)
    dquiz.days_ago = 8
    dquiz.study([3, 1, 3])
    dquiz.days_ago = 5
    return first, anki.given()


def taken_back(desk, dquiz):
    """Undo; the cards and the log then."""
    assert dquiz("undo")["kind"] == "import"
    assert dquiz.faults() == []
    return desk.state()


def test_each_import_that_is_taken_back_leaves_all_as_it_was(desk, dquiz, packages):
    states = [desk.state()]
    for package in packages:
        assert dquiz.taken(package)[2] >= 3
        states.append(desk.state())
    assert states[2] != states[1] != states[0]
    assert taken_back(desk, dquiz) == states[1]
    assert taken_back(desk, dquiz) == states[0]


def test_an_import_that_is_taken_back_and_made_again_is_as_if_made_once(desk, dquiz, packages):
    states, added = [desk.state()], []
    for package in packages:
        added.append(dquiz.taken(package)[2])
        states.append(_visible(desk))
    for _ in packages:
        dquiz("undo")
    assert [dquiz.taken(package)[2] for package in packages] == added
    assert _visible(desk) == states[2]
    assert taken_back(desk, dquiz)[0] == states[1][0]
    assert taken_back(desk, dquiz) == states[0]
    assert dquiz.taken(packages[1])[2] == sum(added)
    # of a review here after one there, which fuzz now moves otherwise, the day may be another
    same = ("state", "stability", "difficulty", "reps", "lapses", "suspended", "flag")
    assert [[card[name] for name in same] for card in desk.rows("card")] == [
        [card[name] for name in same] for card in states[2][0]
    ]


def _visible(desk):
    """Cards and log without the number of the import that brought a review."""
    cards, log = desk.state()
    return cards, [
        {name: value for name, value in row.items() if name not in {"run_id", "seal"}} for row in log
    ]


def test_a_review_that_was_taken_back_here_stays_so(desk, dquiz, anki, packages):
    _, package = packages
    dquiz.taken(package)
    card = next(iter(dquiz.cards().values()))
    dquiz("answer", card["id"], "good")
    anki.create(name="other")
    anki.take(name="other", package=dquiz.exported())
    dquiz("undo")
    before = dquiz("log"), dquiz.cards()
    assert dquiz.taken(anki.given(name="other")) == (0, 0, 0)
    assert (dquiz("log"), dquiz.cards()) == before


def test_reviews_of_one_millisecond_are_kept_and_known_again(desk, dquiz, anki, packages):
    first, second = packages
    desk.asks("more.md", "Is it new?", "Is it new, too?")
    dquiz("sync", desk.notes)
    rated = {row[0]: name for name, card in anki.cards().items() for row in card["log"] if row[1]}
    at = max(rated.keys() - {row["id"] for row in dquiz("log")})
    theirs = rated[at]
    moment = datetime.fromtimestamp(at / 1000, UTC)
    mine = [
        card["id"]
        for name, card in dquiz.cards().items()
        if name != theirs
        and (not card["last_review"] or datetime.fromisoformat(card["last_review"]) < moment)
    ]
    for number, card in enumerate(mine):
        answered = dquiz("answer", card, "good", "--at", moment.isoformat(timespec="milliseconds"))
        assert answered["id"] == at + number
    assert len(mine) > 1
    assert dquiz.taken(second)[2] >= 7
    ids = [row["id"] for row in dquiz("log")]
    assert dquiz.taken(first) == dquiz.taken(second) == (0, 0, 0)
    # a collection that has the review by the number that it got here
    anki.create(name="other")
    anki.take(name="other", package=dquiz.exported())
    assert (
        sorted(row[0] for card in anki.cards(name="other").values() for row in card["log"] if row[1]) == ids
    )
    assert dquiz.taken(anki.given(name="other")) == (0, 0, 0)
    assert [row["id"] for row in dquiz("log")] == ids
    assert dquiz.faults() == []

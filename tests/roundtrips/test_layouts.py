"""A package goes out, some cards are studied, and what Anki exports comes back, in each of its layouts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from replays import study_day

LAYOUTS = ("latest", "legacy", "colpkg", "colpkg-legacy")
QUESTIONS = [f"What is number {number}?" for number in range(14)]


@pytest.fixture
def home(desk, dquiz):
    """Fourteen cards, twelve of them with a past that began sixty days ago."""
    desk.asks("deck.md", *QUESTIONS)
    dquiz("sync", desk.notes)
    ids = sorted(card["id"] for card in dquiz.cards().values())
    for place, (card, rating) in enumerate(zip(ids[:12], ("good", "easy", "hard", "again") * 3, strict=True)):
        for ago, minute in ((60, 0), (60, 10), (57, 0), (50 - 2 * place, 0)):
            # hours away from the roll-over in every zone of these tests
            at = (dquiz.now - timedelta(days=ago)).replace(hour=12, minute=minute, second=place)
            dquiz("answer", card, "good" if minute else rating, "--at", at.isoformat())
    return dquiz


@pytest.mark.parametrize("layout", LAYOUTS)
def test_seven_reviews_come_back_once(home, anki, layout):
    anki.create()
    anki.take(package=home.exported())
    sent = anki.cards()
    assert sum(len(card["log"]) for card in sent.values()) == 48
    asked = '"front:*1?" or "front:*2?" or "front:*3?" or "front:*4?"'
    assert anki.study(ratings=[3, 1, 2, 4, 3, 3, 1], only=asked) == 7
    package = anki.given(layout)
    assert home.taken(package) == (0, 0, 7)
    first = home.cards()
    assert home.taken(package) == (0, 0, 0)
    assert home.cards() == first
    log = {row["id"] for row in home("log")}
    assert len(log) == 55
    for name, there in anki.cards().items():
        assert {row[0] for row in there["log"]} <= log
        assert first[name]["state"] == there["state"]
        if there["computed"]:
            memory = first[name]["stability"], first[name]["difficulty"]
            assert memory == pytest.approx(there["computed"], rel=1e-5)
    assert home.faults() == []


@pytest.mark.parametrize("layout", LAYOUTS[:2])
def test_a_package_without_scheduling_changes_nothing_and_says_so(home, anki, layout):
    anki.create()
    anki.take(package=home.exported())
    anki.study(ratings=[3, 1, 2])
    before = home.cards(), home("log")
    data = home("import", anki.given(layout, progress=False))
    assert (data["notes"]["added"], data["cards"]["updated"], data["reviews"]["added"]) == (0, 0, 0)
    assert [
        (each["code"], "Include scheduling information" in each["message"]) for each in data["problems"]
    ] == [("W801", True)]
    assert (home.cards(), home("log")) == before
    assert home.taken(anki.given(layout)) == (0, 0, 3)


@pytest.mark.parametrize(
    ("zone", "layout"),
    [("Europe/Berlin", "latest"), ("America/New_York", "legacy"), ("Asia/Tokyo", "colpkg")],
)
def test_days_are_those_of_the_zone_on_both_sides(home, anki_in, desk, monkeypatch, zone, layout):
    monkeypatch.setenv("TZ", zone)
    anki = anki_in(zone)
    anki.create(age=100)
    anki.take(package=home.exported())
    due = {name: card["due_day"] for name, card in anki.cards().items()}
    assert due == {name: day_of(card, zone) for name, card in home.cards().items()}
    anki.study(ratings=[3, 4, 2, 3, 1, 3])
    assert home.taken(anki.given(layout))[2] == 6
    cards = home.cards()
    for name, there in anki.cards().items():
        if there["due_day"]:
            assert day_of(cards[name], zone) == there["due_day"]
        elif there["due"]:
            assert datetime.fromisoformat(cards[name]["due"]).timestamp() == there["due"]
        if there["computed"]:
            assert cards[name]["stability"] == pytest.approx(there["computed"][0], rel=1e-5)
    for row in desk.rows("review"):
        at = datetime.fromtimestamp(row["reviewed_at"] / 1000, ZoneInfo("UTC"))
        assert date.fromordinal(row["study_day"]) == study_day(at, ZoneInfo(zone))


def day_of(card, zone):
    if card["state"] != "review":
        return None
    return str(study_day(datetime.fromisoformat(card["due"]), ZoneInfo(zone)))


def test_newer_progress_takes_the_place_of_notes_that_were_deleted(home, anki):
    anki.create()
    anki.take(package=home.exported())
    anki.study(ratings=[3, 4, 1, 3, 3, 2])
    assert home.taken(anki.given())[2] == 6
    assert home.study([3, 3, 1]) == 3
    package, cards = home.exported(), home.cards()
    assert anki.change(how="delete", query="note:dquiz*") == len(QUESTIONS)
    assert anki.take(package=package) == {
        "new": len(QUESTIONS),
        "updated": 0,
        "duplicate": 0,
        "conflicting": 0,
    }
    theirs = anki.cards()
    assert sorted(row[0] for card in theirs.values() for row in card["log"] if row[1]) == [
        row["id"] for row in home("log")
    ]
    for name, there in theirs.items():
        if there["computed"]:
            memory = cards[name]["stability"], cards[name]["difficulty"]
            assert memory == pytest.approx(there["computed"], rel=1e-5)
    assert anki.study(ratings=[3, 3]) == 2
    assert home.taken(anki.given("legacy")) == (0, 0, 2)
    assert home.faults() == []
    assert anki.check() == ""

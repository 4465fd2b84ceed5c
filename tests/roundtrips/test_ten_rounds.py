"""Studying on both sides, and carrying the log to and fro, ten times."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime

import pytest
from replays import replayed, study_day

LAYOUTS = ("latest", "legacy", "colpkg", "colpkg-legacy")
NOTES = """\
Q: What is basic {0}?
A: one thing

Q: What is both {0}? #both
A: two things {0}

Q: List all {0} #typed
A: docker ps {0}

C: the {{{{left {0}}}}} and the {{{{right}}}}

Q: Which one of {0}?
A:
- [x] this
- [ ] that

Because.
"""


class Rounds:
    """Ten rounds of studying: Anki's collection is one and the same."""

    def __init__(self, desk, dquiz, anki):
        self.desk, self.dquiz, self.anki = desk, dquiz, anki
        self.chance = random.Random(7)
        self.own = {}
        self.packages = []
        self.in_both = 0
        anki.create()

    def ratings(self, count):
        return self.chance.choices((1, 2, 3, 4), (20, 15, 55, 10), k=count)

    def go(self, number):
        """New notes; both study, and dquiz once more before it hears of Anki's reviews."""
        start = 64 - 6 * number
        self.desk.write(f"deck/{number}.md", NOTES.format(f"n{number}"))
        self.dquiz.days_ago = start
        self.dquiz("sync", self.desk.notes)
        self.dquiz.study(self.ratings(8))
        found = self.anki.take(package=self.dquiz.exported())
        assert found == {"new": 5, "updated": 0, "duplicate": 5 * number, "conflicting": 0}
        for later in (1, 2):
            assert self.anki.study(ratings=self.ratings(9), days_ago=start - later)
        self.dquiz.days_ago = start - 2
        self.dquiz.study(self.ratings(5))
        self.anki.study(ratings=self.ratings(4), days_ago=start - 3)
        self.dquiz.days_ago = start - 4
        self.packages.append(self.anki.given(LAYOUTS[number % 4]))
        self.own |= {
            (row["card_id"], row["id"]): row["rating"]
            for row in self.dquiz("log")
            if row["source"] == "plain"
        }

    def check(self):
        """The log is all reviews of both sides, each once, and schedules are what it comes to."""
        cards, theirs = self.dquiz.cards(), self.anki.cards()
        ids = {name: cards[name]["id"] for name in theirs}
        brought = {(ids[name], at): rating for name, card in theirs.items() for at, rating, *_ in card["log"]}
        words = {1: "again", 2: "hard", 3: "good", 4: "easy"}
        union = self.own | {key: words[rating] for key, rating in brought.items()}
        log = [((row["card_id"], row["id"]), row["rating"]) for row in self.dquiz("log")]
        assert sorted(log) == sorted(union.items())
        assert all(row["foreign_id"] is None for row in self.desk.rows("review"))
        reviews = defaultdict(list)
        numbers = {word: number for number, word in words.items()}
        for (card, at), rating in sorted(union.items(), key=lambda each: each[0][1]):
            reviews[card].append((at, numbers[rating]))
        for name, card in cards.items():
            self.check_card(card, reviews[card["id"]], theirs[name])
        assert self.dquiz.faults() == []
        assert len(union) > max(len(self.own), len(brought))

    def check_card(self, card, reviews, there):
        if not reviews:
            assert (card["state"], there["state"]) == ("new", "new")
            return
        assert (card["stability"], card["difficulty"]) == pytest.approx(replayed(reviews), rel=1e-9)
        assert card["reps"] == len(reviews)
        newest, log = reviews[-1][0], [row[:2] for row in there["log"]]
        due = datetime.fromisoformat(card["due"])
        if newest in {at for at, _ in log}:
            assert card["state"] == there["state"]
            if there["due_day"]:
                assert study_day(due) == date.fromisoformat(there["due_day"])
            else:
                assert due.timestamp() == there["due"]
        elif card["state"] == "review":
            last = study_day(datetime.fromisoformat(card["last_review"]))
            assert (study_day(due) - last).days == card["interval"] >= 1
        if log == [list(each) for each in reviews]:
            self.in_both += 1
            assert card["stability"] == pytest.approx(there["computed"][0], rel=1e-4)
            assert card["difficulty"] == pytest.approx(there["computed"][1], abs=1e-4)
            assert (card["reps"], card["lapses"]) == (there["reps"], there["lapses"])

    def check_another_anki(self):
        """In a new collection the log of both sides gives the memory that dquiz has."""
        self.anki.create(name="new")
        self.anki.take(name="new", package=self.dquiz.exported())
        theirs = self.anki.cards(name="new")
        assert sum(len(card["log"]) for card in theirs.values()) == len(self.dquiz("log"))
        for name, card in self.dquiz.cards().items():
            assert (card["state"] == "new") == (theirs[name]["computed"] is None)
            if computed := theirs[name]["computed"]:
                assert card["stability"] == pytest.approx(computed[0], rel=1e-4)
                assert card["difficulty"] == pytest.approx(computed[1], abs=1e-4)
        assert self.anki.check(name="new") == ""


def test_ten_rounds_of_studying_on_both_sides_lose_and_double_nothing(desk, dquiz, anki):
    rounds = Rounds(desk, dquiz, anki)
    for number in range(10):
        rounds.go(number)
        *older, newest = rounds.packages
        if number in {3, 7}:
            continue  # brought later, after the next one
        added = dquiz.taken(newest)
        assert added[:2] == (0, 0)
        assert added[2] >= 10
        if number % 3 == 1:
            assert dquiz.taken(newest) == (0, 0, 0)
        if older:
            # one that came before, or the one before this, that should have come first
            assert dquiz.taken(older[-1]) == (0, 0, 0)
        rounds.check()
    assert rounds.in_both > 40
    assert anki.check() == ""
    rounds.check_another_anki()

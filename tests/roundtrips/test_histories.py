"""A thousand histories that Anki has: the memory they leave here and there, and once more after they went out again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from replays import replayed

RETENTIONS = (0.8, 0.85, 0.9, 0.95)
OWN_PARAMETERS = (
    0.31, 1.6, 3.4, 10.2, 6.2, 0.9, 2.7, 0.02, 1.7, 0.2, 0.9, 1.6, 0.1, 0.3, 1.5, 0.5, 1.9, 0.4, 0.2, 0.1, 0.2,
)  # fmt: skip
NEW, REVIEW, RELEARNING = 0, 1, 2
FILTERED, MANUAL, RESCHEDULED = 3, 4, 5


def history(chance, taken):
    """Rows of a log, as Anki would write them: ``[unix milliseconds, rating, kind, interval, factor]``."""
    at = datetime.now(UTC) - timedelta(days=700, seconds=chance.randrange(86_400))
    rows, kind = [], NEW
    for _ in range(chance.randint(1, 14)):
        rating = chance.choices((1, 2, 3, 4), (25, 15, 50, 10))[0]
        in_review = rating == 4 or (kind == REVIEW and rating > 1) or (rating == 3 and chance.random() < 0.5)
        interval = chance.randint(1, 40) if in_review else -600
        rows.append([_stamp(at, taken), rating, kind, interval, chance.randint(100, 1100)])
        kind = REVIEW if in_review else NEW if kind == NEW else RELEARNING
        event = chance.random()
        if event < 0.04:
            rows.append([_stamp(at, taken), 0, MANUAL, 0, 0])
            kind = NEW
        elif event < 0.08:
            rows.append([_stamp(at, taken), 0, chance.choice((MANUAL, RESCHEDULED)), 9, 300])
            kind = REVIEW
        elif event < 0.12:
            rows.append([_stamp(at, taken), rating, FILTERED, -60, 0])
        elif event < 0.16 and kind == REVIEW:
            at += timedelta(days=1)
            rows.append([_stamp(at, taken), 3, FILTERED, 12, 300])
        at += (
            timedelta(minutes=chance.randint(1, 300))
            if event > 0.7
            else timedelta(days=chance.randint(1, 45))
        )
    return [row for row in rows if row[0] < datetime.now(UTC).timestamp() * 1000]


def _stamp(at, taken):
    ms = int(at.timestamp() * 1000)
    while ms in taken:
        ms += 1
    taken.add(ms)
    return ms


def counted(rows):
    """The reviews that the memory follows from: since the last reset, without practice."""
    reset = max((place for place, row in enumerate(rows) if row[1:] == [0, MANUAL, 0, 0]), default=-1)
    return [
        (at, rating)
        for at, rating, kind, _, factor in rows[reset + 1 :]
        if rating and (kind, bool(factor)) != (FILTERED, False)
    ]


@pytest.fixture(params=[(), OWN_PARAMETERS], ids=["default", "own"])
def parameters(request):
    return request.param


@pytest.fixture
def histories(parameters):
    chance, taken = random.Random(11 + len(parameters)), set()
    return [[history(chance, taken) for _ in range(250)] for _ in RETENTIONS]


def test_a_thousand_histories_leave_the_same_memory_on_both_sides(desk, dquiz, anki, histories, parameters):
    anki.create(parameters=parameters)
    tables = [f'[decks."H{place}".fsrs]\nretention = {each}' for place, each in enumerate(RETENTIONS)]
    own = [f"[fsrs]\nparameters = {list(parameters)}"]
    (desk.home / "config.toml").write_text("\n\n".join([*own, *tables]))
    for place, some in enumerate(histories):
        anki.histories(deck=f"H{place}", histories=some)
    there = {card["first"]: card for card in anki.cards().values()}
    rated = sum(1 for some in histories for rows in some for row in rows if row[1])
    assert dquiz.taken(anki.given()) == (1000, 1000, rated)
    for place, some in enumerate(histories):
        for number, rows in enumerate(some):
            there[f"question {number} of H{place}"]["reviews"] = counted(rows)
    assert agree(dquiz, there, parameters) > 950
    assert dquiz.faults() == []

    assert dquiz.study([3, 1, 2, 4, 3] * 8) == 40
    out = dquiz.exported()
    anki.create(name="other", parameters=parameters)
    anki.take(name="other", package=out)
    again = {card["first"]: card for card in anki.cards(name="other").values()}
    assert agree(dquiz, again, parameters=None) > 950
    changed = [name for name, card in again.items() if card["computed"] != there[name]["computed"]]
    assert 15 <= len(changed) <= 40


def test_a_log_that_begins_in_the_middle_leaves_the_memory_that_anki_infers(dquiz, anki):
    chance, taken = random.Random(3), set()
    logs = (_without_beginning(history(chance, taken)) for _ in range(500))
    cut = [rows for rows in logs if len(rows) > 1][:200]
    anki.create()
    anki.histories(deck="H", histories=cut)
    assert dquiz.taken(anki.given())[:2] == (200, 200)
    there = {card["first"]: card for card in anki.cards().values()}
    assert agree(dquiz, there, parameters=None) > 150
    anki.create(name="other")
    anki.take(name="other", package=dquiz.exported())
    again = {card["first"]: card for card in anki.cards(name="other").values()}
    # a log holds the difficulty in thousandths of its range
    assert agree(dquiz, again, parameters=None, within=2e-2) > 150


def test_a_log_that_began_in_the_middle_begins_anew_where_the_card_was_learned_again(dquiz, anki):
    days = [int((datetime.now(UTC) - timedelta(days=ago)).timestamp() * 1000) for ago in (90, 80, 50, 49, 40)]
    anki.create()
    anki.histories(deck="H", histories=[[[days[0], 3, REVIEW, 10, 2300], [days[1], 3, REVIEW, 25, 2300]]])
    for added, more in (
        (2, []),
        (3, [[days[2], 1, NEW, -60, 2300], [days[3], 3, NEW, 4, 2300], [days[4], 3, REVIEW, 9, 2300]]),
    ):
        anki.go_on(query="deck:H", rows=more)
        assert dquiz.taken(anki.given())[2] == added
        [there] = anki.cards().values()
        assert agree(dquiz, {there["first"]: there}, parameters=None) == 1
    assert [row["counts"] for row in dquiz("log")] == [False, False, True, True, True]


def test_the_first_second_of_a_day_belongs_to_the_day_to_which_anki_counts_it(dquiz, anki):
    four = (datetime.now(UTC) - timedelta(days=60)).replace(hour=4, minute=0, second=0, microsecond=0)
    first, last = (int((four + each).timestamp() * 1000) for each in (timedelta(), timedelta(days=20)))
    moments = [first + 5 * 86_400_000 + ms for ms in (-1, 0, 1, 999, 1000, 1001)]
    logs = [
        [
            [first + 60_000 + place, 3, NEW, 3, 500],
            [at, 3, REVIEW, 10, 500],
            [last + 60_000 + place, 3, REVIEW, 30, 500],
        ]
        for place, at in enumerate(moments)
    ]
    anki.create()
    anki.histories(deck="H", histories=logs)
    assert dquiz.taken(anki.given())[2] == 18
    there = {card["first"]: card for card in anki.cards().values()}
    assert len({card["computed"][0] for card in there.values()}) == 2
    assert agree(dquiz, there, parameters=None) == 6
    assert {card["prompt"]: card["due"][:10] for card in dquiz("cards")} == {
        name: card["due_day"] for name, card in there.items()
    }
    assert dquiz.faults() == []


def test_cards_whose_log_is_lost_keep_interval_and_due_date(desk, dquiz, anki):
    anki.create()
    anki.histories(deck="H", histories=[[]] * 400)
    package = anki.given()
    assert dquiz.taken(package) == (400, 400, 0)
    there = {card["first"]: card["due_day"] for card in anki.cards().values()}
    assert {card["prompt"]: card["due"][:10] for card in dquiz("cards")} == there
    before = desk.state()
    # no two get the same moment, so that none has to look for a free one
    assert {row["foreign_id"] for row in before[1]} == {None}
    assert dquiz.taken(package) == (0, 0, 0)
    assert desk.state() == before
    assert dquiz.faults() == []


def _without_beginning(rows):
    """The log of a card whose first reviews are lost: no learning rows, no reset."""
    start = next((place for place, row in enumerate(rows) if row[2] == REVIEW), len(rows))
    kept = [row for row in rows[start:] if row[4]]
    return kept if all(row[2] != NEW for row in kept) else []


def agree(dquiz, there, parameters, within=1e-4):
    """How many cards have a memory, which is that of Anki and that of a replay."""
    cards = {card["prompt"]: card for card in dquiz("cards")}
    assert cards.keys() == there.keys()
    checked = 0
    for name, card in cards.items():
        if not there[name]["computed"]:
            continue
        checked += 1
        stability, difficulty = there[name]["computed"]
        assert card["stability"] == pytest.approx(stability, rel=within)
        assert card["difficulty"] == pytest.approx(difficulty, abs=within)
        if parameters is not None:
            memory = replayed(there[name]["reviews"], parameters)
            assert (card["stability"], card["difficulty"]) == pytest.approx(memory, rel=1e-9)
            assert card["reps"] == len(there[name]["reviews"])
    return checked

"""Whatever kills the program, what it said it saved is there, and nothing else is broken."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing

from trust.running import Reviewer, started


def broken(desk):
    """What is wrong with the collection; empty if nothing is."""
    with closing(sqlite3.connect(desk.database)) as connection:
        checks = (
            connection.execute("PRAGMA integrity_check").fetchall()
            + connection.execute("PRAGMA foreign_key_check").fetchall()
        )
    log = Counter(row["card_id"] for row in desk.rows("review", "undone_at IS NULL"))
    wrong = [row["uid"] for row in desk.rows("card") if row["reps"] != log[row["id"]]]
    halves = len(desk.rows("action")) - sum(log.values())
    return [check for check in checks if check != ("ok",)] + wrong + ([f"{halves} steps"] if halves else [])


def test_no_rating_is_lost_when_reviews_are_killed_at_any_moment(desk, environment):
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(300)))
    desk.sync()
    desk.close()
    lots, saved, kills = random.Random(7), [], 26
    for _ in range(kills // 2):
        processes = [started(environment, "review", "--plain") for _ in range(2)]
        reviewers = [Reviewer(process) for process in processes]
        for reviewer, process in zip(reviewers, processes, strict=True):
            reviewer.first.wait(20)
            time.sleep(lots.uniform(0, 0.06))
            process.kill()
            reviewer.join(20)
            process.communicate()
            saved += reviewer.saved
    stored = [row["id"] for row in desk.rows("review")]
    assert len(saved) >= kills
    assert set(saved) <= set(stored)
    assert len(stored) <= len(saved) + kills
    assert broken(desk) == []


def test_two_reviews_at_once_lose_nothing(desk, environment):
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(12)))
    desk.sync()
    desk.close()
    processes = [started(environment, "review", "--plain") for _ in range(2)]
    reviewers = [Reviewer(process, ratings=30) for process in processes]
    for reviewer, process in zip(reviewers, processes, strict=True):
        reviewer.join(30)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    saved = [number for reviewer in reviewers for number in reviewer.saved]
    assert len(saved) >= 24
    assert sorted(saved) == [row["id"] for row in desk.rows("review")]
    assert broken(desk) == []
    for card in desk.cards():
        log = desk.collection.history(card)
        assert [one.before for one in log[1:]] == [one.after for one in log[:-1]]
        assert card.schedule == log[-1].after


def test_two_syncs_at_once_add_every_card_once(desk, environment):
    for number in range(20):
        desk.asks(f"{number}.md", *(f"Is it {number} and {other}?" for other in range(10)))
    processes = [started(environment, "sync", desk.notes) for _ in range(2)]
    for process in processes:
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
        assert out.startswith("200 cards: ")
    assert len(desk.rows("card")) == 200
    assert desk.sync().unchanged == 200
    assert broken(desk) == []


def test_a_sync_that_is_killed_leaves_the_old_state_or_the_new_one(desk, environment):
    desk.asks("old.md", *(f"Is it old {number}?" for number in range(20)))
    desk.sync()
    desk.close()
    old = desk.rows("note"), desk.rows("card"), desk.rows("file")
    for number in range(30):
        desk.asks(f"new{number}.md", *(f"Is it new {number} and {other}?" for other in range(20)))
    lots, seen = random.Random(3), set()
    for _ in range(8):
        process = started(environment, "sync", desk.notes)
        time.sleep(lots.uniform(0.2, 0.9))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        cards = len(desk.rows("card"))
        seen.add(cards)
        if cards == 20:
            assert (desk.rows("note"), desk.rows("card"), desk.rows("file")) == old
    assert seen <= {20, 620}
    assert broken(desk) == []
    assert desk.sync().cards == 620
    assert desk.sync().unchanged == 620


def test_a_first_run_that_is_killed_leaves_nothing_half_made(tmp_path, environment):
    lots = random.Random(5)
    environment["DQUIZ_COLLECTION__SHIPPED"] = "true"
    for number in range(3):
        environment["DQUIZ_DATABASE"] = str(tmp_path / f"{number}.db")
        process = started(environment, "due", "docker")
        time.sleep(lots.uniform(0.05, 0.7))
        process.kill()
        process.communicate()
        again = started(environment, "due", "docker")
        out, errors = again.communicate()
        assert again.returncode == 0
        assert errors in ("", f"A new collection: {environment['DQUIZ_DATABASE']}\n")
        assert re.fullmatch(r"0 due, \d+ new\n", out)


def test_a_review_goes_on_while_a_long_sync_is_running(desk, environment):
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(40)))
    desk.sync()
    desk.close()
    for number in range(60):
        desk.asks(f"more{number}.md", *(f"Is it more {number} and {other}?" for other in range(40)))
    syncing = started(environment, "sync", desk.notes)
    reviewing = started(environment, "review", "note", "--plain")
    reviewer = Reviewer(reviewing, ratings=30)
    reviewer.join(40)
    _, errors = reviewing.communicate(timeout=20)
    assert (reviewing.returncode, errors, len(reviewer.saved)) == (0, "", 30)
    out, errors = syncing.communicate(timeout=60)
    assert (syncing.returncode, out.partition("\n")[0]) == (0, "2,440 cards: 2,400 added")
    assert sorted(reviewer.saved) == [row["id"] for row in desk.rows("review")]
    assert broken(desk) == []

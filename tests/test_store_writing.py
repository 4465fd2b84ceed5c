"""Writing: what a transaction keeps, who waits for whom, and the ids of reviews."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from quiz.cards import Rating
from quiz.errors import StoreError, StoreLockedError
from quiz.store import Store, notes


@pytest.fixture(params=["file", "server"])
def kept_in(request):
    return request.param


@contextmanager
def held(desk):
    """The write lock, in the hands of another program; what is yielded lets it go."""
    store, let_go, has_it = Store(str(desk.database), desk.home), threading.Event(), threading.Event()

    def hold():
        with store.write():
            has_it.set()
            let_go.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    has_it.wait(10)
    try:
        yield let_go.set
    finally:
        let_go.set()
        holder.join()
        store.close()


def program(desk, *arguments, stdin=""):
    environment = {**os.environ, "DQUIZ_HOME": str(desk.home), "DQUIZ_COLLECTION__SHIPPED": "false"}
    return subprocess.run(
        [sys.executable, "-m", "quiz", "--database", str(desk.database), *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def written_by_half(store):
    with store.write() as connection:
        notes.set_setting(connection, "half", "done")
        raise RuntimeError


def test_a_transaction_that_fails_leaves_nothing(desk):
    store = desk.collection.store
    with pytest.raises(RuntimeError):
        written_by_half(store)
    assert store.setting("half") is None


def test_who_waits_for_less_than_five_seconds_gets_the_lock(desk):
    desk.asks("note.md", "Is there anybody?")
    desk.sync()
    with held(desk) as let_go:
        timer = threading.Timer(0.5, let_go)
        timer.start()
        began = time.monotonic()
        review = desk.rate("Is there anybody?")
        assert time.monotonic() - began > 0.3
        timer.join()
    assert [row["id"] for row in desk.rows("review")] == [review.id]


def test_who_waits_longer_is_told_and_nothing_is_changed(desk):
    desk.asks("note.md", "Is there anybody?")
    desk.sync()
    card = desk.card("Is there anybody?")
    desk.close()
    with held(desk):
        ended = program(desk, "answer", card.id, "good", "--json")
        reading = program(desk, "due")
    error = json.loads(ended.stderr)["error"]
    assert (ended.returncode, ended.stdout, error["code"]) == (5, "", "store_locked")
    assert "try again" in error["message"]
    assert (reading.returncode, reading.stdout) == (0, "0 due, 1 new\n")
    assert desk.rows("review") == []


def test_a_review_that_cannot_save_says_so_and_stops(desk, monkeypatch):
    desk.asks("note.md", "Is there anybody?")
    desk.sync()
    study = desk.study()
    monkeypatch.setattr("quiz.store.opening.BUSY_SECONDS", 0.1)
    desk.collection.store.engine.dispose()
    desk.collection.store._engine = None
    with held(desk):
        with pytest.raises(StoreLockedError, match="Nothing was changed"):
            study.rate(Rating.GOOD, desk.now, duration_ms=0)
        assert study.card.note.prompt == "Is there anybody?"
        assert study.progress.done == 0
    study.rate(Rating.GOOD, desk.now, duration_ms=0)
    assert len(desk.rows("review")) == 1


@pytest.mark.parametrize("kept_in", ["file"])
def test_a_full_disk_is_said_and_nothing_is_lost(desk):
    desk.asks("note.md", "Is there anybody?", "Is it full?")
    desk.sync()
    desk.rate("Is there anybody?")
    engine = desk.collection.store.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.rollback()
    desk.write("long.md", f"Q: What is long?\nA: {'so long ' * 100_000}\n")
    with pytest.raises(StoreError, match="disk is full"):
        desk.sync()
    assert len(desk.rows("review")) == 1
    assert [card.note.prompt for card in desk.cards()] == ["Is there anybody?", "Is it full?"]


def test_reviews_of_one_instant_have_ids_in_the_order_of_ratings(desk):
    desk.asks("note.md", *(f"Is it {number}?" for number in "abc"))
    desk.sync()
    asked = ["Is it b?", "Is it a?", "Is it b?", "Is it c?", "Is it b?"]
    ids = [desk.rate(question).id for question in asked]
    assert ids == sorted(set(ids))
    assert ids[0] == round(desk.now.timestamp() * 1000)
    assert [row["id"] for row in desk.rows("review")] == ids
    prompts = {card.id: card.note.prompt for card in desk.cards()}
    assert [prompts[review.card_id] for review in desk.collection.log()] == asked


def test_reviews_of_one_card_keep_their_order_when_the_clock_goes_back(desk):
    desk.asks("note.md", "What time is it?")
    desk.sync()
    first = desk.rate("What time is it?")
    desk.later(days=-2)
    second = desk.rate("What time is it?", Rating.AGAIN)
    assert second.id > first.id
    assert second.reviewed_at < first.reviewed_at
    assert [review.rating for review in desk.collection.log()] == [Rating.GOOD, Rating.AGAIN]


def test_what_is_undone_stays_in_the_table_but_not_in_the_log(desk):
    desk.asks("note.md", "Was it?")
    desk.sync()
    review = desk.rate("Was it?")
    desk.collection.undo(desk.now)
    assert desk.collection.log() == []
    assert [row["id"] for row in desk.rows("review")] == [review.id]
    assert desk.rate("Was it?").id == review.id + 1

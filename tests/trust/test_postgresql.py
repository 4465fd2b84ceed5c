"""Several devices at one PostgreSQL server, and a server that goes away: what was saved is there, once."""

from __future__ import annotations

import contextlib
import re
import select
import shutil
import socket
import tempfile
import threading
import time
from collections import Counter

import postgres
import pytest

from quiz.cards import Rating
from quiz.errors import StoreError
from quiz.store import Store
from quiz.store import server as store_server
from trust.running import Reviewer, ran, started, told

DEVICES = [2, 4]
WIRE_COMMIT = b"COMMIT\0"


@pytest.fixture
def kept_in():
    return "server"


@pytest.fixture
def database(desk):
    """A few cards in a database."""
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(60)))
    desk.sync()
    return desk


def wrong(desk):
    """What is wrong with the collection: cards whose log does not lead to their schedule; steps too many."""
    found = []
    for card in desk.cards():
        log = desk.collection.history(card)
        chained = [one.before for one in log[1:]] == [one.after for one in log[:-1]]
        replayed = desk.collection.scheduler(card.note.deck).replay(card.id, log)
        if not chained or card.schedule != replayed or card.schedule.reps != len(log):
            found.append(card.id)
    steps = len(desk.rows("action")) - len(desk.rows("review"))
    return found + ([f"{steps} steps"] if steps else [])


# --- several devices -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("devices", DEVICES)
def test_devices_that_review_the_same_cards_at_once_lose_nothing(desk, environment, devices):
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(6)))
    desk.sync()
    processes = [started(environment, "review", "--plain") for _ in range(devices)]
    reviewers = [Reviewer(process, ratings=15) for process in processes]
    for reviewer, process in zip(reviewers, processes, strict=True):
        reviewer.join(60)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")
    saved = [number for reviewer in reviewers for number in reviewer.saved]
    assert len(saved) >= 12
    assert sorted(saved) == [row["id"] for row in desk.rows("review")]
    assert wrong(desk) == []


def test_ratings_of_the_same_millisecond_all_get_ids_of_their_own(database):
    keys = [row["id"] for row in database.rows("card")][:4]
    others = [database.open() for _ in keys]
    cards = [collection.cards_by_key([key])[0] for collection, key in zip(others, keys, strict=True)]
    ids, gate = [], threading.Barrier(len(keys))

    def rate(collection, key, card):
        for _ in range(10):
            gate.wait(20)
            ids.append(collection.record(key, card, Rating.GOOD, database.now).id)

    threads = [threading.Thread(target=rate, args=each) for each in zip(others, keys, cards, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    first = round(database.now.timestamp() * 1000)
    assert sorted(ids) == list(range(first, first + 40))
    assert wrong(database) == []


def test_syncs_at_once_add_every_card_once(desk, environment):
    for number in range(10):
        desk.asks(f"{number}.md", *(f"Is it {number} and {other}?" for other in range(10)))
    processes = [started(environment, "sync", desk.notes) for _ in range(3)]
    for process in processes:
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
        assert out.startswith("100 cards: ")
    assert len(desk.rows("card")) == 100
    assert desk.sync().unchanged == 100


def test_devices_that_find_an_empty_database_make_one_collection(server, desk, environment):
    name = server.new_database()
    try:
        environment["DQUIZ_DATABASE"] = server.url(name)
        processes = [started(environment, "due") for _ in range(4)]
        for process in processes:
            out, errors = process.communicate(timeout=60)
            assert (process.returncode, out) == (0, "0 due, 0 new\n"), errors
        assert server.ask("SELECT version_num FROM alembic_version", name) == [
            {"version_num": store_server.opening.HEAD}
        ]
    finally:
        server.drop(name)


def test_a_device_that_hangs_while_it_writes_is_waited_for_and_then_named(database, environment):
    card = database.cards()[0]
    with database.collection.store.write():
        began = time.monotonic()
        code, out, errors = ran(environment, "answer", card.id, "good", "--json")
        reading = ran(environment, "due")
    assert (code, out) == (5, "")
    assert '"store_locked"' in errors
    assert "another device is writing. Nothing was changed; try again." in errors
    assert 5 <= time.monotonic() - began < 20
    assert reading[:2] == (0, "0 due, 60 new\n")
    assert database.rows("review") == []


# --- a server that goes away -----------------------------------------------------------------------------------


class Wire:
    """Stands between dquiz and the server, and cuts the wire when it is told to.

    Attributes:
        cut_at_commit: ``before`` the COMMIT reaches the server, or ``after`` it was done and before that is told.
    """

    def __init__(self, server):
        self._server = server
        self.folder = tempfile.mkdtemp(prefix="dquiz-wire-")
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(f"{self.folder}/.s.PGSQL.5432")
        self._door.listen()
        self._open = set()
        self.cut_at_commit = None
        self.silent = False
        self.cuts = 0
        threading.Thread(target=self._welcome, daemon=True).start()

    def _welcome(self):
        while True:
            try:
                here, _ = self._door.accept()
            except OSError:
                return
            if self.silent:
                here.close()
                continue
            there = socket.socket(socket.AF_UNIX)
            there.connect(f"{self._server.folder}/.s.PGSQL.5432")
            threading.Thread(target=self._carry, args=(here, there), daemon=True).start()

    def _carry(self, here, there):
        self._open.add(here)
        commits = False
        with here, there, contextlib.suppress(OSError):
            while True:
                for source in select.select([here, there], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    commits = commits or (source is here and WIRE_COMMIT in data)
                    if commits and self.cut_at_commit:
                        if self.cut_at_commit == "after" and source is here:
                            there.sendall(data)
                            continue
                        self.cut_at_commit = None
                        self.cuts += 1
                        return
                    (there if source is here else here).sendall(data)
        self._open.discard(here)

    def cut(self):
        """Break every connection there is."""
        for here in list(self._open):
            with contextlib.suppress(OSError):
                here.shutdown(socket.SHUT_RDWR)

    def remove(self):
        self._door.close()
        self.cut()
        shutil.rmtree(self.folder)


@pytest.fixture
def wire(server):
    wire = Wire(server)
    yield wire
    wire.remove()


@pytest.fixture
def far(database, wire):
    """The same collection, seen through the wire."""
    url = f"postgresql+psycopg://learner@/{database.name}?host={wire.folder}"
    store = Store(url, database.home)
    near, database.collection.store = database.collection.store, store
    near.close()
    yield database
    store.close()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rating_whose_commit_got_no_answer_is_acknowledged_only_if_it_was_kept(far, wire, moment):
    study = far.study()
    first = study.card
    wire.cut_at_commit = moment
    if moment == "after":
        saved = study.rate(Rating.GOOD, far.now, duration_ms=1)
        assert [row["id"] for row in far.rows("review")] == [saved.id]
        assert study.card != first
    else:
        with pytest.raises(
            StoreError, match=r"connection to the server is lost\. Nothing was changed"
        ) as caught:
            study.rate(Rating.GOOD, far.now, duration_ms=1)
        assert caught.value.details == {"passing": True}
        assert (far.rows("review"), study.card) == ([], first)
        saved = study.rate(Rating.GOOD, far.now, duration_ms=1)
        assert [row["id"] for row in far.rows("review")] == [saved.id]
    assert wire.cuts == 1
    assert wrong(far) == []


def test_of_many_ratings_over_a_bad_wire_none_is_lost_and_none_is_doubled(far, wire):
    """The wire breaks at COMMIT, on either side of it, and at moments of its own."""
    study, saved, refused = far.study(new=1000), [], 0
    stop = threading.Event()

    def shake():
        while not stop.wait(0.2):
            wire.cut()

    shaking = threading.Thread(target=shake)
    shaking.start()
    try:
        for number in range(120):
            wire.cut_at_commit = (None, "before", "after")[number % 3]
            if study.card is None:
                study = far.study(new=1000)
            try:
                saved.append(study.rate(Rating.GOOD, far.now, duration_ms=1).id)
            except StoreError as error:
                assert "unknown" not in error.details.values()
                refused += 1
    finally:
        stop.set()
        shaking.join()
    stored = [row["id"] for row in far.rows("review")]
    assert saved == stored
    assert refused
    assert wrong(far) == []


def test_what_cannot_be_found_out_is_said_and_not_assumed(far, wire, monkeypatch):
    monkeypatch.setattr(store_server, "PATIENCE_SECONDS", 0.3)
    key, card = far.collection.find(far.cards()[0].id)
    wire.cut_at_commit, wire.silent = "after", True
    with pytest.raises(StoreError, match=r"whether it was cannot be told") as caught:
        far.collection.record(key, card, Rating.GOOD, far.now)
    assert caught.value.details == {"outcome": "unknown"}
    assert len(far.rows("review")) == 1
    wire.silent = False
    assert len(far.collection.log()) == 1


def test_a_rating_goes_on_over_a_new_connection_when_the_server_has_cut_the_old_one(database):
    study = database.study()
    for _ in range(5):
        assert database.server.kill_connections(database.name)
        study.rate(Rating.GOOD, database.now, duration_ms=1)
    assert len(database.rows("review")) == 5
    assert wrong(database) == []


def test_a_server_that_stops_during_a_review_is_said_in_one_line(tmp_path, desk, environment):
    """On a server of its own, whose disk is flushed at every commit."""
    own = postgres.Server()
    try:
        name = own.new_database()
        environment["DQUIZ_DATABASE"] = own.url(name)
        desk.asks("note.md", *(f"Is it number {number}?" for number in range(20)))
        assert ran(environment, "sync", desk.notes)[0] == 0
        process = started(environment, "review", "--plain")
        reviewer = Reviewer(process, ratings=1000)
        reviewer.first.wait(20)
        own.stop("immediate")
        reviewer.join(30)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 5
        assert re.fullmatch(
            r"(No terminal: .*\n)?postgresql.*: (no server answers|the connection|the server).*\n", errors
        )
        own.start()
        stored = {row["id"] for row in own.ask("SELECT id FROM review", name)}
        assert set(reviewer.saved) <= stored
        assert len(stored) <= len(reviewer.saved) + 1
        counted = Counter(row["card_id"] for row in told(environment, "log"))
        assert {card["id"]: card["reps"] for card in told(environment, "cards") if card["reps"]} == counted
    finally:
        own.remove()

"""A disk that is full: it is said, nothing that was acknowledged is gone, and it goes on once there is room."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing

import pytest

from trust.running import Reviewer, ran, started


def at_most(size):
    """No file of the process may grow beyond a size: what a full disk looks like to it."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.fixture
def full(desk, environment):
    """A collection whose every file is as large as it may become but for a few pages."""
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(400)))
    desk.sync()
    desk.close()
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(truncate)")
    return desk.database.stat().st_size


def test_ratings_are_saved_or_refused_and_never_assumed(desk, environment, full):
    process = started(environment, "review", "--plain", preexec_fn=at_most(max(full, 200_000)))
    reviewer = Reviewer(process)
    reviewer.join(60)
    _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Traceback" not in errors
    assert "disk" in errors
    stored = [row["id"] for row in desk.rows("review")]
    assert len(reviewer.saved) >= 5
    assert set(reviewer.saved) <= set(stored)
    again = Reviewer(process := started(environment, "review", "--plain"), ratings=3)
    again.join(30)
    process.communicate(timeout=30)
    assert len(again.saved) == 3


@pytest.mark.parametrize(
    "arguments", [("sync", "{notes}"), ("export", "anki", "{out}"), ("backup", "{copy}")]
)
def test_commands_leave_everything_as_it_was(desk, environment, full, arguments, tmp_path):
    desk.asks("more.md", *(f"Is it more {number}?" for number in range(2000)))
    out, copy = tmp_path / "out.apkg", tmp_path / "copy.db"
    out.write_bytes(b"what was there")
    names = {"notes": desk.notes, "out": out, "copy": copy}
    arguments = [argument.format(**names) for argument in arguments]
    before = desk.rows("card"), desk.rows("note"), sorted(tmp_path.rglob("*"))
    code, _, errors = ran(environment, *arguments, preexec_fn=at_most(8_000))
    assert code in {1, 5}
    assert "Traceback" not in errors
    assert len(errors.strip().splitlines()) == 1
    assert (desk.rows("card"), desk.rows("note")) == before[:2]
    assert out.read_bytes() == b"what was there"
    assert not copy.exists()
    assert ran(environment, *arguments)[0] == 0

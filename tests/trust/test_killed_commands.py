"""A command that is killed leaves what was there or what was to be, and runs again."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
import zipfile
from contextlib import closing

import pytest

from trust.running import ran, started, told

KILLS = 6


def state(environment):
    """The cards and the log, as the program shows them."""
    return told(environment, "cards", "--all"), told(environment, "log")


def killed_at_any_moment(environment, arguments, *, begin, check):
    """Start a command anew after each kill; at least one kill must come before its end."""
    begin()
    started_at = time.monotonic()
    assert ran(environment, *arguments)[0] == 0
    lasts = time.monotonic() - started_at
    after = state(environment)
    begin()
    before = state(environment)
    lots, ended = random.Random(11), 0
    for number in range(KILLS):
        process = started(environment, *arguments)
        time.sleep(lasts * (0.25 + 0.75 * (number + lots.random()) / KILLS))
        process.kill()
        process.communicate()
        ended += process.returncode == 0
        now = state(environment)
        assert now in (before, after)
        check()
        if now == after:
            begin()
    assert ended < KILLS
    assert ran(environment, "doctor")[0] == 0
    assert ran(environment, *arguments)[0] == 0
    assert state(environment) == after
    assert ran(environment, "doctor")[0] == 0


@pytest.fixture
def learner(desk, environment):
    """A collection with notes and reviews, and a copy of its file to begin with."""
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(300)))
    desk.sync()
    desk.close()
    assert ran(environment, "review", "--plain", typed="\n3\n" * 5 + "q\n")[0] == 0
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(truncate)")
    shutil.copy(desk.database, desk.home / "start.db")

    def begin():
        for end in ("", "-wal", "-shm"):
            desk.database.with_name(desk.database.name + end).unlink(missing_ok=True)
        shutil.copy(desk.home / "start.db", desk.database)

    return begin


def test_an_export_that_is_killed_leaves_the_old_package_or_the_new_one(desk, environment, learner):
    out = desk.home / "cards.apkg"
    ran(environment, "export", "anki", out)

    def whole():
        with zipfile.ZipFile(out) as package:
            assert package.testzip() is None

    killed_at_any_moment(environment, ["export", "anki", out], begin=lambda: None, check=whole)


def test_an_import_that_is_killed_brings_all_or_nothing(desk, environment, learner):
    desk.asks("other.md", *(f"Is it other {number}?" for number in range(300)))
    package, folder = desk.home / "other.apkg", desk.home / "imported"
    theirs = {**environment, "DQUIZ_DATABASE": str(desk.home / "theirs.db")}
    assert ran(theirs, "review", desk.notes / "other.md", "--plain", typed="\n3\n" * 5)[0] == 0
    assert ran(theirs, "export", "anki", package)[0] == 0

    def begin():
        learner()
        shutil.rmtree(folder, ignore_errors=True)

    killed_at_any_moment(environment, ["import", package, "--to", folder], begin=begin, check=lambda: None)


def test_a_backup_that_is_killed_leaves_no_half_copy(desk, environment, learner):
    copy = desk.home / "copy.db"

    def whole():
        if copy.exists():
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            copy.unlink()

    def begin():
        learner()
        copy.unlink(missing_ok=True)

    killed_at_any_moment(environment, ["backup", copy], begin=begin, check=whole)


def test_a_restore_that_is_killed_leaves_the_old_collection_or_the_backup(desk, environment, learner):
    copy = desk.home / "copy.db"
    assert ran(environment, "backup", copy)[0] == 0
    assert ran(environment, "review", "--plain", typed="\n1\n" * 5 + "q\n")[0] == 0
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(truncate)")
    shutil.copy(desk.database, desk.home / "start.db")
    killed_at_any_moment(environment, ["restore", copy], begin=learner, check=lambda: None)

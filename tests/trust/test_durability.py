"""A rating is on the disk before it is acknowledged, as the system calls show: a kill leaves the page cache."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from trust.running import Reviewer, started

CALLS = "trace=write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,unlinkat"
WRITTEN = re.compile(r"(?:write|writev|pwrite64|pwritev|ftruncate)\(\d+<([^>]*)>")
SYNCED = re.compile(r"(?:fsync|fdatasync)\(\d+<([^>]*)>\)\s+= 0")


def unsynced_at_each_acknowledgement(calls, database):
    """For each acknowledgement the files of the collection with writes that were not on the disk by then."""
    waiting, found = set(), []
    for line in calls.splitlines():
        if (written := WRITTEN.search(line)) and written[1].startswith(database) and "-shm" not in written[1]:
            waiting.add(written[1])
        elif synced := SYNCED.search(line):
            waiting.discard(synced[1])
        elif re.search(r'write\(1<[^>]*>, "saved \d', line):
            found.append(set(waiting))
    return found


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_nothing_is_acknowledged_before_it_is_synced(desk, environment, tmp_path):
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(30)))
    desk.sync()
    desk.close()
    calls = tmp_path / "calls"
    watched = ["strace", "-f", "-y", "-qq", "-s", "200", "-e", CALLS, "-o", str(calls)]
    process = started(environment, "review", "--plain", prefix=watched)
    reviewer = Reviewer(process, ratings=20)
    reviewer.join(60)
    process.communicate(timeout=30)
    found = unsynced_at_each_acknowledgement(calls.read_text(errors="replace"), str(desk.database))
    assert len(reviewer.saved) == len(found) == 20
    assert found == [set()] * 20


def test_the_watch_sees_a_write_that_was_not_synced():
    calls = (
        '1 pwrite64(5</c.db-wal>, "x", 1, 0) = 1\n'
        '1 write(1<pipe:[1]>, "saved 1795545600000 Good"..., 30) = 30\n'
        "1 fdatasync(5</c.db-wal>) = 0\n"
        '1 write(1<pipe:[1]>, "saved 1795545600001 Good"..., 30) = 30\n'
    )
    assert unsynced_at_each_acknowledgement(calls, "/c.db") == [{"/c.db-wal"}, set()]


def test_every_connection_that_writes_waits_for_the_disk(desk):
    desk.asks("note.md", "Is it there?")
    desk.sync()
    with desk.collection.store.write() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2}
    with closing(sqlite3.connect(desk.database)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)

"""Backups: what they hold, how long they are kept, and how a collection comes back from them."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.errors import MissingError, StoreError, StoreLockedError, StoreRefusedError, UsageError
from quiz.store import Store, backups, opening, places
from quiz.store.backups import DAILY, MONTHLY, WEEKLY, Backup, Backups, Copying, look_into, obsolete
from quiz.store.restoring import restore

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path, new_database):
    """An empty collection."""
    path = tmp_path / "data" / "collection.db"
    path.parent.mkdir()
    path.write_bytes(new_database.read_bytes())
    return path


@pytest.fixture
def kept(path, tmp_path):
    """Its backups; there are none yet."""
    return Backups.of(path, tmp_path / "backups")


def put(path, key):
    """Change something, with the lock that our own changes take."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO setting VALUES (?, 'here')", (key,))


def keys(path):
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT key FROM setting ORDER BY key")]


def names(folder):
    return sorted(each.name for each in folder.iterdir())


# --- making ----------------------------------------------------------------------------------------------------------


def test_a_backup_is_one_private_file_that_holds_what_the_collection_does(path, kept):
    put(path, "one")
    made = kept.make(NOON)
    assert made.name == "20261124T120000Z.db"
    assert names(kept.folder) == [made.name]
    assert keys(made) == ["one"]
    assert (made.stat().st_mode & 0o777, kept.folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_stands_only_in_the_write_ahead_log_is_in_the_backup(path, kept):
    with closing(sqlite3.connect(path, isolation_level=None)) as open_all_the_time:
        assert open_all_the_time.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        open_all_the_time.execute("INSERT INTO setting VALUES ('new', '')")
        assert path.with_name("collection.db-wal").stat().st_size
        assert keys(kept.make(NOON)) == ["new"]


def test_two_backups_of_one_second_are_both_kept(kept):
    assert [kept.make(NOON).name for _ in range(3)] == [
        "20261124T120000Z.db",
        "20261124T120000Z-2.db",
        "20261124T120000Z-3.db",
    ]
    assert [backup.number for backup in kept.listed()] == [3, 2, 1]


def test_collections_of_the_same_name_have_folders_of_their_own(tmp_path, path):
    folders = {Backups.of(tmp_path / each / "collection.db", tmp_path).folder for each in ("a", "b", "data")}
    assert len(folders) == 3
    (tmp_path / "link.db").symlink_to(path)
    assert Backups.of(tmp_path / "link.db", tmp_path).folder in folders


def test_a_damaged_collection_gives_no_backup_and_the_old_ones_stay(path, kept):
    old = kept.make(NOON)
    zero_page(path)
    with pytest.raises(StoreRefusedError, match="damaged"):
        kept.make(NOON + timedelta(days=400))
    assert names(kept.folder) == [old.name]


def zero_page(path, table="card"):
    """Lose the page that a table begins with, as a disk may."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(truncate)")
        [(page,)] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchall()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(data)


def test_a_backup_keeps_the_locks_of_this_process(path, kept):
    """Closing a descriptor of the live file would drop them."""
    store = Store(str(path), kept.folder.parent)
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('mine', '')")
        kept.make(NOON)
        look_into(path)
        child = os.fork()
        if not child:
            os._exit(can_write(path))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "another process wrote between"
    store.close()
    assert keys(path) == ["mine"]


def can_write(path):
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return 0
        return 1


def test_every_backup_made_while_another_writes_is_whole_and_none_is_older_than_the_one_before(path, kept):
    done = threading.Event()

    def keep_writing():
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            number = 0
            while not done.is_set():
                connection.execute("INSERT INTO setting VALUES (?, ?)", (f"{number:06}", "x" * 500))
                number += 1

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        made = [kept.make(NOON + timedelta(seconds=number)) for number in range(30)]
    finally:
        done.set()
        writer.join()
    counts = [len(keys(each)) for each in made]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    for each in made:
        look_into(each)


def test_what_dead_processes_left_unfinished_is_removed(kept):
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    kept.folder.mkdir(parents=True)
    dead = kept.folder / f".20261123T120000Z.db.{child}.part"
    running = kept.folder / f".20261123T120000Z.db.{os.getppid()}.part"
    for each in (dead, dead.with_name(f"{dead.name}-journal"), running):
        each.touch()
    made = kept.make(NOON)
    assert names(kept.folder) == sorted([running.name, made.name])


@pytest.mark.parametrize("moment", range(4))
def test_a_backup_that_is_killed_leaves_the_old_ones_and_nothing_with_a_name(moment, path, kept, monkeypatch):
    old = kept.make(NOON)

    def die(*_arguments, **_named):
        os.kill(os.getpid(), signal.SIGKILL)

    where = [(opening, "damage"), (places, "publish"), (places, "flush"), (backups, "checked_copy")][moment]
    child = os.fork()
    if not child:
        monkeypatch.setattr(*where, die)
        kept.make(NOON + timedelta(hours=1))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [backup.path for backup in kept.listed()] == [old]
    after = kept.make(NOON + timedelta(hours=1))
    assert names(kept.folder) == [old.name, after.name]


# --- a copy under any name -------------------------------------------------------------------------------------------


def test_a_copy_replaces_an_earlier_copy_and_nothing_else(path, kept, tmp_path, new_database):
    target = tmp_path / "copy.db"
    kept.copy_to(target)
    put(path, "later")
    kept.copy_to(target)
    assert keys(target) == ["later"]
    assert target.stat().st_mode & 0o777 == 0o600
    note, other = tmp_path / "note.md", tmp_path / "other.db"
    note.write_text("Q: mine?\n")
    other.write_bytes(new_database.read_bytes())  # a collection in use, which has a write-ahead log
    for taken in (note, other):
        before = taken.read_bytes()
        with pytest.raises(UsageError, match="--force"):
            kept.copy_to(taken)
        assert taken.read_bytes() == before
    kept.copy_to(note, force=True)
    assert keys(note) == ["later"]


def test_a_copy_over_the_collection_itself_is_refused(path, kept, tmp_path):
    (tmp_path / "link.db").symlink_to(path)
    for same in (path, path.parent / "." / path.name, tmp_path / "link.db"):
        with pytest.raises(UsageError, match="the collection itself"):
            kept.copy_to(same, force=True)


def test_a_copy_into_a_folder_that_is_not_there_is_refused(kept, tmp_path):
    with pytest.raises(MissingError, match="no such folder"):
        kept.copy_to(tmp_path / "not" / "there.db")
    with pytest.raises(UsageError, match="not a file"):
        kept.copy_to(tmp_path, force=True)


# --- keeping ---------------------------------------------------------------------------------------------------------


def named(day, kind="", time="120000"):
    return f"{kind}{day:%Y%m%d}T{time}Z.db"


def test_of_four_hundred_days_thirty_three_are_kept():
    today = date(2026, 11, 24)
    daily = [named(today - timedelta(days=age)) for age in range(400)]
    others = [
        named(today + timedelta(days=9)),
        "notes.txt",
        named(today - timedelta(days=300), "pre-import-"),
    ]
    gone = obsolete(daily + others, today)
    assert len(daily) - len(gone) == 2 + DAILY + WEEKLY + MONTHLY == 33
    assert not set(others) & set(gone)
    kept = [name for name in daily if name not in gone]
    assert kept[:14] == daily[:14]
    assert kept[-1] == "20251231T120000Z.db"


BACKUP_NAMES = st.builds(
    "{0}{1:%Y%m%dT%H%M%SZ}{2}.db".format,
    st.sampled_from(["", "", "", "", "pre-import-", "pre-migration-", "pre-restore-", "other-"]),
    st.datetimes(datetime(2025, 6, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - a name has no zone
    st.sampled_from(["", "", "-2"]),
)


@given(
    st.lists(BACKUP_NAMES | st.text(max_size=12), max_size=150, unique=True),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_what_is_thrown_away_is_old_dated_and_covered_by_what_stays(all_names, today):
    gone = obsolete(all_names, today)
    kept = [name for name in all_names if name not in gone]
    assert set(gone) <= set(all_names)
    for name in gone:
        backup = Backup.named(Path(name))
        assert backup.kind == "backup"
        assert backup.made_at.date() < today - timedelta(days=1)
    old = [
        backup.made_at
        for name in kept
        if (backup := Backup.named(Path(name)))
        and backup.kind == "backup"
        and backup.made_at.date() < today - timedelta(days=1)
    ]
    assert len(old) <= DAILY + WEEKLY + MONTHLY
    assert not gone or len(old) >= 1
    assert obsolete(kept, today) == [], "throwing away once is enough"


def test_older_ones_go_only_once_a_new_one_is_there(path, kept):
    kept.folder.mkdir(parents=True)
    old = [kept.folder / named(date(2026, 10, 1), time=f"1200{second:02}") for second in range(5)]
    for each in old:
        each.touch()
    kept.make(NOON, "pre-import")
    assert names(kept.folder) == [old[-1].name, f"pre-import-{NOON:%Y%m%dT%H%M%SZ}.db"]


# --- every study day -------------------------------------------------------------------------------------------------


def since_noon(desk):
    """Which backups a desk has, by kind and with the number of reviews."""
    kept = Backups.of(desk.database, desk.home / "backups")
    return [(backup.kind, look_into(backup.path).reviews) for backup in kept.listed()]


def test_the_first_change_of_a_study_day_is_preceded_by_one_backup(desk):
    desk.asks("note.md", "One?", "Two?", "Three?")
    desk.sync()
    desk.rate("One?")
    desk.close()
    assert since_noon(desk) == [], "there was nothing to lose yet"
    for question in ("Two?", "Three?"):
        desk.rate(question)
        desk.close()
    assert since_noon(desk) == [("backup", 1)]
    desk.later(days=1)
    desk.cards()
    desk.close()
    assert since_noon(desk) == [("backup", 1)], "nothing was changed that day"
    desk.rate("Two?")
    desk.rate("Three?")
    desk.close()
    assert since_noon(desk) == [("backup", 3), ("backup", 1)]


def test_what_is_changed_while_the_backup_is_made_is_not_in_it(desk):
    desk.asks("note.md", *(f"Number {number}?" for number in range(20)))
    desk.sync()
    desk.rate("Number 0?")
    kept = Backups.of(desk.database, desk.home / "backups")
    copying = Copying(kept, desk.now)
    for number in range(1, 20):
        desk.rate(f"Number {number}?")
    assert copying.wait()
    assert copying.failure is None
    assert since_noon(desk) == [("backup", 1)]
    assert len(desk.rows("review")) == 20


def test_a_backup_that_fails_is_told_and_lets_the_rating_through(desk):
    desk.asks("note.md", "One?")
    desk.sync()
    desk.rate("One?")
    desk.close()
    (desk.home / "backups").write_text("not a folder")
    desk.rate("One?")
    [warning] = desk.collection.close()
    assert "Today's backup was not made" in warning
    assert str(desk.home / "backups") in warning
    assert len(desk.rows("review")) == 2


def test_closing_says_so_if_the_backup_takes_long(path, tmp_path, monkeypatch):
    store = Store(str(path), tmp_path / "backups")
    put(path, "one")
    begin, said = threading.Event(), []
    whole = opening.damage
    monkeypatch.setattr(opening, "damage", lambda copy: begin.wait(20) and whole(copy))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO action VALUES (1, 'bury', 0, 0, NULL, NULL, '[]', NULL)")
    store.back_up_daily(NOON, NOON + timedelta(days=1), NOON)
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('two', '')")
    assert store.close(lambda: (said.append("waiting"), begin.set())) == []
    assert said == ["waiting"]
    [backup] = Backups.of(path, tmp_path / "backups").listed()
    assert keys(backup.path) == ["one"]


def test_without_a_write_ahead_log_the_backup_is_there_before_the_change(path, kept):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = truncate")
    copying = Copying(kept, NOON)
    assert copying.wait(0)
    assert len(kept.listed()) == 1


# --- restoring -------------------------------------------------------------------------------------------------------


def test_a_backup_is_put_back_and_what_was_there_is_kept(path, kept):
    put(path, "old")
    old = kept.make(NOON)
    put(path, "new")
    done = restore(kept, old, NOON + timedelta(hours=1))
    assert keys(path) == ["old"]
    assert keys(done.kept) == ["new", "old"]
    assert (done.kept.name, done.aside) == ("pre-restore-20261124T130000Z.db", None)
    restore(kept, done.kept, NOON + timedelta(hours=2))
    assert keys(path) == ["new", "old"]
    Store(str(path), kept.folder.parent).close()


def test_other_processes_that_have_the_collection_open_see_what_was_restored(path, kept):
    old = kept.make(NOON)
    put(path, "new")
    store = Store(str(path), kept.folder.parent)
    assert store.setting("new") == "here"
    restore(kept, old, NOON)
    assert store.setting("new") is None
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('newer', '')")
    store.close()
    assert keys(path) == ["newer"]


def test_no_change_falls_between_the_keeping_and_the_putting_back(path, kept, monkeypatch):
    old = kept.make(NOON)
    tried = []
    make = Backups.make

    def make_and_look(self, *arguments):
        made = make(self, *arguments)
        tried.append(can_write(path))
        return made

    monkeypatch.setattr(Backups, "make", make_and_look)
    restore(kept, old, NOON)
    assert tried == [0]


def test_a_collection_that_is_locked_is_not_restored(path, kept, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)
    old = kept.make(NOON)
    put(path, "new")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError):
            restore(kept, old, NOON)
    assert keys(path) == ["new"]
    assert [backup.path for backup in kept.listed()] == [old]


def test_without_room_to_keep_what_is_there_nothing_is_restored(path, kept, tmp_path):
    old = kept.make(NOON).rename(tmp_path / "old.db")
    put(path, "new")
    kept.folder.rmdir()
    kept.folder.write_text("not a folder")
    with pytest.raises(StoreError):
        restore(kept, old, NOON)
    assert keys(path) == ["new"]


def gone(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def text(path):
    path.write_text("Q: What is this?\n" * 100)


def foreign(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")


def cut(path):
    path.write_bytes(path.read_bytes()[:20_000])


@pytest.mark.parametrize("ruin", [gone, empty, text, foreign, cut, zero_page])
def test_a_backup_is_put_where_nothing_good_is_and_the_bytes_that_were_there_are_kept(ruin, path, kept):
    put(path, "old")
    old = kept.make(NOON)
    ruin(path)
    before = path.read_bytes() if path.exists() else None
    done = restore(kept, old, NOON)
    assert done.kept is None
    assert keys(path) == ["old"]
    assert (done.aside and done.aside.read_bytes()) == before
    Store(str(path), kept.folder.parent).close()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("ruin", [gone, empty])
def test_changes_to_what_was_there_are_kept_and_never_taken_for_changes_to_the_backup(ruin, path, kept):
    old = kept.make(NOON)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO setting VALUES ('new', '')")
        changes = path.with_name("collection.db-wal").read_bytes()
    ruin(path)
    path.with_name("collection.db-wal").write_bytes(changes)
    restore(kept, old, NOON)
    assert keys(path) == []
    assert path.with_name("collection.db.damaged-20261124T120000Z-wal").read_bytes() == changes


def test_the_folder_of_the_collection_is_made_anew(path, kept):
    old = kept.make(NOON)
    path.unlink()
    path.parent.rmdir()
    restore(kept, old, NOON)
    assert keys(path) == []


@pytest.mark.parametrize("moment", ["flush", "remove", "free", "tidy"])
@pytest.mark.parametrize("ruin", [cut, zero_page])
def test_a_restoring_that_is_killed_can_be_run_again(moment, ruin, path, kept, monkeypatch):
    put(path, "old")
    old = kept.make(NOON)
    ruin(path)
    before = path.read_bytes()

    def die(*_arguments, **_named):
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        monkeypatch.setattr(places, moment, die)
        restore(kept, old, NOON)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert path.read_bytes() == before
    restore(kept, old, NOON)
    assert keys(path) == ["old"]
    assert not list(path.parent.glob(".*")), "what the dead left was tidied up"


def test_what_is_no_good_backup_is_refused_and_nothing_is_changed(path, kept, tmp_path):
    put(path, "new")
    for number, ruin in enumerate((empty, text, foreign, cut, zero_page)):
        bad = tmp_path / f"bad{number}.db"
        kept.copy_to(bad)
        ruin(bad)
        with pytest.raises(StoreRefusedError, match=bad.name):
            restore(kept, bad, NOON)
    newer = tmp_path / "newer.db"
    kept.copy_to(newer)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreRefusedError, match="newer dquiz"):
        restore(kept, newer, NOON)
    with pytest.raises(UsageError, match="the collection itself"):
        restore(kept, path, NOON)
    assert keys(path) == ["new"]
    assert kept.listed() == []


def test_a_backup_whose_rows_point_to_nothing_is_refused(path, kept, tmp_path):
    bad = tmp_path / "bad.db"
    kept.copy_to(bad)
    with closing(sqlite3.connect(bad)) as connection, connection:
        connection.execute("INSERT INTO place VALUES (7, 7, 1)")
    with pytest.raises(StoreRefusedError, match="point to nothing"):
        restore(kept, bad, NOON)

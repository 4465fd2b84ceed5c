"""Which databases are opened, made, migrated and refused."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

from quiz.errors import StoreError, StoreLockedError, StoreRefusedError
from quiz.store import Store, opening, places, tables
from quiz.store.backups import Backups, look_into

FIXTURES = Path(__file__).parent / "fixtures"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def sql(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def truncated(path, ours):
    path.write_bytes(ours[: len(ours) // 2])


def newer(path, ours):
    path.write_bytes(ours)
    sql(path, "UPDATE alembic_version SET version_num = '9999'")


def foreign(path, _ours):
    sql(path, "CREATE TABLE recipe (name TEXT)", "PRAGMA application_id = 1234")


def of_nobody(path, _ours):
    sql(path, "CREATE TABLE recipe (name TEXT)")


def ours_without_version(path, _ours):
    sql(
        path,
        f"PRAGMA application_id = {opening.APPLICATION_ID}",
        "CREATE TABLE alembic_version (version_num TEXT)",
    )


def ours_without_tables(path, _ours):
    sql(path, "CREATE TABLE recipe (name TEXT)", f"PRAGMA application_id = {opening.APPLICATION_ID}")


def without(table):
    def make(path, ours):
        path.write_bytes(ours)
        sql(path, f"DROP TABLE {table}", "PRAGMA wal_checkpoint(truncate)", "PRAGMA journal_mode = delete")

    return make


DAMAGED = {
    "empty": (lambda path, _: path.touch(), "is empty"),
    "one byte": (lambda path, _: path.write_bytes(b"S"), "is empty"),
    "text": (lambda path, _: path.write_text("Q: What is this?\nA: A note.\n" * 50), "not a collection"),
    "foreign": (foreign, "belongs to another program"),
    "of nobody": (of_nobody, "belongs to another program"),
    "truncated": (truncated, "not a collection"),
    "newer": (newer, "made by a newer dquiz"),
    "no version": (ours_without_version, "does not say which dquiz made it"),
    "no tables": (ours_without_tables, "does not say which dquiz made it"),
    "one table missing": (without("ask"), "its table ask is gone"),
    "last page missing": (lambda path, ours: path.write_bytes(ours[:-4096]), "not a collection"),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "collection.db"


def program(path, *arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DQUIZ_")}
    return subprocess.run(
        [sys.executable, "-m", "quiz", "--database", str(path), *arguments],
        env=kept | {"DQUIZ_HOME": str(path.parent / "home")} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("damage", DAMAGED)
def test_what_is_no_collection_of_ours_is_refused_and_left_as_it_is(damage, path, new_database):
    make, words = DAMAGED[damage]
    make(path, new_database.read_bytes())
    before = path.read_bytes()
    with pytest.raises(StoreRefusedError, match=words) as refused:
        Store(str(path), path.parent / "backups")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 5


@pytest.mark.parametrize("damage", ["empty", "foreign", "newer", "text"])
def test_the_program_says_so_in_one_line(damage, path, new_database):
    DAMAGED[damage][0](path, new_database.read_bytes())
    before = path.read_bytes()
    ended = program(path, "due")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (5, "", 1)
    assert DAMAGED[damage][1] in ended.stderr
    error = json.loads(program(path, "due", "--json").stderr)["error"]
    assert error["code"] == "store_refused"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path.name)],
    ids=["folder", "pipe", "loop"],
)
def test_what_is_no_file_is_refused(make, path):
    make(path)
    with pytest.raises(StoreError, match="--database"):
        Store(str(path), path.parent)


def test_a_folder_that_cannot_be_made_is_named(path):
    path.write_text("a file")
    with pytest.raises(StoreError, match=r"--database"):
        Store(str(path / "below" / "collection.db"), path.parent)


def test_a_new_collection_is_private_and_lies_in_new_folders(tmp_path):
    path = tmp_path / "deep" / "er" / "collection.db"
    store = Store(str(path), tmp_path)
    store.close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    again = Store(str(path), tmp_path)
    again.close()


def test_four_processes_that_make_the_same_collection_all_get_it(path):
    code = (
        "import sys, time; from pathlib import Path; from quiz.store import Store, notes\n"
        "while time.time() < float(sys.argv[2]): pass\n"
        "store = Store(sys.argv[1], Path('backups'))\n"
        "with store.write() as connection: notes.set_setting(connection, sys.argv[3], 'here')\n"
    )
    begin = str(time.time() + 1.0)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path), begin, f"process {number}"], stderr=subprocess.PIPE
        )
        for number in range(4)
    ]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [(b"", 0)] * 4
    store = Store(str(path), path.parent)
    assert [store.setting(f"process {number}") for number in range(4)] == ["here"] * 4
    store.close()
    assert list(path.parent.iterdir()) == [path]


def test_a_collection_that_another_process_made_meanwhile_is_kept(path):
    Store(str(path), path.parent).close()
    sql(path, "INSERT INTO setting VALUES ('kept', 'yes')")
    opening.create(path)
    store = Store(str(path), path.parent)
    assert store.setting("kept") == "yes"
    store.close()


def test_the_settings_that_keep_a_rating_are_in_force(path):
    store = Store(str(path), path.parent)
    with store.write() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
    store.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}


def test_a_transaction_takes_the_write_lock_at_its_start(path):
    store = Store(str(path), path.parent)
    with (
        store.write(),
        closing(sqlite3.connect(path, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")
    store.close()


def test_reading_never_writes(path):
    store = Store(str(path), path.parent)
    with pytest.raises(StoreError):
        store.read("DELETE FROM source")
    store.close()


def test_head_is_the_latest_migration():
    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == opening.HEAD


def test_the_migrated_schema_is_that_of_the_tables(path):
    store = Store(str(path), path.parent)
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    store.close()
    assert differences == []


def test_every_table_is_looked_for():
    assert frozenset().union(*opening.TABLES.values()) == {*tables.metadata.tables, "alembic_version"}
    assert max(opening.TABLES) == opening.HEAD


# --- older collections -----------------------------------------------------------------------------------------------


@pytest.fixture
def old(path):
    """A collection as the first released schema kept it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIXTURES / "schema-0001.sql").read_text())
        connection.execute(f"PRAGMA application_id = {opening.APPLICATION_ID}")
    return path


def dumped(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def rows(path, table, columns="*"):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


def columns(path, table):
    return ", ".join(f'"{row[1]}"' for row in rows(path, f"pragma_table_info('{table}')"))


def test_an_upgrade_keeps_every_row_and_every_schedule(old, tmp_path):
    kept = {table: columns(old, table) for table in ("review", "card", "note", "action", "setting")}
    before = {table: rows(old, table, names) for table, names in kept.items()}
    assert len(before["review"]) == 11
    Store(str(old), tmp_path / "backups").close()
    assert {table: rows(old, table, names) for table, names in kept.items()} == before
    assert opening.found_version(old) == opening.HEAD
    ended = program(
        old, "doctor", "--json", DQUIZ_COLLECTION__SHIPPED="false", DQUIZ_NOW="2026-11-24T12:00:00Z"
    )
    wrong = [check["name"] for check in json.loads(ended.stdout)["data"]["checks"] if not check["ok"]]
    assert wrong in ([], ["sources"]), "the notes of the fixture are not here"


def test_after_an_upgrade_files_are_read_once_more_for_what_is_new_in_them(old, tmp_path):
    Store(str(old), tmp_path / "backups").close()
    assert {row[1:] for row in rows(old, "file", "id, mtime_ns, digest")} == {(-1, "")}


def test_an_old_collection_is_backed_up_before_it_is_migrated(old, tmp_path):
    before = dumped(old)
    Store(str(old), tmp_path / "backups").close()
    [backup] = Backups.of(old, tmp_path / "backups").listed()
    assert backup.kind == "pre-migration"
    assert opening.found_version(backup.path) == "0001"
    assert dumped(backup.path) == before


def test_without_a_backup_nothing_is_migrated(old, tmp_path):
    before = old.read_bytes()
    (tmp_path / "backups").write_text("not a folder")
    with pytest.raises(StoreError, match="backup"):
        Store(str(old), tmp_path / "backups")
    assert old.read_bytes() == before


def statements_of_the_upgrade(old, tmp_path):
    """Migrate a copy, and count what SQLite is asked to do."""
    copy = tmp_path / "counted.db"
    copy.write_bytes(old.read_bytes())
    with at_each_statement(lambda _number: None) as counted:
        opening.migrate(copy)
    return counted[0]


class at_each_statement:  # noqa: N801 - reads as a sentence
    """Calls something with the number of each statement before it runs."""

    def __init__(self, call):
        self.counted = [0]
        self.call = call

    def __enter__(self):
        event.listen(Engine, "before_cursor_execute", self._next)
        return self.counted

    def __exit__(self, *_):
        event.remove(Engine, "before_cursor_execute", self._next)

    def _next(self, *_):
        self.counted[0] += 1
        self.call(self.counted[0])


def fail_at(wanted):
    def fail(number):
        if number == wanted:
            raise sqlite3.OperationalError("a fault")

    return fail


def die_at(wanted):
    def die(number):
        if number == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def test_an_upgrade_that_fails_at_any_statement_changes_nothing_and_can_be_run_again(old, tmp_path):
    before = dumped(old)
    total = statements_of_the_upgrade(old, tmp_path)
    assert total > 5
    for number in range(1, total + 1):
        with at_each_statement(fail_at(number)), pytest.raises(StoreError, match="a fault"):
            opening.migrate(old)
        assert dumped(old) == before
    opening.migrate(old)
    assert opening.found_version(old) == opening.HEAD


def test_an_upgrade_that_is_killed_at_any_statement_changes_nothing_and_can_be_run_again(old, tmp_path):
    before = dumped(old)
    for number in range(1, statements_of_the_upgrade(old, tmp_path) + 1):
        child = os.fork()
        if not child:
            with at_each_statement(die_at(number)):
                opening.migrate(old)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert dumped(old) == before
    opening.migrate(old)
    assert opening.found_version(old) == opening.HEAD


def test_making_a_collection_that_is_killed_at_any_statement_leaves_none(path):
    with at_each_statement(lambda _number: None) as counted:
        opening.create(path.with_name("counted.db"))
    for number in range(1, counted[0] + 1, 7):
        child = os.fork()
        if not child:
            with at_each_statement(die_at(number)):
                opening.create(path)
            os._exit(0)
        os.waitpid(child, 0)
        assert not path.exists()
    opening.create(path)
    assert opening.found_version(path) == opening.HEAD
    assert not list(path.parent.glob(".*")), "what the dead left was tidied up"


def test_two_processes_that_upgrade_at_once_both_succeed(old):
    begin = str(time.time() + 1.0)
    code = (
        "import sys, time; from pathlib import Path; from quiz.store import Store\n"
        "from sqlalchemy import Engine; import alembic.command\n"
        "while time.time() < float(sys.argv[2]): pass\n"
        "Store(sys.argv[1], Path(sys.argv[1]).parent / 'backups').close()\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(old), begin], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [(b"", 0)] * 3
    assert look_into(old).reviews == 10


# --- missing, moved, read-only ---------------------------------------------------------------------------------------


def test_a_collection_that_is_missing_beside_its_backups_is_not_begun_anew(path, tmp_path):
    Store(str(path), tmp_path / "backups").close()
    backups = Backups.of(path, tmp_path / "backups")
    made = backups.make(NOON)
    path.unlink()
    with pytest.raises(StoreRefusedError, match="missing") as refused:
        Store(str(path), tmp_path / "backups")
    assert not path.exists()
    assert f"restore {made.name}" in str(refused.value)
    assert "--database" in str(refused.value)
    assert str(backups.folder) in str(refused.value)
    backups.folder.rename(tmp_path / "elsewhere")
    Store(str(path), tmp_path / "backups").close()


def test_a_refusal_names_the_newest_backup_that_is_good(path, tmp_path, new_database):
    path.write_bytes(new_database.read_bytes())
    backups = Backups.of(path, tmp_path / "backups")
    good = backups.make(NOON)
    (backups.folder / "20261125T120000Z.db").write_bytes(b"not good")
    path.write_bytes(b"")
    with pytest.raises(StoreRefusedError, match=f"restore {good.name}`"):
        Store(str(path), tmp_path / "backups")


def test_damage_met_while_reading_names_the_way_out(path, tmp_path):
    store = Store(str(path), tmp_path / "backups")
    [(page,)] = store.read("SELECT rootpage FROM sqlite_master WHERE name = 'card'")
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('a', 'b')")
    store.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(data)
    store = Store(str(path), tmp_path / "backups")
    with pytest.raises(StoreRefusedError, match="no backup of it"):
        store.read("SELECT * FROM card")
    store.close()


@pytest.mark.parametrize("vanish", [Path.unlink, lambda path: path.rename(path.with_name("moved.db"))])
def test_nothing_is_pretended_once_the_file_is_gone(vanish, path, tmp_path):
    store = Store(str(path), tmp_path)
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('a', 'b')")
    vanish(path)
    with pytest.raises(StoreError, match="No such file") as error, store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('c', 'd')")
    assert error.value.exit_code == 5
    store.close()


def test_a_file_that_was_replaced_is_not_written_to(path, tmp_path):
    store = Store(str(path), tmp_path)
    other = tmp_path / "other.db"
    Store(str(other), tmp_path).close()
    other.replace(path)
    with pytest.raises(StoreError, match="another file"), store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('c', 'd')")
    store.close()


def test_a_collection_in_a_folder_that_cannot_be_written_to_can_be_read(path, tmp_path):
    Store(str(path), tmp_path).close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    if os.access(path.parent, os.W_OK):
        path.parent.chmod(0o700)
        pytest.skip("this user may write anywhere")
    try:
        store = Store(str(path), tmp_path)
        assert store.read("SELECT count(*) FROM card")[0][0] == 0
        with pytest.raises(StoreError, match="read-only"):
            store.refuse_read_only()
        store.close()
        assert list(path.parent.iterdir()) == [path]
    finally:
        path.parent.chmod(0o700)


def test_a_lock_that_is_held_too_long_is_named(path, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)
    store = Store(str(path), tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match="another program"), store.write():
            pass
    store.close()


# --- network folders -------------------------------------------------------------------------------------------------

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /home/ada/nas rw - nfs4 nas:/export rw
31 22 0:41 / /mnt/my\\040share rw shared:1 - cifs //server/share rw
32 30 0:42 / /home/ada/nas/local rw - ext4 /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada", "ext4"),
        ("/home/ada/nas", "nfs4"),
        ("/home/ada/nas/dquiz/deep", "nfs4"),
        ("/home/ada/nastier", "ext4"),
        ("/home/ada/nas/local/x", "ext4"),
        ("/mnt/my share/x", "cifs"),
    ],
)
def test_the_mount_that_holds_a_folder_tells_its_kind(folder, kind):
    assert places.kind_of_mount(folder, MOUNTS) == kind


def test_a_local_folder_is_no_network_folder(tmp_path):
    assert places.network_kind(tmp_path) is None


@pytest.fixture
def network(tmp_path, monkeypatch):
    """The system says that all folders lie on a server; needs one that has no disk of its own number."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text("30 22 0:40 / / rw - nfs4 nas:/export rw\n")
    monkeypatch.setattr(places, "_MOUNTS", mounts)
    monkeypatch.setattr(places, "_is_local_disk", lambda _folder: False)


@pytest.mark.usefixtures("network")
def test_a_network_folder_gets_no_write_ahead_log_and_a_warning(path, tmp_path):
    store = Store(str(path), tmp_path)
    with store.write() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
    [warning] = store.close()
    assert "network folder (nfs4)" in warning


def test_a_collection_that_was_moved_to_a_network_folder_gives_up_its_log(path, tmp_path, request):
    Store(str(path), tmp_path).close()
    request.getfixturevalue("network")
    store = Store(str(path), tmp_path)
    assert store.setting("sessions") is None
    with store.write() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
    store.close()
    assert rows(path, "pragma_journal_mode") == [("delete",)]

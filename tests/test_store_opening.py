"""Which databases are opened, made, migrated and refused."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from quiz.errors import StoreError, StoreRefusedError
from quiz.store import Store, opening, tables


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


DAMAGED = {
    "empty": (lambda path, _: path.touch(), "is empty"),
    "one byte": (lambda path, _: path.write_bytes(b"S"), "is empty"),
    "text": (lambda path, _: path.write_text("Q: What is this?\nA: A note.\n" * 50), "not a collection"),
    "foreign": (foreign, "belongs to another program"),
    "of nobody": (of_nobody, "belongs to another program"),
    "truncated": (truncated, "not a collection"),
    "newer": (newer, "made by a newer dquiz"),
    "no version": (ours_without_version, "not a collection"),
    "no tables": (ours_without_tables, "not a collection"),
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


def test_an_old_collection_is_backed_up_before_it_is_migrated(path, tmp_path, monkeypatch):
    opening_head = opening.HEAD
    Store(str(path), tmp_path).close()
    sql(path, "INSERT INTO setting VALUES ('kept', 'yes')")
    monkeypatch.setattr(opening, "HEAD", "9999")
    store = Store(str(path), tmp_path / "backups")
    assert store.setting("kept") == "yes"
    store.close()
    [backup] = (tmp_path / "backups").iterdir()
    assert backup.name.startswith("pre-9999-")
    assert opening.found_version(backup) == opening_head

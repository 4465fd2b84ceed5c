"""The same collection in PostgreSQL, where a server can be started."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from quiz import configuration
from quiz.cards import Rating
from quiz.collection import Collection
from quiz.collection.studying import Options
from quiz.store import tables

pytest.importorskip("psycopg")


@pytest.fixture(scope="module")
def server():
    """A server of our own behind a socket in its own folder."""
    if not shutil.which("initdb"):
        pytest.skip("PostgreSQL is not installed")
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="dquiz-pg-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)

        def run(*command):
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

        run("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "learner", "--no-sync")
        run(
            "pg_ctl", "-D", f"{folder}/data", "-o", f"-k {folder} -h ''", "-l", f"{folder}/log", "-w", "start"
        )
        yield f"postgresql+psycopg://learner@/postgres?host={folder}"
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")


@pytest.fixture
def collection(server, desk):
    environment = {"DQUIZ_HOME": str(desk.home), "DQUIZ_COLLECTION__SHIPPED": "false"}
    with Collection.open(configuration.read(database=server, environment=environment), desk.now) as opened:
        yield opened


def test_a_collection_lives_in_a_server_as_it_does_in_a_file(collection, desk):
    with collection.store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    desk.asks("note.md", "Is it a?", "Is it b?")
    desk.write("words.md", "der Hund ::: the dog\n\nC: Port [80] is for [http].\n")
    assert collection.sync.paths([str(desk.notes)], now=desk.now, dry_run=True).added == 6
    assert collection.cards() == []
    assert collection.sync.paths([str(desk.notes)], now=desk.now).added == 6
    new = collection.cards()
    study = collection.study(collection.select(["note"], desk.now), Options(), desk.now)
    promised = study.preview(desk.now)
    reviews = [study.rate(rating, desk.now, duration_ms=9) for rating in (Rating.EASY, Rating.AGAIN)]
    assert reviews[0].after == promised[Rating.EASY]
    assert [review.id for review in collection.log()] == [review.id for review in reviews]
    assert collection.search("is:learning", collection.select((), desk.now), desk.now) == [study.card]
    study.suspend(desk.now)
    while collection.undo(desk.now):
        pass
    assert (collection.cards(), collection.log()) == (new, [])
    (desk.notes / "words.md").rename(desk.notes / "more.md")
    report = collection.sync.paths((), now=desk.now)
    assert (report.moved, report.unchanged, report.cards) == (4, 2, 6)

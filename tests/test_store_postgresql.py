"""PostgreSQL by URL: the same as in a file, whatever the database is like; and nobody ever sees a password."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from quiz import configuration
from quiz.cards import Rating
from quiz.cli import outcome
from quiz.configuration import without_password
from quiz.errors import StoreError, StoreRefusedError
from quiz.store import Store, tables

NOON = "2026-11-24T12:00:00Z"
PASSWORD = "p@ss:w/0rd%zz?"


@pytest.fixture
def kept_in():
    return "server"


@pytest.fixture
def new_database(server):
    """Makes databases without a collection."""
    made = []

    def make(sql="", options="", template="template1"):
        made.append(server.new_database(template, options))
        if sql:
            server.ask(sql, made[-1])
        return made[-1]

    yield make
    for name in made:
        server.drop(name)


@pytest.fixture
def dquiz(tmp_path):
    """Runs a command on some database; exit code, output, errors."""

    def run(database, *arguments, **more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DQUIZ_", "PG"))}
        here = {"DQUIZ_HOME": str(tmp_path / "home"), "DQUIZ_NOW": NOON, "TZ": "UTC"}
        here |= {"DQUIZ_COLLECTION__SHIPPED": "false", "DQUIZ_DATABASE": str(database)}
        ended = subprocess.run(
            [sys.executable, "-m", "quiz", *map(str, arguments)],
            cwd=tmp_path,
            env=kept | here | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return ended.returncode, ended.stdout, ended.stderr

    return run


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """The same within this process, which is faster; no input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for name, value in {"HOME": tmp_path / "home", "NOW": NOON, "COLLECTION__SHIPPED": "false"}.items():
        monkeypatch.setenv(f"DQUIZ_{name}", str(value))

    def run(database, *arguments):
        code = outcome.run(["--database", str(database), *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def opened(url, tmp_path):
    store = Store(url, tmp_path)
    try:
        return store.read("SELECT count(*) FROM card")[0][0]
    finally:
        store.close()


# --- the collection --------------------------------------------------------------------------------------------


def test_the_schema_is_that_of_the_tables(desk):
    with desk.collection.store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_commands_say_the_same_as_on_a_file(desk, tmp_path, command):
    """Letters outside ASCII, and a server that orders letters as people do."""
    desk.write(
        "Zebra.md", "Q: Is it Ärger?\nA: Yes, 100% & 'quoted' \\ _under_ :name.\n\nQ: Is it a?\nA: It is.\n"
    )
    desk.write("apfel/über.md", "der Hund ::: the dog\n\nC: Port [80] is for [http].\n\nQ: Is it open?\n")
    desk.write("_x.md", "Q: Is it last?\n- [x] yes\n- [ ] no\n")
    file = tmp_path / "collection.db"
    for database in (file, desk.database):
        assert command(database, "sync", desk.notes)[0] == 0
    cards = json.loads(command(file, "cards", "--json")[1])["data"]
    ids = [card["id"] for card in cards if not card["draft"]]
    steps = [
        ["decks", "--json"],
        ["search", "is:new Ärger", "--json"],
        ["search", "100% or _under_", "--json"],
        ["next", "--json"],
        ["answer", ids[0][:9], "good", "--seconds", "3", "--json"],
        ["answer", ids[1], "easy", "--json"],
        ["answer", ids[1], "again", "--json"],
        ["suspend", ids[2], "--json"],
        ["undo", "--json"],
        ["undo", "--json"],
        ["flag", ids[3], "--color", "2", "--json"],
        ["bury", ids[4], "--json"],
        ["show", ids[0], "--json"],
        ["log", "--json"],
        ["log", "--card", ids[0]],
        ["due", "--json"],
        ["cards", "--json"],
        ["decks"],
        ["review", "--plain", "apfel"],
        ["export", "anki", "cards.apkg", "--json"],
        ["sync", "--json"],
        ["doctor", "--json"],
    ]
    for step in steps:
        here, there = command(file, *step), command(desk.database, *step)
        assert here[0] == there[0] == 0, (step, here, there)
        if step[0] == "doctor":
            told = [
                {check["name"]: check["ok"] for check in json.loads(out)["data"]["checks"]}
                for _, out, _ in (here, there)
            ]
            assert set(told[0].values()) == {True}
            assert told[1].items() <= told[0].items()
        else:
            assert here[1:] == there[1:], step


def test_a_card_is_found_by_every_start_of_its_id(desk):
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(40)))
    desk.sync()
    for card in desk.cards():
        assert desk.collection.find(card.id[:7])[1] == card
        assert desk.collection.find(card.id)[1] == card


def test_text_that_a_server_cannot_hold_never_gets_there(desk):
    desk.write("nul.md", b"Q: Is it nul?\nA: \0\n")
    desk.write("escaped.md", '---\ndeck: "a\\0b"\n---\nQ: Is it escaped \\0 &#0; ?\nA: \\u0000 \x01\x7f\n')
    desk.write("broken.md", b"Q: Is it \xff\xed\xa0\x80?\nA: It is.\n")
    report = desk.sync()
    assert [problem.code for problem in report.problems if problem.file == "nul.md"] == ["E102"]
    assert sorted(card.note.file for card in desk.cards()) == ["broken.md", "escaped.md"]


def test_long_names_fit_where_the_server_has_an_index(desk):
    """An index of PostgreSQL's holds 2,700 bytes, which a path or a deck can exceed only on purpose."""
    folder = "/".join("ü" * 100 for _ in range(5))
    desk.asks(f"{folder}/note.md", "Is it deep?")
    desk.write(
        "deck.md", f"---\ndeck: {'x' * 700}\n---\nQ: Is it named? ^{'a' * 60}\nA: {'long ' * 200_000}\n"
    )
    assert desk.sync().added == 2


def test_ratings_are_flushed_although_the_server_would_not(server, desk):
    """Whoever set up the server may have chosen speed."""
    server.ask(f"ALTER DATABASE {desk.name} SET synchronous_commit = off")
    server.ask(f"ALTER DATABASE {desk.name} SET default_transaction_isolation = 'repeatable read'")
    with desk.open().store.write() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("CREATE TABLE card (number text)", "holds tables of another program"),
        ("CREATE TABLE alembic_version (version_num text)", "holds tables of another program"),
    ],
)
def test_a_database_of_another_program_is_left_as_it_is(server, new_database, tmp_path, sql, said):
    name = new_database(sql)
    before = server.ask("SELECT oid FROM pg_class ORDER BY oid", name)
    with pytest.raises(StoreRefusedError, match=said):
        opened(server.url(name), tmp_path)
    assert server.ask("SELECT oid FROM pg_class ORDER BY oid", name) == before


def test_a_collection_of_a_newer_dquiz_is_left_as_it_is(server, new_database, tmp_path):
    name = new_database(template="empty")
    server.ask("UPDATE alembic_version SET version_num = '9999'", name)
    with pytest.raises(
        StoreRefusedError, match=r"made by a newer dquiz \(schema 9999, .*Update dquiz; nothing"
    ):
        opened(server.url(name), tmp_path)


def test_a_database_that_cannot_hold_every_letter_is_refused(server, new_database, tmp_path):
    options = "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    name = new_database(options=options, template="template0")
    with pytest.raises(StoreRefusedError, match="its encoding is LATIN1"):
        opened(server.url(name), tmp_path)


def test_who_may_only_read_can_read_and_is_told_when_rating(server, new_database, tmp_path):
    name = new_database(template="empty")
    server.ask("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
    try:
        url = server.url(name).replace("learner@", "reader@")
        store = Store(url, tmp_path)
        assert store.setting("sessions") is None
        with pytest.raises(StoreError, match="this user may not do that"), store.write() as connection:
            connection.exec_driver_sql("INSERT INTO setting VALUES ('a', 'b')")
        store.close()
        with pytest.raises(
            StoreError, match=r"this user may not do that \(permission denied for schema public\)"
        ):
            opened(server.url(new_database()).replace("learner@", "reader@"), tmp_path)
    finally:
        server.ask("DROP OWNED BY reader; DROP ROLE reader", name)


@pytest.fixture
def guarded(server, new_database):
    """A database of a user with a password."""
    name = new_database()
    server.ask(
        f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'; GRANT CREATE ON SCHEMA public TO guarded", name
    )
    yield name
    server.ask("DROP OWNED BY guarded; DROP ROLE guarded", name)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://guarded:x{password}@/{name}?host={folder}", "does not accept this user and password"),
        ("postgresql://guarded@/{name}?host={folder}&password=x{password}", "does not accept this user"),
        ("postgresql://guarded@/{name}?host={folder}", "wants a password"),
        ("postgresql://guarded:{password}@/nowhere?host={folder}", 'database \\"nowhere\\" does not exist'),
        ("postgresql://nobody:{password}@/{name}?host={folder}", 'role \\"nobody\\" does not exist'),
        ("postgresql://guarded:{password}@/{name}?host={folder}/no", "no server answers there"),
        ("postgresql://guarded:{password}@127.0.0.1:1/{name}", "no server answers there"),
        ("postgresql://guarded:{password}@nowhere.invalid/{name}", "no host of that name"),
        ("postgresql://guarded:{password}@host:port/{name}", "not a database URL"),
        ("postgresql://guarded:{password}@/{name}?host={folder}&nonsense=1", "nonsense"),
        ("postgresql:///?service=nonsense", "nonsense"),
        ("mysql://guarded:{password}@localhost/name", "a collection lives in SQLite or PostgreSQL"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_line_without_the_password(server, guarded, dquiz, url, said):
    url = url.format(password=PASSWORD, folder=server.folder, name=guarded)
    code, out, errors = dquiz(url, "due", "--json", "--verbose")
    line, _, traceback = errors.partition("\n")
    assert (code, out) == (5, "")
    assert said in line
    assert "\\n" not in json.loads(line)["error"]["message"]
    for secret in ("p@ss", "ss:w", "0rd%zz"):
        assert secret not in line + traceback


def test_no_command_shows_a_password(server, guarded, dquiz):
    url = f"postgresql://guarded:x{PASSWORD}@/{guarded}?host={server.folder}"
    for command in (
        ["doctor", "-v"],
        ["config"],
        ["config", "--json"],
        ["paths"],
        ["paths", "--json"],
        ["backup"],
    ):
        said = "".join(dquiz(url, *command)[1:])
        assert "postgresql://guarded:***@/" in said, command
        assert "ss:w" not in said, command


def test_a_password_may_hold_any_letter(server, guarded, dquiz):
    for url in (
        f"postgresql://guarded:{PASSWORD}@/{guarded}?host={server.folder}",
        f"postgres://guarded@/{guarded}?password=p%40ss:w/0rd%25zz?&host={server.folder}",
    ):
        assert dquiz(url, "due")[:2] == (0, "0 due, 0 new\n")


def test_a_missing_driver_is_named_with_what_brings_it(tmp_path, dquiz):
    (tmp_path / "psycopg.py").write_text("raise ModuleNotFoundError('No module named psycopg')")
    code, _, errors = dquiz("postgresql://u:secret@host/name", "due", PYTHONPATH=str(tmp_path))
    assert (code, errors.count("\n")) == (5, 1)
    assert "postgresql://u:***@host/name: this database needs psycopg" in errors
    assert "pip install 'psycopg[binary]'" in errors


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:a@b:c/d%e?f@host:5432/db", "postgresql://u:***@host:5432/db"),
        (
            "postgresql://me@corp:secret@host/db?sslmode=require",
            "postgresql://me@corp:***@host/db?sslmode=require",
        ),
        ("postgresql://u@[::1]:5/db", "postgresql://u@[::1]:5/db"),
        ("postgresql:///db?host=/tmp&pass%77ord=a@b/c", "postgresql:///db?host=/tmp&pass%77ord=***"),
        ("postgresql://h/db?user=me@corp&password=a&b", "postgresql://h/db?user=***&password=***&***"),
        ("postgresql://u:p?a=b@host/db", "postgresql://***"),
        ("postgresql://u:p@host:p/db?x=y", "postgresql://u:***@***"),
        ("/home/a:b@c/collection.db", "/home/a:b@c/collection.db"),
    ],
)
def test_a_url_is_shown_without_what_may_be_a_password(url, shown):
    assert without_password(url) == shown
    if "://" in url:
        assert configuration.read(database=url, environment={}).database_shown == shown


def test_a_rating_on_a_server_is_what_was_promised(desk):
    desk.asks("note.md", "Is it a?", "Is it b?")
    desk.sync()
    study = desk.study()
    promised = study.preview(desk.now)
    assert study.rate(Rating.EASY, desk.now, duration_ms=9).after == promised[Rating.EASY]

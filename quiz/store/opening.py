"""Opens a database or refuses it: what is ours, of a version we know, and with the settings that keep a rating."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.errors import QuizError, StoreError, StoreLockedError, StoreRefusedError
from quiz.store import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

HEAD = "0006"
APPLICATION_ID = 0x6471757A
BUSY_SECONDS = 5.0
_HEADER_BYTES = 100
_MIGRATIONS = Path(__file__).parent / "migrations"
_READ_ONLY = "the collection is read-only, so ratings cannot be saved. Make it and its folder writable."
# What a collection of each version holds, beside what the versions before it brought
TABLES = {
    "0001": frozenset(
        {"action", "alembic_version", "ask", "card", "deck", "file", "note", "place", "rendered"}
        | {"review", "setting", "source"}
    ),
    "0002": frozenset({"origin"}),
    "0003": frozenset({"exported"}),
    "0004": frozenset({"attempt", "interview", "tick"}),
    "0005": frozenset(),
    "0006": frozenset(),
}
_WITH_LOG = ("journal_mode = wal", "synchronous = full")
# A write-ahead log needs memory that all processes share, which those of several machines do not have
_OVER_NETWORK = ("journal_mode = truncate", "synchronous = extra")
_SETTINGS = (
    "fullfsync = on",
    "foreign_keys = on",
    "trusted_schema = off",
    "cell_size_check = on",
    "mmap_size = 0",
)

_LOCKED = StoreLockedError, "another program holds the collection. Nothing was changed; try again."
_DAMAGED = StoreRefusedError, "not a collection that can be read ({text}). The file was left as it is."
_MEANINGS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: (StoreError, _READ_ONLY),
    sqlite3.SQLITE_FULL: (StoreError, "the disk is full. Nothing was lost; free some space and try again."),
    sqlite3.SQLITE_IOERR: (
        StoreError,
        "the disk reports an error ({text}), so this was not saved. Is it full, or gone?",
    ),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "cannot be opened. Is its folder there and writable?"),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def database_path(url: str) -> Path | None:
    """The file of a SQLite URL or path; None for another database."""
    if "://" not in url:
        return Path(url).expanduser().absolute()
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] != "sqlite":
        return None
    return Path(rest.removeprefix("/") or ":memory:").absolute()


def connect(path: Path) -> sqlite3.Connection:
    """A connection for reading, without SQLAlchemy. The file was found to be ours.

    Raises:
        StoreError: It cannot be opened.
    """
    with explained(str(path)):
        try:
            return _reader(str(path))
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_CANTOPEN or not places.is_read_only(path):
                raise
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise StoreError(
                f"{path}: its last changes still stand in {log.name}, which cannot be read where nothing can be "
                "written. Copy both to another folder."
            )
        # SQLite would make companions of the file, and cannot: nobody else can change it either
        return _reader(f"{path.as_uri()}?immutable=1", uri=True)


def _reader(name: str, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )
    connection.row_factory = sqlite3.Row
    try:
        for setting in ("query_only = on", "trusted_schema = off", "cell_size_check = on", "mmap_size = 0"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def found_version(path: Path) -> str | None:
    """The schema version of a collection, None if there is no file. It may be newer than ours.

    Only ``stat`` and SQLite look at the file: closing a descriptor of our own would drop this process's locks on it.

    Raises:
        StoreRefusedError: The file is empty, damaged, or belongs to another program.
        StoreError: It cannot be opened.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}. Name another file with --database.") from None
    if not stat.S_ISREG(status.st_mode):
        raise StoreRefusedError(f"{path}: not a file. Name a file with --database.")
    # SQLite takes what is shorter than its own header for a new database
    if status.st_size < _HEADER_BYTES:
        raise StoreRefusedError(f"{path}: the file is empty, so your progress is not in it.")
    with explained(str(path)), contextlib.closing(connect(path)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreRefusedError(f"{path}: belongs to another program, it is no dquiz collection.")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        versions = (
            connection.execute("SELECT version_num FROM alembic_version").fetchall()
            if "alembic_version" in tables
            else []
        )
    version = str(versions[0][0]) if len(versions) == 1 else ""
    if version not in TABLES and version <= HEAD:
        raise StoreRefusedError(f"{path}: damaged: it does not say which dquiz made it.")
    expected = frozenset().union(*(names for since, names in TABLES.items() if since <= version))
    if missing := sorted(expected - tables):
        raise StoreRefusedError(f"{path}: damaged: its table {', '.join(missing)} is gone.")
    return version


def refuse_newer(path: Path, version: str) -> None:
    """Raises StoreRefusedError if a collection is from a newer dquiz."""
    if version > HEAD:
        raise StoreRefusedError(
            f"{path}: made by a newer dquiz (schema {version}, this one knows {HEAD}). "
            "Update dquiz; nothing was changed."
        )


def damage(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with its pages; empty if nothing is."""
    try:
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        found = str(error)
    return "" if found == "ok" else " ".join(found.split())


@contextlib.contextmanager
def explained(name: str) -> Iterator[None]:
    """Errors of SQLite, or of SQLAlchemy on it, as errors that a learner can act on."""
    try:
        yield
    except QuizError:
        raise
    except sqlite3.Error as error:
        raise _explanation(name, error) from error
    except Exception as error:
        original = getattr(error, "orig", None)
        if original is None and not type(error).__module__.startswith("sqlalchemy"):
            raise
        raise _explanation(name, original or error) from error


def _code(error: BaseException) -> int:
    """SQLite's primary result code; that of a plain error where the driver gives none, as for text that is no UTF-8."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _explanation(name: str, error: BaseException) -> StoreError:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    code = _code(error)
    if code == sqlite3.SQLITE_ERROR and isinstance(error, sqlite3.OperationalError):
        code = sqlite3.SQLITE_CORRUPT  # all our SQL is right for a collection that is whole
    kind, meaning = _MEANINGS.get(code, (StoreError, "{text}"))
    return kind(f"{name}: {meaning.format(text=text)}")


def refuse_read_only(path: Path) -> None:
    """Raises StoreError if a collection cannot be written to."""
    if places.is_read_only(path):
        raise StoreError(f"{path}: {_READ_ONLY}")


def create(path: Path) -> None:
    """A new, empty collection, whole or not at all, also when another process does the same.

    Raises:
        StoreError: The folder cannot be made or written to.
    """
    unfinished = places.unfinished(path)
    try:
        places.make_private_folder(path.parent)
        places.tidy(path.parent, path.name)
        places.remove(unfinished)
    except OSError as error:
        raise StoreError(f"{path.parent}: {error.strerror}. Name another place with --database.") from None
    try:
        engine = make_engine(f"sqlite:///{unfinished}")
        with explained(str(path)):
            upgrade(engine)
        engine.dispose()
        unfinished.chmod(0o600)
        _publish(unfinished, path)
    finally:
        places.remove(unfinished)


def _publish(unfinished: Path, path: Path) -> None:
    """A hard link fails if the name is taken, where a rename would replace the other process's collection."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    except OSError:
        unfinished.rename(path)


def make_engine(url: str) -> Engine:
    """An engine whose every transaction takes the write lock at its start.

    SQLAlchemy's own transactions on SQLite read first and lock late: two processes that rate at once lose updates.
    """
    import sqlalchemy

    engine = sqlalchemy.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    path = database_path(url)
    journal = _OVER_NETWORK if path and places.network_kind(path.parent) else _WITH_LOG

    @sqlalchemy.event.listens_for(engine, "connect")
    def settings(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for setting in (*journal, *_SETTINGS):
            connection.execute(f"PRAGMA {setting}")

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def upgrade(engine: Engine) -> None:
    """Bring the schema to this version, in one transaction."""
    with engine.begin() as connection:
        upgrade_within(connection)


def upgrade_within(connection: Connection) -> None:
    """The same within a transaction that has begun."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migrate(path: Path) -> None:
    """Bring an older collection to this version; if another process has done so meanwhile, it is left at that."""
    engine = make_engine(f"sqlite:///{path}")
    with explained(str(path)):
        upgrade(engine)
    engine.dispose()


def give_up_log(path: Path) -> None:
    """Turn a collection that was moved to a network file system into one without a write-ahead log.

    Raises:
        StoreLockedError: Another process has it open.
    """
    with explained(str(path)), contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode = truncate")

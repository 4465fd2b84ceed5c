"""Opens a database or refuses it: what is ours, of a version we know, and with the settings that keep a rating."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.errors import QuizError, StoreError, StoreLockedError, StoreRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

HEAD = "0002"
APPLICATION_ID = 0x6471757A
BUSY_SECONDS = 5.0
_HEADER_BYTES = 100
_MIGRATIONS = Path(__file__).parent / "migrations"
_SETTINGS = (
    "journal_mode = wal",
    "synchronous = full",
    "fullfsync = on",
    "foreign_keys = on",
    "trusted_schema = off",
    "cell_size_check = on",
    "mmap_size = 0",
)


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
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        for setting in ("query_only = on", "trusted_schema = off", "cell_size_check = on", "mmap_size = 0"):
            connection.execute(f"PRAGMA {setting}")
        return connection


def found_version(path: Path) -> str | None:
    """The schema version of a collection, None if there is no file.

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
        raise StoreRefusedError(
            f"{path}: the file is empty, so your progress is not in it. "
            "Put a backup in its place, or remove it to begin anew."
        )
    with explained(str(path)), contextlib.closing(connect(path)) as connection:
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        if owner != APPLICATION_ID:
            raise StoreRefusedError(
                f"{path}: belongs to another program, it is no dquiz collection. Name another file with --database."
            )
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if row is None:
            raise sqlite3.DatabaseError("it has no version")
        return str(row[0])


@contextlib.contextmanager
def explained(name: str) -> Iterator[None]:
    """Errors of the database driver as errors that a learner can act on."""
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


def _explanation(name: str, error: BaseException) -> StoreError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreLockedError(
            f"{name}: another program holds the collection. Nothing was changed; try again."
        )
    if "readonly" in text or "read-only" in text:
        return StoreError(
            f"{name}: the collection is read-only, so ratings cannot be saved. Make it writable."
        )
    if "full" in text:
        return StoreError(f"{name}: the disk is full. Nothing was lost; free some space and try again.")
    if "unable to open" in text:
        return StoreError(f"{name}: cannot be opened. Is its folder there and writable?")
    operational = isinstance(error, sqlite3.OperationalError) and not text.startswith("no such")
    if isinstance(error, sqlite3.DatabaseError) and not operational:
        return StoreRefusedError(
            f"{name}: not a collection that can be read ({text}). "
            "Put a backup in its place; the file was left as it is."
        )
    return StoreError(f"{name}: {text.splitlines()[0] if text else type(error).__name__}")


def create(path: Path) -> None:
    """A new, empty collection, whole or not at all, also when another process does the same.

    Raises:
        StoreError: The folder cannot be made or written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"{path.parent}: {error.strerror}. Name another place with --database.") from None
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.new")
    _remove(unfinished)
    try:
        engine = make_engine(f"sqlite:///{unfinished}")
        with explained(str(path)):
            upgrade(engine)
        engine.dispose()
        unfinished.chmod(0o600)
        _publish(unfinished, path)
    finally:
        _remove(unfinished)


def _publish(unfinished: Path, path: Path) -> None:
    """A hard link fails if the name is taken, where a rename would replace the other process's collection."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    except OSError:
        unfinished.rename(path)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def make_engine(url: str) -> Engine:
    """An engine whose every transaction takes the write lock at its start.

    SQLAlchemy's own transactions on SQLite read first and lock late: two processes that rate at once lose updates.
    """
    import sqlalchemy

    with _driver_present(url):
        if not url.startswith("sqlite"):
            return sqlalchemy.create_engine(url)
        engine = sqlalchemy.create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @sqlalchemy.event.listens_for(engine, "connect")
    def settings(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@contextlib.contextmanager
def _driver_present(url: str) -> Iterator[None]:
    import sqlalchemy

    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{error.name} is not installed, which this database needs: pip install 'dquiz[postgresql]'."
        ) from None
    except sqlalchemy.exc.ArgumentError:
        raise StoreError(
            f"{url.split('://', maxsplit=1)[0]}://…: not a database URL. Example: postgresql+psycopg://host/name"
        ) from None


def upgrade(engine: Engine) -> None:
    """Bring the schema to this version, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def migrate(path: Path, version: str, backups: Path) -> None:
    """Bring an older collection to this version, after a backup.

    Raises:
        StoreRefusedError: It is from a newer dquiz; the file was left as it is.
    """
    if version > HEAD:
        raise StoreRefusedError(
            f"{path}: made by a newer dquiz (schema {version}, this one knows {HEAD}). "
            "Update dquiz; nothing was changed."
        )
    back_up(path, backups / f"pre-{HEAD}-{datetime.now(UTC):%Y%m%dT%H%M%S}.db")
    engine = make_engine(f"sqlite:///{path}")
    with explained(str(path)):
        upgrade(engine)
    engine.dispose()


def back_up(path: Path, target: Path) -> None:
    """A copy of a collection by SQLite's own means, checked before it gets its name."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = target.with_suffix(".tmp")
    with explained(str(path)), contextlib.closing(connect(path)) as source:
        with contextlib.closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            unfinished.unlink()
            raise StoreRefusedError(
                f"{path}: damaged ({found}). Put a backup in its place; nothing was changed."
            )
    unfinished.chmod(0o600)
    unfinished.replace(target)

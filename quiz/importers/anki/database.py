"""The database of a package: one that strangers made, opened so that it can do nothing but be read."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from quiz.importers.anki import cleaning
from quiz.importers.anki.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VALUE_LIMIT = 16 << 20
MOST_ROWS = 2_000_000
OLDEST, NEWEST = 11, 18
_SECONDS = 60
_STEPS = 50_000
_TABLES = ("col", "notes", "cards", "revlog")
# From this version on, note types and decks have tables of their own
_OWN_TABLES = 15
_DEFINITIONS = ("notetypes", "fields", "templates", "decks", "config")

_MAGIC = b"SQLite format 3\0"
_VERSION_BYTES = 18
_BEFORE_ALL = -(1 << 63)
_PLAIN = re.compile(r"CREATE (TABLE|INDEX|UNIQUE INDEX) ", re.IGNORECASE)
_PRAGMAS = ("trusted_schema = off", "query_only = on", "cell_size_check = on", "mmap_size = 0")


@contextlib.contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a private copy of a package's database; its first page is changed.

    It is read for a minute at most, and no value of more than 16 MB.

    Raises:
        Refusal: It is damaged, foreign, of an unknown version or holds what no package has, or it takes too long;
            also when that shows later, while it is read.
    """
    _leave_wal(file)
    try:
        uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            _guard(connection)
            _check(connection)
            yield connection
    except sqlite3.DataError:
        raise Refusal(f"a value in it is larger than {VALUE_LIMIT >> 20} MB") from None
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise Refusal(f"reading it takes longer than {_SECONDS} seconds") from None
        raise Refusal(f"the collection in it is damaged ({cleaning.shown(str(error))})") from None


def created(connection: sqlite3.Connection) -> object:
    """When the collection was made, as it stands there: unix seconds."""
    return connection.execute("SELECT crt FROM col").fetchone()[0]


def has_own_tables(connection: sqlite3.Connection) -> bool:
    """Whether note types and decks have tables of their own; else they are JSON in ``col``."""
    return bool(connection.execute("SELECT ver >= ? FROM col", (_OWN_TABLES,)).fetchone()[0])


def rows(
    connection: sqlite3.Connection, table: str, columns: str, after: int = _BEFORE_ALL
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, each beginning with its id, in the order of their ids, behind the id ``after``.

    In a table that another program made, ids need be neither numbers nor unique.

    Raises:
        Refusal: There are more than two million.
    """
    if connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > MOST_ROWS:  # noqa: S608  all names are ours
        raise Refusal(f"holds more than {MOST_ROWS} rows in its table {table}", "Export fewer decks.")
    select = f"SELECT id, {columns} FROM {table} WHERE id > ? ORDER BY id"  # noqa: S608  all names are ours
    return connection.execute(select, (after,))


def clamped(column: str, low: int = 0, high: int = cleaning.INT32) -> str:
    """A column as the whole number within bounds that is nearest; 0 counts for what is no number."""
    return f"max({low}, min({high}, cast(ifnull({column}, 0) AS integer)))"


def rows_that_fit(connection: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
    """As `rows`, but of a row with a value that is too large there is only the id, and reading goes on behind it."""
    last = _BEFORE_ALL
    while True:
        try:
            for row in rows(connection, table, columns, last):
                last = row[0]
                yield row
        except sqlite3.DataError:
            # sqlite3 looks one row ahead: the next one may be the one before that which is too large
            select = f"SELECT min(id) FROM {table} WHERE id > ?"  # noqa: S608  all names are ours
            last = connection.execute(select, (last,)).fetchone()[0]
            yield _row_or_id(connection, table, columns, last)
        else:
            return


def _row_or_id(connection: sqlite3.Connection, table: str, columns: str, number: int) -> tuple[Any, ...]:
    select = f"SELECT id, {columns} FROM {table} WHERE id = ?"  # noqa: S608  all names are ours
    try:
        row: tuple[Any, ...] = connection.execute(select, (number,)).fetchone()
    except sqlite3.DataError:
        return (number,)
    return row


def _leave_wal(file: Path) -> None:
    """A copy of a database in WAL mode would ask for its other half."""
    with file.open("rb+") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise Refusal("the collection in it is no SQLite database")
        opened.seek(_VERSION_BYTES)
        opened.write(b"\1\1")


def _guard(connection: sqlite3.Connection) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_LIMIT)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    end = time.monotonic() + _SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    connection.text_factory = _text
    connection.create_collation("unicase", _unicase)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _unicase(left: str, right: str) -> int:
    one, other = left.casefold(), right.casefold()
    return (one > other) - (one < other)


def _check(connection: sqlite3.Connection) -> None:
    found = connection.execute("SELECT type, name, rootpage, sql FROM sqlite_master").fetchall()
    for kind, name, page, sql in found:
        if kind not in {"table", "index"} or not page or not _PLAIN.match(sql or "CREATE INDEX "):
            raise Refusal(
                f"holds a {cleaning.shown(str(kind))} ({cleaning.shown(str(name))}), which no package has"
            )
    tables = {name for kind, name, *_ in found if kind == "table"}
    _require(connection, _TABLES, tables)
    number = (connection.execute("SELECT ver FROM col").fetchone() or [None])[0]
    if cleaning.whole(number, OLDEST, NEWEST) is None:
        raise Refusal(
            f"its tables have version {cleaning.shown(str(number))}; {OLDEST} to {NEWEST} can be read"
        )
    if has_own_tables(connection):
        _require(connection, _DEFINITIONS, tables)


def _require(connection: sqlite3.Connection, names: tuple[str, ...], tables: set[str]) -> None:
    for name in names:
        if name not in tables:
            raise Refusal(f"the collection in it has no table {name}")
        # table by table: others are sorted as only Anki knows
        found = connection.execute(f"PRAGMA quick_check({name})").fetchone()[0]
        if found != "ok":
            raise Refusal(f"the collection in it is damaged ({cleaning.shown(str(found))})")

"""Reads what stands in the database, damaged or not, and puts single rows right."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

from quiz.store.opening import connect, explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection

    from quiz.store import Store

    # a query as text; its rows come one after the other
    Inspect = Callable[[str], Iterator[tuple[Any, ...]]]
    Repair = Callable[[Connection], None]

_AT_ONCE = 10_000


@contextlib.contextmanager
def inspecting(store: Store) -> Iterator[Inspect]:
    """Reads only, and all of it from one moment."""
    with explained(store.name):
        if store.path:
            with contextlib.closing(connect(store.path)) as connection:
                connection.row_factory = None
                connection.execute("BEGIN")
                with _forgiving(connection):
                    yield connection.execute
        else:
            with store.engine.connect() as server:
                yield _through_sqlalchemy(server)


@contextlib.contextmanager
def inspecting_within(connection: Connection) -> Iterator[Inspect]:
    """Reads within a transaction, what it has not yet committed included."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        with _forgiving(driver):
            yield driver.execute
    else:
        yield _through_sqlalchemy(connection)


@contextlib.contextmanager
def _forgiving(connection: sqlite3.Connection) -> Iterator[None]:
    """Text that is no UTF-8 is read all the same: a flipped bit must not hide the row that it is in."""
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        connection.text_factory = str


def _through_sqlalchemy(connection: Connection) -> Inspect:
    from sqlalchemy import text

    def run(sql: str) -> Iterator[tuple[Any, ...]]:
        options = {"stream_results": True, "yield_per": _AT_ONCE}
        return iter(connection.execute(text(sql), execution_options=options))

    return run


def put(table: str, key: Mapping[str, Any], columns: Mapping[str, Any]) -> Repair:
    """Writes some columns of one row."""

    def repair(connection: Connection) -> None:
        from sqlalchemy import update

        from quiz.store.tables import metadata

        rows = metadata.tables[table]
        wanted = [rows.c[name] == value for name, value in key.items()]
        connection.execute(update(rows).where(*wanted).values(columns))

    return repair


def drop(table: str, key: Mapping[str, Any]) -> Repair:
    """Removes one row."""

    def repair(connection: Connection) -> None:
        from sqlalchemy import delete

        from quiz.store.tables import metadata

        rows = metadata.tables[table]
        connection.execute(delete(rows).where(*(rows.c[name] == value for name, value in key.items())))

    return repair


def reindex(connection: Connection) -> None:
    """Make all indexes of a SQLite file anew from the tables."""
    connection.exec_driver_sql("REINDEX")


def rewrite(connection: Connection) -> None:
    """Write all rows of a SQLite file anew: one that stands out of order is found by nobody who looks for it."""
    from quiz.store.tables import metadata

    run = connection.exec_driver_sql
    run("PRAGMA defer_foreign_keys = on")
    reindex(connection)  # a table is dropped row by row, with what its indexes hold of each
    for table in metadata.sorted_tables:
        made = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'index'"
        statements = [row[0] for row in run(made, (table.name,))]
        run(f"CREATE TEMP TABLE kept AS SELECT * FROM {table.name} NOT INDEXED")  # noqa: S608
        run(f"DROP TABLE {table.name}")
        for statement in statements:
            run(statement)
        run(f"INSERT INTO {table.name} SELECT * FROM temp.kept ORDER BY 1")  # noqa: S608
        run("DROP TABLE temp.kept")

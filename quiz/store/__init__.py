"""The collection's database: SQLite in a file, or PostgreSQL by URL. The only package that knows SQL."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any, Self

from quiz.store import opening

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine


class _Row(tuple[Any, ...]):  # noqa: SLOT001 - a tuple can have none
    """A row of SQLAlchemy's that is read by name and by number, as those of sqlite3 are."""

    _mapping: Mapping[str, Any]

    def __new__(cls, row: Any) -> Self:  # noqa: ANN401 - of any columns
        new = super().__new__(cls, row)
        new._mapping = row._mapping  # noqa: SLF001
        return new

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401
        return self._mapping[key] if isinstance(key, str) else super().__getitem__(key)


class Store:
    """Reads at once; writes through SQLAlchemy, which is loaded when it is first needed.

    Raises, from every call:
        StoreLockedError: Another process holds the write lock for longer than five seconds.
        StoreError: The database cannot be used.
    """

    def __init__(self, url: str, backups: Path) -> None:
        """Open a collection, make it if it is new, and migrate it if it is old.

        Raises:
            StoreRefusedError: It is damaged, empty, foreign or newer; it was left as it is.
        """
        self.path = opening.database_path(url)
        self.url = f"sqlite:///{self.path}" if self.path else url
        self._engine: Engine | None = None
        self._reading: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._backups = backups
        if self.path:
            self._open_file(self.path)
        else:
            self._open_server()

    def _open_file(self, path: Path) -> None:
        version = opening.found_version(path)
        if version is None:
            opening.create(path)
        elif version != opening.HEAD:
            opening.migrate(path, version, self._backups)

    def _open_server(self) -> None:
        with opening.explained(self.name):
            opening.upgrade(self.engine)

    @property
    def name(self) -> str:
        """The database as it may be shown: a path, or a URL without its password."""
        if self.path:
            return str(self.path)
        from sqlalchemy import make_url

        return make_url(self.url).render_as_string(hide_password=True)

    @property
    def engine(self) -> Engine:
        """The engine for writing."""
        with self._lock:
            if self._engine is None:
                self._engine = opening.make_engine(self.url)
                from quiz.store import writing  # noqa: F401  loaded now, not between two cards
            return self._engine

    def read(self, sql: str, /, **parameters: object) -> Sequence[Any]:
        """All rows of a query with named parameters."""
        with opening.explained(self.name if self.path else "the database"):
            if self.path:
                if self._reading is None:
                    self._reading = opening.connect(self.path)
                return self._reading.execute(sql, parameters).fetchall()
            from sqlalchemy import text

            with self.engine.connect() as connection:
                return [_Row(row) for row in connection.execute(text(sql), parameters)]

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is on disk when the block ends, or nothing."""
        with opening.explained(self.name), self.engine.begin() as connection:
            yield connection

    def setting(self, key: str) -> str | None:
        """A value that the collection keeps for us."""
        rows = self.read("SELECT value FROM setting WHERE key = :key", key=key)
        return str(rows[0][0]) if rows else None

    def close(self) -> None:
        """Let go of the database."""
        if self._reading:
            self._reading.close()
        if self._engine:
            self._engine.dispose()

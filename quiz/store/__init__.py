"""The collection's database: SQLite in a file, or PostgreSQL by URL. The only package that knows SQL."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from quiz.configuration import without_password
from quiz.errors import StoreError, StoreRefusedError, UsageError
from quiz.store import opening, places

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from quiz.store.backups import Backups, Copying

_NO_BACKUP = "Today's backup was not made: {}"


class Store:
    """Reads at once; writes through SQLAlchemy, which is loaded when it is first needed.

    Raises, from every call:
        StoreLockedError: Another process holds the write lock for longer than five seconds.
        StoreError: The database cannot be used.
    """

    def __init__(self, url: str, backups: Path, now: datetime | None = None) -> None:
        """Open a collection, make it if it is new, and migrate it if it is old.

        Args:
            url: A path, or a URL.
            backups: The folder for the backups of all collections.
            now: For the name of the backup before a migration; the clock's time if it is left out.

        Raises:
            StoreRefusedError: It is damaged, empty, foreign or newer; it was left as it is.
                Or it is missing although there are backups of it.
        """
        self.path = opening.database_path(url)
        self.url = f"sqlite:///{self.path}" if self.path else url
        self._engine: Engine | None = None
        self._reading: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._folder = backups
        self._day: _Day | None = None
        self._copying: Copying | None = None
        self._warnings: list[str] = []
        self.created = False
        if self.path:
            self._open_file(self.path, now or datetime.now(UTC))
        else:
            self._open_server()

    def _open_file(self, path: Path, now: datetime) -> None:
        with self._explained():
            version = opening.found_version(path)
        if kind := places.network_kind(path.parent):
            self._warnings.append(
                f"{path.parent} is a network folder ({kind}). Study on one machine at a time, or use PostgreSQL."
            )
        if version is None:
            self.backups.refuse_to_begin_anew()
            opening.create(path)
            self.created = True
        elif kind and not places.is_read_only(path):
            opening.give_up_log(path)
        if version and version != opening.HEAD:
            opening.refuse_newer(path, version)
            self.backups.make(now, "pre-migration")
            opening.migrate(path)
        self._file = _identity(path)

    def _open_server(self) -> None:
        from quiz.store import server

        try:
            self.created = server.open_database(self.engine, self.name)
        except StoreError:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The database as it may be shown: a path, or a URL without its password."""
        return str(self.path or without_password(self.url))

    @property
    def engine(self) -> Engine:
        """The engine for writing."""
        with self._lock:
            if self._engine is None:
                self._engine = self._made_engine()
                from quiz.store import backups, writing  # noqa: F401  loaded now, not between two cards
            return self._engine

    def _made_engine(self) -> Engine:
        if self.path:
            return opening.make_engine(self.url)
        from quiz.store import server

        return server.make_engine(self.url)

    def read(self, sql: str, /, **parameters: object) -> Sequence[Any]:
        """All rows of a query with named parameters."""
        if not self.path:
            from quiz.store import server

            return server.read(self.engine, self.name, sql, parameters)
        with self._explained():
            if self._reading is None:
                self._reading = opening.connect(self.path)
            return self._reading.execute(sql, parameters).fetchall()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is on disk when the block ends, or nothing."""
        if self.path:
            opening.refuse_read_only(self.path)
            self._begin_daily_backup()
            with self._explained(), self.engine.begin() as connection:
                yield connection
                self._refuse_another_file(self.path)
        else:
            from quiz.store import server

            with server.writing(self.engine, self.name) as connection:
                yield connection

    def setting(self, key: str) -> str | None:
        """A value that the collection keeps for us."""
        rows = self.read("SELECT value FROM setting WHERE key = :key", key=key)
        return str(rows[0][0]) if rows else None

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Errors of the database for a learner; of one that is damaged also what to do now."""
        try:
            with opening.explained(self.name):
                yield
        except StoreRefusedError as refused:
            if "way_out" in refused.details:
                raise
            way_out = self.backups.way_out()
            raise StoreRefusedError(f"{refused} {way_out}", **refused.details, way_out=way_out) from refused

    def _refuse_another_file(self, path: Path) -> None:
        """A file that was removed or replaced still takes what is written, and nobody would ever see it."""
        try:
            same = _identity(path) == self._file
        except OSError as error:
            raise StoreError(
                f"{path}: {error.strerror}, so nothing can be saved. Is its disk there?"
            ) from None
        if not same:
            raise StoreError(
                f"{path}: another file stands there by now. Nothing was saved; start dquiz again."
            )

    # --- backups -------------------------------------------------------------------------------------------

    @property
    def backups(self) -> Backups:
        """The copies of this collection.

        Raises:
            UsageError: It is on a server.
        """
        from quiz.store.backups import Backups

        if self.path is None:
            raise UsageError(f"{self.name}: a server has its own tools for backups: pg_dump and pg_restore.")
        return Backups.of(self.path, self._folder)

    @property
    def read_only(self) -> bool:
        """Whether nothing can be saved."""
        return self.path is not None and places.is_read_only(self.path)

    def refuse_read_only(self) -> None:
        """Raises StoreError if nothing can be saved: before a learner begins, not after the first rating."""
        if self.path:
            opening.refuse_read_only(self.path)

    def back_up(self, kind: str, now: datetime) -> Path | None:
        """A copy of the collection before a change, like ``pre-import``; None for one on a server.

        Raises:
            StoreError: It could not be made: the change had better not begin.
        """
        return self.backups.make(now, kind) if self.path else None

    def back_up_daily(self, since: datetime, until: datetime, now: datetime) -> None:
        """Let the next change be preceded by a backup, unless this study day, from one instant to another, has one."""
        self._day = _Day(since, until, now)

    def _begin_daily_backup(self) -> None:
        """The copy is made beside the change, of what was there before it. If it fails, the change goes on."""
        day, self._day = self._day, None
        if day is None:
            return
        from quiz.store.backups import Copying

        try:
            if not self.backups.made_within(day.since, day.until) and self._has_history():
                self._copying = Copying(self.backups, day.now)
        except StoreError as failure:
            self._warnings.append(_NO_BACKUP.format(failure))

    def _has_history(self) -> bool:
        sql = "SELECT EXISTS (SELECT 1 FROM action) OR EXISTS (SELECT 1 FROM review)"
        return bool(self.read(sql)[0][0])

    def close(self, waiting: Callable[[], object] = bool) -> list[str]:
        """Let go of the database, once a backup that has begun is on disk.

        Args:
            waiting: Called if that takes longer than a second.

        Returns:
            What a learner should know: a backup that failed, a folder that is no good place.
        """
        if self._copying:
            if not self._copying.wait(1.0):
                waiting()
                self._copying.wait()
            if self._copying.failure:
                self._warnings.append(_NO_BACKUP.format(self._copying.failure))
            self._copying = None
        if self._reading:
            self._reading.close()
        if self._engine:
            self._engine.dispose()
        return self._warnings


class _Day(NamedTuple):
    since: datetime
    until: datetime
    now: datetime


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino

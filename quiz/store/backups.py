"""The copies of one collection: how they are made, named, kept and thrown away.

All goes through SQLite. A live database is never opened, copied or read as a file: closing a descriptor of it would
drop the locks that this process holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.errors import MissingError, StoreError, StoreLockedError, StoreRefusedError, UsageError
from quiz.store import opening, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DAILY, WEEKLY, MONTHLY = 12, 10, 9
DATED = "backup"
BEFORE_REPAIR = "pre-repair"
"""The kind that may be damaged: it is kept for what a repair could not see, and never restored by itself."""
_NAME = re.compile(r"(?:(pre-[a-z]+)-)?(\d{8}T\d{6}Z)(?:-(\d+))?\.db")
_STAMP = "%Y%m%dT%H%M%SZ"
_STEM_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy, as its name tells.

    Attributes:
        kind: ``backup``, or what it was made before: ``pre-migration``, ``pre-restore``, ``pre-import``.
        made_at: To the second.
        number: Counted up when a second saw several.
    """

    path: Path
    kind: str
    made_at: datetime
    number: int = 1

    @classmethod
    def named(cls, path: Path) -> Backup | None:
        """A copy by its name; None if it is none of ours."""
        match = _NAME.fullmatch(path.name)
        if match is None:
            return None
        try:
            made_at = datetime.strptime(match[2], _STAMP).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(path, match[1] or DATED, made_at, int(match[3] or 1))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a collection holds.

    Attributes:
        cards: Without those that were retired.
        reviews: Without those that were undone.
    """

    cards: int
    reviews: int


def look_into(path: Path) -> Contents:
    """Check a collection that may have lain somewhere for long, and count what it holds.

    Raises:
        StoreRefusedError: It is damaged, empty, foreign, or from a newer dquiz.
        MissingError: There is no such file.
    """
    version = opening.found_version(path)
    if version is None:
        raise MissingError(f"{path}: there is no such file.", path=str(path))
    opening.refuse_newer(path, version)
    with opening.explained(str(path)), contextlib.closing(opening.connect(path)) as connection:
        if found := opening.damage(connection):
            raise StoreRefusedError(f"{path}: damaged ({found}).")
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise StoreRefusedError(f"{path}: damaged (rows point to nothing).")
        return Contents(
            connection.execute("SELECT count(*) FROM card WHERE retired = 0").fetchone()[0],
            connection.execute("SELECT count(*) FROM review WHERE undone_at IS NULL").fetchone()[0],
        )


def obsolete(names: Iterable[str], today: date) -> list[str]:
    """Which copies may go, as in Anki: all of today and yesterday stay, then 12 daily, 10 weekly, 9 monthly ones.

    Of each period the latest stays. What lies in the future, what was made before a change, and names that are not
    ours are never among them.
    """
    backups = [backup for name in names if (backup := Backup.named(Path(name)))]
    older = [
        backup
        for backup in sorted(backups, key=_age, reverse=True)
        if backup.kind == DATED and backup.made_at.date() < today - timedelta(days=1)
    ]
    gone = []
    room = [DAILY, WEEKLY, MONTHLY]
    last: tuple[object, ...] = (None, None, None)
    for backup in older:
        day = backup.made_at.date()
        periods = (day, day.isocalendar()[:2], (day.year, day.month))
        width = next((width for width, left in enumerate(room) if left), None)
        if width is None or periods[width] == last[width]:
            gone.append(backup.path.name)
        else:
            room[width] -= 1
            last = periods
    return gone


def _age(backup: Backup) -> tuple[datetime, int]:
    return backup.made_at, backup.number


@dataclass(frozen=True, slots=True)
class Backups:
    """The copies of one collection, in a folder of their own.

    Attributes:
        collection: Where the collection is, or should be.
    """

    collection: Path
    folder: Path

    @classmethod
    def of(cls, collection: Path, root: Path) -> Backups:
        """Those of a collection below the folder for all; links to it lead to the same ones."""
        real = Path(os.path.realpath(collection))
        mark = hashlib.sha256(os.fsencode(real)).hexdigest()[:8]
        return cls(collection, root / f"{real.stem[:_STEM_LENGTH]}-{mark}")

    # --- what there is -------------------------------------------------------------------------------------

    def listed(self) -> list[Backup]:
        """Newest first, by their names; none of them was looked into."""
        backups = [backup for name in self._names() if (backup := Backup.named(self.folder / name))]
        return sorted(backups, key=_age, reverse=True)

    def newest_good(self) -> Backup | None:
        """The newest one that can be restored."""
        for backup in (each for each in self.listed() if each.kind != BEFORE_REPAIR):
            with contextlib.suppress(StoreError):
                look_into(backup.path)
                return backup
        return None

    def made_within(self, since: datetime, until: datetime) -> bool:
        """Whether there is one from a span of time, other than those before a change."""
        return any(backup.kind == DATED and since <= backup.made_at < until for backup in self.listed())

    def way_out(self) -> str:
        """What a learner can do whose collection cannot be used."""
        if backup := self.newest_good():
            return self._put_back(backup)
        return "Name another file with --database, or move this one away to begin anew; there is no backup of it."

    def refuse_to_begin_anew(self) -> None:
        """A collection that is missing beside its backups was lost: an empty one would look like all progress gone.

        Raises:
            StoreRefusedError: There are backups of it.
        """
        if not self.listed():
            return
        backup = self.newest_good()
        way_back = f" {self._put_back(backup)}" if backup else ""
        raise StoreRefusedError(
            f"{self.collection}: the collection is missing, but there are backups of it.{way_back} "
            f"To begin anew, name another file with --database, or move {self.folder} away."
        )

    def _put_back(self, backup: Backup) -> str:
        command = f"dquiz --database {shlex.quote(str(self.collection))} restore {backup.path.name}"
        return f"Put back the backup of {backup.made_at:%Y-%m-%d %H:%M} UTC: `{command}`."

    def _names(self) -> list[str]:
        try:
            return [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"{self.folder}: {error.strerror}. The backups lie there.") from None

    # --- making one ----------------------------------------------------------------------------------------

    def make(self, now: datetime, kind: str = DATED) -> Path:
        """A copy of the collection as it is now.

        Raises:
            StoreError: It cannot be made; older ones are all there.
        """
        with contextlib.closing(opening.connect(self.collection)) as connection:
            return self.keep(connection, now, kind)

    def keep(self, connection: sqlite3.Connection, now: datetime, kind: str = DATED) -> Path:
        """A copy of what a connection sees; older ones that have had their time are thrown away afterwards."""
        with _told(self.folder):
            places.make_private_folder(self.folder)
            places.tidy(self.folder)
            stamp = f"{now.astimezone(UTC):{_STAMP}}"
            target = places.free(self.folder / (stamp if kind == DATED else f"{kind}-{stamp}"), ".db")
            with checked_copy(connection, target, self.collection, damaged=kind == BEFORE_REPAIR) as finished:
                places.publish(finished, target)
            for name in obsolete(self._names(), now.astimezone(UTC).date()):
                (self.folder / name).unlink(missing_ok=True)
        return target

    def copy_to(self, file: Path, *, force: bool = False) -> None:
        """A copy of the collection under any name; there may stand an earlier copy.

        Raises:
            UsageError: Something else stands there, unless ``force``; or it is the collection itself.
            MissingError: Its folder is not there.
            StoreError: The copy cannot be made; what stood there is as it was.
        """
        target = Path(os.path.realpath(file))
        if target == Path(os.path.realpath(self.collection)):
            raise UsageError(f"{file}: that is the collection itself. Name another file.")
        if not target.parent.is_dir():
            raise MissingError(f"{target.parent}: there is no such folder.", path=str(target.parent))
        if target.exists() and not target.is_file():
            raise UsageError(f"{file}: not a file. Name a file.")
        if target.exists() and not force and not _is_copy(target):
            raise UsageError(f"{file}: exists, and is no backup of dquiz. To replace it, say --force.")
        with _told(target), contextlib.closing(opening.connect(self.collection)) as connection:
            places.tidy(target.parent, target.name)
            with checked_copy(connection, target, self.collection) as finished:
                for end in places.COMPANIONS:
                    target.with_name(target.name + end).unlink(missing_ok=True)
                places.publish(finished, target)


class Copying:
    """A copy made by a thread, of the collection as it was when this was made, whatever is written meanwhile.

    Without a write-ahead log a reader would make writers wait: there it is made at once.
    """

    def __init__(self, backups: Backups, now: datetime) -> None:
        self.failure: StoreError | None = None
        connection = opening.connect(backups.collection)
        with opening.explained(str(backups.collection)):
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            at_once = connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal"
        self._thread = threading.Thread(
            target=self._make, args=(backups, connection, now), name="backup", daemon=True
        )
        self._thread.start()
        if at_once:
            self.wait()

    def _make(self, backups: Backups, connection: sqlite3.Connection, now: datetime) -> None:
        with contextlib.closing(connection):
            try:
                backups.keep(connection, now)
            except StoreError as failure:
                self.failure = failure

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is on disk, or has failed; False if that takes longer."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


@contextlib.contextmanager
def checked_copy(
    connection: sqlite3.Connection, target: Path, name: Path, *, damaged: bool = False
) -> Iterator[Path]:
    """A whole copy of what a connection sees, beside its place, to be given its name within the block.

    Raises:
        StoreRefusedError: The original is damaged, which ``damaged`` does not allow; it is called by ``name``.
        StoreLockedError: Another process keeps it locked.
    """
    unfinished = places.unfinished(target)
    places.remove(unfinished)
    try:
        unfinished.touch(mode=0o600)
        with opening.explained(str(target)), contextlib.closing(sqlite3.connect(unfinished)) as copy:
            copy.execute("PRAGMA synchronous = off")  # it is flushed once, before it gets its name
            connection.backup(copy, progress=lambda code, *_: refuse_locked(code, name))
            copy.execute("PRAGMA journal_mode = delete")
            found = opening.damage(copy)
        if found and not damaged:
            raise StoreRefusedError(f"{name}: damaged ({found}). `dquiz doctor` tells more.")
        yield unfinished
    finally:
        places.remove(unfinished)


def refuse_locked(code: int, name: Path) -> None:
    """End a copying that would wait for ever: Python's own goes on until the lock is free.

    Raises:
        StoreLockedError: The result code of a step says so.
    """
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        raise StoreLockedError(
            f"{name}: another program holds the collection. Nothing was changed; try again."
        )


@contextlib.contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{place}: the backup cannot be written: {error.strerror or error}.") from None


def _is_copy(path: Path) -> bool:
    """Whether a file is a copy and no collection in use: that keeps a write-ahead log, a copy does not."""
    try:
        opening.found_version(path)
        with contextlib.closing(opening.connect(path)) as connection:
            return bool(connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete")
    except StoreError:
        return False

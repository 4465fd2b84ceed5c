"""Puts a backup in the place of a collection; what was there is kept."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.errors import MissingError, StoreError, StoreRefusedError, UsageError
from quiz.store import opening, places
from quiz.store.backups import checked_copy, look_into, refuse_locked

if TYPE_CHECKING:
    from quiz.store.backups import Backups, Contents

# Fewer than a collection has: the first step must not be the last, see `_in_place`
_PAGES_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoring did.

    Attributes:
        contents: What the collection holds now.
        kept: The backup of what was there.
        aside: The name under which lies what was there, if that could not be read.
    """

    file: Path
    contents: Contents
    kept: Path | None = None
    aside: Path | None = None


def found_file(backups: Backups, given: Path) -> Path:
    """The file that is meant: a path, or the name of a backup.

    Raises:
        MissingError: There is neither.
    """
    for path in (given, backups.folder / given.name):
        if path.exists():
            return path
    raise MissingError(
        f"{given}: no such file, and no backup of that name. `dquiz backup --list` names them.",
        path=str(given),
    )


def restore(backups: Backups, file: Path, now: datetime) -> Restored:
    """Put a backup in the place of the collection, whole or not at all; it is migrated when it is opened next.

    Raises:
        StoreRefusedError: The backup is no good; nothing was changed.
        StoreLockedError: Another process holds the collection; nothing was changed.
        StoreError: What is there cannot be kept; nothing was changed.
    """
    collection = Path(os.path.realpath(backups.collection))
    if Path(os.path.realpath(file)) == collection:
        raise UsageError(f"{file}: that is the collection itself. Name a backup of it.")
    contents = look_into(file)
    with contextlib.closing(opening.connect(file)) as source:
        if _is_whole(collection, _page_size(source)):
            return Restored(file, contents, kept=_in_place(source, collection, backups, now))
        return Restored(file, contents, aside=_by_name(source, collection, now))


def _page_size(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_size").fetchone()[0])


def _is_whole(path: Path, page_size: int) -> bool:
    """Whether a collection can be written through SQLite, which is where other processes wait for it."""
    try:
        if opening.found_version(path) is None:
            return False
        with contextlib.closing(opening.connect(path)) as connection:
            return not opening.damage(connection) and _page_size(connection) == page_size
    except StoreRefusedError:
        return False


def _in_place(source: sqlite3.Connection, collection: Path, backups: Backups, now: datetime) -> Path:
    """Write the backup into the live file, as one transaction.

    With a write-ahead log what is there is kept once the first step has taken the write lock, so that no rating of
    another process falls between the two. Without one a reader could not come in then: it is kept just before.
    """
    with (
        opening.explained(str(collection)),
        contextlib.closing(
            sqlite3.connect(collection, timeout=opening.BUSY_SECONDS, isolation_level=None)
        ) as live,
    ):
        kept: list[Path] = []
        if live.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            kept.append(backups.make(now, "pre-restore"))

        def keep_first(code: int, _remaining: int, _pages: int) -> None:
            refuse_locked(code, collection)
            if not kept:
                kept.append(backups.make(now, "pre-restore"))

        source.backup(live, pages=_PAGES_AT_ONCE, progress=keep_first)
        return kept[0]


def _by_name(source: sqlite3.Connection, collection: Path, now: datetime) -> Path | None:
    """Put the backup where nothing is that SQLite could write to; what is there gets another name first."""
    try:
        places.make_private_folder(collection.parent)
        places.tidy(collection.parent, collection.name)
        with checked_copy(source, collection, collection) as finished:
            aside = _set_aside(collection, now)
            places.publish(finished, collection)
    except OSError as error:
        raise StoreError(f"{collection}: cannot be written: {error.strerror or error}.") from None
    return aside


def _set_aside(collection: Path, now: datetime) -> Path | None:
    """Give what is there a second name: the first is free only when the backup takes it, in one step.

    Its companions go first, since SQLite would take what is in them for changes to the backup.
    """
    there = collection.exists()
    if there and not stat.S_ISREG(collection.stat().st_mode):
        raise StoreRefusedError(f"{collection}: not a file. Name a file with --database.")
    aside = places.free(
        collection.with_name(f"{collection.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    )
    if there:
        _name_again(collection, aside)
    for end in ("-wal", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            collection.with_name(collection.name + end).rename(aside.with_name(aside.name + end))
    collection.with_name(f"{collection.name}-shm").unlink(missing_ok=True)
    return aside if there else None


def _name_again(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except OSError:  # a file system without links
        path.rename(other)

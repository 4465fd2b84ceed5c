"""Checks of the file as a whole, of its backups, and of the sources that its notes come from."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.collection.checkup.damage import Damage, Findings
from quiz.errors import StoreError
from quiz.store import places, tables
from quiz.store.backups import look_into
from quiz.store.inspecting import reindex, rewrite

if TYPE_CHECKING:
    from quiz.collection.checkup.seen import Seen
    from quiz.store.inspecting import Repair

# Until this version two connections that checkpoint at the same instant can damage the file (SQLite's release notes)
_SAFE_SQLITE = (3, 51, 3)
_MOST_SHOWN = 100
# An index that differs from its table can be made anew, and rows out of order can be written anew; values of a kind
# that does not belong there are the other checks' to repair
_OF_INDEXES = re.compile(r"missing from index|entries in index|entry in index|index entry")
_OF_ORDER = re.compile(r"Rowid -?\d+ out of order")
_NO_PROBLEM = re.compile(r"^\*\*\*|^NULL value in|^(NUMERIC|TEXT|BLOB|REAL|INT) value in|^non-\w+ value in")


def file(seen: Seen) -> Findings:
    """SQLite finds nothing wrong with the file, and it is ours."""
    path = seen.collection.store.path
    if path is None:
        return Findings()
    found = [
        line for (told,) in seen.rows(f"PRAGMA integrity_check({_MOST_SHOWN})") for line in told.splitlines()
    ]
    problems = [line for line in found if line != "ok" and not _NO_PROBLEM.search(line)]
    shape = [line for line in problems if not _OF_INDEXES.search(line)]
    repairs: tuple[Repair, ...] = () if shape else (reindex,)
    if shape and all(_OF_ORDER.search(line) for line in shape) and not _has_twins(seen):
        repairs = (rewrite,)
    damages = [Damage("problems that SQLite finds", line, repairs) for line in problems]
    remarks = []
    if sqlite3.sqlite_version_info < _SAFE_SQLITE:
        remarks.append(
            f"SQLite {sqlite3.sqlite_version} is older than 3.51.3, which is safer with many programs at once"
        )
    if kind := places.network_kind(path.parent):
        remarks.append(f"it lies on {kind}, where locks are not reliable")
    return Findings(tuple(damages), tuple(remarks))


def _has_twins(seen: Seen) -> bool:
    """Whether two rows of a table have the same key, so that no order can be made."""
    for table in tables.metadata.sorted_tables:
        names = ", ".join(column.name for column in table.primary_key)
        keys = list(seen.rows(f"SELECT {names} FROM {table.name} NOT INDEXED"))  # noqa: S608
        if len(keys) != len(set(keys)):
            return True
    return False


def backups(seen: Seen) -> Findings:
    """How old the newest backup is, and whether it can be put back."""
    store = seen.collection.store
    if store.path is None:
        return Findings()
    listed = store.backups.listed()
    if not listed:
        return Findings((), ("there is none yet",))
    newest = listed[0]
    remark = f"{len(listed)}, the newest is {(seen.now - newest.made_at).days} days old"
    try:
        look_into(newest.path)
    except StoreError as error:
        # no damage of the collection: a copy of it before a repair is as damaged as it was
        return Findings((), (remark, f"it cannot be put back as it is: {error}"))
    return Findings((), (remark,))


def sources(seen: Seen) -> Findings:
    """The files and folders that notes come from are there."""
    gone = [str(row["path"]) for row in seen.sources.values() if not _is_there(row["path"])]
    if gone and seen.collection.store.path is None:
        return Findings((), (f"{len(gone)} of {len(seen.sources)} are not on this device",))
    way_out = "bring them back, or let them go with `dquiz sync --forget PATH`"
    damages = tuple(Damage("sources that are not there", path, (), way_out) for path in gone)
    return Findings(damages, () if gone else (f"{len(seen.sources)} found",))


def _is_there(path: object) -> bool:
    return isinstance(path, str) and "\0" not in path and Path(path).exists()

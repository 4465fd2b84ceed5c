"""Looks for damage in a collection: what SQLite sees, and what only the review log can tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.cards import Schedule
from quiz.scheduling import replay_memory
from quiz.store.rows import SCHEDULE_COLUMNS, schedule_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.store.rows import Row

_SAME = 1e-6
_SHOWN = 5

_LOG = """
SELECT review.*, card.uid FROM review JOIN card ON card.id = review.card_id
WHERE review.undone_at IS NULL AND review.counts = 1 ORDER BY review.card_id, review.id
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        ok: Nothing is wrong with it.
        message: What was found.
    """

    name: str
    ok: bool
    message: str


def check_up(collection: Collection, now: datetime) -> list[Check]:
    """Every check, in the order in which a repair would begin. Nothing is changed."""
    looks: list[Callable[[Collection, datetime], Check]] = [_log, _schedules, _memory, _clock, _sources]
    if collection.store.path:
        looks = [_file, _references, *looks]
    return [look(collection, now) for look in looks]


def _file(collection: Collection, _now: datetime) -> Check:
    found = [row[0] for row in collection.store.read("PRAGMA integrity_check(5)")]
    return Check("file", found == ["ok"], "whole" if found == ["ok"] else "; ".join(found))


def _references(collection: Collection, _now: datetime) -> Check:
    return _none_of("references", "rows point to nothing", collection.store.read("PRAGMA foreign_key_check"))


def _log(collection: Collection, _now: datetime) -> Check:
    """Each review begins with what the one before it left."""
    broken = []
    for uid, rows in _histories(collection):
        before = schedule_columns(Schedule())
        for row in rows:
            if any(row[f"before_{name}"] != before[name] for name in SCHEDULE_COLUMNS):
                broken.append(uid)
                break
            before = {name: row[f"after_{name}"] for name in SCHEDULE_COLUMNS}
    return _none_of("log", "cards have reviews that do not follow from each other", broken)


def _schedules(collection: Collection, _now: datetime) -> Check:
    """Each card's schedule is what its last review left."""
    last = {uid: rows[-1] for uid, rows in _histories(collection)}
    names = ", ".join(SCHEDULE_COLUMNS)
    rows = collection.store.read(f"SELECT uid, {names} FROM card WHERE reps > 0 OR state > 0")  # noqa: S608
    broken = [
        row["uid"]
        for row in rows
        if (review := last.pop(row["uid"], None)) is None
        or any(row[name] != review[f"after_{name}"] for name in SCHEDULE_COLUMNS)
    ]
    broken += [uid for uid, review in last.items() if review["after_reps"]]
    return _none_of("schedules", "cards have another schedule than their last review left", broken)


def _memory(collection: Collection, _now: datetime) -> Check:
    """Stability and difficulty are what a replay of the log gives."""
    parameters = collection.settings.fsrs.parameters
    if parameters:
        return Check("memory", ok=True, message="not replayed: your own parameters may have changed since")
    broken = []
    for uid, rows in _histories(collection):
        history = _since_reset(rows)
        if not history:
            continue
        replayed = replay_memory((), [(row["study_day"], row["rating"]) for row in history])
        stored = (history[-1]["after_stability"], history[-1]["after_difficulty"])
        if not all(_close(one, other) for one, other in zip(stored, replayed, strict=True)):
            broken.append(uid)
    return _none_of("memory", "cards have another memory than a replay of their reviews gives", broken)


def _since_reset(rows: Sequence[Row]) -> list[Row]:
    start = max((number + 1 for number, row in enumerate(rows) if row["rating"] == 0), default=0)
    return list(rows[start:])


def _close(stored: float | None, replayed: float) -> bool:
    return stored is not None and math.isclose(stored, replayed, rel_tol=_SAME)


def _clock(collection: Collection, now: datetime) -> Check:
    today = collection.days.day(now).toordinal()
    rows = collection.store.read(
        "SELECT id FROM review WHERE study_day > :today AND undone_at IS NULL", today=today
    )
    return _none_of("clock", "reviews are dated after today", rows)


def _sources(collection: Collection, _now: datetime) -> Check:
    rows = collection.store.read("SELECT path FROM source")
    missing = [row[0] for row in rows if not Path(row[0]).exists()]
    return Check(
        "sources", not missing, f"missing: {', '.join(missing)}" if missing else f"{len(rows)} found"
    )


def _histories(collection: Collection) -> Iterator[tuple[str, list[Row]]]:
    """The reviews that count, card by card, oldest first."""
    for uid, rows in groupby(collection.store.read(_LOG), key=lambda row: row["uid"]):
        yield uid, list(rows)


def _none_of(name: str, what: str, found: Sequence[object]) -> Check:
    examples = ", ".join(str(one)[:8] for one in found[:_SHOWN] if isinstance(one, str))
    where = f": {examples}" if examples else ""
    return Check(name, not found, f"{len(found)} {what}{where}" if found else "as it should be")

"""What a rating costs between two cards: in dquiz, and by bare sqlite3 with the same tables and the same promises."""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inputs import NOW, TODAY
from measuring import Measured

from quiz import configuration
from quiz.cards import Rating
from quiz.collection import Collection
from quiz.collection.studying import Options
from quiz.store.opening import _SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path

_ROUNDS, _EACH = 6, 40

_NEXT = "SELECT id, stability, difficulty FROM card WHERE queue = 3 AND due <= ? ORDER BY due LIMIT 1"
_TEXT = "SELECT * FROM card JOIN note ON note.id = card.note_id WHERE card.id = ?"
_CHANGE = """UPDATE card SET due = ?, due_day = ?, stability = ?, last_review = ?, last_day = ?, reps = reps + 1
WHERE id = ?"""
_LOG = """INSERT INTO review (id, card_id, rating, reviewed_at, study_day, duration_ms, mode, counts, source)
VALUES (?, ?, 3, ?, ?, 7000, 'flip', 1, 'terminal')"""


def measured(copies: Sequence[Path]) -> dict[str, Measured]:
    """Rounds of ratings in turn, each way on its copy of one collection; the medians of single ratings."""
    ways = {
        "sqlite3: select, update, insert, commit": _ratings_by_sqlite3(copies[0]),
        "the same with py-fsrs": _ratings_by_sqlite3(copies[1], schedule=_by_py_fsrs()),
        "dquiz: the same with previews, undo and log": _ratings_by_dquiz(copies[2]),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    with ExitStack() as stack:
        for way in ways.values():
            stack.enter_context(closing(way))
        for _ in range(_ROUNDS):
            for name, rate in ways.items():
                times[name] += [_timed(rate) for _ in range(_EACH)]
    # the first round loads what the others need
    return {name: _medians(each[_EACH:]) for name, each in times.items()}


def _medians(each: list[tuple[float, float]]) -> Measured:
    return Measured(statistics.median(wall for wall, _ in each), statistics.median(cpu for _, cpu in each))


def _timed(rate: Iterator[None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    next(rate)
    return time.perf_counter() - wall, time.process_time() - cpu


def _ratings_by_dquiz(database: Path) -> Generator[None, None, None]:
    """Each step previews, rates, and has the next card ready, as a review does."""
    read = configuration.read(database=str(database), environment={"DQUIZ_COLLECTION__SHIPPED": "false"})
    now = NOW
    with Collection.open(read, now) as collection:
        study = collection.study(collection.select((), now), Options(limit=_ROUNDS * _EACH + 1), now)
        while True:
            now += timedelta(seconds=8)
            study.preview(now)
            study.rate(Rating.GOOD, now, duration_ms=7000)
            yield


def _by_py_fsrs() -> Callable[[float, float], float]:
    """A function that rates a card and gives its stability."""
    import fsrs

    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    now = datetime.now(UTC)

    def stability(before: float, difficulty: float) -> float:
        card = fsrs.Card(
            card_id=1,
            state=fsrs.State.Review,
            stability=before,
            difficulty=difficulty,
            due=now,
            last_review=now - timedelta(days=20),
        )
        return scheduler.review_card(card, fsrs.Rating.Good, now)[0].stability or before

    return stability


def _ratings_by_sqlite3(
    database: Path, schedule: Callable[[float, float], float] = lambda before, _difficulty: before
) -> Generator[None, None, None]:
    """Each step finds the next card with its text, changes it, logs it and commits."""
    now_ms = int(NOW.timestamp()) * 1000
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        execute: Callable[..., sqlite3.Cursor] = connection.execute
        for setting in _SETTINGS:
            execute(f"PRAGMA {setting}")
        while True:
            now_ms += 8000
            key, stability, difficulty = execute(_NEXT, (TODAY,)).fetchone()
            execute(_TEXT, (key,)).fetchone()
            stability = schedule(stability, difficulty)
            execute("BEGIN IMMEDIATE")
            execute(_CHANGE, (TODAY + 30, TODAY + 30, stability, now_ms, TODAY, key))
            execute(_LOG, (now_ms, key, now_ms, TODAY))
            execute("COMMIT")
            yield

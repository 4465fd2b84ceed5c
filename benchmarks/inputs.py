"""What the measurements work on: a folder of notes, and collections of any size. Made anew, always the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from quiz.store import Store
from quiz.store.rows import AT_A_MOMENT, NEW_CARDS, ON_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24).toordinal()
_NOW_MS = int(NOW.timestamp()) * 1000
_DAY_MS = 86_400_000
_DECKS = 50
_PER_FILE = 100
_REVIEWS_EACH = 3

WORDS = """container image layer cache kernel thread process mutex latency throughput index page buffer commit rebase
branch merge service pod node cluster replica leader quorum log segment offset partition consumer producer queue stack
heap pointer reference closure scope iterator generator coroutine event loop socket packet route gateway header cookie
token session cipher digest signature schema column row tuple transaction isolation snapshot vacuum query plan join
sort scan filter predicate volume mount namespace registry tag manifest""".split()  # noqa: SIM905
_CODE = {
    "python": "def {}({}):\n    seen = set()\n    for {} in {}:\n        seen.add(1)\n    return seen\n",
    "bash": 'for {} in $(ls -1 {}); do\n  echo "{}" | grep -E "^{}" || true\ndone\n',
    "sql": "SELECT {}, count(*) AS n\nFROM {}\nWHERE {} > 10\nGROUP BY 1\nORDER BY {} DESC;\n",
    "yaml": "{}:\n  {}: {}\n  items:\n    - name: {}\n      replicas: 3\n",
}


def question_and_answer(number: int) -> tuple[str, str]:
    """A question, and an answer with a list and a code block, as they stand in a note."""
    chance = random.Random(number)

    def some(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    language = chance.choice(list(_CODE))
    code = _CODE[language].format(*chance.sample(WORDS, 4))
    question = f"What does `{some(1)}` do to the {some(3)} when the {some(4)} is {some(1)}? ({number})"
    answer = (
        f"It makes the *{some(4)}* {some(12)}, see `{some(1)}`.\n\n- {some(7)}\n- {some(9)} with **{some(1)}**\n\n"
        f"```{language}\n{code}```\n\nThe {some(10)}."
    )
    return question, answer


def write_notes(folder: Path, files: int, cards: int) -> None:
    """Notes in some folders, an hour old: a sync looks again at files that were just written."""
    for number in range(files):
        blocks = [
            "Q: {}\nA: {}\n\n---\n".format(*question_and_answer(number * cards + index))
            for index in range(cards)
        ]
        path = folder / f"part{number % 25:02}" / f"{number:04}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntags: [interview]\n---\n\n# Topic {number}\n\n" + "\n".join(blocks))
        os.utime(path, (NOW.timestamp() - 3600,) * 2)


def empty_collection(path: Path) -> None:
    """A new collection without cards."""
    Store(str(path), path.parent).close()


def copy_of(original: Path, path: Path) -> None:
    """A copy of a closed collection, in place of what was there."""
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.copy(original, path)


def write_collection(path: Path, cards: int) -> None:
    """A collection in use: 10 % of its cards new, 2 % due, the others due within half a year, three reviews of each."""
    path.unlink(missing_ok=True)
    empty_collection(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = off")
        connection.execute("INSERT INTO source VALUES (1, '/notes', 0, :now)", {"now": _NOW_MS})
        _insert(connection, "deck", ({"id": key, "name": f"deck {key:02}"} for key in range(1, _DECKS + 1)))
        _insert(connection, "file", (_file(key) for key in range(1, cards // _PER_FILE + 2)))
        _insert(connection, "note", (_note(key) for key in range(1, cards + 1)))
        _insert(connection, "card", (_card(key) for key in range(1, cards + 1)))
        _insert(connection, "review", _reviews(cards))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(truncate)")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    places = ", ".join(f":{name}" for name in first)
    sql = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({places})"
    connection.execute(sql, first)
    connection.executemany(sql, rows)


def _file(key: int) -> dict[str, Any]:
    name = f"{key:05}.md"
    return {
        "id": key,
        "source_id": 1,
        "path": f"/notes/{name}",
        "name": name,
        "size": 1,
        "mtime_ns": 1,
        "digest": "",
    }


_TEXTS = [question_and_answer(number) for number in range(500)]


def _note(key: int) -> dict[str, Any]:
    question, answer = _TEXTS[key % len(_TEXTS)]
    file = 1 + key // _PER_FILE
    return {
        "id": key,
        "uid": f"n{key:012}",
        "file_id": file,
        "line": 1 + key % _PER_FILE * 20,
        "end_line": 18 + key % _PER_FILE * 20,
        "kind": "qa",
        "rule": "qa",
        "section": "",
        "deck": f"deck {1 + key % _DECKS:02}",
        "prompt": f"{question} #{key}",
        "answer": answer,
        "more": json.dumps({"context": ["Topic", "Part"], "tags": ["interview"]}),
        "content_key": f"k{key}",
        "last_file": f"{file:05}.md",
        "last_path": f"/notes/{file:05}.md",
        "created_ms": key,
        "mod": 1,
        "content_hash": f"h{key}",
    }


def _card(key: int) -> dict[str, Any]:
    row = {
        "id": key,
        "uid": f"c{key:012}",
        "note_id": key,
        "deck_id": 1 + key % _DECKS,
        "facet": "fwd",
        "ordinal": 0,
        "created_ms": key,
        "position": key,
        **_schedule("", None),
    }
    chance = random.Random(key)
    place = chance.random()
    if place < 0.10:
        return {**row, "queue": NEW_CARDS, "due": key}
    if place < 0.101:
        at = _NOW_MS - chance.randrange(600_000)
        return {
            **row,
            **_schedule("", 3),
            "state": 1,
            "step": 0,
            "due_at": at,
            "queue": AT_A_MOMENT,
            "due": at,
        }
    day = TODAY - chance.randrange(3) if place < 0.12 else TODAY + chance.randint(1, 180)
    return {**row, **_schedule("", 3), "due_day": day, "queue": ON_A_DAY, "due": day}


def _schedule(prefix: str, reps: int | None) -> dict[str, Any]:
    """The columns of a schedule, with a stability that depends on how often the card was seen."""
    seen = bool(reps)
    columns = {
        "state": 2 if seen else 0,
        "step": None,
        "due_at": None,
        "due_day": TODAY if seen else None,
        "stability": 1.0 + 20 * reps if reps else None,
        "difficulty": 5.0 if seen else None,
        "last_review": _NOW_MS - 20 * _DAY_MS if seen else None,
        "last_day": TODAY - 20 if seen else None,
        "interval": 20 if seen else 0,
        "reps": reps or 0,
        "lapses": 0,
    }
    return {prefix + name: value for name, value in columns.items()}


def _reviews(cards: int) -> Iterator[dict[str, Any]]:
    """In the order of time, as a log grows."""
    start = _NOW_MS - 400 * _DAY_MS
    count = cards * _REVIEWS_EACH
    for number in range(count):
        at = start + 380 * _DAY_MS * number // count
        yield {
            "id": at,
            "card_id": 1 + number * 7919 % cards,
            "rating": 3,
            "reviewed_at": at,
            "study_day": TODAY - 400 + 380 * number // count,
            "duration_ms": 7000,
            "mode": "flip",
            "counts": 1,
            "source": "terminal",
            **_schedule("before_", number // cards),
            **_schedule("after_", number // cards + 1),
        }

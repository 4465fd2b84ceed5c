"""Tasks and challenges, and which of them are done. Ticks stand in the collection, and in a note only if asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.cards import Kind, NoteId
from quiz.errors import (
    AmbiguousCardError,
    AnswerRefusedError,
    CardNotFoundError,
    FileChangedError,
    UsageError,
)
from quiz.library import absolute, read_note, shown, write_note
from quiz.store.rows import TICK, from_ms, note_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from quiz.cards import Note
    from quiz.collection import Collection
    from quiz.store.rows import Row

_TASKS = """
SELECT note.*, file.path, tick.ticked_at
FROM note JOIN file ON file.id = note.file_id LEFT JOIN tick ON tick.note_id = note.id
WHERE note.retired_at IS NULL AND note.kind IN ('task', 'challenge'){condition}
"""

WRITTEN = "written"
"""In a step of ticks: the box in the note was written too, as ticked or not."""

_PLACE = re.compile(r"(.+):([0-9]{1,9})", re.DOTALL)
_SHOWN_ID = 8
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task or challenge.

    Attributes:
        key: What the store knows it by.
        id: Of its note.
        kind: ``task`` or ``challenge``.
        text: What is to be done, as markdown.
        details: More about it, as markdown.
        level: Of a challenge, as its author calls it.
        path: The absolute path of its file.
        ticked: When it was done, None while it is open.
    """

    key: int
    id: NoteId
    kind: Kind
    text: str
    details: str
    level: str
    deck: str
    path: str
    line: int
    ticked: datetime | None


def task_from(row: Row) -> Task:
    """A task from a row of its note, with ``path`` and ``ticked_at``."""
    note = note_from(row)
    text, details = texts(note)
    return Task(
        key=row["id"],
        id=NoteId(row["uid"]),
        kind=note.kind,
        text=text,
        details=details,
        level=note.level,
        deck=note.deck,
        path=row["path"],
        line=note.line,
        ticked=None if row["ticked_at"] is None else from_ms(row["ticked_at"]),
    )


def texts(note: Note) -> tuple[str, str]:
    """What is to be done, and more about it."""
    return (note.answer, "") if note.level and note.answer else (note.prompt, note.answer)


def tasks(collection: Collection) -> list[Task]:
    """All tasks and challenges, deck by deck in the order of lines."""
    return sorted(_tasks(collection, ""), key=lambda task: (task.deck, task.path, task.line))


def _tasks(collection: Collection, condition: str, **parameters: object) -> list[Task]:
    rows = collection.store.read(_TASKS.format(condition=condition), **parameters)
    return [task_from(getattr(row, "_mapping", row)) for row in rows]


# --- ticking -------------------------------------------------------------------------------------------------------


def tick(
    collection: Collection, given: Sequence[str], now: datetime, *, off: bool = False, write: bool = False
) -> list[Task]:
    """Tick tasks and challenges, all of them or none; returns them as they are then.

    Args:
        collection: Where they are.
        given: Each ``PATH:LINE``, an id or the start of one.
        now: The moment, UTC.
        off: They are open again.
        write: Change their boxes in the notes too.

    Raises:
        CardNotFoundError: There is no such task.
        AmbiguousCardError: The start of an id, or of a path, fits several.
        UsageError: Boxes are to be written, and one has none; nothing was changed.
        FileChangedError: A note was changed meanwhile.
    """
    from quiz.store import notes, writing

    found = list({task.key: task for task in (_found(collection, each, now) for each in given)}.values())
    written: set[int] = set()
    if write:
        found, written = _with_boxes_written(collection, found, now, ticked=not off)
    with collection.store.write() as connection:
        before = notes.ticks(connection, [task.key for task in found])
        after = {task.key: None if off else before.get(task.key, to_ms(now)) for task in found}
        step = [
            (key, {"ticked_at": before.get(key)} | ({WRITTEN: int(not off)} if key in written else {}))
            for key, ticked in after.items()
            if ticked != before.get(key) or key in written
        ]
        if step:
            notes.set_ticks(connection, {key: after[key] for key, _ in step})
            day = collection.days.day(now).toordinal()
            writing.add_action(connection, TICK, step, at=to_ms(now), study_day=day, run_id=None)
    ticked_at = {key: None if ticked is None else from_ms(ticked) for key, ticked in after.items()}
    return [replace(task, ticked=ticked_at[task.key]) for task in found]


def _found(collection: Collection, given: str, now: datetime) -> Task:
    place = _PLACE.fullmatch(given)
    found = (
        _at_place(collection, place[1], int(place[2]), now) if place else _by_id(collection, given.lower())
    )
    if not found:
        raise CardNotFoundError(
            f"No task or challenge '{shown(given)}'. `dquiz done --list` shows them with their ids.",
            given=shown(given),
        )
    if len(found) > 1:
        near = [_name(task, place is not None, len(given)) for task in found[:_MOST_SHOWN]]
        raise AmbiguousCardError(
            f"'{shown(given)}' fits {len(found)} tasks: {', '.join(near)}. Give more of it.",
            given=shown(given),
            near=near,
        )
    return found[0]


def _name(task: Task, by_place: bool, length: int) -> str:
    return f"{task.path}:{task.line}" if by_place else task.id[: max(_SHOWN_ID, length + 2)]


def _by_id(collection: Collection, start: str) -> list[Task]:
    condition = " AND substr(note.uid, 1, :length) = :start"
    return _tasks(collection, condition, start=shown(start), length=len(start)) if start else []


def _at_place(collection: Collection, path: str, line: int, now: datetime) -> list[Task]:
    """What covers a line of a file, given by its path or its end. A known file is read again: lines move."""
    known = [row[0] for row in collection.store.read("SELECT path FROM file")]
    full, end = shown(absolute(path)), "/" + shown(path).removeprefix("./").lstrip("/")
    if full in known:
        collection.sync.bring_in([full], now)
    paths = [full] if full in known else [each for each in known if each.endswith(end)]
    covers = " AND file.path = :path AND note.line <= :line AND note.end_line >= :line"
    return [task for each in paths for task in _tasks(collection, covers, path=each, line=line)]


# --- boxes in notes ------------------------------------------------------------------------------------------------


def _with_boxes_written(
    collection: Collection, wanted: Sequence[Task], now: datetime, *, ticked: bool
) -> tuple[list[Task], set[int]]:
    """The tasks as they are read now, once their boxes are written, and the keys of those whose box is another."""
    collection.sync.bring_in(list({task.path for task in wanted}), now)
    for path in dict.fromkeys(task.path for task in wanted):
        collection.own_copy(path, now)
    wanted = [_found(collection, task.id, now) for task in wanted]
    before = {task.path: read_note(Path(task.path)) for task in wanted}
    after, written = dict(before), set()
    for task in wanted:
        data = _with_box(after[task.path], task, ticked=ticked)
        if data != after[task.path]:
            written.add(task.key)
        after[task.path] = data
    changed = [path for path in after if after[path] != before[path]]
    for path in changed:
        write_note(Path(path), after[path], expected=before[path])
    if changed:
        collection.sync.bring_in(changed, now)
    return wanted, written


def _with_box(data: bytes, task: Task, *, ticked: bool) -> bytes:
    """The file with the box of one task written, of which every note is read as before."""
    from quiz.notes import parse
    from quiz.notes.boxes import with_box

    notes = parse(data, file=task.path, deck=task.deck).notes
    if not any(note.line == task.line and texts(note) == (task.text, task.details) for note in notes):
        raise FileChangedError(
            f"{task.path}:{task.line}: E601 the file was changed meanwhile. Nothing was written; try again.",
            path=task.path,
        )
    changed = with_box(data, task.line, ticked=ticked)
    if changed is None:
        raise UsageError(
            f"{task.path}:{task.line}: no task box, as in `- [ ]`, begins this line."
            " Without --write the tick is kept in the collection.",
            path=task.path,
            line=task.line,
        )
    if parse(changed, file=task.path, deck=task.deck).notes != notes:
        raise AnswerRefusedError(
            f"{task.path}:{task.line}: E602 the box would change how the file is read; write it by hand"
        )
    return changed

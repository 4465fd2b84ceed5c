"""In which order the notes of one file are learnt: a course from its first stage to its last. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import LEVELS, Kind
from quiz.chains import steps_before
from quiz.collection.stages import placed
from quiz.settings import DECK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Note

_LEVELS = {level: number for number, level in enumerate(LEVELS)}
_UNTOLD = _LEVELS["mid"]
_SECTIONS = {Kind.QA: 0, Kind.TERM: 0, Kind.CHOICE: 1, Kind.CLOZE: 1, Kind.CHEATSHEET: 2}
_COMMANDS, _REST = 2, 3


class _Step(NamedTuple):
    """What the order of a note is told by, the first of it first.

    Attributes:
        stage: Of the roadmap, from 1; 0 is before all of them.
        level: What has none stands with the middle one.
        section: Questions before commands.
    """

    stage: int
    level: int
    section: int
    line: int


def positions(notes: Sequence[Note], order: str) -> list[int]:
    """Where each note of a file stands in the order of new cards: numbers that are in order, not dense ones.

    ``deck`` is the order of lines. ``path`` is the stage of the roadmap, then the level, then questions before
    commands, then the line. General questions come before the first stage, those for seniors after the last. Commands
    that belong to no stage are spread over all of them, as the author has lined them up: so each stage is practised at
    once. Without a roadmap terms and questions come first, then choices and clozes, then commands, level by level.
    """
    if order == DECK:
        return [note.line for note in notes]
    steps = dict(zip(notes, _steps(notes), strict=True))
    # a chain stands together, where its first step belongs
    for step, before in steps_before(notes).items():
        steps[step] = steps[before]
    places = sorted(range(len(notes)), key=lambda index: (steps[notes[index]], notes[index].line))
    found = [0] * len(notes)
    for number, index in enumerate(places):
        found[index] = number
    return found


def _steps(notes: Sequence[Note]) -> Iterator[_Step]:
    rows = sorted((note for note in notes if note.kind is Kind.ROADMAP), key=lambda row: row.line)
    stages = _stages(rows, notes)
    for note, stage in zip(notes, stages, strict=True):
        section = _section(note)
        if rows:
            section = max(section, _SECTIONS[Kind.CLOZE])
        last = len(rows) + 1 if section < _REST else len(rows) + 2
        yield _Step(last if stage is None else stage, _level(note), section, note.line)


def _stages(rows: Sequence[Note], notes: Sequence[Note]) -> list[int | None]:
    """The stage of each note; None is after the last."""
    if not rows:
        return [None if _section(note) == _REST else 0 for note in notes]
    found: list[int | None] = [
        place and place.stage + 1 if _section(note) < _REST else None
        for note, place in zip(notes, placed(rows, notes), strict=True)
    ]
    left = [index for index, note in enumerate(notes) if found[index] is None]
    for index in left:
        if _section(notes[index]) < _COMMANDS and _level(notes[index]) < _LEVELS["senior"]:
            found[index] = 0
    commands = sorted(
        (index for index in left if _section(notes[index]) == _COMMANDS), key=lambda index: notes[index].line
    )
    for number, index in enumerate(commands):
        found[index] = 1 + number * len(rows) // len(commands)
    return found


def _section(note: Note) -> int:
    return _SECTIONS.get(note.kind, _REST)


def _level(note: Note) -> int:
    """The level of its last tag that is one: a note's own tags stand behind those of its headings."""
    levels = (_LEVELS.get(tag.casefold()) for tag in reversed(note.tags))
    return next((level for level in levels if level is not None), _UNTOLD)

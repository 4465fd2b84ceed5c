"""Marks of gaps in code that make none: they stand in no comment, or in one without code before it (W311)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.cards import Kind, Problem
from quiz.cues.gaps import MARK, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.cards import Note

_MESSAGE = (
    "(!) asks for nothing on this line: write it in a comment behind code, as in `port: 80  # (!)`, "
    "on the line that is to be filled in"
)


def stray_gaps(notes: Iterable[Note], lines: Sequence[str]) -> Iterator[Problem]:
    """The problems of some notes.

    Args:
        notes: Of one file.
        lines: All lines of the file.
    """
    for note in notes:
        if note.kind not in (Kind.QA, Kind.CHEATSHEET) or MARK not in note.answer:
            continue
        answer = note.answer.split("\n")
        at = note.line - 1
        for stray in marked(note.answer).stray:
            text = answer[stray].strip()
            at = next((each for each in range(at, len(lines)) if lines[each].strip() == text), at)
            yield Problem(note.file, at + 1, "W311", _MESSAGE)
            at += 1

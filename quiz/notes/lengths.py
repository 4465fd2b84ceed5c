"""Answers that are too long to recall at once (W312)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.cards import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.cards import Note

_MOST_CHARACTERS = 600
_MOST_POINTS = 6
_POINT = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+\S")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RECALLED = frozenset({Kind.QA, Kind.TERM})  # code is looked at, options are shown


def long_answers(note: Note) -> Iterator[Problem]:
    """What is wrong with a note whose answer is longer than one recalls: 600 characters, or six points of a list."""
    if note.kind not in _RECALLED:
        return
    count = _points(note.answer)
    if count > _MOST_POINTS:
        said = f"the answer has {count:,} points"
    elif len(note.answer) > _MOST_CHARACTERS:
        said = f"the answer has {len(note.answer):,} characters"
    else:
        return
    yield Problem(
        note.file, note.line, "W312", f"{said}: split the question, so that each part can be recalled"
    )


def _points(answer: str) -> int:
    """The items of the answer's lists at its left margin, code left out."""
    count, fence = 0, ""
    for line in answer.split("\n"):
        match = _FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif match:
            fence = match[1]
        else:
            count += _POINT.match(line) is not None
    return count

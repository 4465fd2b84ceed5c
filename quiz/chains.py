"""Questions that build on each other: what is remembered of the steps before, and which step follows which. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.cards import Exchange, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.cards import Note

MOST_EARLIER = 5
"""Of the steps before a step the last so many are remembered: a drill is short, and a file may be anything."""

_LONGEST = 160
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)(?:\n[ \t]*\1|\Z)", re.DOTALL)
_POINT = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_MARK = re.compile(r"[ \t]*\(!\)")
_RED_FLAG = re.compile(r"\(x\)[ \t]*$")


def exchange_of(note: Note) -> Exchange:
    """What a note asks and answers, in short."""
    if note.kind is Kind.CLOZE:
        return Exchange(_in_short(_filled(note)), _in_short(note.answer))
    if note.kind is Kind.CHOICE:
        right = [choice.text for choice in note.choices if choice.correct]
        return Exchange(_in_short(note.prompt), _cut("; ".join(map(_in_short, right))))
    return Exchange(_in_short(note.prompt), _in_short(note.answer))


def _filled(note: Note) -> str:
    parts, position = [], 0
    for deletion in note.deletions:
        parts += [note.prompt[position : deletion.start], deletion.text]
        position = deletion.end
    return "".join([*parts, note.prompt[position:]])


def _in_short(markdown: str) -> str:
    """One line of it: its points or its first paragraph, else the first line of its code; cut where it is long."""
    text = markdown[: 8 * _LONGEST]
    prose = _FENCE.sub("\n\n", text).strip()
    if not prose:
        code = _FENCE.search(text)
        first = code[2].strip().split("\n", 1)[0].strip() if code else ""
        return f"`{first}`" if first and "`" not in first and len(first) < _LONGEST else _cut(first)
    told = (line for line in prose.split("\n") if not _RED_FLAG.search(line))
    lines = [_MARK.sub("", line).strip() for line in told] or [""]
    if _POINT.match(lines[0]):
        return _cut("; ".join(_POINT.sub("", line, 1) for line in lines if _POINT.match(line)))
    end = lines.index("") if "" in lines else len(lines)
    return _cut(" ".join(lines[:end]))


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return text[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def steps_before(notes: Iterable[Note]) -> dict[Note, Note]:
    """For each step of a chain the one that it follows, among the notes of one file; in the order of lines."""
    found: dict[Note, Note] = {}
    last: dict[Exchange, Note] = {}
    in_order = sorted(notes, key=lambda note: note.line)
    if not any(note.earlier for note in in_order):
        return found
    for note in in_order:
        if note.earlier and (before := last.get(note.earlier[-1])):
            found[note] = before
        if note.studied and not note.draft:
            last[exchange_of(note)] = note
    return found

"""Chains: the questions of a drill, and follow-ups below a question. Each step knows what was asked before it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.chains import MOST_EARLIER, exchange_of
from quiz.notes.wording import plain_title

if TYPE_CHECKING:
    from quiz.cards import Exchange, Note
    from quiz.notes.page import Heading, Page

_STEPS = frozenset({Kind.QA, Kind.CHOICE, Kind.CLOZE, Kind.TERM, Kind.CHEATSHEET})
_DRILL = re.compile(r"(?P<bold>\*\*|__)?drill(?(bold)(?:(?P=bold):|:(?P=bold))|:)(?=\s|$)", re.IGNORECASE)
_FOLLOW_UP = re.compile(
    r"(?P<bold>\*\*|__)?follow[- ]?up(?: \d{1,3})?(?(bold)(?:(?P=bold):|:(?P=bold)|:)|:)(?=\s)", re.IGNORECASE
)


def is_drill(heading: Heading) -> bool:
    """Whether the questions below a heading are the steps of a drill."""
    named = heading.level > 1 and "drill" in heading.text.casefold()
    return named and _DRILL.match(plain_title(heading.text)) is not None


def is_follow_up(prompt: str) -> bool:
    """Whether a question is marked as one that builds on the question above it."""
    return _FOLLOW_UP.match(prompt) is not None


def with_earlier(page: Page, notes: list[Note]) -> list[Note]:
    """The notes of a file by line, the steps of chains with what was asked before them.

    A step without an answer is told (W313), and those below it are asked as if it were not there; so is a follow-up
    that stands below no question (W314).
    """
    if not any(map(is_drill, page.headings)) and not any(is_follow_up(note.prompt) for note in notes):
        return notes
    found = {note.line: note for note in notes}
    for chain in _chains(page, notes):
        last = max((note.line for note in chain if not note.draft), default=0)
        above: tuple[Exchange, ...] = ()
        for note in chain:
            found[note.line] = replace(note, earlier=above)
            if not note.draft:
                above = (*above, exchange_of(note))[-MOST_EARLIER:]
            elif note.line < last:
                message = "a step without an answer: the steps below it are asked without it"
                page.report(note.line - 1, "W313", message)
    return list(found.values())


def _chains(page: Page, notes: list[Note]) -> list[list[Note]]:
    drills: dict[int, list[Note]] = {}
    chains: list[list[Note]] = []
    asked = {note.line - 1 for note in notes}
    last: tuple[tuple[int, ...], list[Note]] | None = None
    for note in notes:
        if note.kind not in _STEPS:
            continue
        path = page.path(note.line - 1)
        section = tuple(heading.line for heading in path if heading.line not in asked)
        drill = next((heading.line for heading in reversed(path) if is_drill(heading)), None)
        if drill is not None:
            chain = drills.setdefault(drill, [])
        elif not is_follow_up(note.prompt):
            chain = []
        elif last and last[0] == section:
            chain = last[1]
        else:
            page.report(note.line - 1, "W314", "a follow-up below no question: it is asked on its own")
            chain = []
        if not chain:
            chains.append(chain)
        chain.append(note)
        last = section, chain
    return [chain for chain in chains if len(chain) > 1]

"""The hash by which an export knows whether it shows something else of a note than before."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from quiz.cues import answer_shown
from quiz.cues.sentences import sentence

if TYPE_CHECKING:
    from quiz.cards import Note

RENDER_VERSION = 1
"""Raised by hand when exported HTML should change for every note."""
SIDES_VERSION = 2
"""Raised by hand when the sides of some notes are made otherwise: only these get another hash."""


def content_hash(note: Note) -> str:
    """Hash of what an export of a note shows: not of its place, and not of its deck."""
    shown: list[Any] = [
        RENDER_VERSION,
        note.kind,
        note.prompt,
        note.answer,
        note.explanation,
        [(choice.text, choice.correct) for choice in note.choices],
        [(each.text, each.start, each.end, each.hint, each.group) for each in note.deletions],
        note.context[-2:],
        sorted(note.tags),
        note.both,
        note.typed,
        note.draft,
    ]
    # an export of a note whose words are shown as they are is the one of earlier versions
    if (sides := (sentence(note), answer_shown(note))) != (note.prompt, note.answer):
        shown.append(sides)
    if note.earlier:
        shown.append(note.earlier)
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()

"""The same question twice: what is one note, and what is said about it (W401, W402, E403)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quiz.cards import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.cards import Deck, Note


def _folded(text: str) -> str:
    """Text for comparison: case and blanks folded, every sign kept, since ``a+b`` and ``a-b`` are two questions."""
    return " ".join(text.casefold().split())


def _question(note: Note) -> tuple[Kind, str]:
    """What a note asks; the level of a challenge is no question."""
    asked = note.answer if note.kind is Kind.CHALLENGE and note.level else note.prompt
    return note.kind, _folded(asked)


def _answer(note: Note) -> str:
    return "" if note.kind is Kind.CHALLENGE and note.level else _folded(note.answer)


def merge_duplicates(notes: list[Note]) -> tuple[list[Note], list[Problem]]:
    """One note for each question and answer of a file, in the order of their lines, and what is wrong."""
    asked: dict[tuple[Kind, str], dict[str, Note]] = {}
    copies: dict[int, list[int]] = {}
    problems: list[Problem] = []
    for note in notes:
        known, answer = asked.setdefault(_question(note), {}), _answer(note)
        draft = known.pop("", None) if answer else None
        other = draft or known.get(answer) or (next(iter(known.values())) if known and not answer else None)
        if other is None:
            if known:
                line = next(iter(known.values())).line
                problems.append(_problem(note, "W401", f"asked on line {line} too, with another answer"))
            known[answer] = note
            continue
        if draft and answer in known:  # the draft joins a third copy
            other, draft = known[answer], None
        keeper, copy = (note, other) if draft else (other, note)
        known[answer if draft else _answer(keeper)] = keeper
        copies.setdefault(keeper.line, []).extend([*copies.pop(copy.line, []), copy.line])
        problems.append(_problem(note, "W402", f"read twice, kept once: it is on line {other.line} too"))
    merged = [note for known in asked.values() for note in known.values()]
    merged = [
        replace(note, also=tuple(copies[note.line])) if note.line in copies else note for note in merged
    ]
    merged.sort(key=lambda note: note.line)
    repeated = _first_anchors(merged)
    return merged, problems + repeated


def _problem(note: Note, code: str, message: str) -> Problem:
    return Problem(note.file, note.line, code, message)


def _first_anchors(notes: list[Note]) -> list[Problem]:
    """Take the anchor from all but the first note that has it; the list is changed."""
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for index, note in enumerate(notes):
        if note.anchor is None:
            continue
        line = first.setdefault(note.anchor, note.line)
        if line != note.line:
            notes[index] = replace(note, anchor=None)
            problems.append(
                _problem(note, "E403", f"^{note.anchor} stands on line {line} already, which keeps it")
            )
    return problems


def shared_by_files(decks: Iterable[Deck]) -> Iterator[tuple[Note, Note]]:
    """Answered questions that several files have, in the order of the decks: the first one, and its copy.

    Drafts are never the same across files: "What is a node?" differs by deck. Nor are checklists.
    """
    answered: dict[tuple[Kind, str, str], Note] = {}
    for deck in decks:
        for note in deck.notes:
            if note.kind.studied and note.answer:
                other = answered.setdefault((*_question(note), _answer(note)), note)
                if other.file != note.file:
                    yield other, note


def cross_file_problems(decks: Sequence[Deck]) -> list[Problem]:
    """What several files say twice: answered questions (W402), then anchors (E403), in the order of the decks."""
    problems = [
        _problem(note, "W402", f"one card with {other.file}:{other.line}: it is the same")
        for other, note in shared_by_files(decks)
    ]
    anchors: dict[str, Note] = {}
    for deck in decks:
        for note in deck.notes:
            if note.anchor:
                other = anchors.setdefault(note.anchor, note)
                if other.file != note.file:
                    message = f"^{note.anchor} stands at {other.file}:{other.line} already, which keeps it"
                    problems.append(_problem(note, "E403", message))
    return problems

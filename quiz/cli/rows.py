"""Cards, schedules and reviews as JSON output has them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from quiz.cli.running import current
from quiz.cli.streams import columns
from quiz.cues import REVERSE, as_read, asked_of
from quiz.terminal.words import card_place
from quiz.visible import in_line

if TYPE_CHECKING:
    from quiz.cards import Attempt, Card, Note, Problem, Review, Schedule

_LONGEST_LINE = 200


def card_line(card: Card, text: str) -> str:
    """Where a card stands, with the first line of a text of it."""
    return in_line(f"{place_of(card)}  {first_line(as_read(text))}")


def place_of(card: Card) -> str:
    """Where a card stands, for people: with ``-v`` by the whole path."""
    return card_place(card, whole=current().verbose)


def asked_line(card: Card) -> str:
    """Where a card stands, with what it asks in one line: of code with a gap the line that has it."""
    from quiz.code_cloze import HIDDEN

    question, *others = asked_of(card).strip().split("\n")
    hole = next((line.strip() for line in others if HIDDEN in line), "") if card.facet != REVERSE else ""
    return card_line(card, f"{question}  {hole}".rstrip())


def first_line(text: str) -> str:
    """The first line of a text, cut if it is very long."""
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def laid_out(line: str, indent: int = 2) -> list[str]:
    """A line of a list: broken between words where a terminal is narrower, what follows indented."""
    wide = columns()
    if len(line) <= wide:
        return [line]
    return textwrap.wrap(
        line,
        wide,
        subsequent_indent=" " * min(indent, wide // 4),
        break_on_hyphens=False,
        break_long_words=len(max(line.split(), key=len, default="")) > wide,
    )


def schedule_data(schedule: Schedule) -> dict[str, Any]:
    """A schedule's keys."""
    return {
        "state": schedule.state,
        "step": schedule.step,
        "due": schedule.due,
        "stability": schedule.stability,
        "difficulty": schedule.difficulty,
        "interval": schedule.interval,
        "reps": schedule.reps,
        "lapses": schedule.lapses,
        "last_review": schedule.last_review,
    }


def card_data(card: Card) -> dict[str, Any]:
    """A row of ``dquiz cards --json``."""
    note = card.note
    return {
        "id": card.id,
        "note": card.note_id,
        "facet": card.facet,
        "file": note.file,
        "path": card.path,
        "line": note.line,
        "deck": note.deck,
        "kind": note.kind,
        "section": note.section,
        "context": note.context,
        "asked": asked_of(card),
        "prompt": note.prompt,
        "answer": note.told,
        "earlier": earlier_data(note),
        "tags": note.tags,
        "draft": note.draft,
        **schedule_data(card.schedule),
        "suspended": card.suspended,
        "buried_until": card.buried_until,
        "flag": card.flag,
        "marked": card.marked,
        "leech": card.leech,
        "changed": card.changed,
        "retired": card.retired,
        "remark": card.remark,
    }


def earlier_data(note: Note) -> list[dict[str, str]]:
    """What was asked before a step of a chain."""
    return [{"question": question, "answer": answer} for question, answer in note.earlier]


def review_data(review: Review) -> dict[str, Any]:
    """A row of ``dquiz log --json``."""
    return {
        "id": review.id,
        "card_id": review.card_id,
        "rating": review.rating,
        "reviewed_at": review.reviewed_at,
        "study_day": review.study_day,
        "duration_ms": review.duration_ms,
        "mode": review.mode,
        "counts": review.counts,
        "source": review.source,
        "hints": review.hints,
        "attempt": review.attempt and _attempt_data(review.attempt),
        "before": schedule_data(review.before),
        "after": schedule_data(review.after),
    }


def _attempt_data(attempt: Attempt) -> dict[str, Any]:
    """How an answer was given."""
    return {
        "suggested": attempt.suggested,
        "tries": attempt.tries,
        "revealed": attempt.revealed,
        "verdict": attempt.verdict,
        "typed": attempt.typed,
        "points": attempt.points,
        "points_hit": attempt.points_hit,
    }


def problem_data(problem: Problem) -> dict[str, Any]:
    """One thing that is wrong in a file."""
    return {
        "file": problem.file,
        "line": problem.line,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
    }

"""One JSON document with everything that another program may want to know; docs/formats.md lists the keys."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import IO, TYPE_CHECKING, Any

from exporters import target
from exporters.report import ExportReport
from quiz.cards import Rating, State
from quiz.cues import asked_of, faces_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from pathlib import Path

    from quiz.cards import Card, CollectedDeck, CollectedNote, CollectedReview, DeckOptions

VERSION = 1
"""Of the document: keys may be added to it without a new one."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to export; each field is an option of the command."""

    scheduling: bool = field(default=True, metadata={"help": "With the schedule and history of cards."})


def export(
    decks: Sequence[CollectedDeck],
    out: Path,
    options: Options,
    rendered: MutableMapping[str, str] | None = None,  # noqa: ARG001 - every exporter is offered it
) -> ExportReport:
    """Write a JSON document: decks, notes, cards, schedules and reviews.

    The same collection makes the same bytes. Each note stands on a line of its own, so large documents can be read
    line by line, and two of them compared.

    Args:
        decks: In the order in which they are to stand there.
        out: Replaced only when the document is complete.
        options: See there.
        rendered: Not used.

    Raises:
        MissingError: The folder of ``out`` is missing.
        QuizError: There is nothing to export, or the file cannot be written.
    """
    target.check(out, decks, "cards.json")
    notes = [collected for deck in decks for collected in deck.notes]
    if not notes:
        raise target.nothing(0)
    with target.told(out), target.replacing(out) as file:
        _write(file, decks, scheduling=options.scheduling)
    return ExportReport(
        path=out,
        decks=len(decks),
        notes=len(notes),
        cards=sum(len(collected.cards) for collected in notes),
        reviews=sum(len(reviews) for collected in notes for reviews in collected.reviews.values())
        * options.scheduling,
        remarks=tuple(_remarks(sum(collected.note.draft for collected in notes))),
    )


# where the command looks for what to offer as options
export.options = Options  # type: ignore[attr-defined]
# and whether it may go to standard output
export.text = True  # type: ignore[attr-defined]


def _remarks(drafts: int) -> list[str]:
    return [f'{drafts} of the notes have no answer yet: they say "draft": true.'] if drafts else []


def _write(file: IO[bytes], decks: Sequence[CollectedDeck], *, scheduling: bool) -> None:
    """Write note by note: the whole document never stands in memory."""
    head = {"format": "dquiz", "version": VERSION, "scheduling": scheduling}
    file.write(_opened(head, "decks"))
    for number, deck in enumerate(decks):
        about: dict[str, Any] = {"name": deck.name}
        if scheduling:
            about["options"] = _options(deck.options)
        file.write(b",\n" * (number > 0) + _opened(about, "notes"))
        for place, collected in enumerate(deck.notes):
            file.write(b",\n" * (place > 0) + _json(_note(collected, scheduling=scheduling)))
        file.write(b"\n]}")
    file.write(b"\n]}\n")


def _opened(values: dict[str, Any], key: str) -> bytes:
    """An object whose last key has a list that follows."""
    return _json(values)[:-1] + f', "{key}": [\n'.encode()


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    return _SURROGATE.sub("\ufffd", text).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# --- keys --------------------------------------------------------------------------------------------------


def _options(options: DeckOptions) -> dict[str, Any]:
    return {
        "zone": options.zone,
        "retention": options.retention,
        "parameters": options.parameters,
        "learning_steps_s": [wait.total_seconds() for wait in options.learning_waits],
        "relearning_steps_s": [wait.total_seconds() for wait in options.relearning_waits],
        "maximum_interval_days": options.maximum_interval,
    }


def _note(collected: CollectedNote, *, scheduling: bool) -> dict[str, Any]:
    note = collected.note
    return {
        "id": collected.id,
        "guid": collected.guid,
        "file": note.file,
        "line": note.line,
        "end": note.end,
        "kind": note.kind,
        "rule": note.rule,
        "section": note.section,
        "context": note.context,
        "prompt": note.prompt,
        "answer": note.told,
        "choices": [asdict(choice) for choice in note.choices],
        "explanation": note.explanation,
        "deletions": [asdict(deletion) for deletion in note.deletions],
        "earlier": [{"question": question, "answer": answer} for question, answer in note.earlier],
        "tags": note.tags,
        "both": note.both,
        "typed": note.typed,
        "anchor": note.anchor,
        "draft": note.draft,
        "created_at": _moment(collected.created_ms),
        "changed_at": _moment(collected.mod * 1000),
        "media": sorted(collected.media),
        "cards": [_card(card, collected, scheduling=scheduling) for card in collected.cards],
    }


def _card(card: Card, collected: CollectedNote, *, scheduling: bool) -> dict[str, Any]:
    faces = faces_of(card)
    sides = {
        "id": card.id,
        "facet": card.facet,
        "asked": asked_of(card),
        "question": faces.front,
        "answer": faces.back,
    }
    if not scheduling:
        return sides
    schedule = card.schedule
    return {
        **sides,
        "state": schedule.state,
        "step": schedule.step,
        "due": schedule.due,
        "due_day": schedule.due_day,
        "stability": schedule.stability,
        "difficulty": schedule.difficulty,
        "interval_days": schedule.interval,
        "reps": schedule.reps,
        "lapses": schedule.lapses,
        "last_review": schedule.last_review,
        "suspended": card.suspended,
        "buried_until": card.buried_until,
        "flag": card.flag,
        "marked": card.marked,
        "leech": card.leech,
        "remark": card.remark,
        "reviews": [_review(review) for review in collected.reviews.get(card.id, ())],
    }


def _review(review: CollectedReview) -> dict[str, Any]:
    return {
        "id": review.id,
        "reviewed_at": _moment(review.id),
        "study_day": date.fromordinal(review.study_day),
        "rating": Rating(review.rating).word if review.rating else _by_hand(review),
        "duration_ms": review.duration_ms,
        "interval_s": review.interval * 86_400 if review.interval > 0 else -review.interval,
        "before": review.before,
        "after": review.after,
        "difficulty": review.difficulty,
    }


def _by_hand(review: CollectedReview) -> str:
    return "reset" if review.after is State.NEW else "given"


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

"""Between values and rows: notes, schedules, cards and reviews as columns."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from quiz.cards import (
    Attempt,
    Card,
    CardId,
    Choice,
    Deletion,
    Exchange,
    Kind,
    Note,
    NoteId,
    Rating,
    Review,
    Schedule,
    State,
)
from quiz.errors import StoreRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Row = Mapping[Any, Any]
    DayStart = Callable[[date], datetime]

# What a value that no code of ours has written makes of the code that reads it
_DAMAGE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


WAY_OUT = "`dquiz doctor --fix` repairs what it can."
"""Of damage."""


def damaged(what: str) -> StoreRefusedError:
    """The error for a row that cannot be what was written."""
    return StoreRefusedError(
        f"The collection is damaged: {what} cannot be read. {WAY_OUT}", what=what, way_out=WAY_OUT
    )


class _States(dict[int, State]):
    def __missing__(self, number: object) -> State:
        raise damaged(f"the state {number!r} of a card")


STATES = _States(enumerate((State.NEW, State.LEARNING, State.REVIEW, State.RELEARNING)))
_NUMBERS = {state: number for number, state in STATES.items()}
SCHEDULE_COLUMNS = (
    "state",
    "step",
    "due_at",
    "due_day",
    "stability",
    "difficulty",
    "last_review",
    "last_day",
    "interval",
    "reps",
    "lapses",
)

# The queues of `card.queue`; `card.due` is a position, unix milliseconds or the ordinal of a day
NOWHERE, NEW_CARDS, AT_A_MOMENT, ON_A_DAY = range(4)

_NOTE_TEXTS = attrgetter("prompt", "answer", "file", "deck", "section", "rule")
_CARD_TEXTS, _CARD_NUMBERS = (
    attrgetter("id", "note_id", "facet", "remark"),
    attrgetter("ordinal", "created_ms", "flag"),
)
_REVIEW_TEXTS, _REVIEW_NUMBERS = attrgetter("card_id", "mode", "source"), attrgetter("duration_ms", "hints")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Unix milliseconds of an aware datetime."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """The instant of unix milliseconds, UTC."""
    return _EPOCH + ms * _MILLISECOND


def as_stored(at: datetime) -> datetime:
    """An instant as precise as it is stored: what is shown before a rating is what the log says after it."""
    return from_ms(to_ms(at))


def note_columns(note: Note) -> dict[str, Any]:
    """The columns that hold a note's text and place within its file."""
    return {
        "line": note.line,
        "end_line": note.end,
        "kind": str(note.kind),
        "rule": note.rule,
        "section": note.section,
        "deck": note.deck,
        "prompt": note.prompt,
        "answer": note.answer,
        "anchor": note.anchor,
        "last_file": note.file,
        "more": json.dumps(_more(note), ensure_ascii=False, separators=(",", ":")),
    }


def _more(note: Note) -> dict[str, Any]:
    more = {
        "context": note.context,
        "tags": note.tags,
        "choices": [(choice.text, choice.correct) for choice in note.choices],
        "explanation": note.explanation,
        "deletions": [(d.text, d.start, d.end, d.hint, d.group) for d in note.deletions],
        "level": note.level,
        "both": note.both,
        "typed": note.typed,
        "options": note.options,
        "earlier": note.earlier,
        "wanted": note.wanted,
        "draft": note.draft,
        "also": note.also,
    }
    return {name: value for name, value in more.items() if value or (value is False and name == "wanted")}


def _check(values: Iterable[object], kind: type) -> None:
    if set(map(type, values)) != {kind}:
        raise TypeError(kind)


def note_from(row: Row) -> Note:
    """The note of a row that holds ``note_columns``.

    Raises:
        StoreRefusedError: The row is damaged.
    """
    try:
        return _note(row)
    except _DAMAGE as error:
        raise damaged(f"the note at {row['last_file']}:{row['line']}") from error


def _note(row: Row) -> Note:
    note = Note(
        kind=Kind(row["kind"]),
        prompt=row["prompt"],
        answer=row["answer"],
        file=row["last_file"],
        line=row["line"],
        end=row["end_line"],
        deck=row["deck"],
        section=row["section"],
        rule=row["rule"],
        anchor=row["anchor"],
        **_rest(row["more"]),
    )
    _check(_NOTE_TEXTS(note), str)
    _check((note.line, note.end), int)
    return note


@lru_cache(maxsize=1024)
def _rest(text: str) -> dict[str, Any]:
    """What ``_more`` has put into JSON; notes of one section mostly have the same."""
    more = json.loads(text)
    return {
        "context": tuple(more.get("context", ())),
        "tags": tuple(more.get("tags", ())),
        "choices": tuple(Choice(text, correct) for text, correct in more.get("choices", ())),
        "explanation": more.get("explanation", ""),
        "deletions": tuple(Deletion(*deletion) for deletion in more.get("deletions", ())),
        "level": more.get("level", ""),
        "both": more.get("both", False),
        "typed": more.get("typed", False),
        "options": more.get("options", False),
        "earlier": tuple(Exchange(question, answer) for question, answer in more.get("earlier", ())),
        "wanted": more.get("wanted"),
        "draft": more.get("draft", False),
        "also": tuple(more.get("also", ())),
    }


def schedule_columns(schedule: Schedule, prefix: str = "") -> dict[str, Any]:
    """The columns of a schedule."""
    return {
        prefix + "state": _NUMBERS[schedule.state],
        prefix + "step": schedule.step,
        prefix + "due_at": None if schedule.due is None or schedule.due_day else to_ms(schedule.due),
        prefix + "due_day": schedule.due_day and schedule.due_day.toordinal(),
        prefix + "stability": schedule.stability,
        prefix + "difficulty": schedule.difficulty,
        prefix + "last_review": schedule.last_review and to_ms(schedule.last_review),
        prefix + "last_day": schedule.last_day and schedule.last_day.toordinal(),
        prefix + "interval": schedule.interval,
        prefix + "reps": schedule.reps,
        prefix + "lapses": schedule.lapses,
    }


def schedule_from(row: Row, day_start: DayStart, prefix: str = "") -> Schedule:
    """The schedule of a row; ``day_start`` says when a study day begins.

    Raises:
        StoreRefusedError: The row is damaged.
    """
    try:
        return _schedule(row, day_start, prefix)
    except _DAMAGE as error:
        where = f"in review {row['id']}" if prefix else f"of card {row['uid']}"
        raise damaged(f"the schedule {where}") from error


def _schedule(row: Row, day_start: DayStart, prefix: str) -> Schedule:
    due_day = _day(row[prefix + "due_day"])
    due = day_start(due_day) if due_day else _instant(row[prefix + "due_at"])
    schedule = Schedule(
        state=STATES[row[prefix + "state"]],
        step=row[prefix + "step"],
        due=due,
        due_day=due_day,
        stability=row[prefix + "stability"],
        difficulty=row[prefix + "difficulty"],
        last_review=_instant(row[prefix + "last_review"]),
        last_day=_day(row[prefix + "last_day"]),
        interval=row[prefix + "interval"],
        reps=row[prefix + "reps"],
        lapses=row[prefix + "lapses"],
    )
    _check((schedule.interval, schedule.reps, schedule.lapses), int)
    for number in (schedule.stability, schedule.difficulty, schedule.step):
        if not (number is None or -inf < number < inf):
            raise ValueError(number)
    return schedule


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def place_in_queue(row: Row) -> dict[str, int]:
    """The columns ``queue`` and ``due`` that follow from a card's other columns."""
    if row["retired"] or row["draft"] or row["suspended"]:
        return {"queue": NOWHERE, "due": 0}
    if STATES[row["state"]] is State.NEW:
        return {"queue": NEW_CARDS, "due": row["position"]}
    if row["due_day"]:
        return {"queue": ON_A_DAY, "due": row["due_day"]}
    return {"queue": AT_A_MOMENT, "due": row["due_at"]}


def card_from(row: Row, day_start: DayStart) -> Card:
    """A card with its note, from a row of ``reading.CARDS``.

    Raises:
        StoreRefusedError: The row is damaged.
    """
    try:
        return _card(row, day_start)
    except _DAMAGE as error:
        raise damaged(f"card {row['uid']}") from error


def _card(row: Row, day_start: DayStart) -> Card:
    card = Card(
        id=CardId(row["uid"]),
        note_id=NoteId(row["note_uid"]),
        facet=row["facet"],
        note=note_from(row),
        schedule=schedule_from(row, day_start),
        ordinal=row["ordinal"],
        created_ms=row["created_ms"],
        path=row["path"] or "",
        suspended=bool(row["suspended"]),
        buried_until=_day(row["buried_until"]),
        flag=row["flag"],
        marked=bool(row["marked"]),
        leech=bool(row["leech"]),
        changed=bool(row["changed"]),
        retired=bool(row["retired"]),
        remark=row["remark"],
    )
    _check(_CARD_TEXTS(card), str)
    _check(_CARD_NUMBERS(card), int)
    return card


def review_from(row: Row, day_start: DayStart) -> Review | None:
    """A review of the log; None for a row that is no rating (a reset).

    Raises:
        StoreRefusedError: The row is damaged.
    """
    try:
        return _review(row, day_start) if row["rating"] else None
    except _DAMAGE as error:
        raise damaged(f"review {row['id']}") from error


def _review(row: Row, day_start: DayStart) -> Review:
    review = Review(
        id=row["id"],
        card_id=CardId(row["card_uid"]),
        rating=Rating(row["rating"]),
        reviewed_at=from_ms(row["reviewed_at"]),
        study_day=date.fromordinal(row["study_day"]),
        duration_ms=row["duration_ms"],
        mode=row["mode"],
        counts=bool(row["counts"]),
        source=row["source"],
        hints=row["hints"],
        before=schedule_from(row, day_start, "before_"),
        after=schedule_from(row, day_start, "after_"),
        attempt=_attempt(row) if row["attempted"] else None,
    )
    _check(_REVIEW_TEXTS(review), str)
    _check(_REVIEW_NUMBERS(review), int)
    return review


def _attempt(row: Row) -> Attempt:
    return Attempt(
        suggested=Rating(row["suggested"]) if row["suggested"] else None,
        tries=int(row["tries"]),
        revealed=bool(row["revealed"]),
        verdict=str(row["verdict"]),
        typed=str(row["typed"]),
        points=int(row["points"]),
        points_hit=int(row["points_hit"]),
    )


def review_columns(review: Review) -> dict[str, Any]:
    """The columns of a review but ``card_id`` and ``run_id``."""
    return {
        "id": review.id,
        "rating": int(review.rating),
        "reviewed_at": to_ms(review.reviewed_at),
        "study_day": review.study_day.toordinal(),
        "duration_ms": review.duration_ms,
        "mode": review.mode,
        "counts": int(review.counts),
        "source": review.source,
        "hints": review.hints,
        **schedule_columns(review.before, "before_"),
        **schedule_columns(review.after, "after_"),
    }


TICK, IMPORT, RELINK = "tick", "import", "relink"
"""Steps of their own kind: of notes and not of cards; one that brought cards; one that cannot be taken back."""


def step_changes(action: Row) -> list[tuple[int, dict[str, Any]]]:
    """What a step changed: keys, each with columns as they were before.

    Raises:
        StoreRefusedError: The row is damaged.
    """
    try:
        changes = [(int(key), dict(before)) for key, before in json.loads(action["before"])]
    except (TypeError, ValueError) as error:
        raise damaged(f"step {action['id']}") from error
    if action["kind"] == TICK and not all("ticked_at" in before for _, before in changes):
        raise damaged(f"step {action['id']}")
    return changes

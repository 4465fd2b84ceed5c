"""Cards of a package with their progress."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from quiz.cards import State
from quiz.importers.anki import cleaning, database
from quiz.importers.anki.errors import Unusable
from quiz.importers.anki.values import AnkiCard

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from quiz.importers.anki.timing import Timing
    from quiz.importers.anki.values import LoggedReview, NoteType

_DEFAULT_DECK = "Default"
_STATES = (State.NEW, State.LEARNING, State.REVIEW, State.RELEARNING)
_REVIEW = 2
_IN_STEPS = frozenset({1, 3})
_SUSPENDED = -1
_FLAG_BITS = 7
# What is due at a moment has a unix time, what is due on a day has its number
_FIRST_MOMENT = 1_000_000_000
_CLOZE_LIMIT = 500


class CardRow(NamedTuple):
    """A row of the table, of which only plain numbers are checked."""

    id: Any
    note: Any
    deck: Any
    ordinal: Any
    mod: int
    type: Any
    queue: Any
    due: Any
    interval: int
    factor: int
    reps: int
    lapses: int
    original_due: Any
    original_deck: Any
    flags: int
    data: Any


_COLUMNS = ", ".join(
    (
        "nid, did, ord",
        database.clamped("mod", high=cleaning.LATEST_SECONDS),
        "type, queue, due",
        *map(database.clamped, ("ivl", "factor", "reps", "lapses")),
        "odue, odid",
        database.clamped("flags"),
        "data",
    )
)


def rows_by_note(connection: sqlite3.Connection) -> dict[int, list[CardRow]]:
    """The cards' rows by the note they belong to; it may be missing."""
    found: defaultdict[int, list[CardRow]] = defaultdict(list)
    for row in map(CardRow._make, database.rows(connection, "cards", _COLUMNS)):
        found[row.note].append(row)
    return found


def card(
    row: CardRow,
    note_type: NoteType,
    decks: Mapping[int, str],
    timing: Timing,
    reviews: tuple[LoggedReview, ...],
    *,
    first_scheduler: bool,
) -> AnkiCard:
    """The card of a row.

    Raises:
        Unusable: Its number or kind is impossible.
    """
    if cleaning.whole(row.id, 1, cleaning.LATEST_MS) is None:
        raise Unusable("its id is no time")
    state = _state(row, first_scheduler=first_scheduler)
    due, due_day = _due(row, state, timing)
    stored = _stored(row.data)
    least = 1 if state in {State.REVIEW, State.RELEARNING} else 0
    return AnkiCard(
        id=row.id,
        ordinal=_ordinal(row, note_type),
        deck=decks.get(row.original_deck or row.deck) or _DEFAULT_DECK,
        mod=row.mod,
        state=state,
        suspended=row.queue == _SUSPENDED,
        flag=row.flags & _FLAG_BITS,
        due=due,
        due_day=due_day,
        interval=max(row.interval, least) if state is not State.NEW else 0,
        factor=row.factor,
        reps=row.reps,
        lapses=row.lapses,
        memory=_memory(stored),
        desired_retention=_number(stored.get("dr"), 0, 1),
        last_review=_moment(stored.get("lrt")),
        reviews=reviews,
    )


def _ordinal(row: CardRow, note_type: NoteType) -> int:
    most = _CLOZE_LIMIT if note_type.cloze else len(note_type.templates)
    ordinal = cleaning.whole(row.ordinal, 0, most - 1)
    if ordinal is None:
        kind = "deletion" if note_type.cloze else "template"
        raise Unusable(f"its type has no {kind} {cleaning.shown(str(row.ordinal))}")
    return ordinal


def _state(row: CardRow, *, first_scheduler: bool) -> State:
    kind = cleaning.whole(row.type, 0, len(_STATES) - 1)
    if kind is None:
        raise Unusable(f"its kind {cleaning.shown(str(row.type))} does not exist")
    if first_scheduler and kind == _REVIEW and row.queue in _IN_STEPS:
        return State.RELEARNING
    return _STATES[kind]


def _due(row: CardRow, state: State, timing: Timing) -> tuple[datetime | None, Any]:
    """The moment or the day at which a card is due: of one in a filtered deck, where it would be without.

    Neither, if what stands there is none; then the reviews say when.
    """
    if state is State.NEW:
        return None, None
    due = row.original_due or row.due if row.original_deck else row.due
    number = cleaning.whole(due, -cleaning.LATEST_SECONDS, cleaning.LATEST_SECONDS)
    if number is not None and number > _FIRST_MOMENT and state is not State.REVIEW:
        return _moment(number), None
    return None, timing.date_of(number) if number is not None else None


def _moment(seconds: object) -> datetime | None:
    given = cleaning.whole(seconds, 1, cleaning.LATEST_SECONDS)
    return None if given is None else datetime.fromtimestamp(given, UTC)


def _stored(data: object) -> dict[str, object]:
    """What newer versions keep about a card as JSON; nothing if it cannot be read, as Anki does."""
    if not isinstance(data, str) or not data.startswith("{"):
        return {}
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _memory(stored: dict[str, object]) -> tuple[float, float] | None:
    if "s" not in stored:
        return None
    stability, difficulty = _number(stored.get("s"), 0.001, 36500), _number(stored.get("d"), 1, 10)
    return None if stability is None or difficulty is None else (stability, difficulty)


def _number(value: object, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high else None

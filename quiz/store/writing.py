"""Changes to cards: reviews, steps that can be taken back, and the taking back. One transaction each."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, insert, select, update

from quiz.store import tables
from quiz.store.rows import IMPORT, TICK, damaged, place_in_queue, step_changes
from quiz.store.seal import seal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from quiz.cards import Attempt
    from quiz.store.rows import Row

_card, _review, _action = tables.card, tables.review, tables.action

# Made once: SQLAlchemy takes longer to make a statement than SQLite to run it
_CARD = select(_card).where(_card.c.id == bindparam("key")).with_for_update()
_LAST_REVIEW = select(func.max(_review.c.id)).where(_review.c.card_id == bindparam("key"))
_IS_TAKEN = select(_review.c.id).where(_review.c.id == bindparam("wanted"))
_next = _review.alias()
_FREE = (
    select(_review.c.id + 1)
    .where(_review.c.id >= bindparam("wanted"), ~exists().where(_next.c.id == _review.c.id + 1))
    .order_by(_review.c.id)
    .limit(1)
)
_ADD_REVIEW, _ADD_ACTION = insert(_review), insert(_action)
_CHANGE_CARD = update(_card).where(_card.c.id == bindparam("key"))


def locked_card(connection: Connection, key: int) -> Row:
    """A card's row, held until the transaction ends."""
    return connection.execute(_CARD, {"key": key}).one()._mapping  # noqa: SLF001


def add_review(connection: Connection, key: int, columns: Mapping[str, Any], run_id: int | None) -> int:
    """Append to the log and return the id of the row.

    The wanted id is the time of the review; it is counted up past the card's last review and until it is free, so
    that ids keep the order of ratings even when the clock stands still or runs backwards.
    """
    last = connection.scalar(_LAST_REVIEW, {"key": key}) or 0
    wanted: int = max(columns["id"], last + 1)
    if connection.scalar(_IS_TAKEN, {"wanted": wanted}):
        wanted = connection.execute(_FREE, {"wanted": wanted}).scalar_one()
    row = {"foreign_id": None, "hints": 0, **columns, "id": wanted, "card_id": key, "run_id": run_id}
    connection.execute(_ADD_REVIEW, {**row, "seal": seal(row)})
    return wanted


def add_attempt(connection: Connection, review_id: int, attempt: Attempt) -> None:
    """Remember how the answer of a review was given."""
    numbers = {
        "suggested": attempt.suggested and int(attempt.suggested),
        "revealed": int(attempt.revealed),
    }
    connection.execute(insert(tables.attempt).values(review_id=review_id, **asdict(attempt) | numbers))


def change_card(connection: Connection, row: Row, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Write some columns of a card and its place in the queue; returns what they held before."""
    new = {**row, **changes}
    changes = {**changes, **place_in_queue(new)}
    changed = {name: value for name, value in changes.items() if row[name] != value}
    if any(isinstance(row[name], bytes) for name in changed):
        raise damaged("a column of a card")
    if changed:
        connection.execute(_CHANGE_CARD, {"key": row["id"], **changed})
    return {name: row[name] for name in changed}


def add_action(
    connection: Connection,
    kind: str,
    before: Sequence[tuple[int, Mapping[str, Any]]],
    *,
    at: int,
    study_day: int,
    run_id: int | None,
    review_id: int | None = None,
) -> None:
    """Remember a step, so that it can be taken back."""
    connection.execute(
        _ADD_ACTION,
        {
            "kind": kind,
            "at": at,
            "study_day": study_day,
            "run_id": run_id,
            "review_id": review_id,
            "before": json.dumps(before, separators=(",", ":")),
        },
    )


def last_action(connection: Connection, run_id: int | None = None) -> Row | None:
    """The latest step that was not taken back, of one run or of all."""
    query = select(_action).where(_action.c.undone_at.is_(None)).order_by(_action.c.id.desc()).limit(1)
    if run_id is not None:
        query = query.where(_action.c.run_id == run_id)
    found = connection.execute(query).first()
    return found._mapping if found else None  # noqa: SLF001


def stale_reason(connection: Connection, action: Row) -> str:
    """Why a step cannot be taken back any more; empty if it can."""
    if action["review_id"] is None:
        return ""
    card_id = select(_review.c.card_id).where(_review.c.id == action["review_id"]).scalar_subquery()
    later = connection.scalar(
        select(func.count())
        .select_from(_review)
        .where(
            _review.c.card_id == card_id, _review.c.id > action["review_id"], _review.c.undone_at.is_(None)
        )
    )
    return "the card was reviewed again since" if later else ""


def take_back(connection: Connection, action: Row, at: int) -> None:
    """Restore what a step changed."""
    changes = step_changes(action)
    if action["kind"] == TICK:
        from quiz.store.notes import set_ticks

        set_ticks(connection, {key: before["ticked_at"] for key, before in changes})
    else:
        for key, before in changes:
            # a card that was retired or edited since keeps that: only what the step changed goes back
            back = {name: value for name, value in before.items() if name not in {"queue", "due"}}
            if back:
                change_card(connection, locked_card(connection, key), back)
    if action["review_id"] is not None:
        connection.execute(update(_review).where(_review.c.id == action["review_id"]).values(undone_at=at))
    if action["kind"] == IMPORT:
        brought = (_review.c.run_id == action["run_id"], _review.c.source == "import")
        connection.execute(update(_review).where(*brought).values(undone_at=at))
    connection.execute(update(_action).where(_action.c.id == action["id"]).values(undone_at=at))


def keep_steps(connection: Connection, keys: Iterable[int], at: int) -> None:
    """The reviews of cards cannot be taken back any more: they have become part of another log."""
    from quiz.store.notes import chunks

    for chosen in chunks(keys):
        of_cards = select(_review.c.id).where(_review.c.card_id.in_(chosen))
        connection.execute(
            update(_action)
            .where(_action.c.review_id.in_(of_cards), _action.c.undone_at.is_(None))
            .values(undone_at=at)
        )


def count_up(connection: Connection, key: str) -> None:
    """Add one to a number among the settings."""
    setting = tables.setting
    value = connection.scalar(select(setting.c.value).where(setting.c.key == key))
    if value is None:
        connection.execute(insert(setting).values(key=key, value="1"))
    else:
        connection.execute(update(setting).where(setting.c.key == key).values(value=str(int(value) + 1)))

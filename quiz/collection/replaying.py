"""Works out a card's log anew: the schedules in its rows, and the card's own, follow from the ratings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from quiz.cards import CardId, Rating, Schedule
from quiz.store import tables, writing
from quiz.store.rows import from_ms, schedule_columns
from quiz.store.seal import seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from quiz.collection import Collection
    from quiz.store.rows import Row

_review = tables.review


def replay(
    connection: Connection,
    collection: Collection,
    key: int,
    *,
    settled: Callable[[Schedule], Schedule] = lambda schedule: schedule,
) -> Schedule:
    """Rewrite the schedules of a card's log in the order of time, seal its rows, and move the card to the last one.

    Reviews that were undone keep their schedules, those that do not count leave it as it was. None of it can be
    undone afterwards, since the steps remember another schedule.

    Args:
        settled: What becomes of the last schedule, if it should not be what the scheduler says.
    """
    card = writing.locked_card(connection, key)
    deck = str(
        connection.scalar(select(tables.deck.c.name).where(tables.deck.c.id == card["deck_id"]))
    )
    scheduler = collection.scheduler(deck)
    log = select(_review).where(_review.c.card_id == key).order_by(_review.c.id)
    rows = [row._mapping for row in connection.execute(log)]  # noqa: SLF001
    last = max((row["id"] for row in rows if row["counts"] and row["undone_at"] is None), default=None)
    schedule = Schedule()
    for row in rows:
        if row["undone_at"] is not None:
            _rewrite(connection, row, dict(row))
            continue
        before = schedule
        if row["rating"] == 0:
            schedule = Schedule()
        elif row["counts"]:
            day = date.fromordinal(row["study_day"])
            schedule = scheduler.rate(
                CardId(card["uid"]), before, Rating(row["rating"]), from_ms(row["reviewed_at"]), day
            )
        if row["id"] == last:
            schedule = settled(schedule)
        columns = {**schedule_columns(before, "before_"), **schedule_columns(schedule, "after_")}
        _rewrite(connection, row, {**row, **columns})
    writing.change_card(connection, card, schedule_columns(schedule))
    return schedule


def _rewrite(connection: Connection, row: Row, new: dict[str, object]) -> None:
    new["seal"] = seal(new)
    changed = {name: value for name, value in new.items() if row[name] != value}
    if changed:
        connection.execute(update(_review).where(_review.c.id == row["id"]).values(changed))

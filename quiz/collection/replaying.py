"""Works out a card's log anew: the schedules in its rows, and the card's own, follow from the ratings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from quiz.cards import CardId, Rating, Schedule, State
from quiz.store import notes, tables, writing
from quiz.store.rows import from_ms, schedule_columns, schedule_from
from quiz.store.seal import seal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from quiz.collection import Collection
    from quiz.scheduling import Scheduler
    from quiz.store.rows import Row

GIVEN = "given"
"""The mode of a row that came with its schedule, from a program whose earlier reviews are not known.

Without a rating it is a due date that was set by hand there.
"""

_review = tables.review


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a log comes to.

    Attributes:
        rows: All rows, in the order of time, with their schedules and seals.
        schedule: What the last of them left.
    """

    rows: tuple[dict[str, Any], ...]
    schedule: Schedule


def unchanged(schedule: Schedule) -> Schedule:
    """The schedule as the scheduler says."""
    return schedule


def worked_out(
    scheduler: Scheduler,
    card: CardId,
    rows: Sequence[Row],
    settled: Callable[[Schedule], Schedule] = unchanged,
) -> Replayed:
    """The rows of a card's log with the schedules that its ratings give.

    Reviews that were undone keep their schedules, those that do not count leave it as it was. When a card was due
    after a review stays as it was, unless its memory has become another.

    Args:
        scheduler: Of the card's deck.
        card: Its id.
        rows: Of its log.
        settled: What becomes of the last schedule, if it should not be what the scheduler says.
    """
    last = max((row["id"] for row in rows if row["counts"] and row["undone_at"] is None), default=None)
    schedule, done = Schedule(), []
    for row in sorted(rows, key=lambda row: int(row["id"])):
        new = dict(row)
        if row["undone_at"] is None:
            before, schedule = schedule, _outcome(scheduler, card, row, schedule)
            if row["id"] == last:
                schedule = settled(schedule)
            new |= {**schedule_columns(before, "before_"), **schedule_columns(schedule, "after_")}
        done.append(new | {"seal": seal(new)})
    return Replayed(tuple(done), schedule)


def _outcome(scheduler: Scheduler, card: CardId, row: Row, before: Schedule) -> Schedule:
    """The schedule that a row leaves."""
    if not row["counts"]:
        return before
    if row["mode"] == GIVEN:
        given = schedule_from(row, scheduler.days.start, "after_")
        return given if row["rating"] or before.state is State.NEW else _moved(before, given)
    if row["rating"] == 0:
        return Schedule()
    day, at = date.fromordinal(row["study_day"]), from_ms(row["reviewed_at"])
    rated = scheduler.rate(card, before, Rating(row["rating"]), at, day)
    if row.get("seal") == seal(row):
        left = schedule_from(row, scheduler.days.start, "after_")
        # fuzz, steps or Anki may have had another say in when it was due then
        return left if _moved(left, rated) == rated else rated
    return rated


def _moved(schedule: Schedule, to: Schedule) -> Schedule:
    """A schedule with its memory, at the place of another."""
    return replace(
        schedule, state=to.state, step=to.step, due=to.due, due_day=to.due_day, interval=to.interval
    )


def replay(connection: Connection, collection: Collection, key: int) -> Schedule:
    """Work out a card's log, write it, and move the card to its last schedule.

    None of it can be undone afterwards, since the steps remember another schedule.
    """
    card = writing.locked_card(connection, key)
    deck = tables.deck
    name = str(connection.scalar(select(deck.c.name).where(deck.c.id == card["deck_id"])))
    log = connection.execute(select(_review).where(_review.c.card_id == key))
    rows = [row._mapping for row in log]  # noqa: SLF001
    replayed = worked_out(collection.scheduler(name), CardId(card["uid"]), rows)
    known = {row["id"]: row for row in rows}
    changed = [row for row in replayed.rows if row != dict(known[row["id"]])]
    notes.update_many(connection, _review, changed)
    writing.change_card(connection, card, schedule_columns(replayed.schedule))
    return replayed.schedule

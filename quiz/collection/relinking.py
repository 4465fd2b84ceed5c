"""Settles pairs that a sync asked about: the new text is the old card, or it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from quiz.cards import CardId, Rating, Schedule
from quiz.errors import UsageError
from quiz.matching import facet_changes
from quiz.store import notes, tables, writing
from quiz.store.rows import from_ms, note_from, schedule_columns, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.store.rows import Row

_TEXT_COLUMNS = [
    "file_id",
    "line",
    "end_line",
    "kind",
    "rule",
    "section",
    "deck",
    "prompt",
    "answer",
    "more",
    "anchor",
    "content_key",
    "content_hash",
    "last_file",
    "last_path",
]


def keep_apart(connection: Connection, _collection: Collection, old: Card, new: Card, now: datetime) -> None:
    """They are different cards, and are never asked about again."""
    notes.settle(connection, old.note_id, new.note_id, same=False, now_ms=to_ms(now))


def join(connection: Connection, collection: Collection, old: Card, new: Card, now: datetime) -> None:
    """The old note takes over the text, the place and the reviews of the new one.

    Raises:
        UsageError: They are cards of one note.
    """
    if old.note_id == new.note_id:
        raise UsageError("These are cards of the same note: there is nothing to relink.")
    by_uid = notes.notes_by_uid(connection, [old.note_id, new.note_id])
    old_note, new_note = by_uid[old.note_id], by_uid[new.note_id]
    cards = notes.cards_of(connection, [old_note["id"], new_note["id"]])
    renamed = facet_changes(note_from(old_note), note_from(new_note)).kept
    heirs = {renamed.get(card["facet"], card["facet"]): card for card in cards[old_note["id"]]}
    ordinal = 1 + max(card["ordinal"] for card in cards[old_note["id"]])
    for card in cards[new_note["id"]]:
        if heir := heirs.pop(card["facet"], None):
            _take_reviews(connection, collection, heir, card, now)
            text = {name: card[name] for name in ("facet", "deck_id", "position", "draft", "retired")}
            writing.change_card(connection, writing.locked_card(connection, heir["id"]), text)
        else:
            columns = {"note_id": old_note["id"], "ordinal": ordinal}
            connection.execute(update(tables.card).where(tables.card.c.id == card["id"]).values(columns))
            ordinal += 1
    for card in heirs.values():
        writing.change_card(connection, card, {"retired": 1})
    notes.retire(connection, [new_note["id"]], to_ms(now))
    mod = max(to_ms(now) // 1000, old_note["mod"] + 1)
    text = {name: new_note[name] for name in _TEXT_COLUMNS}
    notes.update_many(
        connection, tables.note, [{"id": old_note["id"], **text, "mod": mod, "retired_at": None}]
    )
    notes.settle(connection, old.note_id, new.note_id, same=True, now_ms=to_ms(now))


def _take_reviews(
    connection: Connection, collection: Collection, heir: Row, card: Row, now: datetime
) -> None:
    """Both logs become one, in the order of time, and the schedule follows from it. None of it can be undone."""
    review = tables.review
    moved = connection.execute(
        update(review).where(review.c.card_id == card["id"]).values(card_id=heir["id"])
    )
    if not moved.rowcount:
        return
    log = connection.execute(
        select(review)
        .where(review.c.card_id == heir["id"], review.c.undone_at.is_(None))
        .order_by(review.c.id)
    )
    scheduler = collection.scheduler(_deck_name(connection, card["deck_id"]))
    schedule = Schedule()
    for row in log.fetchall():
        before = schedule
        if row.rating == 0:
            schedule = Schedule()
        elif row.counts:
            schedule = scheduler.rate(
                CardId(heir["uid"]), before, Rating(row.rating), from_ms(row.reviewed_at)
            )
        columns = {**schedule_columns(before, "before_"), **schedule_columns(schedule, "after_")}
        connection.execute(update(review).where(review.c.id == row.id).values(columns))
    writing.change_card(connection, writing.locked_card(connection, heir["id"]), schedule_columns(schedule))
    writing.keep_steps(connection, heir["id"], to_ms(now))


def _deck_name(connection: Connection, deck_id: int) -> str:
    return str(connection.scalar(select(tables.deck.c.name).where(tables.deck.c.id == deck_id)))

"""Settles pairs that a sync asked about: the new text is the old card, or it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from quiz.collection.replaying import replay
from quiz.errors import UsageError
from quiz.matching import facet_changes
from quiz.store import notes, tables, writing
from quiz.store.rows import RELINK, note_from, to_ms
from quiz.visible import in_line

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


def refuse_unless_replaced(connection: Connection, old: Card, new: Card) -> None:
    """A card that is still asked must not lose its history to another one.

    Raises:
        UsageError: They are cards of one note, the old one still stands in a file, or the new one stands in none.
    """
    if old.note_id == new.note_id:
        raise UsageError("These are cards of the same note: there is nothing to relink.")
    by_uid = notes.notes_by_uid(connection, [old.note_id, new.note_id])
    old_note, new_note = by_uid[old.note_id], by_uid[new.note_id]
    if old_note["retired_at"] is None:
        where = in_line(f"{old_note['last_file']}:{old_note['line']}")
        raise UsageError(
            f"{old.id[:8]} is still asked, at {where}: OLD must be a card that lost its place. "
            "`dquiz relink --list` shows which did."
        )
    if new_note["retired_at"] is not None:
        raise UsageError(
            f"{new.id[:8]} stands in no file any more: NEW must be a card that is asked. "
            "If the text is there, read it with `dquiz sync`."
        )


def keep_apart(connection: Connection, _collection: Collection, old: Card, new: Card, now: datetime) -> None:
    """They are different cards, and are never asked about again."""
    notes.settle(connection, old.note_id, new.note_id, same=False, now_ms=to_ms(now))


def join(connection: Connection, collection: Collection, old: Card, new: Card, now: datetime) -> None:
    """The old note takes over the text, the place and the reviews of the new one."""
    by_uid = notes.notes_by_uid(connection, [old.note_id, new.note_id])
    old_note, new_note = by_uid[old.note_id], by_uid[new.note_id]
    cards = notes.cards_of(connection, [old_note["id"], new_note["id"]])
    renamed = facet_changes(note_from(old_note), note_from(new_note)).kept
    heirs = {renamed.get(card["facet"], card["facet"]): card for card in cards[old_note["id"]]}
    ordinal = 1 + max(card["ordinal"] for card in cards[old_note["id"]])
    for card in cards[new_note["id"]]:
        if heir := heirs.pop(card["facet"], None):
            _take_reviews(connection, collection, heir, card, now)
            follow = update(tables.card).where(tables.card.c.after_id == card["id"])
            connection.execute(follow.values(after_id=heir["id"]))
            text = {
                name: card[name] for name in ("facet", "deck_id", "position", "after_id", "draft", "retired")
            }
            remark = "\n".join(filter(None, (heir["remark"], card["remark"])))
            writing.change_card(
                connection, writing.locked_card(connection, heir["id"]), {**text, "remark": remark}
            )
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
    heir_key = next(card["id"] for card in cards[old_note["id"]] if card["uid"] == old.id)
    day = collection.days.day(now).toordinal()
    writing.add_action(connection, RELINK, [(heir_key, {})], at=to_ms(now), study_day=day, run_id=None)


def _take_reviews(
    connection: Connection, collection: Collection, heir: Row, card: Row, now: datetime
) -> None:
    """Both logs become one, in the order of time, and the schedule follows from it. None of it can be undone."""
    review = tables.review
    moved = connection.execute(
        update(review).where(review.c.card_id == card["id"]).values(card_id=heir["id"])
    )
    if moved.rowcount:
        replay(connection, collection, heir["id"])
        writing.keep_steps(connection, [heir["id"]], to_ms(now))

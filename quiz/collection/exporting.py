"""Hands decks to an exporter as values, and remembers what was handed over."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from quiz.cards import CollectedDeck, CollectedNote, NoteId, content_hash
from quiz.store import notes, tables
from quiz.store.reading import card_rows
from quiz.store.rows import card_from, note_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from datetime import datetime
    from pathlib import Path

    from quiz.collection import Collection
    from quiz.store.reading import Selected
    from quiz.store.rows import Row

# A note that is gone is handed over once more if it was exported while it lived, so that it can be deleted there too
_LIVING_OR_JUST_RETIRED = " AND (note.retired_at IS NULL OR note.exported_at < note.retired_at)"


def export(
    collection: Collection,
    exporter: Callable[..., Any],
    selected: Selected,
    out: Path,
    options: object,
    now: datetime,
) -> Any:  # noqa: ANN401
    """Run an exporter over some cards and return its report.

    Notes whose exported form changed since they were read, because dquiz renders them otherwise now, get a newer
    ``mod`` first. HTML that the exporter rendered is kept for the next time.
    """
    rows = card_rows(collection.store.read, selected.condition + _LIVING_OR_JUST_RETIRED)
    _refresh_hashes(collection, rows, now)
    rows = card_rows(collection.store.read, selected.condition + _LIVING_OR_JUST_RETIRED)
    rendered = _rendered(collection)
    before = set(rendered)
    report = exporter(_decks(collection, rows), out, options, rendered=rendered)
    _remember(collection, {row["note_id"] for row in rows}, rendered, before, now)
    return report


def _decks(collection: Collection, rows: list[Row]) -> list[CollectedDeck]:
    collected: dict[str, list[CollectedNote]] = {}
    by_note = sorted(
        rows, key=lambda row: (row["deck"], row["last_file"], row["line"], row["note_id"], row["ordinal"])
    )
    for _, group in groupby(by_note, key=lambda row: row["note_id"]):
        of_note = list(group)
        first = of_note[0]
        note = CollectedNote(
            id=NoteId(first["note_uid"]),
            note=note_from(first),
            mod=first["mod"],
            created_ms=first["note_created_ms"],
            cards=tuple(card_from(row, collection.days.start) for row in of_note),
        )
        collected.setdefault(first["deck"], []).append(note)
    return [CollectedDeck(name=name, notes=tuple(collected[name])) for name in sorted(collected)]


def _refresh_hashes(collection: Collection, rows: list[Row], now: datetime) -> None:
    stale = {}
    for row in rows:
        if row["note_id"] not in stale and (new := content_hash(note_from(row))) != row["content_hash"]:
            mod = max(to_ms(now) // 1000, row["mod"] + 1)
            stale[row["note_id"]] = {"id": row["note_id"], "content_hash": new, "mod": mod}
    if stale:
        with collection.store.write() as connection:
            notes.update_many(connection, tables.note, list(stale.values()))


def _rendered(collection: Collection) -> dict[str, str]:
    return dict(collection.store.read("SELECT content_hash, html FROM rendered"))


def _remember(
    collection: Collection,
    note_ids: set[int],
    rendered: MutableMapping[str, str],
    before: set[str],
    now: datetime,
) -> None:
    with collection.store.write() as connection:
        exported = [{"id": key, "exported_at": to_ms(now)} for key in note_ids]
        notes.update_many(connection, tables.note, exported)
        new = [{"content_hash": key, "html": html} for key, html in rendered.items() if key not in before]
        notes.insert_many(connection, tables.rendered, new)
        used = select(tables.note.c.content_hash)
        connection.execute(delete(tables.rendered).where(tables.rendered.c.content_hash.not_in(used)))

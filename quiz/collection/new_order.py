"""Which order the new cards of a file come in, and how their places follow when the settings say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.settings import DECK, PATH
from quiz.store.rows import note_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from quiz.cards import Note
    from quiz.collection import Collection
    from quiz.settings import Settings
    from quiz.store.reading import Reader
    from quiz.store.rows import Row

_MARK = "new order"


def wanted(settings: Settings) -> str:
    """As the settings want it; a lot that is drawn each day needs no places of its own."""
    return DECK if settings.study.new_order == DECK else PATH


def applied(read: Reader) -> str:
    """As the cards there are have it."""
    rows = read("SELECT value FROM setting WHERE key = :key", key=_MARK)
    return str(rows[0][0]) if rows else DECK


def in_file(notes: Iterable[Note], order: str) -> dict[Note, int]:
    """The place of each note within its file."""
    from quiz.collection.learning_path import positions

    of_files: dict[str, list[Note]] = {}
    for note in notes:
        of_files.setdefault(note.file, []).append(note)
    return {
        note: place
        for of_file in of_files.values()
        for note, place in zip(of_file, positions(of_file, order), strict=True)
    }


def stored(rows: Iterable[Row], order: str) -> dict[int, int]:
    """The same from the rows of notes, by their keys: of those that stand in a file and live.

    Raises:
        StoreRefusedError: A row is damaged.
    """
    from quiz.collection.learning_path import positions

    of_files: dict[object, list[Row]] = {}
    for row in rows:
        if row["file_id"] is not None and row["retired_at"] is None:
            of_files.setdefault(row["file_id"], []).append(row)
    found: dict[int, int] = {}
    for of_file in of_files.values():
        places = positions([note_from(row) for row in of_file], order)
        found.update({row["id"]: place for row, place in zip(of_file, places, strict=True)})
    return found


def follow_settings(collection: Collection) -> None:
    """Let cards follow when the settings were changed since; what is read only stays as it is."""
    if wanted(collection.settings) == applied(collection.store.read) or collection.store.read_only:
        return
    with collection.store.write() as connection:
        switch(connection, wanted(collection.settings))


def switch(connection: Connection, order: str) -> None:
    """Give all cards their places in another order; no file is read for it."""
    from sqlalchemy import select

    from quiz.store import notes, tables

    if applied(notes.reader_within(connection)) == order:
        return
    of_note = tables.note.c
    query = select(tables.note).where(of_note.file_id.is_not(None), of_note.retired_at.is_(None))
    rows = [row._mapping for row in connection.execute(query)]  # noqa: SLF001
    notes.move_cards(connection, stored(rows, order))
    notes.set_setting(connection, _MARK, order)


def place_anew(connection: Connection, files: Iterable[int]) -> None:
    """Work out the places of all cards of some files: other notes of theirs are cards by now."""
    from quiz.store import notes

    order = applied(notes.reader_within(connection))
    notes.move_cards(connection, stored(notes.living_notes(connection, files), order))

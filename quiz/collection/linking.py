"""Finds what became of notes that were just written into files: the parser makes one note of copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz import matching
from quiz.store import notes as stored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from quiz.cards import Note
    from quiz.store.rows import Row


class Standing:
    """Notes as they stand in the collection, by what was written.

    Args:
        connection: Where the files have been applied.
        paths: Of the files that were written.
        written: The notes that were written into them.
    """

    def __init__(self, connection: Connection, paths: Iterable[str], written: Iterable[Note]) -> None:
        path_of = {row["id"]: row["path"] for row in stored.rows_of_paths(connection, paths)}
        shared = stored.elsewhere(connection, path_of, {matching.content_key(note) for note in written})
        living = {row["id"]: row for row in (*shared, *stored.living_notes(connection, path_of))}
        places = stored.places_of(connection, living)
        self._cards = stored.cards_of(connection, living)
        self._by_content = {row["content_key"]: row for row in living.values()}
        self._in_file: dict[tuple[str, str, str, str], Row] = {}
        self._asked: dict[tuple[str, str, str], Row] = {}
        for key, row in living.items():
            for file in (row["file_id"], *(place["file_id"] for place in places.get(key, ()))):
                asked = path_of.get(file, ""), row["kind"], _folded(row["prompt"])
                self._in_file[*asked, _folded(row["answer"])] = self._asked[asked] = row

    def card(self, path: str, note: Note, facet: str) -> Row | None:
        """The card of a note that was written into a file; None if what it became is not asked like that."""
        row = self._row(path, note)
        cards = self._cards.get(row["id"], ()) if row else ()
        return next((card for card in cards if card["facet"] == facet), None)

    def _row(self, path: str, note: Note) -> Row | None:
        """Its own row, else that of a copy: a draft joins whatever asks the same, and another file may share a card."""
        asked = path, note.kind.value, _folded(note.prompt)
        answer = _folded(note.answer)
        found = self._in_file.get((*asked, answer)) or (None if answer else self._asked.get(asked))
        return found or self._by_content.get(matching.content_key(note))


def _folded(text: str) -> str:
    """As the parser compares questions and answers of one file."""
    return " ".join(text.casefold().split())

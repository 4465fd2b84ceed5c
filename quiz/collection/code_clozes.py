"""Which decks ask for parts of their commands, and how their notes follow when the settings say otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.collection import Collection
    from quiz.collection.reports import SyncReport
    from quiz.settings import Settings
    from quiz.store.reading import Reader

_MARK = "code cloze:"
_ON, _OFF = "options", "off"


class CodeClozes(dict[str, bool]):
    """Whether a deck and its sub-decks ask for parts of their commands, where that is said.

    The deck without a name stands for all others.
    """

    @classmethod
    def wanted(cls, settings: Settings) -> Self:
        """As the settings want it."""
        own = {
            name: values["typed.cloze"] for name, values in settings.decks.items() if "typed.cloze" in values
        }
        return cls({name: value == _ON for name, value in {"": settings.typed.cloze, **own}.items()})

    @classmethod
    def applied(cls, read: Reader) -> Self:
        """As the cards there are have it."""
        rows = read("SELECT key, value FROM setting WHERE key LIKE :mark", mark=f"{_MARK}%")
        return cls({"": False} | {key.removeprefix(_MARK): value == _ON for key, value in rows})

    def __missing__(self, deck: str) -> bool:
        return self[deck.rpartition("/")[0]]


def follow_settings(collection: Collection, now: datetime) -> None:
    """Let cards follow when the settings were changed since; what is read only stays as it is."""
    wanted = CodeClozes.wanted(collection.settings)
    if wanted == CodeClozes.applied(collection.store.read) or collection.store.read_only:
        return
    from quiz.collection.reports import SyncReport
    from quiz.store.rows import to_ms

    with collection.store.write() as connection:
        switch(connection, wanted, SyncReport(), to_ms(now))


def switch(connection: Connection, wanted: CodeClozes, report: SyncReport, now_ms: int) -> set[int]:
    """Let the notes of decks follow that were switched on or off; no file is read for it.

    Cards that nothing asks any more retire with their history, and come back with it.

    Returns:
        The keys of the files that these notes stand in.
    """
    from sqlalchemy import delete

    from quiz.collection.asking import Asking
    from quiz.store import notes, tables
    from quiz.store.rows import note_columns, note_from

    read = notes.reader_within(connection)
    applied = CodeClozes.applied(read)
    if applied == wanted:
        return set()
    decks = [name for (name,) in read("SELECT name FROM deck") if applied[name] != wanted[name]]
    rows = [
        row for row in notes.rows_with(connection, tables.note, "deck", decks) if row["retired_at"] is None
    ]
    cards = notes.cards_of(connection, [row["id"] for row in rows])
    asking, texts = Asking(), []
    for row in rows:
        note = replace(note_from(row), options=wanted[row["deck"]])
        texts.append({"id": row["id"], "more": note_columns(note)["more"]})
        if of_note := cards.get(row["id"]):
            common = {name: of_note[0][name] for name in ("draft", "deck_id", "position", "after_id")}
            asking.add(row, of_note, note, common, {})
    notes.update_many(connection, tables.note, texts)
    asking.write(connection, report, now_ms)
    connection.execute(delete(tables.setting).where(tables.setting.c.key.startswith(_MARK)))
    for name, is_on in wanted.items():
        notes.set_setting(connection, _MARK + name, _ON if is_on else _OFF)
    return {row["file_id"] for row in rows}

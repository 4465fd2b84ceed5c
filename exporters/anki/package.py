"""The file: a zip archive around a database in Anki's oldest layout, which every Anki reads."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zipfile
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import genanki

from exporters.target import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from exporters.anki.notetypes import NoteType
    from exporters.anki.schedules import DayZero, ReviewRow

# Every column is an integer that must not be NULL, but for those that are named here
_TABLES = {
    "col": "id crt mod scm ver dty usn ls conf models decks dconf tags",
    "notes": "id guid mid mod usn tags flds sfld csum flags data",
    "cards": "id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data",
    "revlog": "id cid usn ease ivl lastIvl factor time type",
    "graves": "usn oid type",
}
_TEXTS = frozenset({"conf", "models", "decks", "dconf", "tags", "guid", "flds", "sfld", "data"})

_SCHEMA_VERSION = 11
FIELD_END = "\x1f"
# schedVer 2: without it Anki takes the file for one of the first scheduler and changes its ratings
_SETTINGS = {"schedVer": 2, "rollover": 4, "nextPos": 1, "curDeck": 1, "activeDecks": [1]}
# The earliest date a zip archive can hold: the time of the export would make every export another file
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class NoteRow(NamedTuple):
    """A row of ``notes``: what differs between rows.

    Attributes:
        id: Unix milliseconds, unique in the package.
        guid: By which Anki recognises the note.
        type_id: Of its note type.
        mod: Unix seconds of its last change.
        tags: With a blank around each.
        fields: As many as its type has, as HTML, with U+001F between them.
    """

    id: int
    guid: str
    type_id: int
    mod: int
    tags: str
    fields: str


class CardRow(NamedTuple):
    """A row of ``cards``: what differs between rows.

    Attributes:
        id: Unix milliseconds, unique in the package.
        number: The number of its template, or of its deletion, from 0.
        mod: That of its note.
        type: And what follows: see `exporters.anki.schedules.Progress`.
    """

    id: int
    note: int
    deck: int
    number: int
    mod: int
    flag: int
    type: int
    queue: int
    due: int
    interval: int
    factor: int
    reps: int
    lapses: int
    left: int
    data: str


# Anki computes sort fields and their checksums itself
_INSERT_NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, '', 0, 0, '')"
_INSERT_CARD = (
    "INSERT INTO cards (id, nid, did, ord, mod, flags, type, queue, due, ivl, factor, reps, lapses, left, data,"
    " usn, odue, odid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, -1, 0, 0)"
)
_INSERT_REVIEW = "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)"
_INSERT_COLLECTION = "INSERT INTO col VALUES (1, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?, '{}')"


@dataclass(slots=True)
class Contents:
    """What a package holds.

    Attributes:
        decks: Names by numbers.
        presets: By numbers of decks; those without have Anki's default.
        media: What gives the bytes of a file, by its name.
    """

    zero: DayZero
    decks: dict[int, str] = field(default_factory=dict)
    presets: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: list[NoteRow] = field(default_factory=list)
    cards: list[CardRow] = field(default_factory=list)
    reviews: list[ReviewRow] = field(default_factory=list)
    media: dict[str, Callable[[], bytes]] = field(default_factory=dict)


class AnkiPackage(genanki.Package):  # type: ignore[misc]  # genanki has no annotations
    """A package of genanki's note types and decks, without its clock, its card rule, its temporary file."""

    def __init__(self, note_types: Sequence[NoteType], contents: Contents) -> None:
        super().__init__([genanki.Deck(number, name) for number, name in contents.decks.items()])
        self.note_types = note_types
        self.contents = contents

    def write(self, out: Path) -> None:
        """Write the package; until it is complete and on disk, ``out`` stays as it was.

        Raises:
            OSError: It cannot be written.
            MissingError: A picture is not any more what it was.
        """
        with replacing(out) as file:
            self.write_to_file(file)

    def write_to_file(self, file: IO[bytes], timestamp: float | None = None) -> None:
        """Write the archive; the same notes make the same bytes."""
        media = sorted(self.contents.media.items())
        listed = json.dumps({str(number): name for number, (name, _) in enumerate(media)})
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in (
                ("collection.anki2", self._database(timestamp)),
                ("media", listed.encode()),
            ):
                archive.writestr(_entry(name, zipfile.ZIP_DEFLATED), content, compresslevel=1)
            for number, (_, read) in enumerate(media):
                archive.writestr(_entry(str(number), zipfile.ZIP_STORED), read())

    def _database(self, timestamp: float | None) -> bytes:
        # in memory: a temporary file would be left behind by a kill
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            self.write_to_db(connection.cursor(), timestamp)
            connection.commit()
            return connection.serialize()

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float | None = None, _: object = None) -> None:
        """Fill an empty database; ``timestamp`` is that of the collection, by default of its latest note."""
        notes = self.contents.notes
        latest = max((note.mod for note in notes), default=0) if timestamp is None else int(timestamp)
        for table, columns in _TABLES.items():
            cursor.execute(f"CREATE TABLE {table} ({', '.join(map(_column, columns.split()))})")
        cursor.execute(_INSERT_COLLECTION, self._collection_row(latest))
        cursor.executemany(_INSERT_NOTE, notes)
        cursor.executemany(_INSERT_CARD, self.contents.cards)
        cursor.executemany(_INSERT_REVIEW, self.contents.reviews)

    def _collection_row(self, latest: int) -> tuple[object, ...]:
        types = {str(note_type.id): _type_json(note_type) for note_type in self.note_types}
        decks = {
            str(deck.deck_id): self._deck_json(deck) for deck in [genanki.Deck(1, "Default"), *self.decks]
        }
        presets = {str(preset["id"]): preset for preset in self.contents.presets.values()}
        zero = self.contents.zero
        offset = {} if zero.minutes_west is None else {"creationOffset": zero.minutes_west}
        texts = [json.dumps(value) for value in (_SETTINGS | offset, types, decks, presets)]
        return (zero.created, latest * 1000, latest * 1000, _SCHEMA_VERSION, *texts)

    def _deck_json(self, deck: genanki.Deck) -> dict[str, Any]:
        described: dict[str, Any] = deck.to_json()
        preset = self.contents.presets.get(deck.deck_id)
        return described | {"conf": preset["id"]} if preset else described


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    return entry


def _type_json(note_type: NoteType) -> dict[str, Any]:
    model = genanki.Model(
        note_type.id,
        note_type.name,
        fields=[field.as_json() for field in note_type.fields],
        templates=[template.as_json() for template in note_type.templates],
        css=note_type.css,
        model_type=genanki.Model.CLOZE if note_type.cloze else genanki.Model.FRONT_BACK,
    )
    described: dict[str, Any] = model.to_json(note_type.mod, 1)
    return described


def _column(name: str) -> str:
    if name == "id":
        return "id integer primary key"
    return f"{name} {'text' if name in _TEXTS else 'integer'} not null"

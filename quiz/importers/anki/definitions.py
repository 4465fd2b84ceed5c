"""What notes and cards of a collection refer to: note types, decks, settings; kept in one of two ways.

Old versions have JSON in the row of ``col``; since version 15 there are tables with protobuf in them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from quiz.importers.anki import cleaning, database, wire
from quiz.importers.anki.errors import Refusal
from quiz.importers.anki.values import OWN_TYPES, NoteType, Template

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

_CLOZE = 1
_OLD_DECK_END, _DECK_END = "::", "\x1f"
# Of the note types of dquiz: where a note stood in somebody's files is nothing that its cards ask or answer
_OWN_SIDES = (
    Template("Forward", "{{Front}}{{#Typed}}{{type:Back}}{{/Typed}}", "{{Back}}"),
    Template("Reverse", "{{#Reverse}}{{Back}}{{/Reverse}}", "{{Front}}"),
)
_OWN_CLOZE = (Template("Cloze", "{{cloze:Text}}", "{{cloze:Text}}{{Extra}}"),)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What notes and cards refer to.

    Attributes:
        decks: Names as in `AnkiCard`.
        settings: Of the collection, by the names that Anki gives them.
    """

    note_types: Mapping[int, NoteType]
    decks: Mapping[int, str]
    settings: Mapping[str, object]


def definitions(connection: sqlite3.Connection) -> Definitions:
    """Read them, as the version of the collection has them.

    Raises:
        Refusal: They cannot be read.
    """
    found = _from_tables(connection) if database.has_own_tables(connection) else _from_json(connection)
    own = {number: _own(found.note_types[number]) for number in OWN_TYPES & found.note_types.keys()}
    return replace(found, note_types={**found.note_types, **own})


def _own(note_type: NoteType) -> NoteType:
    return replace(note_type, templates=_OWN_CLOZE if note_type.cloze else _OWN_SIDES)


def _from_json(connection: sqlite3.Connection) -> Definitions:
    types, decks, settings = (
        _json(connection, column, called)
        for column, called in (("models", "note types"), ("decks", "decks"), ("conf", "settings"))
    )
    read = (_type_from_json(number, each) for number, each in types.items() if isinstance(each, dict))
    names = {
        _id(number): _deck(each.get("name"), _OLD_DECK_END)
        for number, each in decks.items()
        if isinstance(each, dict)
    }
    return Definitions({each.id: each for each in read}, names, settings)


def _json(connection: sqlite3.Connection, column: str, called: str) -> dict[str, Any]:
    (text,) = connection.execute(f"SELECT {column} FROM col").fetchone()  # noqa: S608  the column is ours
    try:
        value = json.loads(text or "{}")
    except (TypeError, ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refusal(f"its {called} cannot be read")
    return value


def _type_from_json(number: str, found: dict[str, Any]) -> NoteType:
    return NoteType(
        _id(number),
        cleaning.name(found.get("name")),
        found.get("type") == _CLOZE,
        tuple(cleaning.name(each.get("name")) for each in _in_order(found.get("flds"))),
        tuple(
            _template(each.get("name"), each.get("qfmt"), each.get("afmt"))
            for each in _in_order(found.get("tmpls"))
        ),
    )


def _in_order(found: object) -> list[dict[str, Any]]:
    """Fields or templates by their ``ord``; one without stays where it is."""
    listed = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    places = [cleaning.whole(each.get("ord"), 0, len(listed)) for each in listed]
    ordered = sorted((place if given is None else given, place) for place, given in enumerate(places))
    return [listed[place] for _, place in ordered]


def _from_tables(connection: sqlite3.Connection) -> Definitions:
    types = {
        number: (cleaning.name(name), wire.number(_message(config), 1) == _CLOZE)
        for number, name, config in database.rows(connection, "notetypes", "name, config")
    }
    fields: dict[int, list[str]] = {number: [] for number in types}
    templates: dict[int, list[Template]] = {number: [] for number in types}
    # a package has rows of note types that it does not have
    for number, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        if number in fields:
            fields[number].append(cleaning.name(name))
    for number, name, config in connection.execute(
        "SELECT ntid, name, config FROM templates ORDER BY ntid, ord"
    ):
        if number in templates:
            sides = _message(config)
            templates[number].append(_template(name, wire.string(sides, 1), wire.string(sides, 2)))
    note_types = {
        number: NoteType(number, name, cloze, tuple(fields[number]), tuple(templates[number]))
        for number, (name, cloze) in types.items()
    }
    decks = {number: _deck(name, _DECK_END) for number, name in database.rows(connection, "decks", "name")}
    return Definitions(note_types, decks, _settings(connection.execute("SELECT key, val FROM config")))


def _settings(found: Iterable[tuple[object, object]]) -> dict[str, object]:
    return {key: _setting(value) for key, value in found if key in {"creationOffset", "rollover", "schedVer"}}


def _setting(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str | bytes) else None
    except (ValueError, RecursionError):
        return None


def _message(data: object) -> dict[int, int | bytes]:
    return wire.message(data) if isinstance(data, bytes) else {}


def _template(name: object, question: object, answer: object) -> Template:
    sides = (cleaning.text(side) if isinstance(side, str) else "" for side in (question, answer))
    return Template(cleaning.name(name), *sides)


def _deck(name: object, separator: str) -> str:
    parts = name.split(separator) if isinstance(name, str) else []
    return "/".join(cleaning.name(part).replace("/", "-") or "blank" for part in parts)


def _id(number: str) -> int:
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 20 else 0  # noqa: PLR2004

"""Values put into the text of a configuration file, or taken out of it; comments and layout stay."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from quiz.errors import UsageError
from quiz.settings import DECK_TABLES, ONE_FOR_ALL, TABLES
from quiz.settings.layers import FileLayer, cut, merge
from quiz.settings.rules import RULES, RefusedError, Rule
from quiz.suggestions import did_you_mean
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

_OF_A_DECK = re.compile(r"decks\.(?P<deck>.+?)\.(?P<key>(?:(?:" + "|".join(DECK_TABLES) + r")\.)?\w+)")


class Key(NamedTuple):
    """A key of the configuration.

    Attributes:
        table: That it belongs to.
        deck: That it is for; empty for all.
    """

    table: str
    name: str
    deck: str = ""

    @property
    def rule(self) -> Rule:
        """What its value may be."""
        return RULES[self.table][self.name]

    def __str__(self) -> str:
        return f'decks."{self.deck}".{self.table}.{self.name}' if self.deck else f"{self.table}.{self.name}"


def key_called(given: str) -> Key:
    """The key that is meant by ``fsrs.retention`` or ``decks."aws/iam".new_per_day``.

    Raises:
        UsageError: There is none.
    """
    path = _path(given)
    if path[0] == "decks" and len(path) > 2:  # noqa: PLR2004 - decks, the name, the key
        return _of_deck(given, path[1], path[2:])
    table, name = (path[0], ".".join(path[1:]))
    if name in RULES.get(table, {}):
        return Key(table, name)
    known = [f"{table}.{name}" for table in TABLES for name in RULES[table]]
    same = [one for one in known if one.endswith(f".{given}")]
    hint = f" Did you mean '{same[0]}'?" if same else did_you_mean(given, known)
    raise UsageError(
        f"No such key {cut(in_line(given))!r}.{hint or ' `dquiz config` lists all.'}", given=given
    )


def _path(given: str) -> list[str]:
    """The parts of a key as TOML has them; a deck's name need not stand in quotes."""
    try:
        found: Any = tomllib.loads(f"{given} = 0")
    except tomllib.TOMLDecodeError:
        match = _OF_A_DECK.fullmatch(given)
        return ["decks", match["deck"].strip('"'), *match["key"].split(".")] if match else given.split(".")
    path = []
    while isinstance(found, dict) and len(found) == 1:
        [(part, found)] = found.items()
        path.append(part)
    return path


def _of_deck(given: str, deck: str, key: list[str]) -> Key:
    tables = key[:-1] or [table for table in DECK_TABLES if key[-1] in RULES[table]]
    table, name = (tables[0] if tables else ""), key[-1]
    if table not in DECK_TABLES or name not in RULES[table] or f"{table}.{name}" in ONE_FOR_ALL:
        known = [name for table in DECK_TABLES for name in RULES[table]]
        hint = did_you_mean(name, known) or f" A deck may set keys of {', '.join(DECK_TABLES)}."
        raise UsageError(f"No such key of a deck: {cut(in_line(given))!r}.{hint}", given=given)
    return Key(table, name, deck.strip("/"))


def value_from(key: Key, given: str) -> object:
    """The value that a text stands for: as in TOML, or as in an environment variable.

    Raises:
        UsageError: The key cannot have it.
    """
    try:
        return key.rule.read(_toml_value(given))
    except (RefusedError, tomllib.TOMLDecodeError):
        pass
    try:
        return key.rule.read_text(given)
    except RefusedError as refused:
        raise UsageError(
            f"{key} = {cut(in_line(given))}: must be {refused}.{refused.suggestion}", given=given
        ) from None


def _toml_value(given: str) -> object:
    found = tomllib.loads(f"value = {given}")
    if list(found) != ["value"]:
        raise RefusedError("one value")
    return found["value"]


def with_value(text: str, key: Key, value: object, *, place: str) -> str:
    """The text of a file with a value for a key.

    Raises:
        ConfigError: The file would have mistakes.
    """
    import tomlkit  # noqa: PLC0415 - only what changes the configuration needs it

    document = tomlkit.parse(text)
    table: Any = document
    for name in ("decks", key.deck) if key.deck else (key.table,):
        if name not in table:
            table[name] = tomlkit.table(is_super_table=name == "decks")
        table = table[name]
    if key.deck and isinstance(table.get(key.table), dict):
        table = table[key.table]
    table[key.name] = tomlkit.value(key.rule.write(value))
    return _checked(tomlkit.dumps(document), place)


def without(text: str, key: Key, *, place: str) -> str:
    """The text of a file in which a key has no value; it may have had none."""
    import tomlkit  # noqa: PLC0415 - see above

    document = tomlkit.parse(text)
    tables: list[MutableMapping[str, Any]] = [document]
    for name in ("decks", key.deck) if key.deck else (key.table,):
        tables.append(tables[-1].get(name, {}))
    for table in (tables[-1], tables[-1].get(key.table, {}) if key.deck else {}):
        if isinstance(table, dict):
            table.pop(key.name, None)
    return _checked(tomlkit.dumps(document), place)


def _checked(text: str, place: str) -> str:
    document: Mapping[str, object] = tomllib.loads(text)
    merge([FileLayer(place, document)])
    return text

"""Puts together what files, the environment and the command line say, and collects every mistake in them."""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from quiz.errors import ConfigError
from quiz.settings import DECK_TABLES, DEFAULTS, ONE_FOR_ALL, SOURCE_TABLES, TABLES, Settings
from quiz.settings.rules import RULES, RefusedError, as_toml
from quiz.suggestions import did_you_mean
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_EXACT_IN_JSON = 2**53
_LONGEST_QUOTE = 200


class Mistake(NamedTuple):
    """One thing wrong in the configuration.

    Attributes:
        place: The file or the environment variable.
        table: Empty if the mistake is the table itself, or the file.
        key: Empty if it is not about one key.
        value: As found.
        reason: What it must be, or why it is not taken.
        suggestion: What to do instead; may be empty.
    """

    place: str
    table: str = ""
    key: str = ""
    value: object = None
    reason: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        if self.place.startswith("DQUIZ_"):
            what = f"{self.place}={cut(str(self.value))}"
        elif self.key:
            what = f"{self.place}: [{cut(self.table)}] {cut(self.key)} = {cut(as_toml(self.value))}"
        else:
            what = f"{self.place}: [{cut(self.table)}]" if self.table else self.place
        return in_line(f"{what}: {self.reason}.{self.suggestion}")


def cut(text: str) -> str:
    """A text as it is quoted in a message: the beginning of a very long one."""
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


class FileLayer(NamedTuple):
    """What one file says.

    Attributes:
        place: The file's path.
        document: As TOML gives it.
        of_source: It lies with notes, and may not set everything.
    """

    place: str
    document: Mapping[str, object]
    of_source: bool = False


class TextLayer(NamedTuple):
    """What the environment or the command line says: ``table.key`` → (where, text)."""

    texts: Mapping[str, tuple[str, str]]


Layer = FileLayer | TextLayer


class Merged(NamedTuple):
    """The outcome of reading all layers.

    Attributes:
        origins: ``table.key`` → the file or variable that its value comes from; defaults are absent.
    """

    settings: Settings
    origins: Mapping[str, str]


def merge(layers: Iterable[Layer]) -> Merged:
    """Reads layers, each outranking those before it.

    Raises:
        ConfigError: With every mistake of every layer, one a line.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    decks: dict[str, dict[str, object]] = {}
    mistakes: list[Mistake] = []
    for found in chain.from_iterable(map(_read, layers)):
        if isinstance(found, Mistake):
            mistakes.append(found)
        elif found.deck:
            decks.setdefault(found.deck, {})[found.key] = found.value
            origins[f'decks."{found.deck}".{found.key}'] = found.place
        else:
            values[found.key] = found.value
            origins[found.key] = found.place
    mistakes += _shared_keys(values, origins)
    if mistakes:
        raise config_error(mistakes)
    frozen = MappingProxyType({name: MappingProxyType(own) for name, own in decks.items()})
    return Merged(DEFAULTS.replacing(values)._replace(decks=frozen), MappingProxyType(origins))


def config_error(mistakes: Iterable[Mistake]) -> ConfigError:
    """All mistakes as one error."""
    found = list(mistakes)
    details = [one._asdict() | {"value": _in_json(one.value)} for one in found]
    return ConfigError("\n".join(map(str, found)), mistakes=details)


def _in_json(value: object) -> object:
    """A value as found, where JSON has one like it, else as it is written in TOML."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float) and abs(value) < _EXACT_IN_JSON:
        return value
    return as_toml(value)


class _Value(NamedTuple):
    """A legal value as found; ``key`` is ``table.key``, ``deck`` is empty unless it is for one."""

    place: str
    key: str
    value: object
    deck: str = ""


def _read(layer: Layer) -> Iterator[_Value | Mistake]:
    if isinstance(layer, TextLayer):
        for dotted, (place, text) in layer.texts.items():
            yield _read_text(place, dotted, text)
        return
    for table, keys in layer.document.items():
        if mistake := _illegal_table(layer, table, keys):
            yield mistake
        elif table == "decks":
            for deck, own in cast("Mapping[str, object]", keys).items():
                yield from _read_deck(layer.place, deck, own)
        else:
            for key, value in cast("Mapping[str, object]", keys).items():
                yield _read_key(layer, table, key, value)


def _illegal_table(layer: FileLayer, table: str, keys: object) -> Mistake | None:
    known = (*TABLES, "decks")
    if table not in known:
        suggestion = did_you_mean(table, known)
        return Mistake(layer.place, table, reason="unknown table", suggestion=suggestion)
    if layer.of_source and table not in SOURCE_TABLES:
        suggestion = " Put it into your own configuration; `dquiz paths` says where that is."
        return Mistake(layer.place, table, reason="notes cannot set this table", suggestion=suggestion)
    if not isinstance(keys, dict):
        suggestion = f" Write [{table}] on a line of its own, and below it key = value."
        return Mistake(layer.place, table, reason="must be a table", suggestion=suggestion)
    return None


def _read_key(layer: FileLayer, table: str, key: str, value: object) -> _Value | Mistake:
    dotted = f"{table}.{key}"
    if key not in RULES[table]:
        return Mistake(layer.place, table, key, value, "unknown key", _key_suggestion(table, key))
    if layer.of_source and dotted in ONE_FOR_ALL:
        return Mistake(layer.place, table, key, value, "holds for all decks, so notes cannot set it")
    try:
        return _Value(layer.place, dotted, RULES[table][key].read(value))
    except RefusedError as refused:
        return _refused(layer.place, dotted, value, refused)


def _read_text(place: str, dotted: str, text: str) -> _Value | Mistake:
    table, key = dotted.split(".")
    try:
        return _Value(place, dotted, RULES[table][key].read_text(text))
    except RefusedError as refused:
        return _refused(place, dotted, text, refused)


def _read_deck(place: str, deck: str, keys: object) -> Iterator[_Value | Mistake]:
    if not isinstance(keys, dict):
        suggestion = f' Write [decks."{deck}"] on a line of its own, and below it key = value.'
        yield Mistake(place, "decks", deck, keys, "must be a table", suggestion)
        return
    for key, value in keys.items():
        if key in DECK_TABLES and isinstance(value, dict):
            for inner, one in value.items():
                yield _read_deck_key(place, deck, f"{key}.{inner}", one)
        else:
            yield _read_deck_key(place, deck, key, value)


def _read_deck_key(place: str, deck: str, key: str, value: object) -> _Value | Mistake:
    table = f'decks."{deck}"'
    owners = [owner for owner in DECK_TABLES if key in RULES[owner]]
    dotted = f"{owners[0]}.{key}" if owners else key
    owner, _, name = dotted.partition(".")
    if owner not in DECK_TABLES or name not in RULES[owner]:
        suggestion = _deck_suggestion(deck, key, value)
        return Mistake(place, table, key, value, "unknown key of a deck", suggestion)
    if dotted in ONE_FOR_ALL:
        return Mistake(place, table, key, value, "holds for all decks", f" Set it in [{owner}].")
    try:
        return _Value(place, dotted, RULES[owner][name].read(value), deck.strip("/"))
    except RefusedError as refused:
        return _refused(place, dotted, value, refused)._replace(table=table, key=key)


def _refused(place: str, dotted: str, value: object, refused: RefusedError) -> Mistake:
    table, key = dotted.split(".")
    default = RULES[table][key].write(getattr(getattr(DEFAULTS, table), key))
    suggestion = refused.suggestion or f" The default is {default}."
    return Mistake(place, table, key, value, f"must be {refused}", suggestion)


def _shared_keys(values: Mapping[str, object], origins: Mapping[str, str]) -> Iterator[Mistake]:
    """Two actions on one key: a mistake of the one that the user moved there."""
    actions: dict[object, str] = {}
    for action in RULES["keys"]:
        key = values.get(f"keys.{action}", getattr(DEFAULTS.keys, action))
        other = actions.setdefault(key, action)
        if other != action:
            moved, there = (action, other) if f"keys.{action}" in origins else (other, action)
            place = origins.get(f"keys.{moved}", "")
            yield Mistake(
                place, "keys", moved, key, f"is the key of '{there}' too", " Give one of them another."
            )


def _key_suggestion(table: str, key: str) -> str:
    """The key meant: of the same table, else one of exactly that name in another."""
    if suggestion := did_you_mean(key, RULES[table]):
        return suggestion
    others = [other for other in TABLES if key in RULES[other]]
    return f" It belongs into [{others[0]}]." if others else ""


def _deck_suggestion(deck: str, key: str, value: object) -> str:
    if isinstance(value, dict):
        return f' For the sub-deck write [decks."{deck}/{key}"].'
    known = [name for table in DECK_TABLES for name in RULES[table]]
    return did_you_mean(key, known) or f" A deck may set keys of {', '.join(DECK_TABLES)}."

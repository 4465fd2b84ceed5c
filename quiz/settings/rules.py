"""What the value of each key may be, and how it is read from TOML and from an environment variable."""

from __future__ import annotations

import contextlib
import math
import os
from datetime import time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from quiz.settings import KeysSettings
from quiz.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

UNLIMITED = 1_000_000_000
"""A limit that never bites; larger ones are taken as this."""

_FSRS_PARAMETERS = 21
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 365 * 86400}
_WRITABLE_BITS = 10_000  # Python refuses to write longer numbers in decimal
_DIGITS, _LONGEST = 10, 1000 * _UNITS["y"]
_CAN_BE_CARDS = ("qa", "cheatsheet", "cloze", "choice", "term", "roadmap", "next", "concept")
_NEVER_CARDS = ("task", "challenge", "tip", "overview", "other")
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class RefusedError(ValueError):
    """A rule refuses a value; the text completes the sentence "it must be".

    Attributes:
        suggestion: A sentence behind it, or nothing.
    """

    def __init__(self, must_be: str, suggestion: str = "") -> None:
        super().__init__(must_be)
        self.suggestion = suggestion


class Rule(NamedTuple):
    """What the value of one key may be.

    Attributes:
        read: Turns a value of TOML into that of the setting, or raises.
        read_text: Does so with the text of an environment variable, where TOML's quotes are a nuisance.
        write: The value as it is written in TOML.
    """

    read: Callable[[object], object]
    read_text: Callable[[str], object]
    write: Callable[[object], str]


def _rule(read: Callable[[object], object], read_text: Callable[[str], object] | None = None) -> Rule:
    return Rule(read, read_text or read, as_toml)


def _flag() -> Rule:
    """True or false."""

    def read(value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise RefusedError("true or false")

    def read_text(text: str) -> bool:
        word = text.strip().casefold()
        if word in _TRUE + _FALSE:
            return word in _TRUE
        raise RefusedError("true or false")

    return _rule(read, read_text)


def _whole(low: int, high: int = UNLIMITED) -> Rule:
    """A whole number in a range."""
    words = f"of {low} or more" if high == UNLIMITED else f"from {low} to {high}"

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value:
            if value <= high:
                return value
            if high == UNLIMITED:
                return UNLIMITED
        raise RefusedError(f"a whole number {words}")

    return _rule(read, lambda text: read(_number(text)))


def _one_of(*numbers: int) -> Rule:
    """One of a few numbers."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value in numbers:
            return value
        raise RefusedError(" or ".join(map(str, numbers)))

    return _rule(read, lambda text: read(_number(text)))


def _real(low: float, high: float) -> Rule:
    """A number in a range."""

    def read(value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        raise RefusedError(f"a number from {low:.2f} to {high:.2f}")

    return _rule(read, lambda text: read(_number(text)))


def _word(*words: str) -> Rule:
    """One of a few words."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise RefusedError(f"one of {', '.join(words)}", did_you_mean(str(value), words))

    return _rule(read)


def _text() -> Rule:
    """Any text."""
    return _rule(_read_text)


def _texts() -> Rule:
    """A list of texts; in the environment separated as in PATH."""

    def read(value: object) -> tuple[str, ...]:
        return tuple(_read_text(one) for one in _read_list(value, "a list of texts"))

    return _rule(read, lambda text: tuple(filter(None, text.split(os.pathsep))))


def _length(low: str, high: str) -> Rule:
    """A duration in a range."""
    return _rule(lambda value: _within(duration(value), low, high))


def _lengths(low: str, high: str) -> Rule:
    """A list of durations, each in a range."""

    def read(value: object) -> tuple[timedelta, ...]:
        steps = _read_list(value, 'a list of durations like ["1m", "10m"]')
        return tuple(_within(duration(step), low, high) for step in steps)

    return _rule(read, lambda text: read(_split(text)))


def _days(low: str, high: str) -> Rule:
    """A duration in a range, kept as whole days."""

    def read(value: object) -> int:
        return _within(duration(value), low, high).days

    return Rule(read, read, lambda value: as_toml(timedelta(days=int(str(value)))))


def _time_of_day() -> Rule:
    """A time of day, to the minute."""

    def read(value: object) -> time:
        if isinstance(value, time):
            return value.replace(second=0, microsecond=0)
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                given = time.fromisoformat(value.strip().zfill(len("04:00")))
                return time(given.hour, given.minute)
        raise RefusedError('a time of day like "04:00"')

    return _rule(read)


def _parameters() -> Rule:
    """The parameters of FSRS-6."""
    words = f"{_FSRS_PARAMETERS} numbers, or [] for the defaults of FSRS"

    def read(value: object) -> tuple[float, ...]:
        numbers = _read_list(value, words)
        if len(numbers) not in {0, _FSRS_PARAMETERS}:
            raise RefusedError(words, f" These are {len(numbers)}.")
        return tuple(map(finite, numbers))

    def finite(number: object) -> float:
        if isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number):
            return float(number)
        raise RefusedError(words)

    return _rule(read, lambda text: read([_number(part) for part in _split(text)]))


def _kinds() -> Rule:
    """A list of kinds of notes, in the order in which they are listed everywhere."""
    must_be = f"a list of some of {', '.join(_CAN_BE_CARDS)}"

    def read(value: object) -> tuple[str, ...]:
        given = [str(one) for one in _read_list(value, must_be)]
        for kind in given:
            if kind in _NEVER_CARDS:
                raise RefusedError(must_be, f" '{kind}' is never a card.")
            if kind not in _CAN_BE_CARDS:
                raise RefusedError(
                    must_be, did_you_mean(kind, _CAN_BE_CARDS) or f" '{kind[:40]}' is no kind."
                )
        return tuple(kind for kind in _CAN_BE_CARDS if kind in given)

    return _rule(read, lambda text: read(_split(text)))


def _key() -> Rule:
    """A key of the keyboard."""

    def read(value: object) -> str:
        if isinstance(value, str) and (
            value == "space" or (len(value) == 1 and value.isprintable() and value > " ")
        ):
            return value
        raise RefusedError('one printable character, or "space"')

    return _rule(read)


def _names(*words: str) -> Rule:
    """One of a few words, or a list of names; in the environment, no name at all is the last of the words."""
    must_be = f"{', '.join(as_toml(one) for one in words)} or a list of names"

    def read(value: object) -> str | tuple[str, ...]:
        if isinstance(value, str) and value in words:
            return value
        return tuple(_read_text(one) for one in _read_list(value, must_be))

    def read_text(text: str) -> str | tuple[str, ...]:
        given = tuple(map(str, _split(text)))
        return given[0] if given in {(one,) for one in words} else given or words[-1]

    return _rule(read, read_text)


# --- values as text ----------------------------------------------------------------------------------------


def duration(value: object) -> timedelta:
    """Reads ``"90s"``, ``"20m"``, ``"3h"``, ``"2d"``, ``"1w"`` or ``"100y"``; a year has 365 days.

    Raises:
        ValueError: It is not such a text; what it must be.
    """
    text = value.strip() if isinstance(value, str) else ""
    number, unit = text[:-1].strip(), text[-1:]
    if number.isascii() and number.isdecimal() and unit in _UNITS and len(number) < _DIGITS:
        return timedelta(seconds=min(int(number) * _UNITS[unit], _LONGEST))
    raise RefusedError('a duration like "90s", "20m", "3h", "2d" or "100y"')


def duration_text(span: timedelta) -> str:
    """A duration as it is written in the configuration, in the largest unit that divides it."""
    seconds = round(span.total_seconds())
    unit = next((unit for unit in "ywdhm" if seconds and seconds % _UNITS[unit] == 0), "s")
    return f"{seconds // _UNITS[unit]}{unit}"


def as_toml(value: object) -> str:
    """A value as it is written in TOML."""
    match value:
        case bool():
            written = str(value).lower()
        case str():
            written = '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case timedelta():
            written = f'"{duration_text(value)}"'
        case time():
            written = f'"{value:%H:%M}"'
        case list() | tuple():
            written = f"[{', '.join(map(as_toml, value))}]"
        case dict():
            written = f"{{ {', '.join(f'{name} = {as_toml(one)}' for name, one in value.items())} }}"
        case int() if value.bit_length() > _WRITABLE_BITS:
            written = hex(value)
        case _:
            written = str(value)
    return written


def _within(span: timedelta, low: str, high: str) -> timedelta:
    if duration(low) <= span <= duration(high):
        return span
    raise RefusedError(f"a duration from {low} to {high}")


def _read_text(value: object) -> str:
    if isinstance(value, str) and "\0" not in value:
        return value
    raise RefusedError("a text in quotes, without NUL")


def _read_list(value: object, must_be: str) -> list[object]:
    if isinstance(value, list):
        return value
    raise RefusedError(must_be)


def _split(text: str) -> list[object]:
    """The parts of a list in the environment: ``1m 10m``, ``1m,10m`` or as in TOML."""
    parts = text.strip().strip("[]").replace(",", " ").split()
    return [part.strip("\"'") for part in parts]


def _number(text: object) -> object:
    """The number that a text spells, else the text."""
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(str(text))
    return text


# --- the rule of every key ---------------------------------------------------------------------------------

RULES: dict[str, dict[str, Rule]] = {
    "collection": {"sources": _texts(), "shipped": _flag(), "database": _text(), "notes": _text()},
    "study": {
        "day_start": _time_of_day(),
        "new_per_day": _whole(0),
        "reviews_per_day": _whole(0),
        "order": _word("due", "random", "weakest"),
        "new_order": _word("path", "deck", "random"),
        "new_cards": _word("mixed", "before", "after"),
        "bury_siblings": _flag(),
        "learn_ahead": _length("0s", "1d"),
        "leech_lapses": _whole(1),
        "leech_action": _word("flag", "suspend"),
        "kinds": _kinds(),
    },
    "fsrs": {
        "retention": _real(0.70, 0.99),
        "learning_steps": _lengths("1s", "30d"),
        "relearning_steps": _lengths("1s", "30d"),
        "maximum_interval": _days("1d", "100y"),
        "fuzz": _flag(),
        "parameters": _parameters(),
    },
    "review": {
        "buttons": _one_of(2, 4),
        "explain_ratings": _whole(0),
        "intervals": _flag(),
        "timer": _flag(),
        "timer_cap": _length("1s", "1h"),
    },
    "typed": {
        "auto_rate": _flag(),
        "tries": _whole(1, 100),
        "order": _word("strict", "free"),
        "cloze": _word("off", "options"),
    },
    "mcq": {"counts": _word("never", "wrong-only")},
    "interview": {
        "minutes": _whole(1, 600),
        "per_question": _length("5s", "1h"),
        "new_share": _real(0.0, 1.0),
    },
    "display": {"plain": _flag(), "code_theme": _text(), "unicode": _word("auto", "always", "never")},
    "editor": {"command": _text()},
    "keys": dict.fromkeys(KeysSettings._fields, _key()),
    "backup": {"daily": _flag(), "keep": _whole(1)},
    "stats": {"streak": _flag()},
    "plugins": {"load": _names("all", "none")},
}
"""Tables, their keys, and what the values may be."""

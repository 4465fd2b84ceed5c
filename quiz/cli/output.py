"""What goes to standard output and standard error: results, JSON, talk and errors."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from enum import Enum, IntEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

from quiz.cli.commands import VERSION
from quiz.cli.running import current
from quiz.cli.streams import between_words, columns, is_terminal, redraw, write, write_error, write_json
from quiz.errors import NotATerminalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

SCHEMA = 1

_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


# --- what was asked for ------------------------------------------------------------------------------------


def show(data: object, lines: Iterable[str] = (), *, ok: bool = True) -> None:
    """Ends a command: the data with ``--json``, else the lines.

    Args:
        data: Dataclasses, mappings, lists, times, paths; see `encoded`.
        lines: For people; not consumed with ``--json``.
        ok: False if the command ran and found problems.
    """
    if current().json:
        meta = {**_meta(), "study_day": current().study_day.isoformat()}
        if warnings := current().configuration.warnings:
            meta["warnings"] = warnings
        _write_json({"ok": ok, "data": data, "meta": meta}, sys.stdout)
    else:
        for line in lines:
            write(line)


def encoded(value: object) -> object:
    """A value as JSON has it.

    Times are UTC with Z, durations seconds, ratings words, dataclasses objects of their fields.
    """
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, dict):
        return {str(encoded(key)): encoded(one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return encoded(value._asdict())
    if isinstance(value, list | tuple):
        return [encoded(one) for one in value]
    if is_dataclass(value):
        return {field.name: encoded(getattr(value, field.name)) for field in fields(value)}
    return _scalar(value)


def _scalar(value: object) -> object:
    match value:
        case IntEnum():
            return value.name.lower()
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | time_of_day():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            return _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return encoded(dict(value))
    if isinstance(value, AbstractSet):
        return encoded(sorted(value, key=str))
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _write_json(envelope: dict[str, object], stream: TextIO | None) -> None:
    """Readable at a terminal, compact elsewhere."""
    layout = {"indent": 2} if is_terminal(stream) else {"separators": (",", ":")}
    text = json.dumps(encoded(envelope), ensure_ascii=False, allow_nan=False, **layout)
    write_json(text, stream)


def _meta() -> dict[str, object]:
    return {"command": current().command, "schema": SCHEMA, "version": VERSION}


# --- talk, on standard error -------------------------------------------------------------------------------


def say(message: str) -> None:
    """Tells what happens beside the result. Silent with ``--quiet`` and ``--json``."""
    if not current().quiet and not current().json:
        _tell(message)


def show_error(message: str, code: str, details: dict[str, object]) -> None:
    """Says why a command ended: a line, or with ``--json`` an object."""
    if current().json:
        error = {"code": code, "message": message, "details": details}
        _write_json({"ok": False, "error": error, "meta": _meta()}, sys.stderr)
    else:
        _tell(message)


def _tell(message: str) -> None:
    write_error(message if current().plain else between_words(message, columns(sys.stderr)))


@contextlib.contextmanager
def counting(what: str, total: int) -> Iterator[Counter]:
    """Shows on a terminal how far a long run is, at most once a second, and leaves no trace."""
    run = current()
    visible = not (run.quiet or run.json or run.plain) and is_terminal(sys.stderr)
    counter = Counter(what, total, visible=visible)
    try:
        yield counter
    finally:
        counter.erase()


class Counter:
    """A line like "Reading 1200 of 7425 files"."""

    def __init__(self, what: str, total: int, *, visible: bool) -> None:
        self._what, self._total, self._visible = what, total, visible
        self._width = 0
        self._next = time.monotonic() + 1

    def at(self, done: int) -> None:
        """So many are done."""
        if self._visible and time.monotonic() >= self._next:
            self._next = time.monotonic() + 1
            line = self._what.format(f"{done} of {self._total}")
            self._width = max(self._width, len(line))
            redraw(f"{line:<{self._width}}")

    def erase(self) -> None:
        """Removes the line."""
        if self._width:
            redraw(" " * self._width)
            redraw("")


# --- questions ---------------------------------------------------------------------------------------------


def confirm(question: str, *, yes: bool) -> bool:
    """Asks before something that cannot be taken back; ``--yes`` has answered already.

    Raises:
        NotATerminalError: Nobody can be asked.
    """
    if yes:
        return True
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise NotATerminalError(f"{question} There is no terminal to ask at: say --yes.")
    write_error(f"{question} [y/N] ", end="")
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}

"""Commands about the program itself: where things are, and how it is configured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from quiz.cli.output import show
from quiz.cli.running import current
from quiz.errors import UsageError
from quiz.settings import TABLES
from quiz.settings.rules import RULES
from quiz.suggestions import did_you_mean
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.configuration import Configuration

_ACTIONS = ("list", "get", "check")


def paths() -> None:
    """Show where configuration, collection, backups and log are, one a line.

    Examples:
      dquiz paths
      DQUIZ_HOME=~/cards dquiz paths     everything below one folder

    Nothing is created, and nothing of it need exist.
    """
    configuration = current().configuration
    places = {
        "configuration": str(configuration.file),
        "collection": configuration.database_shown,
        "notes": str(configuration.notes),
        "backups": str(configuration.backups),
        "log": str(configuration.log),
    }
    show(places, (in_line(f"{name:<15}{place}") for name, place in places.items()))


def config(
    action: Annotated[
        str, typer.Argument(metavar="[list|get|check]", help="What to do.", show_default=False)
    ] = "list",
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="As in fsrs.retention, or a table.", show_default=False)
    ] = "",
    source: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="As it is for the notes there.", show_default=False),
    ] = None,
) -> None:
    """Show the effective configuration, and where each value comes from.

    Examples:
      dquiz config
      dquiz config get fsrs.retention
      dquiz config get study
      dquiz config check                       mistakes, and exit code 3 if there are any

    Values come from an option, else the environment (DQUIZ_STUDY__NEW_PER_DAY=5), else dquiz.toml
    beside the notes, else your own configuration, else the default.
    """
    if action not in _ACTIONS:
        raise UsageError(f"{action!r} is not one of {', '.join(_ACTIONS)}.{did_you_mean(action, _ACTIONS)}")
    if (action == "get") != bool(key):
        raise UsageError(
            "`dquiz config get` needs a KEY." if action == "get" else f"{action!r} takes no KEY."
        )
    configuration = current().configuration
    if source is not None:
        configuration = configuration.for_source(source.absolute())
    if action == "check":
        show({"mistakes": []}, ["No mistakes."])
        return
    rows = list(_rows(configuration))
    if action == "get":
        rows = _matching(rows, key)
    show(rows, (in_line(f"{f'{row.key} = {row.written}':<46}  {row.origin}") for row in rows))


class _Row(NamedTuple):
    """An effective value; ``written`` is how it stands in TOML."""

    key: str
    value: object
    written: str
    origin: str


def _rows(configuration: Configuration) -> Iterator[_Row]:
    settings, origins = configuration.settings, configuration.origins
    values = dict(settings.items())
    if values["collection.database"]:
        values["collection.database"] = configuration.database_shown
    for deck, own in settings.decks.items():
        values |= {f'decks."{deck}".{key}': value for key, value in own.items()}
    for key, value in values.items():
        table, name = key.split(".")[-2:]
        yield _Row(key, value, RULES[table][name].write(value), origins.get(key, "default"))


def _matching(rows: list[_Row], key: str) -> list[_Row]:
    """The rows of a key or a table."""
    if found := [row for row in rows if row.key == key or row.key.startswith(f"{key}.")]:
        return found
    known = [*TABLES, *(row.key for row in rows)]
    raise UsageError(f"No such key {key!r}.{did_you_mean(key, known)}", given=key)

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

_ACTIONS = {"list": 0, "get": 1, "set": 2, "unset": 1, "edit": 0, "check": 0}
"""What can be done, and how much has to be named for it."""


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
        str, typer.Argument(metavar="[list|get|set|unset|edit|check]", help="What to do.", show_default=False)
    ] = "list",
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="As in fsrs.retention, or a table.", show_default=False)
    ] = "",
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help="For set.", show_default=False)
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="As it is for the notes there.", show_default=False),
    ] = None,
) -> None:
    """Show the effective configuration and where each value comes from, or change your own.

    Examples:
      dquiz config
      dquiz config get fsrs.retention
      dquiz config get study
      dquiz config set study.new_per_day 10
      dquiz config set 'decks."aws/iam".retention' 0.95
      dquiz config unset study.new_per_day
      dquiz config edit                        in the editor, checked afterwards
      dquiz config check                       mistakes, and exit code 3 if there are any

    Values come from an option, else the environment (DQUIZ_STUDY__NEW_PER_DAY=5), else dquiz.toml
    beside the notes, else your own configuration, else the default. What is set is checked before it is written;
    comments in the file stay.
    """
    if action not in _ACTIONS:
        raise UsageError(f"{action!r} is not one of {', '.join(_ACTIONS)}.{did_you_mean(action, _ACTIONS)}")
    _refuse_wrong_number(action, key, value)
    if action in ("set", "unset", "edit"):
        from quiz.cli import setting

        if source is not None:
            raise UsageError(f"`config {action}` changes your own configuration, not that of a --source.")
        match action:
            case "set":
                setting.set_value(key, value or "")
            case "unset":
                setting.unset(key)
            case _:
                setting.edit()
        return
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


def _refuse_wrong_number(action: str, key: str, value: str | None) -> None:
    """Refuse too much or too little behind an action."""
    named = bool(key) + (value is not None)
    if named == _ACTIONS[action]:
        return
    wanted = ("takes no KEY", "needs a KEY", "needs a KEY and a VALUE")[_ACTIONS[action]]
    raise UsageError(f"`dquiz config {action}` {wanted}.")


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

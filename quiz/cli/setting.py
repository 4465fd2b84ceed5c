"""`dquiz config set`, `unset` and `edit`: the user's configuration changed, and checked before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from quiz import configuration
from quiz.cli.output import say, show
from quiz.cli.prompting import can_choose, choose
from quiz.cli.running import current
from quiz.cli.streams import write_error
from quiz.errors import ConfigError, NotATerminalError
from quiz.library import Staged, read_note
from quiz.visible import in_line

if TYPE_CHECKING:
    from pathlib import Path

    from quiz.settings.changing import Key

_NEW = "# What dquiz does otherwise than by default. `dquiz config` lists every key with its value.\n"
_AGAIN, _LEAVE = "again", "leave"


def set_value(given: str, value: str) -> None:
    """Give a key a value; a file that is not there is made.

    Raises:
        UsageError: There is no such key, or it cannot have that value.
        ConfigError: The file has mistakes.
    """
    from quiz.settings.changing import key_called, value_from, with_value

    key = key_called(given)
    wanted = value_from(key, value)
    path, before = _file()
    is_new = before is None
    text = (before or _NEW.encode()).decode("utf-8-sig")
    _write(path, with_value(text, key, wanted, place=str(path)), before)
    written = key.rule.write(wanted)
    _show(key, wanted, [f"{key} = {written}", f"{'A new file' if is_new else 'In'}: {path}"])


def unset(given: str) -> None:
    """Let a key have its default again.

    Raises:
        UsageError: There is no such key.
        ConfigError: The file has mistakes.
    """
    from quiz.settings import DEFAULTS
    from quiz.settings.changing import key_called, without

    key = key_called(given)
    path, before = _file()
    text = (before or b"").decode("utf-8-sig")
    changed = without(text, key, place=str(path))
    if changed != text:
        _write(path, changed, before)
    default = None if key.deck else getattr(getattr(DEFAULTS, key.table), key.name)
    now = "as for all decks" if key.deck else f"{key.rule.write(default)}, the default"
    told = f"{key}: {now}" if changed != text else f"{key} was not set in {path}."
    _show(key, default, [told])


def edit() -> None:
    """Open the editor on the file, and again as long as it has mistakes and somebody wants that.

    Raises:
        NotATerminalError: There is none.
        ConfigError: It was left with mistakes.
    """
    from quiz.terminal import editor

    if not can_choose():
        raise NotATerminalError(
            "`dquiz config edit` opens an editor and needs a terminal: `dquiz config set`."
        )
    path = configuration.user_file(current().config)
    if not path.exists():
        _write(path, _NEW, None)
    command = _editor_command()
    while True:
        editor.edit(str(path), 1, command)
        try:
            configuration.read(database=current().database, file=path)
        except ConfigError as error:
            write_error(str(error))
            if (
                choose("Enter edit again   q leave it so: ", {"": _AGAIN, "q": _LEAVE}, at_end=_LEAVE)
                == _LEAVE
            ):
                raise typer.Exit(ConfigError.exit_code) from None
        else:
            show({"file": path, "mistakes": []}, [in_line(f"{path}: no mistakes.")])
            return


def _editor_command() -> str:
    try:
        return current().configuration.settings.editor.command
    except ConfigError:  # that is why it is edited
        return ""


def _file() -> tuple[Path, bytes | None]:
    """The user's file, and its bytes if it is there. Its mistakes are told first.

    Raises:
        ConfigError: It has some.
    """
    path = current().configuration.file
    return path, read_note(path) if path.exists() else None


def _write(path: Path, text: str, before: bytes | None) -> None:
    with Staged() as staged:
        staged.add(path, text.encode(), expected=before)
        staged.publish()


def _show(key: Key, value: object, lines: list[str]) -> None:
    """What holds now, and what outranks it."""
    run = current()
    after = configuration.read(database=run.database, file=run.config)
    origin = after.origins.get(str(key), "")
    if origin and origin != str(after.file):
        say(in_line(f"{origin} outranks it."))
    show({"key": str(key), "value": value, "file": after.file}, map(in_line, lines))

"""Commands that keep the collection safe: backup, restore."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from quiz.cli.options import Yes
from quiz.cli.output import confirm, show
from quiz.cli.running import current
from quiz.errors import MissingError, StoreError, UsageError
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.store.backups import Backup, Backups, Contents
    from quiz.store.restoring import Restored


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Instead of the folder of backups.", show_default=False),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the backups, newest first.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace FILE even if it is no earlier backup.")
    ] = False,
) -> None:
    """Make a copy of the collection, whole and checked.

    Examples:
      dquiz backup                       into the folder that `dquiz paths` names
      dquiz backup /media/stick/dquiz.db
      dquiz backup --list

    dquiz makes one by itself before the first change of a study day, and before what changes much. All of today and
    yesterday are kept, then 12 daily, 10 weekly and 9 monthly ones.
    """
    from quiz.store.backups import look_into

    backups = _backups()
    if listing:
        if file is not None:
            raise UsageError("--list takes no FILE.")
        rows = [_row(one) for one in backups.listed()]
        show([*map(_data, rows)], map(_line, rows) if rows else [f"No backups in {backups.folder}"])
        return
    contents = look_into(backups.collection)
    if file is None:
        target = backups.make(current().now())
    else:
        backups.copy_to(file, force=force)
        target = file.absolute()
    size = target.stat().st_size
    data = {"path": target, "bytes": size, "cards": contents.cards, "reviews": contents.reviews}
    show(data, [in_line(f"{target}: {_size(size)}, {_holding(contents)}.")])


def restore(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="A file, or a name from `backup --list`; none is the newest.",
            show_default=False,
        ),
    ] = None,
    yes: Yes = False,
) -> None:
    """Put a backup in the place of the collection.

    Examples:
      dquiz restore                      the newest good one, after a question
      dquiz restore 20261124T084110Z.db
      dquiz restore /media/stick/dquiz.db

    What is there now is kept: as a backup, or under another name beside it if it cannot be read.
    """
    from quiz.store.backups import look_into
    from quiz.store.restoring import found_file
    from quiz.store.restoring import restore as put_back

    backups = _backups()
    if file is None:
        chosen = _newest(backups)
        what = f"{chosen.name} ({_holding(look_into(chosen))})"
        if not confirm(f"Put {what} in the place of {backups.collection}?", yes=yes):
            show(None, ["Nothing was changed."])
            return
    else:
        chosen = found_file(backups, file)
    restored = put_back(backups, chosen, current().now())
    data = {
        "restored": restored.file,
        "cards": restored.contents.cards,
        "reviews": restored.contents.reviews,
        "kept": restored.kept,
        "aside": restored.aside,
    }
    show(data, map(in_line, _lines(restored)))


def _backups() -> Backups:
    """The backups of the configured collection; it need not be there, nor be good."""
    from quiz.store.backups import Backups
    from quiz.store.opening import database_path

    configuration = current().configuration
    path = database_path(configuration.database)
    if path is None:
        raise UsageError(
            f"{configuration.database_shown}: a server has its own tools for this: pg_dump and pg_restore."
        )
    return Backups.of(path, configuration.backups)


def _newest(backups: Backups) -> Path:
    if backup := backups.newest_good():
        return backup.path
    raise MissingError(f"{backups.folder}: there is no good backup. Name a file.", path=str(backups.folder))


class _Row(NamedTuple):
    """A row of the list; of a backup that is no good there are no contents, and ``problem`` says why."""

    backup: Backup
    bytes: int
    contents: Contents | None
    problem: str = ""


def _row(backup: Backup) -> _Row:
    from quiz.store.backups import look_into

    size = backup.path.stat().st_size
    try:
        return _Row(backup, size, look_into(backup.path))
    except StoreError as error:
        return _Row(backup, size, None, str(error))


def _data(row: _Row) -> dict[str, object]:
    return {
        "name": row.backup.path.name,
        "path": row.backup.path,
        "made_at": row.backup.made_at,
        "kind": row.backup.kind,
        "bytes": row.bytes,
        "cards": row.contents.cards if row.contents else None,
        "reviews": row.contents.reviews if row.contents else None,
        "ok": row.contents is not None,
        "problem": row.problem,
    }


def _line(row: _Row) -> str:
    when = f"{row.backup.made_at.astimezone(current().zone):%Y-%m-%d %H:%M}"
    holding = _holding(row.contents) if row.contents else "BAD"
    return f"{when}  {row.backup.kind:<13}  {_size(row.bytes):>8}  {row.backup.path.name:<35}  {holding}"


def _lines(restored: Restored) -> Iterator[str]:
    yield f"Restored {restored.file}: {_holding(restored.contents)}."
    if restored.kept:
        database = current().database
        given = f"--database {shlex.quote(database)} " if database else ""
        yield f"To take it back: dquiz {given}restore {restored.kept.name}"
    if restored.aside:
        yield f"What was there cannot be read; it is kept as {restored.aside}"


def _holding(contents: Contents) -> str:
    from quiz.terminal.words import plural

    return f"{plural(contents.cards, 'card')} and {plural(contents.reviews, 'review')}"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"

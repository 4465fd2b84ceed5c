"""Commands that keep the collection safe: backup, restore."""

from __future__ import annotations

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
    from datetime import datetime

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
        show(rows, map(_line, rows) if rows else [f"No backups in {backups.folder}"])
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
    """A row of the list; ``cards`` and ``reviews`` are None if it cannot be read, and ``problem`` says why."""

    name: str
    path: Path
    made_at: datetime
    kind: str
    bytes: int
    cards: int | None
    reviews: int | None
    ok: bool
    problem: str


def _row(backup: Backup) -> _Row:
    from quiz.store.backups import look_into

    contents, problem = None, ""
    try:
        contents = look_into(backup.path)
    except StoreError as error:
        problem = str(error)
    return _Row(
        backup.path.name,
        backup.path,
        backup.made_at,
        backup.kind,
        backup.path.stat().st_size,
        contents.cards if contents else None,
        contents.reviews if contents else None,
        not problem,
        problem,
    )


def _line(row: _Row) -> str:
    when = f"{row.made_at.astimezone(current().zone):%Y-%m-%d %H:%M}"
    holding = f"{row.cards} cards, {row.reviews} reviews" if row.ok else "BAD"
    return f"{when}  {row.kind:<13}  {_size(row.bytes):>8}  {holding:<28}  {row.name}"


def _lines(restored: Restored) -> Iterator[str]:
    yield f"Restored {restored.file}: {_holding(restored.contents)}."
    if restored.kept:
        given = f"--database {current().database} " if current().database else ""
        yield f"To take it back: dquiz {given}restore {restored.kept.name}"
    if restored.aside:
        yield f"What was there cannot be read; it is kept as {restored.aside}"


def _holding(contents: Contents) -> str:
    return f"{contents.cards} cards and {contents.reviews} reviews"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"

"""The command that looks for damage and repairs it: doctor."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli.output import counting, show
from quiz.cli.running import current
from quiz.errors import StoreRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.collection import Collection
    from quiz.collection.checkup import Check

_COUNT_REVIEWS = "SELECT count(*) FROM review"


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Repair what can be repaired, after a backup.")] = False,
) -> None:
    """Look for damage in the collection; without --fix nothing is changed.

    Examples:
      dquiz doctor
      dquiz doctor --fix
      dquiz doctor --json

    Beside what the database itself can find, every row of the review log is held against its checksum, every schedule
    against the log, and every text against its hash. The exit code is 1 if something is wrong, and 5 if the collection
    cannot even be opened.
    """
    from quiz.collection.checkup import check_up, refused, repair

    try:
        with _opened() as collection:
            now = current().now()
            with counting("Checking {} reviews", collection.store.read(_COUNT_REVIEWS)[0][0]) as counter:
                checks = (repair if fix else check_up)(collection, now, counter.at)
    except StoreRefusedError as error:
        _show(refused(error))
        raise typer.Exit(error.exit_code) from None
    if not _show(checks):
        raise typer.Exit(1)


@contextmanager
def _opened() -> Iterator[Collection]:
    """The collection as it is: shipped decks are not read, which would write and may stumble over damage."""
    from quiz.collection import Collection

    configuration = current().configuration
    settings = configuration.settings.replacing({"collection.shipped": False})
    with Collection.open(replace(configuration, settings=settings), current().now()) as collection:
        yield collection


def _show(checks: Sequence[Check]) -> bool:
    """Print the checks; whether all is well."""
    fine = all(check.ok for check in checks)
    show({"checks": checks}, map(_line, checks), ok=fine)
    return fine


def _line(check: Check) -> str:
    repaired = f"{check.repaired} repaired; " if check.repaired else ""
    return f"{'ok ' if check.ok else 'BAD'}  {check.name:<11} {repaired}{check.message}"

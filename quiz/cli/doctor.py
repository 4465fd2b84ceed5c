"""The command that looks for damage: doctor."""

from __future__ import annotations

import typer

from quiz.cli.opening import opened
from quiz.cli.output import show
from quiz.cli.running import current


def doctor() -> None:
    """Look for damage in the collection; nothing is changed.

    Examples:
      dquiz doctor
      dquiz doctor --json

    Beside what the database itself can find, the review log is replayed: every schedule must follow from it. The exit
    code is 1 if something is wrong.
    """
    with opened() as collection:
        checks = collection.check_up(current().now())
        lines = (f"{'ok ' if check.ok else 'BAD'}  {check.name:<11} {check.message}" for check in checks)
        fine = all(check.ok for check in checks)
        show({"checks": checks}, lines, ok=fine)
    if not fine:
        raise typer.Exit(1)

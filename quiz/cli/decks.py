"""Commands about notes: sync, anchor, decks."""

from __future__ import annotations

import shutil
import sys
import textwrap
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli import doubts
from quiz.cli.opening import opened
from quiz.cli.options import DryRun, Paths, RequiredPaths
from quiz.cli.output import say, show
from quiz.cli.prompting import can_choose
from quiz.cli.running import current
from quiz.cli.streams import is_terminal, write
from quiz.cli.sync_report import report_data, report_lines
from quiz.collection.listing import DeckCounts
from quiz.errors import MissingError
from quiz.terminal.words import plural
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.collection import Collection
    from quiz.collection.listing import DeckCounts
    from quiz.collection.reports import SyncReport

_WIDEST_NAME, _NARROWEST_NAME = 30, 8
_READABLE = 100
_COUNTS_WIDTH = 39
"""Columns of a deck's row beside its name."""


def sync(
    paths: Paths = None,
    dry_run: DryRun = False,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="PATH", help="Retire what vanished from it.", show_default=False),
    ] = None,
    forget: Annotated[
        str,
        typer.Option(
            metavar="PATH|DECK",
            help="No longer a source, or a deck that comes with dquiz and is let go; its cards retire, history stays.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Read what changed in notes, and match it with the cards of the collection.

    Examples:
      dquiz sync notes                   a folder; it is remembered as a source
      dquiz sync                         all known sources
      dquiz sync --dry-run               what would happen

    Cards keep their schedule and history when their text is edited, moved, renumbered or renamed. Nothing is ever
    written into a note.
    """
    with opened() as collection:
        if forget:
            report = collection.sync.forget(forget, now=current().now())
        else:
            report = collection.sync.paths(
                [*(paths or ()), *(accept or () if paths else ())],
                now=current().now(),
                dry_run=dry_run,
                accept=accept or (),
            )
        _say_changed_originals(collection)
        for problem in report.problems:
            say(in_line(str(problem)))
        show(report_data(report), report_lines(report, dry_run=dry_run, verbose=current().verbose))
        if report.ask and not current().json:
            _tell_doubts(collection, report, dry_run=dry_run)
    if report.misses_a_source:
        raise typer.Exit(MissingError.exit_code)


def _tell_doubts(collection: Collection, report: SyncReport, *, dry_run: bool) -> None:
    """Pairs that a person has to settle: at once where there is a terminal, else with the command for each."""
    if can_choose() and not dry_run:
        doubts.settle(collection, report.ask)
        return
    for ask in report.ask:
        for line in doubts.ask_lines(ask, None if dry_run else collection):
            write(line)
    write("Same card? `dquiz relink` shows both texts and asks.")


def anchor(
    paths: RequiredPaths,
    remove: Annotated[bool, typer.Option("--remove", help="Take the marks out again.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Write ^id marks into notes, so that cards are known even after heavy rewriting.

    Examples:
      dquiz anchor notes/shared.md --dry-run
      dquiz anchor notes/shared.md --remove
    """
    with opened() as collection:
        changed = collection.anchor(paths, remove=remove, dry_run=dry_run, now=current().now())
        data = [{"path": path, "marks": count} for path, count in changed]
        word = "would change" if dry_run else "changed"
        lines = [in_line(f"{path}: {plural(count, 'mark')} {word}") for path, count in changed]
        show(data, lines or ["Nothing to change."])


def decks(
    flat: Annotated[bool, typer.Option("--flat", help="Whole names, one a line.")] = False,
) -> None:
    """List decks with what they hold, and what their front matter says about them (`desc:`).

    Examples:
      dquiz decks
      dquiz decks --json

    New cards were never studied; due are those in learning, and the reviews, that `dquiz review` would bring now.
    """
    with opened() as collection:
        _say_changed_originals(collection)
        rows = collection.decks(current().now())
        studied = [row for row in rows if row.studied]
        show(rows, chain(_deck_lines(studied, flat=flat), _waiting_lines(rows)))


def _say_changed_originals(collection: Collection) -> None:
    """With ``--json`` it waits for a person."""
    if not (current().json or current().quiet):
        for line in collection.shipped.changed_originals():
            say(in_line(line))


def _waiting_lines(rows: list[DeckCounts]) -> Iterator[str]:
    """The shipped decks that do not take part."""
    waiting = [row.name for row in rows if not row.studied]
    if waiting:
        line = f"These come with dquiz; to begin one, `dquiz review {waiting[0]}`: {', '.join(waiting)}"
        yield from textwrap.wrap(line, _width() if _width() < sys.maxsize else _READABLE)


def _width() -> int:
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else sys.maxsize


def _with_parents(rows: list[DeckCounts]) -> list[DeckCounts]:
    """Decks below the names above them, which have the sums of their own cards and of what is below."""
    own = {row.name: row for row in rows}
    found = dict(own)
    for row in rows:
        parts = row.name.split("/")
        for end in range(1, len(parts)):
            name = "/".join(parts[:end])
            if found.get(name) is own.get(name):
                below = [each for each in rows if f"{each.name}/".startswith(f"{name}/")]
                found[name] = _sum(name, below, own.get(name))
    return sorted(found.values(), key=lambda row: row.name.split("/"))


def _sum(name: str, rows: list[DeckCounts], own: DeckCounts | None) -> DeckCounts:
    cards, new, due, drafts, suspended = (
        sum(counts) for counts in zip(*(row[1:6] for row in rows), strict=True)
    )
    description = own.description if own else ""
    return DeckCounts(name, cards, new, due, drafts, suspended, description=description)


def _deck_lines(rows: list[DeckCounts], *, flat: bool) -> Iterator[str]:
    """A table; what a deck says about itself stands below its row, as far as a terminal is wide."""
    if not rows:
        return
    rows = rows if flat else _with_parents(rows)
    width = _width()
    narrow = width < _COUNTS_WIDTH + _NARROWEST_NAME
    names = min(_WIDEST_NAME, max(width - _COUNTS_WIDTH, _NARROWEST_NAME))
    if not narrow:
        yield f"{'deck':<{names}} {'cards':>6} {'new':>6} {'due':>6} {'drafts':>6}  suspended"
    for row in rows:
        above = row.name.count("/")
        indent = "" if flat else "  " * above
        name = in_line(row.name if flat else indent + row.name.rpartition("/")[2])
        if narrow:
            yield _cut(name, width)
            yield from textwrap.wrap(
                _counted(row), width, initial_indent=f"{indent}  ", subsequent_indent=f"{indent}  "
            )
        else:
            counts = f"{row.cards:>6} {row.new:>6} {row.due:>6} {row.drafts:>6}  {row.suspended or ''}"
            if len(name) > names:
                yield name
                name = ""
            yield f"{name:<{names}} {counts}".rstrip()
        if row.description:
            yield _cut(f"{indent}  {in_line(row.description)}", width)


def _counted(row: DeckCounts) -> str:
    counts = {"new": row.new, "due": row.due, "suspended": row.suspended}
    parts = [plural(row.cards, "card"), *(f"{count:,} {word}" for word, count in counts.items() if count)]
    return ", ".join([*parts, *([plural(row.drafts, "draft")] if row.drafts else [])])


def _cut(line: str, width: int) -> str:
    from quiz.terminal.frame import cut

    return cut(line, width)

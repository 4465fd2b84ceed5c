"""Commands about notes: sync, relink, anchor, fill, decks."""

from __future__ import annotations

import shutil
import sys
import textwrap
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli.opening import opened
from quiz.cli.options import Decks, DryRun, Paths, RequiredPaths
from quiz.cli.output import confirm, say, show
from quiz.cli.rows import card_line, first_line, problem_data
from quiz.cli.running import current
from quiz.cli.streams import is_terminal, write
from quiz.collection.listing import DeckCounts
from quiz.errors import MissingError, NotATerminalError, QuizError, UsageError
from quiz.terminal.words import plural
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.collection.reports import Ask, SyncReport

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
        show(report_data(report), _report_lines(report))
    if report.misses_a_source:
        raise typer.Exit(MissingError.exit_code)


def report_data(report: SyncReport) -> dict[str, object]:
    """A report as JSON has it."""
    counts = [
        "added",
        "changed",
        "moved",
        "retired",
        "restored",
        "unchanged",
        "cards",
        "drafts",
        "files_read",
    ]
    return {
        **{name: getattr(report, name) for name in counts},
        "ask": [_ask_data(ask) for ask in report.ask],
        "problems": [problem_data(problem) for problem in report.problems],
    }


def _ask_data(ask: Ask) -> dict[str, object]:
    return {
        "similarity": round(ask.similarity, 3),
        "old": {"note": ask.old_id, "file": ask.old.file, "line": ask.old.line, "prompt": ask.old.prompt},
        "new": {"note": ask.new_id, "file": ask.new.file, "line": ask.new.line, "prompt": ask.new.prompt},
    }


def _report_lines(report: SyncReport) -> Iterator[str]:
    parts = [
        f"{count} {word}"
        for count, word in (
            (report.added, "added"),
            (report.changed, "changed (history kept)"),
            (report.moved, "moved"),
            (report.restored, "restored"),
            (report.retired, "retired"),
            (len(report.ask), "to ask"),
        )
        if count
    ]
    drafts = f", {report.drafts} drafts" if report.drafts else ""
    yield f"{report.cards} cards{drafts}: {', '.join(parts) or 'nothing changed'}"
    yield from (_ask_line(ask) for ask in report.ask)
    if report.ask:
        yield "Same card? `dquiz relink` settles these."


def _ask_line(ask: Ask) -> str:
    return in_line(
        f"  ?  {ask.new.file}:{ask.new.line} {first_line(ask.new.prompt)}"
        f"  <-  {ask.old.file}:{ask.old.line} {first_line(ask.old.prompt)}"
    )


def relink(
    old: Annotated[
        str | None, typer.Argument(metavar="OLD", help="A retired card.", show_default=False)
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="The card it became.", show_default=False)
    ] = None,
    no: Annotated[bool, typer.Option("--no", help="They are different cards; never ask again.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Only list what is in doubt.")] = False,
) -> None:
    """Settle matches that a sync left in doubt.

    Examples:
      dquiz relink                       asks about each
      dquiz relink k3f9a2c p7d2m4x       the new text is the old card
      dquiz relink --no k3f9a2c p7d2m4x  it is not
    """
    with opened() as collection:
        if (old is None) != (new is None):
            raise UsageError("Name both cards, OLD and NEW, or none.")
        if old and new:
            pair = collection.find(old)[1], collection.find(new)[1]
            collection.sync.relink(*pair, same=not no, now=current().now())
            words = "are different cards" if no else "are one card now"
            show(
                {"old": pair[0].id, "new": pair[1].id, "same": not no},
                [f"{pair[0].id[:8]} and {pair[1].id[:8]} {words}."],
            )
            return
        asks = collection.sync.open_asks()
        if listing or current().json or not asks:
            show(
                [_ask_data(ask) for ask in asks], [_ask_line(ask) for ask in asks] or ["Nothing is in doubt."]
            )
            return
        _settle_each(collection, asks)


def _settle_each(collection: Collection, asks: list[Ask]) -> None:
    if not is_terminal(sys.stdin):
        raise NotATerminalError(
            "There is no terminal to ask at. Use `dquiz relink OLD NEW`, or `--no OLD NEW`."
        )
    for ask in asks:
        write(_ask_line(ask))
        same = confirm("The same card?", yes=False)
        first = [collection.first_card_of(ask.old_id), collection.first_card_of(ask.new_id)]
        collection.sync.relink(*first, same=same, now=current().now())


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
        lines = [in_line(f"{path}: {count} marks {word}") for path, count in changed]
        show(data, lines or ["Nothing to change."])


def fill(
    targets: Decks = None,
    listing: Annotated[bool, typer.Option("--list", help="Only list the drafts.")] = False,
) -> None:
    """Answer questions that have no answer yet: the editor opens for each, the note gets the answer.

    Examples:
      dquiz fill notes/docker.md
      dquiz fill --list

    Only the place below the question is written to. An empty answer leaves the question for later.
    """
    with opened() as collection:
        drafts = [
            card
            for card in collection.cards(collection.select(targets or (), current().now()))
            if card.note.draft
        ]
        if listing or current().json or not drafts:
            data = [
                {"id": card.id, "path": card.path, "line": card.note.line, "prompt": card.note.prompt}
                for card in drafts
            ]
            show(
                data,
                [card_line(card, card.note.prompt) for card in drafts] or ["No drafts."],
            )
            return
        if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
            raise NotATerminalError(
                "`dquiz fill` opens an editor and needs a terminal. `dquiz fill --list` does not."
            )
        _fill_each(collection, drafts)


def _fill_each(collection: Collection, drafts: list[Card]) -> None:
    from quiz.terminal.editor import ask_for_text

    command = current().configuration.settings.editor.command
    filled = 0
    for number, card in enumerate(drafts, 1):
        write(f"{number}/{len(drafts)}  {card_line(card, card.note.prompt)}")
        answer = ask_for_text(command, card.note.prompt)
        if answer is None:
            raise QuizError("The editor failed; nothing was written. Set editor.command, $VISUAL or $EDITOR.")
        if answer:
            with _kept_if_refused(answer, card):
                collection.fill(card, answer, now=current().now())
            filled += 1
    write(f"{filled} answered, {len(drafts) - filled} left.")


@contextmanager
def _kept_if_refused(answer: str, card: Card) -> Iterator[None]:
    """What was typed is not lost when it cannot be written into its note."""
    try:
        yield
    except QuizError as error:
        path = current().configuration.data / "answers" / f"{card.id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(answer + "\n", encoding="utf-8")
        raise type(error)(f"{error} The answer is kept in {path}", **error.details) from error


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
    """Decks below the names above them, which have the sums of what is below where they have no cards of their own."""
    found = {row.name: row for row in rows}
    for row in rows:
        parts = row.name.split("/")
        for end in range(1, len(parts)):
            name = "/".join(parts[:end])
            if name not in found:
                below = [each for each in rows if each.name.startswith(f"{name}/")]
                found[name] = _sum(name, below)
    return sorted(found.values(), key=lambda row: row.name.split("/"))


def _sum(name: str, rows: list[DeckCounts]) -> DeckCounts:
    cards, new, due, drafts, suspended = (
        sum(counts) for counts in zip(*(row[1:6] for row in rows), strict=True)
    )
    return DeckCounts(name, cards, new, due, drafts, suspended)


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

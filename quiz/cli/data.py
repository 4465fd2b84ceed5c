"""Commands that carry cards elsewhere: export."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quiz.cli.choosing import choice_of, chosen
from quiz.cli.opening import opened
from quiz.cli.options import Decks, Levels, Tags, Where
from quiz.cli.output import say, show
from quiz.cli.running import current
from quiz.cli.streams import write_file
from quiz.errors import MissingError, QuizError, UsageError
from quiz.suggestions import did_you_mean
from quiz.terminal.words import plural
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

_GROUP = "dquiz.exporters"
_STANDARD_OUTPUT = "-"
_NAMES_FOLDER = ("", ".", "..")


def export(
    format_name: Annotated[
        str | None, typer.Argument(metavar="FORMAT", help="See --list.", show_default=False)
    ] = None,
    out: Annotated[
        str | None,
        typer.Argument(metavar="OUT", help="The file to write; - is standard output.", show_default=False),
    ] = None,
    targets: Decks = None,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
    scheduling: Annotated[bool, typer.Option(help="With the schedule and history of cards.")] = True,
    prefix: Annotated[
        str, typer.Option(metavar="DECK", help="Put all decks below this one.", show_default=False)
    ] = "",
    preset: Annotated[
        bool, typer.Option("--preset", help="With FSRS parameters, retention and steps of the decks.")
    ] = False,
    retired: Annotated[
        bool, typer.Option("--retired", help="With all notes that are gone, also those gone before.")
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the formats.")] = False,
) -> None:
    """Write cards for another program.

    Examples:
      dquiz export anki cards.apkg
      dquiz export anki docker.apkg docker
      dquiz export anki junior.apkg --level junior
      dquiz export anki shared.apkg --no-scheduling --prefix Interview
      dquiz export html docker.html docker
      dquiz export csv cards.csv
      dquiz export json - docker | jq .

    csv, json: one table or document for other programs. markdown: notes that are read back as the same cards, in one
    file, or in an empty folder with one for each deck. html: a study sheet for phone or paper. Of these - is standard
    output, and what is told goes to standard error.

    Anki: importing again updates notes in place, and leaves what you learned and edited there alone; schedules
    and reviews come along with the first import. Questions without an answer are left out. A note that is gone
    is in one more package, with a tag by which you find it in Anki; --retired packs all of them again.

    --preset: Anki takes FSRS parameters and steps when "Import any deck presets" and "Import any learning progress"
    are both ticked, and each preset only once. FSRS itself is a switch of your collection there, which no package
    turns on.
    """
    from importlib.metadata import entry_points

    found = {each.name: each for each in entry_points(group=_GROUP)}
    if listing:
        show(sorted(found), (f"{name:10} {_described(found[name])}" for name in sorted(found)))
        return
    if not format_name or not out:
        raise UsageError("Name a format and a file: dquiz export anki cards.apkg")
    if format_name not in found:
        hint = did_you_mean(format_name, found) or f" There is: {', '.join(sorted(found))}."
        raise UsageError(f"No format called '{format_name}'.{hint}", given=format_name)
    exporter = _loaded(found[format_name])
    options = _options(
        exporter, format_name, scheduling=scheduling, prefix=prefix, preset=preset, retired=retired
    )
    if out == _STANDARD_OUTPUT:
        _refuse_standard_output(exporter, format_name)
    else:
        _refuse_folder(exporter, format_name, out)
    with opened() as collection:
        now = current().now()
        choice = choice_of(tags, levels, where)
        selected = chosen(collection, targets, choice, now, needed=True)
        assert selected is not None, "none is refused"  # noqa: S101
        selected = replace(selected, whole_notes=bool(choice))
        with _place(out) as path:
            report = collection.export(exporter, selected, path, options, now)
        for problem in report.problems:
            say(in_line(str(problem)))
        if out == _STANDARD_OUTPUT:
            for line in _lines(report, "standard output"):
                say(line)
        else:
            show(report, _lines(report, str(report.path)))


@contextmanager
def _place(out: str) -> Iterator[Path]:
    """Where an exporter writes to: what standard output gets is a file that is whole before."""
    if out != _STANDARD_OUTPUT:
        yield Path(out)
        return
    with tempfile.TemporaryDirectory(prefix="dquiz-") as folder:
        path = Path(folder) / "cards"
        yield path
        write_file(path)


def _refuse_standard_output(exporter: Any, format_name: str) -> None:  # noqa: ANN401 - what a plug-in gives
    """Refuse to write there what is no text, or what is not alone there."""
    if not getattr(exporter, "text", False):
        raise UsageError(f"What '{format_name}' writes is no text: name a file, not -.")
    if current().json:
        raise UsageError("--json and - do not go together: both are for standard output.")


def _refuse_folder(exporter: Any, format_name: str, out: str) -> None:  # noqa: ANN401 - what a plug-in gives
    """Refuse a name that only a folder can have, as with a slash at its end, unless there is one to write into."""
    if os.path.basename(out) not in _NAMES_FOLDER:  # noqa: PTH119  a Path forgets the slash
        return
    if not getattr(exporter, "folders", False):
        raise UsageError(f"{out} is a folder, and '{format_name}' writes one file: name that.")
    if not Path(out).exists():
        raise MissingError(f"{out}: there is no such folder; make it first")
    if not Path(out).is_dir():
        raise UsageError(f"{out} is no folder, but a file: name it without the slash to replace it.")


def _lines(report: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - what a plug-in gives
    drafts = f", {report.drafts} without an answer left out" if report.drafts else ""
    cards, notes, decks = (plural(getattr(report, f"{word}s"), word) for word in ("card", "note", "deck"))
    yield f"{name}: {cards} of {notes} in {decks}{drafts}."
    yield from report.remarks


def _options(exporter: Any, format_name: str, **given: object) -> Any:  # noqa: ANN401 - what a plug-in gives
    """What was asked for, as far as the exporter has it."""
    from dataclasses import fields

    known = {each.name for each in fields(exporter.options)}
    for name, value in given.items():
        if value and name not in known | {"scheduling"}:
            raise UsageError(f"The format '{format_name}' has no --{name}.")
    return exporter.options(**{name: value for name, value in given.items() if name in known})


def _described(entry: EntryPoint) -> str:
    """What a format is, in a line; or why it cannot be used."""
    try:
        exporter = _loaded(entry)
    except QuizError as error:
        return in_line(str(error))
    return in_line((exporter.__doc__ or "").strip().partition("\n")[0])


def _loaded(entry: EntryPoint) -> Any:  # noqa: ANN401 - what a plug-in gives
    """An exporter; one that cannot be loaded is named."""
    try:
        return entry.load()
    except Exception as error:
        package = entry.dist.name if entry.dist else "?"
        raise QuizError(f"The exporter '{entry.name}' of {package} cannot be loaded: {error}") from error

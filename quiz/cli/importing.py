"""Command that takes cards and reviews from elsewhere: import."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quiz.cli.opening import opened
from quiz.cli.options import DryRun
from quiz.cli.output import counting, say, show
from quiz.cli.rows import problem_data
from quiz.cli.running import current
from quiz.errors import UsageError
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.collection.reports import ImportReport, Tally

_GROUP = "dquiz.importers"


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A package: .apkg or .colpkg.")],
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The folder for deck files and media; it becomes a source. By default a folder beside the collection.",
            show_default=False,
        ),
    ] = None,
    known_only: Annotated[
        bool | None,
        typer.Option(
            "--known-only/--no-known-only",
            help="Only reviews of cards that are here already; that is the default for a .colpkg.",
            show_default=False,
        ),
    ] = None,
    scheduling: Annotated[
        bool, typer.Option(help="Take over reviews, due dates, suspension and flags.")
    ] = True,
    dry_run: DryRun = False,
) -> None:
    """Take notes and their history from Anki.

    Examples:
      dquiz import spanish.apkg --to ~/notes/anki
      dquiz import back-from-the-phone.apkg

    Notes become markdown files, one for each deck; reviews are added to the log, each once, however often a package is
    imported. In Anki, tick "Include scheduling information" when you export. Notes that dquiz exported stay as they
    are in your files.
    """
    read = _reader_for(file)
    run = current()
    with read(file, run.zone) as package:
        folder = to or run.configuration.data / "imported"
        only = package.whole_collection if known_only is None else known_only
        with opened() as collection, counting("Converting {} notes", len(package.notes)) as counter:
            report = collection.import_package(
                package,
                folder,
                run.now(),
                known_only=only,
                progress=scheduling,
                dry_run=dry_run,
                told=counter.at,
            )
    for problem in report.problems:
        say(in_line(str(problem)))
    show(_data(report), _lines(report, dry_run=dry_run))


def _reader_for(file: Path) -> Any:  # noqa: ANN401 - what a plug-in gives
    """The importer that takes files with this ending."""
    suffix = file.suffix.lower()
    found = {entry.name: entry.load() for entry in entry_points(group=_GROUP)}
    for reader in found.values():
        if suffix in reader.suffixes:
            return reader
    known = ", ".join(sorted(ending for reader in found.values() for ending in reader.suffixes))
    raise UsageError(f"{file}: this kind of file cannot be imported. There is: {known}.", given=str(file))


def _data(report: ImportReport) -> dict[str, object]:
    return {
        "notes": asdict(report.notes),
        "cards": asdict(report.cards),
        "reviews": asdict(report.reviews),
        "folder": report.folder,
        "files": report.files,
        "problems": [problem_data(problem) for problem in report.problems],
    }


def _lines(report: ImportReport, *, dry_run: bool) -> Iterator[str]:
    for name in ("notes", "cards", "reviews"):
        yield f"{name}: {_counts(getattr(report, name))}"
    if report.files:
        yield f"{len(report.files)} deck files in {report.folder}"
    if dry_run:
        yield "Nothing was changed."


def _counts(tally: Tally) -> str:
    counts = [f"{count} {word}" for word, count in asdict(tally).items() if count]
    return ", ".join(counts) or "none"

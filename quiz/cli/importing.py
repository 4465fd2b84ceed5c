"""Command that takes cards and reviews from elsewhere: import."""

from __future__ import annotations

from dataclasses import asdict
from difflib import unified_diff
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
from quiz.terminal.words import plural
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.collection.reports import ImportReport, OutsideEdit, Tally

_GROUP = "dquiz.importers"


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A package (.apkg, .colpkg) or a table (.csv, .tsv).")
    ],
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
    take_edits: Annotated[
        bool, typer.Option("--take-edits", help="Carry edits made in Anki over into your files.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Take notes and their history from Anki, or questions and answers from a table.

    Examples:
      dquiz import spanish.apkg --to ~/notes/anki
      dquiz import back-from-the-phone.apkg
      dquiz import words.csv

    Notes become markdown files, one for each deck; reviews are added to the log, each once, however often a package is
    imported. In Anki, tick "Include scheduling information" when you export. Edits that were made there to notes of
    yours are shown; your files stay as they are unless you say --take-edits.
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
                as_exported=_exporter(read).fields,
                known_only=only,
                progress=scheduling,
                take_edits=take_edits,
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


def _exporter(read: Any) -> Any:  # noqa: ANN401
    """The exporter whose notes come back by an importer."""
    [found] = entry_points(group="dquiz.exporters", name=read.exporter)
    return found.load()


def _data(report: ImportReport) -> dict[str, object]:
    return {
        "notes": asdict(report.notes),
        "cards": asdict(report.cards),
        "reviews": asdict(report.reviews),
        "folder": report.folder,
        "files": report.files,
        "edits": [_edit_data(edit) for edit in report.edits],
        "problems": [problem_data(problem) for problem in report.problems],
    }


def _lines(report: ImportReport, *, dry_run: bool) -> Iterator[str]:
    for name in ("notes", "cards", "reviews"):
        yield f"{name}: {_counts(getattr(report, name))}"
    for edit in report.edits:
        yield from _edit_lines(edit)
    if any(not edit.taken and not edit.reason for edit in report.edits):
        yield "To take these edits into your files, import once more with --take-edits."
    if report.files:
        yield f"{plural(len(report.files), 'file')} written" + (
            f", new notes in {report.folder}" if report.folder else ""
        )
    if dry_run:
        yield "Nothing was changed."


def _edit_data(edit: OutsideEdit) -> dict[str, object]:
    data = asdict(edit)
    return {"note": data.pop("note_id"), **data}


def _edit_lines(edit: OutsideEdit) -> Iterator[str]:
    """What was changed in a field: lines that are gone, and lines that came."""
    state = "taken" if edit.taken else f"not taken: {edit.reason}" if edit.reason else "not taken"
    yield in_line(f"{edit.file}:{edit.line}: edited in Anki, {edit.field} ({state})")
    before, after = (text.split("\n") if text else [] for text in (edit.before, edit.after))
    for line in unified_diff(before, after, n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            yield f"  {line[0]} {in_line(line[1:])}"


def _counts(tally: Tally) -> str:
    counts = [f"{count} {word}" for word, count in asdict(tally).items() if count]
    return ", ".join(counts) or "none"

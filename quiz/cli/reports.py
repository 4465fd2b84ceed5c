"""Mock interviews that were held: their reports listed, shown, and written to files."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quiz.cli.output import say, show
from quiz.cli.running import current
from quiz.errors import MissingError, QuizError, UsageError
from quiz.library import absolute
from quiz.visible import in_line

if TYPE_CHECKING:
    from quiz.collection import Collection
    from quiz.collection.interviews import Kept
    from quiz.interview import Report

_EXAMPLE = "interview.md"
_SUFFIXES = (".json", ".md")
_NAMES_FOLDER = ("", ".", "..")


def list_held(collection: Collection) -> None:
    """One line for each."""
    from quiz.collection.interviews import reports

    held = reports(collection, say)
    lines = [_line(one) for one in held] or ["No interview yet."]
    show([_summary_data(one) for one in held], lines)


def _line(report: Report) -> str:
    from quiz.terminal.words import plural

    started = report.started_at.astimezone(current().zone)
    total = report.total
    told = f"{report.id}  {started:%Y-%m-%d %H:%M}  {plural(total.questions, 'question')}"
    told += f", {total.hit} of {plural(total.possible, 'point')}" if total.possible else ""
    return told + (", counted in the schedule" if report.counted else "")


def _summary_data(report: Report) -> dict[str, Any]:
    """A report without its questions."""
    return {key: value for key, value in report.data.items() if key != "questions"}


def show_held(collection: Collection, given: str | None, file: str | None) -> None:
    """Print the one with an id, else the last one; to a file too, if one is named."""
    from quiz.collection.interviews import find_report

    kept = find_report(collection, given, say)
    if file:
        refuse_note(collection, file)
    text = "" if current().json else _markdown(kept, "")
    show(kept.report.data, [text.rstrip("\n")])
    if file:
        write_file(kept, file)


def _markdown(kept: Kept, folder: str) -> str:
    from quiz.interview import as_markdown

    return as_markdown(kept.report, kept.cards, current().zone, earlier=kept.others, folder=folder)


# --- files ---------------------------------------------------------------------------------------------------------


def check_file(given: str) -> None:
    """Refuse what is no place for a report, before anything is asked; what stands there stays as it is.

    Raises:
        UsageError: It is neither .md nor .json, or it is a folder or a device.
        MissingError: Its folder is not there.
        QuizError: Its folder takes no file.
    """
    target, name = absolute(given), in_line(given)
    if target.suffix.lower() not in _SUFFIXES:
        raise UsageError(f"--report {name}: it must end in .md or .json.")
    if target.is_dir() or os.path.basename(given) in _NAMES_FOLDER:  # noqa: PTH119  a Path forgets the slash
        example = in_line(str(Path(given) / _EXAMPLE))
        raise UsageError(f"{name} is a folder: name the file to write, for example {example}")
    if target.exists() and not target.is_file():
        raise UsageError(f"{name} is not a regular file: name the file to write, for example {_EXAMPLE}")
    folder = target.resolve().parent
    if not folder.is_dir():
        raise MissingError(f"{in_line(str(Path(given).parent))}: there is no such folder; make it first")
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise QuizError(f"{name}: cannot be written: {error.strerror or error}") from error


def refuse_note(collection: Collection, given: str) -> None:
    """Refuse a file that is one of the notes.

    Raises:
        UsageError: It is.
    """
    target = absolute(given)
    for (path,) in collection.store.read("SELECT path FROM file") if target.exists() else ():
        with suppress(OSError):
            if target.samefile(path):
                raise UsageError(
                    f"{in_line(given)} is one of your notes: name another file, for example {_EXAMPLE}"
                )


def write_file(kept: Kept, given: str) -> None:
    """Write a report to a file, in the place of what may be there.

    Raises:
        QuizError: It cannot be written; it says how the report is shown all the same.
    """
    from quiz.library import Staged, read_note
    from quiz.terminal.words import plural

    target = absolute(given)
    text = kept.report.to_json(indent=2) + "\n"
    if target.suffix.lower() != ".json":
        text = _markdown(kept, str(target.parent))
    try:
        with Staged() as staged:
            before = read_note(target) if target.exists() else None
            staged.add(target, text.encode("utf-8", "replace"), expected=before)
            staged.publish()
    except QuizError as error:
        raise QuizError(
            f"{error} The report is kept in the collection: dquiz interview --show {kept.report.id}"
        ) from error
    say(f"{in_line(given)}: {plural(len(kept.report.questions), 'question')}.")

"""Markdown notes: what dquiz reads back as the same cards, in one file, or in a folder with one for each deck."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from exporters import target
from exporters.report import ExportReport
from quiz.errors import QuizError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence
    from pathlib import Path

    from quiz.cards import CollectedDeck, Note, Problem

_NOT_IN_NAME = re.compile(r'[\s<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+')
_LONGEST_NAME = 120  # bytes


class Composed(Protocol):
    """A file made of notes; what could not be written is among the problems."""

    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def notes(self) -> tuple[Note, ...]: ...  # noqa: D102
    @property
    def problems(self) -> tuple[Problem, ...]: ...  # noqa: D102


class Compose(Protocol):
    """Writes the notes of decks as a file and reads it back: the engine's own, since it alone knows how it reads."""

    def __call__(self, decks: Sequence[tuple[str, Sequence[Note]]], *, file: str) -> Composed: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """There are none: notes know no schedules."""


def export(
    decks: Sequence[CollectedDeck],
    out: Path,
    options: Options,  # noqa: ARG001 - every exporter is given them
    rendered: MutableMapping[str, str] | None = None,  # noqa: ARG001 - every exporter is offered it
    *,
    compose: Compose,
) -> ExportReport:
    """Write markdown notes that dquiz reads back as the same cards.

    Args:
        decks: In the order in which they are to stand there.
        out: A file, replaced only when it is complete; or a folder, which gets a file for each deck.
        options: See there.
        rendered: Not used.
        compose: See there.

    Raises:
        MissingError: The folder of ``out`` is missing.
        UsageError: A file that is there already would be replaced in a folder, or a note of the decks.
        QuizError: There is nothing to export, or a file cannot be written.
    """
    is_folder = out.is_dir()
    if not is_folder:
        target.check(out, decks, "cards.md")
    named = [(deck.name, [collected.note for collected in deck.notes]) for deck in decks]
    if not named:
        raise target.nothing(0)
    together = [[deck] for deck in named] if is_folder else [named]
    paths = list(_paths(out, [name for name, _ in named])) if is_folder else [out]
    files = [compose(each, file=path.name) for each, path in zip(together, paths, strict=True)]
    problems = tuple(problem for composed in files for problem in composed.problems)
    if not any(composed.notes for composed in files):
        raise QuizError(f"Nothing to export: no note can be written as markdown. The first: {problems[0]}")
    for path, composed in zip(paths, files, strict=True):
        with target.told(path), target.replacing(path) as file:
            file.write(composed.text.encode())
    return _report(decks, out, files, problems)


# where the command looks for what to offer as options
export.options = Options  # type: ignore[attr-defined]
# and whether it may go to standard output
export.text = True  # type: ignore[attr-defined]
# and that OUT may be a folder
export.folders = True  # type: ignore[attr-defined]
# and a collection whether to hand over what writes notes
export.composes = True  # type: ignore[attr-defined]


def _report(
    decks: Sequence[CollectedDeck], out: Path, files: Sequence[Composed], problems: tuple[Problem, ...]
) -> ExportReport:
    collected = [each for deck in decks for each in deck.notes]
    written = sum(len(composed.notes) for composed in files)
    places = {(problem.file, problem.line) for problem in problems if problem.code == "W705"}
    kept = [each for each in collected if (each.note.file, each.note.line) not in places]
    return ExportReport(
        path=out,
        decks=len(decks),
        notes=written,
        cards=sum(len(each.cards) for each in kept),
        left_out=len(collected) - written,
        problems=problems,
        remarks=tuple(_remarks(sum(len(each.media) for each in kept))),
    )


def _remarks(media: int) -> Iterator[str]:
    if media:
        yield (
            f"Pictures and recordings are not in it: the {media} references to them stand as in your notes, and work"
            " where the file lies beside these."
        )


def _paths(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """A file for each deck.

    Raises:
        UsageError: One is there already.
    """
    taken: set[str] = set()
    for name in names:
        plain = _NOT_IN_NAME.sub("-", name).encode()[:_LONGEST_NAME].decode(errors="ignore").strip(" .-")
        free = (f"{plain or 'deck'}{f'-{number}' * (number > 1)}.md" for number in range(1, len(names) + 1))
        file = next(each for each in free if each.casefold() not in taken)
        taken.add(file.casefold())
        if (folder / file).exists():
            raise UsageError(f"{folder / file} is there already, and would be replaced: name an empty folder")
        yield folder / file

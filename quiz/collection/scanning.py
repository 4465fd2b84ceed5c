"""What the files of notes hold against what the collection has read: only what changed is read again."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.cards import Problem
from quiz.collection.reports import SOURCE_MISSING
from quiz.errors import MissingError
from quiz.library import (
    NoteFile,
    absolute,
    digest,
    find_notes,
    leaves_out,
    lies_in,
    no_markdown,
    read_note,
    shown,
)
from quiz.reading import Source, read_decks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from quiz.cards import Deck
    from quiz.store.reading import Reader
    from quiz.store.rows import Row

_FILES_BELOW = """
SELECT id, path, name, size, mtime_ns, digest FROM file
WHERE path = :path OR substr(path, 1, :length) = :folder
"""


@dataclass(frozen=True, slots=True)
class Root:
    """A path to look at, and the source it lies in.

    Attributes:
        source: The path of the source; names of files are relative to it.
        known: Whether the collection has that source already.
        without: Paths of sources inside it that stay apart: the shipped decks, and what was named although an
            ignore file leaves it out.
        known_only: Only files that were read before: of the shipped decks, those that take part.
    """

    path: Path
    source: str
    shipped: bool = False
    known: bool = True
    without: tuple[str, ...] = ()
    known_only: bool = False

    def holds(self, path: str) -> bool:
        """Whether a file or folder is this path or lies below it."""
        return lies_in(path, shown(self.path)) and not any(lies_in(path, other) for other in self.without)


@dataclass(slots=True)
class Read:
    """A file that was read and parsed."""

    file: NoteFile
    root: Root
    read_at_ns: int
    deck: Deck
    file_id: int = 0


@dataclass(slots=True)
class Scan:
    """The difference between files and collection.

    Attributes:
        read: Files whose bytes changed, or that are new.
        touched: Files that only look changed, with the keys of their rows.
        gone: Rows of files that are not there any more.
    """

    read: list[Read] = field(default_factory=list)
    touched: list[tuple[int, NoteFile]] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def found_anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.read or self.touched or self.gone)


def roots_for(sources: Iterable[Row], targets: Sequence[str], configured: Sequence[str] = ()) -> list[Root]:
    """The paths to look at: the given ones, else all sources.

    Raises:
        MissingError: A given path is not there, or is a file that is no note.
    """
    known = list(sources)
    if not targets:
        all_sources = [
            replace(root_of(known, Path(row["path"])), known_only=bool(row["shipped"])) for row in known
        ]
        return all_sources + [
            root for each in configured if not (root := _named(known, absolute(each))).known
        ]
    for target in targets:
        if not absolute(target).exists():
            raise MissingError(
                f"{shown(target)}: there is no such file or folder. Check the path.", path=str(target)
            )
        if (what := no_markdown(absolute(target))) and absolute(target).is_file():
            raise MissingError(f"{shown(target)}: {what}.", path=shown(target))
    roots: list[Root] = []
    for root in (_named(known, absolute(target)) for target in targets):
        if not any(other.holds(shown(root.path)) for other in roots):
            roots = [*(other for other in roots if not root.holds(shown(other.path))), root]
    return roots


def root_of(sources: Sequence[Row], path: Path) -> Root:
    """A path with the innermost source around it."""
    name = shown(path)
    around = [row for row in sources if lies_in(name, row["path"])]
    source = max(around, key=lambda row: len(row["path"]), default=None)
    without = tuple(
        row["path"]
        for row in sources
        if row["path"] != name
        and lies_in(row["path"], name)
        and (source is not None or row["shipped"] or leaves_out(path, Path(row["path"])))
    )
    if source is None:
        return Root(path, name, known=False, without=without)
    return Root(path, source["path"], bool(source["shipped"]), without=without)


def _named(sources: Sequence[Row], path: Path) -> Root:
    """A path that a person names; where an ignore file of its source leaves it out, it is a source of its own."""
    root = root_of(sources, path)
    if not root.known or root.shipped or not leaves_out(Path(root.source), path):
        return root
    return root_of([row for row in sources if not lies_in(shown(path), row["path"])], path)


def scan(
    read: Reader, roots: Sequence[Root], progress: Callable[[int], None], *, missing_ok: bool = False
) -> Scan:
    """Look at all files below some paths, and parse those whose bytes changed.

    A path that is not there as a whole retires nothing; the others are read.

    Raises:
        MissingError: No path is there at all, unless ``missing_ok``.
    """
    result = Scan()
    missing = [] if missing_ok else [root for root in roots if not root.path.exists()]
    if missing and len(missing) == len(roots):
        raise MissingError(f"{shown(missing[0].path)}: {_missing(missing[0])}", path=shown(missing[0].path))
    result.problems += [Problem(shown(root.path), 1, SOURCE_MISSING, _missing(root)) for root in missing]
    wanted: list[tuple[NoteFile, Root]] = []
    for root in roots:
        known = files_of(read, root)
        if root in missing:
            continue
        if not root.path.exists():
            result.gone += known.values()
            continue
        found = find_notes(root.path)
        here = shown(root.path)
        result.problems += [replace(one, file=here) if one.file == "." else one for one in found.problems]
        wanted += [
            (file, root)
            for file in found.files
            if root.holds(shown(file.path))
            and (shown(file.path) in known or not root.known_only)
            and _must_be_parsed(result, root, file, known.pop(shown(file.path), None))
        ]
        folder = root.path if root.path.is_dir() else root.path.parent
        unread = [shown(folder / problem.file) for problem in found.problems if problem.code == "E103"]
        result.gone += [
            row for row in known.values() if not any(lies_in(row["path"], each) for each in unread)
        ]
    if wanted:
        _parse(result, wanted, progress)
    return result


def _missing(root: Root) -> str:
    return (
        "this source is not there. Nothing was retired: bring it back, or let it go "
        f"with `dquiz sync --forget {shown(root.path)}`."
    )


def files_of(read: Reader, root: Root) -> dict[str, Row]:
    """The rows of a root's files, by their paths."""
    return {path: row for path, row in files_below(read, root.path).items() if root.holds(path)}


def files_below(read: Reader, path: Path) -> dict[str, Row]:
    """The rows of files at or below a path, by their paths."""
    folder = shown(path).rstrip("/") + "/"
    rows = read(_FILES_BELOW, path=shown(path), folder=folder, length=len(folder))
    return {row[1]: getattr(row, "_mapping", row) for row in rows}


def _must_be_parsed(result: Scan, root: Root, file: NoteFile, known: Row | None) -> bool:
    """Not if size and time are as they were, nor if the bytes are; but always under another name."""
    if known is None or known["name"] != name_in(root.source, file):
        return True
    if (known["size"], known["mtime_ns"]) == (file.size, file.mtime_ns):
        return False
    try:
        unchanged = known["digest"] == digest(read_note(file.path))
    except MissingError:
        return True
    if unchanged:
        result.touched.append((known["id"], file))
    return not unchanged


def _parse(result: Scan, wanted: Sequence[tuple[NoteFile, Root]], progress: Callable[[int], None]) -> None:
    started = time.time_ns()
    names = [name_in(root.source, file) for file, root in wanted]
    sources = [
        Source(file.path, name, deck_called(root.source, name))
        for (file, root), name in zip(wanted, names, strict=True)
    ]
    for (file, root), deck in zip(wanted, read_decks(sources, progress), strict=True):
        if deck.digest:
            result.read.append(Read(file, root, started, deck))
        else:
            result.problems += deck.problems


def deck_called(source: str, name: str) -> str:
    """The deck of a file; that of a README or an index right in a source is called by the folder."""
    from quiz.notes import deck_name

    path = Path(source)
    return deck_name(name, path.parent.name if path.name == name else path.name)


def name_in(source: str, file: NoteFile) -> str:
    """A file's name relative to its source, also when only a part of the source was looked at."""
    path = shown(file.path)
    return file.path.name if path == source else path[len(source.rstrip("/")) + 1 :]

"""The file that an export writes: looked at before anything is done, and there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from quiz.errors import MissingError, QuizError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quiz.cards import CollectedDeck


def check(out: Path, decks: Iterable[CollectedDeck], example: str) -> None:
    """Refuse what is no place for an export.

    Args:
        out: As the user named it.
        decks: Whose notes are to be exported; none of their files may be replaced.
        example: A name that would do.

    Raises:
        UsageError: It is a folder, a device, or a note.
        MissingError: Its folder is not there.
    """
    with told(out):
        if out.is_dir():
            raise UsageError(f"{out} is a folder: name the file to write, for example {out / example}")
        if out.exists() and not out.is_file():
            raise UsageError(f"{out} is not a regular file: name the file to write, for example {example}")
        if not out.resolve().parent.is_dir():
            raise MissingError(f"{out.parent}: there is no such folder; make it first")
        if str(out.resolve()) in sources(decks):
            raise UsageError(f"{out} is one of the notes to export: name another file, for example {example}")


def sources(decks: Iterable[CollectedDeck]) -> set[str]:
    """The files of notes."""
    paths = {card.path for deck in decks for note in deck.notes for card in note.cards}
    return {str(Path(path).resolve()) for path in paths if path}


def nothing(drafts: int) -> QuizError:
    """What to tell someone whose export would be empty."""
    if drafts:
        return QuizError(
            f"Nothing to export: none of the {drafts} questions has an answer yet. Answer some: dquiz fill"
        )
    return QuizError("Nothing to export: no deck that was named has a card.")


@contextlib.contextmanager
def told(out: Path) -> Iterator[None]:
    """Tell of what the system refuses in one line.

    Raises:
        QuizError: ``out`` cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise QuizError(f"{out}: cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def replacing(out: Path) -> Iterator[IO[bytes]]:
    """A file beside ``out`` that takes its place when the block ends, and is gone when it fails."""
    target = out.resolve()
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_mode(target))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, else those of any new file."""
    with contextlib.suppress(FileNotFoundError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

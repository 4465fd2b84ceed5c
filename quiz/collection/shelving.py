"""Puts notes that come from elsewhere into deck files of a folder, beside what stands there already."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from quiz import matching
from quiz.importers.anki.writing import deck_file, deck_path
from quiz.library import read_note, shown
from quiz.notes import deck_name, parse

if TYPE_CHECKING:
    from quiz.cards import Deck
    from quiz.importers.anki.writing import WrittenNote


def lines_hash(text: str) -> str:
    """What tells whether the lines of a note are still those that were written."""
    return hashlib.sha256(text.strip().encode()).hexdigest()


@dataclass(slots=True)
class DeckFile:
    """A deck file as it is and as it will be.

    Attributes:
        path: Absolute.
        name: Relative to its source.
        before: Its bytes; None if it is not there.
        wanted: Something was put there.
        added: Notes to be added to its end.
        replaced: First and last line of notes, 1-based, with what is to stand there.
    """

    path: Path
    name: str
    deck: str
    before: bytes | None
    wanted: bool = False
    added: list[WrittenNote] = field(default_factory=list)
    replaced: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether it is to be written."""
        return bool(self.added or self.replaced)

    def replace(self, first: int, last: int, block: str) -> None:
        """Let other lines stand where a note stands, 1-based."""
        self.wanted = True
        self.replaced.append((first, last, block))

    def text(self) -> str:
        """The file as it will be."""
        if self.before is None:
            return deck_file(self.added, deck=self.deck, path=PurePosixPath(self.name)).text
        text = self.before.decode("utf-8")
        lines = text.split("\n")
        for first, last, block in sorted(self.replaced, reverse=True):
            lines[first - 1 : last] = block.split("\n")
        text = "\n".join(lines)
        blocks = [block for written in self.added for block in written.blocks]
        return "\n\n".join([text.rstrip("\n"), *blocks]) + "\n" if blocks else text

    def parsed(self, data: bytes) -> Deck:
        """The notes that it holds when it has some bytes."""
        return parse(data, file=self.name, deck=deck_name(self.name))


class Shelf:
    """The deck files of one folder.

    Args:
        folder: Absolute; need not exist.
        source: The path of the source that it lies in; names of files are relative to it.
    """

    def __init__(self, folder: Path, source: str) -> None:
        self._folder = folder
        self._source = source
        self._files: dict[str, DeckFile] = {}
        self._of_deck: dict[str, DeckFile] = {}
        self._taken: set[str] = set()
        self._held: dict[str, Counter[str]] = {}

    @property
    def files(self) -> list[DeckFile]:
        """Those that are to hold what was put there, also if they hold it already and need not be written."""
        return [file for file in self._files.values() if file.wanted]

    def file_for(self, deck: str) -> DeckFile:
        """The file of a deck: the one that holds it already, else a new one."""
        while deck not in self._of_deck:
            relative = deck_path(deck, self._taken)
            self._taken.add(str(relative).casefold())
            file = self._file(self._folder / relative, deck)
            if file.before is None or self._is_of(file, deck):
                self._of_deck[deck] = file
        return self._of_deck[deck]

    def at(self, path: str) -> DeckFile:
        """A file that is there."""
        return self._file(Path(path), "")

    def depth(self, deck: str) -> int:
        """How many folders the file of a deck lies below this one."""
        return len(PurePosixPath(self.file_for(deck).path.relative_to(self._folder)).parts) - 1

    def put(self, deck: str, written: WrittenNote) -> None:
        """Add a note to a deck; blocks which its file holds already are not added again."""
        file = self.file_for(deck)
        file.wanted = True
        held = self._held.setdefault(file.name, self._contents(file))
        blocks, notes = [], []
        for block, note in zip(written.blocks, written.notes, strict=True):
            key = matching.content_key(note)
            if held[key]:
                held[key] -= 1
            else:
                blocks.append(block)
                notes.append(note)
        if blocks:
            file.added.append(replace(written, blocks=tuple(blocks), notes=tuple(notes)))

    def _file(self, path: Path, deck: str) -> DeckFile:
        name = shown(path)[len(self._source.rstrip("/")) + 1 :]
        if name not in self._files:
            before = read_note(path) if path.exists() else None
            self._files[name] = DeckFile(path, name, deck, before)
        return self._files[name]

    @staticmethod
    def _is_of(file: DeckFile, deck: str) -> bool:
        assert file.before is not None  # noqa: S101
        found = parse(file.before, file=file.name, deck=deck_name(file.name))
        return found.name == deck or deck_name(file.name).endswith(deck)

    @staticmethod
    def _contents(file: DeckFile) -> Counter[str]:
        if file.before is None:
            return Counter()
        found = parse(file.before, file=file.name, deck=deck_name(file.name))
        return Counter(matching.content_key(note) for note in found.notes)

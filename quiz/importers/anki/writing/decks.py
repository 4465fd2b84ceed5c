"""Written notes as the file of a deck, and the name of that file."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from quiz.importers.anki.writing.html import cleaned
from quiz.notes import deck_name, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from quiz.cards import Deck, Note
    from quiz.importers.anki.writing.notes import WrittenNote

_EXTENSION = ".md"
_NAMELESS = "blank"  # as Anki calls it
_LONGEST_PART = 120  # bytes; with a number and the extension still far below 255
_MOST_FOLDERS = 12
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ufffe\uffff]+')
_NO_NAME = re.compile(r"[\ufffe\uffff]")
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
_FILE_LIKE = re.compile(r"(?i:\.(?:md|markdown))$")


@dataclass(frozen=True, slots=True)
class DeckFile:
    """The file of a deck.

    Attributes:
        text: All of it.
        lines: For each note, for each of its blocks: the line (1-based) on which dquiz finds its card. Blocks that
            ask the same share one, and stand there once. None if a block could not be read back and is left out.
    """

    text: str
    lines: tuple[tuple[int | None, ...], ...]


def deck_file(notes: Sequence[WrittenNote], *, deck: str = "", path: PurePosixPath | None = None) -> DeckFile:
    """The file of a deck.

    Args:
        notes: In the order in which they are to stand there.
        deck: Its name, with ``/`` between the parts; empty if its path says enough.
        path: Where it will stand below its source. The name is written into the file where the path does not give it.
    """
    head = _head(deck, path)
    blocks = {
        (number, index): (text, read)
        for number, note in enumerate(notes)
        for index, (text, read) in enumerate(zip(note.blocks, note.notes, strict=True))
    }
    places = list(blocks)
    keepers: dict[tuple[int, int], tuple[int, int]] = {}
    while True:
        starts = _starts(len(head), (blocks[place][0] for place in places))
        text = "".join(f"{line}\n" for line in head) + "\n".join(f"{blocks[place][0]}\n" for place in places)
        deck_read = parse(text.encode(), file="deck.md", deck="deck")
        at = dict(zip(starts, places, strict=True))
        copies = {at[line]: at[note.line] for note in deck_read.notes for line in note.also if line in at}
        keepers |= copies
        wrong = _misread(at, deck_read, {place: blocks[place][1] for place in places}, copies)
        if not wrong and not copies:
            lines = {place: line for line, place in at.items()}
            return DeckFile(
                text,
                tuple(
                    tuple(lines.get(_keeper((number, index), keepers)) for index in range(len(note.blocks)))
                    for number, note in enumerate(notes)
                ),
            )
        places = [place for place in places if place not in wrong and place not in copies]


def _head(deck: str, path: PurePosixPath | None) -> list[str]:
    name = _NO_NAME.sub("", " ".join(cleaned(deck).split()))
    if not name or (path is not None and deck_name(str(path)) == name):
        return []
    return ["---", f"deck: {json.dumps(name, ensure_ascii=False)}", "---", ""]


def _starts(above: int, blocks: Iterable[str]) -> list[int]:
    """The lines on which blocks begin, with a blank line between two."""
    starts, line = [], above + 1
    for block in blocks:
        starts.append(line)
        line += block.count("\n") + 2
    return starts


def _misread(
    at: Mapping[int, tuple[int, int]],
    deck: Deck,
    wanted: Mapping[tuple[int, int], Note],
    copies: Mapping[tuple[int, int], tuple[int, int]],
) -> set[tuple[int, int]]:
    """The blocks that are not read here as they are read alone."""
    found = {at[note.line]: note for note in deck.notes if note.line in at}
    return {
        place
        for place, note in wanted.items()
        if place not in copies and (place not in found or _content(found[place]) != _content(note))
    }


def _content(note: Note) -> tuple[object, ...]:
    return note.kind, note.prompt, note.answer, note.tags, note.both, note.typed, note.deletions, note.choices


def _keeper(place: tuple[int, int], keepers: Mapping[tuple[int, int], tuple[int, int]]) -> tuple[int, int]:
    while place in keepers:
        place = keepers[place]
    return place


def deck_path(name: str, taken: set[str]) -> PurePosixPath:
    """A path for the file of a deck that is safe on every system and leads nowhere but below its folder.

    Args:
        name: With ``/`` between the parts.
        taken: Paths given before, folded; the new one is added.
    """
    parts = [_part(part) for part in name.split("/")]
    folders = [_FILE_LIKE.sub(lambda found: f"{found[0]}_", part) for part in parts[:-1][:_MOST_FOLDERS]]
    number = 1
    while True:
        numbered = f"{parts[-1]} {number}" if number > 1 else parts[-1]
        path = PurePosixPath(*folders, numbered + _EXTENSION)
        folded = unicodedata.normalize("NFC", str(path).casefold())
        if folded not in taken:
            taken.add(folded)
            return path
        number += 1


def _part(part: str) -> str:
    """A name of one file or folder."""
    part = _UNSAFE.sub("-", unicodedata.normalize("NFC", cleaned(part)))
    part = " ".join(part.split()).encode()[:_LONGEST_PART].decode(errors="ignore")
    part = part.strip(" .")
    return (
        _RESERVED.sub(lambda found: f"{found[0]}_", part, count=1)
        if _RESERVED.match(part)
        else part or _NAMELESS
    )

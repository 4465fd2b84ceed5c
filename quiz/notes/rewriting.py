"""A question or an answer of a file put into other words: bytes in, bytes out, and nothing else of it changes."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.errors import AnswerRefusedError
from quiz.notes.lines import BOM, decode, end_of, raw_lines
from quiz.notes.reading import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Deck, Note

_MARGIN = " \t>"
# Stands for bytes that are no text, which would not be what they were
_UNDECODABLE = "\ufffd"
_INDENTS = ("", "  ", "   ", "    ")


def replace_text(data: bytes, note: Note, *, prompt: str, answer: str, deck: str) -> bytes:
    """Let a note ask or answer something else, where its file has the text as it is.

    Args:
        data: The file.
        note: As parsed from exactly these bytes.
        prompt: The question it is to have, as markdown.
        answer: The answer it is to have, as markdown.
        deck: The deck's name, as it was given to :func:`parse`.

    Returns:
        The file; every byte outside of what changes is as it was.

    Raises:
        AnswerRefusedError: The file would not be read back with exactly these texts and every other note unchanged.
    """
    if answer != note.answer:
        data, note = _replaced(data, note, note.answer, answer, replace(note, answer=answer), deck)
    if prompt != note.prompt:
        data, note = _replaced(data, note, note.prompt, prompt, replace(note, prompt=prompt), deck)
    return data


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text of one or more lines stands.

    Attributes:
        first: Its first line, 0-based.
        last: Its last line.
        head: What stands before it in its first line.
        tail: What stands behind it in its last line.
        margin: What stands before each further line; None if it has none.
    """

    first: int
    last: int
    head: str
    tail: str
    margin: str | None


def _replaced(data: bytes, note: Note, old: str, new: str, wanted: Note, deck: str) -> tuple[bytes, Note]:
    """The file with other text for some of a note's, and the note that it makes."""
    before = parse(data, file=note.file, deck=deck)
    lines = decode(data).lines
    possible = old and new.strip() and _UNDECODABLE not in old
    for place in _places(lines, note, old.split("\n")) if possible else ():
        for margin in _margins(place):
            changed = _with(data, place, margin, new)
            found = _read_back(before, parse(changed, file=note.file, deck=deck), note, wanted)
            if found:
                return changed, found
    raise AnswerRefusedError(
        f"{note.file}:{note.line}: E602 the text would change other cards of the file, "
        "or not be read back as it is; write it by hand"
    )


def _places(lines: Sequence[str], note: Note, text: Sequence[str]) -> Iterator[_Place]:
    """Where a note's lines hold a text, the last place first: an answer stands behind its question."""
    for first in range(note.end - len(text), note.line - 2, -1):
        line, column = lines[first], -1
        while (column := line.find(text[0], column + 1)) >= 0:
            place = _place(lines, first, column, text)
            if place:
                yield place


def _place(lines: Sequence[str], first: int, column: int, text: Sequence[str]) -> _Place | None:
    last = first + len(text) - 1
    tail = lines[first][column + len(text[0]) :]
    margin = None
    for number, wanted in enumerate(text[1:], first + 1):
        if tail.strip():
            return None
        inner = lines[number].lstrip(_MARGIN)
        before = lines[number][: len(lines[number]) - len(inner)]
        wanted_inner = wanted.lstrip(_MARGIN)
        tail = inner[len(wanted_inner) :]
        own = wanted[: len(wanted) - len(wanted_inner)]
        if not inner.startswith(wanted_inner) or (wanted_inner and not before.endswith(own)):
            return None
        if wanted_inner and margin is None:
            margin = before[: len(before) - len(own)]
    return _Place(first, last, lines[first][:column], tail, margin)


def _margins(place: _Place) -> Iterator[str]:
    """What may stand before further lines: what does already, else what the first line suggests."""
    if place.margin is not None:
        yield place.margin
        return
    own = place.head[: len(place.head) - len(place.head.lstrip(_MARGIN))]
    yield from (own + indent for indent in _INDENTS)


def _with(data: bytes, place: _Place, margin: str, text: str) -> bytes:
    raw = raw_lines(data)
    end = end_of(raw[place.first]) or (end_of(raw[place.first - 1]) if place.first else b"\n")
    lines = text.split("\n")
    further = [margin + line if line.strip() else margin.rstrip() for line in lines[1:]]
    written = "\n".join([place.head + lines[0], *further]) + place.tail
    body = written.encode("utf-8", "surrogatepass").replace(b"\n", end) + end_of(raw[place.last])
    bom = BOM if data.startswith(BOM) else b""
    return bom + b"".join(itertools.chain(raw[: place.first], [body], raw[place.last + 1 :]))


def _read_back(before: Deck, after: Deck, note: Note, wanted: Note) -> Note | None:
    """The note as it is read now, if it is as wanted and all others are as they were."""
    old = Counter(_bare(other) for other in before.notes)
    old.subtract([_bare(note)])
    changed = [other for other in after.notes if _taken(old, _bare(other))]
    if len(changed) != 1 or any(count > 0 for count in old.values()):
        return None
    [got] = changed
    return got if _bare(got) == _bare(replace(wanted, deletions=got.deletions)) else None


def _taken(counts: Counter[Note], note: Note) -> bool:
    """Whether a note is none of those that were there; each is counted off."""
    counts[note] -= 1
    return counts[note] < 0


def _bare(note: Note) -> Note:
    return replace(note, line=0, end=0, also=(), earlier=())

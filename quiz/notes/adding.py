"""A question and its answer added to a file: bytes in, bytes out, and every other note stays what it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from quiz.cards import Kind, Note
from quiz.errors import AnswerRefusedError
from quiz.notes.blocks import questions
from quiz.notes.lines import decode, end_of, raw_lines
from quiz.notes.reading import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Deck

_HEADING = re.compile(r"(#{1,6})\s")
_LIST_ITEM = re.compile(r"\s*[-*+]\s")
_OWN_SECTION = "## Questions"


def append_question(
    data: bytes, prompt: str, answer: str, tags: Sequence[str] = (), *, file: str, deck: str
) -> tuple[bytes, Note]:
    """Write a question below all others, as the file writes its own where that can be read back.

    Args:
        data: The file; empty for a new one.
        prompt: Markdown, without blank lines around it.
        answer: Markdown, without blank lines around it; empty for a draft.
        tags: Without ``#``.
        file: As it was given to :func:`parse`.
        deck: As it was given to :func:`parse`.

    Returns:
        The file, and the note as it is read there.

    Raises:
        AnswerRefusedError: In no form it would be read back as exactly this, with every other note unchanged (E602).
    """
    before = parse(data, file=file, deck=deck)
    wanted = Note(kind=Kind.QA, prompt=prompt, answer=answer, tags=tuple(tags), draft=not answer)
    for lines in _forms(decode(data).lines, before, wanted):
        changed = _with_lines(data, lines)
        found = _added(before, parse(changed, file=file, deck=deck), wanted)
        if found:
            return changed, found
    raise AnswerRefusedError(
        f"{file}: E602 no form was found in which this question is read back as it is and every other card stays;"
        " write it by hand"
    )


def _forms(lines: Sequence[str], before: Deck, note: Note) -> Iterator[list[str]]:
    """The lines to add, those first that look like the last question there; then below a heading of their own."""
    attributes = [f"#{tag}" for tag in note.tags]
    ways = [list(way.lines) for way in questions(note, attributes, 2)]
    last = next((each for each in reversed(before.notes) if each.kind is Kind.QA), None)
    first_line = lines[last.line - 1] if last else ""
    if _LIST_ITEM.match(first_line):
        ways.sort(key=lambda way: not _LIST_ITEM.match(way[0]))
    elif (heading := _HEADING.match(first_line)) and "\n" not in note.prompt:
        asked = " ".join([heading[1], note.prompt, *attributes])
        ways.insert(0, [asked, *(["", *note.answer.split("\n")] if note.answer else [])])
    yield from ways
    for way in ways:
        yield [_OWN_SECTION, "", *way]


def _with_lines(data: bytes, lines: Sequence[str]) -> bytes:
    raw = raw_lines(data)
    end = next((end_of(line) for line in reversed(raw) if end_of(line)), b"\n")
    joined = b""
    if raw:
        joined = b"" if end_of(raw[-1]) else end
        joined += end if raw[-1].strip() else b""
    text = "\n".join(lines) + "\n"
    return data + joined + text.encode("utf-8", "surrogatepass").replace(b"\n", end)


def _added(before: Deck, after: Deck, wanted: Note) -> Note | None:
    """The note that is there now, if it is as wanted, all others are as they were, and nothing new is wrong."""
    old = Counter(map(_bare, before.notes))
    new = Counter(map(_bare, after.notes))
    more = new - old
    if old - new or more.total() != 1 or len(after.problems) > len(before.problems):
        return None
    [key] = more
    found = next(note for note in reversed(after.notes) if _bare(note) == key)
    is_it = (found.kind, found.prompt, found.answer, found.draft, found.both, found.typed, found.anchor) == (
        *(Kind.QA, wanted.prompt, wanted.answer, wanted.draft),
        *(False, False, None),
    )
    return found if is_it and set(wanted.tags) <= set(found.tags) else None


def _bare(note: Note) -> Note:
    return replace(note, line=0, end=0, also=())

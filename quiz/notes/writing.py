"""Answers and anchors written into a file: bytes in, bytes out, and nothing but that place changes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.errors import AnswerRefusedError
from quiz.notes.found import placeholder_line
from quiz.notes.lines import BOM, byte_column, decode, end_of, raw_lines
from quiz.notes.page import Page
from quiz.notes.reading import parse, read
from quiz.notes.wording import split_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.cards import Deck, Note
    from quiz.notes.found import Found, Slot

_BLOCK = re.compile(r"(?:```|~~~|\||[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|>|<| {4}|\t)")
_ANCHOR = re.compile(r"[A-Za-z0-9-]+")
_PLACEHOLDER = re.compile(r"[*_`~\[(<\"'…. -]*(?:todo|tbd|to be completed|answer here)[^\w]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Bytes to put between two offsets of a raw line; an offset of -1 is the line's end, before its line end."""

    line: int
    start: int
    end: int
    text: str


class _File:
    """A file's bytes as lines, each with its own end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.bom = BOM if data.startswith(BOM) else b""
        self.lines = raw_lines(data)

    def line_end(self, number: int) -> bytes:
        """How lines inserted at a line end: as it does, or as the one above the last one does."""
        for index in (number, number - 1):
            end = end_of(self.lines[index]) if 0 <= index < len(self.lines) else b""
            if end:
                return end
        return b"\n"

    def edited(self, edit: _Edit) -> bytes:
        raw = self.lines[edit.line]
        body = raw[: len(raw) - len(end_of(raw))]
        start = len(body) if edit.start < 0 else byte_column(body, edit.start)
        end = len(body) if edit.end < 0 else byte_column(body, edit.end)
        text = edit.text.encode("utf-8", "surrogatepass").replace(b"\n", self.line_end(edit.line))
        changed = body[:start] + text + body[end:] + raw[len(body) :]
        return self.bom + b"".join([*self.lines[: edit.line], changed, *self.lines[edit.line + 1 :]])


def insert_answer(data: bytes, note: Note, answer: str, *, deck: str) -> bytes:
    """Write the answer to a draft into its file.

    Args:
        data: The file.
        note: A draft as parsed from exactly these bytes.
        answer: Markdown of any number of lines.
        deck: The deck's name, as it was given to :func:`parse`.

    Returns:
        The file with the answer; every byte outside it is as it was.

    Raises:
        AnswerRefusedError: The note has no place for an answer, or the file would not be read back with exactly this
            answer and every other note unchanged (E602).
    """
    text = answer.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    while text and not text.split("\n", 1)[0].strip():
        text = text.partition("\n")[2]
    page = Page(decode(data).lines, note.file)
    found = _find(page, note)
    if not text or found is None or found.slot is None or note.answer:
        raise _refused(note, "there is no place for an answer")
    cell = found.slot.shape.endswith("cell")
    text = _cell_text(text) if cell else text.strip(" ") if "\n" not in text else text
    file = _File(data)
    attempts = [_at_placeholder(page, found, text)] if _is_written(page, found) else []
    attempts += [_edit(page, found.slot, text)]
    before = parse(data, file=note.file, deck=deck)
    for edit in filter(None, attempts):
        changed = file.edited(edit)
        after = parse(changed, file=note.file, deck=deck)
        if _is_same(before, after, note, text):
            return changed
    raise _refused(note, "the answer would change other cards of the file, or not be read back as it is")


def _refused(note: Note, reason: str) -> AnswerRefusedError:
    return AnswerRefusedError(
        f"{note.file}:{note.line}: E602 {reason}; indent or fence what ends the card, or write it by hand"
    )


def _find(page: Page, note: Note) -> Found | None:
    return next((f for f in read(page) if f.start + 1 == note.line and f.kind is note.kind), None)


# --- places --------------------------------------------------------------------------------------------------------


def _is_written(page: Page, found: Found) -> bool:
    return placeholder_line(page, found.start, found.end) is not None


def _at_placeholder(page: Page, found: Found, text: str) -> _Edit | None:
    """The answer in place of the placeholder."""
    number = placeholder_line(page, found.start, found.end)
    match = _PLACEHOLDER.search(page.lines[number]) if number is not None else None
    if match is None or number is None or found.slot is None:
        return None
    line = page.lines[number]
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    if found.slot.shape.endswith("cell"):
        return _Edit(number, start, len(line.rstrip().rstrip("|").rstrip()), text)
    own = line[: len(line) - len(line.lstrip())]
    prefix = found.slot.prefix or (own if not line[:start].strip() else "")
    if _BLOCK.match(text) and line[:start].strip():
        text = "\n" + text
    return _Edit(number, start, -1, _indented(text, prefix, first=text.startswith("\n")))


def _edit(page: Page, slot: Slot, text: str) -> _Edit:
    """The answer in its slot."""
    line = page.lines[slot.line]
    if slot.shape == "cell":
        blank = line[slot.column : line.find("|", slot.column)] if "|" in line[slot.column :] else ""
        padded = f" {text} " if blank.strip(" ") == "" else text
        return _Edit(slot.line, slot.column, slot.column + len(blank), padded)
    if slot.shape == "new cell":
        bar = "" if line.rstrip().endswith("|") else " |"
        return _Edit(slot.line, slot.column, slot.column, f"{bar} {text} |")
    if slot.shape == "details":
        rest = line[slot.column :].strip()
        behind = "\n\n" if rest else "\n"
        return _Edit(slot.line, slot.column, slot.column, "\n\n" + _indented(text, slot.prefix) + behind)
    below = page.lines[slot.line + 1] if slot.line + 1 < len(page.lines) else ""
    if slot.shape == "heading":
        return _Edit(slot.line, -1, -1, "\n\n" + _indented(text, slot.prefix) + ("\n" if below.strip() else ""))
    mark = "**A:**" if slot.shape == "item" else "A:"
    text = f"{mark}\n{text}" if _BLOCK.match(text) else f"{mark} {text}"
    return _Edit(slot.line, -1, -1, "\n" + _indented(text, slot.prefix))


def _indented(text: str, prefix: str, *, first: bool = True) -> str:
    """Lines with a prefix; blank ones stay empty, save in a quote."""
    bare = prefix.rstrip()
    lines = [prefix + line if line.strip() else bare for line in text.split("\n")]
    if first and text.startswith("\n"):
        lines[0] = ""
    elif not first:
        lines[0] = text.split("\n", 1)[0]
    return "\n".join(lines)


def _cell_text(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", "<br>".join(line.strip() for line in text.split("\n")))


# --- checks --------------------------------------------------------------------------------------------------------


def _is_same(before: Deck, after: Deck, note: Note, answer: str) -> bool:
    """Whether all notes are as they were, save that this one has exactly the answer."""
    old = Counter(_bare(other) for other in before.notes if other != note)
    new = Counter(_bare(other) for other in after.notes)
    new.subtract(old)
    left = [bare for bare, count in new.items() if count]
    if len(left) != 1 or new[left[0]] != 1:
        return False
    got = left[0]
    wanted = replace(
        _bare(note),
        kind=got.kind,
        answer=answer,
        draft=False,
        choices=got.choices,
        explanation=got.explanation,
    )
    return got == wanted or got == replace(wanted, answer=answer.lstrip(" "))


def _bare(note: Note) -> Note:
    return replace(note, line=0, end=0, also=())


# --- anchors -------------------------------------------------------------------------------------------------------


def insert_anchor(data: bytes, note: Note, anchor: str) -> bytes:
    """Write ``^anchor`` at the end of a note's question line.

    Args:
        data: The file.
        note: As parsed from exactly these bytes, without an anchor.
        anchor: Letters, digits and ``-``.

    Raises:
        AnswerRefusedError: The note has no question line, or the file would be read differently (E602).
    """
    page = Page(decode(data).lines, note.file)
    found = _find(page, note)
    if found is None or found.mark is None or note.anchor is not None or not _ANCHOR.fullmatch(anchor):
        raise _refused(note, "there is no place for an anchor")
    line, column = found.mark
    changed = _File(data).edited(_Edit(line, column, column, f" ^{anchor}"))
    before = parse(data, file=note.file, deck=note.deck)
    after = parse(changed, file=note.file, deck=note.deck)
    wanted = tuple(_bare(replace(n, anchor=anchor) if n == note else n) for n in before.notes)
    if tuple(map(_bare, after.notes)) != wanted:
        raise _refused(note, "an anchor here would change the cards of the file")
    return changed


def remove_anchors(data: bytes, notes: Iterable[Note]) -> bytes:
    """Take the anchors of notes, as parsed from exactly these bytes, out of their question lines."""
    notes = [note for note in notes if note.anchor is not None]
    if not notes:
        return data
    page = Page(decode(data).lines, notes[0].file)
    found = {(item.start + 1, item.attributes.anchor): item for item in read(page)}
    edits = []
    for note in notes:
        item = found.get((note.line, note.anchor))
        if item is not None and item.mark is not None:
            edit = _anchor_edit(page, item.mark, note.anchor or "")
            edits += [edit] if edit else []
    for edit in edits:
        data = _File(data).edited(edit)
    return data


def _anchor_edit(page: Page, mark: tuple[int, int], anchor: str) -> _Edit | None:
    """Cut ``^anchor`` and the blank before it from the end of a question line."""
    number, column = mark
    line = page.lines[number]
    start = line.rfind(f" ^{anchor}", 0, column)
    end = start + len(anchor) + 2
    if start < 0 or split_attributes("x" + line[end:column])[0].strip("*_ ") not in ("x", "x#"):
        return None
    return _Edit(number, start, end, "")

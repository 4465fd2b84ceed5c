"""Answers and anchors written into a file: bytes in, bytes out, and nothing but that place changes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.errors import AnswerRefusedError
from quiz.notes.lines import BOM, byte_column, decode, end_of, raw_lines
from quiz.notes.page import Page
from quiz.notes.reading import parse, read
from quiz.notes.wording import is_placeholder, split_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.cards import Deck, Note
    from quiz.notes.found import Found, Slot

_BLOCK = re.compile(r"(?:```|~~~|\||[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|>|<| {4}|\t)")
_ANCHOR = re.compile(r"[A-Za-z0-9-]+")
_WORD_STARTS = re.compile(r"(?:^|(?<=[\s>]))(?=[^\s>])")
_TRAILING_TAGS = re.compile(r"(?:</?\w[^<>]*>\s*)+$")
_LONGEST_LINE = 400  # of a line that is searched for a placeholder


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
    if found.slot.shape.endswith("cell"):
        text = _cell_text(text)
    elif "\n" not in text:
        text = text.strip(" ")
    file = _File(data)
    before = parse(data, file=note.file, deck=deck)
    note = _in(before, note)
    for edit in _edits(page, found, found.slot, text):
        changed = file.edited(edit)
        if _is_same(before, parse(changed, file=note.file, deck=deck), note, text):
            return changed
    raise _refused(note, "the answer would change other cards of the file, or not be read back as it is")


def _refused(note: Note, reason: str) -> AnswerRefusedError:
    return AnswerRefusedError(
        f"{note.file}:{note.line}: E602 {reason}; indent or fence what ends the card, or write it by hand"
    )


def _in(deck: Deck, note: Note) -> Note:
    """The note as it stands in a deck."""
    return next((other for other in deck.notes if (other.line, other.kind) == (note.line, note.kind)), note)


def _find(page: Page, note: Note) -> Found | None:
    return next((f for f in read(page) if f.start + 1 == note.line and f.kind is note.kind), None)


# --- places --------------------------------------------------------------------------------------------------------


def _edits(page: Page, found: Found, slot: Slot, text: str) -> Iterator[_Edit]:
    """Ways to write the answer: in place of a placeholder, else in its slot, tightly or with blank lines."""
    if slot.shape.endswith("cell"):
        yield _in_cell(page, slot, text)
        return
    place = _placeholder(page, found)
    if place is not None:
        yield from _at_placeholder(page, slot, place, text)
        return
    line = page.lines[slot.line]
    if slot.shape == "details":
        behind = "\n\n" if line[slot.column :].strip() else "\n"
        yield _Edit(slot.line, slot.column, slot.column, "\n\n" + _indented(text, slot.prefix) + behind)
        return
    below = page.lines[slot.line + 1] if slot.line + 1 < len(page.lines) else ""
    if slot.shape == "heading":
        behind = "\n" if below.strip() else ""
        for answer in (text, f"A: {text}"):
            yield _Edit(slot.line, -1, -1, "\n\n" + _indented(answer, slot.prefix) + behind)
        return
    mark = "**A:**" if slot.shape == "item" else "A:"
    for join in ("\n", " ") if _BLOCK.match(text) else (" ",):
        marked = _indented(mark + join + text, slot.prefix)
        yield _Edit(slot.line, -1, -1, f"\n{marked}")
        if below.strip():
            yield _Edit(slot.line, -1, -1, f"\n{marked}\n")


def _placeholder(page: Page, found: Found) -> tuple[int, int, int] | None:
    """The line and the columns of the placeholder that an item has as its answer."""
    for number in range(found.end - 1, found.start - 1, -1):
        line = page.lines[number]
        if page.dead[number] or len(line) > _LONGEST_LINE:
            continue
        end = line.find("</details")
        tags = _TRAILING_TAGS.search(line[:end] if end >= 0 else line)
        end = tags.start() if tags else end if end >= 0 else len(line)
        starts = [match.start() for match in _WORD_STARTS.finditer(line[:end])]
        start = next((start for start in reversed(starts) if is_placeholder(line[start:end])), None)
        if start is not None:
            return number, start, len(line[:end].rstrip())
    return None


def _at_placeholder(page: Page, slot: Slot, place: tuple[int, int, int], text: str) -> Iterator[_Edit]:
    number, start, end = place
    before = page.lines[number][:start]
    prefix = slot.prefix or ("" if before.strip() else before)
    lines = _indented(text, prefix)
    if before.strip():
        below = [f"\n{lines}", f"\n\n{lines}\n\n"]
        beside = [lines[len(prefix) :]]
        for written in below + beside if _BLOCK.match(text) else beside + below:
            yield _Edit(number, start, end, written)
    else:
        yield _Edit(number, 0, end, lines)


def _in_cell(page: Page, slot: Slot, text: str) -> _Edit:
    line = page.lines[slot.line]
    if slot.shape == "new cell":
        bar = "" if line.rstrip().endswith("|") else " |"
        return _Edit(slot.line, slot.column, slot.column, f"{bar} {text} |")
    bar_at = line.find("|", slot.column)
    return _Edit(slot.line, slot.column, bar_at if bar_at >= 0 else len(line.rstrip()), f" {text} ")


def _indented(text: str, prefix: str) -> str:
    """Lines with a prefix; blank ones stay empty, save in a quote."""
    return "\n".join(prefix + line if line.strip() else prefix.rstrip() for line in text.split("\n"))


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
    return replace(note, line=0, end=0, also=(), earlier=())


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
    changed, marked = insert_anchors(data, [(note, anchor)])
    if not marked:
        raise _refused(note, "an anchor has no place here, or would change the cards of the file")
    return changed


def insert_anchors(data: bytes, anchors: Sequence[tuple[Note, str]]) -> tuple[bytes, list[Note]]:
    """Write an ``^id`` for each of several notes of a file, as parsed from exactly these bytes.

    Returns:
        The file, and the notes that have an anchor now: those without a question line, such as table rows, are left
        out, and so are those at which an anchor would change what is read.
    """
    if not anchors:
        return data, []
    page = Page(decode(data).lines, anchors[0][0].file)
    found = {(item.start + 1, item.kind): item for item in read(page)}
    edits: list[tuple[Note, str, _Edit]] = []
    for note, anchor in anchors:
        item = found.get((note.line, note.kind))
        if item and item.mark and note.anchor is None and _ANCHOR.fullmatch(anchor):
            line, column = item.mark
            edits.append((note, anchor, _Edit(line, column, column, f" ^{anchor}")))
    before = parse(data, file=page.file, deck="")
    changed = _with_anchors(data, before, edits)
    if changed is not None:
        return changed, [note for note, _, _ in edits]
    marked: list[tuple[Note, str, _Edit]] = []
    for edit in edits:
        if _with_anchors(data, before, [*marked, edit]) is not None:
            marked.append(edit)
    return _with_anchors(data, before, marked) or data, [note for note, _, _ in marked]


def _with_anchors(data: bytes, before: Deck, edits: list[tuple[Note, str, _Edit]]) -> bytes | None:
    """The file with the anchors, or None if that would change anything else of its notes."""
    changed = data
    for _, _, edit in edits:  # no edit adds a line, and no line has two
        changed = _File(changed).edited(edit)
    anchors = {(note.line, note.kind): anchor for note, anchor, _ in edits}
    wanted = [replace(n, anchor=anchors.get((n.line, n.kind), n.anchor)) for n in before.notes]
    after = parse(changed, file=before.file, deck="")
    return changed if list(map(_bare, after.notes)) == list(map(_bare, wanted)) else None


def insert_tags(data: bytes, note: Note, tags: Sequence[str], *, deck: str) -> bytes:
    """Write tags at the end of a note's question line.

    Args:
        data: The file.
        note: As parsed from exactly these bytes.
        tags: Without ``#``, none of which it has.
        deck: The deck's name, as it was given to :func:`parse`.

    Raises:
        AnswerRefusedError: The note has no question line, or the file would be read differently (E602).
    """
    found = _find(Page(decode(data).lines, note.file), note)
    if found and found.mark:
        line, column = found.mark
        text = "".join(f" #{tag}" for tag in tags)
        changed = _File(data).edited(_Edit(line, column, column, text))
        before, after = (parse(each, file=note.file, deck=deck).notes for each in (data, changed))
        wanted = [
            replace(n, tags=(*n.tags, *tags)) if (n.line, n.kind) == (note.line, note.kind) else n
            for n in before
        ]
        if list(map(_bare, after)) == list(map(_bare, wanted)):
            return changed
    raise _refused(note, "tags have no place here, or would change the cards of the file")


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

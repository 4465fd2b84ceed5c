"""R1: what ``Q:`` and ``A:`` mark, flush left, in list items, block quotes and headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.notes.found import Found, Slot, answer_text, indent_of
from quiz.notes.inline import bold_span, without_bold
from quiz.notes.wording import NO_ATTRIBUTES, Attributes, split_attributes, without_lead

if TYPE_CHECKING:
    from quiz.notes.page import Page
    from quiz.notes.structure import Block

_BULLET = r"(?:[-*+]|\d{1,9}[.)])[ \t]+"
_PATTERNS = r"(?:{0}\d*{1}|(\*\*|__){0}\d*(?:{1}\1|\1{1}))(?=\s|$)"
_OPEN_BOLD = r"(?:\*\*|__){0}\d*{1}(?=\s)"

_QUESTION = re.compile(_PATTERNS.format("Q", ":"))
_BOLD_QUESTION = re.compile(_OPEN_BOLD.format("Q", ":"))
_HEADING_QUESTION = re.compile(_PATTERNS.format("Q", "[:.]"))
_BOLD_HEADING_QUESTION = re.compile(_OPEN_BOLD.format("Q", "[:.]"))
_ANSWER = re.compile(rf" {{0,3}}(?P<bullet>{_BULLET})?" + _PATTERNS.format("A", ":").replace(r"\1", r"\2"))
_BOLD_ANSWER = re.compile(rf" {{0,3}}(?P<bullet>{_BULLET})?(?=(?:\*\*|__)A\d*:\s)")
_OPTION = re.compile(rf"\s*(?:{_BULLET})?(?:\*\*|__)?[B-D][:.)]")

_LONG = 40


def question_mark(text: str, *, heading: bool = False) -> str | None:
    """What follows the question mark that a text starts with: ``Q:``, ``Q3:``, ``**Q:**``, ``**Q3: all bold**``.

    Returns:
        None without a mark. The text of a question that is bold with its mark stays bold.
    """
    if text[:1] not in ("Q", "*", "_"):
        return None
    match = (_HEADING_QUESTION if heading else _QUESTION).match(text)
    if match:
        return text[match.end() :].lstrip()
    match = (_BOLD_HEADING_QUESTION if heading else _BOLD_QUESTION).match(text)
    return text[:2] + text[match.end() :].lstrip() if match else None


def answer_mark(text: str) -> tuple[str, int] | None:
    """What follows the answer mark that a line starts with, and the width of a list marker before it."""
    match = _ANSWER.match(text)
    if match:
        return text[match.end() :].lstrip(), match.end("bullet") if match["bullet"] else 0
    match = _BOLD_ANSWER.match(text)
    span = bold_span(text[match.end() :]) if match else None
    if match and span:
        inside = span[0].partition(":")[2].strip()
        return inside + text[match.end() + span[1] :], match.end("bullet") if match["bullet"] else 0
    return None


@dataclass(slots=True)
class Parts:
    """A question and its answer as lines.

    Attributes:
        question_end: The line behind the question, 0-based.
        answer: None without an answer.
        inline: Whether the answer begins behind its mark, or the bold question, on the same line.
        answer_line: The line on which it begins, 0-based.
    """

    question: list[str]
    question_end: int
    answer: list[str] | None = None
    inline: bool = False
    answer_line: int = 0
    attributes: Attributes = field(default_factory=lambda: NO_ATTRIBUTES)

    @property
    def prompt(self) -> str:
        return "\n".join(self.question).strip()


def split_parts(
    page: Page, first: str, start: int, lines: list[str], *, question_end: int | None, heading: bool = False
) -> Parts:
    """Part the lines of a card into question and answer.

    Args:
        page: The file.
        first: The question's first line, without its mark.
        start: The line (0-based) of ``first``.
        lines: The further lines of the card, the first of them at ``start + 1``.
        question_end: Where the question ends when no answer mark follows it; None if it then has no end.
        heading: Whether ``first`` is a heading, so that its bold ends with it.
    """
    first, attributes = split_attributes(first)
    bold = _split_bold(first, lines if not heading else [])
    if bold:
        question, used, rest = bold
        question[-1], inside = split_attributes(question[-1])
        rest, behind = split_attributes(rest + " ") if rest else ("", NO_ATTRIBUTES)
        if rest.startswith(("#", "^")):
            rest, behind = _only_attributes(rest, behind)
        attributes = inside | behind | attributes
        if not heading:
            parts = Parts(question, start + 1 + used, attributes=attributes)
            _read_answer(page, parts, rest, start + used, lines[used:])
            return parts
        first = question[0] + rest
    index = _answer_index(page, start + 1, lines)
    if index is not None:
        parts = Parts([first, *lines[:index]], start + 1 + index, attributes=attributes)
        _read_answer(page, parts, "", start + index, lines[index:])
    else:
        cut = len(lines) if question_end is None else max(0, question_end - start - 1)
        parts = Parts([first, *lines[:cut]], start + 1 + cut, attributes=attributes)
        if cut < len(lines):
            _read_answer(page, parts, "", start + cut, lines[cut:])
    _take_late_attributes(page, parts, start)
    return parts


def _only_attributes(rest: str, behind: Attributes) -> tuple[str, Attributes]:
    """A rest that is attributes alone has no text before them."""
    text, attributes = split_attributes("x " + rest)
    return (text[1:].strip(), attributes | behind) if text == "x" else (rest, behind)


def _split_bold(first: str, lines: list[str]) -> tuple[list[str], int, str] | None:
    """A question that is bold as a whole: its lines, how many further ones it takes, and what follows its bold."""
    if first[:2] not in ("**", "__"):
        return None
    for used in range(min(len(lines), 8) + 1):
        if used and not lines[used - 1].strip():
            return None
        text = "\n".join([first, *lines[:used]])
        span = bold_span(text)
        if span:
            rest = text[span[1] :].strip()
            text = "\n".join([without_bold(text[: span[1]])])
            return text.split("\n"), used, rest
    return None


def _answer_index(page: Page, start: int, lines: list[str]) -> int | None:
    """Which line carries the answer mark."""
    for index, line in enumerate(lines):
        if "A" in line and _is_answer_mark(page, start + index, index, lines):
            return index
    return None


def _is_answer_mark(page: Page, number: int, index: int, lines: list[str]) -> bool:
    if page.dead[number] or not answer_mark(lines[index]) or page.is_in_code_span(number):
        return False
    following = next((line for line in lines[index + 1 :] if line.strip()), "")
    return not _OPTION.match(following)  # `A:` with `B:` below it is the first of several options


def _read_answer(page: Page, parts: Parts, rest: str, line: int, lines: list[str]) -> None:
    """Read the answer of a question that ends on ``line``; ``rest`` follows on that line, ``lines`` below it."""
    marked = False
    parts.answer_line = line if rest else line + 1
    if rest:
        mark = answer_mark(rest)
        parts.answer, parts.inline = [mark[0] if mark else rest, *lines], True
        marked = mark is not None
    else:
        index = next((index for index, text in enumerate(lines) if text.strip()), None)
        if index is None:
            return
        marked = "A" in lines[index] and _is_answer_mark(page, line + 1 + index, index, lines)
        parts.answer_line = line + 1 + index
        if marked:
            text, width = answer_mark(lines[index]) or ("", 0)
            parts.answer = [text, *_dedented(lines[index + 1 :], width)]
            parts.inline = bool(text)
        else:
            parts.answer = lines[index:]
    if marked:
        below = line + 1 if rest else parts.answer_line + 1
        for index, text in enumerate(lines[below - line - 1 :]):
            if "A" in text and _is_answer_mark(page, below + index, below - line - 1 + index, lines):
                page.report(below + index, "W303", "a second answer mark in one answer is text")


def _dedented(lines: list[str], width: int) -> list[str]:
    """Lines without the indent of the list item that the answer began in, as far as they belong to it."""
    result = list(lines)
    for index, line in enumerate(lines if width else ()):
        if line.strip() and len(line) - len(line.lstrip(" ")) < width:
            break
        result[index] = line[width:] if line.strip() else ""
    return result


def _take_late_attributes(page: Page, parts: Parts, start: int) -> None:
    """Attributes may also stand at the end of a question's last line."""
    last = start + len(parts.question) - 1
    while len(parts.question) > 1 and not parts.question[-1].strip():
        parts.question.pop()
        last -= 1
    if len(parts.question) > 1 and not page.dead[last]:
        parts.question[-1], attributes = split_attributes(parts.question[-1])
        parts.attributes = parts.attributes | attributes


# --- the three places of a question --------------------------------------------------------------------------------


def flush_question(page: Page, start: int, end: int, holder: Block | None) -> Found | None:
    """A question at the left margin, or at that of a block quote."""
    first = question_mark(page.visible(start, holder))
    if first is None:
        return None
    parts = split_parts(page, first, start, page.cut(start + 1, end, holder), question_end=None)
    found = build(page, parts, start, end)
    if found and page.trimmed(start, end) - parts.answer_line > _LONG and parts.answer:
        page.report(start, "W307", f"the answer is longer than {_LONG} lines")
    if found:
        last = page.trimmed(start, parts.question_end)
        found.slot = Slot("line", last - 1, indent_of(page, start, holder))
    return found


def item_text(page: Page, item: Block) -> str:
    """The first line of a list item, without its marker and without leading emoji."""
    return without_lead(page.visible(_lead(item), item))


def _lead(item: Block) -> int:
    return item.children[0].start if item.children else item.start


def item_question(page: Page, item: Block, end: int) -> Found | None:
    """A question in a list item."""
    lead = _lead(item)
    first = question_mark(item_text(page, item))
    if first is None:
        return None
    paragraph = item.children[0].end if item.children else item.start + 1
    lines = page.cut(lead + 1, max(item.end, lead + 1), item)
    below = page.cut(item.end, end) if end > item.end else []
    parts = split_parts(page, first, lead, lines + below, question_end=paragraph)
    found = build(page, parts, item.start, end)
    if found:
        last = page.trimmed(lead, max(parts.question_end, lead + 1))
        found.slot = Slot("item", last - 1, item_indent(page, item))
        found.mark = _mark(page, lead, parts, first)
    return found


def item_indent(page: Page, item: Block) -> str:
    """The indent of an item's content."""
    outer = indent_of(page, item.start, item.holder)
    return outer + " " * item.width


def build(page: Page, parts: Parts, start: int, end: int) -> Found | None:
    """The item of a question, or None if its mark has no text."""
    if not parts.prompt:
        page.report(start, "W306", "a question mark without text")
        return None
    return Found(
        rule="R1",
        kind=Kind.QA,
        start=start,
        end=end,
        prompt=parts.prompt,
        answer=answer_text(parts.answer, unwrap=not parts.inline) if parts.answer else "",
        attributes=parts.attributes,
        mark=(start, len(page.lines[start].rstrip())),
    )


def _mark(page: Page, lead: int, parts: Parts, first: str) -> tuple[int, int]:
    """Where the question's line ends: before an answer that follows a bold question on the same line."""
    end = len(page.lines[lead].rstrip())
    bold = bold_span(first) if parts.inline and parts.answer_line == lead else None
    return (lead, end - len(first.rstrip()) + bold[1]) if bold else (lead, end)

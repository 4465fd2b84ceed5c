"""The marks ``Q:`` and ``A:``, and how they part the lines of a card into question and answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from quiz.cues.inline import bold_span, without_bold
from quiz.notes.wording import EMOJI, Attributes, asks, split_attributes, without_lead

if TYPE_CHECKING:
    from quiz.notes.page import Heading, Page

_BULLET = r"(?:[-*+]|\d{1,9}[.)])[ \t]+"
_LEAD = rf"(?:[{EMOJI}][\ufe0e\ufe0f\u200d]*[ \t]*){{0,4}}"
_PLAIN = r"(?:{0}\d*{1}|(?P<bold>\*\*|__){0}\d*(?:{1}(?P=bold)|(?P=bold){1}))(?=\s|$)"
_OPEN = r"(?:\*\*|__){0}\d*{1}(?=\s)"

_QUESTION = re.compile(_PLAIN.format("Q", ":"))
_OPEN_QUESTION = re.compile(_OPEN.format("Q", ":"))
_HEADING_QUESTION = re.compile(_PLAIN.format("Q", "[:.]"))
_OPEN_HEADING_QUESTION = re.compile(_OPEN.format("Q", "[:.]"))
_MARK_IN_BOLD = re.compile(r"(?:\*\*|__)Q\d*[:.]\s")
_ANSWER = re.compile(rf" {{0,3}}(?P<bullet>{_BULLET})?{_LEAD}" + _PLAIN.format("A", ":"))
_OPEN_ANSWER = re.compile(rf" {{0,3}}(?P<bullet>{_BULLET})?{_LEAD}(?=(?:\*\*|__)A\d*:\s)")
_OPTION = re.compile(rf"\s*(?:{_BULLET})?{_LEAD}(?:\*\*|__)?B[:.)]")

_MOST_BOLD_LINES = 8
_NEAR = 40  # lines in which the next option is looked for


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
    match = (_OPEN_HEADING_QUESTION if heading else _OPEN_QUESTION).match(text)
    if match is None:
        return None
    rest = text[match.end() :].lstrip()
    # a bold that ends right behind the mark is that of the mark
    return rest if rest.startswith(text[:2]) else text[:2] + rest


def is_marked(heading: Heading) -> bool:
    """Whether a heading carries a question mark of R1."""
    return question_mark(without_lead(heading.text), heading=True) is not None


def answer_mark(text: str) -> tuple[str, int] | None:
    """What follows the answer mark that a line starts with, and the width of a list marker before it."""
    match = _ANSWER.match(text)
    if match:
        return text[match.end() :].lstrip(), match.end("bullet") if match["bullet"] else 0
    match = _OPEN_ANSWER.match(text)
    span = bold_span(text[match.end() :]) if match else None
    if match and span:
        inside = span[0].partition(":")[2].strip()
        return inside + text[match.end() + span[1] :], match.end("bullet") if match["bullet"] else 0
    return None


def is_answer_mark(page: Page, number: int, lines: list[str], index: int) -> bool:
    """Whether ``lines[index]``, the file's line ``number``, carries an answer mark and is live.

    ``A:`` with ``B:`` below it is the first of several options.
    """
    text = lines[index]
    if "A" not in text or page.dead[number] or not answer_mark(text) or page.is_in_code_span(number):
        return False
    below = (lines[n] for n in range(index + 1, min(index + _NEAR, len(lines))) if lines[n].strip())
    return not _OPTION.match(next(below, ""))


@dataclass(slots=True)
class Parts:
    """A card's lines, parted.

    Attributes:
        question: Its lines, without mark and attributes.
        question_end: The line behind the question, 0-based.
        answer: Its lines, without mark; empty without an answer.
        answer_line: The line on which it begins, 0-based.
        inline: Whether the answer begins behind a mark, or behind a bold question, and not on a line of its own.
        is_bold: Whether the question is bold as a whole.
        behind: What follows a bold question on its own line, attributes left out.
    """

    question: list[str]
    question_end: int
    answer: list[str]
    answer_line: int
    attributes: Attributes
    inline: bool = False
    is_bold: bool = False
    behind: str = ""

    @property
    def prompt(self) -> str:
        """The question as one text."""
        return "\n".join(self.question).strip()


def part(page: Page, first: str, start: int, lines: list[str], stop: int | None) -> Parts:
    """Part the lines of a card into question and answer.

    Args:
        page: The file.
        first: The question's first line, without its mark.
        start: The line (0-based) of ``first``.
        lines: The further lines of the card, the first of them on line ``start + 1``.
        stop: Where the question ends if no answer mark follows it; None if it then has no end.
    """
    bold = _part_bold(first, lines, is_marked_inside=_MARK_IN_BOLD.search(page.lines[start]) is not None)
    if bold:
        question, used, behind, attributes = bold
        below = start + 1 + used
        parts = Parts(question, below, [], below, attributes, is_bold=True, behind=behind)
        _read_answer(page, parts, lines[used:])
        return parts
    near = takewhile(str.strip, lines[:_MOST_BOLD_LINES])
    if first[:2] in ("**", "__") and bold_span("\n".join([first, *near])) is None:
        # a bold that does not end in its paragraph is none
        first = first[2:]
    first, attributes = split_attributes(first)
    marks = (index for index in range(len(lines)) if is_answer_mark(page, start + 1 + index, lines, index))
    index = next(marks, len(lines) if stop is None else max(0, stop - start - 1))
    parts = Parts([first, *lines[:index]], start + 1 + index, [], start + 1 + index, attributes)
    _read_answer(page, parts, lines[index:])
    _take_late_attributes(page, parts, start)
    return parts


def _part_bold(
    first: str, lines: list[str], *, is_marked_inside: bool
) -> tuple[list[str], int, str, Attributes] | None:
    """A question that is bold as a whole: its lines, how many further ones it takes, and what follows its bold.

    None if the question only starts bold: something follows the bold that is no answer to it.
    """
    if first[:2] not in ("**", "__"):
        return None
    text = first
    for used in range(min(len(lines), _MOST_BOLD_LINES) + 1):
        if used:
            if not lines[used - 1].strip():
                return None
            text += "\n" + lines[used - 1]
        span = bold_span(text)
        if span:
            inside, attributes = split_attributes(without_bold(text[: span[1]]))
            # attributes need text before them: a letter stands in for the bold
            behind, more = split_attributes("x " + text[span[1] :].strip())
            behind = behind[1:].strip()
            if not asks(inside) and _is_more(
                behind, [*lines[used : used + 2], "", ""], is_marked_inside=is_marked_inside
            ):
                return None
            return inside.split("\n"), used, behind, attributes | more
    return None


def _is_more(behind: str, below: list[str], *, is_marked_inside: bool) -> bool:
    """Whether what follows a bold start is more of the question; ``below`` are the lines below the bold."""
    if not behind:
        is_asked = asks(below[0]) and not answer_mark(below[0]) and answer_mark(below[1]) is not None
        return is_asked and not is_marked_inside
    if answer_mark(behind):
        return False
    return not is_marked_inside or asks(behind) or answer_mark(below[0]) is not None


def _read_answer(page: Page, parts: Parts, lines: list[str]) -> None:
    """Read the answer from the lines below the question, and from what follows a bold one on its line."""
    if parts.behind:
        mark = answer_mark(parts.behind)
        parts.answer = [mark[0] if mark else parts.behind, *lines]
        parts.answer_line -= 1
        parts.inline, marked, below = True, mark is not None, 0
    else:
        index = next((index for index, text in enumerate(lines) if text.strip()), None)
        if index is None:
            return
        marked = is_answer_mark(page, parts.answer_line + index, lines, index)
        parts.answer_line += index
        parts.answer = lines[index:]
        below = index + 1
        if marked:
            text, width = answer_mark(lines[index]) or ("", 0)
            parts.answer = [text, *_dedented(lines[below:], width)]
            parts.inline = bool(text)
    if marked and parts.prompt:
        for index in range(below, len(lines)):
            if is_answer_mark(page, parts.question_end + index, lines, index):
                page.report(
                    parts.question_end + index, "W303", "a second answer mark in one answer: it is text"
                )


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
    while len(parts.question) > 1 and not parts.question[-1].strip():
        parts.question.pop()
    if len(parts.question) > 1 and not page.dead[start + len(parts.question) - 1]:
        parts.question[-1], attributes = split_attributes(parts.question[-1])
        parts.attributes = parts.attributes | attributes

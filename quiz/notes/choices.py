"""R6: options with ticks, lettered options with a revealed letter, true or false."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.cards import Choice, Kind
from quiz.notes.found import answer_text
from quiz.notes.marks import answer_mark
from quiz.notes.summaries import without_reveals

if TYPE_CHECKING:
    from quiz.notes.found import Found
    from quiz.notes.page import Page
    from quiz.notes.structure import Block

_BOX = re.compile(r"\[(?: |\s?([xX])\s?|)\](?:\s+|$|(?<=[ xX]\])(?=[^\s(\[:]))")
_LETTER = re.compile(r"(?:\*\*)?([A-Z])(?:\*\*)?[:.)](?:\*\*)?(?:\s+|$)")
_REVEALED = re.compile(r"[\s>#*_]*(?:[^\W\d_]+ ){0,3}[^\W\d_]+\s*[*_]*[:：][\s*_`]*([A-Z])[*_`.)\s]*")
_TRUTH = re.compile(r"[\s*_`]*(true|false)\b[*_`]*[\s.,:;!—–-]*", re.IGNORECASE)
_IMAGE = re.compile(r"!\[|<img\b", re.IGNORECASE)
_LONGEST_LINE = 200


@dataclass(slots=True)
class Options:
    """The options of a question.

    Attributes:
        start: The line of the first one, 0-based.
        end: The line behind the last one and what belongs to it.
        choices: Texts, and whether each is ticked; of lettered ones none is yet.
        letters: Of lettered options, in order.
    """

    start: int
    end: int
    choices: list[Choice]
    letters: str = ""


def add_choices(
    page: Page, found: Found, question: str, lines: tuple[int, int], holder: Block | None
) -> None:
    """Make a question a choice if it has options.

    Args:
        page: The file.
        found: The question; it is changed.
        question: The question as far as it stands above those lines.
        lines: The range of the card's further lines.
        holder: The container whose indent its lines lose.
    """
    start, end = lines
    options = _task_options(page, start, end)
    if options and not any(choice.correct for choice in options.choices):
        page.report(options.start, "W305", "none of the choices is ticked")
        _keep_options(page, found, options, question, lines, holder)
        return
    if options is None:
        options = _lettered_options(page, start, end)
    if options:
        _become_choice(page, found, options, question, lines, holder)
    elif "true or false" in found.prompt.casefold():
        _add_true_or_false(found)


def _become_choice(
    page: Page, found: Found, options: Options, question: str, lines: tuple[int, int], holder: Block | None
) -> None:
    start, end = lines
    before = page.cut(start, options.start, holder)
    mark = next((answer_mark(line) for line in before if line.strip()), None)
    text = "\n".join(found.trim([mark[0], *before[1:]] if mark else before)).strip()
    if not question.strip() and not text:
        return  # options alone ask nothing
    after = without_reveals(page, options.end, page.cut(options.end, end, holder))
    if options.letters:
        after = [line for line in after if not _letter_of(line)]
    after = _without_mark(after)
    found.kind = Kind.CHOICE
    found.prompt = f"{question}\n\n{text}".strip() if text else question.strip()
    found.choices = tuple(options.choices)
    found.explanation = answer_text(found.trim(after))
    found.answer = answer_text(found.trim(page.cut(options.start, end, holder)))


def _without_mark(lines: list[str]) -> list[str]:
    """Lines without an answer mark in front."""
    index = next((index for index, line in enumerate(lines) if line.strip()), None)
    mark = answer_mark(lines[index]) if index is not None else None
    return [mark[0], *lines[index + 1 :]] if mark and index is not None else lines


def _keep_options(
    page: Page, found: Found, options: Options, question: str, lines: tuple[int, int], holder: Block | None
) -> None:
    """Options without a tick stay part of the question: its answer is what follows them."""
    start, end = lines
    before = page.cut(start, options.start, holder)
    if any(answer_mark(line) for line in before):
        return  # they are the answer
    below = page.cut(options.start, end, holder)
    first = below[0].strip()
    marks = (n for n, line in enumerate(below) if not page.dead[options.start + n] and answer_mark(line))
    border = min(options.end, options.start + next(marks, len(below)))  # an answer may be lazy to CommonMark
    after = without_reveals(page, border, page.cut(border, end, holder))
    answer = answer_text(found.trim(_without_mark(after)))
    if first in found.prompt and (found.answer or not answer):
        return
    text = "\n".join(found.trim(page.cut(start, border, holder))).rstrip()
    is_below = found.rule == "R1" and not text.startswith("\n")
    found.prompt = "\n".join([question.strip(), text if is_below else "\n" + text.strip("\n")]).strip()
    found.answer = answer
    slot = found.slot
    last = page.trimmed(options.start, border) - 1
    if not answer and slot is not None and slot.line < last:
        shape = "heading" if slot.shape == "details" else slot.shape
        found.slot = replace(slot, shape=shape, line=last, column=0)


# --- options -------------------------------------------------------------------------------------------------------


def _lists(page: Page, start: int, end: int) -> list[list[Block]]:
    """Items of the lists in a range, one list for each container that they stand in."""
    levels: dict[Block | None, list[Block]] = {}
    for block in page.blocks_between(start, end):
        if block.kind == "item" and block.parent and not page.dead[block.start]:
            levels.setdefault(block.parent.parent, []).append(block)
    return list(levels.values())


def _task_options(page: Page, start: int, end: int) -> Options | None:
    for items in _lists(page, start, end):
        boxes = [(item, box) for item in items if (box := _BOX.match(page.visible(item.start, item)))]
        if len(boxes) > 1:
            return _with_texts(page, boxes, [bool(box[1]) for _, box in boxes], end)
    return None


def _with_texts(
    page: Page, marked: list[tuple[Block, re.Match[str]]], ticks: list[bool], end: int
) -> Options:
    """Options with their texts: what stands between two of them belongs to the one above."""
    choices: list[Choice] = []
    stop = end
    for number, (item, mark) in enumerate(marked):
        last = number + 1 == len(marked)
        stop = _behind_last(page, item, end) if last else marked[number + 1][0].start
        lines = page.cut(item.start, item.end, item)[: stop - item.start]
        lines[0] = lines[0][mark.end() :]
        lines += page.cut(item.end, stop, item.parent.holder if item.parent else None)
        choices.append(Choice("\n".join(lines).strip(), ticks[number]))
    return Options(marked[0][0].start, stop, choices)


def _behind_last(page: Page, item: Block, end: int) -> int:
    """Where the last option ends: a fence or image right below it, blank lines aside, is part of it."""
    stop = page.trimmed(item.start, min(item.end, end))
    below = stop
    while below < end and not page.lines[below].strip():
        below += 1
    leaf = page.leaf_at[below] if below < end else None
    if leaf is None or leaf.start != below or leaf.end > end:
        return stop
    is_image = leaf.kind in ("paragraph", "html") and _IMAGE.match(page.lines[below].strip())
    return leaf.end if leaf.kind == "fence" or is_image else stop


def _lettered_options(page: Page, start: int, end: int) -> Options | None:
    for items in _lists(page, start, end):
        marked = [(item, mark) for item in items if (mark := _LETTER.match(page.visible(item.start, item)))]
        letters = "".join(mark[1] for _, mark in marked)
        if len(letters) < 2 or letters != "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(letters)]:  # noqa: PLR2004
            continue
        options = _with_texts(page, marked, [False] * len(marked), end)
        lines = (page.visible(number) for number in range(options.end, end) if not page.dead[number])
        revealed = next((letter for line in lines if (letter := _letter_of(line))), "")
        if revealed and revealed in letters:
            index = letters.index(revealed)
            options.choices[index] = replace(options.choices[index], correct=True)
            options.letters = letters
            return options
    return None


def _letter_of(line: str) -> str:
    """The letter of a line that says ``Answer: C``."""
    match = _REVEALED.fullmatch(line) if len(line) <= _LONGEST_LINE else None
    return match[1] if match else ""


def _add_true_or_false(found: Found) -> None:
    match = _TRUTH.match(found.answer)
    if match:
        is_true = match[1].casefold() == "true"
        found.kind = Kind.CHOICE
        found.choices = (Choice("True", is_true), Choice("False", not is_true))
        found.explanation = found.answer[match.end() :].strip()

"""R4: headings and bold paragraphs that are questions; R1 in headings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues.inline import bold_span
from quiz.notes.chains import is_drill
from quiz.notes.choices import add_choices
from quiz.notes.found import Found, Slot, answer_text, is_rule, item_indent
from quiz.notes.marks import answer_mark, is_marked, part, question_mark
from quiz.notes.summaries import reveal_slot, says_answer, without_reveals
from quiz.notes.wording import (
    NO_ATTRIBUTES,
    asks,
    asks_or_tells,
    is_numbered,
    split_attributes,
    title,
    without_lead,
    without_trail,
)

if TYPE_CHECKING:
    from quiz.notes.page import Heading, Page
    from quiz.notes.structure import Block

_OFTEN = 3
_MOST_OF_THEM = 0.8
_DOTTED = re.compile(r"(?:\*\*|__)?Q\d*(?:\*\*|__)?\.")
_NUMBERED_QUESTION = re.compile(r"(?:\*\*|__)?Q\d+[:.]")
_BACK_TO_TOP = re.compile(r"[^\w]*(?:go )?back to (?:the )?top[^\w]*", re.IGNORECASE)
_IMAGE = re.compile(r"!\[|<img\b", re.IGNORECASE)
_LINK_TARGET = re.compile(r"\]\([^()]*\)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_ANCHOR_LINE = re.compile(r"(?:<a\s[^<>]*>\s*(?:</a>)?\s*)+", re.IGNORECASE)
_BREAK_LINE = re.compile(r"(?:\s*<br\s*/?>\s*)+", re.IGNORECASE)
_LONGEST_TAG_LINE = 400


class QuestionHeadings:
    """Which headings of a file are questions, and where their cards end.

    Attributes:
        marked: Headings with a question mark (R1) by line.
        asking: Headings that ask without one (R4) by line.
        bold: Paragraphs that are one bold span ending in ``?``, by line.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self.marked: dict[int, Heading] = {}
        self.asking: dict[int, Heading] = {}
        numbered = _asking_levels(page, [h for h in page.headings if is_numbered(h.text)])
        opening = _asking_levels(page, [h for h in page.headings if _opens_ordered(h)])
        for heading in page.headings:
            text = without_lead(heading.text)
            if is_marked(heading):
                self.marked[heading.line] = heading
            elif (heading.level > 1 and _has_words(text) and not is_drill(heading)) and (
                asks(text)
                or (heading.level in numbered and is_numbered(text))
                or (heading.level in opening and _opens_ordered(heading))
            ):
                self.asking[heading.line] = heading
        self._ending = [h for h in page.headings if _NUMBERED_QUESTION.match(without_lead(h.text))]
        self._ending_lines = [heading.line for heading in self._ending]
        self.bold = {block.start: block for block in page.blocks if _is_bold_question(page, block)}

    def end(self, heading: Heading) -> int:
        """A heading's card ends at the next one of its level or higher, or numbered ``Q13.`` at any level."""
        page = self._page
        index = bisect_left(self._ending_lines, heading.line + 1)
        limit = self._ending_lines[index] if index < len(self._ending_lines) else len(page.lines)
        return min(limit, heading.section_end)


def _asking_levels(page: Page, headings: list[Heading]) -> set[int]:
    """The levels at which headings of one form are questions: there are several, and most of them ask."""
    headings = [heading for heading in headings if _has_words(without_lead(heading.text))]
    count = Counter(heading.level for heading in headings)
    asking = Counter(
        heading.level for heading in headings if asks_or_tells(heading.text) or _sets_a_scene(page, heading)
    )
    return {
        level for level in count if count[level] >= _OFTEN and asking[level] >= _MOST_OF_THEM * count[level]
    }


def _sets_a_scene(page: Page, heading: Heading) -> bool:
    """Whether the first paragraph below a heading asks: "A job got slow", and below it "How do you find out why?"."""
    below = (
        block for block in page.blocks_between(heading.end, heading.section_end) if block.kind != "fence"
    )
    first = next(below, None)
    return first is not None and first.kind == "paragraph" and asks(page.visible(first.end - 1, first.holder))


def _has_words(text: str) -> bool:
    """Whether anything is left to ask."""
    return bool(without_trail(title(text)).strip(" ?？؟"))


def _opens_ordered(heading: Heading) -> bool:
    item = heading.item
    return item is not None and item.parent is not None and item.parent.ordered


def _is_bold_question(page: Page, block: Block) -> bool:
    if block.kind != "paragraph" or page.lines[block.start].lstrip()[:2] not in ("**", "__"):
        return False
    return bold_question(page, block) is not None


def bold_question(page: Page, block: Block) -> tuple[str, str] | None:
    """The inside of a paragraph that is one bold span ending in ``?``, and the attributes behind it."""
    if page.dead[block.start]:
        return None
    text = "\n".join(page.visible(number).strip() for number in range(block.start, block.end))
    span = bold_span(text)
    if span is None:
        return None
    behind, _ = split_attributes("x " + text[span[1] :].strip())
    inside, _ = split_attributes(span[0].strip())
    alone = without_trail(behind) == "x"  # emoji may follow
    return (span[0].strip(), text[span[1] :].strip()) if alone and asks(inside) else None


# --- cards ---------------------------------------------------------------------------------------------------------


def marked_heading(page: Page, heading: Heading, end: int) -> Found | None:
    """The card of a heading with a question mark: everything below it is the answer."""
    first = question_mark(without_lead(heading.text), heading=True) or ""
    holder = heading.item
    lines = page.cut(heading.end, end, holder)
    parts = part(page, first, heading.end - 1, lines, _behind_question(page, heading.end, end))
    prompt = title(parts.prompt) if "\n" not in parts.prompt else parts.prompt
    if not prompt:
        page.report(heading.line, "W306", "a question mark without text")
        return None
    begin = parts.answer_line
    answer = parts.answer if parts.inline else cleaned(page, begin, parts.answer)
    found = _heading_card(page, heading, end, prompt, answer)
    reveal = reveal_slot(page, heading.end, end)
    found.answer = answer_text(answer, unwrap=not parts.inline and reveal is None)
    found.rule = "R4" if _DOTTED.match(without_lead(heading.text)) else "R1"
    found.attributes = heading.attributes | parts.attributes
    if parts.question_end > heading.end:
        found.slot = Slot(
            "heading", page.trimmed(heading.line, parts.question_end) - 1, _indent(page, heading)
        )
    if not found.answer:
        found.slot = reveal or found.slot
    add_choices(page, found, title(parts.question[0]), (heading.end, end), holder)
    return found


def asking_heading(page: Page, heading: Heading, end: int) -> Found:
    """The card of a heading that asks."""
    prompt = without_trail(title(heading.text))
    lines = cleaned(page, heading.end, page.cut(heading.end, end, heading.item))
    found = _heading_card(page, heading, end, prompt, lines)
    add_choices(page, found, prompt, (heading.end, end), heading.item)
    begin = _behind_question(page, heading.end, end)
    if found.kind is Kind.QA and begin > heading.end:
        before = "\n".join(page.cut(heading.end, begin, heading.item)).strip()
        found.prompt = f"{prompt}\n\n{before}"
        found.answer = answer_text(cleaned(page, begin, page.cut(begin, end, heading.item)))
    if not found.answer:
        found.slot = reveal_slot(page, heading.end, end) or found.slot
    return found


def _heading_card(page: Page, heading: Heading, end: int, prompt: str, lines: list[str]) -> Found:
    return Found(
        rule="R4",
        kind=Kind.QA,
        start=heading.line,
        end=end,
        prompt=prompt,
        answer=answer_text(lines),
        attributes=heading.attributes,
        slot=Slot("heading", heading.end - 1, _indent(page, heading)),
        mark=(heading.line, _text_end(page, heading)),
        trim=without_frame,
    )


def _indent(page: Page, heading: Heading) -> str:
    return item_indent(page, heading.item) if heading.item else ""


def _text_end(page: Page, heading: Heading) -> int:
    """Where the heading's text ends, before a run of ``#`` that closes it."""
    line = page.lines[heading.line].rstrip()
    bare = line.rstrip("#")
    return len(bare.rstrip()) if bare != line and bare[-1:] in (" ", "\t") and bare.strip() else len(line)


def bold_paragraph(page: Page, block: Block, end: int) -> Found:
    """The card of a paragraph that is one bold question."""
    inside, behind = bold_question(page, block) or ("", "")
    text, attributes = split_attributes(inside)
    more = split_attributes("x " + behind)[1] if behind else NO_ATTRIBUTES
    lines = page.cut(block.end, end)
    found = Found(
        rule="R4",
        kind=Kind.QA,
        start=block.start,
        end=end,
        prompt=without_trail(title(text)),
        answer=answer_text(cleaned(page, block.end, lines)),
        attributes=attributes | more,
        slot=Slot("heading", block.end - 1),
        mark=(block.end - 1, len(page.lines[block.end - 1].rstrip())),
        trim=without_frame,
    )
    add_choices(page, found, found.prompt, (block.end, end), None)
    return found


def _behind_question(page: Page, start: int, end: int) -> int:
    """Where the answer begins: code, pictures and options before a reveal of the answer belong to the question.

    So does prose that leads on to them; from the first other prose on, all is the answer.
    """
    reveal = page.details_from(start)
    if reveal is None or reveal.start >= end or not says_answer(page, reveal):
        return start
    blocks = page.blocks_between(start, reveal.start)
    blocks = [block for block in blocks if block.holder is blocks[0].holder]
    behind = start
    for number, block in enumerate(blocks):
        is_lead = block is not blocks[-1] and _leads_on(page, block, blocks[number + 1])
        if not (is_lead or block.kind != "paragraph" or _IMAGE.match(page.lines[block.start].strip())):
            break
        behind = min(block.end, reveal.start)
    return behind


def _leads_on(page: Page, block: Block, following: Block) -> bool:
    """Whether a paragraph introduces the code, picture or list below it."""
    text = page.lines[block.end - 1].rstrip()
    return following.kind != "paragraph" and (text.endswith((":", "：")) or asks(text))


# --- answers of headings -------------------------------------------------------------------------------------------


def cleaned(page: Page, start: int, lines: list[str]) -> list[str]:
    """An answer below a heading without what is no answer: navigation, breaks at its edges, a mark."""
    lines = without_frame(without_reveals(page, start, lines))
    index = next((index for index, line in enumerate(lines) if line.strip()), None)
    mark = answer_mark(lines[index]) if index is not None else None
    return [mark[0], *lines[index + 1 :]] if mark and index is not None else lines


def without_frame(lines: list[str]) -> list[str]:
    """Lines without "back to top", ``<a name>``, and without rules and ``<br>`` at their edges."""
    lines = _without_navigation(lines)
    start, end = 0, len(lines)
    while start < end and _is_frame(lines[end - 1]):
        end -= 1
    while start < end and _is_frame(lines[start]):
        start += 1
    return lines[start:end]


def _is_frame(line: str) -> bool:
    return (
        not line.strip() or is_rule(line) or (line.lstrip()[:1] == "<" and bool(_BREAK_LINE.fullmatch(line)))
    )


def _without_navigation(lines: list[str]) -> list[str]:
    drop: set[int] = set()
    for number, line in enumerate(lines):
        if len(line) > _LONGEST_TAG_LINE:
            continue
        if "top" in line.lower() and _BACK_TO_TOP.fullmatch(_LINK_TARGET.sub("", _ANY_TAG.sub("", line))):
            drop.add(number)
            drop.update(_wrapping(lines, number))
        elif "<a" in line and _ANCHOR_LINE.fullmatch(line.strip()):
            drop.add(number)
    kept: list[str] = []
    for number, line in enumerate(lines if drop else ()):
        follows_blank = number - 1 in drop and kept and not kept[-1].strip()
        if number not in drop and (line.strip() or not follows_blank):
            kept.append(line)
    return kept if drop else lines


def _wrapping(lines: list[str], number: int) -> list[int]:
    """The lines of bare tags around a line, opening ones above and closing ones below."""
    wrapping: list[int] = []
    above, below = number - 1, number + 1
    while (
        above >= 0
        and below < len(lines)
        and _is_tag(lines[above], "<")
        and _is_tag(lines[below], "</")
        and not _is_tag(lines[above], "</")
    ):
        wrapping += [above, below]
        above, below = above - 1, below + 1
    return wrapping


def _is_tag(line: str, start: str) -> bool:
    text = line.strip()
    return text.startswith(start) and len(text) <= _LONGEST_TAG_LINE and not _ANY_TAG.sub("", text).strip()

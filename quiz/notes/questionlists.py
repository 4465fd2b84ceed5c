"""R10: lists whose items are questions, below a heading or in a file that says so. Tables of contents are none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues.inline import without_bold
from quiz.notes.found import Found, Slot, answer_text, item_indent
from quiz.notes.marks import Parts, part, question_mark
from quiz.notes.summaries import without_reveals
from quiz.notes.wording import (
    Attributes,
    answers_itself,
    asks,
    asks_with_remark,
    begins_as_question,
    is_remark,
    reduced,
    split_attributes,
    title,
    without_lead,
    without_question_number,
    without_sources,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from quiz.notes.page import Heading, Page
    from quiz.notes.structure import Block

_LEAST_LIST = 3
_ABOUT_QUESTIONS = re.compile(r"\b(?:questions?|interviews?|q ?(?:&|&amp;|and) ?a|faqs?)\b", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:table of contents|contents|toc)\W*")
_LINK_INTO_FILE = re.compile(r"\W*\[[^\n]*\]\(\s*#[^()]*(?:\([^()]*\)[^()]*)*\)\W*")
_LONGEST_LINK = 1_000
_NUMBER = re.compile(r"[\s>]*(\d{1,9})[.)]")
_LEVELS = {
    "junior": re.compile(r"\b(?:beginners?|basics?|junior|easy)\b"),
    "mid": re.compile(r"\b(?:intermediate|mid|medium)\b"),
    "senior": re.compile(r"\b(?:advanced|senior|expert|hard)\b"),
}
_ARCHITECTURE = re.compile(r"\barchitecture\b")


# --- headings ------------------------------------------------------------------------------------------------------


def is_about_questions(text: str) -> bool:
    """Whether a heading, title or file name announces questions."""
    return _ABOUT_QUESTIONS.search(re.sub(r"[_.-]+", " ", reduced(text))) is not None


def level_tags(page: Page, block: Block, above: Sequence[Heading]) -> tuple[str, ...]:
    """The tag of the level that what stands above a list gives it, the innermost one that gives any.

    Args:
        page: The file.
        block: The list; a line above it that is bold as a whole counts as a sub-heading.
        above: From the heading that announces questions to the innermost one.
    """
    titles = [heading.text for heading in above]
    index = page.block_index(block) if block.parent is None else 0
    lead = page.blocks[index - 1] if index else None
    if lead is not None and lead.kind == "paragraph" and lead.end == lead.start + 1:
        text = page.visible(lead.start).strip()
        titles += [text] * (without_bold(text.rstrip(":")) != text.rstrip(":"))
    for number in reversed(range(len(titles))):
        words = reduced(titles[number])
        level = next((level for level, pattern in _LEVELS.items() if pattern.search(words)), "")
        if not level and number and _ARCHITECTURE.search(words):
            level = "senior"
        if level:
            return (level,)
    return ()


def _is_file_of_questions(page: Page) -> bool:
    stem = page.file.rpartition("/")[2].rpartition(".")[0]
    first = next((heading.text for heading in page.headings if heading.level == 1), "")
    return any(map(is_about_questions, (first, page.front.title, stem)))


def _announced(page: Page, line: int) -> tuple[Heading, ...]:
    """The headings above a line from the outermost one that announces questions on; none if no heading does."""
    path = page.path(line)
    first = next((n for n, h in enumerate(path) if h.level > 1 and is_about_questions(h.text)), len(path))
    return path[first:]


# --- lists ---------------------------------------------------------------------------------------------------------


def is_contents(page: Page, block: Block) -> bool:
    """Whether a list is a table of contents: most of its items are nothing but a link into the file."""
    links = sum(_is_link(page.visible(item.start, item)) for item in block.children)
    return 2 * links > len(block.children)


def _is_link(text: str) -> bool:
    return (
        "](#" in text.replace("]( ", "](")
        and len(text) <= _LONGEST_LINK
        and _LINK_INTO_FILE.fullmatch(text) is not None
    )


def _is_below_contents(page: Page, line: int) -> bool:
    path = page.path(line)
    return bool(path) and _CONTENTS.fullmatch(reduced(path[-1].text)) is not None


@dataclass(frozen=True, slots=True)
class QuestionList:
    """A list of questions.

    Attributes:
        items: Of all its parts: numbers may go on behind what stands between two lists.
        ends: Where what belongs to each item ends.
        above: The headings above it, from the one that announces questions on; empty where only the file does.
    """

    items: tuple[Block, ...]
    ends: tuple[int, ...]
    above: tuple[Heading, ...]

    @property
    def line(self) -> int:
        """Its first line, 0-based."""
        return self.items[0].start


class QuestionLists:
    """The lists of questions of a file (R10), before it is known which lines other rules take.

    Attributes:
        announced: Those below a heading that announces questions.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        announcing = any(h.level > 1 and is_about_questions(h.text) for h in page.headings)
        self.announced = self._announced() if announcing else []
        self._above = {heading.line for each in self.announced for heading in each.above}

    def opens(self, heading: Heading) -> bool:
        """Whether a heading announces a list of questions, and so is no question."""
        return (
            heading.line in self._above
            and is_about_questions(heading.text)
            and not (asks(heading.text) and begins_as_question(heading.text))
        )

    def in_file(self) -> Iterator[QuestionList]:
        """The lists at the top level of a file whose title, name or first heading announces questions."""
        page = self._page
        if _is_file_of_questions(page):
            known = {each.line for each in self.announced}
            for block in page.blocks:
                if block.kind == "list" and block.start not in known and self._is_asking(block.children):
                    items = tuple(block.children)
                    yield QuestionList(items, tuple(page.item_end(item) for item in items), ())

    def _announced(self) -> list[QuestionList]:
        """Those of three items and more, and shorter ones where all lists below a heading make three questions."""
        found = list(self._below_headings())
        counts = Counter[int]()
        for each in found:
            counts[each.above[0].line] += len(each.items)
        return [
            each
            for each in found
            if len(each.items) >= _LEAST_LIST or counts[each.above[0].line] >= _LEAST_LIST
        ]

    def _below_headings(self) -> Iterator[QuestionList]:
        """Outer lists first: within one whose items ask, other lists are answers."""
        page = self._page
        position = 0
        for block in page.every_block:
            if block.kind != "list" or block.start < position:
                continue
            above = _announced(page, block.start)
            if not above or _is_below_contents(page, block.start) or page.in_details[block.start]:
                continue
            parts = self._parts(block)
            items = [item for each in parts for item in each.children]
            if self._is_asking(items) or (block.parent is None and self._all_ask(items)):
                yield QuestionList(tuple(items), tuple(self._ends(parts)), above)
                position = parts[-1].end

    def _all_ask(self, items: Sequence[Block]) -> bool:
        texts = [self._page.visible(item.start, item) for item in items]
        return all(_stop(self._page, item) is not None for item in items) and not any(
            _is_link(text) or question_mark(without_lead(text)) is not None for text in texts
        )

    def _is_asking(self, items: Sequence[Block]) -> bool:
        if len(items) < _LEAST_LIST or any(
            item.parent and is_contents(self._page, item.parent) for item in items[:1]
        ):
            return False
        return 2 * sum(_stop(self._page, item) is not None for item in items) >= len(items)

    def _parts(self, block: Block) -> list[Block]:
        """A list, and those whose numbers go on below what stands between them under the same heading."""
        page, parts = self._page, [block]
        if not block.ordered or block.parent is not None:
            return parts
        end = next(
            (h.line for h in page.headings_between(block.end, len(page.lines)) if h.top), len(page.lines)
        )
        for other in page.blocks[page.block_index(block) + 1 :]:
            if other.start >= end or other.kind == "break":
                break
            if other.kind == "list" and other.ordered:
                if _number(page, other.children[0]) != _number(page, parts[-1].children[-1]) + 1:
                    break
                parts.append(other)
        return parts

    def _ends(self, parts: list[Block]) -> Iterator[int]:
        page = self._page
        for number, block in enumerate(parts):
            yield from (page.item_end(item) for item in block.children[:-1])
            last = block.children[-1]
            if len(parts) == 1:
                yield page.item_end(last)
            else:
                yield parts[number + 1].start if number + 1 < len(parts) else self._end_behind(last)

    def _end_behind(self, item: Block) -> int:
        """Where the answer ends that stands behind the last list, as the others stand behind theirs."""
        page = self._page
        for block in page.blocks[page.block_index(item.parent or item) + 1 :]:
            if block.kind in ("heading", "break", "list") or page.in_details[block.start]:
                return block.start
        return len(page.lines)


def _number(page: Page, item: Block) -> int:
    match = _NUMBER.match(page.lines[item.start])
    return int(match[1]) if match else -1


def _stop(page: Page, item: Block) -> int | None:
    """The line behind the last one of an item's first paragraph that ends in a question mark, if one does."""
    lead = item.children[0] if item.children else None
    if lead is None or lead.kind != "paragraph":
        return None
    lines = [split_attributes(page.visible(number, item))[0] for number in range(lead.start, lead.end)]
    asking = [
        number
        for number, line in enumerate(lines)
        if asks_with_remark(line) or "?**" in line or "?__" in line
    ]
    return lead.start + asking[-1] + 1 if asking else None


# --- cards ---------------------------------------------------------------------------------------------------------


def list_cards(page: Page, found: QuestionList, is_free: bytearray, asked: Container[str]) -> Iterator[Found]:
    """The questions of a list; their lines are taken.

    Args:
        page: The file.
        found: The list.
        is_free: Non-zero for lines outside template sections.
        asked: Questions that are asked elsewhere in the file, as :func:`folded`: without an answer they are none here.
    """
    first = found.items[0].parent
    tags = level_tags(page, first, found.above) if first else ()
    for item, end in zip(found.items, found.ends, strict=True):
        if page.taken[item.start] or page.dead[item.start] or not is_free[item.start]:
            continue
        if _is_link(page.visible(item.start, item)):
            continue
        card = item_card(page, item, end)
        if card is None or not _is_question(card.prompt):
            continue
        page.take(card.start, card.end)
        if card.answer or folded(card.prompt) not in asked:
            card.attributes = with_tags(card.attributes, tags)
            yield card


def _is_question(prompt: str) -> bool:
    return asks_with_remark(prompt) or (begins_as_question(prompt) and not answers_itself(prompt))


def report_unread(page: Page, may_ask: bytearray) -> None:
    """Say where items that ask and answer on one line are not read, once for each list (W316).

    Args:
        page: The file, after all rules have taken their lines.
        may_ask: Non-zero for lines outside template sections, and for those in sections of questions.
    """
    in_file = _is_file_of_questions(page)
    for block in page.every_block:
        if block.kind != "list" or page.in_details[block.start]:
            continue
        if not (in_file or _announced(page, block.start)):
            continue
        left = [item for item in block.children if may_ask[item.start] and not page.taken[item.start]]
        lost = [item for item in left if not page.dead[item.start] and _answers_itself(page, item)]
        if lost and 2 * len(lost) >= len(left):
            count = "1 item" if len(lost) == 1 else f"{len(lost):,} items"
            page.report(
                lost[0].start,
                "W316",
                f"not read: {count} of this list with text behind the question mark. "
                "A question ends in ?; put its answer below it, indented",
            )


def _answers_itself(page: Page, item: Block) -> bool:
    text = page.visible(item.start, item)
    return not _is_link(text) and answers_itself(split_attributes(without_lead(text))[0])


def with_tags(attributes: Attributes, tags: tuple[str, ...]) -> Attributes:
    """Attributes with the tags of a level, unless they name a level themselves."""
    return attributes if set(attributes.tags) & _LEVELS.keys() else attributes | Attributes(tags)


def folded(prompt: str) -> str:
    """A question for comparison: case, blanks and emphasis aside."""
    return " ".join(reduced(prompt).split())


def item_card(page: Page, item: Block, end: int) -> Found | None:
    """The question of a list item and what stands below it; ``end`` may lie behind the item."""
    lead = item.children[0] if item.children else None
    if lead is None or lead.kind != "paragraph":
        return None
    own = page.item_end(item)
    taken = page.taken.find(1, item.start + 1, end)
    end = taken if taken >= 0 else end
    lines = page.cut(lead.start + 1, own, item) + page.cut(own, max(own, end))
    first = without_lead(page.visible(lead.start, item))
    stop = _stop(page, item)
    stop = lead.end if stop is None or _only_asks(page, item, lead) else stop
    parts = part(page, first, lead.start, lines, min(stop, own))
    if not parts.is_bold and parts.answer and _only_asks(page, item, lead):
        parts = part(page, first, lead.start, lines, None)  # further questions belong to the question
    prompt = without_question_number(without_sources(title(parts.prompt)))
    if not prompt or not reduced(prompt):
        return None
    return Found(
        rule="R10",
        kind=Kind.QA,
        start=item.start,
        end=max(own, end),
        prompt=prompt,
        answer=_answer(page, parts),
        attributes=parts.attributes,
        slot=Slot("item", page.trimmed(lead.start, parts.question_end) - 1, item_indent(page, item)),
        mark=(lead.start, len(page.lines[lead.start].rstrip())),
    )


def _answer(page: Page, parts: Parts) -> str:
    lines = parts.answer if parts.inline else without_reveals(page, parts.answer_line, parts.answer)
    if parts.inline and is_remark(lines[0]) and any(map(str.strip, lines[1:])):
        return answer_text(lines[1:], unwrap=True)
    is_hidden = len(lines) < len(parts.answer)
    return answer_text(lines, unwrap=not parts.inline and not is_hidden)


def _only_asks(page: Page, item: Block, lead: Block) -> bool:
    """Whether all that stands below an item's first paragraph are bullets that ask as well."""
    below = [block for block in item.children if block is not lead]
    return bool(below) and all(
        block.kind == "list" and all(_stop(page, child) is not None for child in block.children)
        for block in below
    )

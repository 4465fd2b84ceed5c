"""T3: titles of a cheat sheet and what stands below each; R7 shares what a bold title is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues.inline import bold_span, code_spans
from quiz.notes.chains import is_drill
from quiz.notes.found import Found, answer_text
from quiz.notes.headings import cleaned
from quiz.notes.wording import Attributes, split_attributes, title, without_lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.notes.page import Heading, Page
    from quiz.notes.structure import Block

_REMARK = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class Title:
    """A title and where it stands.

    Attributes:
        text: Without its colon.
        inline: What follows on its own line and is part of the answer.
        line: 0-based.
        below: The line below it.
        item: The bullet that it opens, or None.
    """

    text: str
    inline: str
    line: int
    below: int
    attributes: Attributes
    item: Block | None = None


def bold_title(text: str, *, inline: bool) -> tuple[str, str, bool] | None:
    """A line that is bold as a whole, as title, text behind it, and whether it has a colon.

    A remark in parentheses may follow, or a code span after a bold part without a colon; with ``inline`` and a colon
    any text.
    """
    span = bold_span(text)
    if span is None:
        return None
    inside, rest = span[0].strip(), text[span[1] :].strip()
    colon = inside.endswith(":")
    inside = inside.rstrip(": ") if colon else inside
    if rest.startswith(":") and not colon:
        colon, rest = True, rest[1:].strip()
    name = title(inside)
    remark = _REMARK.match(rest)
    if remark:
        behind = rest[remark.end() :].strip()
        if not behind or (behind == ":" and not colon):
            return f"{name} {remark[0]}", "", colon or behind == ":"
        if behind.startswith(":") and not colon and inline:
            return f"{name} {remark[0]}", behind[1:].strip(), True
    if not rest:
        return name, "", colon
    if not colon and code_spans(rest) == [(0, len(rest.rstrip(":")))]:
        return f"{name} {rest.rstrip(':')}", "", rest.endswith(":")
    return (name, rest, True) if colon and inline else None


def cheat_sheet_items(page: Page, start: int, end: int, blocks: list[Block]) -> Iterator[Found]:
    """The titles of a cheat sheet with what stands below them."""
    headings = [heading for heading in page.headings_between(start, end) if heading.top]
    first = headings[0].line if headings else end
    titles = [found for block in blocks if block.start < first for found in _titles_of(page, block)]
    titles += [_heading_title(heading) for heading in headings]
    drills = {heading.line for heading in headings if is_drill(heading)}
    border = titles[0].line if titles else end
    for block in blocks:
        if block.start < border and block.kind == "fence" and not page.taken[block.start]:
            page.report(block.start, "W309", "code without a title in a cheat sheet")
    breaks = {block.start for block in blocks if block.kind == "break"}
    for number, found in enumerate(titles):
        stop = titles[number + 1].line if number + 1 < len(titles) else end
        if found.text and not page.taken[found.line] and found.line not in drills:
            yield from _item(page, found, stop, breaks)


def _heading_title(heading: Heading) -> Title:
    return Title(title(heading.text).rstrip(":").strip(), "", heading.line, heading.end, heading.attributes)


def _titles_of(page: Page, block: Block) -> Iterator[Title]:
    if block.kind == "list" and not block.ordered:
        for item in block.children:
            found = _title_in(page, item.start, item)
            if found:
                yield found
    elif block.kind == "paragraph":
        for number in range(block.start, block.end):
            found = _title_in(page, number, None)
            if found:
                yield found


def _title_in(page: Page, number: int, item: Block | None) -> Title | None:
    if page.taken[number] or page.dead[number] or page.is_in_code_span(number):
        return None
    text, attributes = split_attributes(page.visible(number, item))
    parted = bold_title(without_lead(text).strip(), inline=item is not None)
    if parted is None or (item is None and parted[1]):
        return None
    return Title(parted[0], parted[1], number, number + 1, attributes, item)


def _item(page: Page, found: Title, stop: int, breaks: set[int]) -> Iterator[Found]:
    lines = [found.inline] if found.inline else []
    for number in range(found.below, stop):
        if number in breaks or page.taken[number]:
            continue
        inside = found.item is not None and number < found.item.end
        lines += page.cut(number, number + 1, found.item if inside else None)
    answer = answer_text(lines if found.inline else cleaned(page, found.below, lines))
    if not answer:
        page.report(found.line, "W308", f"nothing stands below the title {found.text!r}")
        return
    yield Found(
        rule="",
        kind=Kind.CHEATSHEET,
        start=found.line,
        end=stop,
        prompt=found.text,
        answer=answer,
        attributes=found.attributes,
        mark=(found.line, len(page.lines[found.line].rstrip())),
    )

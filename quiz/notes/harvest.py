"""Tier 2, outside template sections: R7 labels with code, R8 terms, R9 tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues.inline import MASK, bold_span, masked
from quiz.notes.chains import is_follow_up
from quiz.notes.cheatsheets import bold_title
from quiz.notes.found import Found, Slot, answer_text
from quiz.notes.sections import challenge_rows
from quiz.notes.tables import CHALLENGE, DESCRIPTION, LEVEL, TASK, Row, column, header, rows
from quiz.notes.wording import cell_title, is_no_answer, split_attributes, title, without_lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.notes.page import Page
    from quiz.notes.structure import Block

_PAIRS = [
    (Kind.QA, ("question", "front", "prompt"), ("answer", "back", "explanation")),
    (Kind.TERM, ("term", "command", "concept"), ("definition", "meaning", "description")),
    (Kind.ROADMAP, ("focus area", "concept", "skill"), ("why", "why it matters", "reason")),
]
_TERM_SEPARATOR = re.compile(r"\s*[—–→]\s*|\s+-\s+")


def harvested(page: Page, is_free: bytearray) -> Iterator[Found]:
    """What R7 to R9 find.

    Args:
        page: The file.
        is_free: Non-zero for lines outside template sections.
    """
    tldr = _tldr_title(page)
    for block in page.every_block:
        if block.kind not in ("item", "table") or page.dead[block.start] or not is_free[block.start]:
            continue
        if page.taken[block.start]:
            continue
        for found in _tables(page, block) if block.kind == "table" else _items(page, block, tldr):
            page.take(found.start, found.end)
            yield found


def _items(page: Page, item: Block, tldr: str) -> Iterator[Found]:
    lead = item.children[0] if item.children else None
    if lead is None or lead.kind != "paragraph":
        return
    line, attributes = split_attributes(page.visible(lead.start, item))
    line = without_lead(line).strip()
    found = _label(page, item, lead, line) or _term(page, item, lead, line)
    if found is None and tldr:
        found = _tldr_example(page, item, lead, tldr)
    if found is not None:
        found.attributes = attributes
        found.mark = (lead.start, len(page.lines[lead.start].rstrip()))
        yield found


# --- R7 ------------------------------------------------------------------------------------------------------------


def _following(page: Page, item: Block) -> Block | None:
    """What stands directly after the list that an item is the last of."""
    parent = item.parent
    if parent is None or parent.children[-1] is not item:
        return None
    siblings = parent.parent.children if parent.parent else page.blocks
    index = siblings.index(parent) if parent.parent else page.block_index(parent)
    return siblings[index + 1] if index + 1 < len(siblings) else None


def _label(page: Page, item: Block, lead: Block, line: str) -> Found | None:
    """A list item that is bold and ends in a colon, followed by a fence."""
    if not line.startswith(("**", "__")) or lead.end != lead.start + 1:
        return None
    parted = bold_title(line, inline=False)
    if parted is None or not parted[2]:
        return None
    fence = item.children[1] if len(item.children) > 1 else _following(page, item)
    if fence is None or fence.kind != "fence":
        return None
    return Found(
        rule="R7",
        kind=Kind.CHEATSHEET,
        start=item.start,
        end=max(item.end, fence.end),
        prompt=parted[0],
        answer=answer_text(page.cut(fence.start, fence.end, fence.holder)),
    )


def _tldr_title(page: Page) -> str:
    """The command of a tldr page: a level-1 title, then a quote; empty if the file is none."""
    kinds = [(block.kind, block.level) for block in page.blocks[:2]]
    if kinds != [("heading", 1), ("quote", 0)] or not page.headings or len(page.headings) > 1:
        return ""
    return page.headings[0].text


def _tldr_example(page: Page, item: Block, lead: Block, command: str) -> Found | None:
    text = page.visible(lead.start, item).strip()
    code = item.children[1] if len(item.children) > 1 else _following(page, item)
    if not text.endswith(":") or lead.end != lead.start + 1 or code is None or code.kind != "paragraph":
        return None
    answer = "\n".join(page.cut(code.start, code.end, code.holder)).strip()
    if masked(answer).strip(MASK):
        return None
    return Found(
        rule="R7",
        kind=Kind.CHEATSHEET,
        start=item.start,
        end=max(item.end, code.end),
        prompt=f"{command} › {text[:-1].rstrip()}",
        answer=answer,
    )


# --- R8 ------------------------------------------------------------------------------------------------------------


def _term(page: Page, item: Block, lead: Block, line: str) -> Found | None:
    """A list item ``**Term** — text``."""
    text = "\n".join([line, *page.cut(lead.start + 1, min(lead.end, page.item_end(item)), item)])
    span = bold_span(text)
    if span is None or is_follow_up(line):
        return None
    name, rest = span[0].strip(), text[span[1] :]
    separator = _TERM_SEPARATOR.match(rest)
    if name.endswith(":"):
        name = name.rstrip(": ")
    elif rest.lstrip(" ").startswith(":"):
        rest = rest.lstrip(" ")[1:]
    elif separator:
        rest = rest[separator.end() :]
    else:
        return None
    if not rest.strip() or not name:
        return None
    answer = "\n".join([rest.strip(), *page.cut(lead.end, page.item_end(item), item)])
    return Found(
        rule="R8",
        kind=Kind.TERM,
        start=item.start,
        end=page.item_end(item),
        prompt=title(name),
        answer=answer_text(answer.split("\n")),
    )


# --- R9 ------------------------------------------------------------------------------------------------------------


def _tables(page: Page, table: Block) -> Iterator[Found]:
    names = header(page, table)
    for kind, first, second in _PAIRS:
        one, two = column(names, first), column(names, second)
        if one is not None and two is not None:
            for row in rows(page, table):
                yield from _row(page, table, row, kind, one, two)
            return
    task, challenge = column(names, TASK), column(names, CHALLENGE[:1])
    if challenge is not None:
        level = column(names, LEVEL)
        for found in challenge_rows(page, table, level, challenge):
            found.rule = "R9"
            yield found
    elif task is not None:
        for row in rows(page, table):
            yield from _row(page, table, row, Kind.TASK, task, column(names, DESCRIPTION))


def _row(page: Page, table: Block, row: Row, kind: Kind, first: int, second: int | None) -> Iterator[Found]:
    prompt = cell_title(row.text(first))
    if not prompt:
        return
    answer = row.text(second)
    found = Found(
        rule="R9",
        kind=kind,
        start=row.line,
        end=row.line + 1,
        prompt=prompt,
        answer="" if is_no_answer(answer) else answer,
    )
    if second is not None:
        shift = len(page.lines[row.line]) - len(page.visible(row.line, table.holder))
        cell = row.cells[second] if second < len(row.cells) else None
        column_of = cell.start + shift if cell else len(page.lines[row.line].rstrip())
        found.slot = Slot("cell" if cell else "new cell", row.line, column=column_of)
    yield found

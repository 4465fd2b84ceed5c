"""T2, T4, T5: what is an item in which section of a self-help note; cheat sheets have a module of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues.inline import bold_span, masked, without_bold
from quiz.notes.cheatsheets import cheat_sheet_items
from quiz.notes.found import Found, answer_text
from quiz.notes.questionlists import is_contents, item_card, level_tags, with_tags
from quiz.notes.tables import CHALLENGE, DESCRIPTION, FOCUS, LEVEL, TASK, WHY, column_pair, header, rows
from quiz.notes.wording import (
    Attributes,
    asks_with_remark,
    cell_title,
    is_emoji_led,
    split_attributes,
    without_lead,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quiz.notes.page import Page
    from quiz.notes.structure import Block
    from quiz.notes.template import Section

_LONGEST_CONCEPT = 60
_EMPTY_IS_FINE = frozenset({Kind.OTHER, Kind.OVERVIEW, Kind.CONCEPT})


def section_items(page: Page, section: Section) -> Iterator[Found]:
    """The items of a section by the template's own rules; those of tier 1 are taken already."""
    blocks = [
        block
        for block in page.blocks_between(section.start, section.end)
        if block.parent is None and not page.zones.hidden[block.start]
    ]
    if section.kind is Kind.CHEATSHEET:
        items = cheat_sheet_items(page, section.start, section.end, blocks)
    else:
        items = _READERS[section.kind](page, blocks) if section.kind in _READERS else iter(())
    for found in items:
        found.section = section.title
        found.rule = f"T:{section.kind}"
        page.take(found.start, found.end)
        yield found


def report_empty(page: Page, section: Section, count: int) -> None:
    """Say that a section of the template yielded nothing."""
    if not count and section.kind not in _EMPTY_IS_FINE:
        page.report(section.heading.line, "W310", f"no item was found in the section {section.title!r}")


# --- bullets -------------------------------------------------------------------------------------------------------


def _bullets(page: Page, blocks: list[Block]) -> Iterator[Block]:
    """The items of a section's own lists that are free."""
    for block in blocks:
        if block.kind == "list" and not is_contents(page, block):
            for item in block.children:
                if not page.taken[item.start] and not page.dead[item.start]:
                    yield item


@dataclass(slots=True)
class _Bullet:
    """A list item: its first paragraph without leading marks and attributes, and what is indented below it."""

    text: str
    below: list[str]
    attributes: Attributes
    first: int


def _read_bullet(page: Page, item: Block) -> _Bullet:
    lead = item.children[0] if item.children else None
    stop = lead.end if lead and lead.kind == "paragraph" else item.start + 1
    start = lead.start if lead and lead.kind == "paragraph" else item.start
    stop = min(stop, page.item_end(item))
    lines = [page.visible(number, item) for number in range(start, stop)]
    lines[0], attributes = split_attributes(lines[0])
    text = without_lead("\n".join(lines).strip()).strip()
    return _Bullet(text, page.cut(stop, page.item_end(item), item), attributes, start)


def _bullet_found(page: Page, item: Block, bullet: _Bullet, kind: Kind, prompt: str, answer: str) -> Found:
    return Found(
        rule="",
        kind=kind,
        start=item.start,
        end=page.item_end(item),
        prompt=prompt,
        answer=answer,
        attributes=bullet.attributes,
        mark=(bullet.first, len(page.lines[bullet.first].rstrip())),
    )


def _questions(page: Page, blocks: list[Block]) -> Iterator[Found]:
    """Unmarked bullets that end in a question mark; marked ones are R1. Their sub-headings may give their level."""
    for block in blocks:
        above = page.path(block.start)
        for item in _bullets(page, [block]):
            found = item_card(page, item, page.item_end(item))
            if found is not None and asks_with_remark(found.prompt):
                found.attributes = with_tags(found.attributes, level_tags(page, block, above))
                yield found


def _tasks(page: Page, blocks: list[Block]) -> Iterator[Found]:
    for table in _tables(blocks):
        task, description = column_pair(header(page, table), TASK, DESCRIPTION, (0, 1))
        for row in rows(page, table):
            text = cell_title(row.text(task))
            if text:
                yield _row(Kind.TASK, row.line, text, row.text(description))
    for index, block in enumerate(blocks):
        for item in _bullets(page, [block]):
            bullet = _read_bullet(page, item)
            text, below, end = bullet.text, bullet.below, page.item_end(item)
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            if text.endswith(":") and item is block.children[-1] and following and following.kind == "fence":
                below = [*below, *page.cut(following.start, following.end)]
                end = following.end
            if text.endswith(":") and any(line.strip() for line in below):
                text = text[:-1].rstrip()
            if text:
                found = _bullet_found(page, item, bullet, Kind.TASK, text, answer_text(below))
                found.end = end
                yield found


def _challenges(page: Page, blocks: list[Block]) -> Iterator[Found]:
    tables = _tables(blocks)
    for table in tables:
        level, challenge = column_pair(header(page, table), LEVEL, CHALLENGE, (0, 1))
        yield from challenge_rows(page, table, level, challenge)
    for item in _bullets(page, [] if tables else blocks):
        bullet = _read_bullet(page, item)
        if bullet.text:
            yield _bullet_found(page, item, bullet, Kind.CHALLENGE, bullet.text, "")


def challenge_rows(page: Page, table: Block, level: int | None, challenge: int | None) -> Iterator[Found]:
    """Challenges of a table: the level asks, or the challenge where there is no level."""
    for row in rows(page, table):
        grade, text = cell_title(row.text(level)), cell_title(row.text(challenge))
        if grade and text:
            found = _row(Kind.CHALLENGE, row.line, grade, text)
            found.level = grade
            yield found
        elif grade or text:
            yield _row(Kind.CHALLENGE, row.line, grade or text, "")


def _roadmap(page: Page, blocks: list[Block]) -> Iterator[Found]:
    for table in _tables(blocks):
        focus, why = column_pair(header(page, table), FOCUS, WHY, (1, 2))
        for row in rows(page, table):
            text = cell_title(row.text(focus))
            if text:
                yield _row(Kind.ROADMAP, row.line, text, row.text(why))


def _tables(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if block.kind == "table"]


def _row(kind: Kind, line: int, prompt: str, answer: str) -> Found:
    return Found(rule="", kind=kind, start=line, end=line + 1, prompt=without_bold(prompt), answer=answer)


def _tips(page: Page, blocks: list[Block]) -> Iterator[Found]:
    for item in _bullets(page, blocks):
        bullet = _read_bullet(page, item)
        if bullet.text:
            yield _bullet_found(page, item, bullet, Kind.TIP, bullet.text, answer_text(bullet.below))


# --- T4 and T5 -----------------------------------------------------------------------------------------------------

_SEPARATOR = re.compile(r"\s*(?:—|–|→|->)\s*|\s-\s")


def split_next(text: str) -> tuple[str, str]:
    """T4: a next step as what it is and why."""
    hidden = masked(text)
    match = _SEPARATOR.search(hidden)
    colon = _bold_colon(text)
    if colon and (match is None or colon[0] <= match.start()):
        return without_bold(text[: colon[0]].strip()).rstrip(":").strip(), text[colon[1] :].strip()
    if match and match.start():
        return without_bold(text[: match.start()].strip()), text[match.end() :].strip()
    span = bold_span(text)
    if span and text[span[1] :].strip():
        return span[0].strip(), text[span[1] :].strip()
    return without_bold(text), ""


def _bold_colon(text: str) -> tuple[int, int] | None:
    """Where a bold start ends that has a colon on either side of its closing mark, and where the rest begins."""
    span = bold_span(text)
    if span is None:
        return None
    if span[0].endswith(":"):
        return span[1], span[1]
    return (span[1], span[1] + 1) if text[span[1] : span[1] + 1] == ":" else None


def _next_steps(page: Page, blocks: list[Block]) -> Iterator[Found]:
    for item in _bullets(page, blocks):
        bullet = _read_bullet(page, item)
        prompt, answer = split_next(bullet.text)
        below = answer_text(bullet.below)
        if prompt:
            answer = f"{answer}\n\n{below}".strip() if below else answer
            yield _bullet_found(page, item, bullet, Kind.NEXT, prompt, answer)


def split_concept(text: str) -> tuple[str, str] | None:
    """T5: ``X = Y`` with one spaced equals sign outside code and bold, and at most 60 characters before it."""
    hidden = masked(text)
    index = hidden.find(" = ")
    if not 0 < index <= _LONGEST_CONCEPT or hidden.find(" = ", index + 2) >= 0:
        return None
    if hidden.count("**", 0, index) % 2:
        return None
    before, after = text[:index].strip(), text[index + 3 :].strip()
    return (without_bold(before), after) if before and after else None


def _concepts(page: Page, blocks: list[Block]) -> Iterator[Found]:
    for block in blocks:
        leaves = [block, *block.walk()] if block.kind == "list" else [block]
        for leaf in leaves:
            if leaf.kind == "paragraph":
                yield from _concept_lines(page, leaf)


def _concept_lines(page: Page, paragraph: Block) -> Iterator[Found]:
    holder = paragraph.holder
    if holder is not None and holder.kind == "quote":
        return
    for number in range(paragraph.start, paragraph.end):
        line = page.visible(number, holder)
        bullet = holder is not None and number == holder.children[0].start
        if page.taken[number] or page.dead[number] or not (bullet or is_emoji_led(line)):
            continue
        text, attributes = split_attributes(line)
        parted = split_concept(without_lead(text).strip())
        if parted:
            yield Found(
                rule="",
                kind=Kind.CONCEPT,
                start=number,
                end=number + 1,
                prompt=parted[0],
                answer=parted[1],
                attributes=attributes,
                mark=(number, len(page.lines[number].rstrip())),
            )


_READERS: dict[Kind, Callable[[Page, list[Block]], Iterator[Found]]] = {
    Kind.QA: _questions,
    Kind.ROADMAP: _roadmap,
    Kind.TASK: _tasks,
    Kind.CHALLENGE: _challenges,
    Kind.NEXT: _next_steps,
    Kind.TIP: _tips,
    Kind.CONCEPT: _concepts,
}

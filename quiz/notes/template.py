"""The self-help note (T0 to T2, T4, T5): which section is of which kind, and what is an item in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.notes.cheatsheets import cheat_sheet_items
from quiz.notes.found import Found, Slot, answer_text, item_indent
from quiz.notes.headings import asks
from quiz.notes.inline import bold_span, masked, without_bold
from quiz.notes.marks import part, question_mark
from quiz.notes.structure import Block
from quiz.notes.tables import (
    CHALLENGE,
    DESCRIPTION,
    FOCUS,
    LEVEL,
    TASK,
    WHY,
    column_pair,
    header,
    rows,
)
from quiz.notes.wording import (
    Attributes,
    cell_title,
    is_emoji_led,
    plain_title,
    reduced,
    split_attributes,
    without_lead,
    word_count,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quiz.notes.page import Heading, Page

_KINDS = [
    (Kind.CHEATSHEET, r"cheat[- ]?sheets?"),
    (Kind.ROADMAP, r"roadmap"),
    (Kind.CHALLENGE, r"challenges?"),
    (Kind.NEXT, r"next\b.*\b(?:tech|stack|steps?|recommendations?)"),
    (Kind.TIP, r"tips?"),
    (Kind.TASK, r"tasks?|exercises?|hands-on|practice"),
    (Kind.QA, r"interview|q ?(?:&|&amp;|and) ?a|faqs?|^questions?(?: (?:and|&|&amp;) answers?)?$"),
    (Kind.CONCEPT, r"mental models?|philosophy"),
    (Kind.OVERVIEW, r"overview"),
]
_SECTION_KINDS = [(kind, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for kind, words in _KINDS]
_MOST_WORDS = 6
_ENOUGH_KINDS = 3
_LONGEST_CONCEPT = 60
_EMPTY_IS_FINE = frozenset({Kind.OTHER, Kind.OVERVIEW, Kind.CONCEPT})


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a self-help note: its heading, its kind and its lines, the heading left out."""

    kind: Kind
    heading: Heading
    start: int
    end: int

    @property
    def title(self) -> str:
        """The heading without emoji, number and escapes."""
        return plain_title(self.heading.text)


def section_kind(text: str) -> Kind | None:
    """The kind that a heading gives its section, if any."""
    words = reduced(text)
    if words.endswith("?") or question_mark(without_lead(text), heading=True) is not None:
        return None
    if word_count(words) > _MOST_WORDS:
        return None
    return next((kind for kind, pattern in _SECTION_KINDS if pattern.search(words)), None)


def find_sections(page: Page) -> list[Section]:
    """The sections of a self-help note; none if the file is none (T0)."""
    tops = [heading for heading in page.headings if heading.top]
    kinds = {heading: section_kind(heading.text) for heading in tops}
    at_level: dict[int, set[Kind]] = {}
    for heading, kind in kinds.items():
        if kind:
            at_level.setdefault(heading.level, set()).add(kind)
    if not at_level:
        return []
    level = min(at_level, key=lambda level: (-len(at_level[level]), level))
    if len(at_level[level]) < _ENOUGH_KINDS and "note" not in page.front.flags:
        return []
    sections = []
    borders = [heading for heading in tops if heading.level <= level]
    for heading, following in zip(borders, [*borders[1:], None], strict=True):
        kind = kinds[heading] if heading.level == level or heading is not tops[0] else None
        end = following.line if following else len(page.lines)
        sections.append(Section(kind or Kind.OTHER, heading, heading.end, end))
    return sections


def section_items(page: Page, section: Section) -> Iterator[Found]:
    """The items of a section by the template's own rules; those of tier 1 are taken already."""
    blocks = [
        block
        for block in page.blocks_between(section.start, section.end)
        if block.parent is None and not page.zones.hidden[block.start]
    ]
    read = _READERS.get(section.kind)
    if read is None:
        return
    for found in read(page, section, blocks):
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
        if block.kind == "list":
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


def _questions(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
    """Unmarked bullets that end in a question mark; marked ones are R1."""
    for item in _bullets(page, blocks):
        bullet = _read_bullet(page, item)
        lead = item.children[0] if item.children else None
        if lead is None or lead.kind != "paragraph":
            continue
        lines = page.cut(lead.start + 1, page.item_end(item), item)
        parts = part(page, without_lead(page.visible(lead.start, item)), lead.start, lines, lead.end)
        if asks(parts.prompt):
            answer = answer_text(parts.answer, unwrap=not parts.inline)
            found = _bullet_found(page, item, bullet, Kind.QA, parts.prompt, answer)
            last = page.trimmed(lead.start, parts.question_end) - 1
            found.slot = Slot("item", last, item_indent(page, item))
            yield found


def _tasks(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
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


def _challenges(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
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


def _roadmap(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
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


def _tips(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
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


def _next_steps(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
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


def _concepts(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
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


def _cheat_sheets(page: Page, section: Section, blocks: list[Block]) -> Iterator[Found]:
    return cheat_sheet_items(page, section.start, section.end, blocks)


_READERS: dict[Kind, Callable[[Page, Section, list[Block]], Iterator[Found]]] = {
    Kind.QA: _questions,
    Kind.CHEATSHEET: _cheat_sheets,
    Kind.ROADMAP: _roadmap,
    Kind.TASK: _tasks,
    Kind.CHALLENGE: _challenges,
    Kind.NEXT: _next_steps,
    Kind.TIP: _tips,
    Kind.CONCEPT: _concepts,
}

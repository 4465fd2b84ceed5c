"""R1 at the left margin, in block quotes and in list items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues.inline import bold_span
from quiz.notes.choices import add_choices
from quiz.notes.found import Found, Slot, answer_text, indent_of, item_indent
from quiz.notes.marks import Parts, part, question_mark
from quiz.notes.summaries import reveal_slot, without_reveals
from quiz.notes.wording import without_lead

if TYPE_CHECKING:
    from quiz.notes.page import Page
    from quiz.notes.structure import Block

_LONG = 40
_MOST_OPTIONS = 8


def flush_question(page: Page, start: int, end: int, holder: Block | None) -> Found | None:
    """The question that begins on a line at the left margin, or at that of a block quote."""
    first = question_mark(page.visible(start, holder)) or ""
    reveal = page.details_from(start + 1)
    stop = reveal.start if reveal and reveal.start < end else None
    parts = part(page, first, start, page.cut(start + 1, end, holder), stop)
    found = _found(page, parts, (start, end), (start, first))
    if found is not None:
        line = page.trimmed(start, parts.question_end) - 1
        found.slot = reveal_slot(page, start + 1, end) or Slot("line", line, indent_of(page, start, holder))
        _add_choices(page, found, parts, start, holder)
        if found.answer and page.trimmed(start, end) - parts.answer_line > _LONG:
            page.report(start, "W307", f"the answer has more than {_LONG} lines")
    return found


def item_question(page: Page, item: Block, end: int) -> Found | None:
    """The question in a list item; ``end`` may lie behind the item where its answer follows the list."""
    first = question_mark(item_text(page, item))
    if first is None:
        return None
    lead, own = lead_line(item), page.item_end(item)
    stop = min(item.children[0].end, own) if item.children else item.start + 1
    lines = page.cut(lead + 1, own, item) + page.cut(own, end)
    parts = part(page, first, lead, lines, stop)
    found = _found(page, parts, (item.start, end), (lead, first))
    if found is not None:
        last = page.trimmed(lead, max(parts.question_end, lead + 1)) - 1
        found.slot = Slot("item", last, item_indent(page, item))
        _add_choices(page, found, parts, lead, item)
    return found


def _add_choices(page: Page, found: Found, parts: Parts, start: int, holder: Block | None) -> None:
    question, begin = (parts.prompt, parts.question_end) if parts.is_bold else (parts.question[0], start + 1)
    add_choices(page, found, question, (begin, found.end), holder)


def _found(page: Page, parts: Parts, lines: tuple[int, int], mark: tuple[int, str]) -> Found | None:
    """The question on a range of lines; ``mark`` is the line of its mark and what follows the mark there."""
    if not parts.prompt:
        page.report(lines[0], "W306", "a question mark without text")
        return None
    answer = parts.answer if parts.inline else without_reveals(page, parts.answer_line, parts.answer)
    hidden = len(answer) < len(parts.answer)
    return Found(
        rule="R1",
        kind=Kind.QA,
        start=lines[0],
        end=lines[1],
        prompt=parts.prompt,
        answer=answer_text(answer, unwrap=not parts.inline and not hidden),
        attributes=parts.attributes,
        mark=(mark[0], _mark_column(page, *mark, is_answered=parts.behind != "")),
    )


def _mark_column(page: Page, line: int, first: str, *, is_answered: bool) -> int:
    """Where a question's line ends: before an answer that follows a bold question on it."""
    text = page.lines[line].rstrip()
    span = bold_span(first) if is_answered else None
    return len(text) - len(first.rstrip()) + span[1] - 2 if span else len(text)


def lead_line(item: Block) -> int:
    """The line on which an item's text begins."""
    return item.children[0].start if item.children else item.start


def item_text(page: Page, item: Block) -> str:
    """The first line of an item's text, without leading emoji."""
    if item.children and item.children[0].kind != "paragraph":
        return ""
    return without_lead(page.visible(lead_line(item), item))


def has_option_siblings(page: Page, item: Block) -> bool:
    """Whether an item is one of several options ``A:``, ``B:``, ``C:``."""
    siblings = item.parent.children if item.parent else []
    return any(item_text(page, sibling)[:2] in ("A:", "B:") for sibling in siblings[:_MOST_OPTIONS])

"""Tier 1 in the order of the file: what begins on an earlier line contains what begins inside it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.notes.choices import add_choices
from quiz.notes.clozes import cloze, cloze_mark, deletions
from quiz.notes.found import Found, Slot, answer_text, indent_of, item_indent
from quiz.notes.headings import QuestionHeadings, asking_heading, bold_paragraph, marked_heading
from quiz.notes.inline import bold_span
from quiz.notes.margin import Margin
from quiz.notes.marks import answer_mark, is_answer_mark, part, question_mark
from quiz.notes.oneline import one_line_cards
from quiz.notes.summaries import Role, details_card, roles, without_reveals
from quiz.notes.wording import without_lead

if TYPE_CHECKING:
    from quiz.notes.page import Heading, Page
    from quiz.notes.structure import Block
    from quiz.notes.template import Section

_LONG = 40
_MOST_OPTIONS = 8


class TierOne:
    """The explicit cards of a file (R1 to R6)."""

    def __init__(self, page: Page, sections: list[Section]) -> None:
        self._page = page
        self._sections = sections
        self._section_starts = [section.start for section in sections]
        self._section_lines = {section.heading.line for section in sections}
        self._roles = roles(page)
        self._details = {details.start: details for details in page.details}
        self._headings = QuestionHeadings(page)
        bold = [line for line in self._headings.bold if self._may_ask(line)]
        self._items: dict[int, list[Block]] = {}
        self._quoted: dict[int, tuple[Block, int]] = {}
        self._question_items: list[int] = []
        self._empty_items: list[int] = []
        ends = self._find_items()
        self._margin = Margin(page, self._roles, sorted({*bold, *ends}))
        self._flush = set(self._margin.questions)
        self._clozes = set(self._margin.clozes)
        page.flush_marks = sorted(self._flush | self._clozes)
        self._lines = one_line_cards(page)
        self._cards = sorted(
            {*self._flush, *self._quoted, *self._headings.marked, *self._question_items}
            | {details.start for details, role in self._roles.items() if role is Role.CARD}
        )

    def read(self) -> list[Found]:
        """All cards by line; the lines of each are taken."""
        page = self._page
        starts = {*self._flush, *self._clozes, *self._items, *self._quoted, *self._details, *self._lines}
        starts |= {*self._headings.marked, *self._headings.asking, *self._headings.bold}
        found: list[Found] = []
        position = 0
        for line in sorted(starts):
            if line < position:
                continue
            card = self._card(line)
            if card is not None:
                found.append(card)
                page.take(card.start, card.end)
                position = card.end
            elif self._is_contents(line):
                position = self._details[line].end
                page.take(line, position)
        self._report_stray_marks(found)
        return found

    def _is_contents(self, line: int) -> bool:
        details = self._details.get(line)
        return details is not None and self._roles[details] is Role.CONTENTS

    def _card(self, line: int) -> Found | None:
        """The card that begins on a line, by the first rule that finds one."""
        page = self._page
        headings = self._headings
        if line in headings.marked:
            heading = headings.marked[line]
            return marked_heading(page, heading, self._end_of(heading))
        if line in self._flush:
            return self._flush_question(line, self._margin.end(line), None)
        if line in self._quoted:
            holder, end = self._quoted[line]
            return self._flush_question(line, end, holder)
        for item in self._items.get(line, ()):
            card = self._item_question(item) or self._item_cloze(item)
            if card is not None:
                return card
        if line in self._clozes:
            first = cloze_mark(page.visible(line)) or ""
            return cloze(page, line, self._margin.end(line), None, first)
        return self._unmarked(line)

    def _unmarked(self, line: int) -> Found | None:
        page = self._page
        details = self._details.get(line)
        if details is not None and self._roles[details] is Role.CARD:
            card = details_card(page, details)
            if card is not None:
                holder = page.leaf_at[line]
                add_choices(page, card, details.body[0], details.close[0], holder.holder if holder else None)
            return card
        if line in self._headings.asking:
            return self._asking(self._headings.asking[line])
        if line in self._headings.bold and self._may_ask(line):
            return bold_paragraph(page, self._headings.bold[line], self._margin.end(line))
        return self._lines.get(line)

    # --- headings and sections -------------------------------------------------------------------------------------

    def _section(self, line: int) -> Section | None:
        index = bisect_left(self._section_starts, line + 1) - 1
        section = self._sections[index] if index >= 0 else None
        return section if section and line < section.end else None

    def _may_ask(self, line: int) -> bool:
        """Whether R4 holds: in a template it does in question sections only."""
        section = self._section(line)
        return section is None or section.kind in (Kind.QA, Kind.OTHER)

    def _end_of(self, heading: Heading) -> int:
        """Where a heading's card ends; in a question section of the template a thematic break ends it too."""
        end = self._headings.end(heading)
        section = self._section(heading.line)
        if section is not None and section.kind is Kind.QA:
            blocks = self._page.blocks_between(heading.end, end)
            breaks = (b.start for b in blocks if b.kind == "break" and b.parent is None)
            end = next(breaks, end)
        return end

    def _asking(self, heading: Heading) -> Found | None:
        page = self._page
        if heading.line in self._section_lines or not self._may_ask(heading.line):
            return None
        end = self._end_of(heading)
        index = bisect_left(self._cards, heading.line + 1)
        if index < len(self._cards) and self._cards[index] < end:
            return None  # it holds cards of its own: context
        return asking_heading(page, heading, end)

    # --- marks -----------------------------------------------------------------------------------------------------

    def _find_items(self) -> list[int]:
        """Find list items and block quotes that begin with a mark; returns those that end a flush-left card."""
        page = self._page
        ends: list[int] = []
        for block in page.every_block:
            if block.kind == "quote" and block.holder is None:
                self._find_quoted(block)
            if block.kind != "item" or page.dead[block.start]:
                continue
            text = item_text(page, block)
            if question_mark(text) is not None:
                self._question_items.append(block.start)
            elif not self._is_cloze_item(block, text):
                continue
            self._items.setdefault(block.start, []).append(block)
            if block.holder is None:
                ends.append(block.start)
        return ends

    def _is_cloze_item(self, item: Block, text: str) -> bool:
        if cloze_mark(text) is None:
            return False
        page, lead = self._page, lead_line(item)
        found = deletions(page, lead, [text, *page.cut(lead + 1, item.end, item)])
        if has_option_siblings(page, item):
            return False
        if not found:
            self._empty_items.append(item.start)
        return bool(found)

    def _find_quoted(self, quote: Block) -> None:
        page = self._page
        leaves = [block for block in quote.children if block.kind == "paragraph"]
        marked = [
            number
            for leaf in leaves
            for number in range(leaf.start, leaf.end)
            if not page.dead[number] and question_mark(page.visible(number, quote)) is not None
        ]
        for number, following in zip(marked, [*marked[1:], quote.end], strict=False):
            if not page.is_in_code_span(number):
                self._quoted[number] = (quote, following)

    def _flush_question(self, start: int, end: int, holder: Block | None) -> Found | None:
        """A question at the left margin, or at that of a block quote."""
        page = self._page
        first = question_mark(page.visible(start, holder)) or ""
        parts = part(page, first, start, page.cut(start + 1, end, holder), None)
        if not parts.prompt:
            page.report(start, "W306", "a question mark without text")
            return None
        answer = parts.answer if parts.inline else without_reveals(page, parts.answer_line, parts.answer)
        found = _question(start, end, parts.prompt, answer_text(answer, unwrap=not parts.inline))
        found.attributes = parts.attributes
        last = page.trimmed(start, parts.question_end) - 1
        found.slot = Slot("line", last, indent_of(page, start, holder))
        found.mark = (start, _mark_column(page, start, first, inline=parts.behind != ""))
        add_choices(page, found, start + 1, end, holder)
        if found.answer and page.trimmed(start, end) - parts.answer_line > _LONG:
            page.report(start, "W307", f"the answer has more than {_LONG} lines")
        return found

    def _item_question(self, item: Block) -> Found | None:
        page = self._page
        first = question_mark(item_text(page, item))
        if first is None:
            return None
        lead = lead_line(item)
        end = own = page.item_end(item)
        stop = min(item.children[0].end, end) if item.children else item.start + 1
        lines = page.cut(lead + 1, end, item)
        parts = part(page, first, lead, lines, stop)
        if not any(line.strip() for line in parts.answer):
            end = self._answer_behind_list(item) if own == item.end else own
            if end > own:
                lines += page.cut(own, end)
                parts = part(page, first, lead, lines, stop)
        if not parts.prompt:
            page.report(item.start, "W306", "a question mark without text")
            return None
        answer = parts.answer if parts.inline else without_reveals(page, parts.answer_line, parts.answer)
        found = _question(item.start, end, parts.prompt, answer_text(answer, unwrap=not parts.inline))
        found.attributes = parts.attributes
        last = page.trimmed(lead, max(parts.question_end, lead + 1)) - 1
        found.slot = Slot("item", last, item_indent(page, item))
        found.mark = (lead, _mark_column(page, lead, first, inline=parts.behind != ""))
        add_choices(page, found, lead + 1, end, item)
        return found

    def _answer_behind_list(self, item: Block) -> int:
        """Where an answer ends that stands flush left directly after the list; the item's end if there is none."""
        page = self._page
        last = item.parent
        if last is None or last.children[-1] is not item or last.parent is not None:
            return item.end
        begin = item.end
        while begin < len(page.lines) and not page.lines[begin].strip():
            begin += 1
        if begin == len(page.lines) or not is_answer_mark(page, begin, page.lines[begin : begin + 40], 0):
            return item.end
        end = self._margin.end(begin)
        index = bisect_left(self._question_items, begin)
        return min(end, self._question_items[index]) if index < len(self._question_items) else end

    def _item_cloze(self, item: Block) -> Found | None:
        page = self._page
        lead = lead_line(item)
        first = cloze_mark(item_text(page, item))
        if first is None:
            return None
        found = cloze(page, lead, page.item_end(item), item, first)
        if found is not None:
            found.start = item.start
        return found

    # --- marks that mark nothing -----------------------------------------------------------------------------------

    def _report_stray_marks(self, found: list[Found]) -> None:
        page = self._page
        clozes = {card.start for card in found}
        for line in self._margin.empty:
            owner = next((card for card in found if card.start <= line < card.end), None)
            if (owner is None or owner.start in self._flush) and line not in clozes:
                page.report(line, "W304", "C: without a deletion is text")
        for line in self._empty_items:
            if not page.taken[line]:
                page.report(line, "W304", "C: without a deletion is text")
        for number, line in enumerate(page.lines):
            if line[:1] in ("A", "*", "_", "-", "+") and not page.taken[number] and not page.dead[number]:
                self._report_stray_answer(number, line)

    def _report_stray_answer(self, number: int, line: str) -> None:
        page = self._page
        leaf = page.leaf_at[number]
        if leaf is None or leaf.kind != "paragraph" or not answer_mark(line):
            return
        if is_answer_mark(page, number, page.lines[number : number + 40], 0):
            page.report(number, "W302", "an answer mark without a question is text")


def _question(start: int, end: int, prompt: str, answer: str) -> Found:
    return Found(rule="R1", kind=Kind.QA, start=start, end=end, prompt=prompt, answer=answer)


def lead_line(item: Block) -> int:
    """The line on which an item's text begins."""
    return item.children[0].start if item.children else item.start


def item_text(page: Page, item: Block) -> str:
    """The first line of an item's text, without leading emoji."""
    if item.children and item.children[0].kind != "paragraph":
        return ""
    return without_lead(page.visible(lead_line(item), item))


def _mark_column(page: Page, line: int, first: str, *, inline: bool) -> int:
    """Where a question's line ends: before an answer that follows a bold question on it."""
    text = page.lines[line].rstrip()
    span = bold_span(first) if inline else None
    return len(text) - len(first.rstrip()) + span[1] if span else len(text)


def has_option_siblings(page: Page, item: Block) -> bool:
    """Whether an item is one of several options ``A:``, ``B:``, ``C:``."""
    siblings = item.parent.children if item.parent else []
    return any(item_text(page, sibling)[:2] in ("A:", "B:") for sibling in siblings[:_MOST_OPTIONS])

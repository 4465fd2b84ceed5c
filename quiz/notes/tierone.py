"""Tier 1 in the order of the file: what begins on an earlier line contains what begins inside it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.notes.choices import add_choices
from quiz.notes.clozes import cloze, cloze_mark, deletions
from quiz.notes.headings import QuestionHeadings, asking_heading, bold_paragraph, marked_heading
from quiz.notes.margin import Margin
from quiz.notes.marks import answer_mark, is_answer_mark, question_mark
from quiz.notes.oneline import one_line_cards
from quiz.notes.questions import flush_question, has_option_siblings, item_question, item_text, lead_line
from quiz.notes.summaries import Role, asks_nothing, details_card, roles
from quiz.notes.wording import asks

if TYPE_CHECKING:
    from quiz.notes.details import Details
    from quiz.notes.found import Found
    from quiz.notes.page import Heading, Page
    from quiz.notes.questionlists import QuestionLists
    from quiz.notes.structure import Block
    from quiz.notes.template import Section


class TierOne:
    """The explicit cards of a file (R1 to R6)."""

    def __init__(self, page: Page, sections: list[Section], lists: QuestionLists) -> None:
        self._page = page
        self._lists = lists
        self._found: list[Found] = []
        self._sections = sections
        self._section_starts = [section.start for section in sections]
        self._section_lines = {section.heading.line for section in sections}
        self._roles = roles(page)
        self._details = {details.start: details for details in page.details}
        self._headings = QuestionHeadings(page)
        self._demote_lids()
        bold = [line for line in self._headings.bold if self._may_ask(line)]
        self._items: dict[int, list[Block]] = {}
        self._quoted: dict[int, tuple[Block, int]] = {}
        self._question_items: list[int] = []
        self._empty_items: list[int] = []
        ends = self._find_items()
        self._lines = one_line_cards(page)
        self._listed = [line for line in sorted(self._lines) if _is_in_top_list(page, line)]
        self._margin = Margin(page, self._roles, sorted({*bold, *ends, *self._listed}))
        self._flush = set(self._margin.questions)
        self._clozes = set(self._margin.clozes)
        page.flush_marks = sorted(self._flush | self._clozes)
        self._cards = sorted(
            {*self._flush, *self._quoted, *self._headings.marked, *self._question_items}
            | {details.start for details, role in self._roles.items() if role is Role.CARD}
        )

    def read(self) -> list[Found]:
        """All cards by line; the lines of each are taken."""
        page = self._page
        starts = {*self._flush, *self._clozes, *self._items, *self._quoted, *self._details, *self._lines}
        starts |= {*self._headings.marked, *self._headings.asking, *self._headings.bold}
        position = 0
        for line in sorted(starts):
            if line < position:
                continue
            card = self._card(line)
            if card is not None:
                self._found.append(card)
                page.take(card.start, card.end)
                position = card.end
            elif self._is_contents(line):
                position = self._details[line].end
                page.take(line, position)
        return list(self._found)

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
            return flush_question(page, line, self._margin.end(line), None)
        if line in self._quoted:
            holder, end = self._quoted[line]
            return flush_question(page, line, end, holder)
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
                lines = (details.body[0] + 1, details.close[0])
                add_choices(page, card, card.prompt, lines, holder.holder if holder else None)
            return card
        if line in self._headings.asking:
            return self._asking(self._headings.asking[line])
        if line in self._headings.bold and self._may_ask(line):
            return bold_paragraph(page, self._headings.bold[line], self._margin.end(line))
        return self._lines.get(line)

    def _demote_lids(self) -> None:
        """Summaries that ask nothing below a question heading are part of its answer, unless another one there asks."""
        below: dict[int, list[Details]] = {}
        questions = self._headings.asking.keys() | self._headings.marked.keys()
        for details, role in self._roles.items():
            above = [h.line for h in self._page.path(details.start) if h.line in questions]
            if role is Role.CARD and above and self._may_ask(above[-1]):
                below.setdefault(above[-1], []).append(details)
        for group in below.values():
            if all(asks_nothing(self._page, details) for details in group):
                for details in group:
                    self._roles[details] = Role.REVEAL
                    details.says = True

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
        index = bisect_left(self._listed, heading.end)
        if index < len(self._listed) and heading.top:
            end = min(end, self._listed[index])
        section = self._section(heading.line)
        if section is not None and section.kind is Kind.QA:
            blocks = self._page.blocks_between(heading.end, end)
            breaks = (b.start for b in blocks if b.kind == "break" and b.parent is None)
            end = next(breaks, end)
        return end

    def _asking(self, heading: Heading) -> Found | None:
        page = self._page
        by_number = not asks(heading.text)
        if self._lists.opens(heading):
            return None
        if not self._may_ask(heading.line) or (by_number and heading.line in self._section_lines):
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
        if has_option_siblings(page, item):
            return False
        if deletions(page, lead, [text, *page.cut(lead + 1, item.end, item)]):
            return True
        self._empty_items.append(item.start)
        return False

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

    def _item_question(self, item: Block) -> Found | None:
        page = self._page
        end = page.item_end(item)
        found = item_question(page, item, end)
        if found is not None and not found.answer:
            behind = self._answer_behind_list(item) if end == item.end else end
            if behind > end:
                return item_question(page, item, behind)
        return found

    def _answer_behind_list(self, item: Block) -> int:
        """Where an answer or a reveal ends that stands directly after the list; the item's end if there is none."""
        page = self._page
        last = item.parent
        if last is None or last.children[-1] is not item or last.parent is not None:
            return item.end
        begin = item.end
        while begin < len(page.lines) and not page.lines[begin].strip():
            begin += 1
        reveal = page.details_from(begin)
        if reveal is not None and reveal.start == begin and self._roles[reveal] is Role.REVEAL:
            return reveal.end
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

    def report_swallowed(self) -> None:
        """Say where what reads as a card is part of another card's answer: once for each such answer (W407)."""
        inside = {line for line in self._lines if self._page.taken[line]}
        inside |= {each.line for each in self._lists.announced if self._page.taken[each.line]}
        lines = sorted(inside)
        for card in self._found:
            first = bisect_left(lines, card.start + 1)
            if first < bisect_left(lines, card.end):
                self._page.report(lines[first], "W407", _swallowed(card))

    # --- marks that mark nothing -----------------------------------------------------------------------------------

    def report_stray_marks(self) -> None:
        """Say which marks are text, once all rules have taken their lines."""
        page = self._page
        starts = [card.start for card in self._found]
        for number in self._margin.empty:
            index = bisect_left(starts, number + 1) - 1
            if not page.taken[number] or (index >= 0 and starts[index] in self._flush):
                page.report(number, "W304", "C: without a deletion is text")
        for number in self._empty_items:
            if not page.taken[number]:
                page.report(number, "W304", "C: without a deletion is text")
        for number, line in enumerate(page.lines):
            if line[:1] in ("A", "*", "_", "-", "+") and not page.taken[number] and not page.dead[number]:
                self._report_stray_answer(number, line)

    def _report_stray_answer(self, number: int, line: str) -> None:
        page = self._page
        leaf = page.leaf_at[number]
        if leaf is None or leaf.kind == "html" or not page.is_text(number) or not answer_mark(line):
            return
        if is_answer_mark(page, number, page.lines[number : number + 40], 0):
            page.report(number, "W302", "an answer mark without a question is text")


def _is_in_top_list(page: Page, line: int) -> bool:
    """Whether a list item at the left margin begins on a line."""
    leaf = page.leaf_at[line]
    item = leaf.parent if leaf else None
    return item is not None and item.kind == "item" and item.start == line and item.holder is None


def _swallowed(card: Found) -> str:
    asked = card.prompt.strip().split("\n", 1)[0]
    return (
        f"reads as a card, but is part of the answer to {asked[:80]!r} on line {card.start + 1}: "
        "put it under a heading of its own, or a rule (---) above it"
    )

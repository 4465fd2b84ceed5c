"""Where cards at the left margin begin and end."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from quiz.notes.clozes import cloze_mark, deletions
from quiz.notes.marks import question_mark
from quiz.notes.summaries import Role

if TYPE_CHECKING:
    from quiz.notes.details import Details
    from quiz.notes.page import Page


class Margin:
    """The flush-left marks of a file and the lines that end a flush-left card.

    Attributes:
        questions: Lines that begin with a question mark.
        clozes: Lines that begin with ``C:`` and have a deletion before the card ends.
        empty: Lines that begin with ``C:`` and have none.
    """

    def __init__(self, page: Page, roles: dict[Details, Role], others: list[int]) -> None:
        """Find the marks.

        Args:
            page: The file.
            roles: What each ``<details>`` is.
            others: Further lines that end a card: bold paragraphs that are questions.
        """
        self._page = page
        self._reveals = {details.start: details for details, role in roles.items() if role is Role.REVEAL}
        outer = [details for details in roles if details.parent is None]
        self._open = [details for details in outer if roles[details] in (Role.NOTHING, Role.REVEAL)]
        self._starts = [details.start for details in self._open]
        self.questions: list[int] = []
        marked: list[int] = []
        for number, line in enumerate(page.lines):
            if line[:1] in ("Q", "C", "*", "_") and self._is_live(number):
                text = page.visible(number)
                if question_mark(text) is not None:
                    self.questions.append(number)
                elif cloze_mark(text) is not None:
                    marked.append(number)
        breaks = [
            block.start for block in page.blocks if block.kind == "break" and not page.dead[block.start]
        ]
        headings = [heading.line for heading in page.headings if heading.top]
        starts = [details.start for details in page.details]
        self._ends = sorted({*breaks, *headings, *starts, *self.questions, *others})
        self.clozes: list[int] = []
        self.empty: list[int] = []
        self._settle_clozes(marked)

    def _is_live(self, number: int) -> bool:
        page = self._page
        return not page.dead[number] and page.is_text(number) and not page.is_in_code_span(number)

    def _settle_clozes(self, marked: list[int]) -> None:
        """A ``C:`` ends the card before it only if it is a cloze itself: so from the last one upwards."""
        below = len(self._page.lines)  # what stands from here on was looked at for the mark below
        for number in reversed(marked):
            end = min(self.end(number), below)
            if deletions(self._page, number, self._page.lines[number:end]):
                self.clozes.append(number)
                insort(self._ends, number)
            else:
                self.empty.append(number)
            below = number
        self.clozes.reverse()
        self.empty.reverse()

    def end(self, start: int) -> int:
        """Where a flush-left card that begins on a line ends."""
        limit = len(self._page.lines)
        index = bisect_left(self._starts, start + 1) - 1
        if index >= 0 and start < self._open[index].end:
            limit = max(self._open[index].close[0], start + 1)
        index = bisect_left(self._ends, start + 1)
        while index < len(self._ends):
            reveal = self._reveals.get(self._ends[index])
            if reveal is None:
                return min(self._ends[index], limit)
            index = bisect_left(self._ends, max(reveal.end, self._ends[index] + 1))
        return limit

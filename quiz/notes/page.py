"""A file as all rules see it: lines, blocks, headings, dead zones, and what has been said about it so far."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

from quiz.cards import Problem
from quiz.cues.inline import MASK, masked, unescape
from quiz.notes.dead import find_dead_zones
from quiz.notes.details import find_details
from quiz.notes.frontmatter import read_front_matter, tags_in_lines
from quiz.notes.repairs import read_repaired_blocks
from quiz.notes.structure import Block, inner
from quiz.notes.wording import Attributes, split_attributes, tags_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.notes.details import Details, Place

_Thing = TypeVar("_Thing")

_MOST_SAID = 300  # a message may quote a title, and a title may be as long as the file

MOST_TAGS = 64
"""Of a file, and of a heading: every note below has them all."""


@dataclass(slots=True, eq=False)
class Heading:
    """A live heading.

    Attributes:
        line: 0-based.
        end: The line behind it, and behind a line of tags alone below it.
        text: As written, without ``#`` and attributes.
        tags: From a line of tags alone below it: they hold for its whole section.
        item: The list item that it opens, or None.
        section_end: The line of the next heading of its level or higher.
        path: The headings above it and itself, outermost first.
    """

    line: int
    end: int
    level: int
    text: str
    attributes: Attributes
    block: Block
    item: Block | None = None
    tags: tuple[str, ...] = ()
    section_end: int = 0
    path: tuple[Heading, ...] = ()

    @property
    def top(self) -> bool:
        """Whether it stands at the top level of the file."""
        return self.block.parent is None


class Page:
    """One file being read. Lines are 0-based here, and ranges are half open.

    Attributes:
        blocks: At the top level.
        every_block: All, outer ones first, so that their first lines never fall.
        leaf_at: The innermost block on each line.
        dead: Non-zero for lines in which no rule looks for anything.
        taken: Non-zero for lines that belong to an item.
        in_details: Non-zero for lines of a ``<details>``.
        tags: Of the file.
        flush_marks: The lines on which a card at the left margin begins; known once tier 1 looks for cards.
    """

    def __init__(self, lines: list[str], file: str) -> None:
        self.file = file
        self.front = read_front_matter(lines)
        covered = self.front.lines
        self.lines = [""] * covered + lines[covered:]
        self.problems: list[Problem] = []
        if self.front.problem:
            self.report(0, "W103", self.front.problem)
        self.blocks = read_repaired_blocks(self.lines, self.report)
        self.every_block = [inner for block in self.blocks for inner in (block, *block.walk())]
        self._top_starts = [block.start for block in self.blocks]
        self._starts = [block.start for block in self.every_block]
        self.leaves = [block for block in self.every_block if not block.children]
        self.leaf_at: list[Block | None] = [None] * len(lines)
        for leaf in self.leaves:
            self.leaf_at[leaf.start : leaf.end] = [leaf] * (leaf.end - leaf.start)
        self.zones = find_dead_zones(self.lines, self.leaves, self.report)
        self.dead = self.zones.dead
        self.taken = bytearray(len(lines))
        self._ragged = {
            n for leaf in self.leaves if _is_ragged(leaf, lines) for n in range(leaf.start + 1, leaf.end)
        }
        self.flush_marks: list[int] = []
        self._spans: dict[int, set[int]] = {}
        self._read_headings()
        first = self.headings[0].line if self.headings else len(lines)
        tags = [*self.front.tags, *tags_in_lines(self.lines[covered:first])]
        self.tags = self.first_of(tags, MOST_TAGS, 0, "tags")

    def _read_headings(self) -> None:
        headings = self._live_headings()
        lines_and_levels = [(heading.line, heading.level) for heading in headings if heading.top]
        self.details = find_details(self.lines, self.zones, lines_and_levels, self.report)
        self._details_lines = [details.start for details in self.details]
        self.in_details = bytearray(len(self.lines))
        for details in self.details:
            self.in_details[details.start : details.end] = b"\1" * (details.end - details.start)
        self.headings = [heading for heading in headings if not self.in_details[heading.line]]
        self._heading_lines = [heading.line for heading in self.headings]
        self._find_paths()

    def report(self, line: int, code: str, message: str) -> None:
        """Say what is wrong at a line (0-based)."""
        self.problems.append(Problem(self.file, line + 1, code, message[:_MOST_SAID]))

    def first_of(self, things: Sequence[_Thing], most: int, line: int, words: str) -> list[_Thing]:
        """As many of a line's things as are read; what is left out is said."""
        if len(things) > most:
            self.report(line, "W107", f"{len(things):,} {words}: only the first {most:,} are read")
        return list(things[:most])

    # --- text ------------------------------------------------------------------------------------------------------

    def visible(self, number: int, holder: Block | None = None) -> str:
        """A line as it stands in its container, without comments."""
        if self.zones.comments.get(number):
            return inner(self.zones.visible(number, self.lines[number]), number, holder)
        return inner(self.lines[number], number, holder)

    def cut(self, start: int, end: int, holder: Block | None = None) -> list[str]:
        """Lines as they stand in their container; those behind it stay as they are."""
        if holder is None:
            return self.lines[start:end]
        inside = range(start, min(end, holder.end))
        lines = [self.lines[n] if n in self._ragged else inner(self.lines[n], n, holder) for n in inside]
        return lines + self.lines[max(start, holder.end) : end]

    def between(self, start: Place, end: Place, holder: Block | None = None) -> list[str]:
        """The text between two places as lines."""
        if start[0] == end[0]:
            return [self.lines[start[0]][start[1] : end[1]]]
        last = inner(self.lines[end[0]][: end[1]], end[0], holder)
        return [self.lines[start[0]][start[1] :], *self.cut(start[0] + 1, end[0], holder), last]

    def is_in_code_span(self, number: int) -> bool:
        """Whether a code span that began on an earlier line of the paragraph reaches over the line's start."""
        block = self.leaf_at[number]
        if block is None or block.start >= number:
            return False
        if block.start not in self._spans:
            lines = self.lines[block.start : block.end]
            hidden = masked("\n".join(lines)) if any("`" in line for line in lines) else ""
            ends = accumulate(len(line) + 1 for line in lines)
            inside = {n for n, end in enumerate(ends, 1) if hidden[end - 1 : end] == MASK}
            self._spans[block.start] = {block.start + n for n in inside}
        return number in self._spans[block.start]

    def is_text(self, number: int) -> bool:
        """Whether a line is prose: also one below a table, without a bar, that CommonMark takes for a row."""
        leaf = self.leaf_at[number]
        if leaf is None:
            return False
        is_below_table = leaf.kind == "table" and number > leaf.start + 1 and "|" not in self.lines[number]
        return is_below_table or leaf.kind in ("paragraph", "html")

    def block_index(self, block: Block) -> int:
        """The position of a top-level block."""
        return bisect_left(self._top_starts, block.start)

    def item_end(self, item: Block) -> int:
        """Where a list item ends: before a card at the left margin that CommonMark would draw into it.

        Lines inside that an earlier rule took end it too: a line belongs to one item.
        """
        index = bisect_left(self.flush_marks, item.start + 1)
        mark = self.flush_marks[index] if index < len(self.flush_marks) else item.end
        end = min(item.end, mark)
        taken = self.taken.find(1, item.start + 1, end)
        return taken if taken >= 0 else end

    def take(self, start: int, end: int) -> None:
        """Note that the lines belong to an item."""
        self.taken[start:end] = b"\1" * (end - start)

    def trimmed(self, start: int, end: int) -> int:
        """The end of a range without blank lines at its end; it keeps at least one line."""
        while end > start + 1 and not self.lines[end - 1].strip():
            end -= 1
        return end

    def blocks_between(self, start: int, end: int) -> list[Block]:
        """The blocks, of any depth, that begin on the lines of a range."""
        return self.every_block[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def details_between(self, start: int, end: int) -> list[Details]:
        """The ``<details>`` that begin on the lines of a range."""
        return self.details[bisect_left(self._details_lines, start) : bisect_left(self._details_lines, end)]

    def details_from(self, line: int) -> Details | None:
        """The first ``<details>`` that begins on a line or below it."""
        index = bisect_left(self._details_lines, line)
        return self.details[index] if index < len(self.details) else None

    # --- headings --------------------------------------------------------------------------------------------------

    def _live_headings(self) -> list[Heading]:
        headings = []
        for block in self.leaves:
            if block.kind != "heading" or self.dead[block.start]:
                continue
            item = block.parent
            # inside list items and quotes a heading is content, unless it opens an item of a top-level list
            if item and (item.kind != "item" or item.holder or item.children[0] is not block):
                continue
            text, attributes = _heading_text(self.visible(block.start, block.holder))
            headings.append(Heading(block.start, block.end, block.level, text, attributes, block, item))
        return headings

    def _find_paths(self) -> None:
        stack: list[Heading] = []
        for heading in self.headings:
            while stack and stack[-1].level >= heading.level:
                stack.pop().section_end = heading.line
            stack.append(heading)
            heading.section_end = len(self.lines)
            heading.path = tuple(stack)
            below = heading.end
            while below < len(self.lines) and not self.lines[below].strip():
                below += 1
            if below < len(self.lines) and not self.dead[below]:
                tags = tags_alone(self.visible(below, heading.block.holder))
                heading.tags = tuple(self.first_of(tags, MOST_TAGS, below, "tags"))
                if heading.tags:
                    heading.end = below + 1

    def path(self, line: int) -> tuple[Heading, ...]:
        """The headings above a line, outermost first; for a heading, those that it stands under."""
        index = bisect_left(self._heading_lines, line)
        if index < len(self.headings) and self._heading_lines[index] == line:
            return self.headings[index].path[:-1]
        return self.headings[index - 1].path if index else ()

    def headings_between(self, start: int, end: int) -> list[Heading]:
        """The live headings on the lines of a range."""
        return self.headings[bisect_left(self._heading_lines, start) : bisect_left(self._heading_lines, end)]


def _is_ragged(leaf: Block, lines: list[str]) -> bool:
    """Whether a fence in a list item has lines left of the item's content, which only a repair leaves inside it.

    To take their indent off the other lines would change the code.
    """
    if leaf.kind != "fence" or leaf.parent is None:
        return False
    width, holder = 0, leaf.holder
    while holder is not None:
        width += holder.width
        holder = holder.holder
    inside = (line for line in lines[leaf.start + 1 : leaf.end - 1] if line.strip())
    return any(len(line) - len(line.lstrip()) < width for line in inside)


def _heading_text(line: str) -> tuple[str, Attributes]:
    text = _without_closing(line.strip().lstrip("#").strip())
    text, attributes = split_attributes(text)
    return _without_closing(text) if attributes.tags or attributes.anchor else text, attributes


def _without_closing(text: str) -> str:
    """A heading without the run of ``#`` that may close it."""
    body = text.rstrip("#")
    return body.rstrip() if body != text and (not body or body[-1] in " \t") else text


def context_text(heading: Heading) -> str:
    """A heading as it is shown above a question."""
    return unescape(heading.text)

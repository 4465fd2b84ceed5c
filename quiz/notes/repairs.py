"""Fences that CommonMark ends because their container ends (F2, F3), or never (F4)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quiz.notes.structure import inner, read_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.notes.structure import Block

    Report = Callable[[int, str, str], None]

_MOST_REPAIRS = 50
_MOST_LINES = 100_000  # to be looked at or parsed again, for all repairs of a file together
_CODE_INDENT = 4

_MARKERS = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?")
_RUN = re.compile(r"`{3,}|~{3,}")
_HEADING = re.compile(r"#{2,6}\s")
_OPENS_QUESTION = re.compile(
    r"(?P<column>[ \t>]*)(?:\d{1,9}[.)]\s+#{1,6}\s|(?:(?:[-*+]|\d{1,9}[.)])\s+)?"
    r"(?:(?:\*\*|__)?Q\d*(?:\*\*|__)?:(?:\*\*|__)?(?:\s|$)|<details\b|(?:\*\*|__)Q?\d*[^*_]*\?(?:\*\*|__)\s*$))",
    re.IGNORECASE,
)


def read_repaired_blocks(lines: list[str], report: Report) -> list[Block]:
    """The top-level blocks of a file, fences repaired; what was repaired or could not be is reported.

    Args:
        lines: The file's lines; they stay as they are.
        report: Takes a line (0-based), a code and a message.
    """
    reading = _Reading(list(lines), report)
    reading.blocks, reading.cut = read_blocks(reading.lines)
    last = max((number for number, line in enumerate(lines) if line.strip()), default=-1)
    fences = reading.fences(-1)
    while fences:
        fence = fences.pop()
        if reading.is_closed(fence):
            continue
        if fence.end > last:
            report(fence.start, "E201", "this fence is never closed: the rest of the file is code")
            break
        closer = reading.closer(fence)
        swallowed = reading.question_before(fence, closer)
        if closer is not None and swallowed is not None:
            report(fence.start, "W203", _left_open(closer, swallowed))
        elif closer is None:
            report(fence.start, "W203", "this fence ends with its list item or quote, no run closes it")
        else:
            reading.repair(fence, closer)
            fences = reading.fences(fence.start)
    for line in reading.cut:
        report(line, "W209", "nested too deep: what lies deeper is not read")
    return reading.blocks


@dataclass(slots=True)
class _Reading:
    """A file while its fences are repaired."""

    lines: list[str]
    report: Report
    blocks: list[Block] = None  # type: ignore[assignment]
    cut: list[int] = None  # type: ignore[assignment]
    repairs: int = 0
    budget: int = _MOST_LINES
    stops: list[int] = field(init=False)

    def __post_init__(self) -> None:
        # as the file was: a repair only indents what it has put into a fence
        self.stops = [number for number, line in enumerate(self.lines) if _may_end_fence(line)]

    def fences(self, after: int) -> list[Block]:
        """The fences below a line, the first one last."""
        found: list[Block] = []
        for block in self.blocks:
            if block.end > after:
                found += [block] if block.kind == "fence" else [b for b in block.walk() if b.kind == "fence"]
        return [fence for fence in reversed(found) if fence.start > after]

    def is_closed(self, fence: Block) -> bool:
        """Whether a fence ends with its closing run."""
        last = fence.end - 1
        if last <= fence.start:
            return False
        text = inner(self.lines[last], last, fence.holder)
        return len(text) - len(text.lstrip(" ")) < _CODE_INDENT and _is_run(text, fence.markup)

    def closer(self, fence: Block) -> int | None:
        """The bare run that was meant to close the fence, unless a new fence, a heading or the end comes first."""
        if self.repairs == _MOST_REPAIRS or self.budget < 0:
            return None
        for index in range(bisect_right(self.stops, fence.start), len(self.stops)):
            number = self.stops[index]
            line = self.lines[number]
            self.budget -= 1
            if _is_run(line.lstrip("> \t"), fence.markup):
                return number
            if _opens_fence(line) or _HEADING.match(line) or self.budget < 0:
                return None
        return None

    def question_before(self, fence: Block, closer: int | None) -> int | None:
        """The first line between a fence and its supposed end that opens a question beside the fence's container."""
        if closer is None or fence.holder is None:
            return None
        column = _column(self.lines[fence.holder.start])
        self.budget -= closer - fence.start
        for number in range(fence.start + 1, closer):
            match = _OPENS_QUESTION.match(self.lines[number])
            if match and len(match["column"].expandtabs(4)) <= column:
                return number
        return None

    def repair(self, fence: Block, closer: int) -> None:
        """Take the lines up to the closing run as indented to the opener's column, and parse again."""
        self.report(
            closer,
            "W202",
            f"repaired: closes the fence of line {fence.start + 1}, though it stands left of it",
        )
        self.repairs += 1
        _indent(self.lines, fence, closer)
        top = max(number for number, block in enumerate(self.blocks) if block.start <= fence.start)
        begin = self.blocks[top].start
        self.budget -= len(self.lines) - begin
        self.blocks[top:], cut = read_blocks(self.lines, begin)
        self.cut = [line for line in self.cut if line < begin] + cut


def _left_open(closer: int, question: int) -> str:
    return (
        f"this fence is never closed and ends with its list item: the run on line {closer + 1} stands below "
        f"the question of line {question + 1}"
    )


def _column(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" >"))


def _may_end_fence(line: str) -> bool:
    """Whether a line is a bare run, a fence's opener or a heading; all other lines are content of any fence."""
    return "```" in line or "~~~" in line or _HEADING.match(line) is not None


def _is_run(text: str, opener: str) -> bool:
    run = text.strip()
    return len(run) >= len(opener) and not run.strip(opener[0])


def _opens_fence(line: str) -> bool:
    """Whether a line is an opener with an info string, perhaps behind a list marker."""
    match = _MARKERS.match(line)
    run = _RUN.match(line, match.end() if match else 0)
    if not run:
        return False
    info = line[run.end() :].strip()
    return bool(info) and (run[0][0] == "~" or "`" not in info)


def _indent(lines: list[str], fence: Block, closer: int) -> None:
    """Indent the lines of a fence to its opener, for the structure only."""
    opener = lines[fence.start].expandtabs(4)
    column = opener.index(fence.markup)
    prefix = re.sub(r"[^>]", " ", opener[:column])
    quoted = ">" in prefix
    for number in range(fence.start + 1, closer):
        line = lines[number].expandtabs(4)
        text = line.lstrip(" ")
        if (text or quoted) and not (quoted and text.startswith(">")) and len(line) - len(text) < column:
            lines[number] = prefix + text
    lines[closer] = prefix + lines[closer].strip().lstrip("> \t")

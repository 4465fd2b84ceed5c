"""Lines for the scrollback: nothing but what was written is in them when they are copied from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.segment import Segment
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from quiz.terminal.console import SafeConsole

Line = list[Segment]


def lines_of(console: SafeConsole, renderable: RenderableType, width: int) -> list[Line]:
    """The renderable as lines without blanks at their ends, and without empty lines around them."""
    options = console.options.update(width=width, height=None)
    drawn = console.render_lines(renderable, options, pad=False)
    lines = [_without_blanks_at_end(line) for line in drawn]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _without_blanks_at_end(line: Line) -> Line:
    kept = list(line)
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    if kept:
        last = kept.pop()
        kept.append(Segment(last.text.rstrip(" "), last.style))
    return kept


class Lines:
    """Lines as something that Rich prints."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._lines:
            yield from line
            yield Segment.line()


def beside(line: Line, note: str, width: int) -> Line:
    """A line with a note at its right end; the note follows at once if there is no room to move it there."""
    used = Segment.get_line_length(line)
    gap = max(width - used - len(note), 2)
    return [*line, Segment(" " * gap), Segment(note)]


def group(*renderables: RenderableType) -> Group:
    """Renderables with a blank line between them."""
    apart: list[RenderableType] = []
    for renderable in renderables:
        apart += [Text(), renderable] if apart else [renderable]
    return Group(*apart)

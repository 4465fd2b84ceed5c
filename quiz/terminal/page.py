"""What every screen prints on: lines as wide as the terminal, up to the widest that reads well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.text import Text

from quiz.terminal import frame
from quiz.terminal.drawing import lines_of
from quiz.terminal.faces import face
from quiz.visible import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quiz.terminal.console import SafeConsole
    from quiz.terminal.drawing import Line
    from quiz.terminal.faces import Look


class Page:
    """The scrollback of a screen."""

    def __init__(self, console: SafeConsole, look: Look) -> None:
        self._console = console
        self._look = look

    @property
    def _width(self) -> int:
        return min(self._console.columns, frame.WIDEST)

    def _print(self, *renderables: RenderableType) -> None:
        for renderable in renderables:
            self._console.print(renderable, width=self._width)

    def _say(self, text: str) -> None:
        self._print(Text(one_line(text), style="quiet"))

    def _lines(self, markdown: str, beside: int = 0) -> list[Line]:
        """Markdown as it is drawn, in what a number of columns leave of the width."""
        return lines_of(self._console, face(markdown, self._look), self._width - beside)

    def _behind(self, mark: str, markdown: str) -> list[Line]:
        """Markdown behind a mark, all its lines as far from the left."""
        drawn = self._lines(markdown, beside=len(mark)) or [[]]
        margins = [mark, *[" " * len(mark)] * (len(drawn) - 1)]
        return [[Segment(margin), *line] for margin, line in zip(margins, drawn, strict=True)]

"""The console that everything is drawn on: no text drives the terminal, and old terminals get ASCII."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType, Segment
from rich.theme import Theme

from quiz.terminal.safety import may_open
from quiz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import ConsoleOptions, RenderableType
    from rich.style import Style

LEAST_WIDTH = 24
LEAST_HEIGHT = 8

# Colours of the terminal's own palette only, and no backgrounds: they are right on dark and on light.
_THEME = Theme(
    {
        "quiet": "dim",
        "rule": "dim",
        "key": "bold",
        "markdown.code": "cyan",
        "markdown.code_block": "none",
        "markdown.h1": "bold",
        "markdown.h2": "bold",
        "markdown.h3": "bold",
        "markdown.h4": "bold",
        "markdown.h5": "bold",
        "markdown.h6": "bold",
        "markdown.link_url": "underline",
        "markdown.block_quote": "italic",
        "markdown.item.bullet": "none",
        "markdown.item.number": "none",
        "markdown.list": "none",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
    }
)
# One for one, since text has been laid out by then.
_ASCII = {
    ord("\u00a0"): " ",
    ord("─"): "-",
    ord("━"): "-",
    ord("›"): ">",
    ord("·"): "|",
    ord("↪"): "\\",
    ord("…"): "~",
    ord("•"): "*",
    ord("▌"): "|",
    ord("×"): "x",
    ord("–"): "-",
    ord("«"): '"',
    ord("»"): '"',
}


class SafeConsole(Console):
    """A Rich console that shows what would drive the terminal, whatever renderable it comes from.

    Segments are looked at after rendering, when markup, entities and styles have been resolved: filters on
    the way in miss ``&#8238;``. Only `print` and `control` may be used: `out` and `set_window_title` go by.

    Attributes:
        unicode: Lines, arrows and dots can be shown; else they become ASCII.
    """

    def __init__(
        self,
        file: TextIO,
        *,
        unicode: bool = True,
        width: int | None = None,
        height: int | None = None,
        **options: object,
    ) -> None:
        super().__init__(
            file=file,
            width=width,
            height=height,
            theme=_THEME,
            markup=False,
            emoji=False,
            highlight=False,
            soft_wrap=False,
            **options,  # type: ignore[arg-type]
        )
        self.unicode = unicode

    @property
    def columns(self) -> int:
        """The width in which things are drawn; a window may be too narrow for anything."""
        return max(self.width, LEAST_WIDTH)

    @property
    def lines(self) -> int:
        """The height in which things are drawn."""
        return max(self.height, LEAST_HEIGHT)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Segments without control characters, and with no links but to the web and to mail."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(self._shown(segment.text), _unlinked(segment.style))

    def _shown(self, text: str) -> str:
        text = visible(text)
        return text if self.unicode else text.translate(_ASCII)

    def erase_line(self) -> None:
        """Clear the line that the cursor is on."""
        self.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))


def _unlinked(style: Style | None) -> Style | None:
    return style.update_link(None) if style and style.link and not may_open(style.link) else style


def open_console(file: TextIO | None = None, *, unicode: str = "auto") -> SafeConsole:
    """The console on standard output. ``unicode`` is ``auto``, ``always`` or ``never``."""
    file = file or sys.stdout
    encoding = (getattr(file, "encoding", None) or "ascii").lower().replace("-", "").replace("_", "")
    can = encoding.startswith(("utf", "gb18030"))
    return SafeConsole(file, unicode=unicode == "always" or (unicode == "auto" and can))

"""Markdown as notes use it, drawn by Rich: nothing written disappears, and no command reads as two."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import chop_cells
from rich.markdown import CodeBlock, Heading, HorizontalRule, ListItem, Markdown, TableElement
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from quiz.cues.inline import formula_at
from quiz.terminal.faces import read_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_inline import StateInline
    from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
    from rich.markdown import MarkdownElement

_INDENT = 4
_CONTINUED = "  ↪ "
_DEEPEST = 100
_NARROWEST = 8
_LONGEST_HIGHLIGHTED = 2_000

# HTML is text here, a line of === is no heading, and lists may be nested deeper than the preset allows before
# it drops them silently.
_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
_PARSER.enable(["strikethrough", "table"]).disable("lheading")


def _formula_rule(state: StateInline, silent: bool) -> bool:
    """A formula as its TeX: its backslashes are no escapes, its underscores no emphasis."""
    found = formula_at(state.src, state.pos) if state.src[state.pos] == "\\" else None
    if not found:
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found[1]
    return True


_PARSER.inline.ruler.before("escape", "formula", _formula_rule)


class Code(CodeBlock):
    """A code block: indented, on the terminal's own background, long lines continued behind an arrow."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).strip("\n").expandtabs(_INDENT)
        width = max(options.max_width - _INDENT, 1)
        for line in self._highlighted(code).split("\n", allow_blank=True):
            for number, part in enumerate(parts_of(line, width)):
                yield Segment(_CONTINUED if number else " " * _INDENT)
                yield from part.render(console)
                yield Segment.line()

    def _highlighted(self, code: str) -> Text:
        plain = Text(code, end="")
        if self.lexer_name == "text" or max(map(len, code.split("\n"))) > _LONGEST_HIGHLIGHTED:
            return plain
        drawn = Syntax(code, self.lexer_name, theme=self.theme, background_color="default").highlight(code)
        drawn.end = ""
        drawn.right_crop(len(drawn) - len(code))
        return drawn if drawn.plain == code else plain


def parts_of(line: Text, width: int) -> Iterator[Text]:
    """A line of code in parts that fit the width, broken at a blank where there is one."""
    rest = line
    while rest.cell_len > width:
        first, rest = rest.divide([_break_before(rest.plain, width)])
        first.rstrip()
        first.end = rest.end = ""
        yield first
    yield rest


def _break_before(text: str, width: int) -> int:
    fits = len(chop_cells(text, width)[0])
    blank = text.rfind(" ", 0, fits + 1)
    return blank + 1 if text[: max(blank, 0)].strip() else max(fits, 1)


class LeftHeading(Heading):
    """A heading, like the text around it on the left."""

    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = {}


class Item(ListItem):
    """An item of a list, with the stop behind its number, and room for text however deep it lies."""

    def render_bullet(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The item behind a dot."""
        yield from self._behind(" • ", console, options)

    def render_number(
        self, console: Console, options: ConsoleOptions, number: int, last_number: int
    ) -> RenderResult:
        """The item behind its number; Rich passes the number behind the last."""
        yield from self._behind(f"{number}. ".rjust(len(str(last_number - 1)) + 3), console, options)

    def _behind(self, mark: str, console: Console, options: ConsoleOptions) -> RenderResult:
        indent = len(mark) if options.max_width - len(mark) >= _NARROWEST else 0
        lines = console.render_lines(
            self.elements, options.update(width=options.max_width - indent), style=self.style, pad=False
        )
        for number, line in enumerate(lines):
            yield Segment(mark[len(mark) - indent :] if not number else " " * indent)
            yield from line
            yield Segment.line()


class Break(HorizontalRule):
    """A break between paragraphs: a short line, so that it is not taken for the rule under the header."""

    new_line = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("───", style="rule")


class Grid(TableElement):
    """A table without the blank lines around it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table):
                table.show_edge = False
            yield table


class Face(Markdown):
    """A side of a card. Line breaks stay, code keeps its backticks, images become their description."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "fence": Code,
        "code_block": Code,
        "heading_open": LeftHeading,
        "list_item_open": Item,
        "hr": Break,
        "table_open": Grid,
    }

    def __init__(self, markdown: str, *, code_theme: str = "ansi_dark") -> None:
        super().__init__("", code_theme=code_theme)
        self.markup = markdown
        self.parsed = [_as_written(token) for token in _PARSER.parse(read_html(markdown))]


def _as_written(token: Token) -> Token:
    if token.type == "inline":
        token.children = [_kept(child) for child in token.children or ()]
    return token


def _kept(token: Token) -> Token:
    if token.type == "softbreak":
        return Token("hardbreak", "br", 0)
    if token.type == "code_inline":
        token.content = f"`{token.content}`"
    elif token.type == "image":
        return Token("text", "", 0, content=f"[image: {token.content or token.attrs.get('src', '')}]")
    return token

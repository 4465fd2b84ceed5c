"""The sides of a card as something Rich can draw: simple text at once, everything else through `markdown`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from quiz.cues import as_read
from quiz.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_CHARACTERS = 64_000
MOST_LINES = 400
# Markdown takes quadratic time for some lines, such as one of brackets.
_LONGEST_LINE = 10_000

# The beginnings of blocks: indents, quotes, tables, lists, headings, fences, rules, link definitions.
_BLOCK_START = re.compile(r"[\s>|~=\[]|[-+*](?:\s|$)|#{1,6}(?:\s|$)|\d{1,9}[.)](?:\s|$)|```|[-*_:|\s]+$")
# Everything that inline markdown gives a meaning to, apart from code spans. A star after a blank and an underscore
# before a letter may open something, but mean nothing unless another one closes it.
_INLINE = re.compile(
    r"\\|!\[|\[\[|\^[\w-]{3,}$|\]\(|~~|<[A-Za-z][^\s<>]*[:@]|&[#A-Za-z]|(?<! )\*|_(?![^\W_])", re.MULTILINE
)
_HARMLESS_HTML = re.compile(r"</?(?:code|b|strong|i|em|u|s|sub|sup|kbd|br|p)(?=[\s/>])", re.IGNORECASE)
_CODE_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Look:
    """How faces are drawn.

    Attributes:
        code_theme: A style of Pygments.
    """

    code_theme: str = "ansi_dark"


def face(markdown: str, look: Look = Look()) -> RenderableType:
    """One side of a card. Text in angle brackets, line breaks and backticks stay as the author wrote them."""
    shown, more = _within_limits(visible(markdown).strip("\n"))
    drawn: RenderableType | None = _simple(shown)
    if drawn is None:
        from quiz.terminal.markdown import Face  # noqa: PLC0415 - takes longer than all the rest of the first card

        drawn = Face(shown, code_theme=look.code_theme)
    if not more:
        return drawn
    from rich.console import Group  # noqa: PLC0415

    return Group(drawn, Text(f"\n{more}", style="quiet"))


def is_simple(markdown: str) -> bool:
    """Whether the text is a paragraph that is drawn without the markdown renderer."""
    return _simple(visible(markdown).strip("\n")) is not None


def _simple(markdown: str) -> Text | None:
    lines = [line.rstrip(" ") for line in markdown.split("\n")]
    if max(map(len, lines)) > _LONGEST_LINE:
        return Text(markdown)
    if any(_BLOCK_START.match(line) or not line for line in lines):
        return None
    text = "\n".join(lines)
    outside = _CODE_SPAN.sub("\0", text)
    if "``" in text or "`" in outside or _INLINE.search(outside) or has_inline_html(text):
        return None
    drawn = Text()
    position = 0
    for span in _CODE_SPAN.finditer(text):
        drawn.append(text[position : span.start()])
        drawn.append(f"`{code_content(span[1])}`", style="markdown.code")
        position = span.end()
    drawn.append(text[position:])
    return drawn


def has_inline_html(markdown: str) -> bool:
    """Whether some HTML in it is read as markdown; the rest is text."""
    return "<" in markdown and _HARMLESS_HTML.search(markdown) is not None


def read_html(markdown: str) -> str:
    """The markdown with harmless HTML and Obsidian's links as their markdown equals."""
    return as_read(markdown)


def in_lines(markdown: str) -> str:
    """Markdown as lines show it: visible, read as `read_html` does, formulas as their TeX."""
    from quiz.cues.inline import without_formula_marks  # noqa: PLC0415 - only lines need it

    return without_formula_marks(read_html(visible(markdown))).strip("\n")


def code_content(code: str) -> str:
    """What a code span holds: one blank on both sides belongs to its marks."""
    if code.startswith(" ") and code.endswith(" ") and code.strip():
        return code[1:-1]
    return code


def _within_limits(markdown: str) -> tuple[str, str]:
    """As much of a text as can be drawn in reasonable time, and what to say of the rest."""
    lines = markdown[:MOST_CHARACTERS].split("\n")
    shown = "\n".join(lines[:MOST_LINES])
    if len(shown) == len(markdown):
        return markdown, ""
    rest = markdown[len(shown) :].strip("\n")
    if "\n" in rest or len(lines) > MOST_LINES:
        count = rest.count("\n") + 1
        return shown, f"… {count:,} more {'line' if count == 1 else 'lines'}; e opens the file"
    return shown, f"… {len(rest):,} more characters; e opens the file"

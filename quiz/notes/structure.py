"""Blocks of a file: markdown-it's tokens as a tree of line ranges. The text itself stays in the lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

MAX_NESTING = 100

# `lheading` would make a heading of `A: yes` with `---` below it; `reference` would take lines away
_PARSER = (
    MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table").disable(["lheading", "reference"])
)

_MARKER = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])([ \t]*)")
_QUOTE = re.compile(r"[ \t]*> ?")
_KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "fence": "fence",
    "code_block": "code",
    "html_block": "html",
    "hr": "break",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "table_open": "table",
}
_HOLDERS = frozenset({"list", "item", "quote"})
_ONE_BLANK_FROM = (
    5  # so many blanks behind a list marker begin indented code: then only one belongs to the marker
)


@dataclass(slots=True, eq=False)
class Block:
    """A block and its lines.

    Attributes:
        kind: ``root heading paragraph fence code html break list item quote table``.
        start: First line, 0-based.
        end: The line behind the last one.
        level: Of a heading.
        markup: The run that opens a fence.
        ordered: Whether a list has numbers.
        width: Of an item, the columns that its marker takes from its container's text.
    """

    kind: str
    start: int
    end: int
    parent: Block | None = None
    children: list[Block] = field(default_factory=list)
    level: int = 0
    markup: str = ""
    ordered: bool = False
    width: int = 0

    def walk(self) -> Iterator[Block]:
        """All blocks below this one, outer ones first."""
        stack = self.children[::-1]
        while stack:
            block = stack.pop()
            yield block
            stack.extend(reversed(block.children))

    @property
    def holder(self) -> Block | None:
        """The item or quote that the block stands in, or None."""
        block = self.parent
        while block is not None and block.kind not in ("item", "quote"):
            block = block.parent
        return block


def read_blocks(lines: list[str], start: int = 0) -> tuple[list[Block], list[int]]:
    """Top-level blocks of the lines from ``start`` on, and lines below which nesting was cut off."""
    tokens: list[Token] = []
    _PARSER.block.parse("\n".join(lines[start:]), _PARSER, {}, tokens)
    root = Block("root", start, len(lines))
    block, cut = root, []
    previous: Token | None = None
    for token in tokens:
        if token.nesting < 0:
            if token.type[:-6] in _CLOSERS:
                if previous is not None and previous.nesting > 0 and previous.level >= MAX_NESTING - 2:
                    cut.append(block.start)
                block = block.parent or root
        elif token.type in _KINDS and token.map:
            block = _add(block, token, start, lines)
        previous = token
    for child in root.children:
        child.parent = None
    return root.children, cut


_CLOSERS = frozenset({"bullet_list", "ordered_list", "list_item", "blockquote"})


def _add(parent: Block, token: Token, offset: int, lines: list[str]) -> Block:
    """Add a token to the tree and return the block in which the next one stands."""
    first, last = token.map or (0, 0)
    block = Block(_KINDS[token.type], first + offset, last + offset, parent)
    if block.kind == "heading":
        block.level = int(token.tag[1])
    elif block.kind == "fence":
        block.markup = token.markup
    elif block.kind == "list":
        block.ordered = token.type == "ordered_list_open"
    elif block.kind == "item":
        block.width = _item_width(inner(lines[block.start], block.start, block.holder))
    parent.children.append(block)
    return block if block.kind in _HOLDERS else parent


def _item_width(text: str) -> int:
    match = _MARKER.match(text)
    if not match:
        return 2
    before, marker, blanks = (len(part.expandtabs(4)) for part in match.groups())
    rest = match.end() < len(text)
    return before + marker + (blanks if rest and 0 < blanks < _ONE_BLANK_FROM else 1)


def inner(line: str, number: int, holder: Block | None) -> str:
    """A line as it stands inside an item or quote: without that container's indent and marker, if it has them."""
    if holder is None:
        return line
    line = inner(line, number, holder.holder)
    if holder.kind == "quote":
        match = _QUOTE.match(line)
        return line[match.end() :] if match else line
    if number == holder.start:
        match = _MARKER.match(line)
        if match:
            return line[_offset(line, holder.width, match.end(2)) :]
    return line[_offset(line, holder.width, 0) :]


def _offset(line: str, width: int, start: int) -> int:
    """Where the text begins when at most ``width`` columns are taken off; ``start`` characters go in any case."""
    column = len(line[:start].expandtabs(4))
    index = start
    while index < len(line) and column < width and line[index] in " \t":
        column += 4 - column % 4 if line[index] == "\t" else 1
        index += 1
    return index

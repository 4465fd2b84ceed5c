"""Blocks as lines of markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.importers.anki.writing.blocks import Code, Grid, Holder, Paragraph, Rule
from quiz.importers.anki.writing.prose import lines
from quiz.importers.anki.writing.runs import Manner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.importers.anki.writing.blocks import Block


def markdown(blocks: Sequence[Block], manner: Manner) -> list[str]:
    """The lines of blocks, with a blank line between two."""
    return _parted([_written(block, manner) for block in blocks])


def _parted(parts: Sequence[list[str]]) -> list[str]:
    result: list[str] = []
    for part in parts:
        if part:
            result += [""] * bool(result) + part
    return result


def _written(block: Block, manner: Manner) -> list[str]:  # noqa: PLR0911 - one for each kind of block
    if isinstance(block, Paragraph):
        return lines(block.runs, manner)
    if isinstance(block, Code):
        return fenced(block.text)
    if isinstance(block, Rule):
        return ["* * *"]
    if isinstance(block, Grid):
        return _grid(block, manner)
    if block.name == "blockquote":
        return [f"> {line}".rstrip(" ") for line in markdown(block.children, manner)]
    if block.name in ("ul", "ol"):
        return _list(block, manner)
    return _item(block, manner)


def _item(block: Holder, manner: Manner) -> list[str]:
    """The lines of an item; a list right below its only line needs no blank one."""
    parts = [part for child in block.children if (part := _written(child, manner))]
    kinds = [child.name if isinstance(child, Holder) else "" for child in block.children]
    if len(parts) == len(kinds) == 2 and not kinds[0] and kinds[1] in ("ul", "ol") and len(parts[0]) == 1:  # noqa: PLR2004
        return parts[0] + parts[1]
    return _parted(parts)


def fenced(text: str) -> list[str]:
    """A fence that nothing in the text closes."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [ticks, *text.split("\n"), ticks]


def _list(block: Holder, manner: Manner) -> list[str]:
    items = [item for child in block.children if (item := _written(child, manner))]
    loose = any("" in item for item in items)
    result: list[str] = []
    for number, item in enumerate(items, 1):
        marker = f"{number}. " if block.name == "ol" else "- "
        result += [""] * (loose and number > 1)
        result += indented(item, marker)
    return result


def indented(text: Sequence[str], marker: str) -> list[str]:
    """The lines of a list item."""
    blanks = " " * len(marker)
    first = [f"{marker}{text[0]}".rstrip(" ")]
    return first + [f"{blanks}{line}" if line.strip() else "" for line in text[1:]]


def _grid(block: Grid, manner: Manner) -> list[str]:
    cell = Manner(plain=manner.plain, cloze=manner.cloze, cell=True)
    rows = ["| " + " | ".join("".join(lines(runs, cell)) for runs in row) + " |" for row in block.rows]
    return [rows[0], "|" + " --- |" * len(block.rows[0]), *rows[1:]]

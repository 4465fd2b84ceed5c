"""F9: rows and columns of tables, however they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cues.inline import is_escaped
from quiz.notes.wording import reduced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.notes.page import Page
    from quiz.notes.structure import Block

FOCUS = ("focus area", "focus", "concept", "skill", "topic")
WHY = ("why", "why it matters", "reason", "roi", "benefit")
TASK = ("task", "exercise")
DESCRIPTION = ("description", "details", "notes")
LEVEL = ("level", "difficulty")
CHALLENGE = ("challenge", "task")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, and where it stands in its line (in the container's text)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its line, 0-based."""

    line: int
    cells: list[Cell]

    def text(self, column: int | None) -> str:
        """The text of a cell; missing cells are empty."""
        return self.cells[column].text if column is not None and column < len(self.cells) else ""


def split_row(line: str) -> list[Cell]:
    """The cells of a line; a bar after a backslash is text."""
    begin = len(line) - len(line.lstrip())
    stop = len(line.rstrip())
    if line[begin : begin + 1] == "|":
        begin += 1
    cells, start = [], begin
    index = line.find("|", begin)
    while 0 <= index < stop:
        if not is_escaped(line, index):
            cells.append(Cell(line[start:index].strip(), start, index))
            start = index + 1
        index = line.find("|", index + 1)
    if start < stop or not cells:
        cells.append(Cell(line[start:stop].strip(), start, stop))
    return cells


def header(page: Page, table: Block) -> list[str]:
    """The reduced names of a table's columns."""
    line = page.visible(table.start, table.holder)
    return [reduced(cell.text).rstrip("?! ") for cell in split_row(line)]


def rows(page: Page, table: Block) -> Iterator[Row]:
    """The rows below the header that are live and have a bar: a line of text below a table is none."""
    for number in range(table.start + 2, table.end):
        line = page.visible(number, table.holder)
        if not page.dead[number] and not page.taken[number] and "|" in line:
            yield Row(number, split_row(line))


def column(names: list[str], known: tuple[str, ...]) -> int | None:
    """The column with one of the known names, the first name first."""
    return next((names.index(name) for name in known if name in names), None)


def column_pair(
    names: list[str], first: tuple[str, ...], second: tuple[str, ...], positions: tuple[int, int]
) -> tuple[int | None, int | None]:
    """Two columns by their names, else by position."""
    one, two = column(names, first), column(names, second)
    if one is not None and one == two:  # one name for both: challenge and task
        one = None
    if one is None and two is None and len(names) <= max(positions):
        positions = (0, 1)
    if one is None:
        one = positions[0] if positions[0] != two else None
    if two is None:
        two = positions[1] if positions[1] != one else positions[1] + 1
    return (one if one is not None and one < len(names) else None, two if two < len(names) else None)

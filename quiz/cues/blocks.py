"""The blocks of an answer, as far as its shape needs them: fences, lists with their points, paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

_FENCE = re.compile(r"(?P<indent>\s*)(?P<run>`{3,}|~{3,})\s*(?P<language>[\w+#-]*)[^`]*")
_POINT = re.compile(r"(?P<indent> {0,3})(?:[-*+]|\d{1,9}[.)])(?:\s+(?P<text>.*))?")
_BREAK = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})")
_INDENTED = re.compile(r"(?: {2}|\t).*")
_ACCEPT = re.compile(r"accept:(.*\S)")


class BlockKind(StrEnum):
    """What a block is."""

    FENCE = "fence"
    LIST = "list"
    TEXT = "text"


@dataclass(slots=True)
class Block:
    """Some lines of an answer.

    Attributes:
        lines: Of a fence those inside it.
        language: Of a fence, in lower case.
        indent: Of the first point of a list, and so of those on its level.
        points: Of a list the lines of each of its points; the first one of each has lost its mark.
        first: Of a list the number of its first line, from 0.
        starts: The numbers of the lines on which its points begin.
    """

    kind: BlockKind
    lines: list[str] = field(default_factory=list)
    language: str = ""
    indent: int = 0
    points: list[list[str]] = field(default_factory=list)
    first: int = 0
    starts: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many characters there are but blanks."""
        return sum(len("".join(line.split())) for line in self.lines)

    def add(self, line: str) -> None:
        """Take one more line."""
        self.lines.append(line)
        if self.points:
            self.points[-1].append(line)

    def add_point(self, line: str, text: str, number: int) -> None:
        """Begin a point of a list, on the line with a number."""
        self.lines.append(line)
        self.starts.append(number)
        self.points.append([text])

    def holds(self, line: str, *, after_blank: bool) -> bool:
        """Whether a line that is neither a point nor in a fence still belongs to it."""
        if self.kind is BlockKind.LIST:
            return not after_blank or not line.strip() or _INDENTED.fullmatch(line) is not None
        return self.kind is BlockKind.TEXT and not after_blank


def without_accepted(answer: str) -> tuple[str, tuple[str, ...]]:
    """The answer without its last lines that begin with ``accept:``, and what these declare right too."""
    lines = answer.rstrip().split("\n")
    accepted: list[str] = []
    while lines:
        declared = _ACCEPT.fullmatch(lines[-1].strip())
        if not declared and lines[-1].strip():
            break
        if declared:
            accepted.append(declared[1].strip())
        lines.pop()
    return "\n".join(lines), tuple(reversed(accepted))


def blocks(answer: str) -> list[Block]:
    """The blocks of an answer in order."""
    found: list[Block] = []
    closing = ""
    after_blank = True
    for number, line in enumerate(answer.split("\n")):
        last = found[-1] if found else Block(BlockKind.FENCE)
        opening = None if closing else _FENCE.fullmatch(line)
        point = None if closing or _BREAK.fullmatch(line) else _POINT.fullmatch(line)
        if closing:
            ends = _closes(line, closing)
            closing = "" if ends else closing
            if not ends or last.kind is BlockKind.LIST:
                last.add(line)
        elif opening:
            closing = opening["run"]
            if last.kind is BlockKind.LIST and opening["indent"]:
                last.add(line)
            else:
                found.append(Block(BlockKind.FENCE, language=opening["language"].lower()))
        elif point and (last.kind is not BlockKind.LIST or len(point["indent"]) <= last.indent + 1):
            if last.kind is not BlockKind.LIST:
                found.append(Block(BlockKind.LIST, indent=len(point["indent"]), first=number))
            found[-1].add_point(line, point["text"] or "", number)
        elif last.holds(line, after_blank=after_blank):
            last.add(line)
        elif line.strip():
            found.append(Block(BlockKind.TEXT, [line]))
        after_blank = not line.strip()
    return found


def _closes(line: str, run: str) -> bool:
    return len(line.strip()) >= len(run) and set(line.strip()) == {run[0]}

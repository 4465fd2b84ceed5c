"""List recall: the points of an answer, and the rating that follows from those that were known."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

from quiz.answers.blocks import BlockKind, blocks, without_accepted
from quiz.cards import Rating

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_ESSENTIAL = re.compile(r"\s*\(!\)(?=[*_]*\s*$)")
_NESTED = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]|`{3,}|~{3,})(?:\s|$|\w)")


class Point(NamedTuple):
    """One point of an answer, as markdown without its mark.

    Attributes:
        essential: Without it the answer is wrong.
    """

    text: str
    essential: bool


def points(answer: str) -> tuple[Point, ...]:
    """The top-level points of an answer; ``(!)`` at the end of one makes it essential, and without any all are."""
    body, _ = without_accepted(answer)
    found = [
        _point(lines) for block in blocks(body) if block.kind is BlockKind.LIST for lines in block.points
    ]
    marked = any(point.essential for point in found)
    return tuple(point if marked else point._replace(essential=True) for point in found)


def _point(lines: list[str]) -> Point:
    lead = next(
        (i for i, line in enumerate(lines) if i and (not line.strip() or _NESTED.match(line))), len(lines)
    )
    rest = dedent("\n".join(lines[1:lead])), dedent("\n".join(lines[lead:]))
    said, below = "\n".join(filter(None, [lines[0], rest[0]])).rstrip(), rest[1].rstrip()
    marked = [_ESSENTIAL.sub("", part) for part in (said, below)]
    text = "\n".join(part for part in marked if part)
    return Point(text.strip(), essential=marked != [said, below])


def rating_of(points: Sequence[Point], known: Collection[int]) -> Rating:
    """The rating that follows from the points that were known, by their places.

    All known is Good, an essential one missed is Again, only others missed is Hard.
    """
    missed = [point for place, point in enumerate(points) if place not in known]
    if any(point.essential for point in missed):
        return Rating.AGAIN
    return Rating.HARD if missed else Rating.GOOD

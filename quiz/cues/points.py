"""The points of an answer: what must be said and what fails a candidate, how both are drawn, and their rating."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import Rating
from quiz.cues.blocks import BlockKind, blocks, without_accepted
from quiz.cues.signs import LEGEND, RED_FLAGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

from quiz.cues.blocks import Block

SIGN = "!"
IN_WORDS = "essential"

_HEADING = f"**{RED_FLAGS}**"
_BOLD_SIGN = f"**{SIGN}** "
_ESSENTIAL = re.compile(r"\s*\(!\)(?=[*_]*\s*$)")
_RED_FLAG = re.compile(r"(?:(?<=\s)|^)\(x\)(?=[*_]*\s*$)")
_NESTED = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]|`{3,}|~{3,})(?:\s|$|\w)")
_BULLET = re.compile(r"(?P<mark>\s{0,3}(?:[-*+]|\d{1,9}[.)])\s+)(?P<text>.*)", re.DOTALL)
_DRAWN = re.compile(rf"(?P<mark>\s{{0,3}}(?:[-*+]|\d{{1,9}}[.)])\s+)\*\*{SIGN}\*\*\s+(?P<text>.*)")


class Point(NamedTuple):
    """One point of an answer, as markdown without its mark.

    Attributes:
        essential: Without it the answer is wrong.
    """

    text: str
    essential: bool


class _Item(NamedTuple):
    """An item of a list at the top of an answer, as markdown without its marks.

    Attributes:
        must: Its mark says that it must be said.
        red_flag: Its mark says that it fails a candidate: it is no point.
    """

    text: str
    must: bool
    red_flag: bool


def points(answer: str) -> tuple[Point, ...]:
    """The top-level points of an answer; ``(!)`` at the end of one makes it essential, and without any all are.

    What ends in ``(x)`` is a red flag and no point.
    """
    found = [item for item in _items(answer) if not item.red_flag]
    marked = any(item.must for item in found)
    return tuple(Point(item.text, item.must or not marked) for item in found)


def red_flags(answer: str) -> tuple[str, ...]:
    """What fails a candidate who says it, as markdown."""
    return tuple(item.text for item in _items(answer) if item.red_flag)


def _items(answer: str) -> Iterator[_Item]:
    body, _ = without_accepted(answer)
    for block in blocks(body):
        if block.kind is BlockKind.LIST:
            yield from map(_item, block.points)


def _item(lines: Sequence[str]) -> _Item:
    lead = next(
        (i for i, line in enumerate(lines) if i and (not line.strip() or _NESTED.match(line))), len(lines)
    )
    rest = dedent("\n".join(lines[1:lead])), dedent("\n".join(lines[lead:]))
    parts = ["\n".join(filter(None, [lines[0], rest[0]])).rstrip(), rest[1].rstrip()]
    without_must = [_ESSENTIAL.sub("", part) for part in parts]
    bare = [_RED_FLAG.sub("", part).rstrip() if _RED_FLAG.search(part) else part for part in without_must]
    text = "\n".join(part for part in bare if part).strip()
    return _Item(text, must=without_must != parts, red_flag=bare != without_must)


def rating_of(points: Sequence[Point], known: Collection[int]) -> Rating:
    """The rating that follows from the points that were known, by their places.

    All known is Good, an essential one missed is Again, only others missed is Hard.
    """
    missed = [point for place, point in enumerate(points) if place not in known]
    if any(point.essential for point in missed):
        return Rating.AGAIN
    return Rating.HARD if missed else Rating.GOOD


# --- how they are drawn ------------------------------------------------------------------------------------


def drawn(answer: str, *, in_words: bool = False) -> str:
    """An answer for people, as markdown: its marks as signs, its red flags in a block of their own below.

    Args:
        answer: As it stands in the source.
        in_words: A word stands for the sign, for those who listen.
    """
    if "(!)" not in answer and "(x)" not in answer:
        return answer
    body, accepted = without_accepted(answer)
    found = blocks(body)
    items = [[_item(point) for point in block.points] for block in found]
    musts = any(item.must and not item.red_flag for each in items for item in each)
    flags = [item.text for each in items for item in each if item.red_flag]
    if not musts and not flags:
        return answer
    lines = body.split("\n")
    for block, each in zip(reversed(found), reversed(items), strict=True):
        if block.kind is BlockKind.LIST:
            _redraw(lines, block, each, in_words=in_words)
    tail = [LEGEND] if musts and not in_words else []
    if flags:
        tail.append("\n\n".join([f"{RED_FLAGS}:" if in_words else _HEADING, "\n".join(map(_bullet, flags))]))
    declared = "\n".join(f"accept: {one}" for one in accepted)
    return "\n\n".join(filter(None, ["\n".join(lines).strip("\n"), *tail, declared]))


def _redraw(lines: list[str], block: Block, items: Sequence[_Item], *, in_words: bool) -> None:
    """Put the items of a list without their marks in the place of its lines; red flags are left out."""
    end = block.first + len(block.lines)
    stretches = [*block.starts, end]
    for item, first, last in reversed(list(zip(items, stretches, stretches[1:], strict=False))):
        if item.red_flag:
            # the blank lines behind it part the list from what follows
            del lines[first : first + len("\n".join(lines[first:last]).rstrip().split("\n"))]
        elif item.must:
            lines[first:last] = _signed(lines[first:last], in_words=in_words)


def _signed(lines: Sequence[str], *, in_words: bool) -> list[str]:
    """The lines of an item with its mark as a sign at its beginning, or as a word at the end."""
    if in_words:
        return [_ESSENTIAL.sub(f" ({IN_WORDS})", line) for line in lines]
    bare = [_ESSENTIAL.sub("", line) for line in lines]
    found = _BULLET.fullmatch(bare[0])
    return [f"{found['mark']}{_BOLD_SIGN}{found['text']}", *bare[1:]] if found else bare


def _bullet(text: str) -> str:
    return "- " + text.replace("\n", "\n  ")


def parted(back: str) -> tuple[str, str]:
    """An answer as it was drawn: without what explains its signs and names red flags below it, and that."""
    for beginning in (LEGEND, _HEADING, f"{RED_FLAGS}:"):
        body, found, tail = back.partition(f"\n\n{beginning}\n")
        if found:
            return body, f"{beginning}\n{tail}"
        if back.endswith(f"\n\n{beginning}"):
            return back.removesuffix(f"\n\n{beginning}"), beginning
    return back, ""


def undrawn(back: str) -> str:
    """The source of an answer that was drawn, as far as it can be told: red flags stand at its end."""
    body, tail = parted(back)
    lines = body.split("\n")
    for at, line in enumerate(lines):
        if found := _DRAWN.fullmatch(line):
            lines[at] = f"{found['mark']}{found['text']} (!)"
    flags = tail.partition(f"{_HEADING}\n")[2].strip("\n")
    if flags:
        lines += [f"{line} (x)" if _BULLET.fullmatch(line) else line for line in flags.split("\n")]
    return "\n".join(lines)

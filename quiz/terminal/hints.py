"""What an answer gives away bit by bit: the items of a list, else the first word of each line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.cues import GAP, faces_of, hidden_text
from quiz.cues.signs import LEGEND, RED_FLAGS

if TYPE_CHECKING:
    from quiz.cards import Card

_MARK = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_FEWEST = 2
_ACCEPT = "accept:"


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer that is mostly a list. Texts are markdown.

    Attributes:
        lead: What stands above the list.
        items: With their marks and all that belongs to them.
        rest: What stands below.
    """

    lead: str
    items: tuple[str, ...]
    rest: str

    def after(self, count: int) -> str:
        """What is left when some items have been shown."""
        lead = [self.lead] if self.lead and not count else []
        return "\n\n".join([*lead, "\n".join(self.items[count:]), self.rest]).strip("\n")

    @property
    def numbered(self) -> str:
        """The whole with its items numbered from 1, whatever their marks are."""
        items = [_with_mark(item, f"{number}. ") for number, item in enumerate(self.items, 1)]
        return "\n\n".join(filter(None, [self.lead, "\n".join(items), self.rest]))


def _with_mark(item: str, mark: str) -> str:
    """An item with another mark; what belongs to it moves along."""
    own = _MARK.match(item)
    old = own[0] if own else ""
    first, *others = item.removeprefix(old).split("\n")
    wider = " " * max(len(mark) - len(old), 0)
    moved = [wider + line if line.strip() else line for line in others]
    return "\n".join([mark + first, *moved])


def listing(answer: str) -> Listing | None:
    """The answer as a list, if it has two items or more at its top and they are most of it."""
    answer, below = _parted(answer)
    lines = answer.strip("\n").split("\n")
    starts = _starts(lines)
    if len(starts) < _FEWEST:
        return None
    end = _end_of_list(lines, starts[-1])
    items = tuple(
        "\n".join(lines[start:stop]).rstrip() for start, stop in zip(starts, [*starts[1:], end], strict=True)
    )
    found = Listing("\n".join(lines[: starts[0]]).strip("\n"), items, "\n".join(lines[end:]).strip("\n"))
    if sum(map(len, items)) <= len(found.lead) + len(found.rest):
        return None
    return replace(found, rest="\n\n".join(filter(None, [found.rest, below])))


def _parted(answer: str) -> tuple[str, str]:
    """An answer, and what explains the signs of its points and names red flags below it."""
    if LEGEND not in answer and RED_FLAGS not in answer:
        return answer, ""
    from quiz.cues.points import parted  # noqa: PLC0415 - few answers have some

    return parted(answer)


def _starts(lines: list[str]) -> list[int]:
    """The lines, outside of code, on which the items of the first list begin."""
    starts: list[int] = []
    in_code = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            in_code = not in_code
        elif not in_code and _MARK.match(line) and (not starts or _indent(line) == _indent(lines[starts[0]])):
            starts.append(number)
    return starts


def _end_of_list(lines: list[str], last: int) -> int:
    """The line behind the last item: a flush left one after a blank one, or a fence that is flush left."""
    for number in range(last + 1, len(lines)):
        line = lines[number]
        flush = bool(line) and not line[0].isspace()
        if flush and (not lines[number - 1].strip() or _FENCE.match(line)):
            return number
    return len(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def with_accepted(answer: str) -> str:
    """An answer whose last lines declare others with ``accept:``, which are named below it."""
    if _ACCEPT not in answer.lower():
        return answer
    from quiz.cues.blocks import without_accepted  # noqa: PLC0415 - few answers have some

    own, others = without_accepted(answer)
    return f"{own}\n\nalso accepted: {', '.join(others)}".lstrip("\n") if others else answer


def given_away(card: Card, *, in_words: bool = False) -> str:
    """What hints give away bit by bit: of code with a gap only what it hides, else the answer."""
    if card.facet.startswith(GAP):
        return hidden_text(card.note, card.facet)
    return faces_of(card, in_words=in_words).back


def first_words(answer: str) -> str:
    """The first word of every line that says something; of a single word its first character."""
    lines = [line.strip() for line in answer.split("\n") if line.strip() and not _FENCE.match(line)]
    if len(lines) == 1 and len(lines[0].split()) == 1:
        return f"{lines[0][0]}…"
    return "\n".join(f"{line.split()[0]} …" for line in lines)

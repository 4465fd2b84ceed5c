"""What a rule has found, before it becomes a note: with the places where an answer or an anchor would go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind, Note
from quiz.notes.marks import is_marked
from quiz.notes.page import context_text
from quiz.notes.wording import (
    NO_ATTRIBUTES,
    RESERVED,
    Attributes,
    is_no_answer,
    plain_title,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.cards import Choice, Deletion
    from quiz.notes.details import Place
    from quiz.notes.page import Page
    from quiz.notes.structure import Block

_DRAFTS = frozenset({Kind.QA, Kind.CLOZE, Kind.CHOICE})
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")
_LONGEST_RULE = 200
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the answer to a question goes.

    Attributes:
        shape: ``item`` and ``line`` (below the line, with an answer mark), ``heading`` (below it, in blank lines),
            ``details`` (at the column), ``cell`` (instead of what stands from the column to the next bar), ``new cell``
            (at the column).
        line: 0-based.
        prefix: What stands before each further line of the answer.
        column: An offset in the line.
    """

    shape: str
    line: int
    prefix: str = ""
    column: int = 0


@dataclass(slots=True, kw_only=True)
class Found:
    """One item of a file; lines are 0-based, ``end`` is the line behind it.

    Attributes:
        mark: Where the question's line ends, so where an anchor goes; None if it has no such line.
        section: The heading of the template's section, if it stands in one.
        trim: Takes from an answer's lines what is none.
    """

    rule: str
    kind: Kind
    start: int
    end: int
    prompt: str
    answer: str = ""
    slot: Slot | None = None
    mark: Place | None = None
    attributes: Attributes = NO_ATTRIBUTES
    section: str | None = None
    choices: tuple[Choice, ...] = ()
    explanation: str = ""
    deletions: tuple[Deletion, ...] = ()
    level: str = ""
    trim: Callable[[list[str]], list[str]] = list

    def all_tags(self, page: Page) -> list[str]:
        """The file's tags, those of its headings and its own, the reserved ones among them."""
        below = page.path(self.start + 1)  # a heading's own tags hold for it too
        return [*page.tags, *(tag for heading in below for tag in heading.tags), *self.attributes.tags]

    def is_skipped(self, page: Page) -> bool:
        """Whether its author wants no item here."""
        return any(tag.casefold() == "skip" for tag in self.all_tags(page))

    def note(self, page: Page, deck: str) -> Note:
        """The value that leaves this package."""
        # levels drift: a question of its own is no context of the next one
        path = [heading for heading in page.path(self.start) if not is_marked(heading)]
        tags = self.all_tags(page)
        reserved = {tag.casefold() for tag in tags} & RESERVED | page.front.flags
        nearest = plain_title(path[-1].text) if path else ""
        return Note(
            kind=self.kind,
            prompt=self.prompt,
            answer=self.answer,
            file=page.file,
            line=self.start + 1,
            end=page.trimmed(self.start, self.end),
            deck=deck,
            section=nearest if self.section is None else self.section,
            context=tuple(context_text(heading) for heading in path),
            tags=tuple(dict.fromkeys(tag for tag in tags if tag.casefold() not in RESERVED)),
            choices=self.choices,
            explanation=self.explanation,
            deletions=self.deletions,
            level=self.level,
            both="both" in reserved,
            typed="typed" in reserved,
            anchor=self.attributes.anchor,
            draft=self.kind in _DRAFTS and not self.answer and not self.deletions,
            rule=self.rule,
        )


# --- answers -------------------------------------------------------------------------------------------------------


def answer_text(lines: list[str], *, unwrap: bool = False) -> str:
    """An answer from its lines, without blank edges; empty if it is a placeholder.

    With ``unwrap`` an answer that is exactly one list item loses its marker.
    """
    text = "\n".join(lines).strip("\n").rstrip()
    blank = _BLANK_LINES.match(text)
    text = text[blank.end() :] if blank else text
    if unwrap:
        text = _without_only_marker(text)
    stripped = text.lstrip(" ")
    text = stripped if len(text) - len(stripped) < 4 else text  # noqa: PLR2004 - four begin indented code
    return "" if is_no_answer(text) else text


def _without_only_marker(text: str) -> str:
    """A text that is exactly one list item, without the item's marker and indent."""
    lines = text.split("\n")
    first = lines[0].lstrip(" ")
    match = _ITEM.match(first)
    if not match or _RULE.match(first):
        return text
    indent = len(lines[0]) - len(first)
    width = indent + match.end()
    for line in lines[1:]:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            return text
    inside = [line[min(width, len(line) - len(line.lstrip(" "))) :] for line in lines[1:]]
    return "\n".join([first[match.end() :], *inside]).strip("\n")


def is_rule(line: str) -> bool:
    """Whether a line is a thematic break."""
    return len(line) <= _LONGEST_RULE and _RULE.match(line) is not None


def indent_of(page: Page, number: int, holder: Block | None) -> str:
    """What stands before a further line of a container: blanks, and the marks of quotes."""
    line = page.lines[number]
    inside = page.cut(number, number + 1, holder)[0]
    head = line[: len(line) - len(inside)].expandtabs(4)
    return "".join(">" if mark == ">" else " " for mark in head)


def item_indent(page: Page, item: Block) -> str:
    """The indent of an item's content."""
    return indent_of(page, item.start, item.holder) + " " * item.width

"""T0: which files are self-help notes, and which of their sections is of which kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.notes.marks import question_mark
from quiz.notes.wording import plain_title, reduced, without_lead, word_count

if TYPE_CHECKING:
    from quiz.notes.page import Heading, Page

_KINDS = [
    (Kind.CHEATSHEET, r"cheat[- ]?sheets?"),
    (Kind.ROADMAP, r"roadmap"),
    (Kind.CHALLENGE, r"challenges?"),
    (Kind.NEXT, r"next\b.*\b(?:tech|stack|steps?|recommendations?)"),
    (Kind.TIP, r"tips?"),
    (Kind.TASK, r"tasks?|exercises?|hands-on|practice"),
    (Kind.QA, r"interview|q ?(?:&|&amp;|and) ?a|faqs?|^questions?(?: (?:and|&|&amp;) answers?)?$"),
    (Kind.CONCEPT, r"mental models?|philosophy"),
    (Kind.OVERVIEW, r"overview"),
]
_SECTION_KINDS = [(kind, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for kind, words in _KINDS]
_MOST_WORDS = 6
_ENOUGH_KINDS = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a self-help note: its heading, its kind and its lines, the heading left out."""

    kind: Kind
    heading: Heading
    start: int
    end: int

    @property
    def title(self) -> str:
        """The heading without emoji, number and escapes."""
        return plain_title(self.heading.text)


def section_kind(text: str) -> Kind | None:
    """The kind that a heading gives its section, if any."""
    words = reduced(text)
    if words.endswith("?") or question_mark(without_lead(text), heading=True) is not None:
        return None
    if word_count(words) > _MOST_WORDS:
        return None
    return next((kind for kind, pattern in _SECTION_KINDS if pattern.search(words)), None)


def find_sections(page: Page) -> list[Section]:
    """The sections of a self-help note; none if the file is none (T0)."""
    tops = [heading for heading in page.headings if heading.top]
    kinds = {heading: section_kind(heading.text) for heading in tops}
    at_level: dict[int, set[Kind]] = {}
    for heading, kind in kinds.items():
        if kind:
            at_level.setdefault(heading.level, set()).add(kind)
    if not at_level:
        return []
    level = min(at_level, key=lambda level: (-len(at_level[level]), level))
    if len(at_level[level]) < _ENOUGH_KINDS and "note" not in page.front.flags:
        return []
    sections = []
    borders = [heading for heading in tops if heading.level <= level]
    for heading, following in zip(borders, [*borders[1:], None], strict=True):
        kind = kinds[heading] if heading.level == level or heading is not tops[0] else None
        end = following.line if following else len(page.lines)
        sections.append(Section(kind or Kind.OTHER, heading, heading.end, end))
    return sections

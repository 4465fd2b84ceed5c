"""The order of the rules: dead zones, tier 1, the template, tier 2; a line belongs to one item at most."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from quiz.cards import Deck, Kind, Problem
from quiz.notes.chains import with_earlier
from quiz.notes.duplicates import merge_duplicates
from quiz.notes.foreign import foreign_cards
from quiz.notes.harvest import harvested
from quiz.notes.lengths import long_answers
from quiz.notes.lines import Text, decode
from quiz.notes.page import Page
from quiz.notes.questionlists import QuestionLists, folded, list_cards, report_unread
from quiz.notes.sections import report_empty, section_items
from quiz.notes.stray_gaps import stray_gaps
from quiz.notes.template import Section, find_sections
from quiz.notes.tierone import TierOne

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.notes.found import Found

MOST_LINES = 500_000
"""Of a file: a limit of its blocks, notes and problems too."""
MOST_PROBLEMS = 1_000
"""Of one kind and file."""

_TIER_ONE_ONLY, _OFF = "explicit", "off"
_QUESTIONS = frozenset({"R1", "R3", "R4"})


def parse(data: bytes, *, file: str, deck: str) -> Deck:
    """Read a markdown file.

    Args:
        data: The file's bytes, whatever they are.
        file: Its name in notes and problems.
        deck: The deck's name, unless the file itself gives one; see :func:`deck_name`.

    Returns:
        Its notes by line and its problems by line. Nothing is raised: what is wrong is a problem with a place.
    """
    if b"\0" in data:
        return Deck(name=deck, file=file, problems=(Problem(file, 1, "E102", "not a text file, skipped"),))
    text = decode(data)
    if len(text.lines) > MOST_LINES:
        reason = f"more than {MOST_LINES:,} lines: the file is not read. Split the note"
        return Deck(name=deck, file=file, problems=(Problem(file, 1, "E106", reason),))
    page = Page(text.lines, file)
    _report_undecodable(page, text)
    name = page.front.deck or deck
    notes = [found.note(page, name) for found in read(page)]
    merged, problems = merge_duplicates(notes)
    merged = with_earlier(page, merged)
    problems += page.problems
    problems += [problem for note in merged for problem in long_answers(note)]
    problems += stray_gaps(merged, text.lines)
    problems += foreign_cards(page, merged)
    problems.sort(key=lambda problem: (problem.line, problem.code))
    return Deck(name=name, file=file, notes=tuple(merged), problems=tuple(_listed(problems)))


def _listed(problems: list[Problem]) -> list[Problem]:
    """The first problems of each kind, and how many more there are: nobody reads a hundred thousand."""
    counts: Counter[str] = Counter()
    listed: list[Problem] = []
    for problem in problems:
        counts[problem.code] += 1
        if counts[problem.code] <= MOST_PROBLEMS:
            listed.append(problem)
    last = {problem.code: problem for problem in listed}
    more = [(last[code], count - MOST_PROBLEMS) for code, count in counts.items() if count > MOST_PROBLEMS]
    return listed + [
        Problem(one.file, one.line, "W107", f"{count:,} more of {one.code} below: they are not listed")
        for one, count in more
    ]


def _report_undecodable(page: Page, text: Text) -> None:
    if text.undecodable is not None:
        page.report(text.undecodable, "E101", "bytes that are not UTF-8 are read as U+FFFD")


def read(page: Page) -> list[Found]:
    """All items of a file by line, those left out that their author skips."""
    flags = page.front.flags
    if _OFF in flags or not page.lines:
        return []
    explicit = _TIER_ONE_ONLY in flags
    sections = [] if explicit else find_sections(page)
    lists = QuestionLists(page)
    explicit_cards = TierOne(page, sections, lists)
    found = explicit_cards.read()
    explicit_cards.report_swallowed()
    for section in sections:
        found += section_items(page, section)
    if not explicit:
        found += _harvest(page, sections, lists, found)
    explicit_cards.report_stray_marks()
    _report_empty_sections(page, sections, found)
    _name_sections(sections, found)
    return sorted(
        (item for item in found if not item.is_skipped(page)), key=lambda item: (item.start, item.end)
    )


def _harvest(
    page: Page, sections: list[Section], lists: QuestionLists, found: Sequence[Found]
) -> Iterator[Found]:
    """What tier 2 finds; a list of questions that only the file's name announces is none beside other questions."""
    is_free = _free_lines(page, sections, Kind.OTHER)
    yield from harvested(page, is_free)
    asked = {folded(item.prompt) for item in found}
    only = () if any(item.rule in _QUESTIONS for item in found) else lists.in_file()
    for each in (*lists.announced, *only):
        yield from list_cards(page, each, is_free, asked)
    report_unread(page, _free_lines(page, sections, Kind.OTHER, Kind.QA))


def _free_lines(page: Page, sections: list[Section], *kinds: Kind) -> bytearray:
    """Non-zero for lines outside template sections, and in those of some kinds."""
    free = bytearray(b"\1" * len(page.lines))
    if sections:  # nothing above the first heading of a self-help note is an item
        free[: page.headings[0].line] = bytes(page.headings[0].line)
    for section in sections:
        if section.kind not in kinds:
            free[section.start : section.end] = bytes(section.end - section.start)
    return free


def _report_empty_sections(page: Page, sections: list[Section], found: list[Found]) -> None:
    if not sections:
        return
    starts = sorted(item.start for item in found)
    for section in sections:
        count = bisect_left(starts, section.end) - bisect_left(starts, section.start)
        report_empty(page, section, count)


def _name_sections(sections: list[Section], found: list[Found]) -> None:
    """Give the items of a template section its title."""
    lines = [section.start for section in sections]
    for item in found:
        index = bisect_right(lines, item.start) - 1
        if item.section is None and index >= 0 and sections[index].kind is not Kind.OTHER:
            item.section = sections[index].title

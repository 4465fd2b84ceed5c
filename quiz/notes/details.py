"""Where ``<details>`` blocks begin and end: found by line, since a list would swallow the end of one (F5)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cues.inline import masked

if TYPE_CHECKING:
    from quiz.notes.dead import DeadZones
    from quiz.notes.repairs import Report

_OPEN = re.compile(r"([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)<details(?:\s[^<>]*)?>", re.IGNORECASE)
_CLOSE = re.compile(r"</details\s*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary(?:\s[^<>]*)?>", re.IGNORECASE)
_SUMMARY_END = re.compile(r"</summary\s*>", re.IGNORECASE)

Place = tuple[int, int]
"""A line, 0-based, and an offset in it."""


@dataclass(slots=True, eq=False)
class Details:
    """One ``<details>`` block; places are 0-based.

    Attributes:
        start: Its first line.
        inside: Behind the opening tag.
        indent: Columns before the tag.
        parent: The one it is nested in.
        close: Where ``</details>`` begins, or where an unclosed one is taken to end.
        end: The line behind its last one.
        summary: Where the summary's text begins and ends, or None.
        body: Where the rest begins.
        says: Whether its summary is part of the answer that surrounds it, and not the label of a lid.
    """

    start: int
    inside: Place
    indent: int
    parent: Details | None
    close: Place = (0, 0)
    end: int = 0
    closed: bool = False
    summary: tuple[Place, Place] | None = None
    body: Place = (0, 0)
    says: bool = False


class _Scan:
    """The lines of a file, without code and comments."""

    def __init__(self, lines: list[str], zones: DeadZones) -> None:
        self.lines = lines
        self.zones = zones

    def line(self, number: int) -> str:
        if self.zones.dead[number]:
            return ""
        line = masked(self.lines[number])
        for start, end in self.zones.comments.get(number, ()):
            line = line[:start] + "\x7f" * (end - start) + line[end:]
        return line


def find_details(
    lines: list[str], zones: DeadZones, headings: list[tuple[int, int]], report: Report
) -> list[Details]:
    """All ``<details>`` blocks in order.

    Args:
        lines: The file's lines.
        zones: Which of them are dead.
        headings: Line and level of the headings; where one is that ends the section, an unclosed block ends too.
        report: Takes a line (0-based), a code and a message.
    """
    scan = _Scan(lines, zones)
    marked = [
        number for number, line in enumerate(lines) if "details" in line.lower() and not zones.dead[number]
    ]
    openers = {number: match for number in marked if (match := _OPEN.match(scan.line(number)))}
    closers = {number: list(_CLOSE.finditer(scan.line(number))) for number in marked}
    repair = len(openers) > sum(map(len, closers.values()))
    found: list[Details] = []
    stack: list[Details] = []
    for number in marked:
        opener = openers.get(number)
        if opener:
            indent = len(opener[1].expandtabs(4))
            while repair and stack and indent <= stack[-1].indent:
                _end_unclosed(stack.pop(), number, headings, lines, report)
            stack.append(Details(number, (number, opener.end()), indent, stack[-1] if stack else None))
            found.append(stack[-1])
        for closer in closers[number]:
            if stack:
                _close(stack.pop(), (number, closer.start()))
            else:
                report(number, "W206", "</details> without an opener")
    while stack:
        _end_unclosed(stack.pop(), len(lines), headings, lines, report)
    for number, details in enumerate(found):
        inner_start = found[number + 1].start if number + 1 < len(found) else len(lines)
        _find_summary(details, scan, inner_start)
    return found


def _close(details: Details, place: Place) -> None:
    details.close, details.end, details.closed = place, place[0] + 1, True


def _end_unclosed(
    details: Details, limit: int, headings: list[tuple[int, int]], lines: list[str], report: Report
) -> None:
    report(details.start, "E205", "<details> is never closed")
    index = bisect_left(headings, (details.start,))
    level = headings[index - 1][1] if index else 6
    end = next((line for line, other in headings[index:] if other <= level), limit)
    end = max(min(end, limit), details.start + 1)
    details.close, details.end = (end - 1, len(lines[end - 1])), end


def _find_summary(details: Details, scan: _Scan, inner_start: int) -> None:
    """Find the summary, which stands before any inner ``<details>``; without an end it is its line."""
    details.body = details.inside
    limit = min(details.close, (inner_start, 0))
    opener = _search(scan, _SUMMARY, details.inside, limit)
    if not opener:
        return
    begin = (opener[0], opener[1].end())
    closer = _search(scan, _SUMMARY_END, begin, limit)
    if closer:
        details.summary = (begin, (closer[0], closer[1].start()))
        details.body = (closer[0], closer[1].end())
    else:
        line = scan.lines[begin[0]]
        end = details.close[1] if details.close[0] == begin[0] else len(line)
        details.summary = (begin, (begin[0], end))
        details.body = details.summary[1]


def _search(
    scan: _Scan, pattern: re.Pattern[str], start: Place, end: Place
) -> tuple[int, re.Match[str]] | None:
    for number in range(start[0], min(end[0] + 1, len(scan.lines))):
        line = scan.line(number)
        match = pattern.search(line, start[1] if number == start[0] else 0)
        if match and (number, match.start()) < end:
            return number, match
    return None

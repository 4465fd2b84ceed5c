"""Lines in which no rule looks for anything: code, comments, and what ``dquiz:off`` covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.cues.inline import masked

if TYPE_CHECKING:
    from quiz.notes.repairs import Report
    from quiz.notes.structure import Block

_OPEN, _CLOSE = "<!--", "-->"
_LONGEST_PARAGRAPH = 200  # lines in which the end of a comment is looked for that opens in the middle of one


class DeadZones:
    """Which lines and parts of lines are dead.

    Attributes:
        dead: One byte a line, non-zero where all of it is dead.
        code: The same for code alone.
        hidden: The same for comments and what is switched off.
        comments: For lines that are dead in parts, where their comments begin and end.
    """

    def __init__(self, count: int) -> None:
        self.dead = bytearray(count)
        self.code = bytearray(count)
        self.hidden = bytearray(count)
        self.comments: dict[int, list[tuple[int, int]]] = {}

    def kill_code(self, start: int, end: int) -> None:
        """Make lines of code dead."""
        self.dead[start:end] = self.code[start:end] = b"\1" * (end - start)

    def hide(self, start: int, end: int) -> None:
        """Make lines dead that nobody sees."""
        self.dead[start:end] = self.hidden[start:end] = b"\1" * (end - start)

    def visible(self, number: int, line: str) -> str:
        """A line without its comments."""
        spans = self.comments.get(number)
        if not spans:
            return line
        parts, position = [], 0
        for start, end in spans:
            parts.append(line[position:start])
            position = end
        return ("".join(parts) + line[position:]).rstrip()


def find_dead_zones(lines: list[str], leaves: list[Block], report: Report) -> DeadZones:
    """Find the dead lines of a file.

    Args:
        lines: The file's lines.
        leaves: Its innermost blocks in order.
        report: Takes a line (0-based), a code and a message.
    """
    zones = DeadZones(len(lines))
    for leaf in leaves:
        if leaf.kind in ("fence", "code"):
            zones.kill_code(leaf.start, leaf.end)
        elif leaf.kind == "html":
            _kill_code_in_html(lines, leaf, zones)
    commented = [number for number, line in enumerate(lines) if _OPEN in line]
    if commented:
        _find_comments(lines, commented, zones, report)
    return zones


def _kill_code_in_html(lines: list[str], block: Block, zones: DeadZones) -> None:
    """Fences that follow a tag without a blank line are HTML to CommonMark, and code to their author."""
    opener = None
    for number in range(block.start, block.end):
        text = lines[number].strip()
        if not text.startswith(("```", "~~~")):
            continue
        if opener is None:
            opener = number
        elif not text.strip(text[0]):
            zones.kill_code(opener, number + 1)
            opener = None


def _find_comments(lines: list[str], commented: list[int], zones: DeadZones, report: Report) -> None:
    off: int | None = None
    behind = 0  # the line behind the last comment of several lines
    for number in commented:
        if number < behind or zones.code[number]:
            continue
        start = _comments_in_line(lines[number], zones.comments.setdefault(number, []))
        for begin, end in zones.comments[number]:
            word = lines[number][begin + len(_OPEN) : end - len(_CLOSE)].strip()
            if word == "dquiz:off" and off is None:
                off = number
            elif word == "dquiz:on" and off is not None:
                zones.hide(off, number + 1)
                off = None
        if start >= 0:
            behind = _hide_open_comment(lines, number, start, zones, report)
    if off is not None:
        report(off, "W208", "dquiz:off is never turned on again: the rest of the file is not read")
        zones.hide(off, len(lines))
    for number, spans in zones.comments.items():
        if spans and not zones.visible(number, lines[number]).strip():
            zones.hide(number, number + 1)
            spans.clear()


def _comments_in_line(line: str, spans: list[tuple[int, int]]) -> int:
    """Collect the comments that end on their line; returns where one begins that does not, or -1."""
    hidden = masked(line)
    start = hidden.find(_OPEN)
    while start >= 0:
        end = hidden.find(_CLOSE, start + len(_OPEN))
        if end < 0:
            break
        spans.append((start, end + len(_CLOSE)))
        start = hidden.find(_OPEN, end)
    return start


def _hide_open_comment(lines: list[str], number: int, start: int, zones: DeadZones, report: Report) -> int:
    # in the middle of a line only a comment that ends in its paragraph is one: the rest is text about comments
    if lines[number][:start].strip(" \t>-*+"):
        return _hide_rest_of_comment(lines, number, start, zones)
    return _hide_long_comment(lines, number, zones, report)


def _hide_rest_of_comment(lines: list[str], first: int, column: int, zones: DeadZones) -> int:
    """Kill a comment that opens in the middle of a line and closes before a blank one; returns the line behind it."""
    for number in range(first + 1, min(first + _LONGEST_PARAGRAPH, len(lines))):
        if zones.code[number] or not lines[number].strip():
            break
        index = lines[number].find(_CLOSE)
        if index >= 0:
            if masked("\n".join(lines[first : number + 1]))[column] != _OPEN[0]:
                break  # in a code span
            zones.comments.setdefault(first, []).append((column, len(lines[first])))
            zones.hide(first + 1, number)
            zones.comments.setdefault(number, []).append((0, index + len(_CLOSE)))
            return number + 1
    return first + 1


def _hide_long_comment(lines: list[str], start: int, zones: DeadZones, report: Report) -> int:
    """Kill a comment of several lines; returns the line behind it."""
    for number in range(start + 1, len(lines)):
        index = lines[number].find(_CLOSE)
        if index >= 0:
            zones.hide(start, number)
            zones.comments.setdefault(number, []).append((0, index + len(_CLOSE)))
            return number + 1
    report(start, "E204", "this comment is never closed: the rest of the file is not read")
    zones.hide(start, len(lines))
    return len(lines)

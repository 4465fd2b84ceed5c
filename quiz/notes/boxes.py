"""Task boxes of lists, ``- [ ]`` and ``- [x]``: bytes in, bytes out, and nothing else of the file changes."""

from __future__ import annotations

import re

from quiz.notes.lines import BOM, raw_lines

_BOX = re.compile(rb"[ \t>]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[([ xX])\](?=\s|$)")


def with_box(data: bytes, line: int, *, ticked: bool) -> bytes | None:
    """The file with the box of one list item ticked, or empty; None if no task box begins that line.

    A box that is as wanted already stays as it is written, ``[X]`` too.

    Args:
        data: The file.
        line: 1-based, the line of the list item.
        ticked: Whether the box is to hold an ``x``.
    """
    lines = raw_lines(data)
    box = _BOX.match(lines[line - 1]) if 0 < line <= len(lines) else None
    if box is None:
        return None
    if (box[1] != b" ") is ticked:
        return data
    at = len(BOM) * data.startswith(BOM) + sum(map(len, lines[: line - 1])) + box.start(1)
    return data[:at] + (b"x" if ticked else b" ") + data[at + 1 :]

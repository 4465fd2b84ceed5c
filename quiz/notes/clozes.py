"""R2: ``C:`` and its deletions, ``{{…}}`` or else ``[…]``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.cards import Deletion, Kind
from quiz.cues.inline import MASK, is_escaped, masked
from quiz.notes.found import Found
from quiz.notes.marks import answer_mark
from quiz.notes.wording import split_attributes

if TYPE_CHECKING:
    from quiz.notes.page import Page
    from quiz.notes.structure import Block

_CLOZE = re.compile(r"C:(?=\s|$)")
_GROUP = re.compile(r"c?(\d{1,4})::")
_MOST_DELETIONS = 100  # of one cloze: each is a card that shows all of its text
_TASK = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+$")


def cloze_mark(text: str) -> str | None:
    """What follows ``C:`` at the start of a text, or None."""
    match = _CLOZE.match(text)
    return text[match.end() :].lstrip() if match else None


def deletions(page: Page, start: int, lines: list[str]) -> tuple[Deletion, ...]:
    """The deletions in the lines of a card that begin on line ``start``; offsets are in the lines joined."""
    text = "\n".join(lines)
    if "[" not in text and "{{" not in text:
        return ()
    hidden = _masked_lines(page, start, lines)
    return _braced(text, hidden) or _bracketed(text, hidden)


def _masked_lines(page: Page, start: int, lines: list[str]) -> str:
    """The text with code, comments and other dead lines blotted out, line by line and span by span."""
    parts = [MASK * len(line) if page.dead[start + index] else line for index, line in enumerate(lines)]
    return masked("\n".join(parts))


def _braced(text: str, hidden: str) -> tuple[Deletion, ...]:
    found: list[Deletion] = []
    start = hidden.find("{{")
    while start >= 0:
        end = hidden.find("}}", start + 2)
        if end < 0:
            break
        again = hidden.rfind("{{", start + 2, end)
        if again >= 0:
            start = again
        while hidden[end : end + 3] == "}}}":  # braces of the text stand inside
            end += 1
        deletion = _deletion(text, hidden, start, end)
        if deletion and not is_escaped(hidden, start):
            found.append(deletion)
        start = hidden.find("{{", end)
    return tuple(found)


def _deletion(text: str, hidden: str, start: int, end: int) -> Deletion | None:
    begin, group = start + 2, ""
    match = _GROUP.match(hidden, begin, end)
    if match:
        begin, group = match.end(), match[1]
    separator = hidden.find("::", begin, end)
    stop = separator if separator >= 0 else end
    inside, hint = text[begin:stop].strip(), text[separator + 2 : end].strip() if separator >= 0 else ""
    if not inside or "\n\n" in inside:
        return None
    return Deletion(inside, start, end + 2, hint, group)


def _bracketed(text: str, hidden: str) -> tuple[Deletion, ...]:
    """``[x]``, except images, escapes, task boxes, footnotes, wiki links and links ``[x](…)``, ``[x][…]``."""
    found: list[Deletion] = []
    position = 0
    for start, end in _pairs(hidden):
        if start < position:
            continue
        following = hidden[end + 1 : end + 2]
        inside = text[start + 1 : end].strip()
        position = end + 1
        if following == "[":
            position = max(position, hidden.find("]", end + 1))
        elif following != "(" and inside and not _is_other(hidden, start, end):
            found.append(Deletion(inside, start, end + 1))
    return tuple(found)


def _pairs(hidden: str) -> list[tuple[int, int]]:
    """Brackets that close each other, by their start."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for match in re.finditer(r"[\[\]]", hidden):
        if not is_escaped(hidden, match.start()):
            if match[0] == "[":
                opened.append(match.start())
            elif opened:
                pairs.append((opened.pop(), match.start()))
    return sorted(pairs)


def _is_other(hidden: str, start: int, end: int) -> bool:
    """Whether brackets are an image, a wiki link, a footnote or a task box."""
    if hidden[start - 1 : start] == "!" or hidden[start + 1] in "[^" or "\n\n" in hidden[start:end]:
        return True
    line = hidden[hidden.rfind("\n", 0, start) + 1 : start]
    return hidden[start + 1 : end] in ("x", "X") and _TASK.match(line) is not None


def cloze(page: Page, start: int, end: int, holder: Block | None, first: str) -> Found | None:
    """The cloze that begins on a line with ``C:``; ``first`` follows the mark there.

    An answer mark below it begins a remark, which is shown with the hidden text.
    """
    first, attributes = split_attributes(first)
    lines = [first, *page.cut(start + 1, end, holder)]
    remark = next(
        (n for n, line in enumerate(lines) if n and not page.dead[start + n] and answer_mark(line)), None
    )
    answer = ""
    if remark is not None:
        text, _ = answer_mark(lines[remark]) or ("", 0)
        answer = "\n".join([text, *lines[remark + 1 :]]).strip()
        lines = lines[:remark]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    blank = next((n for n, line in enumerate(lines) if line.strip()), 0)  # the text may begin below the mark
    lines = lines[blank:]
    found = deletions(page, start + blank, lines)
    if not found:
        return None
    found = tuple(page.first_of(found, _MOST_DELETIONS, start, "deletions"))
    return Found(
        rule="R2",
        kind=Kind.CLOZE,
        start=start,
        end=end,
        prompt="\n".join(lines),
        answer=answer,
        attributes=attributes,
        deletions=found,
        mark=(start, len(page.lines[start].rstrip())),
    )

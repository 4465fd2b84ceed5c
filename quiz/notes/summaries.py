"""R3: ``<details>`` whose summary is a question; and the reveals of enclosing questions, which are none."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.notes.found import Found, Slot, answer_text, indent_of
from quiz.notes.wording import Attributes, asks_or_tells, reduced, split_attributes, title

if TYPE_CHECKING:
    from quiz.notes.details import Details
    from quiz.notes.page import Page
    from quiz.notes.structure import Block

_LONGEST_LABEL = 40
_OFTEN = 3
_MOST_WRAPPERS = 16
_LONGEST_TAG = 80
_LONGEST_LINK = 1_000
_LONGEST_BODY = 50_000

_ONLY_SAYS = re.compile(
    r"(?:(?:the|correct|model|sample|possible|full|click|here|for|to|tap|view|reveal|expand|toggle|my)\W+){0,6}"
    r"(?:answers?|solutions?|hints?|explanations?)(?:\W+\d{1,3})?\W*"
)
_SHOW = re.compile(r"(?:show|see)\b")
_CONTENTS_LINE = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s.*\]\(#[^\s]*\)\W*")
_CONTENTS = re.compile(r"(?:table of contents|contents|toc)\W*")
_WRAPPER = re.compile(r"\s*<(/?)(br|b|strong|p)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LAST_TAG = re.compile(r"<(/?)(br|b|strong|p)(?:\s[^<>]*)?/?>\s*\Z", re.IGNORECASE)
_BOLD = frozenset({"b", "strong"})
_ANY_TAG = re.compile(r"<[^<>]*>")


class Role(Enum):
    """What a ``<details>`` is to the rules."""

    CARD = "card"
    REVEAL = "reveal"
    CONTENTS = "contents"
    NOTHING = "nothing"


def roles(page: Page) -> dict[Details, Role]:
    """The role of each ``<details>`` of a file."""
    labels = {details: _label(page, details) for details in page.details if details.summary}
    often = Counter(labels.values())
    found: dict[Details, Role] = {}
    for details in page.details:
        label = labels.get(details, "")
        if details.parent is not None:
            found[details] = Role.REVEAL
        elif not label:
            page.report(details.start, "W207", "<details> without a summary")
            found[details] = Role.NOTHING
        elif _CONTENTS.fullmatch(label) or _holds_contents(page, details):
            found[details] = Role.CONTENTS
        elif len(label) <= _LONGEST_LABEL and (often[label] >= _OFTEN or _is_label(label)):
            found[details] = Role.REVEAL
        else:
            found[details] = Role.CARD
    return found


def _holds_contents(page: Page, details: Details) -> bool:
    """Whether nothing but lists of links into the file stands in it."""
    lines = [line.strip() for line in page.lines[details.body[0] + 1 : details.close[0]] if line.strip()]
    return len(lines) > 1 and all(
        "](#" in line and len(line) <= _LONGEST_LINK and _CONTENTS_LINE.fullmatch(line) for line in lines
    )


def asks_nothing(page: Page, details: Details) -> bool:
    """Whether a summary is a heading over what it hides and no question."""
    text = " ".join(page.between(*details.summary)) if details.summary else ""
    return not asks_or_tells(_ANY_TAG.sub("", text))


def _is_label(label: str) -> bool:
    return _ONLY_SAYS.fullmatch(label) is not None or _SHOW.match(label) is not None


def _label(page: Page, details: Details) -> str:
    text = "\n".join(page.between(*details.summary)) if details.summary else ""
    return " ".join(reduced(_ANY_TAG.sub("", text) if len(text) < 1000 else text).split())  # noqa: PLR2004


def says_answer(page: Page, details: Details) -> bool:
    """Whether a reveal hides an answer or solution, so that what stands before it is the question."""
    label = _label(page, details)
    return _is_label(label) and ("answer" in label or "solution" in label)


def details_card(page: Page, details: Details) -> Found | None:
    """The card of a ``<details>``."""
    holder = _holder(page, details)
    begin, end = details.summary or (details.inside, details.inside)
    prompt, attributes = _summary(page.between(begin, end, holder))
    if not prompt:
        page.report(details.start, "W207", "<details> without a summary")
        return None
    body = page.between(details.body, details.close, holder)
    skipped = unwrapped("\n".join(body))[1]
    answer = unwrapped("\n".join(without_reveals(page, details.body[0], body, within=details)))[0]
    slot = _slot(page, details, body, skipped)
    return Found(
        rule="R3",
        kind=Kind.QA,
        start=details.start,
        end=details.end,
        prompt=prompt,
        answer=answer_text(answer.split("\n")),
        attributes=attributes,
        slot=slot,
        mark=(end[0], len(page.lines[end[0]][: end[1]].rstrip())),
        trim=_unwrapped_lines,
    )


def _holder(page: Page, details: Details) -> Block | None:
    leaf = page.leaf_at[details.start]
    return leaf.holder if leaf else None


def _summary(lines: list[str]) -> tuple[str, Attributes]:
    text, attributes = split_attributes(unwrapped("\n".join(lines).strip())[0].strip())
    text, behind = split_attributes(unwrapped(text)[0])
    return title(text), behind | attributes


def unwrapped(text: str) -> tuple[str, int]:
    """A text without the ``<br>``, ``<b>`` and ``<p>`` around it, and how many characters went in front."""
    start, end = 0, len(text)
    opened: list[str] = []
    for _ in range(_MOST_WRAPPERS):
        match = _WRAPPER.match(text, start, end)
        if match is None:
            break
        name = match[2].lower()
        if match[1] and name in opened:
            break
        if name in _BOLD and not match[1] and not _wraps(text, name, match.end(), end):
            break
        start = match.end()
        opened += [name] if name != "br" and not match[1] else []
    for _ in range(_MOST_WRAPPERS):
        match = _LAST_TAG.search(text, max(start, end - _LONGEST_TAG), end)
        if match is None:
            break
        if not match[1] and match[2].lower() != "br":
            break
        name = match[2].lower()
        if name in _BOLD and name not in opened and f"<{name}>" in text[start : match.start()].lower():
            break
        end = match.start()
    return text[start:end], start


def _unwrapped_lines(lines: list[str]) -> list[str]:
    return unwrapped("\n".join(lines))[0].split("\n")


def _wraps(text: str, name: str, start: int, end: int) -> bool:
    """Whether a ``<b>`` that ends at ``start`` is closed by the last ``</b>`` of the text, or never."""
    if end - start > _LONGEST_BODY:  # not worth counting in: it wraps if it looks so
        return text[max(start, end - _LONGEST_TAG) : end].rstrip().lower().endswith(f"</{name}>")
    depth = 1
    for match in re.finditer(rf"<(/?){name}(?:\s[^<>]*)?>", text[start:end], re.IGNORECASE):
        depth += -1 if match[1] else 1
        if depth == 0:
            rest = text[start + match.end() : end]
            return not _WRAPPER.sub("", rest).strip() if len(rest) < 1000 else False  # noqa: PLR2004
    return True


def _slot(page: Page, details: Details, body: list[str], skipped: int) -> Slot:
    """Behind the summary and the tags that wrap the answer."""
    before = "\n".join(body)[:skipped]
    line = details.body[0] + before.count("\n")
    tail = before.rpartition("\n")[2]
    if line == details.body[0]:
        column = details.body[1] + len(tail)
    else:
        column = len(page.lines[line]) - len(body[line - details.body[0]]) + len(tail)
    return Slot("details", line, indent_of(page, details.start, _holder(page, details)), column)


def reveal_slot(page: Page, start: int, end: int) -> Slot | None:
    """The place behind the summary of the first reveal in a range: there goes an answer that is missing."""
    details = page.details_from(start)
    if details is None or details.end > end or not details.summary or not details.closed:
        return None
    body = page.between(details.body, details.close, _holder(page, details))
    return _slot(page, details, body, unwrapped("\n".join(body))[1])


# --- reveals -------------------------------------------------------------------------------------------------------


def without_reveals(page: Page, start: int, lines: list[str], *, within: Details | None = None) -> list[str]:
    """The lines of an answer without the tags of the reveals in it: what they hide is the answer.

    Args:
        page: The file.
        start: The line (0-based) of the first of the lines.
        lines: The answer.
        within: The ``<details>`` whose body it is, if it is one's.
    """
    end = start + len(lines)
    inside = [d for d in page.details_between(start, end) if d.end <= end and d.summary and d is not within]
    if not inside:
        return lines
    keep: dict[int, str] = {}
    said: dict[int, str] = {}
    covered: set[int] = set()
    reach = 0
    for details in inside:
        opened, body, close = details.start - start, details.body[0] - start, details.close[0] - start
        covered.update(range(max(body, reach), close + 1))
        reach = max(reach, close + 1)
        keep.update(dict.fromkeys(range(opened, body), ""))
        keep[body] = _behind_tag(keep.get(body, lines[body]), "</summary", first=True)
        if details.says:
            said[body] = _ANY_TAG.sub(
                "", " ".join(page.between(*(details.summary or (details.inside, details.inside))))
            ).strip()
        if details.closed:
            keep[close] = _behind_tag(keep.get(close, lines[close]), "</details", first=False)
    result: list[str] = []
    for number, line in enumerate(lines):
        text = keep.get(number, line)
        result += [said[number]] if number in said else []
        wrapper = number in covered and text.strip() and not _WRAPPER.sub("", text[:200]).strip()
        if (number in keep and not text.strip()) or wrapper:
            continue
        result.append(text)
    return result


def _behind_tag(line: str, tag: str, *, first: bool) -> str:
    """A line without a closing tag; with ``first`` also without what stands before it."""
    index = line.lower().find(tag)
    if index < 0:
        return "" if first else line
    return ("" if first else line[:index]) + line[index:].partition(">")[2]

"""R5: ``front :: back`` on one line, ``:::`` for both directions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues.inline import is_escaped, masked
from quiz.notes.found import Found, Slot
from quiz.notes.wording import Attributes, is_no_answer, split_attributes, without_lead

if TYPE_CHECKING:
    from quiz.notes.page import Page

_SEPARATOR = re.compile(r"(?<=\s)(:::?)(?=\s)")
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")


def one_line_cards(page: Page) -> dict[int, Found]:
    """The one-line cards of a file by line."""
    found = {}
    for number, line in enumerate(page.lines):
        if ":: " in line and not page.dead[number] and page.is_text(number):
            card = _card(page, number)
            if card and not page.is_in_code_span(number):
                found[number] = card
    return found


def _card(page: Page, number: int) -> Found | None:
    leaf = page.leaf_at[number]
    holder = leaf.holder if leaf else None
    text = page.visible(number, holder)
    text, attributes = split_attributes(text)
    hidden = masked(text)
    match = next((m for m in _SEPARATOR.finditer(hidden) if not is_escaped(hidden, m.start())), None)
    if match is None:
        return None
    front, back = without_lead(text[: match.start()].strip()), text[match.end() :].strip()
    if not front or not back or _MARKER.fullmatch(front + " "):
        return None
    if match[1] == ":::":
        attributes = attributes | Attributes(("both",))
    column = len(page.lines[number]) - len(page.lines[number].lstrip())
    return Found(
        rule="R5",
        kind=Kind.QA,
        start=number,
        end=number + 1,
        prompt=front,
        answer="" if is_no_answer(back) else back,
        attributes=attributes,
        slot=Slot("line", number, column=column),
        mark=(number, len(page.lines[number].rstrip())),
    )

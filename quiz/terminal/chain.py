"""What was asked before a step of a chain, as it stands around the step: on screen above it, by lines below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from quiz.chains import exchange_of
from quiz.terminal.frame import cut
from quiz.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.cards import Exchange, Note

_MOST = 3


def asked_before(note: Note, heard: Sequence[Note] = ()) -> list[Exchange]:
    """The last steps before a step, without those that were just heard."""
    known = {exchange_of(each) for each in heard}
    return [each for each in note.earlier[-_MOST:] if each not in known]


def lines_above(earlier: Sequence[Exchange], width: int) -> list[Text]:
    """Each step as one line for its question and one for its answer, and a blank line below them."""
    rows = []
    for question, answer in earlier:
        rows += [f"› {_plain(question)}", *([f"  {_plain(answer)}"] if answer else ())]
    return [Text(cut(row, width), style="quiet") for row in rows] + [Text()] * bool(rows)


def sentences(earlier: Sequence[Exchange]) -> list[str]:
    """Each step as a sentence."""
    return [f"Asked before: {_plain(f'{question} {answer}')}" for question, answer in earlier]


def _plain(text: str) -> str:
    return one_line(text.replace("**", "").replace("__", ""))

"""Cards of a cloze that notes cannot hold together: each as a note of its own.

Anki looks for deletions before it reads any HTML. They may stand inside each other and belong to several cards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from quiz.importers.anki.values import Template
from quiz.importers.anki.writing.sides import Sides, sides
from quiz.importers.anki.writing.signs import OCCLUSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quiz.importers.anki.values import AnkiNote

_SIGN = re.compile(r"\{\{c(?P<numbers>\d{1,9}(?:,\d{1,9}){0,9})::|(?P<shut>\}\})|(?P<hint>::)")
_DEEPEST = 10
# Characters to be read again for each card
_MOST_TEXT = 2 << 20


@dataclass(slots=True)
class _Opened:
    """A deletion that has not ended yet, or the text around all of them.

    Attributes:
        kept: It stays a deletion.
        hint: None until its sign was met.
    """

    sign: str = ""
    kept: bool = False
    text: list[str] = field(default_factory=list)
    hint: list[str] | None = None

    def add(self, text: str) -> None:
        """Go on in the text or in the hint."""
        (self.text if self.hint is None else self.hint).append(text)

    def as_written(self) -> str:
        """All of it so far: what never ends is text."""
        return "".join([self.sign, *self.text, *(["::", *self.hint] if self.hint is not None else ())])


def alone(source: str, number: int) -> str:
    """The source of a field with the deletions of one number, none inside another; of the others only the text."""
    return _rewritten(
        source, number, lambda text, hint: f"{{{{c{number}::{text}{f'::{hint}' * bool(hint)}}}}}"
    )


def covered(source: str, number: int) -> str:
    """The source of a field as a question shows it."""
    return _rewritten(source, number, lambda _, hint: f"[{hint or '…'}]")


def revealed(source: str) -> str:
    """The source of a field as an answer shows it."""
    return _rewritten(source, -1, lambda text, _: text)


def _rewritten(source: str, number: int, write: Callable[[str, str], str]) -> str:
    opened = [_Opened()]
    position = 0
    for found in _SIGN.finditer(source):
        last = opened[-1]
        last.add(source[position : found.start()])
        position = found.end()
        if found["numbers"] and len(opened) <= _DEEPEST:
            numbers = [int(each) for each in found["numbers"].split(",")]
            opened.append(_Opened(found[0], number in numbers and not any(each.kept for each in opened)))
        elif found["shut"] and len(opened) > 1:
            opened.pop()
            text, hint = "".join(last.text), "".join(last.hint or ())
            opened[-1].add(write(text, hint) if last.kept else text)
        elif found["hint"] and len(opened) > 1 and last.hint is None:
            last.hint = []
        else:
            last.add(found[0])
    opened[-1].add(source[position:])
    return "".join(each.as_written() for each in opened)


def one_by_one(note: AnkiNote, ordinals: set[int]) -> Iterator[tuple[list[int], tuple[AnkiNote, ...]]]:
    """Cards of a cloze by what they ask, with the notes that ask the same, the best first; none if nothing is asked.

    Masks over a picture are no text: all cards that have one ask the whole picture.
    """
    if any(OCCLUSION in each for each in note.fields):
        yield sorted(ordinals), (_unmasked(note),)
        return
    together: dict[tuple[str, ...], list[int]] = {}
    if sum(map(len, note.fields)) * len(ordinals) > _MOST_TEXT:
        nothing = sorted(ordinals)
    else:
        for ordinal in sorted(ordinals):
            asked = tuple(covered(each, ordinal + 1) for each in note.fields)
            together.setdefault(asked, []).append(ordinal)
        nothing = together.pop(tuple(map(revealed, note.fields)), [])
    yield from (([ordinal], ()) for ordinal in nothing)
    for alike in together.values():
        number = alike[0] + 1
        cards = tuple(card for card in note.cards if card.ordinal == alike[0])
        hiding = replace(note, fields=tuple(alone(each, number) for each in note.fields), cards=cards)
        yield alike, (hiding, _plain(hiding, number))


def _plain(note: AnkiNote, number: int) -> AnkiNote:
    """A card of a cloze as question and answer."""
    shown = _sides(note)
    asked = [covered(note.fields[index], number) for index in shown.front]
    answered = [index for index in shown.front if index in shown.cloze]
    return _asking(note, asked, [revealed(note.fields[index]) for index in (*answered, *shown.back)])


def _unmasked(note: AnkiNote) -> AnkiNote:
    """A picture with masks as a question that shows it whole."""
    shown = _sides(note)
    front, back = (
        [note.fields[index] for index in side if OCCLUSION not in note.fields[index]]
        for side in (shown.front, shown.back)
    )
    return _asking(note, front, back)


def _sides(note: AnkiNote) -> Sides:
    filled = [index for index, each in enumerate(note.fields) if each.strip()]
    return sides(note.type, note.type.templates[0], filled)


def _asking(note: AnkiNote, front: list[str], back: list[str]) -> AnkiNote:
    """A note with one card."""
    fields = (*front, *back)
    named = [f"{{{{{number}}}}}" for number in range(len(fields))]
    template = Template("Card", "".join(named[: len(front)]), "".join(named[len(front) :]))
    kind = replace(note.type, cloze=False, fields=tuple(map(str, range(len(fields)))), templates=(template,))
    return replace(note, type=kind, fields=fields, cards=(replace(note.cards[0], ordinal=0),))

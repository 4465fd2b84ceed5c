"""Which fields of a note each of its cards shows in front and on the back. Templates are read for names only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.importers.anki.writing.html import Tag, tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from quiz.importers.anki.values import NoteType, Template

_REPLACEMENT = re.compile(r"\{\{\s*([#^/]?)([^{}]{1,300})\}\}")
_SPOKEN = "tts"


@dataclass(frozen=True, slots=True)
class Use:
    """A field on a side of a template.

    Attributes:
        field: Its position in the note type.
        filters: Before its name: ``type``, ``cloze`` and others.
    """

    field: int
    filters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sides:
    """The fields that a template shows, by their positions, each once and in order.

    Attributes:
        front: Of the question.
        back: New in the answer.
        typed: The answer is to be typed.
        cloze: Those of the front in which deletions are hidden.
        computed: No text of the question is a field: fields in scripts and attributes are taken instead.
    """

    front: tuple[int, ...]
    back: tuple[int, ...]
    typed: bool = False
    cloze: frozenset[int] = frozenset()
    computed: bool = False


def sides(note_type: NoteType, template: Template, filled: Collection[int]) -> Sides:
    """The sides of a card.

    Args:
        note_type: Has the template.
        template: Only the first counts for clozes.
        filled: Positions of the fields in which something is.
    """
    question = list(_uses(template.question, note_type.fields, filled))
    computed = not question
    if computed:
        question = [Use(field, frozenset()) for field in _names_anywhere(template.question, note_type.fields)]
    answer = [use for use in _uses(template.answer, note_type.fields, filled) if use.field in filled]
    question = [use for use in question if use.field in filled]
    typed = [use.field for use in question if "type" in use.filters and "cloze" not in use.filters]
    front = _once(use.field for use in question if use.field not in typed)
    back = _once([*typed, *(use.field for use in answer)])
    return Sides(
        front=front,
        back=tuple(field for field in back if field not in front),
        typed=bool(typed),
        cloze=frozenset(use.field for use in question if "cloze" in use.filters),
        computed=computed and bool(front),
    )


def swap(first: Sides, second: Sides) -> bool:
    """Whether two cards ask the same in both directions."""
    return bool(first.front and first.back) and (first.front, first.back) == (second.back, second.front)


def _uses(side: str, fields: tuple[str, ...], filled: Collection[int]) -> Iterator[Use]:
    """Fields in the text of a side, where the conditions around them hold."""
    texts = (token for token in tokens(side, set()) if not isinstance(token, Tag))
    shut: list[bool] = []
    for sign, content in _REPLACEMENT.findall("\n".join(texts)):
        *filters, name = (part.strip() for part in content.split(":"))
        position = fields.index(name) if name in fields else None
        if sign == "/":
            del shut[-1:]
        elif sign:
            shut.append(position is not None and (position in filled) == (sign == "^"))
        elif position is not None and not any(shut) and not any(f.startswith(_SPOKEN) for f in filters):
            yield Use(position, frozenset(filters))


def _names_anywhere(side: str, fields: tuple[str, ...]) -> Iterator[int]:
    for sign, content in _REPLACEMENT.findall(side):
        name = content.rpartition(":")[2].strip()
        if not sign and name in fields:
            yield fields.index(name)


def _once(positions: Iterator[int] | list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(positions))

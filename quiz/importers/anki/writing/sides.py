"""Which fields of a note each of its cards shows in front and on the back. Templates are read for names only."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.importers.anki.writing.html import Tag, tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from quiz.importers.anki.values import NoteType, Template

_REPLACEMENT = re.compile(r"\{\{\s*([#^/]?)([^{}]{1,300})\}\}")
_SPOKEN = "tts"
# A template that begins with this has other braces, as those of LaTeX were in the way
_OTHER_BRACES = "{{=<% %>=}}"


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
        computed: No text of the question is a field: fields in scripts and attributes, and those that are read aloud,
            are taken instead.
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
    asked, answered = _braced(template.question), _braced(template.answer)
    question = list(_uses(asked, note_type.fields, filled))
    computed = not list(_fields(_text(asked), note_type.fields, spoken=False))
    if computed:
        question = [Use(field, frozenset()) for field in _fields(asked, note_type.fields)]
        question = [use for use in question if use.field in filled]
    answer = list(_uses(answered, note_type.fields, filled))
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


def _braced(side: str) -> str:
    """A side in which fields stand in double braces."""
    if not side.lstrip().startswith(_OTHER_BRACES):
        return side
    return side.lstrip().removeprefix(_OTHER_BRACES).replace("<%", "{{").replace("%>", "}}")


@functools.lru_cache(maxsize=64)
def _text(side: str) -> str:
    """A side without its tags, scripts and comments."""
    return "\n".join(token for token in tokens(side, set()) if not isinstance(token, Tag))


def _uses(side: str, fields: tuple[str, ...], filled: Collection[int]) -> Iterator[Use]:
    """Filled fields in the text of a side, where the conditions around them hold."""
    shut: list[bool] = []
    for sign, content in _REPLACEMENT.findall(_text(side)):
        *filters, name = (part.strip() for part in content.split(":"))
        position = fields.index(name) if name in fields else None
        if sign == "/":
            del shut[-1:]
        elif sign:
            shut.append(position is not None and (position in filled) == (sign == "^"))
        elif position in filled and not any(shut) and not _is_spoken(filters):
            yield Use(fields.index(name), frozenset(filters))


def _fields(text: str, fields: tuple[str, ...], *, spoken: bool = True) -> Iterator[int]:
    """All fields that are named, also those that are only read aloud unless told otherwise."""
    for sign, content in _REPLACEMENT.findall(text):
        name = content.rpartition(":")[2].strip()
        if not sign and name in fields and (spoken or not _is_spoken(content.split(":"))):
            yield fields.index(name)


def _is_spoken(filters: Sequence[str]) -> bool:
    return any(part.strip().startswith(_SPOKEN) for part in filters)


def _once(positions: Iterator[int] | list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(positions))

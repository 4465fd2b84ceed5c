"""The two note types in Anki: their fields, templates, look and ids, frozen at the first release.

A field or template that is added, removed or moved makes Anki create a second type beside the first, and no
old note is ever updated again. A later wish takes a spare field; a new kind of note gets a type of its own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type.

    Attributes:
        id: Lets Anki follow a renamed field.
        settings: Of Anki's editor; they survive the import.
    """

    name: str
    id: int
    settings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As Anki stores it."""
        named = {"name": self.name, "id": self.id, "sticky": False, "rtl": False, "font": "Arial", "size": 20}
        return named | dict.fromkeys(self.settings, True)


@dataclass(frozen=True, slots=True)
class Template:
    """A card of a note type: the HTML of its question and of its answer."""

    name: str
    id: int
    question: str
    answer: str

    def as_json(self) -> dict[str, Any]:
        """As Anki stores it."""
        return {"name": self.name, "id": self.id, "qfmt": self.question, "afmt": self.answer}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteType:
    """A note type as Anki knows it.

    Attributes:
        id: By which Anki recognises it in every later package.
        mod: Unix seconds of its last change; Anki takes a new look only from a newer one.
    """

    id: int
    name: str
    mod: int
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    cloze: bool = False
    css: str = field(
        default_factory=lambda: resources.files(__package__).joinpath("style.css").read_text("utf-8")
    )

    def fingerprint(self) -> str:
        """The sha1 that a test holds next to ``mod``: when it changes, ``mod`` has to grow."""
        fields = [each.as_json() for each in self.fields]
        templates = [each.as_json() for each in self.templates]
        return hashlib.sha1(
            json.dumps([self.css, fields, templates]).encode(), usedforsecurity=False
        ).hexdigest()


_SPARE = ("collapsed", "excludeFromSearch")
_CONTEXT = '{{#Context}}<div class="dq-ctx">{{Context}}</div>{{/Context}}'
_SOURCE = '{{#Source}}<div class="dq-src">{{Source}}</div>{{/Source}}'

DQUIZ = NoteType(
    id=1688850332804,
    name="dquiz",
    mod=1795528800,
    fields=(
        Field("Front", 1316809756575093, ("preventDeletion",)),
        Field("Back", 4532131976182823),
        Field("Typed", 4036575843888092, ("plainText",)),
        Field("Reverse", 2444803363294841),
        Field("Context", 3050433646927821),
        Field("Source", 5364006070634156, ("plainText",)),
        Field("Spare1", 3839817261482912, _SPARE),
        Field("Spare2", 3990284031137706, _SPARE),
        Field("Spare3", 1671224508269439, _SPARE),
    ),
    templates=(
        Template(
            "Forward",
            3917746962734924,
            _CONTEXT + '<div class="dq-q">{{Front}}</div>{{#Typed}}{{type:Typed}}{{/Typed}}',
            '{{FrontSide}}<hr id="answer">{{Back}}' + _SOURCE,
        ),
        Template(
            "Reverse",
            2315031071866849,
            "{{#Reverse}}" + _CONTEXT + '<div class="dq-q">{{Back}}</div>{{/Reverse}}',
            '{{FrontSide}}<hr id="answer">{{Front}}' + _SOURCE,
        ),
    ),
)

DQUIZ_CLOZE = NoteType(
    id=1748173069134,
    name="dquiz Cloze",
    mod=1795528800,
    cloze=True,
    fields=(
        Field("Text", 2534451415775209, ("preventDeletion",)),
        Field("Extra", 8007766852974091),
        Field("Context", 3849603888662149),
        Field("Source", 8666884449220226, ("plainText",)),
        Field("Spare1", 1318845590178281, _SPARE),
        Field("Spare2", 8806486621337070, _SPARE),
        Field("Spare3", 279882710204023, _SPARE),
    ),
    templates=(
        Template(
            "Cloze",
            7128915535860413,
            _CONTEXT + "{{cloze:Text}}",
            _CONTEXT + '{{cloze:Text}}<hr id="answer">{{Extra}}' + _SOURCE,
        ),
    ),
)

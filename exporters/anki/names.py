"""Names in Anki: decks, tags, and the numbers that stand for them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from exporters.text import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable

# as in a note, and as Anki writes it
RETIRED_TAG = "dquiz/retired"
ANKI_RETIRED_TAG = "dquiz::retired"

_AROUND = re.compile(r"^[\s:]+|[\s:]+$")
_BLANKS = re.compile(r"\s+")


def deck_name(name: str, prefix: str = "") -> str:
    """A deck's name as Anki writes it, ``parent::child``, as Anki would clean it itself.

    Args:
        name: With ``/`` between its parts.
        prefix: Decks above it, with ``/`` or ``::`` between them.
    """
    parts = [*prefix.replace("::", "/").split("/"), *name.split("/")] if prefix else name.split("/")
    return "::".join(_part(part) for part in parts)


def tag_names(tags: Iterable[str]) -> list[str]:
    """Tags as Anki writes them, sorted; those that differ in case alone are one tag there."""
    names: dict[str, str] = {}
    for tag in sorted(tags):
        name = "::".join(_BLANKS.sub("_", _part(part)) for part in tag.split("/"))
        names.setdefault(name.casefold(), name)
    return list(names.values())


def deck_number(name: str) -> int:
    """A number for a deck, the same in every export. Anki finds decks by name and gives its own numbers.

    Names that differ in case alone are one deck there.
    """
    return 1 << 40 | int.from_bytes(hashlib.sha256(name.casefold().encode()).digest()[:4])


def _part(part: str) -> str:
    part = cleaned(part).replace("\n", " ").replace("\t", " ")
    return re.sub(":{2,}", ":", _AROUND.sub("", part)) or "blank"

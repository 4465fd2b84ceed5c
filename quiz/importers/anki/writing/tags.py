"""Anki's tags as those of notes."""

from __future__ import annotations

import re

from quiz.importers.anki.writing.html import cleaned

_ODD = re.compile(r"[^\w/-]+")
_NO_LETTER = re.compile(r"^[\W\d_]+")
_MOST = 60
_RESERVED = frozenset({"both", "typed", "skip"})


def note_tags(tags: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The tags as notes spell them, and what is to be said about those that they cannot spell."""
    written: dict[str, None] = {}
    problems: list[str] = []
    for tag in tags:
        anki = cleaned(tag)
        plain = "/".join(part for part in anki.split("::") if part)
        name = _NO_LETTER.sub("", _ODD.sub("-", plain)).strip("/-")
        if not name or name.casefold() in _RESERVED:
            problems.append(f"the tag {anki} is left out: it has no spelling in notes")
            continue
        if name != plain:
            problems.append(f"the tag {anki} is written as {name}")
        written[name] = None
    if len(written) > _MOST:
        problems.append(f"only {_MOST} of {len(written)} tags are kept")
    return tuple(written)[:_MOST], problems

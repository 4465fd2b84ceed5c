"""Placeholders of cheat sheets: ``{{x}}`` is any text, ``{{a b ...}}`` words, ``{{[-f|--follow]}}`` either form."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIRST, _LAST = 0x100000, 0x10FFFD
HOLES = re.compile(f"([{chr(_FIRST)}-{chr(_LAST)}])")

_MARKED = re.compile(
    r"\\\{\\\{|\\\}\\\}|\{\{(?P<inside>[^{}\s]|[^{}\s][^{}]*[^{}\s])\}\}",
)
_TEMPLATE = re.compile(r"""\.(?!\.?/)|["$`]|.*\s[.$](?![./])""", re.DOTALL)
_CONTROL = re.compile(r"\{\{-?\s*(?:range|if|with|block)\s")
_EITHER = re.compile(r"\[(.*\|.*)\]", re.DOTALL)
_DASHED = re.compile(r"(?:^|\s)-")


@dataclass(frozen=True, slots=True)
class Hole:
    """What may stand in place of a placeholder.

    Attributes:
        spelled: The placeholder.
        forms: Each is right; none if any text is.
        several: Several words are right too.
        dashed: Words that look like an option are right too.
    """

    spelled: str
    forms: tuple[str, ...] = ()
    several: bool = False
    dashed: bool = False


def opened(line: str) -> tuple[str, dict[str, Hole]]:
    """The line with one private character in place of each placeholder, and what each stands for.

    Actions of Go templates (``{{.Name}}``, ``{{json .}}``), ``{{ x }}`` and escaped braces are text.
    """
    holes: dict[str, Hole] = {}
    control = _CONTROL.search(line) is not None

    def hole(match: re.Match[str]) -> str:
        inside = match["inside"]
        if inside is None:
            return match[0].replace("\\", "")
        literal = _TEMPLATE.match(inside) or (control and inside in {"end", "else"})
        if literal or len(holes) > _LAST - _FIRST:
            return match[0]
        name = chr(_FIRST + len(holes))
        holes[name] = _hole(match[0], inside)
        return name

    return _MARKED.sub(hole, line), holes


def _hole(spelled: str, inside: str) -> Hole:
    either = _EITHER.fullmatch(inside)
    if either:
        return Hole(spelled, forms=tuple(form.strip() for form in either[1].split("|")))
    return Hole(spelled, several=len(inside.split()) > 1, dashed=_DASHED.search(inside) is not None)

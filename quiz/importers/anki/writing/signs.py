"""What Anki reads in the text of a field: deletions, formulas and sounds. Nothing of it is run."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from quiz.importers.anki.writing.html import Tag, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Formula:
    """Text of a formula, or a part of one around a deletion; it stands between ``$`` or ``$$``."""

    text: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording by the name of its file."""

    name: str


@dataclass(frozen=True, slots=True)
class Hide:
    """Where a deletion begins."""

    number: int


@dataclass(frozen=True, slots=True)
class Show:
    """Where the deletion that was begun last ends."""

    hint: str = ""


Piece = Tag | str | Formula | Sound | Hide | Show
"""Of a field; text is decoded."""


class UnwritableError(Exception):
    """The notation of notes cannot hold this; the message says why."""


OCCLUSION = "image-occlusion:"
"""How a mask over a part of a picture begins."""

_SIGN = re.compile(
    r"(?P<begin>\\\(|\\\[|\[latex\]|\[\$\$?\])|(?P<end>\\\)|\\\]|\[/latex\]|\[/\$\$?\])"
    r"|\[sound:(?P<sound>[^\[\]\n]{1,300})\]"
    r"|\{\{c(?P<numbers>\d{1,9}(?:,\d{1,9}){0,9})::|(?P<shut>\}\})|(?P<hint>::)"
)
_ENDS = {r"\(": r"\)", r"\[": r"\]", "[latex]": "[/latex]", "[$]": "[/$]", "[$$]": "[/$$]"}
_DISPLAY = frozenset({r"\[", "[$$]"})
_CODE = frozenset({"code", "pre", "tt", "kbd", "samp"})
_LARGEST_NUMBER = 9999

# A formula in notes: no dollar or backtick, no blank line, and some letter or digit
_REFUSED = re.compile(
    r"[$`]|\\(?:href|url|require|class|cssId|style|data|html|includegraphics|def|let|newcommand)"
)
_BRACES = re.compile(r"(?<=\{)(?=\{)|(?<=\})(?=\})|(?<=:)(?=:)")


@dataclass(frozen=True, slots=True)
class _Sign:
    kind: str
    source: str


_Event = Tag | str | _Sign | Formula | Sound | Hide | Show


def pieces(tokens: Iterable[Tag | str], *, clozes: bool) -> list[Piece]:
    """The pieces of a field.

    Args:
        tokens: Of its HTML.
        clozes: Whether deletions are looked for; else they are text.

    Raises:
        UnwritableError: Deletions stand inside each other, share a place or hide parts of a picture.
    """
    events = list(_events(tokens))
    if clozes:
        events = _with_deletions(events)
    return list(_with_formulas(events, clozes=clozes))


def _events(tokens: Iterable[Tag | str]) -> Iterator[_Event]:
    """Tags, texts as written, and signs; in code only deletions mean something."""
    depth = 0
    for token in tokens:
        if isinstance(token, Tag):
            if token.name in _CODE and not token.empty:
                depth = max(0, depth + (-1 if token.closing else 1))
            yield token
            continue
        position = 0
        for found in _SIGN.finditer(token):
            kind = found.lastgroup or ""
            if depth and kind in ("begin", "end", "sound"):
                continue
            if found.start() > position:
                yield token[position : found.start()]
            yield _Sign(kind, found[0])
            position = found.end()
        if position < len(token):
            yield token[position:]


# --- deletions -----------------------------------------------------------------------------------------------------


def _with_deletions(events: list[_Event]) -> list[_Event]:
    pairs = _pairs(events)
    result: list[_Event] = []
    position = 0
    for start, end in pairs:
        result += events[position:start]
        result += _deletion(events[start:end])
        position = end + 1
    return result + events[position:]


def _pairs(events: list[_Event]) -> list[tuple[int, int]]:
    """Where deletions begin and end."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, event in enumerate(events):
        if not isinstance(event, _Sign):
            continue
        if event.kind == "numbers":
            opened.append(index)
        elif event.kind == "shut" and opened:
            pairs.append((opened.pop(), index))
    pairs.sort()
    if any(first[1] > second[0] for first, second in pairwise(pairs)):
        raise UnwritableError("deletions stand inside each other")
    return pairs


def _deletion(events: list[_Event]) -> Iterator[_Event]:
    """The events of a deletion, of which the first is its sign; the text of the hint goes, its tags stay."""
    sign = events[0]
    numbers = sign.source[3:-2] if isinstance(sign, _Sign) else ""
    if "," in numbers:
        raise UnwritableError(f"one deletion belongs to several cards ({numbers})")
    split = next((n for n, e in enumerate(events) if isinstance(e, _Sign) and e.kind == "hint"), len(events))
    inside, behind = events[1:split], events[split + 1 :]
    if any(isinstance(event, str) and OCCLUSION in event for event in inside):
        raise UnwritableError("it hides parts of a picture")
    hint = "".join(_source(event) for event in behind if not isinstance(event, Tag))
    is_empty = not any(_shows(event) for event in inside)
    number = int(numbers)
    if is_empty or not 0 < number <= _LARGEST_NUMBER:
        yield from [*inside, *(event for event in behind if isinstance(event, Tag))]
        return
    yield Hide(number)
    yield from inside
    yield Show(" ".join(decoded(hint).split()))
    yield from (event for event in behind if isinstance(event, Tag))


def _shows(event: _Event) -> bool:
    if isinstance(event, Tag):
        return event.name == "img"
    return bool(decoded(_source(event)).strip())


def _source(event: _Event) -> str:
    return event if isinstance(event, str) else event.source if isinstance(event, _Sign) else ""


# --- formulas ------------------------------------------------------------------------------------------------------


def _with_formulas(events: list[_Event], *, clozes: bool) -> Iterator[Piece]:
    ends, borders = _places(events)
    position = literal = 0
    while position < len(events):
        event = events[position]
        if isinstance(event, _Sign) and event.kind == "begin" and position >= literal:
            end = _end_of(event, position, ends, borders)
            formula = _formula(event.source, events[position + 1 : end], clozes=clozes) if end else None
            if formula:
                yield from formula
                position = end + 1
                continue
            literal = end
        yield from _piece(event)
        position += 1


def _places(events: list[_Event]) -> tuple[dict[str, list[int]], list[int]]:
    """Where formulas may end, by their sign, and the tags over which none of MathJax's reaches."""
    ends: dict[str, list[int]] = {}
    borders: list[int] = []
    for index, event in enumerate(events):
        if isinstance(event, _Sign) and event.kind == "end":
            ends.setdefault(event.source, []).append(index)
        elif isinstance(event, Tag) and event.name != "br":
            borders.append(index)
    return ends, borders


def _end_of(sign: _Sign, start: int, ends: dict[str, list[int]], borders: list[int]) -> int:
    """Where the formula ends that a sign begins, or 0."""
    places = ends.get(_ENDS[sign.source], [])
    index = bisect_right(places, start)
    if index == len(places):
        return 0
    end = places[index]
    border = bisect_right(borders, start)
    is_cut = sign.source.startswith("\\") and border < len(borders) and borders[border] < end
    return 0 if is_cut else end


def _formula(sign: str, events: list[_Event], *, clozes: bool) -> list[Piece] | None:
    """A formula as pieces, or None if it would be none in notes."""
    inside: list[Formula | Hide | Show] = []
    for is_text, group in groupby(events, lambda event: not isinstance(event, Hide | Show)):
        if is_text:
            text = "".join(" " if isinstance(event, Tag) else decoded(_source(event)) for event in group)
            inside.append(Formula(re.sub(r"\s+", " ", text)))
        else:
            inside += [event for event in group if isinstance(event, Hide | Show)]
    whole = "".join(piece.text for piece in inside if isinstance(piece, Formula))
    if _REFUSED.search(whole) or not any(map(str.isalnum, whole)):
        return None
    inside = list(_trimmed(inside))
    if clozes:  # a blank changes no formula, and two braces or colons would mean something
        inside = [Formula(_BRACES.sub(" ", p.text)) if isinstance(p, Formula) else p for p in inside]
    dollars = Formula("$$" if sign in _DISPLAY else "$")
    return _joined([dollars, *inside, dollars])


def _trimmed(formula: list[Formula | Hide | Show]) -> Iterator[Formula | Hide | Show]:
    """A formula without blanks at its ends and at those of its deletions, where dquiz reads none."""
    for index, piece in enumerate(formula):
        if not isinstance(piece, Formula):
            yield piece
            continue
        text = piece.text
        if index == 0 or isinstance(formula[index - 1], Hide):
            text = text.lstrip()
        if index == len(formula) - 1 or isinstance(formula[index + 1], Show):
            text = text.rstrip()
        yield Formula(text)


def _joined(formula: list[Formula | Hide | Show]) -> list[Piece]:
    result: list[Piece] = []
    for piece in formula:
        if result and isinstance(piece, Formula) and isinstance(result[-1], Formula):
            result[-1] = Formula(result[-1].text + piece.text)
        else:
            result.append(piece)
    return result


def _piece(event: _Event) -> Iterator[Piece]:
    if isinstance(event, _Sign):
        if event.kind == "sound":
            yield Sound(decoded(event.source[len("[sound:") : -1]).strip())
        else:
            yield event.source
    elif isinstance(event, str):
        text = decoded(event)
        if text:
            yield text
    else:
        yield event

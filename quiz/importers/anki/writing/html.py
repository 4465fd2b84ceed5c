"""The HTML of a field as tags and texts: what runs, loads or hides is left out, whatever stands inside it.

Read by hand and not by ``html.parser``, which takes quadratic time for what is never closed, and reads it otherwise
from one release of Python to the next.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A browser looks for no tags in these
_WITHOUT_TAGS = frozenset({"script", "style", "iframe", "noscript", "noembed", "noframes", "title"})
_DROPPED = _WITHOUT_TAGS | {"object", "embed", "svg", "form", "template", "canvas", "applet"}
_WITHOUT_END = frozenset({"embed"})
_KEPT_ATTRIBUTES = frozenset({"src", "href", "alt", "colspan", "rowspan"})

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:-]*(?=[\s/>])")
_GAP = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?""")
# Python refuses to read a number of more than 4,300 digits
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9a-fA-F]{9,});?")
# Controls but newline and tab, what turns the direction of text, tag characters, lone surrogates, byte order marks
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SEPARATOR = re.compile("[\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening or closing tag.

    Attributes:
        name: In lower case.
        empty: It closes itself: ``<svg/>``.
        attributes: The few that mean something here, decoded.
    """

    name: str
    closing: bool = False
    empty: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


def tokens(source: str, left_out: set[str]) -> Iterator[Tag | str]:
    """The tags and texts of HTML; texts are as written, see :func:`decoded`.

    Args:
        source: Whatever stands in the field.
        left_out: Takes the names of elements that are dropped.
    """
    dropped, depth = "", 0
    for token in _scan(source):
        if isinstance(token, str):
            if not dropped:
                yield token
        elif dropped:
            if token.name == dropped and not token.empty:
                depth += -1 if token.closing else 1
            dropped = dropped if depth else ""
        elif token.name not in _DROPPED:
            yield token
        elif not token.closing:
            left_out.add(token.name)
            if token.name not in _WITHOUT_END and not token.empty:
                dropped, depth = token.name, 1


def decoded(text: str) -> str:
    """Text of HTML as it is seen: references resolved, without invisible characters."""
    if "&" in text:
        text = html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))
    return cleaned(text).replace("\xa0", " ")


def cleaned(text: str) -> str:
    """Text without characters that nobody sees and a terminal may obey."""
    return _SEPARATOR.sub("\n", _INVISIBLE.sub("", text))


def _scan(source: str) -> Iterator[Tag | str]:
    """All tags and texts, without comments."""
    position = search = 0
    while (start := source.find("<", search)) >= 0:
        token, end = _markup(source, start)
        if end < 0:  # never closed: the rest is text
            break
        if end == 0:  # a bare sign
            search = start + 1
            continue
        if start > position:
            yield source[position:start]
        position = end
        if token is not None:
            yield token
            if token.name in _WITHOUT_TAGS and not token.closing:
                position = _closing_tag(source, token.name, end)
        search = position
    if position < len(source):
        yield source[position:]


def _markup(source: str, start: int) -> tuple[Tag | None, int]:
    """The tag or comment at a place and where it ends: 0 if there is none, -1 if it is never closed."""
    following = source[start + 1 : start + 2]
    if following in ("!", "?"):
        return None, _comment_end(source, start)
    return _tag(source, start) if following == "/" or following.isalpha() else (None, 0)


def _comment_end(source: str, start: int) -> int:
    """Where a comment ends; one that never does reaches to the end, as in a browser."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + 2)
        return end + 3 if end >= 0 else len(source)
    return source.find(">", start) + 1 or -1


def _closing_tag(source: str, name: str, start: int) -> int:
    closing = re.compile(f"</{name}", re.IGNORECASE).search(source, start)
    return closing.start() if closing else len(source)


def _tag(source: str, start: int) -> tuple[Tag | None, int]:
    closing = source[start + 1] == "/"
    name = _NAME.match(source, start + 1 + closing)
    if name is None:
        return None, 0
    attributes: dict[str, str] = {}
    position = name.end()
    while True:
        position = _GAP.match(source, position).end()  # type: ignore[union-attr]
        if position == len(source):
            return None, -1
        if source[position] == ">":
            empty = source[position - 1] == "/"
            return Tag(name[0].lower(), closing, empty, attributes), position + 1
        attribute = _ATTRIBUTE.match(source, position)
        if attribute is None:
            position += 1
            continue
        position = attribute.end()
        key = attribute[1].lower()
        if key in _KEPT_ATTRIBUTES and key not in attributes:
            attributes[key] = decoded(attribute[2] or attribute[3] or attribute[4] or "").strip()

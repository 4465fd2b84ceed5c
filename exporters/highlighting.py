"""Code as HTML: Pygments decides what a word is, and only what a style sheet colours gets a span."""

from __future__ import annotations

import functools
from html import escape
from typing import TYPE_CHECKING

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pygments.lexer import Lexer
    from pygments.token import _TokenType

# Keywords, strings, numbers and comments begin with one of these letters, in all their kinds
_FAMILIES = frozenset("ksmc")
# names of functions, classes, variables, decorators, tags; word operators; consoles; diffs
_SINGLE = frozenset(
    {"nf", "fm", "nc", "nv", "vc", "vg", "vi", "nd", "nt", "ow", "gp", "go", "gi", "gd", "gu"}
)

# A lexer is a set of regular expressions written by others: some are slow on long input
_LONGEST = 20_000


def highlighted(code: str, language: str = "", marks: str = "") -> str:
    """Code with ``<span class="h-…">`` around its coloured parts.

    Args:
        code: As it stands in the source.
        language: A name that Pygments knows; code in any other language is only escaped.
        marks: Characters of ``code`` that are not code: they pass through and stand outside every span.
    """
    lexer = _lexer(language.lower()) if language and len(code) <= _LONGEST else None
    if lexer is None:
        return escape(code, quote=False)
    plain, places = _without(code, marks)
    # many lexers know a comment only by the end of its line
    tokens = [token for token in lexer.get_tokens(f"{plain}\n") if token[1]]
    if "".join(text for _, text in tokens) != f"{plain}\n":
        return escape(code, quote=False)
    kind, last = tokens.pop()
    runs = _merged((_css_class(kind), text) for kind, text in [*tokens, (kind, last[:-1])])
    return "".join(
        _span(css_class, text) for css_class, text in (_with_marks(runs, places) if places else runs)
    )


@functools.lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@functools.cache
def _css_class(kind: _TokenType) -> str:
    while kind.parent is not None and kind not in STANDARD_TYPES:
        kind = kind.parent
    name = STANDARD_TYPES.get(kind, "")
    return name if name in _SINGLE or name[:1] in _FAMILIES else ""


def _merged(tokens: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Neighbours of one class as one run."""
    last, texts = "", [""]
    for css_class, text in tokens:
        if css_class != last:
            yield last, "".join(texts)
            last, texts = css_class, []
        texts.append(text)
    yield last, "".join(texts)


def _span(css_class: str, text: str) -> str:
    shown = escape(text, quote=False)
    return f'<span class="h-{css_class}">{shown}</span>' if css_class and text.strip() else shown


def _without(code: str, marks: str) -> tuple[str, list[tuple[int, str]]]:
    """Code without the marks, and where in it they stood."""
    if not any(mark in code for mark in marks):
        return code, []
    kept: list[str] = []
    places: list[tuple[int, str]] = []
    for character in code:
        if character in marks:
            places.append((len(kept), character))
        else:
            kept.append(character)
    return "".join(kept), places


def _with_marks(
    runs: Iterable[tuple[str, str]], places: Iterable[tuple[int, str]]
) -> Iterator[tuple[str, str]]:
    """The runs, cut at the places where a mark stands between its pieces."""
    position = 0
    waiting = list(places)
    for css_class, text in runs:
        start, position = position, position + len(text)
        cut = 0
        while waiting and waiting[0][0] < position:
            place, mark = waiting.pop(0)
            yield css_class, text[cut : place - start]
            yield "", mark
            cut = place - start
        yield css_class, text[cut:]
    for _, mark in waiting:
        yield "", mark

"""What a person sees of a field's HTML, and of markdown as dquiz shows it: the two must be the same."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from quiz.importers.anki.writing.blocks import BLOCKS, alternative, known_media, media_of
from quiz.importers.anki.writing.html import Tag
from quiz.importers.anki.writing.signs import Formula, Hide, Show, Sound
from quiz.notes import inline_html_to_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from quiz.importers.anki.writing.signs import Piece

_DEEPEST = 100
_FORMULA = re.compile(r"\$\$(?![ \t])[^$`]+(?<![ \t])\$\$|\$[^\s$`](?:[^$`\n]*[^\s$`])?\$(?![\w$])")
# Blanks may be put between them, and a raised number is shown behind a caret
_FOLDED = re.compile(r"(?<=\{) (?=\{)|(?<=\}) (?=\})|(?<=:) (?=:)|\^")
_PLAIN = re.compile(r"[^\W\d_][^\\`*_\[\]<>&~$\n\r\t!]*")


def of_pieces(pieces: Sequence[Piece], media: Mapping[str, str], *, hidden: bool = False) -> str:
    """The text of a field, a line for each line of it.

    Args:
        pieces: See there.
        media: As for :func:`~quiz.importers.anki.writing.blocks.build`.
        hidden: With the hints of deletions instead of what they hide.
    """
    out: list[str] = []
    hiding = False
    for piece in pieces:
        if hidden and isinstance(piece, Hide):
            hiding = True
        elif hidden and isinstance(piece, Show):
            hiding = False
            out.append(f"[{piece.hint or '…'}]")
        elif not hiding or (isinstance(piece, Tag) and not piece.attributes):
            out.append(_text(piece, media))
    return "".join(out)


def _text(piece: Piece, media: Mapping[str, str]) -> str:  # noqa: PLR0911 - one for each kind of piece
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Formula):
        return piece.text
    if isinstance(piece, Sound):
        return piece.name if known_media(piece.name, media) else f"[sound:{piece.name}]"
    if not isinstance(piece, Tag):
        return ""
    if piece.name == "br" or piece.name in BLOCKS:
        return "\n"
    known = media_of(piece, media)
    if piece.name == "img":
        return _picture(media[known], alternative(piece)) if known else alternative(piece)
    return known


def _picture(target: str, text: str) -> str:
    return f" ⟦{target}⟧ {text} " if text else f" ⟦{target}⟧ "


def folded(text: str) -> str:
    """Text for comparison."""
    return _FOLDED.sub("", " ".join(text.split()))


def of_markdown(markdown: str) -> str:
    """The text that dquiz shows of markdown."""
    if _PLAIN.fullmatch(markdown):
        return markdown
    out: list[str] = []
    for token in _parser().parse(inline_html_to_markdown(markdown)):
        if token.type == "inline":
            out += _inline(token.children or ())
        elif token.type in ("fence", "code_block"):
            out.append(token.content)
        else:
            out.append("\n")
    return "".join(out)


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            yield _picture(
                str(token.attrs.get("src", "")), token.content and "".join(_inline(token.children or ()))
            )
        elif token.type.endswith("break"):
            yield "\n"
        else:
            yield token.content


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"]).disable("lheading")
    parser.inline.ruler.before("escape", "formula", _formula)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    """Formulas are shown as they are written."""
    found = _FORMULA.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "$" else None
    if found is None:
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True

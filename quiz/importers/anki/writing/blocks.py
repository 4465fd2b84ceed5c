"""The pieces of a field as blocks: paragraphs, lists, quotes, tables and code, however HTML nests or breaks them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from quiz.importers.anki.writing.html import Tag
from quiz.importers.anki.writing.prose import lines
from quiz.importers.anki.writing.runs import BREAK, INDENT, Manner, Run
from quiz.importers.anki.writing.signs import Formula, Hide, Show, Sound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quiz.importers.anki.writing.signs import Piece

_STYLES = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "s": "s",
    "del": "s",
    "strike": "s",
    "sub": "sub",
    "sup": "sup",
}
_CODE = frozenset({"code", "tt", "kbd", "samp"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
PARAGRAPHS = _HEADINGS | {
    *(
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "center",
        "address",
        "details",
    ),
    *(
        "summary",
        "figure",
        "figcaption",
        "fieldset",
        "legend",
        "dl",
        "dt",
        "dd",
        "caption",
        "body",
        "html",
        "option",
    ),
}
_HOLDERS = frozenset({"ul", "ol", "blockquote"})
_TABLE = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})
BLOCKS = PARAGRAPHS | _HOLDERS | _TABLE | {"li", "pre", "hr"}
_NO_GRID = _HOLDERS | _HEADINGS | {"table", "pre", "hr", "li"}
_MEDIA = frozenset({"img", "audio", "video", "source"})
_DEEPEST = 6  # further lists and quotes are not indented: some readers of markdown stop at twenty levels
_COLUMN = "\u2003"  # stands between the cells of what is no grid: a blank, but a wide one
_LINK = re.compile(r"(?:https?://|mailto:)[\x21\x23-\x7e]+", re.IGNORECASE)
_SAFE_IN_LINK = "!#$%&'*+,-./:;=?@_~"


@dataclass(slots=True)
class Paragraph:
    """Text."""

    runs: list[Run]


@dataclass(slots=True)
class Code:
    """A block of code, as it stands."""

    text: str


@dataclass(slots=True)
class Rule:
    """A thematic break."""


@dataclass(slots=True)
class Grid:
    """A table whose rows are of one length; the first is its header, perhaps empty."""

    rows: list[list[list[Run]]]


@dataclass(slots=True)
class Holder:
    """A list, an item of one, a quote, or the whole field.

    Attributes:
        name: ``ul ol li blockquote``, or empty.
    """

    name: str
    children: list[Block] = field(default_factory=list)


Block = Paragraph | Code | Rule | Grid | Holder


@dataclass(slots=True)
class Built:
    """A field as blocks.

    Attributes:
        media: Names of the files that it shows.
        missing: Names or addresses of those that it does not.
        flattened: Code or layout was given up for a deletion in it.
    """

    blocks: list[Block] = field(default_factory=list)
    media: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    flattened: bool = False


def build(pieces: Sequence[Piece], media: Mapping[str, str]) -> Built:
    """The blocks of a field.

    Args:
        pieces: See there.
        media: Names of files in the package → where they will stand, relative to the deck's file.
    """
    builder = _Builder(media)
    grids = _grids(pieces)
    for index, piece in enumerate(pieces):
        if index in grids:
            builder.begin_grid()
        builder.add(piece)
    return builder.finish()


def known_media(name: str, media: Mapping[str, str]) -> str:
    """The name under which a package has a file, or empty; old versions of Anki wrote it percent-encoded."""
    return name if name in media else unquote(name) if unquote(name) in media else ""


def media_of(tag: Tag, media: Mapping[str, str]) -> str:
    """The name of the file that a tag shows, if the package has it."""
    return known_media(tag.attributes.get("src", ""), media) if tag.name in _MEDIA and not tag.closing else ""


def alternative(tag: Tag) -> str:
    """What a picture is described as."""
    return " ".join(tag.attributes.get("alt", "").split()) if tag.name == "img" and not tag.closing else ""


def _grids(pieces: Sequence[Piece]) -> set[int]:  # noqa: C901 - one pass with a stack
    """Where tables begin that can be grids: rectangular, and of nothing but lines of text."""
    found = set()
    start, rows, hiding = -1, [0], False
    for index, piece in enumerate(pieces):
        if isinstance(piece, Hide | Show):
            hiding = isinstance(piece, Hide)
        if not isinstance(piece, Tag):
            continue
        if piece.name == "table" and not piece.closing:
            start, rows = -1 if hiding else index, []
        elif start < 0:
            continue
        elif piece.name == "table":
            if rows and rows[0] > 0 and len(set(rows)) == 1:
                found.add(start)
            start = -1
        elif piece.name in _NO_GRID or (piece.name in _TABLE and (hiding or _spans(piece))):
            start = -1
        elif piece.name == "tr" and not piece.closing:
            rows.append(0)
        elif piece.name in ("td", "th") and not piece.closing:
            rows = rows or [0]
            rows[-1] += 1
    return found


def _spans(tag: Tag) -> bool:
    return any(tag.attributes.get(name, "1") != "1" for name in ("colspan", "rowspan"))


class _Builder:
    """Takes pieces one by one."""

    def __init__(self, media: Mapping[str, str]) -> None:
        self._media = media
        self._built = Built()
        self._stack = [Holder("", self._built.blocks)]
        self._unopened: Counter[str] = Counter()
        self._runs: list[Run] = []
        self._styles: Counter[str] = Counter()
        self._links: list[str] = []
        self._code = 0
        self._heading = 0
        self._pre: list[Run] | None = None
        self._hiding = False
        self._rows: list[list[list[Run]]] | None = None
        self._has_header = False
        self._cell_break = False

    def begin_grid(self) -> None:
        """The tag that comes next begins a table that can be a grid."""
        self._flush()
        self._rows, self._has_header = [], False

    def add(self, piece: Piece) -> None:
        """Take the next piece."""
        if isinstance(piece, Tag):
            self._tag(piece)
        elif isinstance(piece, Hide):
            self._hiding = True
            self._mark(f"{{{{c{piece.number}::", "hide")
        elif isinstance(piece, Show):
            self._show(piece)
        elif isinstance(piece, Sound):
            self._sound(piece.name)
        elif isinstance(piece, Formula):
            self._run(piece.text, "formula")
        else:
            self._run(piece, "code" if self._code else "text")

    def finish(self) -> Built:
        """The blocks; whatever is open ends here."""
        self._hiding = False
        self._end_pre()
        self._end_grid()
        self._flush()
        return self._built

    # --- text ------------------------------------------------------------------------------------------------------

    def _run(self, text: str, kind: str) -> None:
        if self._pre is not None:
            self._pre.append(Run(text))
            return
        styles = frozenset(+self._styles) | ({"b"} if self._heading else frozenset())
        self._runs.append(Run(text, kind, styles, self._links[-1] if self._links else ""))

    def _mark(self, text: str, kind: str, link: str = "") -> None:
        """Markdown, in no style: each side of a deletion is shown without the other."""
        (self._runs if self._pre is None else self._pre).append(Run(text, kind, link=link))

    def _show(self, piece: Show) -> None:
        hint = lines([Run(piece.hint)], Manner(plain=True, cloze=True, cell=True))
        self._mark(f"::{hint[0]}}}}}" if hint else "}}", "show")
        self._hiding = False

    def _sound(self, name: str) -> None:
        known = known_media(name, self._media)
        if known:
            self._built.media.add(known)
            self._run_link(name, self._media[known])
        else:
            self._built.missing.add(name)
            self._run(f"[sound:{name}]", "text")

    def _run_link(self, text: str, target: str) -> None:
        (self._runs if self._pre is None else self._pre).append(Run(text, link=_address(target)))

    def _picture(self, tag: Tag) -> None:
        known = media_of(tag, self._media)
        text = alternative(tag)
        if known:
            self._built.media.add(known)
            if tag.name == "img":
                described = "".join(lines([Run(text)], Manner(plain=True, cell=True))).replace("]", "\\]")
                link = self._links[-1] if self._links else ""
                self._mark(f"![{described}]({_address(self._media[known])})", "mark", link)
            else:
                self._run_link(known, self._media[known])
        elif tag.attributes.get("src"):
            self._built.missing.add(tag.attributes["src"])
        if text and not known:
            self._run(text, "text")

    # --- tags ------------------------------------------------------------------------------------------------------

    def _tag(self, tag: Tag) -> None:
        name = tag.name
        if name in _STYLES:
            self._count(self._styles, _STYLES[name], tag)
        elif name in _CODE:
            self._code = max(0, self._code + (-1 if tag.closing else 1))
        elif name == "a":
            self._link(tag)
        elif name == "br":
            self._break()
        elif name in _MEDIA:
            if not tag.closing:
                self._picture(tag)
        elif name == "pre":
            self._pre_tag(closing=tag.closing)
        elif name in BLOCKS:
            self._block(tag)

    @staticmethod
    def _count(counter: Counter[str], name: str, tag: Tag) -> None:
        counter[name] = max(0, counter[name] + (-1 if tag.closing else 1))

    def _link(self, tag: Tag) -> None:
        if self._links:
            self._links.pop()
        target = tag.attributes.get("href", "")
        if not tag.closing and target:
            self._links.append(_web(target))

    def _break(self) -> None:
        if self._pre is not None:
            self._pre.append(Run("\n"))
        elif self._runs and self._runs[-1].kind == "break" and not self._hiding and self._rows is None:
            self._flush()
        else:
            self._runs.append(BREAK)

    def _pre_tag(self, *, closing: bool) -> None:
        if closing and self._pre is not None:
            self._end_pre()
        elif self._pre is None:
            self._flush()
            self._pre = None if closing else []

    def _end_pre(self) -> None:
        """Code as a block; with a deletion in it, in which a block of code has no place, as lines of text."""
        if self._pre is None:
            return
        inside, self._pre = self._pre, None
        if all(run.kind == "text" and not run.link for run in inside) and not self._hiding:
            text = "".join(run.text for run in inside).strip("\n").rstrip()
            if text.strip():
                self._flush()
                self._stack[-1].children.append(Code(text))
            return
        self._built.flattened |= any(run.kind in ("hide", "show") for run in inside)
        for run in inside:
            parts = run.text.split("\n") if run.kind == "text" else [run.text]
            for number, part in enumerate(parts):
                if number:
                    self._runs.append(BREAK)
                blanks = len(part) - len(part.lstrip(" \t"))
                if number and blanks:
                    self._runs.append(Run(INDENT * len(part[:blanks].expandtabs(4)), "mark"))
                self._runs.append(Run(part, run.kind, link=run.link))
        self._flush()

    def _block(self, tag: Tag) -> None:
        if self._pre is not None:
            if self._pre and not self._pre[-1].text.endswith("\n"):
                self._pre.append(Run("\n"))
            return
        if tag.name in _HEADINGS:
            self._heading = 0 if tag.closing else 1
        if self._rows is not None:
            self._grid_tag(tag)
        elif self._hiding:
            self._built.flattened |= tag.name in _HOLDERS | {"li"}
            self._runs.append(BREAK)
        elif tag.name in ("td", "th"):
            is_next = not tag.closing and any(run.text.strip() for run in self._runs)
            self._runs.append(Run(f" {_COLUMN} " if is_next else " "))
        else:
            self._flush()
            if tag.name == "hr":
                self._stack[-1].children.append(Rule())
            elif tag.name in _HOLDERS or tag.name == "li":
                self._close(tag.name) if tag.closing else self._open(tag.name)

    def _flush(self) -> None:
        """End the paragraph."""
        if self._hiding:
            self._runs.append(BREAK)
            return
        if any(run.text.strip() for run in self._runs):
            holder = self._stack[-1]
            if holder.name in ("ul", "ol"):  # text between items
                holder.children.append(Holder("li", [Paragraph(self._runs)]))
            else:
                holder.children.append(Paragraph(self._runs))
        self._runs = []

    # --- lists and quotes ------------------------------------------------------------------------------------------

    def _open(self, name: str) -> None:
        if name == "li":
            while self._stack[-1].name == "li":
                self._stack.pop()
            if self._stack[-1].name not in ("ul", "ol"):
                return
        elif sum(holder.name != "li" for holder in self._stack) > _DEEPEST:
            self._unopened[name] += 1
            return
        elif self._stack[-1].name in ("ul", "ol"):
            self._push(Holder("li"))
        self._push(Holder(name))

    def _push(self, holder: Holder) -> None:
        self._stack[-1].children.append(holder)
        self._stack.append(holder)

    def _close(self, name: str) -> None:
        if self._unopened[name]:
            self._unopened[name] -= 1
            return
        place = next((n for n in range(len(self._stack) - 1, 0, -1) if self._stack[n].name == name), 0)
        inside = {holder.name for holder in self._stack[place + 1 :]}
        if place and not (name == "li" and inside & _HOLDERS):
            del self._stack[place:]

    # --- tables ----------------------------------------------------------------------------------------------------

    def _grid_tag(self, tag: Tag) -> None:
        rows = self._rows
        if rows is None or (tag.closing and tag.name != "table"):
            return
        if tag.name == "table":
            if tag.closing:
                self._end_grid()
        elif tag.name == "tr":
            rows.append([])
        elif tag.name in ("td", "th"):
            if not rows:
                rows.append([])
            self._has_header |= tag.name == "th" and len(rows) == 1
            self._runs = []
            rows[-1].append(self._runs)
        else:
            self._runs.append(BREAK)

    def _end_grid(self) -> None:
        if self._rows is None:
            return
        rows, self._rows, self._runs = self._rows, None, []
        rows = [row for row in rows if row]
        if any(_is_broken(cell) for row in rows for cell in row):
            for row in rows:
                for cell in row:
                    self._runs += [Run(f" {_COLUMN} ")] * bool(self._runs) + cell
                self._flush()
        elif rows and any(run.text.strip() for row in rows for cell in row for run in cell):
            header: list[list[list[Run]]] = [] if self._has_header else [[[] for _ in rows[0]]]
            self._stack[-1].children.append(Grid(header + rows))


def _is_broken(cell: list[Run]) -> bool:
    """Whether a cell has several lines, or a bar in a formula."""
    shown = [run.kind == "break" for run in cell if run.kind == "break" or run.text.strip()]
    inner = "".join("b" if is_break else "t" for is_break in shown).strip("b")
    return "b" in inner or any(run.kind == "formula" and "|" in run.text for run in cell)


def _web(target: str) -> str:
    address = _address(target)
    return address if _LINK.fullmatch(address) else ""


def _address(target: str) -> str:
    """An address without characters that would end it in markdown."""
    return quote(target, safe=_SAFE_IN_LINK)

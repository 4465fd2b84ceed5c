"""One paragraph of text with styles as lines of markdown in which nothing reads as more than it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WRITTEN = {"b": ("**", "**"), "i": ("*", "*"), "s": ("~~", "~~")}
_HARMLESS = {"sub": ("<sub>", "</sub>"), "sup": ("<sup>", "</sup>")}
STYLES = (*_WRITTEN, *_HARMLESS)
"""Outermost first."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one kind and style.

    Attributes:
        kind: ``text code formula``; ``mark hide show`` are markdown already, the last two around a deletion;
            ``break`` ends a line.
        styles: Of :data:`STYLES`.
        link: Where it leads, or empty.
    """

    text: str
    kind: str = "text"
    styles: frozenset[str] = frozenset()
    link: str = ""


BREAK = Run("", "break")
INDENT = "\xa0"
"""A blank that stays at the start of a line."""
_MARKS = frozenset({"mark", "hide", "show"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a paragraph is written.

    Attributes:
        plain: Without emphasis.
        cloze: Braces of the text must not read as deletions.
        cell: In a table: on one line.
    """

    plain: bool = False
    cloze: bool = False
    cell: bool = False


def lines(runs: Sequence[Run], manner: Manner) -> list[str]:
    """The lines of a paragraph; none if it is empty."""
    pieces = _emphasised(_tidy(runs, plain=manner.plain))
    text = _assembled(pieces, manner).strip(" ")
    if manner.cell:
        return [text] if text else []
    return [_safe(_stripped(line)) for line in text.strip().split("\n")] if text.strip() else []


def _stripped(line: str) -> str:
    """A line without blanks around it, but for those of an indent that was meant."""
    return line.rstrip() if line.startswith(INDENT) else line.strip()


# --- runs ----------------------------------------------------------------------------------------------------------


def _tidy(runs: Sequence[Run], *, plain: bool) -> list[Run]:
    """Runs with blanks folded and outside of styles, equal neighbours joined, no break at an edge."""
    folded: list[Run] = []
    for run in _with_blanks_outside_deletions(_parted(runs)):
        bare = replace(run, styles=run.styles & set(_HARMLESS)) if plain else run
        if run.text == " ":
            if folded and folded[-1].kind != "break" and not folded[-1].text.endswith(" "):
                folded.append(bare)
        elif run.kind == "break":
            if folded and folded[-1].text == " ":
                folded.pop()
            if folded and folded[-1].kind != "break":
                folded.append(run)
        else:
            folded.append(bare)
    while folded and (folded[-1].kind == "break" or folded[-1].text == " "):
        folded.pop()
    return _merged(_with_blanks_outside(_without_split_code(folded) if plain else folded))


def _without_split_code(runs: list[Run]) -> list[Run]:
    """Runs without code beside the edge of a deletion: when that is gone, two code spans would touch."""
    edges = {index for index, run in enumerate(runs) if run.kind in ("hide", "show")}
    beside = {index + step for index in edges for step in (-1, 1)}
    return [
        replace(run, kind="text") if index in beside and run.kind == "code" else run
        for index, run in enumerate(runs)
    ]


def _parted(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs with the blanks at their edges as runs of their own."""
    for run in runs:
        if run.kind not in ("text", "code"):
            yield run
            continue
        text = re.sub(r"[ \t\n]+", " ", run.text)
        core = text.strip(" ")
        if text.startswith(" "):
            yield replace(run, text=" ", kind="text")
        if core:
            yield replace(run, text=core)
            if text.endswith(" "):
                yield replace(run, text=" ", kind="text")


def _with_blanks_outside_deletions(runs: Iterator[Run]) -> list[Run]:
    """Runs of which no deletion begins or ends in a blank or break: dquiz would take it off."""
    moved: list[Run] = []
    for run in runs:
        if _is_gap(run) and moved and moved[-1].kind == "hide":
            moved.insert(len(moved) - 1, run)
        elif run.kind == "show":
            start = len(moved)
            while start and _is_gap(moved[start - 1]):
                start -= 1
            moved.insert(start, run)
        else:
            moved.append(run)
    return moved


def _is_gap(run: Run) -> bool:
    return run.text == " " or run.kind == "break"


def _with_blanks_outside(runs: list[Run]) -> Iterator[Run]:
    for index, run in enumerate(runs):
        if run.text == " ":
            before, after = runs[index - 1], runs[index + 1]
            link = run.link if before.link == run.link == after.link else ""
            yield replace(run, styles=before.styles & after.styles, link=link)
        else:
            yield run


def _merged(runs: Iterator[Run]) -> list[Run]:
    groups: list[list[Run]] = []
    for run in runs:
        last = groups[-1][-1] if groups else BREAK
        if run.kind in ("text", "code") and (run.kind, run.styles, run.link) == (
            last.kind,
            last.styles,
            last.link,
        ):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [replace(group[0], text="".join(run.text for run in group)) for group in groups]


# --- emphasis ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Mark:
    """An opening or closing mark of a style or link; it is dropped together with its partner."""

    text: str
    opens: bool
    partner: _Mark | None = None
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True
        if self.partner:
            self.partner.dropped = True

    @property
    def flanks(self) -> bool:
        """Whether it means something only beside certain characters."""
        return self.text in ("**", "*", "~~")


def _emphasised(runs: list[Run]) -> list[Run | _Mark]:
    pieces: list[Run | _Mark] = []
    opened: list[tuple[str, _Mark]] = []
    for run in [*runs, BREAK]:
        # a link is named by its target, which no style is
        wanted = [run.link] * bool(run.link) + [style for style in STYLES if style in run.styles]
        while any(name not in wanted for name, _ in opened):
            name, mark = opened.pop()
            mark.partner = _Mark(_close(name), opens=False, partner=mark)
            pieces.append(mark.partner)
        for name in wanted:
            if all(name != other for other, _ in opened):
                mark = _Mark(_open(name), opens=True)
                opened.append((name, mark))
                pieces.append(mark)
        pieces.append(run)
    pieces.pop()
    _drop_what_would_show(pieces)
    return [piece for piece in pieces if not (isinstance(piece, _Mark) and piece.dropped)]


def _open(name: str) -> str:
    return (_WRITTEN | _HARMLESS).get(name, ("[", ""))[0]


def _close(name: str) -> str:
    return (_WRITTEN | _HARMLESS).get(name, ("", f"]({name})"))[1]


def _drop_what_would_show(pieces: list[Run | _Mark]) -> None:
    """Drop emphasis that markdown would not read: where marks meet, or stand between a letter and a sign."""
    for start, end in _groups(pieces):
        marks = [piece for piece in pieces[start:end] if isinstance(piece, _Mark) and piece.flanks]
        if len({mark.opens for mark in marks}) > 1:
            for mark in marks:
                if mark.opens:
                    mark.drop()
        before, after = _last(pieces, start), _first(pieces, end)
        for mark in marks:
            inner, outer = (after, before) if mark.opens else (before, after)
            if not inner.isalnum() and outer.isalnum():
                mark.drop()


def _groups(pieces: list[Run | _Mark]) -> Iterator[tuple[int, int]]:
    """Where marks stand side by side."""
    start = None
    for index, piece in enumerate(pieces):
        if isinstance(piece, _Mark):
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(pieces)


def _last(pieces: list[Run | _Mark], end: int) -> str:
    run = pieces[end - 1] if end else BREAK
    return run.text[-1:] if isinstance(run, Run) and run.kind in ("text", "formula") else "."


def _first(pieces: list[Run | _Mark], start: int) -> str:
    run = pieces[start] if start < len(pieces) else BREAK
    return run.text[:1] if isinstance(run, Run) and run.kind in ("text", "formula") else "."


# --- escapes -------------------------------------------------------------------------------------------------------

_HARMLESS_TAGS = r"(?:code|b|strong|i|em|u|s|sub|sup|kbd|br|p|details|summary)\b"
_SPECIAL = re.compile(
    rf"(?P<back>\\(?=[!-/:-@\[-`{{-~]|$))|(?P<mark>[`*])|(?P<under>_+)|(?P<wave>~~+)"
    rf"|(?P<amp>&(?=#?\w{{1,31}};))|(?P<less><(?=[!/?]|(?i:{_HARMLESS_TAGS})))|(?P<angle><(?=[A-Za-z]))"
    r"|(?P<bracket>\[)|(?P<close>\])|(?P<bang>!$)|(?P<dollar>\$)|(?P<bar>\|)|(?P<brace>[{}]+)|(?P<colon>::+|:$)"
)
_INDEX = re.compile(r"\[\w*\](?=[^(\[:{])")
_NO_FORMULA = re.compile(r"[\w$}\\]")
_BEHIND_FORMULA = frozenset(" \n\t.,;:!?)]}\"'*_~|<-")


def _assembled(pieces: list[Run | _Mark], manner: Manner) -> str:
    dollars = sum(run.text.count("$") for run in pieces if isinstance(run, Run) and run.kind != "code")
    out: list[str] = []
    in_link = 0
    for index, piece in enumerate(pieces):
        before = out[-1][-1:] if out else ""
        if isinstance(piece, _Mark):
            in_link += {"[": 1, "](": -1}.get(piece.text[:2] if not piece.opens else piece.text, 0)
            out.append(piece.text)
        elif piece.kind == "break":
            out.append(" " if manner.cell else "\\\n")
        elif piece.kind == "code":
            out.append(code_span(piece.text, cell=manner.cell))
        elif piece.kind in _MARKS or (piece.kind == "formula" and _is_formula(before, piece, pieces, index)):
            out.append(piece.text)
        else:
            escaping = _Escaping(before, _text_at(pieces, index + 1), manner, dollars > 1, in_link > 0)
            out.append(escaping.escaped(piece.text))
    return "".join(out)


def _text_at(pieces: list[Run | _Mark], index: int) -> str:
    """The first character behind a run, as it will be written."""
    piece = pieces[index] if index < len(pieces) else BREAK
    text = "`" if isinstance(piece, Run) and piece.kind == "code" else piece.text
    return text[:1] or "\n"


def _is_formula(before: str, run: Run, pieces: list[Run | _Mark], index: int) -> bool:
    """Whether dquiz reads dollars here as those of a formula; else it is text."""
    starts, ends = run.text.startswith("$"), run.text.endswith("$")
    if starts and _NO_FORMULA.match(before) and not _is_mark(pieces, index - 1):
        return False
    return not ends or _is_mark(pieces, index + 1) or _text_at(pieces, index + 1) in _BEHIND_FORMULA


def _is_mark(pieces: list[Run | _Mark], index: int) -> bool:
    piece = pieces[index] if index < len(pieces) else BREAK
    return isinstance(piece, Run) and piece.kind in _MARKS


def code_span(text: str, *, cell: bool = False) -> str:
    """Text as a code span."""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    text = text.replace("|", "\\|") if cell else text
    return f"{ticks} {text} {ticks}" if "`" in (text[0], text[-1]) else f"{ticks}{text}{ticks}"


@dataclass(frozen=True, slots=True)
class _Escaping:
    """Backslashes for the text of a run, whose neighbours count too.

    Attributes:
        before: The character in front of it, as written.
        after: The one behind it.
        dollars: Whether the paragraph has more than one.
        in_link: A square bracket would end the link.
    """

    before: str
    after: str
    manner: Manner
    dollars: bool
    in_link: bool

    def escaped(self, text: str) -> str:
        text = _SPECIAL.sub(self._written, text)
        # behind a deletion these would make a link of what is shown in its place
        return f"\\{text}" if self.before == "}" and text[:1] in ("(", ":") and self.manner.cloze else text

    def _written(self, found: re.Match[str]) -> str:
        text, kind = found[0], found.lastgroup
        if kind in ("less", "angle", "amp", "mark", "back", "wave"):
            return "&lt;" + text[1:] if kind == "less" else "".join(f"\\{sign}" for sign in text)
        if kind == "under":
            return text if self._is_within_word(found) else "".join(f"\\{sign}" for sign in text)
        if kind == "bracket":
            return text if self._is_index(found) else "\\["
        if kind == "brace":
            return self._brace(found)
        if kind == "colon":
            return self._colon(found)
        wanted = {
            "close": self.in_link,
            "bang": self.after == "[",
            "dollar": self.dollars,
            "bar": self.manner.cell,
        }
        return f"\\{text}" if wanted[kind or ""] else text

    def _is_within_word(self, found: re.Match[str]) -> bool:
        text, start, end = found.string, found.start(), found.end()
        before = text[start - 1] if start else self.before
        after = text[end] if end < len(text) else self.after
        return before.isalnum() and after.isalnum()

    def _is_index(self, found: re.Match[str]) -> bool:
        """Whether it is as in ``a[0]``: no link, and no deletion where braces are."""
        text, start = found.string, found.start()
        return (
            start > 0 and text[start - 1].isalnum() and not self.in_link and bool(_INDEX.match(text, start))
        )

    def _colon(self, found: re.Match[str]) -> str:
        """Two colons begin the hint of a deletion."""
        if not self.manner.cloze:
            return found[0]
        if found.end() == len(found.string) and self.after == ":":
            return "&#58;" * len(found[0])
        return ":" + "\\:" * (len(found[0]) - 1)

    def _brace(self, found: re.Match[str]) -> str:
        """Braces that stand together, or beside the braces of a deletion, must not become a part of them."""
        text, start, end = found[0], found.start(), found.end()
        touches = (start == 0 and self.before in ("}", ":", "{")) or (
            end == len(found.string) and self.after in ("{", "}", ":")
        )
        if not self.manner.cloze or not (len(text) > 1 or touches):
            return text
        return "".join("&#123;" if sign == "{" else "&#125;" for sign in text)


_EMPHASIS = r"[^\w\s`()\[\]{}\"'.,;!?<>&$/\\-]"
_WRAPPED = r"(?:\*\*|\*|~~)?"
_MARK = re.compile(
    rf"((?:{_EMPHASIS}|\s){{0,40}}(?:(?:[QAC]\d{{0,9}}|(?i:accept)){_WRAPPED}(?=[:.)](?:[\s*~]|\\?$))"
    rf"|B{_WRAPPED}(?=[:.)](?!:))))"
)
# The end of a deletion or of a lowered text is not shown either
_BLANK = r"(?:\s|$|\}\}|::|</)"
_LINE_START = re.compile(
    rf"(?P<digits>\d{{1,9}})(?=[.)]{_BLANK})|(?P<sign>(?:\#{{1,6}}|[-+*])(?={_BLANK})|>|[-:|=*_+](?=[-:|=*_+ \t]*\\?$))"
    r"|(?P<tags>\w{0,8}(?i:tags))(?=:)|(?P<dendron>\#)(?=tag\.)"
)
_ATTRIBUTE = re.compile(r"[#^][\w/-]+$")


_UNSEEN = re.compile(r"(?:<sub>|\{\{c\d+::)*")  # not shown: what follows begins the line


def _safe(line: str) -> str:
    """A line that begins no block and no card, and ends in no tag."""
    unseen = _UNSEEN.match(line)
    begin = unseen.end() if unseen else 0
    return line[:begin] + _safe_start(_safe_end(line[begin:]))


def _safe_end(line: str) -> str:
    head, blank, last = line.rpartition(" ")
    if blank and _ATTRIBUTE.match(last):
        return f"{head} \\{last}"
    return line


def _safe_start(line: str) -> str:
    mark = _MARK.match(line)
    if mark:
        line = f"{mark[1]}\\{line[mark.end(1) :]}"
    start = _LINE_START.match(line)
    if start is None:
        return line
    end = start.end()
    if start.lastgroup == "digits":
        return f"{line[:end]}\\{line[end:]}"
    if start.lastgroup == "tags":
        return f"{line[:end]}&#58;{line[end + 1 :]}"
    return f"&#35;{line[1:]}" if start.lastgroup == "dendron" else f"\\{line}"

"""Escapes: text that looks like markdown, or like a card, stays the text that it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quiz.importers.anki.writing.runs import Manner

_HARMLESS_TAGS = r"(?:code|b|strong|i|em|u|s|sub|sup|kbd|br|p|details|summary)\b"
_SPECIAL = re.compile(
    rf"(?P<back>\\(?=[!-/:-@\[-`{{-~]|$))|(?P<mark>[`*])|(?P<under>_+)|(?P<wave>~~+)"
    rf"|(?P<amp>&(?=#?\w{{1,31}};))|(?P<less><(?=[!/?]|(?i:{_HARMLESS_TAGS})))|(?P<angle><(?=[A-Za-z]))"
    r"|(?P<bracket>\[)|(?P<close>\])|(?P<bang>!$)|(?P<dollar>\$)|(?P<bar>\|)|(?P<brace>[{}]+)|(?P<colon>::+|:$)"
)
_INDEX = re.compile(r"\[\w*\](?=[^(\[:{])")


def code_span(text: str, *, cell: bool = False) -> str:
    """Text as a code span."""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    text = text.replace("|", "\\|") if cell else text
    return f"{ticks} {text} {ticks}" if "`" in (text[0], text[-1]) else f"{ticks}{text}{ticks}"


@dataclass(frozen=True, slots=True)
class Escaping:
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
        """The text as markdown that shows it."""
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
        """Two colons begin the hint of a deletion, and between blanks they part a card of one line."""
        if not self.manner.cloze:
            text, start, end = found.string, found.start(), found.end()
            around = text[start - 1 : start] if start else self.before, text[end : end + 1] or self.after
            parts = len(found[0]) > 1 and not "".join(around).strip()
            return ":" + "\\:" * (len(found[0]) - 1) if parts else found[0]
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


_LEAD = r"[^\w\s`()\[\]{}\"'.,;!?<>&$/\\-]"
_WRAPPED = r"(?:\*\*|\*|~~)?"
_MARK = re.compile(
    rf"((?:{_LEAD}|\s){{0,40}}(?:(?:[QAC]\d{{0,9}}|(?i:accept)){_WRAPPED}(?=[:.)](?:[\s*~]|\\?$))"
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


def safe(line: str) -> str:
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

"""The fields of a note in Anki, as they are kept between exports."""

from __future__ import annotations

import functools
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exporters.text import cleaned

if TYPE_CHECKING:
    from quiz.cards import Note

_MEANT_FOR_ANKI = re.compile(
    r"\[(?=/?(?:latex|\$\$?)\]|sound:(?!dquiz-[0-9a-f]{16}\.[a-z0-9]+\])|anki:|\[?type:)", re.IGNORECASE
)
# no field holds one
_END = "\x1f"
_FLAGS = ("", "literal")


@dataclass(frozen=True, slots=True)
class Fields:
    """The rendered fields of a note, as they are kept between exports.

    Attributes:
        first: Front or Text: what a note cannot be without.
        second: Back or Extra.
        pictures: Of which only the description is shown.
        literal: The markup of a cloze could not be kept.
    """

    first: str
    second: str
    context: str
    typed: str = ""
    pictures: tuple[str, ...] = ()
    literal: bool = False

    def dump(self) -> str:
        """As text, for a cache."""
        return _END.join(
            [self.first, self.second, self.context, self.typed, _FLAGS[self.literal], *self.pictures]
        )

    @classmethod
    def load(cls, text: str) -> Fields:
        """From what ``dump`` wrote."""
        first, second, context, typed, flag, *pictures = text.split(_END)
        return cls(first, second, context, typed, tuple(pictures), flag == _FLAGS[True])


def source(note: Note) -> str:
    """Where a note stands, as HTML; never kept with the rest: lines move without the note changing."""
    return f"{_file(note.file)}:{note.line}" if note.file else ""


@functools.lru_cache(maxsize=16)
def _file(name: str) -> str:
    return defused(html.escape(cleaned(name), quote=False))


def defused(text: str) -> str:
    """HTML in which Anki finds no sound but ours, no LaTeX, no typed field and no deletion."""
    return _MEANT_FOR_ANKI.sub("&#91;", text).replace("{{", "&#123;&#123;")

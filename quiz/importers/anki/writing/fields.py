"""A field as markdown that shows what its HTML shows, or as a block of code where no markdown does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from quiz.importers.anki.writing import visible
from quiz.importers.anki.writing.blocks import Built, Paragraph, build
from quiz.importers.anki.writing.html import Tag, tokens
from quiz.importers.anki.writing.layout import fenced, markdown
from quiz.importers.anki.writing.runs import Manner
from quiz.importers.anki.writing.signs import Hide, UnwritableError, pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quiz.importers.anki.writing.signs import Piece

# What may begin something in markdown: text with more of it takes seconds and a gigabyte to read
_SIGN = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")
_MOST_SIGNS = 30_000
_MOST_PIECES = 60_000
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Version:
    """One way to write a field.

    Attributes:
        lines: Of markdown.
        inline: They begin with text, which may follow a mark on its line.
        code: It is a fence: nothing is left of how the text looked.
    """

    lines: tuple[str, ...]
    inline: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field that was read.

    Attributes:
        text: What is seen of it, folded.
        asked: The same with the hints of its deletions in their places.
        deletions: How many it has.
        versions: With emphasis, without, and as code, as far as they show what they should; none if nothing is seen.
            Code holds no deletions, and what a field with some shows is looked at when its note is read back.
        media: Names of the files that it shows.
        problems: What was changed or left out.
    """

    text: str = ""
    asked: str = ""
    deletions: int = 0
    versions: Sequence[Version] = ()
    media: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


def read_field(source: str, media: Mapping[str, str], *, cloze: bool = False) -> Field:
    """Read the HTML of a field.

    Args:
        source: The HTML.
        media: Names of files in the package → where they will stand, relative to the deck's file.
        cloze: Whether it may have deletions.

    Raises:
        UnwritableError: Its deletions are of a kind that notes cannot hold; the message says which.
    """
    left_out: set[str] = set()
    read = pieces(tokens(source, left_out), clozes=cloze)
    seen = visible.of_pieces(read, media)
    unseen = () if seen.strip() else _pictures(read)
    if unseen:
        read = [piece if name is None else _shown(name) for piece, name in zip(read, unseen, strict=True)]
        seen = visible.of_pieces(read, media)
    text = visible.folded(seen)
    deletions = sum(isinstance(piece, Hide) for piece in read)
    is_long = len(read) > _MOST_PIECES
    built = Built() if is_long else build(read, media)
    built.missing.update(filter(None, unseen))
    if not text:
        versions: Sequence[Version] = ()
    elif deletions:
        versions = [_version(built, plain=plain, cloze=True) for plain in (False, True)]
        if is_long or not all(map(_is_readable, versions)):
            raise UnwritableError("there is too much in it for a note with deletions")
    else:
        code = fenced("\n".join(line.rstrip() for line in seen.split("\n") if line.strip()))
        last = Version(tuple(code), code=True)
        versions = (last,) if is_long else _TrueVersions(built, last, text, cloze)
    return Field(
        text=text,
        asked=visible.folded(visible.of_pieces(read, media, hidden=True)) if deletions else text,
        deletions=deletions,
        versions=versions,
        media=frozenset(built.media),
        problems=tuple(_problems(built, left_out)),
    )


def _pictures(read: Sequence[Piece]) -> Sequence[str | None]:
    """For each piece the name of the picture that it is.

    In a field that is nothing but pictures which are not at hand, their names are better than nothing.
    """
    return [
        piece.attributes.get("src") or None if isinstance(piece, Tag) and piece.name == "img" else None
        for piece in read
    ]


def _version(built: Built, *, plain: bool, cloze: bool) -> Version:
    lines = markdown(built.blocks, Manner(plain=plain, cloze=cloze))
    return Version(tuple(lines), inline=isinstance(next(iter(built.blocks), None), Paragraph))


@dataclass(slots=True)
class _TrueVersions(Sequence[Version]):
    """The three versions; the next plainer one stands for each that does not show the text.

    They are worked out when they are asked for: most notes are written by the first.
    """

    built: Built
    code: Version
    text: str
    cloze: bool
    known: dict[int, Version] = field(default_factory=dict)

    def __len__(self) -> int:
        return 3

    @overload
    def __getitem__(self, index: int) -> Version: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Version]: ...
    def __getitem__(self, index: int | slice) -> Version | Sequence[Version]:
        if isinstance(index, slice):
            return [self._version(number) for number in range(*index.indices(len(self)))]
        return self._version(range(len(self))[index])

    def _version(self, number: int) -> Version:
        if number == len(self) - 1:
            return self.code
        if number not in self.known:
            version = _version(self.built, plain=number > 0, cloze=self.cloze)
            is_true = _is_readable(version) and _shows(version, self.text)
            self.known[number] = version if is_true else self._version(number + 1)
        return self.known[number]


def _is_readable(version: Version) -> bool:
    if sum(1 + len(line) for line in version.lines) <= _MOST_SIGNS:
        return True
    return sum(1 + len(_SIGN.findall(line)) for line in version.lines) <= _MOST_SIGNS


def _shows(version: Version, text: str) -> bool:
    return visible.folded(visible.of_markdown("\n".join(version.lines))) == text


def _problems(built: Built, left_out: set[str]) -> list[str]:
    problems = [f"{name} is left out" for name in sorted(left_out)]
    problems += [f"{_shown(name)} is none of the package's files" for name in sorted(built.missing)]
    problems += ["its layout is given up for a deletion that stands in it"] * built.flattened
    return problems


def _shown(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"

"""A field as markdown that shows what its HTML shows, or as a block of code where no markdown does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.importers.anki.writing import visible
from quiz.importers.anki.writing.blocks import Built, Paragraph, build
from quiz.importers.anki.writing.html import tokens
from quiz.importers.anki.writing.layout import fenced, markdown
from quiz.importers.anki.writing.runs import Manner
from quiz.importers.anki.writing.signs import Hide, UnwritableError, pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    versions: tuple[Version, ...] = ()
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
    text = visible.folded(seen)
    deletions = sum(isinstance(piece, Hide) for piece in read)
    is_long = len(read) > _MOST_PIECES
    built = Built() if is_long else build(read, media)
    if not text:
        versions: Sequence[Version] = ()
    elif deletions:
        versions = [_version(built, plain=plain, cloze=True) for plain in (False, True)]
        if is_long or not all(map(_is_readable, versions)):
            raise UnwritableError("there is too much in it for a note with deletions")
    else:
        code = fenced("\n".join(line.rstrip() for line in seen.split("\n") if line.strip()))
        versions = [Version(tuple(code), code=True)]
        versions = versions if is_long else _true_versions(built, versions[0], text, cloze=cloze)
    return Field(
        text=text,
        asked=visible.folded(visible.of_pieces(read, media, hidden=True)) if deletions else text,
        deletions=deletions,
        versions=tuple(versions),
        media=frozenset(built.media),
        problems=tuple(_problems(built, left_out)),
    )


def _version(built: Built, *, plain: bool, cloze: bool) -> Version:
    lines = markdown(built.blocks, Manner(plain=plain, cloze=cloze))
    return Version(tuple(lines), inline=isinstance(next(iter(built.blocks), None), Paragraph))


def _true_versions(built: Built, code: Version, text: str, *, cloze: bool) -> list[Version]:
    """The three versions; the next plainer one stands for each that does not show the text."""
    versions = [code]
    for plain in (True, False):
        version = _version(built, plain=plain, cloze=cloze)
        if version != versions[0] and not (_is_readable(version) and _shows(version, text)):
            version = versions[0]
        versions.insert(0, version)
    return versions


def _is_readable(version: Version) -> bool:
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

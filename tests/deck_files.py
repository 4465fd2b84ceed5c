"""The decks under test, and the snippets in them. ``DECKS`` names a folder of others, such as drafts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from quiz.library import shipped_decks
from quiz.notes import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.cards import Deck

FOLDER = Path(os.environ.get("DECKS") or shipped_decks())
FILES = sorted(FOLDER.glob("*.md"))
every_deck = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code in a deck.

    Attributes:
        place: ``deck.md:line`` of its first line, as an editor takes it.
        language: What the fence says; empty for code within a sentence.
        code: As it stands there.
    """

    place: str
    language: str
    code: str

    def below(self, lines: int) -> str:
        """The place of a line further down."""
        name, line = self.place.rsplit(":", 1)
        return f"{name}:{int(line) + lines}"


@cache
def read(file: Path) -> Deck:
    return parse(file.read_bytes(), file=file.name, deck=file.stem)


@cache
def _tokens(file: Path):
    return MarkdownIt("commonmark").enable("table").parse(file.read_text("utf-8"))


def fences(file: Path, *languages: str) -> list[Snippet]:
    """Every fence of some languages, or of all, also inside lists."""
    found = [
        Snippet(f"{file.name}:{token.map[0] + 2}", token.info.strip(), token.content)
        for token in _tokens(file)
        if token.type == "fence"
    ]
    return [snippet for snippet in found if not languages or snippet.language in languages]


def spans(file: Path) -> Iterator[Snippet]:
    """Code within sentences, also what an ``accept:`` line accepts."""
    for token in _tokens(file):
        line = token.map[0] + 1 if token.map else 0
        for child in token.children or ():
            if child.type == "code_inline":
                yield Snippet(f"{file.name}:{line}", "", child.content)
            line += child.type in {"softbreak", "hardbreak"}


def scripts(file: Path) -> list[Snippet]:
    """Whatever a shell would run: scripts, and the lines behind ``$`` in what a terminal shows."""
    typed = [
        Snippet(text.below(number), "sh", line.lstrip()[2:])
        for text in fences(file, "text")
        for number, line in enumerate(text.code.splitlines())
        if re.match(r" *\$ ", line)
    ]
    return [*fences(file, "sh", "bash"), *typed]

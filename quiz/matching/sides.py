"""The two sides of a match: notes with what the stages ask of them, computed once and only if asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from quiz.matching.identity import Identity, content_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from quiz.cards import Note

# A shorter answer, "It depends on the project", may well belong to two questions
_LONG_ANSWER = 24


@dataclass(frozen=True, eq=False)
class Text:
    """A note on either side.

    Attributes:
        number: Its position on its side, in the order of files and lines.
        files: The files in which it stands.
        reviewed: Its history is worth more than that of another.
        moves: Whether it may have become another text.
        read_as: Its identity, if that was computed before.
    """

    number: int
    note: Note
    files: tuple[str, ...]
    reviewed: bool = False
    moves: bool = True
    read_as: Identity | None = None

    @cached_property
    def identity(self) -> Identity:
        """What it is known by."""
        return self.read_as or Identity.of(self.note)

    @property
    def rank(self) -> tuple[bool, int]:
        """Orders notes: those with a history first, since only one may inherit."""
        return not self.reviewed, self.number

    @property
    def places(self) -> Counter[str]:
        """How often it stands in each of its files."""
        return Counter((*self.files, *(self.note.file for _ in self.note.also)))


# --- keys: what notes have in common, None if that tells nothing -------------------------------------------


def as_written(text: Text) -> Hashable:
    """Equal for notes that were not touched: cheap, since nothing is normalised."""
    note = text.note
    return note.kind, note.prompt, note.answer, note.anchor, note.level, note.choices


def anchor(text: Text) -> Hashable:
    """The ``^id``."""
    return (text.identity.family, text.identity.anchor) if text.identity.anchor else None


def content(text: Text) -> Hashable:
    """Question and answer, operators included."""
    return content_of(text.note, text.identity)


def normed(text: Text) -> Hashable:
    """The norm of question and answer."""
    identity = text.identity
    if not identity.question_key:
        return None
    return identity.family, identity.question_key, identity.answer_norm


def complete_content(text: Text) -> Hashable:
    """The content of notes that say enough to be found again in any file: drafts do not."""
    return content(text) if _complete(text) else None


def complete_normed(text: Text) -> Hashable:
    """The norm of such notes."""
    return normed(text) if _complete(text) else None


def question_as_written(text: Text) -> Hashable:
    """The question, operators included, without numbering."""
    return (text.identity.family, *text.identity.question_print)


def question_key(text: Text) -> Hashable:
    """The norm of the question without numbering."""
    return (text.identity.family, text.identity.question_key) if text.identity.question_key else None


def long_answer(text: Text) -> Hashable:
    """The norm of an answer that is long enough to belong to one question only."""
    answer = text.identity.answer_norm
    return (text.identity.family, answer) if len(answer) >= _LONG_ANSWER else None


def _complete(text: Text) -> bool:
    return bool(text.identity.answer or text.note.deletions)

"""What a note is known by, and the ids that are minted from it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from quiz.cards import CardId, Kind, NoteId, norm
from quiz.cues import facets

if TYPE_CHECKING:
    from collections.abc import Container

    from quiz.cards import Note


class Family(StrEnum):
    """Notes are the same only within a family: a task never becomes a card."""

    CARD = "card"
    CHECKLIST = "checklist"
    TIP = "tip"
    CONTEXT = "context"


_FAMILIES = {
    Kind.TASK: Family.CHECKLIST,
    Kind.CHALLENGE: Family.CHECKLIST,
    Kind.TIP: Family.TIP,
    Kind.OVERVIEW: Family.CONTEXT,
    Kind.OTHER: Family.CONTEXT,
}

_PLACEHOLDER = re.compile(
    r"^[\W_]*(?:todo|tbd|to be completed|answer here)[\W_]*$", re.IGNORECASE | re.MULTILINE
)
_MAYBE_PLACEHOLDER = re.compile("todo|tbd|to be completed|answer here", re.IGNORECASE)
# A tag that stands in backticks is what the text speaks of, not how it looks
_LOOKS = re.compile(r"(?<!`)</?(?:code|b|strong|i|em|u|s|sub|sup|kbd|br|p)\s*/?>(?!`)", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^[\s*_]*(?:(?:question|q)\s*#?\s*\d{1,4}\s*\\?[.):]|\d{1,4}\\?[.)])(?=[\s*_])[\s*_]*", re.IGNORECASE
)
# norm drops these, but `a && b` is not `a || b`
_OPERATORS = re.compile(r"[&|!=<>$%^~@/]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """The text by which a note is recognised, without attributes, placeholders and the looks of HTML.

    Attributes:
        question: Of a challenge the challenge and not its level, of a cloze the text with nothing hidden.
        answer: Of choices the options with their ticks, then the explanation. Empty for a draft.
        question_norm: ``norm`` of the question.
        question_key: The same without leading numbering such as ``Q12.`` or ``12)``.
    """

    file: str
    kind: Kind
    family: Family
    question: str
    answer: str
    question_norm: str
    question_key: str
    answer_norm: str
    anchor: str | None

    @classmethod
    def of(cls, note: Note) -> Identity:
        """The identity of a note as read or as stored."""
        family = _FAMILIES.get(note.kind, Family.CARD)
        return cls(note.file, note.kind, family, *_texts(_question(note), _answer(note)), note.anchor or None)

    @property
    def question_print(self) -> tuple[str, str]:
        """The question key with the operators that norm drops: equal only if nothing but layout differs."""
        return self.question_key, _operators(self.question)

    @property
    def content(self) -> tuple[str, str, str, str]:
        """Question and answer, each with the operators that norm drops; numbering is no content."""
        return *self.question_print, self.answer_norm, _operators(self.answer)


# A sync asks for the identity of each note several times
@lru_cache(maxsize=1 << 16)
def _texts(question: str, answer: str) -> tuple[str, str, str, str, str]:
    """Question and answer without their looks, then question norm, question key and answer norm."""
    question = _without_looks(question)
    if _MAYBE_PLACEHOLDER.search(answer):
        answer = _PLACEHOLDER.sub("", answer)
    answer = _without_looks(answer).strip()
    question_norm = norm(question)
    unnumbered = _NUMBERING.sub("", question, count=1)
    question_key = question_norm if unnumbered == question else norm(unnumbered) or question_norm
    return question, answer, question_norm, question_key, norm(answer)


def _without_looks(text: str) -> str:
    return _LOOKS.sub(" ", text) if "<" in text else text


def _question(note: Note) -> str:
    if note.kind is Kind.CHALLENGE:
        return note.answer or note.prompt
    if note.kind is Kind.CLOZE:
        return _uncovered(note)
    return note.prompt


def _answer(note: Note) -> str:
    if note.kind is Kind.CHALLENGE:
        return ""
    if note.choices:
        options = (f"[{'x' if choice.correct else ' '}] {choice.text}" for choice in note.choices)
        return "\n".join((*options, note.explanation))
    return note.answer


def _uncovered(note: Note) -> str:
    """The text of a cloze with nothing hidden."""
    parts, position = [], 0
    for deletion in sorted(note.deletions, key=lambda deletion: deletion.start):
        parts += [note.prompt[position : deletion.start], deletion.text]
        position = deletion.end
    return "".join(parts) + note.prompt[position:]


def _operators(text: str) -> str:
    return "".join(_OPERATORS.findall(text))


def shares_places(note: Note) -> bool:
    """Whether equal notes in two files are one card with two places.

    Drafts are not: the same bare question means different things in different decks. Nor are checklists, which
    are ticked off deck by deck. A cloze holds its answer in its text.
    """
    return is_shared(note, Identity.of(note))


def is_shared(note: Note, identity: Identity) -> bool:
    """The same, if the identity is known already."""
    return identity.family is Family.CARD and bool(identity.answer or note.deletions)


def content_key(note: Note) -> str:
    """A key that notes of equal content share, whatever file they stand in: to be indexed.

    Equal keys make one card of two places only where ``shares_places`` says so.
    """
    return _digest(*content_of(note, Identity.of(note)))


def content_of(note: Note, identity: Identity) -> tuple[str, ...]:
    """What equal notes share; of a cloze also what it hides."""
    hidden = sorted(facets(note)) if note.deletions else ()
    return (identity.family, *identity.content, *hidden)


def question_hash(note: Note) -> str:
    """A key that notes with the same question share, numbered or not: to be indexed."""
    identity = Identity.of(note)
    return _digest(identity.family, identity.question_key)


def _digest(*parts: str) -> str:
    return base32("\0".join(parts))


def base32(text: str) -> str:
    """The first 16 bytes of the SHA-256 of a text: 26 characters, lower case."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def mint(path: str, kind: str, question_key: str, occurrence: int, taken: Container[str] = ()) -> NoteId:
    """The id of a note that is seen for the first time.

    It follows from the place and the question, so that two machines which first see the same file agree. It is
    never computed again.

    Args:
        path: Relative to the source.
        kind: As a word, ``qa``.
        question_key: ``Identity.question_key``.
        occurrence: How many notes with the same path, kind and key stand before it.
        taken: Ids in use; the occurrence counts up past them.
    """
    while (minted := base32(f"{path}\0{kind}\0{question_key}\0{occurrence}")) in taken:
        occurrence += 1
    return NoteId(minted)


def card_id(note_id: NoteId, facet: str, taken: Container[str] = ()) -> CardId:
    """The id of a card that is seen for the first time.

    ``taken`` matters only to clozes: a facet that was renamed keeps its id, and its old name may come again.
    """
    minted, occurrence = base32(f"{note_id}\0{facet}"), 0
    while minted in taken:
        occurrence += 1
        minted = base32(f"{note_id}\0{facet}\0{occurrence}")
    return CardId(minted)

"""Which cards a note yields, and what each of them asks and answers."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind, norm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.cards import Card, Deletion, Note
    from quiz.code_cloze import Part

FORWARD = "fwd"
REVERSE = "rev"
OPTION = "option:"
"""Begins the facets that hide one part of a command."""


@dataclass(frozen=True, slots=True)
class Faces:
    """The two sides of a card as markdown."""

    front: str
    back: str


def facets(note: Note) -> tuple[str, ...]:
    """The facets of a note in order; its position here is the card's ordinal at first sight.

    The facets of clozes and of options are named after the hidden text and not its position, so that adding, removing
    or reordering others leaves them as they are.
    """
    if not note.kind.studied:
        return ()
    if note.kind is Kind.CLOZE:
        return tuple(facet for facet, _ in cloze_groups(note))
    whole = (FORWARD, REVERSE) if note.both and note.answer else (FORWARD,)
    return whole + tuple(_options(note)) if note.options else whole


def cloze_groups(note: Note) -> Iterator[tuple[str, tuple[Deletion, ...]]]:
    """Facets of a cloze note, each with the deletions that it hides."""
    groups: dict[str, list[Deletion]] = {}
    for number, deletion in enumerate(note.deletions):
        groups.setdefault(deletion.group or f"\0{number}", []).append(deletion)
    seen: Counter[str] = Counter()
    for hidden in groups.values():
        text = " ".join(norm(deletion.text) or deletion.text for deletion in hidden)
        yield _facet("cloze:", text, seen), tuple(hidden)


def _options(note: Note) -> dict[str, Part]:
    """Facets of a note whose answer is a command, each with the part that it hides."""
    # few decks ask for these, and what reads commands takes its time to load
    from quiz.code_cloze import parts  # noqa: PLC0415

    seen: Counter[str] = Counter()
    return {_facet(OPTION, part.text, seen): part for part in parts(note.answer, note.prompt)}


def _facet(kind: str, hidden: str, seen: Counter[str]) -> str:
    digest = hashlib.sha256(hidden.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    seen[digest] += 1
    return f"{kind}{digest}#{seen[digest]}"


def hidden_text(note: Note, facet: str) -> str:
    """What a card hides of a text or a command, as it is to be typed; empty if it is an answer as a whole."""
    if facet.startswith(OPTION):
        part = _options(note).get(facet)
        return part.text if part else ""
    return " ".join(deletion.text for deletion in dict(cloze_groups(note)).get(facet, ()))


def faces(note: Note, facet: str = FORWARD) -> Faces:
    """What a card asks and what it answers."""
    if facet.startswith("cloze:"):
        return _cloze_faces(note, facet)
    if facet.startswith(OPTION):
        return _option_faces(note, facet)
    if note.kind is Kind.CHOICE:
        options = "\n".join(f"- {choice.text}" for choice in note.choices)
        right = "\n".join(f"- {choice.text}" for choice in note.choices if choice.correct)
        return Faces(f"{note.prompt}\n\n{options}", f"{right}\n\n{note.explanation}".rstrip())
    if facet == REVERSE:
        return Faces(note.answer, note.prompt)
    return Faces(note.prompt, note.answer)


def faces_of(card: Card) -> Faces:
    """What a card of the collection asks and answers."""
    return faces(card.note, card.facet)


def _cloze_faces(note: Note, facet: str) -> Faces:
    hidden = dict(cloze_groups(note)).get(facet, ())
    front, back, position = [], [], 0
    for deletion in note.deletions:
        before = note.prompt[position : deletion.start]
        position = deletion.end
        front += [before, f"[{deletion.hint or '…'}]" if deletion in hidden else deletion.text]
        back += [before, _emphasised(deletion.text) if deletion in hidden else deletion.text]
    rest = note.prompt[position:]
    return Faces("".join(front) + rest, "".join(back) + rest + (f"\n\n{note.answer}" if note.answer else ""))


def _option_faces(note: Note, facet: str) -> Faces:
    from quiz.code_cloze import covered  # noqa: PLC0415 - see _options

    part = _options(note).get(facet)
    return Faces(f"{note.prompt}\n\n{covered(note.answer, part)}" if part else note.prompt, note.answer)


def _emphasised(text: str) -> str:
    return text if set(text) & set("*_`\n") or text != text.strip() else f"**{text}**"

"""Which cards a note yields, and what each of them asks and answers."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Kind, norm
from quiz.cues.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.cards import Card, Deletion, Note
    from quiz.code_cloze import Part
    from quiz.cues.gaps import Gap

FORWARD = "fwd"
REVERSE = "rev"
OPTION = "option:"
"""Begins the facets that hide one part of a command."""
GAP = "gap:"
"""Begins the facets that hide one line of code, or its value."""


_WITH_GAPS = frozenset({Kind.QA, Kind.CHEATSHEET})


@dataclass(frozen=True, slots=True)
class Faces:
    """The two sides of a card as markdown."""

    front: str
    back: str


def facets(note: Note) -> tuple[str, ...]:
    """The facets of a note in order; its position here is the card's ordinal at first sight.

    The facets of clozes, options and gaps are named after the hidden text and not its position, so that adding,
    removing or reordering others leaves them as they are. A note with gaps is not asked as a whole.
    """
    if not note.studied:
        return ()
    if note.kind is Kind.CLOZE:
        return tuple(facet for facet, _ in cloze_groups(note))
    if found := gaps_of(note):
        return tuple(found)
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


def gaps_of(note: Note) -> dict[str, Gap]:
    """Facets of a note whose code has gaps, each with its gap; none of any other note."""
    if note.kind not in _WITH_GAPS or "(!)" not in note.answer:
        return {}
    from quiz.cues.gaps import marked  # noqa: PLC0415 - few notes have some

    seen: Counter[str] = Counter()
    return {_facet(GAP, gap.name, seen): gap for gap in marked(note.answer).gaps}


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
    """What a card hides of a text or of code, as it is to be typed; empty if it is an answer as a whole."""
    if facet.startswith(GAP):
        gap = gaps_of(note).get(facet)
        return gap.text if gap else ""
    if facet.startswith(OPTION):
        part = _options(note).get(facet)
        return part.text if part else ""
    return " ".join(deletion.text for deletion in dict(cloze_groups(note)).get(facet, ()))


def asked(note: Note, facet: str = FORWARD) -> str:
    """What a card asks of a person, as markdown: a sentence, and the text or code with a gap if it has one."""
    if facet.startswith("cloze:"):
        return _cloze_faces(note, facet).front
    if facet.startswith((OPTION, GAP)):
        return "\n\n".join(filter(None, [sentence(note), _covered(note, facet)]))
    return answer_shown(note) if facet == REVERSE else sentence(note)


def as_written(note: Note, facet: str = FORWARD) -> str:
    """What a card asks in the words of its author, without a sentence made of them."""
    front, made = faces(note, facet).front, sentence(note)
    is_made = facet == FORWARD or facet.startswith((OPTION, GAP))
    return note.prompt + front.removeprefix(made) if is_made and front.startswith(made) else front


def hides_parts(note: Note) -> bool:
    """Whether its cards hide parts of one text, as the notes that Anki calls clozes do."""
    return note.kind is Kind.CLOZE or bool(gaps_of(note))


def faces(note: Note, facet: str = FORWARD, *, in_words: bool = False) -> Faces:
    """What a card asks and what it answers, for a person.

    Args:
        note: Its note.
        facet: Which question of the note it asks.
        in_words: For those who listen: a word stands for each sign.
    """
    if facet.startswith("cloze:"):
        return _cloze_faces(note, facet)
    if note.kind is Kind.CHOICE:
        options = "\n".join(f"- {choice.text}" for choice in note.choices)
        right = "\n".join(f"- {choice.text}" for choice in note.choices if choice.correct)
        return Faces(f"{asked(note)}\n\n{options}", f"{right}\n\n{note.explanation}".rstrip())
    shown = answer_shown(note, in_words=in_words)
    return Faces(shown, note.prompt) if facet == REVERSE else Faces(asked(note, facet), shown)


def faces_of(card: Card, *, in_words: bool = False) -> Faces:
    """What a card of the collection asks and answers; see `faces`."""
    return faces(card.note, card.facet, in_words=in_words)


def asked_of(card: Card) -> str:
    """What a card of the collection asks, as it is read; see `asked` and `as_read`."""
    return as_read(asked(card.note, card.facet))


def as_read(markdown: str) -> str:
    """Markdown as a person reads it: links between notes are their texts, and harmless HTML its markdown equals."""
    if "<" not in markdown and "[[" not in markdown and "^" not in markdown:
        return markdown
    from quiz.cues.inline import inline_html_to_markdown  # noqa: PLC0415 - few texts have some

    return inline_html_to_markdown(markdown)


def answer_of(note: Note) -> str:
    """The answer of a note without the marks of its gaps; what marks its points is in it."""
    if note.kind not in _WITH_GAPS or "(!)" not in note.answer:
        return note.answer
    from quiz.cues.gaps import marked  # noqa: PLC0415 - see gaps_of

    return marked(note.answer).answer


def answer_shown(note: Note, *, in_words: bool = False) -> str:
    """The answer of a note for a person; see `faces`."""
    if "(!)" not in note.answer and "(x)" not in note.answer:
        return note.answer
    from quiz.cues.points import drawn  # noqa: PLC0415 - few answers have marks

    return drawn(answer_of(note), in_words=in_words)


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


def _covered(note: Note, facet: str) -> str:
    """The code of a note with what a card hides, as markdown; empty if there is no such thing in it any more."""
    if facet.startswith(GAP):
        gap = gaps_of(note).get(facet)
        return gap.covered() if gap else ""
    from quiz.code_cloze import covered  # noqa: PLC0415 - see _options

    part = _options(note).get(facet)
    return covered(note.answer, part) if part else ""


def _emphasised(text: str) -> str:
    return text if set(text) & set("*_`\n") or text != text.strip() else f"**{text}**"

"""Notes of Anki as blocks of markdown, each of which dquiz reads back as exactly the card that it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.cards import Kind, Note
from quiz.cues import FORWARD, REVERSE, cloze_groups
from quiz.importers.anki.writing import visible
from quiz.importers.anki.writing.apart import one_by_one
from quiz.importers.anki.writing.fields import Version, read_field
from quiz.importers.anki.writing.layout import indented
from quiz.importers.anki.writing.sides import Sides, sides, swap
from quiz.importers.anki.writing.signs import UnwritableError
from quiz.importers.anki.writing.tags import note_tags
from quiz.notes import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from quiz.importers.anki.values import AnkiNote

_FIRST, _LAST, _NOWHERE = "first", "last", "nowhere"
# Versions of the question and of the answer
_ATTEMPTS = ((0, 0), (1, 0), (1, 1), (1, 2), (2, 1), (2, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCard:
    """Which dquiz card a card of Anki becomes.

    Attributes:
        ordinal: Of Anki's card.
        block: An index into the blocks of the note.
        facet: As :mod:`quiz.cards` names it.
    """

    ordinal: int
    block: int
    facet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNote:
    """A note of Anki as markdown.

    Attributes:
        blocks: One dquiz note each, without blank lines around it; none if the note cannot be written.
        notes: As dquiz reads the blocks.
        cards: In the order of their ordinals; a card that is missing is among the problems.
        media: Names of files of the package that the blocks refer to.
        problems: What was changed or left out, in words.
        fields: How many fields the blocks show.
        fenced: How many of them stand there as code, since no markdown shows what they do.
    """

    blocks: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    cards: tuple[WrittenCard, ...] = ()
    media: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    fields: int = 0
    fenced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a block is to ask.

    Attributes:
        facets: By the ordinal of Anki's card; empty for a cloze, whose facets follow from its text.
    """

    front: tuple[int, ...]
    back: tuple[int, ...]
    facets: Mapping[int, str]
    typed: bool = False
    both: bool = False
    cloze: bool = False


def write_note(note: AnkiNote, media: Mapping[str, str], *, both: bool = True) -> WrittenNote:
    """Write a note.

    Args:
        note: Of a package.
        media: Names of the package's files → where they will stand, relative to the deck's file. Only these become
            pictures and links.
        both: Two cards that ask the same in both directions may be one block. Where another block asks it in one
            direction they may not: dquiz would take the two for one.
    """
    written = _together(note, media, both=both)
    missing = {card.ordinal for card in note.cards} - {card.ordinal for card in written.cards}
    if not missing or not (note.type.cloze and note.type.templates):
        return written
    for alike, ways in one_by_one(note, missing):
        found = next((way for each in ways if (way := _together(each, media)).cards), None)
        cards = ", ".join(str(ordinal + 1) for ordinal in alike)
        problems = []
        if found:
            written = _joined(written, found, alike)
            problems += [f"cards {cards} ask the same here: they become one"] * (len(alike) > 1)
        else:
            reason = "dquiz would not read it as it is" if ways else "no deletion has its number"
            problems.append(f"card {cards} is left out: {reason}")
        written = replace(written, problems=(*written.problems, *problems))
    return written


def _together(note: AnkiNote, media: Mapping[str, str], *, both: bool = False) -> WrittenNote:
    try:
        return _Writer(note, media, both=both).written()
    except UnwritableError as error:
        return WrittenNote(problems=(f"its cards cannot stand in one note: {error}",))


def _joined(written: WrittenNote, apart: WrittenNote, ordinals: Iterable[int]) -> WrittenNote:
    """A note and the one card of it that is written apart, which may be several in Anki."""
    (card,) = apart.cards
    block = card.block + len(written.blocks)
    cards = [WrittenCard(ordinal=ordinal, block=block, facet=card.facet) for ordinal in ordinals]
    return WrittenNote(
        blocks=written.blocks + apart.blocks,
        notes=written.notes + apart.notes,
        cards=tuple(sorted((*written.cards, *cards), key=lambda card: card.ordinal)),
        media=written.media | apart.media,
        problems=tuple(dict.fromkeys(written.problems + apart.problems)),
        fields=written.fields + apart.fields,
        fenced=written.fenced + apart.fenced,
    )


class _Writer:
    """Writes one note."""

    def __init__(self, note: AnkiNote, media: Mapping[str, str], *, both: bool) -> None:
        self._note = note
        self._both = both
        clozes = self._cloze_fields()
        self._fields = [
            read_field(source, media, cloze=index in clozes) for index, source in enumerate(note.fields)
        ]
        self._tags, self._problems = note_tags(note.tags)
        self._blocks: list[str] = []
        self._notes: list[Note] = []
        self._cards: list[WrittenCard] = []
        self._shown: dict[int, bool] = {}

    def written(self) -> WrittenNote:
        """The note, as far as it can be written."""
        for plans in self._plans():
            self._write(plans)
        return WrittenNote(
            blocks=tuple(self._blocks),
            notes=tuple(self._notes),
            cards=tuple(sorted(self._cards, key=lambda card: card.ordinal)),
            media=frozenset().union(*(self._fields[index].media for index in self._shown)),
            problems=(*self._problems, *self._field_problems()),
            fields=len(self._shown),
            fenced=sum(self._shown.values()),
        )

    def _field_problems(self) -> Iterator[str]:
        for index, is_fenced in self._shown.items():
            name = self._note.type.fields[index]
            yield from (f"field {name}: {problem}" for problem in self._fields[index].problems)
            if is_fenced:
                yield f"field {name}: written as code, since no markdown shows the same"

    # --- what is asked ---------------------------------------------------------------------------------------------

    def _cloze_fields(self) -> frozenset[int]:
        note_type = self._note.type
        if not note_type.cloze or not note_type.templates:
            return frozenset()
        return sides(note_type, note_type.templates[0], range(len(note_type.fields))).cloze

    def _plans(self) -> Iterator[list[list[_Asked]]]:
        """For each group of cards the ways to ask them, the best first."""
        note_type, cards = self._note.type, self._note.cards
        filled = {index for index, read in enumerate(self._fields) if read.versions}
        shown = [sides(note_type, template, filled) for template in note_type.templates]
        asking = [shown[card.ordinal] for card in cards if card.ordinal < len(shown)]
        if any(side.computed for side in asking):
            self._problems.append("its cards are computed: the text of the fields is taken as it is")
        if note_type.cloze:
            if shown:
                yield [[_Asked(front=shown[0].front, back=shown[0].back, facets={}, cloze=True)]]
            return
        single = [_asked(card.ordinal, shown[card.ordinal]) for card in cards if card.ordinal < len(shown)]
        if self._both and len(shown) == len(single) == 2 and swap(*shown):  # noqa: PLR2004 - there and back
            both = _Asked(
                front=shown[0].front,
                back=shown[0].back,
                facets={0: FORWARD, 1: REVERSE},
                typed=shown[0].typed,
                both=True,
            )
            yield [[both], single]
        else:
            yield from ([[asked]] for asked in single)

    def _write(self, plans: list[list[_Asked]]) -> None:
        """Write by the first plan of which every block is read back as it is meant, or what the last one gives."""
        for number, plan in enumerate(plans, 1):
            blocks = [self._block(asked) if self._asks(asked) else None for asked in plan]
            if number == len(plans) or all(blocks):
                for asked, block in zip(plan, blocks, strict=True):
                    self._add(asked, block)
                return

    def _asks(self, asked: _Asked) -> bool:
        return bool(asked.front) and (not asked.cloze or any(self._fields[n].deletions for n in asked.front))

    def _add(self, asked: _Asked, block: _Block | None) -> None:
        cards = ", ".join(str(ordinal + 1) for ordinal in asked.facets)
        who = f"card {cards}" if cards else "the note"
        if block is None:
            if not asked.cloze:
                reason = "dquiz would not read it as it is" if self._asks(asked) else "nothing is asked"
                self._problems.append(f"{who} is left out: {reason}")
            return
        place = next((n for n, other in enumerate(self._notes) if _same(block.note, other)), len(self._notes))
        facets = _cloze_facets(block.note) if asked.cloze else asked.facets
        wanted = {card.ordinal for card in self._note.cards} & facets.keys()
        self._cards += [
            WrittenCard(ordinal=ordinal, block=place, facet=facets[ordinal]) for ordinal in wanted
        ]
        if place < len(self._notes):
            first = next(card for card in self._cards if card.block == place)
            self._problems.append(f"{who} asks the same as card {first.ordinal + 1}: they become one")
            return
        self._problems += [f"{who}: there is no place for its tags"] * block.untagged
        self._blocks.append(block.text)
        self._notes.append(block.note)
        for index in (*asked.front, *asked.back):
            self._shown[index] = self._shown.get(index, False) or index in block.fenced

    # --- blocks ----------------------------------------------------------------------------------------------------

    def _block(self, asked: _Asked) -> _Block | None:
        """The best block that is read back as what is asked."""
        attributes = [*self._tags, *["both"] * asked.both, *["typed"] * asked.typed]
        tried: set[str] = set()
        for attempt in _ATTEMPTS:
            front = self._versions(asked.front, attempt[0])
            back = self._versions(asked.back, attempt[1])
            for place in (_LAST, _FIRST, _NOWHERE) if attributes else (_NOWHERE,):
                suffix = "" if place == _NOWHERE else "".join(f" #{name}" for name in attributes)
                text = _text(front, back, mark="C:" if asked.cloze else "Q:", suffix=suffix, place=place)
                if text in tried:
                    continue
                tried.add(text)
                found = _read_back(text)
                if found and self._is_right(found, asked, front, back, tagged=bool(suffix)):
                    versions = zip((*asked.front, *asked.back), (*front, *back), strict=True)
                    fenced = frozenset(index for index, version in versions if version.code)
                    return _Block(text, found, untagged=bool(attributes) and not suffix, fenced=fenced)
        return None

    def _versions(self, indexes: Sequence[int], attempt: int) -> list[Version]:
        versions = (self._fields[index].versions for index in indexes)
        return [each[min(attempt, len(each) - 1)] for each in versions]

    def _is_right(
        self, found: Note, asked: _Asked, front: list[Version], back: list[Version], *, tagged: bool
    ) -> bool:
        """Whether a block was read as what is asked, with the text that the fields show."""
        tags, typed, both = (self._tags, asked.typed, asked.both) if tagged else ((), False, False)
        if (found.tags, found.typed, found.both, found.anchor) != (tags, typed, both, None):
            return False
        if both != asked.both or found.draft != (not back and not asked.cloze):
            return False
        answer = " ".join(self._fields[index].text for index in asked.back)
        if not _shows(found.answer, back, answer):
            return False
        text = " ".join(self._fields[index].text for index in asked.front)
        if asked.cloze:
            hinted = " ".join(self._fields[index].asked for index in asked.front)
            count = sum(self._fields[index].deletions for index in asked.front)
            return len(found.deletions) == count and _reveals(found, text, hinted)
        # "True or false?" is read as a choice of the two
        is_asked = found.kind is Kind.QA or (found.kind is Kind.CHOICE and not both)
        return is_asked and _shows(found.prompt, front, text)


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that was read back as what is asked.

    Attributes:
        untagged: No tags could be written.
        fenced: Positions of the fields that stand there as code.
    """

    text: str
    note: Note
    untagged: bool
    fenced: frozenset[int]


def _asked(ordinal: int, shown: Sides) -> _Asked:
    return _Asked(front=shown.front, back=shown.back, facets={ordinal: FORWARD}, typed=shown.typed)


def _text(front: list[Version], back: list[Version], *, mark: str, suffix: str, place: str) -> str:
    """A block: short ones as two lines at the margin, others as a list item, inside which anything may stand."""
    question, answer = _behind(mark, front), _behind("A:", back) if back else []
    at = len(question) - 1 if place == _LAST else 0
    question[at] += suffix
    # a question that nothing answers would end with its first paragraph in a list item
    is_draft = not answer and mark == "Q:"
    if is_draft or (len(question) == 1 and len(answer) <= 1):
        return "\n".join(question + answer)
    blank = [""] if answer and "" in (*question, *answer) else []
    return "\n".join(indented([*question, *blank, *answer], "- "))


def _behind(mark: str, versions: list[Version]) -> list[str]:
    """The lines of a side behind its mark."""
    lines: list[str] = []
    for version in versions:
        lines += [""] * bool(lines) + list(version.lines)
    if versions and versions[0].inline:
        return [f"{mark} {lines[0]}", *lines[1:]]
    return [mark, "", *lines]


def _read_back(text: str) -> Note | None:
    """The one note of a block."""
    deck = parse(text.encode(), file="deck.md", deck="deck")
    return deck.notes[0] if len(deck.notes) == 1 and not deck.problems else None


def _shows(markdown: str, versions: list[Version], text: str) -> bool:
    """Whether markdown shows a text; it does if it is what was found to do so before."""
    written = "\n\n".join("\n".join(version.lines) for version in versions)
    return markdown == written or visible.folded(visible.of_markdown(markdown)) == visible.folded(text)


def _reveals(note: Note, text: str, hinted: str) -> bool:
    """Whether a cloze shows a text with everything revealed, and the other with everything hidden."""
    shown, asked, position = [], [], 0
    for deletion in note.deletions:
        before = note.prompt[position : deletion.start]
        shown += [before, deletion.text]
        asked += [before, f"[{deletion.hint or '…'}]"]
        position = deletion.end
    revealed, hidden = (
        visible.folded(visible.of_markdown("".join([*parts, note.prompt[position:]])))
        for parts in (shown, asked)
    )
    # blanks at the edge of a deletion were moved out of it
    return revealed == visible.folded(text) and "".join(hidden.split()) == "".join(
        visible.folded(hinted).split()
    )


def _cloze_facets(note: Note) -> dict[int, str]:
    return {int(hidden[0].group) - 1: facet for facet, hidden in cloze_groups(note)}


def _same(one: Note, other: Note) -> bool:
    """Whether dquiz takes two notes of a file for one."""
    return all(
        a.casefold().split() == b.casefold().split()
        for a, b in ((one.prompt, other.prompt), (one.answer, other.answer))
    )

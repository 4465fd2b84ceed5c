"""Anki packages: the notes of a collection as a file that Anki imports and recognises when it comes again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exporters.anki.fields import Fields, render, source
from exporters.anki.names import ANKI_RETIRED_TAG, RETIRED_TAG, deck_name, deck_number, tag_names
from exporters.anki.notetypes import DQUIZ, DQUIZ_CLOZE
from exporters.anki.package import FIELD_END, NEW, SUSPENDED, AnkiPackage, CardRow, NoteRow
from exporters.report import ExportReport
from quiz.cards import REVERSE, Card, CollectedDeck, CollectedNote, Kind, Note, Problem, content_hash, facets
from quiz.errors import MissingError, QuizError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping, Sequence
    from pathlib import Path

# How far before its note's number a sibling is looked for: where the notes made with it are not
_SIBLING_MS = 7_654_321


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to export; each field is an option of the command."""

    scheduling: bool = field(default=True, metadata={"help": "Carry what the scheduler knows of each card."})
    prefix: str = field(default="", metadata={"help": "Put all decks below this one, for example dquiz."})


def export(
    decks: Sequence[CollectedDeck],
    out: Path,
    options: Options,
    rendered: MutableMapping[str, str] | None = None,
) -> ExportReport:
    """Write an Anki package.

    Args:
        decks: In the order in which their new cards are to be learned.
        out: Replaced only when the package is complete.
        options: See there.
        rendered: Fields kept from earlier exports: read before rendering, filled with what was rendered.

    Raises:
        MissingError: The folder of ``out`` is missing.
        QuizError: There is nothing to export, or the file cannot be written.
    """
    _check_target(out)
    packing = _Packing(decks, options, {} if rendered is None else rendered)
    if not packing.notes:
        raise QuizError(_nothing(packing.drafts))
    package = AnkiPackage((DQUIZ, DQUIZ_CLOZE), packing.decks, packing.notes, packing.cards)
    try:
        package.write(out)
    except OSError as error:
        raise QuizError(f"{out}: cannot be written: {error.strerror or error}") from error
    return packing.report(out)


# where the command looks for what to offer as options
export.options = Options  # type: ignore[attr-defined]


class _Packing:
    """The notes of a collection on their way into a package, numbered as they come."""

    def __init__(
        self, decks: Sequence[CollectedDeck], options: Options, rendered: MutableMapping[str, str]
    ) -> None:
        self.options = options
        self.rendered = rendered
        self.decks: dict[int, str] = {}
        self.notes: list[NoteRow] = []
        self.cards: list[CardRow] = []
        self.problems: list[Problem] = []
        self.drafts = self.retired = self.left_out = self.progressed = 0
        # the first card of a note has the note's number, so no other card may take one of these
        self._card_ids = {collected.created_ms for deck in decks for collected in deck.notes}
        for deck in decks:
            self._add_deck(deck)

    def report(self, out: Path) -> ExportReport:
        """What was packed."""
        return ExportReport(
            path=out,
            decks=len(self.decks),
            notes=len(self.notes),
            cards=len(self.cards),
            drafts=self.drafts,
            retired=self.retired,
            left_out=self.left_out,
            problems=tuple(self.problems),
            remarks=tuple(self._remarks(out)),
        )

    def _add_deck(self, deck: CollectedDeck) -> None:
        number = None
        for collected in sorted(deck.notes, key=_place):
            if collected.note.draft:
                self.drafts += 1
            elif collected.note.kind.studied:
                numbers = _numbers(collected)
                fields = self._fields(collected.note, numbers)
                if not fields.first:
                    self.left_out += 1
                    continue
                number = number or self._deck(deck.name)
                self._add_note(collected, fields, REVERSE in numbers)
                self._add_cards(collected, numbers, number)

    def _fields(self, note: Note, numbers: Mapping[str, int]) -> Fields:
        # the numbers of deletions are no part of the content, but they are of the text
        key = f"{content_hash(note)}:{','.join(map(str, numbers.values()))}"
        if known := self.rendered.get(key):
            fields = Fields.load(known)
        else:
            fields = render(note, numbers)
            self.rendered[key] = fields.dump()
        self.problems += _problems(note, fields)
        return fields

    def _add_note(self, collected: CollectedNote, fields: Fields, reverse: bool) -> None:
        note = collected.note
        retired = _is_retired(collected)
        self.retired += retired
        self.progressed += any(card.schedule.reps for card in collected.cards)
        tags = tag_names((*note.tags, RETIRED_TAG) if retired else note.tags)
        row = NoteRow(
            id=collected.created_ms,
            guid=f"dq-{collected.id}",
            type_id=DQUIZ_CLOZE.id if note.kind is Kind.CLOZE else DQUIZ.id,
            mod=collected.mod,
            tags=f" {' '.join(tags)} " if tags else "",
            fields=FIELD_END.join(_values(note, fields, reverse=reverse)),
        )
        self.notes.append(row)

    def _add_cards(self, collected: CollectedNote, numbers: Mapping[str, int], deck: int) -> None:
        """Add the rows that the note's fields ask for: Anki makes none that are missing."""
        known = {card.facet: card for card in collected.cards}
        for facet, number in numbers.items():
            card = known.get(facet)
            carried = card if self.options.scheduling else None
            row = CardRow(
                id=self._card_id(collected, card, number),
                note=collected.created_ms,
                deck=deck,
                number=number,
                mod=collected.mod,
                queue=SUSPENDED if carried and (carried.suspended or carried.retired) else NEW,
                due=len(self.notes),
                flag=carried.flag if carried else 0,
            )
            self.cards.append(row)

    def _card_id(self, collected: CollectedNote, card: Card | None, number: int) -> int:
        if card and card.created_ms:
            return card.created_ms
        card_id = collected.created_ms - number * _SIBLING_MS
        while number and card_id in self._card_ids:
            card_id += 1
        self._card_ids.add(card_id)
        return card_id

    def _deck(self, name: str) -> int:
        name = deck_name(name, self.options.prefix)
        number = deck_number(name)
        while self.decks.setdefault(number, name).casefold() != name.casefold():
            number += 1
        return number

    def _remarks(self, out: Path) -> Iterator[str]:
        if out.suffix.lower() != ".apkg":
            yield f"Anki opens only files whose names end in .apkg: rename {out.name} before importing it."
        if self.options.scheduling and self.progressed:
            yield "All cards are exported as new: reviews and due dates are not carried to Anki yet."
        if self.retired:
            yield f"In Anki, notes that are gone from your files have the tag {ANKI_RETIRED_TAG}."


def _numbers(collected: CollectedNote) -> dict[str, int]:
    """Anki's number, from 0, of each card that the note yields; a deletion keeps the number it once got."""
    wanted = facets(collected.note)
    if collected.note.kind is not Kind.CLOZE:
        return {facet: int(facet == REVERSE) for facet in wanted}
    numbers = {
        card.facet: place if card.ordinal is None else card.ordinal
        for place, card in enumerate(collected.cards)
    }
    for facet in wanted:
        numbers.setdefault(facet, 1 + max(numbers.values(), default=-1))
    return {facet: numbers[facet] for facet in wanted}


def _is_retired(collected: CollectedNote) -> bool:
    return bool(collected.cards) and all(card.retired for card in collected.cards)


def _problems(note: Note, fields: Fields) -> Iterator[Problem]:
    for picture in fields.pictures:
        message = f"picture left out, its description stands in its place: {picture}"
        yield Problem(note.file, note.line, "W701", message)
    if not fields.first:
        message = "nothing of this question can be shown, so the note is left out"
        yield Problem(note.file, note.line, "W702", message)
    if fields.literal:
        message = "a deletion cuts through markup, so the text is shown as written"
        yield Problem(note.file, note.line, "W703", message)


def _place(collected: CollectedNote) -> tuple[str, int]:
    return collected.note.file, collected.note.line


def _values(note: Note, fields: Fields, *, reverse: bool) -> tuple[str, ...]:
    """The fields in the order of the note's type, the spare ones empty."""
    values = [fields.first, fields.second]
    if note.kind is not Kind.CLOZE:
        values += [fields.typed, "1" if reverse else ""]
    return (*values, fields.context, source(note), "", "", "")


def _check_target(out: Path) -> None:
    if out.is_dir():
        raise UsageError(f"{out} is a folder: name the file to write, for example {out / 'dquiz.apkg'}")
    if not out.resolve().parent.is_dir():
        raise MissingError(f"{out.parent}: there is no such folder; make it first")


def _nothing(drafts: int) -> str:
    if drafts:
        return f"Nothing to export: none of the {drafts} questions has an answer yet. Answer some: dquiz fill"
    return "Nothing to export: no deck that was named has a card."

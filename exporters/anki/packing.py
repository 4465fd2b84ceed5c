"""The notes of a collection on their way into a package: what is taken along, numbered as it comes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from exporters.anki.fields import Fields, source
from exporters.anki.names import RETIRED_TAG, deck_name, deck_number, tag_names
from exporters.anki.notetypes import DQUIZ, DQUIZ_CLOZE
from exporters.anki.package import FIELD_END, CardRow, Contents, NoteRow
from exporters.anki.presets import preset
from exporters.anki.schedules import ANY_DAY, DayZero, ReviewIds, new, progress, review_rows
from quiz.cards import Card, CollectedDeck, CollectedNote, Kind, Note, Problem, media_hash
from quiz.cues import GAP, OPTION, REVERSE, facets, hides_parts
from quiz.cues.hashes import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping, Sequence

    from exporters.anki import Options
    from exporters.anki.schedules import Progress
    from quiz.cards import DeckOptions

# How far before its note's number a sibling is looked for: where the notes made with it are not
_SIBLING_MS = 7_654_321


class Packing:
    """What a package is to hold.

    Attributes:
        counts: ``drafts``, ``retired``, ``moved`` and ``left_out`` notes, ``reviews``, cards with ``progress``, and
            those that hide ``options`` of commands, which Anki has not.
        moved: An example of a note that was in another deck when it was last exported: that deck, and its own.
    """

    def __init__(
        self, decks: Sequence[CollectedDeck], options: Options, rendered: MutableMapping[str, str]
    ) -> None:
        self.options = options
        self.rendered = rendered
        self.contents = Contents(DayZero.before(decks) if options.scheduling else ANY_DAY)
        self.problems: list[Problem] = []
        self.counts: Counter[str] = Counter()
        self.moved = ("", "")
        self._review_ids = ReviewIds(decks)
        # the first card of a note has the note's number, so no other card may take one of these
        self._card_ids = {collected.created_ms for deck in decks for collected in deck.notes}
        for deck in decks:
            self._add_deck(deck)

    def _add_deck(self, deck: CollectedDeck) -> None:
        number = None
        for collected in sorted(deck.notes, key=_place):
            if collected.note.draft:
                self.counts["drafts"] += 1
            elif collected.note.studied:
                numbers = _numbers(collected)
                fields = self._fields(collected, numbers)
                if not fields.first:
                    self.counts["left_out"] += 1
                    continue
                number = number or self._deck(deck)
                self._add_note(collected, fields, REVERSE in numbers)
                self._add_cards(collected, numbers, number, deck.options)
                self.counts["options"] += len(facets(collected.note)) - len(numbers)

    def _deck(self, deck: CollectedDeck) -> int:
        name = self._deck_name(deck.name)
        number = deck_number(name)
        while self.contents.decks.setdefault(number, name).casefold() != name.casefold():
            number += 1
        if self.options.preset:
            self.contents.presets.setdefault(number, preset(deck.options))
        return number

    def _deck_name(self, name: str) -> str:
        return deck_name(name, self.options.prefix)

    def _fields(self, collected: CollectedNote, numbers: Mapping[str, int]) -> Fields:
        note, media = collected.note, collected.media
        # the numbers of deletions are no part of the content, but they are of the text, and so are pictures
        key = f"{collected.content_hash or content_hash(note)}:{','.join(map(str, numbers.values()))}"
        if media and (shown := media_hash(media)):
            key = f"{key}:{shown}"
        if known := self.rendered.get(key):
            fields = Fields.load(known)
        else:
            fields = _rendered(collected, numbers)
            self.rendered[key] = fields.dump()
        self.problems += _problems(collected, fields)
        return fields

    # --- notes ---------------------------------------------------------------------------------------------

    def _add_note(self, collected: CollectedNote, fields: Fields, reverse: bool) -> None:
        note = collected.note
        tags = tag_names(self._tags(collected))
        row = NoteRow(
            id=collected.created_ms,
            guid=_guid(collected),
            type_id=DQUIZ_CLOZE.id if hides_parts(note) else DQUIZ.id,
            mod=collected.mod,
            tags=f" {' '.join(tags)} " if tags else "",
            fields=FIELD_END.join(_values(note, fields, reverse=reverse)),
        )
        self.contents.notes.append(row)
        if collected.last_deck:
            self._add_move(self._deck_name(collected.last_deck), self._deck_name(note.deck))
        for media in collected.media.values():
            if media.name and media.name in row.fields:
                self.contents.media[media.name] = media.read

    def _add_move(self, before: str, now: str) -> None:
        if before.casefold() != now.casefold():
            self.counts["moved"] += 1
            self.moved = (before, now)

    def _tags(self, collected: CollectedNote) -> list[str]:
        tags = [*collected.note.tags]
        if _is_retired(collected):
            self.counts["retired"] += 1
            tags.append(RETIRED_TAG)
        if self.options.scheduling:
            for card in _there(collected):
                tags += ["leech"] * card.leech + ["marked"] * card.marked
        return tags

    # --- cards ---------------------------------------------------------------------------------------------

    def _add_cards(
        self, collected: CollectedNote, numbers: Mapping[str, int], deck: int, options: DeckOptions
    ) -> None:
        """Add the rows that the note's fields ask for: Anki makes none that are missing."""
        known = {card.facet: card for card in collected.cards}
        position = len(self.contents.notes)
        for facet, number in numbers.items():
            card = known.get(facet)
            card_id = self._card_id(collected, card, number)
            if card and self.options.scheduling:
                flag, carried = card.flag, self._progress(collected, card, card_id, position, options)
            else:
                flag, carried = 0, new(position)
            row = CardRow(card_id, collected.created_ms, deck, number, collected.mod, flag, *carried)
            self.contents.cards.append(row)

    def _progress(
        self, collected: CollectedNote, card: Card, card_id: int, position: int, options: DeckOptions
    ) -> Progress:
        reviews = collected.reviews.get(card.id)
        log = review_rows(card_id, reviews, self._review_ids) if reviews else []
        carried = progress(card, log, position, self.contents.zero, options)
        self.contents.reviews += log
        self.counts["reviews"] += sum(row.ease > 0 for row in log)
        self.counts["progress"] += bool(carried.type or carried.queue or card.flag)
        return carried

    def _card_id(self, collected: CollectedNote, card: Card | None, number: int) -> int:
        if card and card.created_ms:
            return card.created_ms
        card_id = collected.created_ms - number * _SIBLING_MS
        while number and card_id in self._card_ids:
            card_id += 1
        self._card_ids.add(card_id)
        return card_id


def _rendered(collected: CollectedNote, numbers: Mapping[str, int]) -> Fields:
    # what renders is loaded when there is something to render: most exports have all of it from the last one
    from exporters.anki.rendering import render  # noqa: PLC0415
    from exporters.html import Shelf  # noqa: PLC0415

    names = {each: file.name for each, file in collected.media.items() if file.name}
    return render(collected.note, numbers, Shelf(names, collected.definitions))


def _guid(collected: CollectedNote) -> str:
    """By which Anki knows the note. The type of a note there is for good: one that turns into a cloze is another."""
    hides = hides_parts(collected.note)
    if collected.guid and hides == (collected.note.kind is Kind.CLOZE):
        return collected.guid
    return f"dq-{collected.id}{'-c' * hides}"


def _there(collected: CollectedNote) -> Iterator[Card]:
    """The cards that Anki has too: its notes have none that hides a part of a command."""
    return (card for card in collected.cards if not card.facet.startswith(OPTION))


def _numbers(collected: CollectedNote) -> dict[str, int]:
    """Anki's number, from 0, of each card that the note yields there; a deletion keeps the number it once got."""
    wanted = [facet for facet in facets(collected.note) if not facet.startswith(OPTION)]
    if not hides_parts(collected.note):
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


def _place(collected: CollectedNote) -> tuple[str, int]:
    return collected.note.file, collected.note.line


def _values(note: Note, fields: Fields, *, reverse: bool) -> tuple[str, ...]:
    """The fields in the order of the note's type, the spare ones empty."""
    values = [fields.first, fields.second]
    if not hides_parts(note):
        values += [fields.typed, "1" if reverse else ""]
    return (*values, fields.context, source(note), "", "", "")


# --- what a person should know -----------------------------------------------------------------------------


def _problems(collected: CollectedNote, fields: Fields) -> Iterator[Problem]:
    note = collected.note
    for reference in fields.pictures:
        media = collected.media.get(reference)
        fault = media.fault if media else "it is not at hand"
        message = f"left out, its description stands in its place: {reference} ({fault})"
        yield Problem(note.file, note.line, "W701", message)
    if not fields.first:
        message = "nothing of this question can be shown, so the note is left out"
        yield Problem(note.file, note.line, "W702", message)
    if fields.literal:
        message = "a deletion cuts through markup, so the text is shown as written"
        yield Problem(note.file, note.line, "W703", message)
    if _turned(collected):
        message = "turned into a cloze, or was one: in Anki it is a new note. Delete the old one there"
        yield Problem(note.file, note.line, "W704", message)


def _turned(collected: CollectedNote) -> bool:
    """Whether this is the first export since a note became a cloze, or ceased to be one."""
    is_cloze = hides_parts(collected.note)
    is_first = 0 < collected.exported_ms < collected.mod * 1000
    return is_first and any(card.facet.startswith(("cloze:", GAP)) != is_cloze for card in _there(collected))

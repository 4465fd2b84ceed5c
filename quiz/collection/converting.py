"""Notes of a package become text in deck files: the new ones, and those that were changed there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from quiz import matching
from quiz.cards import Problem
from quiz.collection.shelving import lines_hash
from quiz.importers.anki.writing import write_note
from quiz.library import shown
from quiz.store import notes as stored
from quiz.store import tables
from quiz.store.rows import note_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quiz.cards import Note
    from quiz.collection.origins import Origins
    from quiz.collection.packed_media import PackageMedia
    from quiz.collection.reports import ImportReport
    from quiz.collection.shelving import DeckFile, Shelf
    from quiz.importers.anki.values import AnkiCard, AnkiNote
    from quiz.importers.anki.writing import WrittenNote
    from quiz.store import Store
    from quiz.store.rows import Row

_UNKNOWN = (
    "{} notes are not known here and were left out: only reviews were taken. "
    "To bring them in as markdown, import once more with --no-known-only."
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A note of the package and the notes that it becomes here.

    Attributes:
        path: Of its file, as shown.
    """

    note: AnkiNote
    written: WrittenNote
    path: str


class Conversion:
    """The notes of one package on their way into files.

    Attributes:
        placed: Those whose text was put into a file.
    """

    def __init__(
        self,
        store: Store,
        package: str,
        shelf: Shelf,
        media: PackageMedia,
        origins: Origins,
        report: ImportReport,
    ) -> None:
        self.store = store
        self.package = package
        self.shelf = shelf
        self.media = media
        self.origins = origins
        self.report = report
        self.placed: list[Placed] = []
        self.arrived: list[tuple[str, Placed]] = []
        self.unknown = 0

    def _problem(self, code: str, message: str) -> None:
        self.report.problems.append(Problem(self.package, 1, code, message))

    def take(self, note: AnkiNote, *, known_only: bool) -> None:
        """Decide what becomes of a note, and write its text if it is new or changed."""
        if not self.origins.knows(note):
            self._take_new(note, known_only=known_only)
        elif note.guid in self.origins.own or self.origins.is_as_it_was(note):
            self.report.notes.unchanged += 1
        else:
            self._take_change(note)

    def _take_new(self, note: AnkiNote, *, known_only: bool) -> None:
        if known_only:
            self._skip(note)
            self.unknown += 1
            return
        if not note.cards:
            self._skip(note)
            self._problem("W802", f"{named(note)}: left out: it has no cards")
            return
        deck = note.cards[0].deck
        placed = self._placed(note, deck, self.shelf.file_for(deck))
        if placed is None:
            self._skip(note)
            return
        self.arrived.append((deck, placed))
        self.report.notes.added += 1

    def put_away(self) -> None:
        """Put the new notes into the files of their decks."""
        one_way = self._asked_one_way([note for _, placed in self.arrived for note in placed.written.notes])
        for deck, placed in self.arrived:
            if any(note.both and matching.content_key(note) in one_way for note in placed.written.notes):
                files = self.media.seen_from(self.shelf.depth(deck))
                placed = replace(placed, written=write_note(placed.note, files, both=False))  # noqa: PLW2901
            self.shelf.put(deck, placed.written)
            self.placed.append(placed)
        if self.unknown:
            self._problem("W805", _UNKNOWN.format(self.unknown))

    def _asked_one_way(self, notes: Sequence[Note]) -> set[str]:
        """The contents of some notes that are asked in one direction too: by others of them, or here already."""
        one_way = {matching.content_key(note) for note in notes if not note.both}
        two_way = {matching.content_key(note) for note in notes if note.both}
        with self.store.write() as connection:
            rows = stored.rows_with(connection, tables.note, "content_key", two_way)
        here = {row["content_key"] for row in rows if row["retired_at"] is None and not note_from(row).both}
        return two_way & (one_way | here)

    def _skip(self, note: AnkiNote) -> None:
        self.report.notes.skipped += 1
        self.report.cards.skipped += len(note.cards)
        self.report.reviews.skipped += sum(rated(card) for card in note.cards)

    def _placed(self, note: AnkiNote, deck: str, file: DeckFile) -> Placed | None:
        written = write_note(note, self.media.seen_from(self.shelf.depth(deck)))
        for problem in written.problems:
            self._problem("W802", f"{named(note)}: {problem}")
        if not written.cards:
            return None
        return Placed(note, written, shown(file.path))

    def _take_change(self, note: AnkiNote) -> None:
        """A note that was changed there; its lines are written anew unless they were changed here too."""
        origins = self.origins.of(note)
        if self._is_shared(note, origins) and self._take_apart(note):
            return
        places = self._places_of(origins)
        file, lines = self._lines_of(origins, places)
        placed = self._placed(note, note.cards[0].deck, file) if file else None
        if placed is None or len(lines) != len(placed.written.blocks):
            path, line = next(((row["path"], row["line"]) for row in places), (self.package, 1))
            message = (
                f"{named(note)}: changed there, and its text here is not what was imported. Left as it is."
            )
            self.report.problems.append(Problem(path, line, "W803", message))
            self.report.notes.unchanged += 1
            return
        for (first, last), block in zip(lines, placed.written.blocks, strict=True):
            file.replace(first, last, block)
        self.placed.append(placed)
        self.report.notes.updated += 1

    def _is_shared(self, note: AnkiNote, origins: Mapping[tuple[str, int], Row]) -> bool:
        """Whether a card of it is another note's too, whose text must stay."""
        keys = ", ".join(str(int(row["card_id"])) for row in origins.values())
        rows = self.store.read(f"SELECT guid FROM origin WHERE card_id IN ({keys})")  # noqa: S608 - numbers
        return any(row["guid"] != note.guid for row in rows)

    def _take_apart(self, note: AnkiNote) -> bool:
        """A note that was a copy of another and is none any more gets a text of its own."""
        deck = note.cards[0].deck
        placed = self._placed(note, deck, self.shelf.file_for(deck))
        if placed:
            self.arrived.append((deck, placed))
            self.report.notes.updated += 1
        return placed is not None

    def _places_of(self, origins: Mapping[tuple[str, int], Row]) -> Sequence[Any]:
        """Where the cards of a note stand."""
        keys = ", ".join(str(int(row["card_id"])) for row in origins.values())
        return self.store.read(
            "SELECT note.id, note.line, note.end_line, file.path, card.id AS card_id FROM card "  # noqa: S608 - numbers
            "JOIN note ON note.id = card.note_id JOIN file ON file.id = note.file_id "
            f"WHERE card.id IN ({keys}) ORDER BY note.line"
        )

    def _lines_of(
        self, origins: Mapping[tuple[str, int], Row], rows: Sequence[Any]
    ) -> tuple[Any, list[tuple[int, int]]]:
        """The file of a note and the lines that were written for it; no file if they are not as they were."""
        written = {row["card_id"]: row["written_hash"] for row in origins.values()}
        paths = {row["path"] for row in rows}
        if len(paths) != 1:
            return None, []
        file = self.shelf.at(paths.pop())
        if file.before is None:
            return None, []
        text = file.before.decode("utf-8", "replace").split("\n")
        lines = list(dict.fromkeys((row["line"], row["end_line"]) for row in rows))
        same = all(
            lines_hash("\n".join(text[row["line"] - 1 : row["end_line"]])) == written[row["card_id"]]
            for row in rows
        )
        return (file, lines) if same else (None, [])


def rated(card: AnkiCard) -> int:
    """How many ratings a card has there."""
    return sum(1 <= review.rating <= 4 for review in card.reviews)  # noqa: PLR2004


def named(note: AnkiNote) -> str:
    """A note as it is called in problems."""
    first = " ".join(note.fields[0].split()) if note.fields else ""
    return f"note {note.guid} «{first[:40]}»"

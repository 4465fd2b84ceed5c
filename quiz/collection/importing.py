"""Takes a package of another program into the collection: notes into deck files, reviews into the log."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from quiz import matching
from quiz.cards import Problem
from quiz.collection.applying import Application
from quiz.collection.asides import Asides
from quiz.collection.linking import Standing
from quiz.collection.merging import Arrival, merge
from quiz.collection.origins import Origins
from quiz.collection.packed_media import PackageMedia
from quiz.collection.reports import ImportReport, SyncReport, Tally
from quiz.collection.returning import Returning
from quiz.collection.scanning import Read, Root, Scan, root_of
from quiz.collection.shelving import DeckFile, Shelf, lines_hash
from quiz.errors import StoreLockedError
from quiz.importers.anki.history import history, settled_as
from quiz.importers.anki.writing import write_note
from quiz.library import NoteFile, Staged, absolute, digest, shown
from quiz.store import notes as stored
from quiz.store import tables, writing
from quiz.store.rows import note_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from quiz.cards import Note
    from quiz.collection import Collection
    from quiz.collection.returning import AsExported
    from quiz.importers.anki.values import AnkiCard, AnkiNote, Package
    from quiz.importers.anki.writing import WrittenNote
    from quiz.store.rows import Row

_NO_PROGRESS = (
    "there is no learning progress in this file, so nothing was taken over. "
    "When you export from Anki, tick *Include scheduling information*."
)


_UNKNOWN = (
    "{} notes are not known here and were left out: only reviews were taken. "
    "To bring them in as markdown, import once more with --no-known-only."
)


class _DryRunError(Exception):
    """Leaves the transaction without committing it."""


def import_package(
    collection: Collection,
    package: Package,
    folder: Path,
    now: datetime,
    *,
    as_exported: AsExported,
    known_only: bool = False,
    progress: bool = True,
    take_edits: bool = False,
    dry_run: bool = False,
    told: Callable[[int], None] = lambda _done: None,
) -> ImportReport:
    """Write notes that are not known yet into deck files, and add reviews to the log: all of it, or nothing.

    Importing a package again adds what is new in it.

    Args:
        collection: To take it into.
        package: What was read.
        folder: For deck files and media; becomes a source.
        now: The moment, UTC.
        as_exported: Gives the fields of a note of ours by their names, from what its export left and whether it is a
            cloze.
        known_only: Only reviews of notes that are here already.
        progress: Take over reviews, due dates, suspension and flags.
        take_edits: Carry edits of notes of ours over into their files.
        dry_run: Report what would be done, and do nothing.
        told: How many notes have been converted.

    Raises:
        MissingError: The folder cannot be written to.
        FileChangedError: A deck file was changed meanwhile; nothing was written.
    """
    returning = Returning(collection, package, as_exported, take=take_edits)
    one = _Import(
        collection, package, absolute(folder), now, returning, known_only=known_only, progress=progress
    )
    return one.run(dry_run=dry_run, told=told)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A note of the package and the notes that it becomes here.

    Attributes:
        path: Of its file, as shown.
    """

    note: AnkiNote
    written: WrittenNote
    path: str


class _Import:
    def __init__(
        self,
        collection: Collection,
        package: Package,
        folder: Path,
        now: datetime,
        returning: Returning,
        *,
        known_only: bool,
        progress: bool,
    ) -> None:
        self.collection = collection
        self.package = package
        self.folder = folder
        self.now = now
        self.returning = returning
        self.known_only = known_only
        self.progress = progress and package.with_progress
        self.report = ImportReport(
            notes=Tally(skipped=package.skipped_notes),
            cards=Tally(skipped=package.skipped_cards),
            reviews=Tally(skipped=package.skipped_reviews),
            problems=list(package.problems),
        )
        self.root = self._root()
        self.shelf = Shelf(folder, self.root.source)
        self.media = PackageMedia(package)
        self.arrived: list[tuple[str, _Placed]] = []
        self.placed: list[_Placed] = []
        self.unknown = 0
        self.origins = Origins(package.notes)
        self.asides = Asides(collection.store.read, self.origins)

    def run(self, *, dry_run: bool, told: Callable[[int], None]) -> ImportReport:
        """See `import_package`."""
        with self.collection.store.write() as connection:
            self.origins.find(connection)
        for done, note in enumerate(self.package.notes, 1):
            self._take(note)
            told(done)
        self._put_away()
        self._take_own()
        if self._lacks_progress():
            self._problem("W801", _NO_PROGRESS)
        if self.unknown:
            self._problem("W805", _UNKNOWN.format(self.unknown))
        with Staged() as staged:
            scan = self._scan(None if dry_run else staged)
            if not dry_run:
                self.collection.store.back_up("pre-import", self.now)
            with suppress(_DryRunError), self.collection.store.write() as connection:
                self._write(connection, scan)
                if dry_run:
                    raise _DryRunError
                staged.publish()
        return self.report

    def _lacks_progress(self) -> bool:
        """Whether notes of ours come without the progress that they have, here or there."""
        if self.package.with_progress:
            return False
        own = [
            (note.guid, card)
            for note in self.package.notes
            if note.guid in self.origins.own
            for card in note.cards
        ]
        return any(
            card.last_review or self.origins.cards.get((guid, card.ordinal), {}).get("reps")
            for guid, card in own
        )

    def _root(self) -> Root:
        sources = self.collection.store.read("SELECT path, shipped FROM source")
        return root_of(sources, self.folder)

    def _problem(self, code: str, message: str) -> None:
        self.report.problems.append(Problem(self.package.name, 1, code, message))

    # --- notes -------------------------------------------------------------------------------------------------

    def _take(self, note: AnkiNote) -> None:
        """Decide what becomes of a note, and write its text if it is new or changed."""
        if not self.origins.knows(note):
            self._take_new(note)
        elif note.guid in self.origins.own or self.origins.is_as_it_was(note):
            self.report.notes.unchanged += 1
        else:
            self._take_change(note)

    def _take_new(self, note: AnkiNote) -> None:
        if self.known_only:
            self._skip(note)
            self.unknown += 1
            return
        if not note.cards:
            self._skip(note)
            self._problem("W802", f"{_named(note)}: left out: it has no cards")
            return
        deck = note.cards[0].deck
        placed = self._placed(note, deck, self.shelf.file_for(deck))
        if placed is None:
            self._skip(note)
            return
        self.arrived.append((deck, placed))
        self.report.notes.added += 1

    def _put_away(self) -> None:
        """Put the new notes into the files of their decks."""
        one_way = self._asked_one_way([note for _, placed in self.arrived for note in placed.written.notes])
        for deck, placed in self.arrived:
            if any(note.both and matching.content_key(note) in one_way for note in placed.written.notes):
                files = self.media.seen_from(self.shelf.depth(deck))
                placed = replace(placed, written=write_note(placed.note, files, both=False))  # noqa: PLW2901
            self.shelf.put(deck, placed.written)
            self.placed.append(placed)

    def _asked_one_way(self, notes: Sequence[Note]) -> set[str]:
        """The contents of some notes that are asked in one direction too: by others of them, or here already."""
        one_way = {matching.content_key(note) for note in notes if not note.both}
        two_way = {matching.content_key(note) for note in notes if note.both}
        with self.collection.store.write() as connection:
            rows = stored.rows_with(connection, tables.note, "content_key", two_way)
        here = {row["content_key"] for row in rows if row["retired_at"] is None and not note_from(row).both}
        return two_way & (one_way | here)

    def _skip(self, note: AnkiNote) -> None:
        self.report.notes.skipped += 1
        self.report.cards.skipped += len(note.cards)
        self.report.reviews.skipped += sum(_rated(card) for card in note.cards)

    def _placed(self, note: AnkiNote, deck: str, file: DeckFile) -> _Placed | None:
        written = write_note(note, self.media.seen_from(self.shelf.depth(deck)))
        for problem in written.problems:
            self._problem("W802", f"{_named(note)}: {problem}")
        if not written.cards:
            return None
        return _Placed(note, written, shown(file.path))

    def _take_change(self, note: AnkiNote) -> None:
        """A note that was changed there; its lines are written anew unless they were changed here too."""
        origins = self.origins.of(note)
        if self._is_shared(note, origins) and self._take_apart(note):
            return
        places = self._places_of(origins)
        file, lines = self._lines_of(origins, places)
        placed = self._placed(note, note.cards[0].deck, file) if file else None
        if placed is None or len(lines) != len(placed.written.blocks):
            path, line = next(((row["path"], row["line"]) for row in places), (self.package.name, 1))
            message = (
                f"{_named(note)}: changed there, and its text here is not what was imported. Left as it is."
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
        rows = self.collection.store.read(f"SELECT guid FROM origin WHERE card_id IN ({keys})")  # noqa: S608 - numbers
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
        return self.collection.store.read(
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

    def _take_own(self) -> None:
        """Find what was edited in notes that were exported from here."""
        rows = self.origins.own
        own = [(note, rows[note.guid]) for note in self.package.notes if note.guid in rows]
        self.returning.look_at(own, closed={shown(file.path) for file in self.shelf.files})
        self.report.edits += self.returning.edits
        self.report.problems += self.returning.problems
        self.report.notes.updated += len(self.returning.taken)
        self.report.notes.unchanged -= len(self.returning.taken)

    # --- files -------------------------------------------------------------------------------------------------

    def _scan(self, staged: Staged | None) -> Scan:
        """The files as a sync would find them once they are in place."""
        scan = Scan()
        for file in self.shelf.files:
            data = file.text().encode()
            deck = file.parsed(data)
            place = NoteFile(file.path, file.path.name, len(data), mtime_ns=-1)
            if staged and file.changes:
                place = staged.add(file.path, data, expected=file.before)
                self.report.files.append(shown(file.path))
            root = Root(self.folder, self.root.source, known=self.root.known)
            scan.read.append(Read(place, root, time.time_ns(), replace(deck, digest=digest(data))))
        if scan.read:
            self.report.folder = shown(self.folder)
        scan.read += self.returning.changed(staged)
        self.report.files += self.returning.files if staged else []
        if staged:
            self._stage_media(staged)
        return scan

    def _stage_media(self, staged: Staged) -> None:
        for name in sorted({name for placed in self.placed for name in placed.written.media}):
            path = self.folder / self.media.path_of(name)
            if not path.exists():
                staged.add(path, self.package.media[name](), expected=None)

    # --- the collection ----------------------------------------------------------------------------------------

    def _write(self, connection: Connection, scan: Scan) -> None:
        known = self.origins.rows.keys()
        self.origins.find(connection)
        if known != self.origins.rows.keys():
            raise StoreLockedError("Another import went on at the same time. Nothing was changed; try again.")
        if scan.read:
            if self.report.folder:
                stored.add_source(connection, self.root.source, to_ms(self.now))
            sync = SyncReport()
            Application(connection, scan, sync, self.now, (), pinned=tuple(self.returning.pins)).run()
            self.report.problems += sync.problems
            self.origins.find(connection)
            self._link(connection)
        run_id = to_ms(self.now)
        before = self._merge(connection, run_id)
        hashes = {
            (placed.note.guid, card.ordinal): lines_hash(placed.written.blocks[card.block])
            for placed in self.placed
            for card in placed.written.cards
        }
        self.origins.write(connection, hashes, with_progress=self.progress)
        if before or scan.read:
            day = self.collection.days.day(self.now).toordinal()
            writing.add_action(connection, "import", before, at=to_ms(self.now), study_day=day, run_id=run_id)

    def _link(self, connection: Connection) -> None:
        """Find the cards of the notes that were just written."""
        written = [note for placed in self.placed for note in placed.written.notes]
        standing = Standing(connection, {shown(file.path) for file in self.shelf.files}, written)
        for placed in self.placed:
            for card in placed.written.cards:
                found = standing.card(placed.path, placed.written.notes[card.block], card.facet)
                if found:
                    self.origins.cards[placed.note.guid, card.ordinal] = found
                else:
                    self._problem(
                        "W802",
                        f"{_named(placed.note)}: card {card.ordinal + 1} is left out: dquiz does not ask it",
                    )

    def _merge(self, connection: Connection, run_id: int) -> list[tuple[int, dict[str, Any]]]:
        arrivals: dict[int, _Together] = {}
        new = {guid for guid, _ in self._new_cards()}
        for note in self.package.notes:
            for card in note.cards:
                row = self.origins.cards.get((note.guid, card.ordinal))
                if row is None:
                    if self.origins.knows(note) or note.guid in new:
                        self.report.cards.skipped += 1
                        self.report.reviews.skipped += _rated(card)
                    continue
                arrivals.setdefault(row["id"], _Together(row)).cards.append((note, card))
        if not self.progress:
            self._count_cards(arrivals.values(), set())
            return []
        together = [each.arrival(self) for each in arrivals.values()]
        merged = merge(connection, self.collection, together, run_id)
        self.report.reviews.added += merged.added
        self.report.reviews.unchanged += merged.unchanged
        changed = {key for key, _ in merged.before}
        writing.keep_steps(connection, changed, to_ms(self.now))
        self._count_cards(arrivals.values(), changed)
        return merged.before

    def _new_cards(self) -> set[tuple[str, int]]:
        keys = {(placed.note.guid, card.ordinal) for placed in self.placed for card in placed.written.cards}
        return keys - self.origins.rows.keys()

    def _count_cards(self, arrivals: Iterable[_Together], changed: set[int]) -> None:
        new = self._new_cards()
        for each in arrivals:
            for note, card in each.cards:
                if (note.guid, card.ordinal) in new:
                    self.report.cards.added += 1
                elif each.row["id"] in changed:
                    self.report.cards.updated += 1
                else:
                    self.report.cards.unchanged += 1


@dataclass(slots=True)
class _Together:
    """The cards of a package that are one card here."""

    row: Row
    cards: list[tuple[AnkiNote, AnkiCard]] = field(default_factory=list)

    def arrival(self, one: _Import) -> Arrival:
        """What is to be merged into the log of the card."""
        parameters = one.collection.settings.fsrs.parameters
        newest = max(
            (card for _, card in self.cards), key=lambda card: max((r.id for r in card.reviews), default=0)
        )
        note = next(note for note, card in self.cards if card is newest)
        return Arrival(
            card=self.row,
            past=lambda alone: [
                review for _, card in self.cards for review in history(card, parameters, alone=alone)
            ],
            settled=settled_as(newest, one.collection.days.start),
            aside=one.asides.taken(note, newest, self.row) if one.progress else {},
        )


def _rated(card: AnkiCard) -> int:
    return sum(1 <= review.rating <= 4 for review in card.reviews)  # noqa: PLR2004


def _named(note: AnkiNote) -> str:
    first = " ".join(note.fields[0].split()) if note.fields else ""
    return f"note {note.guid} «{first[:40]}»"

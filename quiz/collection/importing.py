"""Takes a package of another program into the collection: notes into deck files, reviews into the log."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from quiz.cards import Problem
from quiz.collection.applying import Application
from quiz.collection.asides import Asides
from quiz.collection.converting import Conversion, named, rated
from quiz.collection.linking import Standing
from quiz.collection.merging import Arrival, merge
from quiz.collection.origins import Origins
from quiz.collection.packed_media import PackageMedia
from quiz.collection.reports import ImportReport, SyncReport, Tally
from quiz.collection.returning import Returning
from quiz.collection.scanning import Read, Root, Scan, root_of
from quiz.collection.shelving import Shelf, lines_hash
from quiz.errors import StoreLockedError
from quiz.importers.anki.history import history, settled_as
from quiz.library import NoteFile, Staged, absolute, digest, shown
from quiz.store import notes as stored
from quiz.store import writing
from quiz.store.rows import IMPORT, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from quiz.collection import Collection
    from quiz.collection.returning import AsExported
    from quiz.importers.anki.values import AnkiCard, AnkiNote, Package
    from quiz.store.rows import Row

_NO_PROGRESS = (
    "there is no learning progress in this file, so nothing was taken over. "
    "When you export from Anki, tick *Include scheduling information*."
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
        self.origins = Origins(package.notes)
        self.asides = Asides(collection.store.read, self.origins)
        self.shelf = Shelf(folder, self.root.source)
        self.media = PackageMedia(package)
        self.conversion = Conversion(
            collection.store, package.name, self.shelf, self.media, self.origins, self.report
        )

    def run(self, *, dry_run: bool, told: Callable[[int], None]) -> ImportReport:
        """See `import_package`."""
        with self.collection.store.write() as connection:
            self.origins.find(connection)
        for done, note in enumerate(self.package.notes, 1):
            self.conversion.take(note, known_only=self.known_only)
            told(done)
        self.conversion.put_away()
        self._take_own()
        if self._lacks_progress():
            self._problem("W801", _NO_PROGRESS)
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
        for name in sorted({name for placed in self.conversion.placed for name in placed.written.media}):
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
                stored.add_source(connection, self.root.source, to_ms(self.now), without=self.root.without)
            sync = SyncReport()
            Application(connection, scan, sync, self.now, (), pinned=tuple(self.returning.pins)).run()
            self.report.problems += sync.problems
            self.origins.find(connection)
            self._link(connection)
        run_id = to_ms(self.now)
        before = self._merge(connection, run_id)
        hashes = {
            (placed.note.guid, card.ordinal): lines_hash(placed.written.blocks[card.block])
            for placed in self.conversion.placed
            for card in placed.written.cards
        }
        self.origins.write(connection, hashes, with_progress=self.progress)
        moved = {key for key, _ in before}
        # cards that came without progress, too: the step tells how much the import brought
        before += [(key, {}) for key in sorted(self._keys_of_new() - moved)]
        if before or scan.read:
            day = self.collection.days.day(self.now).toordinal()
            writing.add_action(connection, IMPORT, before, at=to_ms(self.now), study_day=day, run_id=run_id)

    def _link(self, connection: Connection) -> None:
        """Find the cards of the notes that were just written."""
        written = [note for placed in self.conversion.placed for note in placed.written.notes]
        standing = Standing(connection, {shown(file.path) for file in self.shelf.files}, written)
        for placed in self.conversion.placed:
            for card in placed.written.cards:
                found = standing.card(placed.path, placed.written.notes[card.block], card.facet)
                if found:
                    self.origins.cards[placed.note.guid, card.ordinal] = found
                else:
                    self._problem(
                        "W802",
                        f"{named(placed.note)}: card {card.ordinal + 1} is left out: dquiz does not ask it",
                    )

    def _merge(self, connection: Connection, run_id: int) -> list[tuple[int, dict[str, Any]]]:
        arrivals: dict[int, _Together] = {}
        new = {guid for guid, _ in self._new_cards()}
        for note in self.package.notes:
            for card in note.cards:
                row = self.origins.cards.get((note.guid, card.ordinal))
                if row is None:
                    if self.origins.knows(note) or note.guid in new:
                        self._skip(note, card)
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

    def _skip(self, note: AnkiNote, card: AnkiCard) -> None:
        self.report.cards.skipped += 1
        self.report.reviews.skipped += rated(card)
        if note.guid in self.origins.own:
            message = f"{named(note)}: card {card.ordinal + 1} is left out: the note here does not ask it"
            self._problem("W802", message)

    def _keys_of_new(self) -> set[int]:
        return {self.origins.cards[key]["id"] for key in self._new_cards() if key in self.origins.cards}

    def _new_cards(self) -> set[tuple[str, int]]:
        keys = {
            (placed.note.guid, card.ordinal)
            for placed in self.conversion.placed
            for card in placed.written.cards
        }
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

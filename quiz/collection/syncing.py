"""Brings the collection in line with the files of notes, and settles what that left in doubt."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quiz.collection import new_order
from quiz.collection.reports import Ask, Fate, SyncReport, rewritten
from quiz.collection.scanning import Root, Scan, files_of, root_of, roots_for, scan
from quiz.collection.wishes import Wishes, switch
from quiz.errors import MissingError
from quiz.library import absolute, shown
from quiz.store.rows import note_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.cards import Card, NoteId
    from quiz.collection import Collection
    from quiz.store.reading import Reader


_NOTHING_ALIKE = 0.0
"""The similarity of a pair that stands for the same card by its place alone."""


class _DryRunError(Exception):
    """Leaves the transaction without committing it."""


class Sync:
    """Reads notes into a collection. Files are read and parsed before the write lock is taken.

    Attributes:
        progress: Told how many files have been read, now and then.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._store = collection.store
        self.progress: Callable[[int], None] = lambda _done: None

    def paths(
        self,
        targets: Sequence[str] = (),
        *,
        now: datetime,
        dry_run: bool = False,
        accept: Sequence[str] = (),
    ) -> SyncReport:
        """Read what changed below some paths, which become sources; without any, below all known sources.

        Args:
            targets: Files and folders.
            now: The moment, UTC.
            dry_run: Report what would be done, and do nothing.
            accept: Paths whose vanished cards are to be retired.

        Raises:
            MissingError: A path or a source as a whole is missing: never a reason to retire its cards.
        """
        roots, switched, report = self._bring_in(targets, now, dry_run=dry_run, accept=accept)
        if not dry_run:
            self._count(report, roots, switched, self._store.read)
        return report

    def bring_in(self, targets: Sequence[str], now: datetime) -> None:
        """The same without a report: before a study session, where nothing may grow with the collection."""
        _, _, report = self._bring_in(targets, now)
        if lost := sum(change.fate is Fate.RETIRED and change.reviews > 0 for change in report.changes):
            told = (
                "1 card with reviews lost its place"
                if lost == 1
                else f"{lost} cards with reviews lost their places"
            )
            in_doubt = report.ask or rewritten(report)
            self._collection.tell(told + (": dquiz relink --list" if in_doubt else "."))

    def _bring_in(
        self, targets: Sequence[str], now: datetime, *, dry_run: bool = False, accept: Sequence[str] = ()
    ) -> tuple[list[Root], frozenset[int], SyncReport]:
        sources: list[Any] = [*self._store.read("SELECT path, shipped FROM source ORDER BY id")]
        if targets and self._collection.shipped.wanted:
            sources += [{"path": shown(self._collection.shipped.folder), "shipped": 1}]
        roots = roots_for(sources, targets, self._collection.settings.collection.sources)
        found = scan(self._store.read, roots, self.progress)
        report, switched = SyncReport(), frozenset[int]()
        switches = Wishes.applied(self._store.read) != self._wishes
        switches |= new_order.applied(self._store.read) != self._new_order
        if dry_run or switches or found.found_anything or not all(root.known for root in roots):
            accepted = [shown(absolute(path)) for path in accept]
            switched = self._apply(found, roots, report, now, accepted=accepted, dry_run=dry_run)
        else:
            report.problems += found.problems
        return roots, switched, report

    @property
    def _wishes(self) -> Wishes:
        return Wishes.of(self._collection.settings)

    @property
    def _new_order(self) -> str:
        return new_order.wanted(self._collection.settings)

    def forget(self, target: str, *, now: datetime) -> SyncReport:
        """A path is no longer a source, or a shipped deck takes part no longer: cards retire, with their history.

        Raises:
            MissingError: It is neither.
        """
        from quiz.store import notes

        if deck := self._collection.shipped.taking_part(target):
            return self._let_go(deck, now)
        path, report = shown(absolute(target)), SyncReport()
        sources: list[Any] = [*self._store.read("SELECT path, shipped FROM source ORDER BY id")]
        known = [row[0] for row in sources]
        if path not in known:
            raise MissingError(f"{shown(target)}: not a source. Sources are: {', '.join(known) or 'none'}.")
        gone = Scan(gone=list(files_of(self._store.read, root_of(sources, Path(path))).values()))
        switched = self._apply(gone, [], report, now, accepted=[path])
        with self._store.write() as connection:
            notes.remove_source(connection, path)
        self._count(report, [], switched, self._store.read)
        return report

    def _let_go(self, path: str, now: datetime) -> SyncReport:
        before = self._store.read("SELECT count(*) FROM card WHERE retired = 0")[0][0]
        self._collection.shipped.release([path], now)
        report = SyncReport()
        self._count(report, [], frozenset(), self._store.read)
        report.retired = before - report.cards
        return report

    def reread(self, card: Card, now: datetime) -> None:
        """Read one file again after a person edited a card's place in it; that card keeps its id."""
        root = root_of(self._store.read("SELECT path, shipped FROM source"), Path(card.path))
        if not root.known:
            raise MissingError(
                f"{card.path}: its source is not known any more. Run `dquiz sync {card.path}`."
            )
        found = scan(self._store.read, [root], self.progress, missing_ok=True)
        pinned = [(card.note_id, card.note.line)]
        self._apply(found, [root], SyncReport(), now, accepted=[card.path], pinned=pinned)

    def apply(
        self,
        found: Scan,
        roots: Sequence[Root],
        now: datetime,
        *,
        accepted: Sequence[str] = (),
        also: Callable[[Connection], object] = bool,
    ) -> None:
        """Write what a scan found, and something more in the same transaction."""
        self._apply(found, roots, SyncReport(), now, accepted=accepted, also=also)

    def _apply(
        self,
        found: Scan,
        roots: Sequence[Root],
        report: SyncReport,
        now: datetime,
        *,
        accepted: Sequence[str],
        dry_run: bool = False,
        pinned: Sequence[tuple[NoteId, int]] = (),
        also: Callable[[Connection], object] = bool,
    ) -> frozenset[int]:
        """Write what was read; returns the keys of further files, whose notes follow the settings."""
        from quiz.collection.applying import Application
        from quiz.store import notes

        with self._transaction(dry_run=dry_run) as connection:
            for root in roots:
                notes.add_source(
                    connection, root.source, to_ms(now), shipped=root.shipped, without=root.without
                )
            new_order.switch(connection, self._new_order)
            switched = switch(connection, self._wishes, report, to_ms(now))
            Application(connection, found, report, now, accepted, pinned).run()
            for lost, come in rewritten(report):
                notes.ask_about(connection, lost.note_id, come.note_id, _NOTHING_ALIKE, to_ms(now))
            also(connection)
            if dry_run:  # what is counted is not there any more afterwards
                self._count(report, roots, switched.files, notes.reader_within(connection))
        for old, new in report.renamed:
            self._collection.tell(
                f"Your notes have a deck {old}: the one that comes with dquiz {'would be' if dry_run else 'is'} "
                f"called {new} now."
            )
        if switched.remark and not dry_run:
            self._collection.tell(switched.remark)
        return switched.files

    @contextlib.contextmanager
    def _transaction(self, *, dry_run: bool) -> Iterator[Connection]:
        with contextlib.suppress(_DryRunError), self._store.write() as connection:
            yield connection
            if dry_run:
                raise _DryRunError

    @staticmethod
    def _count(report: SyncReport, roots: Sequence[Root], switched: frozenset[int], read: Reader) -> None:
        counted = read("SELECT count(*), COALESCE(sum(draft), 0) FROM card WHERE retired = 0")
        report.cards, report.drafts = counted[0]
        ids = switched.union(row["id"] for root in roots for row in files_of(read, root).values())
        per_file = read(
            "SELECT note.file_id, count(*) FROM card JOIN note ON note.id = card.note_id "
            "WHERE card.retired = 0 GROUP BY note.file_id"
        )
        report.leave_unchanged(sum(count for file_id, count in per_file if file_id in ids))

    # --- what is in doubt --------------------------------------------------------------------------------------

    def relink(self, old: Card, new: Card, *, same: bool, now: datetime) -> None:
        """Settle whether a new text is an old card: if so, the old card takes over its place and its reviews.

        Raises:
            UsageError: The old card still stands in a file, the new one stands in none, or they are of one note.
        """
        from quiz.collection.relinking import join, keep_apart, refuse_unless_replaced

        with self._store.write() as connection:
            refuse_unless_replaced(connection, old, new)
            (join if same else keep_apart)(connection, self._collection, old, new, now)

    def open_asks(self) -> list[Ask]:
        """Pairs that earlier syncs could not settle: the old text is still gone, and the new one there."""
        from quiz.store import notes

        with self._store.write() as connection:
            rows = notes.open_asks(connection)
            uids = [row[name] for row in rows for name in ("old_uid", "new_uid")]
            by_uid = notes.notes_by_uid(connection, uids)
        gone = {uid for uid, row in by_uid.items() if row["retired_at"] is not None}
        found = {uid: note_from(row) for uid, row in by_uid.items()}
        pairs = [(row["old_uid"], row["new_uid"], row["similarity"]) for row in rows]
        return [
            Ask(found[old], old, found[new], new, similarity)
            for old, new, similarity in pairs
            if old in gone and new in found.keys() - gone
        ]

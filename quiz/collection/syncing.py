"""Brings the collection in line with the files of notes: what changed is read, and every card finds its text again."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.collection.applying import Application, Ask, Read, Scan, SyncReport
from quiz.collection.relinking import join, keep_apart
from quiz.errors import MissingError
from quiz.library import absolute, digest, find_notes, read_note, shown
from quiz.notes import deck_name
from quiz.reading import Source, read_decks
from quiz.store import notes
from quiz.store.rows import note_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.library import NoteFile
    from quiz.store.rows import Row


class _DryRunError(Exception):
    """Leaves the transaction without committing it."""


class Sync:
    """Reads notes into a collection."""

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

        Raises:
            MissingError: A path or a source as a whole is missing: never a reason to retire its cards.
        """
        accepted = [shown(absolute(path)) for path in accept]
        report = SyncReport()
        with self._transaction(dry_run=dry_run) as connection:
            roots = self._roots(connection, targets, now)
            scan = self._scan(connection, roots)
            Application(connection, scan, report, now, accepted).run()
            report.count(*notes.count_cards(connection, [shown(path) for _, path in roots]))
        return report

    def forget(self, target: str, *, now: datetime) -> SyncReport:
        """A path is no longer a source: its cards retire, with their history.

        Raises:
            MissingError: It is no source.
        """
        path, report = shown(absolute(target)), SyncReport()
        with self._store.write() as connection:
            source = next((row for row in notes.sources(connection) if row["path"] == path), None)
            if source is None:
                raise MissingError(f"{target}: not a source. `dquiz paths` lists the sources.")
            scan = Scan(gone=notes.files_of(connection, source["id"]))
            Application(connection, scan, report, now, [path]).run()
            notes.remove_source(connection, source["id"])
            report.count(*notes.count_cards(connection, []))
        return report

    def shipped(self, folder: Path, mark: str, now: datetime) -> None:
        """Read the shipped decks."""
        with self._store.write() as connection:
            source = next((row for row in notes.sources(connection) if row["shipped"]), None)
            if source is None:
                key = notes.add_source(connection, shown(folder), to_ms(now), shipped=True)
                source = next(row for row in notes.sources(connection) if row["id"] == key)
            elif source["path"] != shown(folder):
                notes.move_source(connection, source["id"], source["path"], shown(folder))
            scan = self._scan(connection, [(source, folder)])
            Application(connection, scan, SyncReport(), now, [shown(folder)]).run()
            notes.set_setting(connection, "shipped", mark)

    def reread(self, card: Card, now: datetime) -> None:
        """Read one file again after a person edited a card's place in it; that card keeps its id."""
        with self._store.write() as connection:
            source = self._source_of(connection, card.path)
            scan = self._scan(connection, [(source, Path(card.path))], missing_ok=True)
            Application(connection, scan, SyncReport(), now, [card.path], pinned=card).run()

    def relink(self, old: Card, new: Card, *, same: bool, now: datetime) -> None:
        """Settle whether a new text is an old card: if so, the old card takes over its place and its reviews."""
        with self._store.write() as connection:
            (join if same else keep_apart)(connection, self._collection, old, new, now)

    def open_asks(self) -> list[Ask]:
        """Pairs that earlier syncs could not settle."""
        with self._store.write() as connection:
            rows = notes.open_asks(connection)
            by_uid = notes.notes_by_uid(
                connection, [row[name] for row in rows for name in ("old_uid", "new_uid")]
            )
        return [
            Ask(
                note_from(by_uid[row["old_uid"]]),
                row["old_uid"],
                note_from(by_uid[row["new_uid"]]),
                row["new_uid"],
                row["similarity"],
            )
            for row in rows
            if row["old_uid"] in by_uid and row["new_uid"] in by_uid
        ]

    # --- which files -------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self, *, dry_run: bool) -> Iterator[Connection]:
        with contextlib.suppress(_DryRunError), self._store.write() as connection:
            yield connection
            if dry_run:
                raise _DryRunError

    def _roots(self, connection: Connection, targets: Sequence[str], now: datetime) -> list[tuple[Row, Path]]:
        if not targets:
            self._add_configured_sources(connection, now)
            return [(source, Path(source["path"])) for source in notes.sources(connection)]
        roots = []
        for target in targets:
            path = absolute(target)
            if not path.exists():
                raise MissingError(
                    f"{shown(target)}: there is no such file or folder. Check the path.", path=str(target)
                )
            source = self._covering(notes.sources(connection), shown(path))
            if source is None:
                key = notes.add_source(connection, shown(path), to_ms(now))
                source = next(row for row in notes.sources(connection) if row["id"] == key)
            roots.append((source, path))
        return roots

    def _add_configured_sources(self, connection: Connection, now: datetime) -> None:
        for configured in self._collection.settings.collection.sources:
            path = shown(absolute(configured))
            if self._covering(notes.sources(connection), path) is None:
                notes.add_source(connection, path, to_ms(now))

    @staticmethod
    def _covering(sources: Iterable[Row], path: str) -> Row | None:
        """The source that a path is, or lies in."""
        return next(
            (row for row in sources if path == row["path"] or path.startswith(row["path"].rstrip("/") + "/")),
            None,
        )

    def _source_of(self, connection: Connection, path: str) -> Row:
        source = self._covering(notes.sources(connection), path)
        if source is None:
            raise MissingError(f"{path}: its source is not known any more. Run `dquiz sync {path}`.")
        return source

    # --- what changed ------------------------------------------------------------------------------------------

    def _scan(
        self, connection: Connection, roots: Iterable[tuple[Row, Path]], *, missing_ok: bool = False
    ) -> Scan:
        scan = Scan()
        wanted: list[tuple[NoteFile, Row]] = []
        for source, root in roots:
            known = self._known_files(connection, source, root)
            if missing_ok and not root.exists():
                scan.gone += known.values()
                continue
            found = find_notes(root)
            scan.problems += found.problems
            for file in found.files:
                if self._must_be_parsed(scan, file, known.pop(shown(file.path), None)):
                    wanted.append((file, source))
            unread = tuple(problem.file for problem in found.problems if problem.code == "E103")
            scan.gone += [row for row in known.values() if not (unread and row["name"].startswith(unread))]
        self._parse(scan, wanted)
        return scan

    def _parse(self, scan: Scan, wanted: Sequence[tuple[NoteFile, Row]]) -> None:
        started = time.time_ns()
        sources = []
        for file, source in wanted:
            name = _name_in(source, file)
            sources.append(Source(file.path, name, deck_name(name)))
        decks = read_decks(sources, self.progress)
        for (file, source), deck in zip(wanted, decks, strict=True):
            if deck.digest:
                scan.read.append(Read(file, source, started, deck))
            else:
                scan.problems += deck.problems

    @staticmethod
    def _known_files(connection: Connection, source: Row, root: Path) -> dict[str, Row]:
        path = shown(root)
        return {
            row["path"]: row
            for row in notes.files_of(connection, source["id"])
            if row["path"] == path or row["path"].startswith(path.rstrip("/") + "/")
        }

    @staticmethod
    def _must_be_parsed(scan: Scan, file: NoteFile, known: Row | None) -> bool:
        """Not if size and time are as they were, nor if the bytes are."""
        if known is None:
            return True
        if (known["size"], known["mtime_ns"]) == (file.size, file.mtime_ns):
            return False
        try:
            unchanged = known["digest"] == digest(read_note(file.path))
        except MissingError:
            return True
        if unchanged:
            scan.touched.append((known["id"], file))
        return not unchanged


def _name_in(source: Row, file: NoteFile) -> str:
    """A file's name relative to its source, also when only a part of the source was looked at."""
    root, path = source["path"], shown(file.path)
    return path[len(root.rstrip("/")) + 1 :] if path != root else file.path.name

"""Writes what a sync has read into the collection: ids, texts, places, and which cards are asked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quiz import matching
from quiz.cards import NoteId, Problem
from quiz.chains import steps_before
from quiz.collection import new_order, shipping
from quiz.collection.asking import Asking
from quiz.collection.reports import Ask, Change, Fate, SyncReport
from quiz.collection.wishes import Wishes
from quiz.cues.hashes import content_hash
from quiz.library import shown
from quiz.store import notes, tables
from quiz.store.rows import note_columns, note_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.cards import Note
    from quiz.collection.scanning import Read, Scan
    from quiz.matching import Known, Matching, Pair
    from quiz.store.rows import Row

# A file that changed this shortly before it was read may change again within the same time stamp
_STILL_FRESH_NS = 2_000_000_000


class Application:
    """One scan written into the collection, within one transaction."""

    def __init__(
        self,
        connection: Connection,
        scan: Scan,
        report: SyncReport,
        now: datetime,
        accepted: Sequence[str],
        pinned: Sequence[tuple[NoteId, int]] = (),
    ) -> None:
        self.connection = connection
        self.scan = scan
        self.report = report
        self.now_ms = to_ms(now)
        self.accepted = accepted
        self.pinned = pinned
        self.source_ids = {row["path"]: row["id"] for row in notes.sources(connection)}
        self.decks = notes.Decks(connection)
        read = notes.reader_within(connection)
        self.wishes = Wishes.applied(read)
        self.new_order = new_order.applied(read)
        self.places: dict[Note, int] = {}
        self.rows: dict[NoteId, Row] = {}
        self.uid_of: dict[Note, NoteId] = {}
        self.key_of: dict[Note, int] = {}
        self.file_of: dict[str, Read] = {}
        self.looked_at: dict[int, str] = {}
        self.files: dict[int, str] = {}
        self.elsewhere: dict[NoteId, list[Row]] = {}

    def run(self) -> None:
        """Match, then write."""
        self.report.problems += self.scan.problems
        self.report.files_read = len(self.scan.read)
        self._make_way()
        for read in self.scan.read:
            self.report.problems += read.deck.problems
            self.file_of[shown(read.file.path)] = read
        for key, file in self.scan.touched:
            columns = {"id": key, "size": file.size, "mtime_ns": file.mtime_ns}
            notes.update_many(self.connection, tables.file, [columns])
        if self.scan.read or self.scan.gone:
            self._apply()
        self.report.problems.sort(key=lambda problem: (problem.file, problem.line, problem.code))

    def _make_way(self) -> None:
        """Decks of one's own win their names over shipped ones, whichever came first."""
        reader = notes.reader_within(self.connection)
        own_reads = [read for read in self.scan.read if not read.root.shipped]
        if len(own_reads) < len(self.scan.read):
            own = shipping.own_names(reader, (note.deck for read in own_reads for note in read.deck.notes))
            self.scan.read = [
                self._beside(read, own) if read.root.shipped else read for read in self.scan.read
            ]
        own_decks = {note.deck for read in own_reads for note in read.deck.notes}
        if own_decks:
            self.report.renamed += shipping.make_way(
                self.connection, own_decks, leaving={row["id"] for row in self.scan.gone}
            )

    def _beside(self, read: Read, own: set[str]) -> Read:
        reader, deck = notes.reader_within(self.connection), read.deck
        name = shipping.apart(shipping.name_kept(reader, shown(read.file.path), deck.name), own)
        return replace(
            read, deck=replace(deck, name=name, notes=tuple(replace(note, deck=name) for note in deck.notes))
        )

    def _apply(self) -> None:
        found = self._found()
        known = self._known(found)
        matched = matching.match(
            known, found, retired=self._retired, refused=notes.refused_pairs(self.connection)
        )
        for note_id, line in self.pinned:
            matched = matching.pin(matched, note_id, line)
        matched, kept_files = self._guarded(matched, known)
        self._save_files(kept_files)
        staying = {each.id for each in known if each.stays}
        own = [pair for pair in matched.pairs if not self._stands_elsewhere(pair.known)]
        self.places = new_order.in_file([*(pair.note for pair in own), *matched.new], self.new_order)
        self._write_pairs(own)
        self._write_new(matched.new)
        self._write_steps(matched)
        self._write_asks(matched.asks)
        self._retire([each.id for each in matched.gone if each.id not in staying])
        self._write_places(matched, known, kept_files)
        notes.remove_files(
            self.connection, [row["id"] for row in self.scan.gone if row["path"] not in kept_files]
        )

    # --- before matching ---------------------------------------------------------------------------------------

    def _found(self) -> list[Note]:
        """The notes just read, with the path as their file, and asked as their decks want it."""
        return [
            replace(self.wishes.note(note), file=path)
            for path, read in self.file_of.items()
            for note in read.deck.notes
        ]

    def _known(self, found: Sequence[Note]) -> list[Known]:
        """The living notes that stand in the files that were read or are gone, or are equal to one found there."""
        paths = {*self.file_of, *(row["path"] for row in self.scan.gone)}
        self.looked_at = {row["id"]: row["path"] for row in notes.rows_of_paths(self.connection, paths)}
        rows = {row["id"]: row for row in notes.living_notes(self.connection, self.looked_at)}
        shared = {matching.content_key(note) for note in found if matching.shares_places(note)}
        for row in notes.elsewhere(self.connection, self.looked_at, shared):
            rows.setdefault(row["id"], row)
        places = notes.places_of(self.connection, rows)
        reviewed = notes.reviewed_notes(self.connection, rows)
        self.rows = {row["uid"]: row for row in rows.values()}
        self.files = self.looked_at | notes.paths_of(
            self.connection, {row["file_id"] for row in rows.values()} - set(self.looked_at)
        )
        self.elsewhere = {
            row["uid"]: [
                place for place in places.get(row["id"], ()) if place["file_id"] not in self.looked_at
            ]
            for row in rows.values()
        }
        return [
            self._as_known(row, places.get(row["id"], ()), row["id"] in reviewed) for row in rows.values()
        ]

    def _as_known(self, row: Row, places: Sequence[Row], reviewed: bool) -> Known:
        also = dict.fromkeys(
            self.looked_at[place["file_id"]] for place in places if place["file_id"] in self.looked_at
        )
        stays = row["file_id"] not in self.looked_at or bool(self.elsewhere[row["uid"]])
        note = replace(note_from(row), file=self.files[row["file_id"]])
        also.pop(note.file, None)
        return matching.Known(row["uid"], note, reviewed, tuple(also), stays)

    def _stands_elsewhere(self, known: Known) -> bool:
        """Whether a note's own place is in a file that was not read; found again, it only gains a place."""
        return (
            self.rows[known.id]["retired_at"] is None and self.rows[known.id]["file_id"] not in self.looked_at
        )

    def _retired(self) -> list[Known]:
        rows = notes.retired_notes(self.connection)
        self.rows |= {row["uid"]: row for row in rows}
        return [
            matching.Known(row["uid"], replace(note_from(row), file=row["last_path"]), reviewed=True)
            for row in rows
        ]

    # --- the vanish guard --------------------------------------------------------------------------------------

    def _guarded(self, matched: Matching, known: list[Known]) -> tuple[Matching, set[str]]:
        """Files whose reviewed notes would largely vanish stay as they were, and it is said."""
        guarded = set()
        for path in sorted({gone.note.file for gone in matched.gone}):
            if any(path == each or path.startswith(each.rstrip("/") + "/") for each in self.accepted):
                continue
            read = self.file_of.get(path)
            verdict = matching.vanished(
                [each for each in known if each.note.file == path],
                [each for each in matched.gone if each.note.file == path],
                read.deck if read else None,
            )
            if verdict:
                guarded.add(path)
                problem = Problem(self._name(path), verdict.line, "E501", verdict.message(path))
                self.report.problems.append(problem)
        return (matching.without_files(matched, guarded) if guarded else matched), guarded

    def _name(self, path: str) -> str:
        read = self.file_of.get(path)
        if read:
            return read.deck.file
        return next((row["name"] for row in self.scan.gone if row["path"] == path), path)

    # --- writing -----------------------------------------------------------------------------------------------

    def _save_files(self, kept_files: set[str]) -> None:
        key_of = {path: key for key, path in self.looked_at.items()}
        key = notes.next_key(self.connection, tables.file)
        known: list[dict[str, Any]] = []
        new: list[dict[str, Any]] = []
        for path, read in self.file_of.items():
            read.file_id = key_of.get(path, key + len(new))
            (known if path in key_of else new).append(
                {"id": read.file_id, **self._file_columns(path, read, kept=path in kept_files)}
            )
        notes.insert_many(self.connection, tables.file, new)
        notes.update_many(self.connection, tables.file, known)

    def _file_columns(self, path: str, read: Read, *, kept: bool) -> dict[str, Any]:
        """A file that was not taken over, or may still be changing, is looked at again next time."""
        fresh = read.read_at_ns - read.file.mtime_ns < _STILL_FRESH_NS
        return {
            "source_id": self.source_ids[read.root.source],
            "path": path,
            "name": read.deck.file,
            "size": read.file.size,
            "mtime_ns": -1 if fresh or kept else read.file.mtime_ns,
            "digest": "" if kept else read.deck.digest,
            "problems": json.dumps([(p.line, p.code, p.message) for p in read.deck.problems]),
        }

    def _write_pairs(self, pairs: Sequence[Pair]) -> None:
        cards = notes.cards_of(self.connection, [self.rows[pair.known.id]["id"] for pair in pairs])
        changed_notes: list[dict[str, Any]] = []
        asking = Asking()
        for pair in pairs:
            row = self.rows[pair.known.id]
            columns = self._note_columns(pair.note, row)
            if any(columns[name] != row[name] for name in columns):
                changed_notes.append({"id": row["id"], **columns})
            living = asking.add(
                row,
                cards.get(row["id"], []),
                self._named(pair.note),
                self._common(pair.note),
                matching.facet_changes(note_from(row), pair.note).kept,
                changed=pair.changed,
            )
            if row["file_id"] != columns["file_id"]:
                self._tell(Fate.MOVED, pair.known.id, living, self._named(pair.note), note_from(row))
            elif row["content_hash"] != columns["content_hash"]:
                self._tell(Fate.CHANGED, pair.known.id, living, self._named(pair.note), note_from(row))
        notes.update_many(self.connection, tables.note, changed_notes)
        asking.write(self.connection, self.report, self.now_ms)

    def _tell(self, fate: Fate, uid: NoteId, cards: Sequence[Row], note: Note, before: Note | None) -> None:
        self.report.tell(
            Change(fate, card["uid"], uid, card["facet"], note, before, card["reps"]) for card in cards
        )

    def _note_columns(self, note: Note, row: Row | None = None) -> dict[str, Any]:
        """The columns of a note as read; ``mod`` moves on only when an export would show something else."""
        read = self.file_of[note.file]
        note = replace(note, file=read.deck.file)
        new_hash = content_hash(note)
        columns = {
            **note_columns(note),
            "last_path": shown(read.file.path),
            "file_id": read.file_id,
            "content_key": matching.content_key(note),
            "content_hash": new_hash,
            "retired_at": None,
        }
        if row is None:
            return columns
        changed = new_hash != row["content_hash"] or row["retired_at"] is not None
        return {**columns, "mod": max(self.now_ms // 1000, row["mod"] + 1) if changed else row["mod"]}

    def _common(self, note: Note) -> dict[str, int]:
        """The columns that all cards of a note share."""
        deck_id = self.decks[note.deck]
        shipped = self.file_of[note.file].root.shipped
        position = notes.position(deck_id, self.places[note], shipped=shipped)
        return {"draft": int(note.draft), "deck_id": deck_id, "position": position}

    def _write_new(self, new: Sequence[Note]) -> None:
        key = notes.next_key(self.connection, tables.note)
        created = notes.next_created_ms(self.connection, tables.note, self.now_ms)
        rows, asking = [], Asking()
        for number, (note, uid) in enumerate(self._minted(new)):
            row = {
                **self._note_columns(note),
                "id": key + number,
                "uid": uid,
                "created_ms": created + number,
                "mod": self.now_ms // 1000,
            }
            rows.append(row)
            self.uid_of[note], self.key_of[note] = uid, row["id"]
            asking.add_new(row["id"], uid, self._named(note), self._common(note))
        notes.insert_many(self.connection, tables.note, rows)
        asking.write(self.connection, self.report, self.now_ms)

    def _write_steps(self, matched: Matching) -> None:
        """Which note each one follows as a step of a chain in its own file."""
        keys = {pair.note: int(self.rows[pair.known.id]["id"]) for pair in matched.pairs} | self.key_of
        keys |= {copy: keys[note] for note, copies in matched.others.items() for copy in copies}
        of_files: dict[str, list[Note]] = {}
        for note in keys:
            of_files.setdefault(note.file, []).append(note)
        before = {step: last for of_file in of_files.values() for step, last in steps_before(of_file).items()}
        own = {keys[note]: keys[before[note]] if note in before else None for note in self.places}
        notes.set_steps(self.connection, own)

    def _minted(self, new: Sequence[Note]) -> list[tuple[Note, NoteId]]:
        """Ids for new notes: two machines that first see the same file agree on them."""
        seen: dict[tuple[str, str, str], int] = {}
        wanted = []
        for note in new:
            name = self.file_of[note.file].deck.file
            key = (name, str(note.kind), matching.Identity.of(note).question_key)
            seen[key] = seen.get(key, -1) + 1
            wanted.append((note, *key, seen[key]))
        first = [matching.mint(name, kind, key, nth, ()) for _, name, kind, key, nth in wanted]
        taken = notes.TakenIds(self.connection, tables.note, first)
        minted = []
        for note, name, kind, question, nth in wanted:
            uid = matching.mint(name, kind, question, nth, taken)
            taken.add(uid)
            minted.append((note, uid))
        return minted

    def _write_asks(self, asks: Sequence[matching.Ask]) -> None:
        for ask in asks:
            new_uid = self.uid_of[ask.note]
            notes.ask_about(self.connection, ask.known.id, new_uid, ask.similarity, self.now_ms)
            self.report.ask.append(
                Ask(
                    note_from(self.rows[ask.known.id]),
                    ask.known.id,
                    self._named(ask.note),
                    new_uid,
                    ask.similarity,
                )
            )

    def _named(self, note: Note) -> Note:
        return replace(note, file=self.file_of[note.file].deck.file)

    def _retire(self, uids: Iterable[NoteId]) -> None:
        rows = [self.rows[uid] for uid in uids]
        cards = notes.cards_of(self.connection, [row["id"] for row in rows])
        for row in rows:
            living = [card for card in cards.get(row["id"], ()) if not card["retired"]]
            self._tell(Fate.RETIRED, row["uid"], living, note_from(row), None)
        notes.retire(self.connection, [row["id"] for row in rows], self.now_ms)

    def _write_places(self, matched: Matching, known: Sequence[Known], kept_files: set[str]) -> None:
        """The further places of notes; a note that lost its own place takes one of the others."""
        notes.clear_places(
            self.connection, [key for key, path in self.looked_at.items() if path not in kept_files]
        )
        paired = {pair.known.id: pair for pair in matched.pairs}
        for each in known:
            if each.stays and each.id not in paired and each.note.file not in kept_files:
                self._take_other_place(each)
        places: list[tuple[int, Note]] = []
        for pair in matched.pairs:
            key = self.rows[pair.known.id]["id"]
            first = [pair.note] if self._stands_elsewhere(pair.known) else []
            places += [(key, copy) for copy in (*first, *matched.others.get(pair.note, ()))]
        for note in matched.new:
            places += [(self.key_of[note], copy) for copy in matched.others.get(note, ())]
        rows = [
            {"note_id": key, "file_id": self.file_of[copy.file].file_id, "line": copy.line}
            for key, copy in places
            if copy.file not in kept_files
        ]
        notes.insert_many(self.connection, tables.place, rows)

    def _take_other_place(self, known: Known) -> None:
        row = self.rows[known.id]
        if row["file_id"] not in self.looked_at:
            return
        place = min(self.elsewhere[known.id], key=lambda place: (place["file_id"], place["line"]))
        # its deck and headings there are not known before that file is read
        name = notes.read_again(self.connection, place["file_id"])
        columns = {"id": row["id"], "file_id": place["file_id"], "line": place["line"], "last_file": name}
        notes.update_many(self.connection, tables.note, [columns])
        notes.remove_place(self.connection, row["id"], place["file_id"])

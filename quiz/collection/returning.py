"""Notes of ours that come back from Anki: which of them were edited there, and those edits in their files."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.cards import NoteId, Problem
from quiz.collection.edits import TAGS, added_tags, field_edits, with_edits
from quiz.collection.reports import OutsideEdit
from quiz.collection.scanning import Read, root_of
from quiz.errors import AnswerRefusedError
from quiz.library import NoteFile, digest, read_note, shown
from quiz.notes import deck_name, insert_tags, parse, replace_text
from quiz.store.rows import note_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from quiz.cards import Note
    from quiz.collection import Collection
    from quiz.collection.edits import FieldEdit
    from quiz.collection.scanning import Root
    from quiz.importers.anki.values import AnkiNote, Package
    from quiz.library import Staged
    from quiz.store.rows import Row

    AsExported = Callable[[str, bool], Mapping[str, str]]

_VERSIONS = """
SELECT exported.note_id, rendered.html
FROM exported JOIN rendered ON substr(rendered.content_hash, 1, 64) = exported.content_hash
WHERE exported.note_id IN ({keys}) ORDER BY exported.exported_at
"""
_AT_ONCE = 500


@dataclass(slots=True)
class _File:
    """A file with edits carried over.

    Attributes:
        before: Its bytes as they are.
        now: Its bytes as they are to be.
        notes: Those that were edited, as they are to be read.
    """

    root: Root
    name: str
    before: bytes
    now: bytes
    notes: dict[NoteId, Note]


class Returning:
    """The edits of one package.

    Args:
        collection: That exported the notes.
        package: In which they come back.
        as_exported: Gives the fields of a note by their names, from the HTML that its export left and whether it is a
            cloze.
        take: Carry edits over into files.

    Attributes:
        edits: What was found.
        problems: Notes of which it cannot be told.
        taken: Notes with an edit that is carried over.
    """

    def __init__(
        self, collection: Collection, package: Package, as_exported: AsExported, *, take: bool
    ) -> None:
        self._collection = collection
        self._media = {name: name for name in package.media}
        self._package = package.name
        self._as_exported = as_exported
        self._take = take
        self._sources = collection.store.read("SELECT path, shipped FROM source")
        self._files: dict[str, _File] = {}
        self.edits: list[OutsideEdit] = []
        self.problems: list[Problem] = []
        self.taken: set[str] = set()

    def look_at(self, notes: Sequence[tuple[AnkiNote, Row]], closed: set[str]) -> None:
        """Find the edits of notes, each with its row here.

        Args:
            notes: That were exported from here.
            closed: Paths of files that the import writes otherwise.
        """
        changed = [(note, row) for note, row in notes if note.mod != row["mod"]]
        versions = self._versions([row["id"] for _, row in changed])
        for note, row in changed:
            both = {} if note.type.cloze else {"Reverse": "1" if note_from(row).both else ""}
            forms = [
                {**self._as_exported(html, note.type.cloze), **both} for html in versions.get(row["id"], ())
            ]
            if forms:
                self._look_at(note, row, field_edits(note, forms, self._media), closed)
            elif note.mod > row["mod"]:
                self.problems.append(
                    Problem(
                        row["last_path"] or self._package,
                        row["line"],
                        "W804",
                        "changed in Anki, and what was exported is not remembered here. Compare the two yourself.",
                    )
                )

    def _versions(self, keys: Sequence[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for start in range(0, len(keys), _AT_ONCE):
            chosen = ", ".join(str(int(key)) for key in keys[start : start + _AT_ONCE])
            for key, html in self._collection.store.read(_VERSIONS.format(keys=chosen)):
                found.setdefault(key, []).append(html)
        return found

    def _look_at(self, note: AnkiNote, row: Row, edits: Sequence[FieldEdit], closed: set[str]) -> None:
        ours = note_from(row)
        texts = with_edits(ours, edits)
        tags = added_tags(note, ours.tags)
        refused = dict(texts.refused)
        possible = [edit.name for edit in texts.edits if edit.name not in refused] + [TAGS] * bool(tags)
        if self._take and possible:
            wanted = replace(ours, prompt=texts.prompt, answer=texts.answer)
            reason = self._carry(row, ours, wanted, tags, closed)
            refused |= dict.fromkeys(possible, reason) if reason else {}
        found = [(edit.name, edit.before, edit.after) for edit in texts.edits]
        if tags:
            found.append((TAGS, "", " ".join(f"#{tag}" for tag in tags)))
        for name, before, after in found:
            taken = self._take and name not in refused
            if taken:
                self.taken.add(note.guid)
            self.edits.append(
                OutsideEdit(
                    NoteId(row["uid"]),
                    row["last_path"],
                    row["line"],
                    name,
                    before,
                    after,
                    taken,
                    refused.get(name, ""),
                )
            )

    # --- files -------------------------------------------------------------------------------------------------

    def _carry(self, row: Row, ours: Note, wanted: Note, tags: Sequence[str], closed: set[str]) -> str:
        """Change the text of a note in its file; why that cannot be done, if it cannot."""
        path = row["last_path"]
        if row["file_id"] is None:
            return "it is in none of your files any more"
        if path in closed:
            return "its file is written by this import; import once more"
        file = self._file(path)
        if file is None:
            return "it is in a deck that comes with dquiz; `dquiz edit` makes it yours"
        deck = deck_name(file.name)
        found = _same(parse(file.now, file=file.name, deck=deck).notes, ours)
        if found is None:
            return "its file has changed since it was read; run dquiz sync"
        try:
            now = replace_text(file.now, found, prompt=wanted.prompt, answer=wanted.answer, deck=deck)
            if tags:
                found = _same(parse(now, file=file.name, deck=deck).notes, wanted)
                now = insert_tags(now, found or wanted, tags, deck=deck)
        except AnswerRefusedError:
            return "it has no place in the file as it is; edit it there"
        file.now = now
        file.notes[NoteId(row["uid"])] = wanted
        return ""

    def _file(self, path: str) -> _File | None:
        if path not in self._files:
            root = root_of(self._sources, Path(path))
            if root.shipped:
                return None
            name = Path(path).name if path == root.source else path[len(root.source.rstrip("/")) + 1 :]
            before = read_note(Path(path))
            self._files[path] = _File(root, name, before, before, {})
        return self._files[path]

    def changed(self, staged: Staged | None) -> Iterator[Read]:
        """The files with edits, as a sync would find them; staged, if they are to be written."""
        for path, file in self._files.items():
            if not file.notes:
                continue
            place = NoteFile(Path(path), Path(path).name, len(file.now), mtime_ns=-1)
            if staged:
                place = staged.add(Path(path), file.now, expected=file.before)
            deck = parse(file.now, file=file.name, deck=deck_name(file.name))
            yield Read(place, file.root, time.time_ns(), replace(deck, digest=digest(file.now)))

    @property
    def files(self) -> list[str]:
        """The paths of files with edits."""
        return [shown(path) for path, file in self._files.items() if file.notes]

    @property
    def pins(self) -> Iterator[tuple[NoteId, int]]:
        """Where the notes that were edited stand now, for they stay themselves."""
        for file in self._files.values():
            notes = parse(file.now, file=file.name, deck=deck_name(file.name)).notes
            for note_id, wanted in file.notes.items():
                if found := _same(notes, wanted):
                    yield note_id, found.line


def _same(notes: Sequence[Note], wanted: Note) -> Note | None:
    """The note with a text that stands nearest to where it stood."""
    same = [
        note
        for note in notes
        if (note.kind, note.prompt, note.answer) == (wanted.kind, wanted.prompt, wanted.answer)
    ]
    return min(same, key=lambda note: abs(note.line - wanted.line), default=None)

"""The decks that come with dquiz: each takes part once it is named, and gives way to decks of one's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from quiz.collection.scanning import Root, Scan, files_below, scan
from quiz.library import digest, read_note, shipped_decks, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.collection import Collection
    from quiz.store.reading import Reader
    from quiz.store.rows import Row

APART = "shipped/"
"""What the name of a shipped deck begins with where one's own notes have a deck of its name."""
_MARK = "shipped"
COPIES = "copies"
_NAMED = "named:"
_SUFFIX = ".md"

_OWN_NAMES = """
SELECT DISTINCT note.deck FROM note JOIN file ON file.id = note.file_id JOIN source ON source.id = file.source_id
WHERE source.shipped = 0 AND note.retired_at IS NULL
"""

_SHIPPED_FILES = """
SELECT file.id, file.path, file.name FROM file JOIN source ON source.id = file.source_id
WHERE source.shipped = 1 ORDER BY file.name
"""

_DECKS_OF_PATH = """
SELECT DISTINCT note.deck FROM note JOIN file ON file.id = note.file_id
WHERE file.path = :path AND note.retired_at IS NULL
"""

_WITH_CARDS = " AND EXISTS (SELECT 1 FROM card WHERE card.note_id = note.id AND card.retired = 0)"

_DECKS_OF_FILE = "SELECT DISTINCT deck FROM note WHERE file_id = :file AND retired_at IS NULL"


class Copy(NamedTuple):
    """A shipped deck that was copied into one's own notes.

    Attributes:
        name: Of the original's file.
        digest: Of the original as it was known last.
    """

    name: str
    digest: str


class Shipped:
    """The shipped decks as one collection knows them."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._read = collection.store.read
        self.folder = shipped_decks()

    @property
    def wanted(self) -> bool:
        """Whether there are any, for this learner."""
        return self._collection.settings.collection.shipped

    def files(self) -> dict[str, Path]:
        """The files of all of them, by the names of the decks."""
        if not self.wanted:
            return {}
        names = sorted(entry.name for entry in os.scandir(self.folder) if entry.name.endswith(_SUFFIX))
        return {name.removesuffix(_SUFFIX): self.folder / name for name in names}

    def offered(self) -> dict[str, Path]:
        """The files of those that do not take part, by the names they would have; a copy stands for its original."""
        taking_part = {row["path"] for row in self._read(_SHIPPED_FILES)}
        left = {name: path for name, path in self.files().items() if shown(path) not in taking_part}
        if not left:
            return {}
        known = (
            {row[0] for row in self._read("SELECT path FROM file")} if (kept := copies(self._read)) else set()
        )
        copied = {copy.name for path, copy in kept.items() if path in known}
        own = own_names(self._read)
        return {apart(name, own): path for name, path in left.items() if path.name not in copied}

    def called(self, name: str) -> Path | None:
        """The file of the shipped deck of that name, whether it takes part or not."""
        files, plain = self.files(), name.removeprefix(APART)
        if name == plain and name not in self.offered():
            return None
        return files.get(plain)

    def name_of(self, path: Path) -> str:
        """The name of the deck of a file; empty if all its cards stand elsewhere too, and are called after that."""
        decks = self._read(_DECKS_OF_PATH + _WITH_CARDS, path=shown(path))
        return str(decks[0][0]) if decks else ""

    def adopt(self, path: Path, now: datetime) -> None:
        """Let a deck take part from now on."""
        from quiz.store.notes import set_setting

        sync = self._collection.sync
        root = Root(path, shown(self.folder), shipped=True, known=False)
        found = scan(self._read, [root], sync.progress)
        sync.apply(found, [root], now, also=lambda connection: set_setting(connection, _MARK, self._mark()))

    # --- with another dquiz ------------------------------------------------------------------------------------

    def _mark(self) -> str:
        """Changes whenever dquiz brings other decks, or lies elsewhere."""
        files = [(entry.name, entry.stat().st_mtime_ns) for entry in os.scandir(self.folder)]
        return f"{_NAMED}{self.folder}:{digest(repr(sorted(files)).encode())[:16]}"

    def refresh(self, now: datetime) -> None:
        """Read those that take part again when dquiz brings other ones."""
        from quiz.store import notes

        before = self._collection.store.setting(_MARK)
        if not before or before == (mark := self._mark()) or self._collection.store.read_only:
            return
        sources = [row[0] for row in self._read("SELECT path FROM source WHERE shipped = 1")]
        with self._collection.store.write() as connection:
            for old in sources:
                notes.move_source(connection, old, shown(self.folder))
        root = Root(self.folder, shown(self.folder), shipped=True, known=bool(sources), known_only=True)
        found = scan(self._read, [root], self._collection.sync.progress)
        left = [] if before.startswith(_NAMED) else self._never_used()
        accepted = [shown(self.folder)]
        self._collection.sync.apply(
            found,
            [root],
            now,
            accepted=accepted,
            also=lambda connection: notes.set_setting(connection, _MARK, mark),
        )
        if left:
            self._let_go(left, now)

    def _never_used(self) -> list[Row]:
        """The files in whose cards nothing was ever done: older collections took all decks at their birth."""
        from quiz.collection.planned import targets_of_plan
        from quiz.store.notes import used_notes

        settings = self._collection.settings.decks
        named = [*targets_of_plan(self._collection), *settings]
        rows = self._read(_SHIPPED_FILES)
        with self._collection.store.write() as connection:
            used = used_notes(connection, [row["id"] for row in rows])
        return [
            row
            for row in rows
            if row["id"] not in used and not {row["path"], row["name"].removesuffix(_SUFFIX)} & set(named)
        ]

    def _let_go(self, rows: Sequence[Row], now: datetime) -> None:
        names = [row["name"].removesuffix(_SUFFIX) for row in rows]
        self.release([row["path"] for row in rows], now)
        self._collection.tell(
            "Decks that come with dquiz take part once they are named. Nothing was ever done with "
            f"{', '.join(names)}: no longer in the collection. To begin one: dquiz review {names[0]}"
        )

    def release(self, paths: Iterable[str], now: datetime) -> None:
        """Decks no longer take part: cards with a history retire, the others go."""
        from quiz.store import notes

        gone = [row for path in paths for row in files_below(self._read, Path(path)).values()]
        keys = [row["id"] for row in gone]
        with self._collection.store.write() as connection:
            standing = [row["id"] for row in notes.living_notes(connection, keys)]
        self._collection.sync.apply(
            Scan(gone=gone),
            [],
            now,
            accepted=[row["path"] for row in gone],
            also=lambda connection: notes.remove_unused(connection, standing),
        )

    def taking_part(self, name: str) -> str | None:
        """The path of the deck of that name, if it takes part."""
        path = shown(self.folder / f"{name.removeprefix(APART)}{_SUFFIX}")
        return path if any(row["path"] == path for row in self._read(_SHIPPED_FILES)) else None

    # --- copies ------------------------------------------------------------------------------------------------

    def changed_originals(self) -> Iterator[str]:
        """What to say of copies whose originals are others now, once for each change."""
        from quiz.store.notes import set_setting

        known = copies(self._read)
        now = {
            path: copy._replace(digest=digest(read_note(self.folder / copy.name)))
            for path, copy in known.items()
            if (self.folder / copy.name).is_file()
        }
        changed = [path for path in now if now[path] != known[path]]
        if not changed or self._collection.store.read_only:
            return
        with self._collection.store.write() as connection:
            set_setting(connection, COPIES, json.dumps(known | now))
        for path in changed:
            yield (
                f"This dquiz brings another {now[path].name}. Your copy stays as it is; to compare the two: "
                f"diff {path} {shown(self.folder / now[path].name)}"
            )


# --- names ---------------------------------------------------------------------------------------------------------


def own_names(read: Reader, more: Iterable[str] = ()) -> set[str]:
    """The names of one's own decks and of all above them, casefolded: Anki knows no case."""
    found: set[str] = set()
    for name in (*(row[0] for row in read(_OWN_NAMES)), *more):
        parts = name.casefold().split("/")
        found.update("/".join(parts[: end + 1]) for end in range(len(parts)))
    return found


def apart(name: str, own: set[str]) -> str:
    """The name of a shipped deck beside decks of one's own."""
    while name.casefold() in own:
        name = APART + name
    return name


def make_way(connection: Connection, more: Iterable[str], *, leaving: set[int]) -> list[tuple[str, str]]:
    """Rename shipped decks whose names one's own notes have by now; old and new names.

    Args:
        connection: Where the notes are about to be written.
        more: Names of decks that were just read from one's own notes.
        leaving: The keys of files that are gone, or that are called otherwise now.
    """
    from quiz.collection.planned import rename_target
    from quiz.store import notes

    read = notes.reader_within(connection)
    files = read(_SHIPPED_FILES)
    if not files:
        return []
    own, renamed = own_names(read, more), []
    for file in {key for key, _path, _name in files} - leaving:
        for (old,) in read(_DECKS_OF_FILE, file=file):
            new = apart(old, own)
            if new != old:
                notes.rename_deck(connection, file, old, new)
                rename_target(connection, old, new)
                renamed.append((old, new))
    return renamed


def name_kept(read: Reader, path: str, name: str) -> str:
    """The name under which the cards of a shipped file are known, else the given one."""
    return next((deck for (deck,) in read(_DECKS_OF_PATH, path=path) if deck.endswith(APART + name)), name)


# --- copies --------------------------------------------------------------------------------------------------------


def copies(read: Reader) -> dict[str, Copy]:
    """The copies of shipped decks, by their paths."""
    stored = read("SELECT value FROM setting WHERE key = :key", key=COPIES)
    return {path: Copy(*copy) for path, copy in json.loads(stored[0][0]).items()} if stored else {}

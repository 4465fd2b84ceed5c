"""Copies a shipped deck into the learner's own notes before anything is written into it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.collection.scanning import Read, Root, Scan, deck_called, files_below, name_in, root_of
from quiz.collection.shipping import COPIES, Copy, copies
from quiz.library import NoteFile, Staged, absolute, digest, read_note, shown
from quiz.reading import Source, read_deck

if TYPE_CHECKING:
    from datetime import datetime

    from quiz.collection import Collection

_FILE = """
SELECT file.id, file.path, file.name FROM file JOIN source ON source.id = file.source_id
WHERE source.shipped = 1 AND file.path = :path
"""

_DECK = "SELECT deck FROM note WHERE file_id = :file AND retired_at IS NULL ORDER BY line LIMIT 1"


def own_copy(collection: Collection, path: str, now: datetime) -> Path:
    """The file to edit instead of one that may be shipped: its copy among one's own notes, made if need be.

    The cards keep ids, schedules and history; the original takes part no longer. Killed at any point, it leaves
    everything as it was, or with a copy that the next attempt takes.

    Raises:
        MissingError: The copy cannot be written.
        StoreError: The collection cannot be written.
    """
    from quiz.store import notes

    rows = collection.store.read(_FILE, path=path)
    if not rows:
        return Path(path)
    collection.store.refuse_read_only()
    key, _, name = rows[0]
    decks = collection.store.read(_DECK, file=key)
    data = read_note(Path(path))
    left = absolute(collection.notes / name)  # an attempt that was killed, and perhaps synced since
    wanted = f"{decks[0][0] if decks else Path(name).stem}.md"
    copy = left if _is(left, data) else _written(collection.notes, wanted, data)
    kept = {**copies(collection.store.read), shown(copy): Copy(name, digest(data))}
    collection.sync.apply(
        _moved(collection, Path(path), copy),
        [_root(collection, copy)],
        now,
        accepted=[path],
        also=lambda connection: notes.set_setting(connection, COPIES, json.dumps(kept)),
    )
    return copy


def _written(folder: Path, name: str, data: bytes) -> Path:
    """The copy, on disk; a file that is there is taken if it is equal, and never overwritten."""
    for number in count(1):
        path = absolute(folder / name)
        path = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        if path.exists() and not _is(path, data):
            continue
        if not path.exists():
            with Staged() as staged:
                staged.add(path, data, expected=None)
                staged.publish()
        return path
    raise AssertionError


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and read_note(path) == data


def _root(collection: Collection, copy: Path) -> Root:
    sources = collection.store.read("SELECT path, shipped FROM source")
    root = root_of(sources, copy)
    return root if root.known else replace(root_of(sources, absolute(collection.notes)), path=copy)


def _moved(collection: Collection, path: Path, copy: Path) -> Scan:
    """What a sync would find if the shipped file had become the copy."""
    root, status = _root(collection, copy), copy.stat()
    file = NoteFile(copy, copy.name, status.st_size, status.st_mtime_ns)
    name = name_in(root.source, file)
    deck = read_deck(Source(copy, name, deck_called(root.source, name)))
    gone = list(files_below(collection.store.read, path).values())
    return Scan(read=[Read(file, root, time.time_ns(), deck)], gone=gone)

"""From what a person types to cards: deck names, paths, ids, anchors and places."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from quiz.collection import new_order, wishes
from quiz.collection.naming import Names
from quiz.errors import AmbiguousCardError, CardNotFoundError, UsageError
from quiz.library import absolute, find_notes, lies_in, shown
from quiz.store.reading import Selected, card_rows
from quiz.store.rows import card_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.store.rows import Row

_SHOWN_ID = 8


def select(collection: Collection, targets: Sequence[str], now: datetime) -> Selected:
    """The cards that deck names and paths name together; all of them if none is given."""
    return selection_of(collection, resolved(collection, targets, now))


def resolved(collection: Collection, targets: Sequence[str], now: datetime) -> list[str]:
    """What people type, as full names of decks and absolute paths.

    Paths are synced first, and shipped decks that are named take part from now on.

    Raises:
        MissingError: A path has no notes.
        DeckNotFoundError: A name is that of no deck, or of several.
    """
    wishes.follow_settings(collection, now)
    new_order.follow_settings(collection)
    paths = [target for target in targets if is_path(target)]
    if paths:
        collection.sync.bring_in(paths, now)
    names = Names(collection, now)
    return [shown(absolute(each)) if each in paths else names.full(each) for each in targets]


def fitting(collection: Collection, selected: Selected, fits: Callable[[Card], bool]) -> Selected:
    """Those of some cards that fit."""
    rows = card_rows(collection.store.read, selected.condition + " AND card.retired = 0")
    start = collection.days.start
    return replace(selected, keys=tuple(row["key"] for row in rows if fits(card_from(row, start))))


def selection_of(collection: Collection, targets: Sequence[str]) -> Selected:
    """The cards of decks and of absolute paths, as they were read last; what is gone by now has none."""
    if not targets:
        return Selected()
    paths = [target for target in targets if target.startswith(os.sep)]
    decks = {row["name"]: row["id"] for row in collection.store.read("SELECT id, name FROM deck")}
    return Selected(
        tuple(key for deck, key in decks.items() if any(lies_in(deck, name) for name in targets)),
        tuple(file_id for path in paths for file_id in _file_ids(collection, absolute(path))),
        everything=False,
    )


def is_path(target: str) -> bool:
    """Whether a target means a file or folder: it exists, and what looks like a deck's name holds notes."""
    path = absolute(target)
    if not path.exists():
        return target.endswith((".md", ".markdown")) or target.startswith((".", "/", "~"))
    return path.is_file() or os.sep in target or target in {".", ".."} or bool(find_notes(path).files)


def _file_ids(collection: Collection, path: Path) -> list[int]:
    name = shown(path)
    rows = collection.store.read(
        "SELECT id FROM file WHERE path = :path OR substr(path, 1, :length) = :folder",
        path=name,
        folder=name.rstrip("/") + "/",
        length=len(name.rstrip("/")) + 1,
    )
    return [row[0] for row in rows]


def find_card(collection: Collection, given: str) -> tuple[int, Card]:
    """See `Collection.find`."""
    path, _, line = given.rpartition(":")
    if given.startswith("^"):
        rows = card_rows(
            collection.store.read, " AND note.anchor = :anchor AND card.retired = 0", anchor=shown(given[1:])
        )
    elif path and line.isdigit():
        rows = _at_place(collection, path, int(line))
    else:
        rows = _by_id(collection, given)
    if not rows:
        raise CardNotFoundError(
            f"No card '{shown(given)}'. `dquiz search WORDS` shows ids; ^anchor and PATH:LINE work too.",
            given=shown(given),
        )
    return rows[0]["key"], card_from(rows[0], collection.days.start)


def _by_id(collection: Collection, given: str) -> list[Row]:
    start = given.lower()
    if not start.isalnum():
        raise CardNotFoundError(
            f"'{shown(given)}' is no card's id. `dquiz search WORDS` shows ids.", given=shown(given)
        )
    rows = card_rows(
        collection.store.read, " AND card.uid >= :start AND card.uid < :end", start=start, end=start + "~"
    )
    if len(rows) > 1:
        near_ids = [row["uid"][: max(_SHOWN_ID, len(start) + 2)] for row in rows[:5]]
        raise AmbiguousCardError(
            f"'{shown(given)}' fits {len(rows)} cards: {', '.join(near_ids)}. Give more of the id.",
            given=shown(given),
            near=near_ids,
        )
    return rows


def _at_place(collection: Collection, path: str, line: int) -> list[Row]:
    """The cards of the note that covers a line of a file, given by its path or its end."""
    if line < 1:
        raise UsageError(f"{shown(path)}:{line}: lines are counted from 1.")
    condition = " AND note.line <= :line AND note.end_line >= :line AND card.retired = 0"
    full = shown(absolute(path))
    rows = card_rows(collection.store.read, condition + " AND file.path = :path", path=full, line=line)
    if rows:
        return rows
    end = f"/{path.removeprefix('./').lstrip('/')}"
    files = collection.store.read("SELECT DISTINCT path FROM file")
    paths = [row[0] for row in files if row[0].endswith(end)]
    return [
        row
        for each in paths
        for row in card_rows(
            collection.store.read, condition + " AND file.path = :path", path=each, line=line
        )
    ]

"""Writes a new question into a deck of one's own, or into a new one, and reads it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.collection.finding import is_path
from quiz.collection.naming import Names
from quiz.errors import AmbiguousDeckError, DeckNotFoundError, MissingError, QuizError, UsageError
from quiz.library import SUFFIXES, Staged, absolute, read_note, shown
from quiz.notes import deck_name
from quiz.notes.adding import append_question
from quiz.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from quiz.cards import Card
    from quiz.collection import Collection

_UNSAFE = re.compile(r'[\s<>:"\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]+')
_FILES = """
SELECT file.path, file.name, count(*) AS notes FROM note
JOIN file ON file.id = note.file_id JOIN source ON source.id = file.source_id
WHERE note.deck = :deck AND note.retired_at IS NULL AND source.shipped = :shipped
GROUP BY file.id ORDER BY notes DESC, file.id
"""
_OWN_DECKS = """
SELECT DISTINCT note.deck FROM note
JOIN file ON file.id = note.file_id JOIN source ON source.id = file.source_id
WHERE note.retired_at IS NULL AND source.shipped = 0 ORDER BY note.deck
"""
_STUDIED_LAST = """
SELECT note.deck FROM review JOIN card ON card.id = review.card_id JOIN note ON note.id = card.note_id
JOIN file ON file.id = note.file_id JOIN source ON source.id = file.source_id
WHERE source.shipped = 0 AND review.undone_at IS NULL ORDER BY review.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Target:
    """The file that a question goes into.

    Attributes:
        name: As the file is called below its source, from which its deck gets a name.
        head: With which the file begins if it is not there yet.
        source: What has to be read afterwards.
        shipped: It comes with dquiz, so a copy is written to.
    """

    path: Path
    name: str
    source: Path
    head: str = ""
    shipped: bool = False


def target(collection: Collection, given: str, folder: Path, now: datetime) -> Target:
    """Where a question goes; a shipped deck that is named takes part from now on.

    Args:
        collection: Its decks are known by name.
        given: A deck, a file of notes, or the name of a new deck; empty is the deck that was studied last.
        folder: Of the learner's notes, for a new deck.
        now: The moment, UTC.

    Raises:
        DeckNotFoundError: None is given or several are called so, and it is not clear which is meant.
        UsageError: It can be no name.
    """
    if given and is_path(given) and absolute(given).suffix.lower() in SUFFIXES:
        path = absolute(given)
        rows = collection.store.read("SELECT name FROM file WHERE path = :path", path=shown(path))
        return Target(path, rows[0]["name"] if rows else path.name, path)
    name = given.strip("/ ") or _studied_last(collection)
    return (
        _existing(collection, name)
        or _existing(collection, _full(collection, name, now))
        or _new(name, folder)
    )


def _existing(collection: Collection, name: str) -> Target | None:
    """The file that holds most of a deck; one's own wins over a shipped one."""
    for shipped in (0, 1):
        if found := collection.store.read(_FILES, deck=name, shipped=shipped):
            path = Path(found[0]["path"])
            return Target(path, found[0]["name"], path, shipped=bool(shipped))
    return None


def _full(collection: Collection, name: str, now: datetime) -> str:
    """The full name of a deck as every command understands it; a name that no deck has stays as it is.

    Raises:
        AmbiguousDeckError: Several decks are called so.
    """
    try:
        return Names(collection, now).full(name)
    except AmbiguousDeckError:
        raise
    except MissingError:
        return name


def _studied_last(collection: Collection) -> str:
    if last := collection.store.read(_STUDIED_LAST):
        return str(last[0]["deck"])
    own = [row["deck"] for row in collection.store.read(_OWN_DECKS)]
    if len(own) == 1:
        return str(own[0])
    there = f" There is: {', '.join(own)}." if own else ""
    raise DeckNotFoundError(f"Name the DECK: `dquiz add NAME`, a new one too.{there}", near=own)


def _new(name: str, folder: Path) -> Target:
    """A file for a new deck, which says its name itself where the file's name cannot."""
    parts = [_UNSAFE.sub("-", part).strip("-. ") for part in name.split("/")]
    if not all(parts):
        raise UsageError(f"'{shown(name)}' is no name for a deck.{did_you_mean(name, ())}", given=shown(name))
    file = "/".join(parts) + ".md"
    head = "" if deck_name(file) == name else f"---\ndeck: {json.dumps(name, ensure_ascii=False)}\n---\n\n"
    return Target(absolute(folder / file), file, absolute(folder), head)


def add(
    collection: Collection, to: Target, prompt: str, answer: str, tags: Sequence[str], now: datetime
) -> Card:
    """Write a question and its answer into a file, and read it, so that it can be asked at once.

    Raises:
        AnswerRefusedError: It would not be read back as it is; nothing was written.
        FileChangedError: The file was changed meanwhile.
        MissingError: The file cannot be read or written.
    """
    if to.shipped:
        copy = collection.own_copy(str(to.path), now)
        collection.tell(f"This deck comes with dquiz. Yours is a copy from now on: {shown(copy)}")
        to = Target(copy, copy.name, copy)
    before = read_note(to.path) if to.path.exists() else None
    data, note = append_question(
        to.head.encode() if before is None else before,
        prompt,
        answer,
        tags,
        file=to.name,
        deck=deck_name(to.name),
    )
    with Staged() as staged:
        staged.add(to.path, data, expected=before)
        staged.publish()
    collection.sync.bring_in([str(to.source)], now)
    for card in collection.cards(collection.select([str(to.path)], now)):
        if (card.note.prompt, card.note.answer) == (note.prompt, note.answer):
            return card
    raise QuizError(f"{shown(to.path)}:{note.line}: it was written, but is not read: see .dquizignore.")

"""The only writing into notes: an answer below its question, and ^id marks, each at its place and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quiz.errors import FileChangedError
from quiz.library import find_notes, read_note, shown, write_note
from quiz.matching import Identity
from quiz.notes import deck_name, parse
from quiz.notes.writing import insert_anchors, insert_answer, remove_anchors
from quiz.store.reading import card_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from quiz.cards import Card, Note
    from quiz.collection import Collection


def fill(collection: Collection, card: Card, answer: str, now: datetime) -> None:
    """Write an answer below the question of a draft, and read the file again.

    Raises:
        FileChangedError: The question is not there any more, or the file changed while it was written.
        AnswerRefusedError: The answer would change other cards of the file.
    """
    path = collection.own_copy(card.path, now)
    if str(path) != card.path:
        card = collection.find(card.id)[1]
    data = read_note(path)
    note = _found_again(data, card)
    write_note(path, insert_answer(data, note, answer, deck=deck_name(card.note.file)), expected=data)
    collection.reread(card, now)


def _found_again(data: bytes, card: Card) -> Note:
    """The draft in the file as it is now, which may have changed since it was read."""
    deck = parse(data, file=card.note.file, deck=deck_name(card.note.file))
    found = _same(card.note, deck.notes)
    if found is None or not found.draft:
        raise FileChangedError(
            f"{card.path}:{card.note.line}: E601 the question is not there unanswered any more. Run `dquiz sync`."
        )
    return found


def _same(note: Note, candidates: Sequence[Note]) -> Note | None:
    """The note with the same anchor, else the nearest with the same question."""
    if note.anchor:
        return next((each for each in candidates if each.anchor == note.anchor), None)
    key = Identity.of(note).question_key
    same = [each for each in candidates if each.kind is note.kind and Identity.of(each).question_key == key]
    return min(same, key=lambda each: abs(each.line - note.line), default=None)


def anchor(
    collection: Collection, paths: Sequence[str], *, remove: bool, dry_run: bool, now: datetime
) -> list[tuple[str, int]]:
    """Write ``^id`` marks for all notes that have a line for one, or take them out; the paths with how many.

    The mark is the start of the note's id, so that it means the same card everywhere.
    """
    collection.sync.bring_in(paths, now)
    changed = []
    if not dry_run:
        paths = [shown(each) for path in paths for each in _own_files(collection, path, now)]
    for path in paths:
        for file in find_notes(path).files:
            data = read_note(file.path)
            new, count = (_without_marks if remove else _with_marks)(
                collection, data, shown(file.path), file.name
            )
            if count:
                changed.append((shown(file.path), count))
                if not dry_run:
                    write_note(file.path, new, expected=data)
    if not dry_run:
        collection.sync.bring_in(paths, now)
    return changed


def _own_files(collection: Collection, path: str, now: datetime) -> list[Path]:
    """A path, or the copies of the shipped decks that it names."""
    found = [file.path for file in find_notes(path).files]
    own = [collection.own_copy(shown(each), now) for each in found]
    return own if own != found else [Path(path)]


_MARK_LENGTH = 8


def _with_marks(collection: Collection, data: bytes, path: str, name: str) -> tuple[bytes, int]:
    rows = card_rows(collection.store.read, " AND file.path = :path AND card.retired = 0", path=path)
    marks = {row["line"]: row["note_uid"][:_MARK_LENGTH] for row in rows if row["anchor"] is None}
    found = parse(data, file=name, deck=deck_name(name)).notes
    new, marked = insert_anchors(data, [(note, marks[note.line]) for note in found if note.line in marks])
    return new, len(marked)


def _without_marks(_collection: Collection, data: bytes, _path: str, name: str) -> tuple[bytes, int]:
    marked = [note for note in parse(data, file=name, deck=deck_name(name)).notes if note.anchor is not None]
    return (remove_anchors(data, marked), len(marked)) if marked else (data, 0)

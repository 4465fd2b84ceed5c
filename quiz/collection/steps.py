"""Steps that can be taken back, told in words: ratings, what was set aside or marked, ticks and imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quiz.cards import Rating
from quiz.collection.checklist import WRITTEN, texts
from quiz.cues import faces_of
from quiz.store.rows import IMPORT, TICK, damaged, from_ms, note_from, step_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.store.rows import Row

_MOST_NAMED = 100
_STEPS = "SELECT * FROM action WHERE undone_at IS NULL ORDER BY id DESC LIMIT :count"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken, or taken back.

    Attributes:
        keys: The cards that it changed, as the store knows them.
        cards: The first of them.
        text: What it is, in words.
        stays: What of it cannot be taken back, in words; mostly nothing.
    """

    kind: str
    at: datetime
    keys: tuple[int, ...]
    cards: tuple[Card, ...]
    text: str
    review_id: int | None
    stays: str = ""

    @property
    def told(self) -> str:
        """What it was that was taken back, and what stays of it."""
        return f"{self.text}; {self.stays}" if self.stays else self.text


def steps(collection: Collection, count: int) -> list[Step]:
    """The last steps that were not taken back, the last one first.

    Raises:
        StoreRefusedError: One cannot be read.
    """
    rows = collection.store.read(_STEPS, count=count)
    return [step_from(collection, getattr(row, "_mapping", row)) for row in rows]


def step_from(collection: Collection, action: Row) -> Step:
    """A step from its row.

    Raises:
        StoreRefusedError: It cannot be read.
    """
    kind, changes = action["kind"], step_changes(action)
    keys = () if kind == TICK else tuple(key for key, _ in changes)
    cards = tuple(collection.cards_by_key(keys[:_MOST_NAMED]))
    stays = ""
    if kind == TICK:
        text = _ticked(collection, changes)
        if any(WRITTEN in before for _, before in changes):
            stays = "the box in the note stays as it was written: `dquiz done` with --write changes it"
    elif kind == IMPORT:
        text = (
            f"the import of {_counted(_notes(collection, keys), 'note')} with {_counted(len(keys), 'card')}"
        )
        stays = "the notes stay in their files"
    else:
        question = _first_line(faces_of(card).front for card in cards[:1])
        text = f"{_word(collection, action)} on «{question}»"
    return Step(kind, from_ms(action["at"]), keys, cards, text, action["review_id"], stays)


def _word(collection: Collection, action: Row) -> str:
    if action["kind"] != "rate":
        return str(action["kind"])
    try:
        [(rating,)] = collection.store.read(
            "SELECT rating FROM review WHERE id = :id", id=action["review_id"]
        )
        return Rating(rating).name.title()
    except ValueError as error:
        raise damaged(f"review {action['review_id']}") from error


def _notes(collection: Collection, keys: Iterable[int]) -> int:
    """How many notes some cards are of."""
    note_of = dict(tuple(row) for row in collection.store.read("SELECT id, note_id FROM card"))
    return len({note_of[key] for key in keys if key in note_of})


def _ticked(collection: Collection, changes: Sequence[tuple[int, dict[str, Any]]]) -> str:
    """Which task is done, or open again; of several the first."""
    key, before = changes[0]
    rows = collection.store.read("SELECT * FROM note WHERE id = :key", key=key)
    task = _first_line(texts(note_from(getattr(row, "_mapping", row)))[0] for row in rows)
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    done = before.get(WRITTEN, before["ticked_at"] is None)
    return f"{'done' if done else 'open again'} on «{task}»{more}"


def _first_line(texts_: Iterable[str]) -> str:
    return next((text.strip().partition("\n")[0] for text in texts_), "")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"

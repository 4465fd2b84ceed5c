"""How much there is to do: per deck, and for the prompt of a shell."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import State
from quiz.collection.queueing import DayQueue, Options
from quiz.errors import MissingError
from quiz.store.rows import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.session import Waiting
    from quiz.store.reading import Selected

_COUNTS = """
SELECT deck.name, count(*) AS cards,
  sum(CASE WHEN card.queue = 1 THEN 1 ELSE 0 END) AS new, sum(card.draft) AS drafts, sum(card.suspended) AS suspended
FROM card JOIN deck ON deck.id = card.deck_id WHERE card.retired = 0 GROUP BY deck.name ORDER BY deck.name
"""

_FILES = """
SELECT DISTINCT deck.name, file.path FROM card JOIN deck ON deck.id = card.deck_id
JOIN note ON note.id = card.note_id JOIN file ON file.id = note.file_id
WHERE card.retired = 0 ORDER BY deck.name, file.path
"""


class DeckCounts(NamedTuple):
    """The cards of one deck, without its sub-decks.

    Attributes:
        new: Never studied.
        due: Cards in learning and reviews of it that a review of all decks would bring now.
        description: A line about it for people, from the front matter of its first file that has one; or empty.
    """

    name: str
    cards: int
    new: int
    due: int
    drafts: int
    suspended: int
    description: str = ""


class DeckDue(NamedTuple):
    """What a review would bring of one deck now."""

    deck: str
    learning: int
    review: int
    new: int


class Due(NamedTuple):
    """What a review would bring now.

    Attributes:
        due: Cards in learning that are due by now, and reviews: those of the plan, and of the others within the limits.
        new: New cards, likewise.
        later: Cards in learning that become due later on the study day.
        next_at: When the first of these is due, if none is due now.
        decks: The same per deck.
    """

    due: int
    new: int
    later: int
    next_at: datetime | None
    decks: list[DeckDue]


def decks(collection: Collection, now: datetime) -> list[DeckCounts]:
    """All decks that hold cards."""
    coming = due(collection, collection.select((), now), now)
    dues = {deck.deck: deck.learning + deck.review for deck in coming.decks}
    descriptions = _descriptions(collection)
    return [
        DeckCounts(name, cards, new, dues.get(name, 0), drafts, suspended, descriptions.get(name, ""))
        for name, cards, new, drafts, suspended in collection.store.read(_COUNTS)
    ]


def _descriptions(collection: Collection) -> dict[str, str]:
    """What the files of decks say about them, by the names of the decks. A file that is gone says nothing."""
    from quiz.library import read_note
    from quiz.notes.frontmatter import read_front_matter
    from quiz.notes.lines import decode

    found: dict[str, str] = {}
    for deck, path in collection.store.read(_FILES):
        if not found.get(deck):
            with contextlib.suppress(MissingError):
                found[deck] = read_front_matter(decode(read_note(Path(path))).lines).description
    return found


def due(collection: Collection, selected: Selected, now: datetime) -> Due:
    """What a review of some cards would bring now."""
    queue = DayQueue(collection, selected, Options(), now)
    ahead = collection.settings.study.learn_ahead
    learning = queue.due(to_ms(now), to_ms(now + ahead))
    later = queue.learning[len(learning) :]
    due = len(learning) + len(queue.waiting) - queue.new
    return Due(
        due=due,
        new=queue.new,
        later=len(later),
        next_at=from_ms(later[0].due) if later and not due else None,
        decks=_per_deck(learning, queue.waiting),
    )


def _per_deck(learning: Sequence[Waiting], waiting: Sequence[Waiting]) -> list[DeckDue]:
    kinds = {State.NEW: "new", State.REVIEW: "review"}
    counts = Counter((card.deck, kinds.get(card.state, "learning")) for card in (*learning, *waiting))
    decks = sorted({deck for deck, _ in counts})
    return [DeckDue(deck, *(counts[deck, kind] for kind in ("learning", "review", "new"))) for deck in decks]

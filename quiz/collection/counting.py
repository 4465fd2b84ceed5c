"""How much there is to do, for the prompt of a shell; nothing is loaded that it does not need."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import State
from quiz.collection.queueing import DayQueue
from quiz.session import Options
from quiz.store.rows import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.session import Waiting
    from quiz.store.reading import Selected


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

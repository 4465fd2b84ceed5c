"""How much there is to do: per deck, and for the prompt of a shell."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.errors import MissingError
from quiz.session import allowance
from quiz.store.reading import NO_END, QueueReader, Selected
from quiz.store.rows import AT_A_MOMENT, NEW_CARDS, ON_A_DAY, from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from quiz.collection import Collection

_ONE_DAY = timedelta(days=1)

_COUNTS = """
SELECT deck.name, count(*) AS cards,
  sum(CASE WHEN card.queue = 1 THEN 1 ELSE 0 END) AS new,
  sum(CASE WHEN card.queue = 2 AND card.due <= :moment AND COALESCE(card.buried_until, 0) <= :today
    OR card.queue = 3 AND card.due <= :today AND COALESCE(card.buried_until, 0) <= :today THEN 1 ELSE 0 END) AS due,
  sum(card.draft) AS drafts, sum(card.suspended) AS suspended
FROM card JOIN deck ON deck.id = card.deck_id WHERE card.retired = 0 GROUP BY deck.name ORDER BY deck.name
"""

_FILES = """
SELECT DISTINCT deck.name, file.path FROM card JOIN deck ON deck.id = card.deck_id
JOIN note ON note.id = card.note_id JOIN file ON file.id = note.file_id
WHERE card.retired = 0 ORDER BY deck.name, file.path
"""

_DUE_PER_DECK = """
SELECT deck.name, count(*) FROM card JOIN deck ON deck.id = card.deck_id
WHERE card.queue = :queue AND card.due <= :until AND COALESCE(card.buried_until, 0) <= :today{selected}
GROUP BY deck.name
"""


@dataclass(frozen=True, slots=True)
class DeckCounts:
    """The cards of one deck, without its sub-decks.

    Attributes:
        description: A line about it for people, from the front matter of its first file that has one; or empty.
    """

    name: str
    cards: int
    new: int
    due: int
    drafts: int
    suspended: int
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What there is to study.

    Attributes:
        due: Cards in learning that are due by now, and reviews of the study day within its limit.
        new: New cards within the day's limit.
        next_at: When the next card in learning is due, if none is due now.
        decks: The same per deck, without limits.
    """

    due: int
    new: int
    next_at: datetime | None = None
    decks: list[dict[str, object]] = field(default_factory=list)


def decks(collection: Collection, now: datetime) -> list[DeckCounts]:
    """All decks that hold cards."""
    today = collection.days.day(now).toordinal()
    rows = collection.store.read(_COUNTS, moment=to_ms(now), today=today)
    descriptions = _descriptions(collection)
    return [DeckCounts(*(*row, descriptions.get(row[0], ""))) for row in rows]


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


def due(collection: Collection, selected: Selected, now: datetime, *, per_deck: bool) -> Due:
    """What there is to study in some cards."""
    study = collection.settings.study
    today = collection.days.day(now).toordinal()
    queue = QueueReader(collection.store.read, selected, today)
    moment = to_ms(now)
    learning = queue.count(AT_A_MOMENT, moment)
    left = allowance({"": study.new_per_day}, {"": study.reviews_per_day}, queue.asked())
    reviews = queue.count(ON_A_DAY, today, max(left.reviews[""], 0))
    new = queue.count(NEW_CARDS, NO_END, max(left.new[""], 0))
    later = queue.learning(to_ms(collection.days.start(collection.days.day(now) + _ONE_DAY)))
    upcoming = [card.due for card in later if card.due > moment]
    return Due(
        due=learning + reviews,
        new=new,
        next_at=from_ms(min(upcoming)) if upcoming and not learning + reviews else None,
        decks=_per_deck(collection, selected, today, moment) if per_deck else [],
    )


def _per_deck(collection: Collection, selected: Selected, today: int, moment: int) -> list[dict[str, object]]:
    sql = _DUE_PER_DECK.format(selected=selected.condition)
    found: dict[str, dict[str, object]] = {}
    queues = (("learning", AT_A_MOMENT, moment), ("review", ON_A_DAY, today), ("new", NEW_CARDS, NO_END))
    for word, queue, until in queues:
        for name, count in collection.store.read(sql, queue=queue, until=until, today=today):
            found.setdefault(name, {"deck": name, "learning": 0, "review": 0, "new": 0})[word] = count
    return [found[name] for name in sorted(found)]

"""The list of decks: what each of them holds, and what it says about itself."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from quiz.collection.counting import due
from quiz.errors import MissingError

if TYPE_CHECKING:
    from datetime import datetime

    from quiz.collection import Collection

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

_SHIPPED = """
SELECT DISTINCT note.deck FROM note JOIN file ON file.id = note.file_id JOIN source ON source.id = file.source_id
WHERE source.shipped = 1 AND note.retired_at IS NULL
"""


class DeckCounts(NamedTuple):
    """The cards of one deck, without its sub-decks.

    Attributes:
        new: Never studied.
        due: Cards in learning and reviews of it that a review of all decks would bring now.
        description: A line about it for people, from the front matter of its first file that has one; or empty.
        shipped: It comes with dquiz.
        studied: It takes part; a shipped deck does not before it is named.
    """

    name: str
    cards: int
    new: int
    due: int
    drafts: int
    suspended: int
    description: str = ""
    shipped: bool = False
    studied: bool = True


def decks(collection: Collection, now: datetime) -> list[DeckCounts]:
    """All decks that hold cards, and after them the shipped decks that wait to be named."""
    coming = due(collection, collection.select((), now), now)
    dues = {deck.deck: deck.learning + deck.review for deck in coming.decks}
    descriptions = _descriptions(collection)
    shipped = {row[0] for row in collection.store.read(_SHIPPED)}
    rows = [
        DeckCounts(
            name,
            cards,
            new,
            dues.get(name, 0),
            drafts,
            suspended,
            descriptions.get(name, ""),
            name in shipped,
        )
        for name, cards, new, drafts, suspended in collection.store.read(_COUNTS)
    ]
    return rows + [
        DeckCounts(name, 0, 0, 0, 0, 0, description_in(path), shipped=True, studied=False)
        for name, path in collection.shipped.offered().items()
    ]


def _descriptions(collection: Collection) -> dict[str, str]:
    """What the files of decks say about them, by the names of the decks. A file that is gone says nothing."""
    found: dict[str, str] = {}
    for deck, path in collection.store.read(_FILES):
        if not found.get(deck):
            found[deck] = description_in(Path(path))
    return found


def description_in(path: Path) -> str:
    """What a file says about its deck; a file that is gone says nothing."""
    from quiz.library import read_note
    from quiz.notes.frontmatter import read_front_matter
    from quiz.notes.lines import decode

    with contextlib.suppress(MissingError):
        return read_front_matter(decode(read_note(path)).lines).description
    return ""

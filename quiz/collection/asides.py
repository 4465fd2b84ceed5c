"""Suspension and flags of cards that are in Anki too: the side that changed them last wins."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quiz.collection.origins import Origins
    from quiz.importers.anki.values import AnkiCard, AnkiNote
    from quiz.store.reading import Reader
    from quiz.store.rows import Row

_STEPS = """
SELECT at, undone_at, before FROM action
WHERE kind <> 'import' AND (before LIKE '%"suspended"%' OR before LIKE '%"flag"%')
"""


class Asides:
    """Decides for the cards of a package.

    A flag does not change when Anki says that a card was changed, so what the package before had is remembered: what
    is otherwise now was changed there.
    """

    def __init__(self, read: Reader, origins: Origins) -> None:
        self._read = read
        self._origins = origins

    def taken(self, note: AnkiNote, card: AnkiCard, row: Row) -> dict[str, int]:
        """The columns of a card that are to be as they are there."""
        there = {"suspended": int(card.suspended), "flag": card.flag}
        origin = self._origins.rows.get((note.guid, card.ordinal))
        if origin is not None and origin["mod"]:
            return self._since(origin, card, there, self._changed_here.get(row["id"], 0))
        if note.guid not in self._origins.own:
            tags = {tag.casefold() for tag in note.tags}
            return there | {"marked": int("marked" in tags), "leech": int("leech" in tags)}
        return self._since_export(note, card, there, row)

    @staticmethod
    def _since(origin: Row, card: AnkiCard, there: dict[str, int], changed_here: int) -> dict[str, int]:
        """What was changed since the package before."""
        is_older = card.mod < origin["mod"]
        changed = {name: value for name, value in there.items() if value != origin[name]}
        holds_here = origin["mod"] * 1000 < changed_here >= card.mod * 1000
        return {} if is_older or holds_here else changed

    def _since_export(
        self, note: AnkiNote, card: AnkiCard, there: dict[str, int], row: Row
    ) -> dict[str, int]:
        """What was changed since a note of ours went there; an import without progress makes cards plain again."""
        changed_here = self._changed_here.get(row["id"], 0)
        if card.mod * 1000 > changed_here > 0:
            return there
        if changed_here > (self._origins.own[note.guid]["exported_at"] or 0):
            return {}
        return {name: value for name, value in there.items() if value}

    @cached_property
    def _changed_here(self) -> dict[int, int]:
        """When the suspension or flag of cards was changed here last, unix milliseconds."""
        last: dict[int, int] = {}
        for at, undone_at, before in self._read(_STEPS):
            with suppress(ValueError, TypeError):  # a damaged step is what doctor speaks of
                for key, columns in json.loads(before):
                    if columns.keys() & {"suspended", "flag"}:
                        last[key] = max(last.get(key, 0), at, undone_at or 0)
        return last

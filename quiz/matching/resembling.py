"""Which questions ask nearly the same as a new one: for a person to decide, before it is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.cards import norm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.cards import Card

_ALIKE = 85
_MOST = 3


def resembling(prompt: str, cards: Iterable[Card]) -> list[Card]:
    """Cards whose question is the same but for looks, or nearly; the nearest first, one for each note."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only where a card is added

    of_notes = {card.note_id: card for card in cards}
    asked = {note_id: norm(card.note.prompt) for note_id, card in of_notes.items()}
    near = process.extract(
        norm(prompt), asked, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=_MOST
    )
    return [of_notes[note_id] for _, _, note_id in near]

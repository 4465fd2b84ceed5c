"""Which card of a rewritten note is which card of the old one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import facets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quiz.cards import Note


@dataclass(frozen=True, slots=True)
class FacetChanges:
    """What an edit does to the cards of a note.

    Attributes:
        kept: The old facet of each card that lives on, and its new one: mostly the same.
        retired: Old facets that nothing asks any more.
        added: Facets of new cards.
    """

    kept: Mapping[str, str]
    retired: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __getitem__(self, facet: str) -> str | None:
        """The new facet of an old one, None if it is retired."""
        return self.kept.get(facet)


def facet_changes(old: Note, new: Note) -> FacetChanges:
    """Facets by name; a deletion whose word was edited keeps its card if it is the only one that changed.

    The facet of a deletion is named after the hidden word, so adding, removing and reordering deletions moves
    no history.
    """
    before, after = facets(old), facets(new)
    kept = {facet: facet for facet in before if facet in after}
    retired = tuple(facet for facet in before if facet not in kept)
    added = tuple(facet for facet in after if facet not in kept)
    if len(retired) == len(added) == 1:
        return FacetChanges({facet: kept.get(facet, added[0]) for facet in before})
    return FacetChanges(kept, retired, added)

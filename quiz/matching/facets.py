"""Which card of a rewritten note is which card of the old one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from quiz.cues import GAP, OPTION, facets, gaps_of, hidden_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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

    So does an option, or a line with a gap, whose value was. The facets of all are named after what they hide, so
    adding, removing and reordering moves no history.
    """
    before, after = facets(old), facets(new)
    kept = {facet: facet for facet in before if facet in after}
    gone = _by_name(old, (facet for facet in before if facet not in kept))
    come = _by_name(new, (facet for facet in after if facet not in kept))
    for name in gone.keys() & come.keys():
        if len(gone[name]) == len(come[name]) == 1:
            kept[gone.pop(name)[0]] = come.pop(name)[0]
    return FacetChanges(kept, tuple(chain(*gone.values())), tuple(chain(*come.values())))


def _by_name(note: Note, some: Iterable[str]) -> dict[str, list[str]]:
    """Facets by the option or the key of the value that they hide, all other arguments, lines and texts as one each."""
    found: dict[str, list[str]] = {}
    lines = gaps_of(note)
    for facet in some:
        name = ""
        if facet.startswith(OPTION):
            hidden = hidden_text(note, facet)
            name = OPTION + hidden.partition(" ")[0].partition("=")[0] * hidden.startswith("-")
        elif facet in lines:
            name = GAP + lines[facet].key
        found.setdefault(name, []).append(facet)
    return found

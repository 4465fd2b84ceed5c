"""Which stored note is which note of the edited files, so that a card stays itself whatever its text becomes.

``match`` does it in stages, from certain to likely; where it is unclear a person is asked. Everything is pure.
"""

from quiz.matching.copies import Copies, group_copies
from quiz.matching.facets import FacetChanges, facet_changes
from quiz.matching.identity import Family, Identity, card_id, content_key, mint, question_hash, shares_places
from quiz.matching.outcome import PINNED, RESTORED, Ask, Known, Matching, Pair, pin, without_files
from quiz.matching.stages import match
from quiz.matching.vanishing import Vanished, vanished

__all__ = [
    "PINNED",
    "RESTORED",
    "Ask",
    "Copies",
    "FacetChanges",
    "Family",
    "Identity",
    "Known",
    "Matching",
    "Pair",
    "Vanished",
    "card_id",
    "content_key",
    "facet_changes",
    "group_copies",
    "match",
    "mint",
    "pin",
    "question_hash",
    "shares_places",
    "vanished",
    "without_files",
]

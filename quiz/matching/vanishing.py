"""The vanish guard: many cards that disappear at once are a mistake until their owner says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.cards import Deck
    from quiz.matching.outcome import Known

_SHARE = 0.25
_NUMBER = 10

# Problems that make the rest of a file dead, in the order in which they are suspected
_LEFT_OPEN = {
    "E201": "a code fence is left open at line {}",
    "E204": "a comment is left open at line {}",
    "W208": "dquiz:off is never turned on again after line {}",
    "E205": "a <details> is left open at line {}",
    "E102": "the file is not text any more",
    "W203": "a code fence is left open at line {}",
}


@dataclass(frozen=True, slots=True)
class Vanished:
    """A file from which too many reviewed notes would be retired.

    Attributes:
        vanished: How many of its reviewed notes would go.
        reviewed: How many reviewed notes it has.
        suspect: What may have happened, as half a sentence.
        line: Where, 1 if nowhere in particular.
    """

    vanished: int
    reviewed: int
    suspect: str
    line: int = 1

    def message(self, path: str) -> str:
        """What is wrong and what to do, for E501."""
        return (
            f"{self.vanished} of {self.reviewed} reviewed cards vanished: {self.suspect}. Nothing was changed; mend "
            f"the file, or retire them with `dquiz sync --accept {path}`."
        )

    def problem(self, file: str) -> Problem:
        """The same as a problem of the file."""
        return Problem(file, self.line, "E501", self.message(file))


def vanished(known: Iterable[Known], gone: Iterable[Known], deck: Deck | None) -> Vanished | None:
    """Whether a sync must leave a file's notes as they were.

    It must if it would retire more than a quarter and more than ten of those that have reviews.

    Args:
        known: All notes stored for the file.
        gone: Those of them that a sync would retire.
        deck: The file as it was read, None if it is gone.
    """
    reviewed = sum(each.reviewed for each in known)
    going = sum(each.reviewed for each in gone)
    if going <= _NUMBER or going <= _SHARE * reviewed:
        return None
    suspect, line = _suspect(deck)
    return Vanished(going, reviewed, suspect, line)


def _suspect(deck: Deck | None) -> tuple[str, int]:
    if deck is None:
        return "the file is gone", 1
    for code, words in _LEFT_OPEN.items():
        for problem in deck.problems:
            if problem.code == code:
                return words.format(problem.line), problem.line
    if not deck.notes:
        return "nothing is left in the file", 1
    return "their text is not in the file any more", 1

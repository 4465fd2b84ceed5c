"""What is left out of a package that is otherwise good: counted, and listed up to a limit."""

from __future__ import annotations

from dataclasses import dataclass, field

from quiz.cards import Problem

NOTE = "W801"
CARD = "W802"
REVIEWS = "W803"
MEDIA = "W804"
_LISTED = 1000


@dataclass(slots=True)
class Skipped:
    """Counts of what was left out, and why.

    Attributes:
        file: The package, as shown.
    """

    file: str
    notes: int = 0
    cards: int = 0
    reviews: int = 0
    _listed: list[Problem] = field(default_factory=list)
    _unlisted: int = 0

    def add(self, code: str, message: str) -> None:
        """List a reason; beyond a thousand they are only counted, as a package may hold a million of them."""
        if len(self._listed) < _LISTED:
            self._listed.append(Problem(self.file, 1, code, message))
        else:
            self._unlisted += 1

    def problems(self) -> tuple[Problem, ...]:
        """All reasons."""
        last = []
        if self.reviews:
            last.append(
                Problem(
                    self.file, 1, REVIEWS, f"{self.reviews} rows of the review log cannot be used; skipped"
                )
            )
        if self._unlisted:
            last.append(Problem(self.file, 1, NOTE, f"… and {self._unlisted} more like these"))
        return (*self._listed, *last)

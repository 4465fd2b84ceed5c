"""What a comparison says: whether what was typed is right, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from quiz.answers.diff import Diff


class Verdict(StrEnum):
    """Whether what was typed is the answer."""

    EQUAL = "equal"
    SAME = "same"
    DIFFERS = "differs"


class Reason(StrEnum):
    """Why it is not."""

    ORDER = "order"
    QUOTING = "quoting"
    LETTER_CASE = "letter case"
    UNCLOSED_QUOTE = "unclosed quote"
    SPELLING = "spelling"
    WORDS = "words"


class Finding(NamedTuple):
    """What comparing with one answer finds; the reason is None unless they differ."""

    verdict: Verdict
    reason: Reason | None = None


EQUAL = Finding(Verdict.EQUAL)
SAME = Finding(Verdict.SAME)


def differs(reason: Reason) -> Finding:
    """What is found when they differ."""
    return Finding(Verdict.DIFFERS, reason)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one try.

    Attributes:
        reason: None unless it differs.
        answer: The one of the right answers that it was compared with: the one it is, or else the nearest.
        diff: Where it differs from that one; None unless it does.
    """

    verdict: Verdict
    reason: Reason | None
    answer: str
    diff: Diff | None = None

    @property
    def right(self) -> bool:
        """Whether it was the answer."""
        return self.verdict is not Verdict.DIFFERS

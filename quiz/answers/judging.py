"""What is said of a typed answer, and the rating that it suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.answers import commands, texts
from quiz.answers.verdicts import Judgement, Reason, Verdict
from quiz.cards import Rating
from quiz.cues.shape import Comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.answers.diff import Diff
    from quiz.answers.verdicts import Finding
    from quiz.cues.shape import Expected

_ORDER = (Verdict.EQUAL, Verdict.SAME)


def judge(expected: Expected, typed: str) -> Judgement:
    """Compare what was typed with everything that is right; if nothing fits, with the nearest."""
    answers = (expected.text, *expected.accept)
    found = [(answer, _compare(expected, answer, typed)) for answer in answers]
    for verdict in _ORDER:
        for answer, finding in found:
            if finding.verdict is verdict:
                return Judgement(verdict, None, answer)
    missed = [(answer, finding.reason, _aligned(expected, answer, typed)) for answer, finding in found]
    answer, reason, diff = min(missed, key=lambda each: (each[1] is not Reason.SPELLING, each[2].differing))
    return Judgement(Verdict.DIFFERS, reason, answer, diff)


def _compare(expected: Expected, answer: str, typed: str) -> Finding:
    if expected.comparison is Comparison.COMMAND:
        return commands.compare(answer, typed, placeholders=expected.placeholders, free=expected.free)
    if expected.comparison is Comparison.CODE:
        return texts.compare_code(answer, typed, placeholders=expected.placeholders)
    return texts.compare(answer, typed)


def _aligned(expected: Expected, answer: str, typed: str) -> Diff:
    if expected.comparison is Comparison.COMMAND:
        return commands.aligned(answer, typed, placeholders=expected.placeholders)
    if expected.comparison is Comparison.CODE:
        return texts.aligned_code(answer, typed, placeholders=expected.placeholders)
    return texts.aligned(answer, typed)


def suggested(judgements: Sequence[Judgement], *, hints: int = 0, revealed: bool = False) -> Rating:
    """The rating to suggest after some tries.

    Args:
        judgements: One for each try.
        hints: How many were shown.
        revealed: Whether the answer was shown before a try was right.
    """
    last = judgements[-1] if judgements else None
    if last is None or (revealed and last.reason is not Reason.SPELLING):
        return Rating.AGAIN
    if last.right:
        return Rating.GOOD if len(judgements) == 1 and not hints else Rating.HARD
    return Rating.HARD if last.reason is Reason.SPELLING else Rating.AGAIN

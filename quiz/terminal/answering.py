"""An answer that is typed, ticked or picked: its tries, and how they are shown. The same for keys and for lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells, set_cell_size

from quiz.answers import Reason, Shape, Verdict, judge, rating_of, suggested
from quiz.cards import Attempt, Rating
from quiz.terminal.words import plural
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.answers import Diff, Expected, Judgement, Pair, Point

EDITOR = r"\e"  # typed instead of an answer, it opens the editor
_LABEL = 6  # before both lines of a comparison: "you   ", "card  "
_LONGEST_KEPT = 2_000
_NUMBERS = re.compile(r"\d+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Tries:
    """What was typed for one card.

    Attributes:
        limit: After so many the answer is shown.
        revealed: The answer was shown before a try was right.
    """

    expected: Expected
    limit: int
    judgements: list[Judgement] = field(default_factory=list)
    typed: str = ""
    revealed: bool = False

    def judge(self, typed: str) -> Judgement:
        """One more try."""
        self.typed = typed
        self.judgements.append(judge(self.expected, typed))
        return self.judgements[-1]

    @property
    def left(self) -> int:
        """How many tries are left."""
        return max(self.limit - len(self.judgements), 0)

    @property
    def last(self) -> Judgement | None:
        """What was said of the last try."""
        return self.judgements[-1] if self.judgements else None

    def suggested(self, hints: int) -> Rating:
        """The rating to suggest."""
        return suggested(self.judgements, hints=hints, revealed=self.revealed)

    def attempt(self, hints: int) -> Attempt | None:
        """As the log keeps it; None if nothing was typed."""
        if self.last is None:
            return None
        return Attempt(
            suggested=self.suggested(hints),
            tries=len(self.judgements),
            revealed=self.revealed,
            verdict=_verdict(self.last),
            typed=self.typed[:_LONGEST_KEPT].encode("utf-8", "replace").decode(),
        )

    @property
    def mode(self) -> str:
        """As the log calls it."""
        return "cloze" if self.expected.shape is Shape.CLOZE else "typed"


def _verdict(judgement: Judgement) -> str:
    return f"{judgement.verdict} ({judgement.reason})" if judgement.reason else str(judgement.verdict)


def praised(judgement: Judgement) -> str:
    """What is said of a right answer."""
    return "Right." if judgement.verdict is Verdict.EQUAL else "Right, written otherwise."


def missed(judgement: Judgement, left: int) -> str:
    """What is said of a wrong one that may be tried again."""
    tries = f"{plural(left, 'try', 'tries')} left" if left else "that was the last try"
    return f"Not yet{_why(judgement)}; {tries}."


def compared(judgement: Judgement) -> str:
    """What is said once both are shown."""
    differing = judgement.diff.differing if judgement.diff else 0
    return f"Differs in {plural(differing, 'word')}{_why(judgement)}."


def _why(judgement: Judgement) -> str:
    """The reason, if it says more than that words differ."""
    return "" if judgement.reason in (None, Reason.WORDS) else f": {judgement.reason}"


def named(places: Iterable[int]) -> str:
    """Options by their letters, in words."""
    return " and ".join(letter(place) for place in sorted(places))


def comparison(diff: Diff, width: int, *, revealed: bool) -> Iterator[str]:
    """What was typed, with marks under the words in doubt; if revealed also the answer, word below word."""
    for row in diff.rows:
        for part in _parts(row, len(diff.gap), width - _LABEL):
            widths = [max(cell_len(pair.typed), cell_len(pair.expected) * revealed) for pair in part]
            if not any(widths):
                continue
            yield "you   " + _joined([pair.typed for pair in part], widths, diff.gap)
            if revealed:
                yield "card  " + _joined([pair.expected for pair in part], widths, diff.gap)
            marks = ["^" * (size if pair.differs else 0) for pair, size in zip(part, widths, strict=True)]
            if any(marks):
                yield " " * _LABEL + _joined(marks, widths, diff.gap)


def _parts(row: Sequence[Pair], gap: int, room: int) -> Iterator[list[Pair]]:
    """The pairs of a row, as many as fit into a line at a time."""
    part: list[Pair] = []
    used = 0
    for pair in (piece for each in row for piece in _pieces(each, room)):
        size = max(cell_len(pair.typed), cell_len(pair.expected)) + gap
        if part and used + size > room:
            yield part
            part, used = [], 0
        part.append(pair)
        used += size
    if part:
        yield part


def _pieces(pair: Pair, room: int) -> Iterator[Pair]:
    """A pair of words that fit into a line; longer ones are broken, both at the same place."""
    words = [chop_cells(in_line(word), room) for word in (pair.typed, pair.expected)]
    for typed, expected in zip_longest(*words, fillvalue=""):
        yield pair._replace(typed=typed, expected=expected)


def _joined(words: Sequence[str], widths: Sequence[int], gap: str) -> str:
    return gap.join(map(set_cell_size, words, widths)).rstrip()


# --- points of a list, and options ---------------------------------------------------------------------------


def ticked(typed: str, count: int) -> frozenset[int] | None:
    """Which points were known, from a line such as ``1 3``, ``13`` or ``a``; None if it cannot be read."""
    given = typed.strip().lower()
    if given in ("a", "all"):
        return frozenset(range(count))
    if not re.fullmatch(r"[\d\s,]*", given):
        return None
    numbers = [int(number) for number in _NUMBERS.findall(given)]
    if any(number > count for number in numbers) and count < 10:  # noqa: PLR2004 - digits written together
        numbers = [int(digit) for digit in given if digit.isdigit()]
    found = frozenset(number - 1 for number in numbers)
    return found if all(0 <= place < count for place in found) else None


def recalled(points: Sequence[Point], known: frozenset[int]) -> Attempt:
    """A list that was recalled, as the log keeps it."""
    return Attempt(suggested=rating_of(points, known), points=len(points), points_hit=len(known))


def picked(typed: str, count: int) -> frozenset[int] | None:
    """Which options were picked, from a line such as ``b``, ``a c`` or ``2``; None if it cannot be read."""
    names = re.findall(r"[a-z]|\d+", typed.lower())
    if not names or re.sub(r"[a-z]|\d+|[\s,]", "", typed.lower()):
        return None
    places = frozenset(_LETTERS.index(name) if name.isalpha() else int(name) - 1 for name in names)
    return places if all(0 <= place < count for place in places) else None


def letter(place: int) -> str:
    """The letter of an option."""
    return _LETTERS[place]

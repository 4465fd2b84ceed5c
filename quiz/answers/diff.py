"""What was typed beside the answer, word by word: values, to be drawn elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_MOST_COMPARISONS = 250_000


class Change(StrEnum):
    """How two words that stand beside each other are related."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    MISSING = "missing"


class Pair(NamedTuple):
    """A typed word and the one it stands for; one of them is empty where the other has none beside it."""

    typed: str
    expected: str
    change: Change

    @property
    def differs(self) -> bool:
        """Whether it is to be marked."""
        return self.change is not Change.SAME


Row = tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Both texts aligned.

    Attributes:
        rows: One for a command or a sentence, one for each line of code.
        gap: What stands between the words of a row; those of code carry their blanks.
    """

    rows: tuple[Row, ...]
    gap: str = " "

    @property
    def differing(self) -> int:
        """How many pairs are to be marked."""
        return sum(pair.differs for row in self.rows for pair in row)


Run = tuple[range, range]
"""Places of typed words, and of the expected words beside them."""

WORD_BY_WORD = ((1, 1),)


def align(
    typed: Sequence[str],
    expected: Sequence[str],
    same: Callable[[range, range], bool] | None = None,
    sizes: Sequence[tuple[int, int]] = WORD_BY_WORD,
) -> Row:
    """Pair the words of two texts so that as many as possible are the same.

    Args:
        typed: What was typed, in words.
        expected: The answer, in words.
        same: Whether some typed words are some expected ones, by their places; without it, whether they are equal.
        sizes: How many words may be how many others.
    """
    pairs: list[Pair] = []
    same = same or (lambda given, wanted: _at(typed, given) == _at(expected, wanted))
    for agreeing, (given, wanted) in runs(len(typed), len(expected), same, sizes):
        right = agreeing or (bool(given and wanted) and same(given, wanted))
        for number in range(max(len(given), len(wanted))):
            left = typed[given[number]] if number < len(given) else ""
            answer = expected[wanted[number]] if number < len(wanted) else ""
            pairs.append(Pair(left, answer, Change.SAME if right else _change(number, given, wanted)))
    return tuple(pairs)


def _at(words: Sequence[str], places: range) -> Sequence[str]:
    return words[places.start : places.stop]


def _change(number: int, given: range, wanted: range) -> Change:
    if number >= len(wanted):
        return Change.ADDED
    return Change.CHANGED if number < len(given) else Change.MISSING


def runs(
    typed: int,
    expected: int,
    same: Callable[[range, range], bool],
    sizes: Sequence[tuple[int, int]] = WORD_BY_WORD,
) -> Iterator[tuple[bool, Run]]:
    """What is the same, in order, and between that what is not.

    Args:
        typed: How many words were typed.
        expected: How many the answer has.
        same: Whether some of these are some of those.
        sizes: How many may be how many.
    """
    behind_typed = behind_expected = 0
    for given, wanted in _agreeing(typed, expected, same, sizes):
        if behind_typed < given.start or behind_expected < wanted.start:
            yield False, (range(behind_typed, given.start), range(behind_expected, wanted.start))
        yield True, (given, wanted)
        behind_typed, behind_expected = given.stop, wanted.stop
    if behind_typed < typed or behind_expected < expected:
        yield False, (range(behind_typed, typed), range(behind_expected, expected))


def _agreeing(
    typed: int, expected: int, same: Callable[[range, range], bool], sizes: Sequence[tuple[int, int]]
) -> list[Run]:
    """A longest common subsequence; of very long texts only what agrees from either end or in place."""

    def pair(i: int, j: int) -> Run:
        return range(i, i + 1), range(j, j + 1)

    start, shorter = 0, min(typed, expected)
    while start < shorter and same(*pair(start, start)):
        start += 1
    end = 0
    while end < shorter - start and same(*pair(typed - end - 1, expected - end - 1)):
        end += 1
    rows, columns = range(start, typed - end), range(start, expected - end)
    if len(rows) * len(columns) * len(sizes) > _MOST_COMPARISONS:
        middle = [pair(i, i) for i in rows if i in columns and same(*pair(i, i))]
    else:
        middle = _longest_common(rows, columns, same, sizes)
    before = [pair(i, i) for i in range(start)]
    return [*before, *middle, *(pair(typed - i, expected - i) for i in range(end, 0, -1))]


def _longest_common(
    rows: range, columns: range, same: Callable[[range, range], bool], sizes: Sequence[tuple[int, int]]
) -> list[Run]:
    most = [[0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
    steps: dict[tuple[int, int], tuple[int, int]] = {}
    for i in reversed(range(len(rows))):
        for j in reversed(range(len(columns))):
            most[i][j] = max(most[i + 1][j], most[i][j + 1])
            for down, right in sizes:
                given, wanted = rows[i : i + down], columns[j : j + right]
                if len(given) == down and len(wanted) == right and same(given, wanted):
                    found = most[i + down][j + right] + down + right
                    if found >= most[i][j]:
                        most[i][j], steps[i, j] = found, (down, right)
    agreeing: list[Run] = []
    i = j = 0
    while i < len(rows) and j < len(columns):
        if (i, j) in steps:
            down, right = steps[i, j]
            agreeing.append((rows[i : i + down], columns[j : j + right]))
            i, j = i + down, j + right
        elif most[i + 1][j] >= most[i][j + 1]:
            i += 1
        else:
            j += 1
    return agreeing

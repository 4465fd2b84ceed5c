"""Whether a typed text, or other code than a command, is the expected one."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from quiz.answers import commands
from quiz.answers.cleaning import nfkc, straight, without_frame
from quiz.answers.diff import Change, Diff, align, runs
from quiz.answers.verdicts import EQUAL, SAME, Reason, Verdict, differs
from quiz.cues.inline import without_formula_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.answers.diff import Row
    from quiz.answers.verdicts import Finding

_QUOTES = "'\"`\u00ab\u00bb "
_ENDS = _QUOTES + ".,;:!?\u3002"
_ARTICLE = re.compile(r"(?:the|an?) (?=.)")
_DIGIT = re.compile(r"\d")
_SHORTEST_MISSPELLED = 5
_CODE_WORD = re.compile(r"\s*\S+")


def compare(expected: str, typed: str) -> Finding:
    """Compare a typed text with the expected one: neither letter case counts, nor quotes, nor the last full stop."""
    if expected.strip() == typed.strip():
        return EQUAL
    wanted, given = normal(expected).split(), normal(typed).split()
    if wanted == given:
        return SAME
    close = len(wanted) == len(given) and all(map(_is_misspelled_at_most, wanted, given))
    return differs(Reason.SPELLING if close else Reason.WORDS)


def normal(text: str) -> str:
    """Text as it is compared: without outer quotes, final punctuation and a leading article."""
    text = " ".join(straight(nfkc(nfkc(without_formula_marks(text)).casefold())).split())
    bare = _ARTICLE.sub("", text.lstrip(_QUOTES).rstrip(_ENDS), count=1).lstrip(_QUOTES)
    return bare or text


def _is_misspelled_at_most(wanted: str, given: str) -> bool:
    if wanted == given:
        return True
    letters = sum(map(str.isalpha, wanted))
    return (
        letters >= _SHORTEST_MISSPELLED
        and not _DIGIT.search(wanted + given)
        and _one_edit_apart(wanted, given)
    )


def _one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter was added, left out, replaced, or swapped with its neighbour."""
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    one, other = one[start:], other[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or swapped


def aligned(expected: str, typed: str) -> Diff:
    """Both texts beside each other, word by word."""
    wanted, given = nfkc(expected).split(), nfkc(typed).split()
    known, words = [normal(word) for word in wanted], [normal(word) for word in given]

    def same(here: range, there: range) -> bool:
        return words[here.start : here.stop] == known[there.start : there.stop]

    return Diff((align(given, wanted, same),))


# --- code ----------------------------------------------------------------------------------------------------------


def compare_code(expected: str, typed: str, *, placeholders: bool = False) -> Finding:
    """Compare line by line: blanks at the end of a line do not count, nor do blank lines."""
    if expected == typed:
        return EQUAL
    wanted, given = lines_of(expected), lines_of(typed)
    if len(wanted) == len(given) and all(
        _is_line(*pair, placeholders) for pair in zip(wanted, given, strict=True)
    ):
        return SAME
    if [line.casefold() for line in wanted] == [line.casefold() for line in given]:
        return differs(Reason.LETTER_CASE)
    return differs(Reason.ORDER if Counter(wanted) == Counter(given) else Reason.WORDS)


def lines_of(code: str) -> list[str]:
    """The lines that count."""
    code = without_frame(code.replace("\r\n", "\n").replace("\r", "\n"))
    return [line.rstrip() for line in code.split("\n") if line.strip()]


def _is_line(wanted: str, given: str, placeholders: bool) -> bool:
    if not (placeholders and "{{" in wanted) or wanted == given:
        return wanted == given
    filled = commands.compare(wanted, given, placeholders=True).verdict is Verdict.SAME
    return filled and _indent(wanted) == _indent(given)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def aligned_code(expected: str, typed: str, *, placeholders: bool = False) -> Diff:
    """Both beside each other, line by line and within lines word by word."""
    return Diff(tuple(_rows(lines_of(expected), lines_of(typed), placeholders)), gap="")


def _rows(wanted: list[str], given: list[str], placeholders: bool) -> Iterator[Row]:
    def same(here: range, there: range) -> bool:
        return _is_line(wanted[there.start], given[here.start], placeholders)

    for agreeing, (here, there) in runs(len(given), len(wanted), same):
        for number in range(max(len(here), len(there))):
            left = _CODE_WORD.findall(given[here[number]]) if number < len(here) else []
            right = _CODE_WORD.findall(wanted[there[number]]) if number < len(there) else []
            row = align(left, right)
            yield tuple(pair._replace(change=Change.SAME) for pair in row) if agreeing else row

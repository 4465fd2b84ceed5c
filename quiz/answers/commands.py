"""Whether a typed command is the expected one: by the rules of a shell and of options, never by likeness.

``-p 80:8080`` is nearly ``-p 8080:80``, and wrong. A wrong "differs" costs a key; a wrong "same" teaches a wrong
command, so whatever these rules do not know is different.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.answers.cleaning import cleaned_command
from quiz.answers.diff import Diff, align
from quiz.answers.forms import is_reordered, matches, matches_moved, pattern, words_of
from quiz.answers.lexing import Token, read
from quiz.answers.placeholders import HOLES
from quiz.answers.verdicts import EQUAL, SAME, Reason, differs

if TYPE_CHECKING:
    from quiz.answers.forms import Pattern
    from quiz.answers.verdicts import Finding

_FORMS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (4, 1))  # of one option, as words typed and expected
_QUOTING = re.compile(r"""['"]|\\(?![{}])""")
_NO_COMMENT = "\uff03"  # a # that was quoted begins no comment once its quotes are gone


def compare(expected: str, typed: str, *, placeholders: bool = False, free: bool = False) -> Finding:
    """Compare a typed command with the expected one.

    Args:
        expected: The answer.
        typed: What was typed instead of it.
        placeholders: Whether ``{{…}}`` in the answer stands for any text.
        free: Whether options may stand in another order.
    """
    if expected.strip() == typed.strip():
        return EQUAL
    wanted, given = cleaned_command(expected), cleaned_command(typed)
    known, words = pattern(wanted, placeholders=placeholders), _words(given)
    if known is None:
        return _compare_unreadable(wanted, given)
    if words is None:
        return differs(Reason.UNCLOSED_QUOTE)
    if matches(known, words) or (free and matches_moved(known, words)):
        return SAME
    return differs(_reason(wanted, given, known, words, placeholders=placeholders))


def _words(line: str) -> list[str] | None:
    tokens = read(line)
    return None if tokens is None else words_of(tokens)


def _compare_unreadable(wanted: str, given: str) -> Finding:
    if wanted.split() == given.split():
        return SAME
    return differs(
        Reason.LETTER_CASE if wanted.casefold().split() == given.casefold().split() else Reason.WORDS
    )


def _reason(wanted: str, given: str, known: Pattern, words: list[str], *, placeholders: bool) -> Reason:
    if _match(wanted.casefold(), given.casefold(), placeholders=placeholders):
        return Reason.LETTER_CASE
    if _match(_unquoted(wanted), _unquoted(given), placeholders=placeholders):
        return Reason.QUOTING
    return Reason.ORDER if is_reordered(known, words) else Reason.WORDS


def _match(wanted: str, given: str, *, placeholders: bool) -> bool:
    known, words = pattern(wanted, placeholders=placeholders), _words(given)
    return known is not None and words is not None and matches(known, words)


def _unquoted(line: str) -> str:
    return _QUOTING.sub("", line.replace("\\\n", " ")).replace("#", _NO_COMMENT)


def aligned(expected: str, typed: str, *, placeholders: bool = False) -> Diff:
    """Both commands beside each other; forms that mean the same are not marked."""
    wanted, given = cleaned_command(expected), cleaned_command(typed)
    known, tokens = pattern(wanted, placeholders=placeholders), read(given)
    if known is None or tokens is None:
        return Diff((align(given.split(), wanted.split()),))
    words = words_of(tokens)

    def same(given: range, wanted: range) -> bool:
        word, token = words[given.start], known.tokens[wanted.start]
        if not HOLES.search(token.text):
            if len(given) == len(wanted) == 1:
                return word == known.slots[wanted.start][0][0]
            if not (word.startswith("-") and token.text.startswith("-")):
                return False
        return matches(known.part(wanted.start, wanted.stop), words[given.start : given.stop])

    return Diff((align(_spelled(tokens), _spelled(known.tokens), same, _FORMS),))


def _spelled(tokens: list[Token]) -> list[str]:
    return [token.spelled for token in tokens]

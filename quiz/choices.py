"""Multiple choice: options as their author wrote them, or taken from the answers of other cards. Pure."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import Choice, Kind, norm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.cards import Note

WRONG = 3
LONGEST = 120
_SHORTEST_SHARE, _LONGEST_SHARE = 0.6, 1.67
_AROUND = 40  # fence and language
_SAME_ANSWER = 85
_SAME_QUESTION = 80

_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(?:sh|bash|console|zsh)[ \t]*\n[ \t]*(\S[^\n]*)\n[ \t]*\1")
_SPAN = re.compile(r"(`+)(?!`)([^\n]+?)(?<!`)\1")
_ACCEPT = re.compile(r"[ \t]*accept:(.*)")
_BLOCK = re.compile(r" {0,3}(?:[-*+>|#]|\d{1,9}[.)])\s|[ ]{0,3}(?:```|~~~|<|\|)|\t| {4}")
_YES_OR_NO = re.compile(r"\W*(?:yes|no|true|false)(?:\W*$|[,.;:!–—]| -)", re.IGNORECASE)

# A run asks one deck many times.
_KEPT = 1 << 13

_TYPED = str.maketrans({"–": "-", "—": "--", **dict.fromkeys("\"'`\\“”‘’")})
_EITHER_FORM = re.compile(r"\{\{\[([^\s|\]{}]+)\|[^\s\]{}]+\]\}\}")
_PLACEHOLDER = re.compile(r"\{\{(?![.\s])[^{}]*\}\}")
_OPERATOR = re.compile(r"([|&;<>()]+)")
_LETTERS = re.compile(r"-[A-Za-z]+")
_ARTICLES = ("a", "an", "the")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS)}

_QUANTITIES = ("all", "any", "both", "either", "neither", "none")
_NAMES_OTHERS = re.compile(
    rf"\b(?:{'|'.join(_QUANTITIES)}|some|most|one|two|three)\s+(?:of\s+)?(?:the\s+)?"
    r"(?:above|below|preceding|these|those|them|options|answers|choices|statements)\b",
    re.IGNORECASE,
)
_COUNTS_OPTIONS = re.compile(
    r"\b(?:first|second|third|fourth|last)\s+(?:option|answer|choice|statement)\b"
    r"|\b(?:option|answer|choice|statement)s?\s+\W?[a-h1-9]\b",
    re.IGNORECASE,
)
_LETTER = re.compile("[a-h1-9]")
_BESIDE_LETTERS = {
    *_QUANTITIES,
    *["and", "or", "nor", "not", "but", "only", "just", "except", "are", "is", "correct", "right", "true"],
}
_LETTERED = re.compile(r"\W*(?:[A-Z]|[a-h]|[1-9])[.:)]\W*\s")
_LETTERED_LINE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?\W{0,3}A\W{0,2}[.:)]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Question:
    """What there is to pick from.

    Attributes:
        options: In the order in which they are shown; texts are markdown.
        written: By the author, who may have ticked several; else exactly one is right.
    """

    options: tuple[Choice, ...]
    written: bool

    @property
    def right(self) -> frozenset[int]:
        """The positions of the options that are right."""
        return frozenset(at for at, option in enumerate(self.options) if option.correct)

    @property
    def several(self) -> bool:
        """Whether more than one is to be picked."""
        return len(self.right) > 1


def options(note: Note, others: Iterable[Note], seed: int) -> Question | None:
    """The options of a card that asks its note forward; None if no fair ones can be found.

    Options that are written stand for themselves. Else the wrong ones are answers to the most similar questions of
    the same deck, and what might be right as well is left out: it costs little, and a second right answer much.

    Args:
        note: What is asked.
        others: Notes that are not retired, of any deck; the note itself may be among them.
        seed: The same seed gives the same question.
    """
    if note.choices:
        return Question(_in_order(note, seed), written=True)
    right = None if note.draft or note.kind is Kind.CLOZE else _answer(note.answer)
    if right is None or len(right.plain) > LONGEST or _YES_OR_NO.match(right.plain):
        return None
    wrong = _wrong(note, right, others)
    if len(wrong) < WRONG:
        return None
    found = [Choice(right.text, correct=True), *(Choice(answer.text, correct=False) for answer in wrong)]
    return Question(_shuffled(found, note, seed), written=False)


def _shuffled(choices: Sequence[Choice], note: Note, seed: int) -> tuple[Choice, ...]:
    # The question is part of the seed: with one for a whole run, the right option would always be the same one.
    chance = random.Random(f"{seed} {note.prompt}".encode("utf-8", "surrogatepass"))  # noqa: S311 - no secret
    return tuple(chance.sample(choices, len(choices)))


# --- written options -----------------------------------------------------------------------------------------------


def _in_order(note: Note, seed: int) -> tuple[Choice, ...]:
    return note.choices if _order_matters(note) else _shuffled(note.choices, note, seed)


def _order_matters(note: Note) -> bool:
    """Whether options have letters, or something refers to their order."""
    return (
        _LETTERED_LINE.search(note.answer) is not None
        or _COUNTS_OPTIONS.search(note.explanation) is not None
        or any(_refers_to_others(choice.text) for choice in note.choices)
    )


def _refers_to_others(text: str) -> bool:
    """Whether an option has a letter, or says something of the other options: "both a and b", "none of these"."""
    if _LETTERED.match(text) or _NAMES_OTHERS.search(text) or _COUNTS_OPTIONS.search(text):
        return True
    words = norm(text).split()
    if len(words) == 1:
        return words[0] in _QUANTITIES
    letters = [word for word in words if _LETTER.fullmatch(word)]
    return bool(letters) and {*words} - {*letters} <= _BESIDE_LETTERS


# --- options from other cards --------------------------------------------------------------------------------------


class _Answer(NamedTuple):
    """An answer that can stand as an option.

    Attributes:
        text: As markdown, in one line.
        plain: Without fence, backticks and prompt.
        accepted: What counts as the same answer, by its author.
    """

    text: str
    plain: str
    command: bool
    accepted: tuple[str, ...] = ()

    @property
    def forms(self) -> Iterator[_Form]:
        """The answer and what counts as the same."""
        return (_Form.of(text, command=self.command) for text in (self.plain, *self.accepted))


@dataclass(frozen=True, slots=True)
class _Form:
    """An answer as its words: options of commands one by one, in no order, without what stands for anything."""

    words: frozenset[str]
    text: str

    @classmethod
    def of(cls, text: str, *, command: bool) -> _Form:
        words = _command_words(text) if command else _prose_words(text)
        return cls(frozenset(words), norm(text) or text)

    def may_be(self, other: _Form) -> bool:
        """Whether one of them says nothing that the other does not say too."""
        if _all_in(self.words, other.words) or _all_in(other.words, self.words):
            return True
        # scripts without blanks between words
        return not self.text.isascii() and (self.text in other.text or other.text in self.text)


def _all_in(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether each of our words is also one of theirs, "min" being "minutes"."""
    return all(any(_same_word(word, other) for other in theirs) for word in ours - theirs)


def _same_word(one: str, other: str) -> bool:
    return one.isalpha() and other.isalpha() and (one.startswith(other) or other.startswith(one))


def _wrong(note: Note, right: _Answer, others: Iterable[Note]) -> list[_Answer]:
    """The wrong options, best first, at most three."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - written options need none

    asked = _normal(note.prompt)
    true_forms = list(right.forms)
    questions: list[str] = []
    answers: list[_Answer] = []
    for other in others:
        question = _normal(other.prompt)
        if question == asked:
            true_forms += _true_forms(other)
        elif (answer := _candidate(other, note.deck, right)) is not None:
            questions.append(question)
            answers.append(answer)
    found = process.extract(asked, questions, scorer=fuzz.token_sort_ratio, limit=None)
    chosen = [right]
    for question, _, at in sorted(found, key=lambda one: (-one[1], answers[one[2]].plain)):
        answer = answers[at]
        if (
            fuzz.token_set_ratio(asked, question) < _SAME_QUESTION
            and all(fuzz.ratio(answer.plain.lower(), one.plain.lower()) < _SAME_ANSWER for one in chosen)
            and not any(form.may_be(true) for form in answer.forms for true in true_forms)
        ):
            chosen.append(answer)
        if len(chosen) > WRONG:
            break
    return chosen[1:]


def _candidate(other: Note, deck: str, right: _Answer) -> _Answer | None:
    """The answer of another card, if it looks like the right one from afar."""
    if other.deck != deck or other.draft or other.choices or not other.studied:
        return None
    shortest, longest = _SHORTEST_SHARE * len(right.plain), _LONGEST_SHARE * len(right.plain)
    written = other.answer
    if other.kind is Kind.CLOZE or len(written) < shortest or (right.command and written[0] not in "`~"):
        return None
    if len(written) > longest + _AROUND and "accept:" not in written:
        return None
    answer = _answer(written)
    if answer is None or answer.command != right.command or not shortest <= len(answer.plain) <= longest:
        return None
    return None if _YES_OR_NO.match(answer.plain) else answer


def _true_forms(other: Note) -> Iterator[_Form]:
    """What another card gives as the answer to the same question."""
    written = [choice.text for choice in other.choices if choice.correct]
    answer, accepted = _without_accepted(other.answer)
    for text in written or (answer, *accepted):
        for command in (True, False):
            yield _Form.of(text.strip("`"), command=command)


# --- answers -------------------------------------------------------------------------------------------------------

_normal = lru_cache(_KEPT)(norm)


@lru_cache(_KEPT)
def _answer(markdown: str) -> _Answer | None:
    """An answer as an option: one command, or one paragraph of text; None if it is anything else."""
    answer, accepted = _without_accepted(markdown.strip())
    if answer[:1] in ("`", "~") and (match := _FENCE.fullmatch(answer) or _SPAN.fullmatch(answer)):
        command = match[2].strip().removeprefix("$ ").strip()
        return _Answer(_as_span(command), command, command=True, accepted=accepted) if command else None
    lines = answer.split("\n")
    if not answer or not all(map(str.strip, lines)) or any(map(_BLOCK.match, lines)):
        return None
    text = " ".join(answer.split())
    return _Answer(text, text, command=False, accepted=accepted)


def _without_accepted(answer: str) -> tuple[str, tuple[str, ...]]:
    """An answer, and what its last lines accept beside it."""
    if "accept:" not in answer:
        return answer, ()
    accepted: list[str] = []
    lines = answer.split("\n")
    while lines and (match := _ACCEPT.fullmatch(lines[-1])):
        accepted.append(match[1].strip().strip("`"))
        lines.pop()
    return "\n".join(lines).rstrip(), tuple(accepted)


def _as_span(command: str) -> str:
    """A code span that holds a command, whatever backticks are in it."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", command)), default=0))
    blank = " " if command[0] == "`" or command[-1] == "`" else ""
    return f"{ticks}{blank}{command}{blank}{ticks}"


def _prose_words(text: str) -> list[str]:
    words = norm(unicodedata.normalize("NFKC", text)).replace("-", " ").split()
    return [_DIGITS.get(word, word) for word in words if word not in _ARTICLES] or [text]


def _command_words(text: str) -> Iterator[str]:
    """The words of a command; long options count as their first letter, which is what the short one mostly is."""
    plain = _OPERATOR.sub(r" \1 ", _EITHER_FORM.sub(r"\1", text).translate(_TYPED))
    for word in plain.split():
        option, _, value = word.partition("=") if word.startswith("-") else (word, "", "")
        if option.startswith("--"):
            yield option[1:3]
        elif _LETTERS.fullmatch(option):
            yield from (f"-{letter}" for letter in option[1:])
        elif not _PLACEHOLDER.search(option):
            yield option
        if value and not _PLACEHOLDER.search(value):
            yield value

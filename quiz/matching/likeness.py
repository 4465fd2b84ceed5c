"""How alike two notes are: words in common, rare words counting more.

The weights are those of inverse document frequency, ``ln((N + 1) / (n + 1)) + 0.1`` over the N questions of a
sync, of which n hold the word. Two texts are compared by dice (the shared weight of both) and by containment (the
shared weight of the smaller), because an edit mostly adds or removes words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quiz.matching.identity import Identity

_TAG = re.compile(r"<[a-zA-Z/][^<>]*>")
_ATTRIBUTE = re.compile(r"""\b(?:src|href|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TOKEN = re.compile(r"[\w+#./-]*[\w+#]")
_PICTURE = re.compile(r"""<img\b[^<>]*\bsrc\s*=\s*["']([^"']+)|!\[[^\]]*\]\(\s*([^)\s]+)""", re.IGNORECASE)

# Answers agree in these, and in the ticks of choices, by chance
_TELL_NOTHING = frozenset({"true", "false", "yes", "no", "x"})

# A handful of questions says little about which words are common. So every sync counts as if these words had been
# seen in forty questions more: one part in a hundred of a large collection, and in a small one what keeps "Explain
# what X is" from looking like "Explain what Y is".
_BACKGROUND = 40
_COMMON = {
    word: count
    for count, words in {
        16: "what is",
        10: "the a to",
        7: "how you in of and are",
        4: "for explain or it use do does which why",
        3: "can an with on your be used when between difference",
        2: "describe would that have one from if there",
    }.items()
    for word in words.split()
}
# A word that stands in every third of at least so many questions is a template, however rare elsewhere
_ENOUGH, _TEMPLATE = 6, 3

FILES_DIFFER = 0.85
# Answers are rarely taken away, and a question about another picture is another question
_ANSWER_LOST = 0.85
_OTHER_PICTURE = 0.7
_ANOTHER = 0.85
_QUESTION, _ANSWER = 0.6, 0.4
_QUESTION_ALONE = 0.75
# Two drafts of different decks are alike because both follow a template, "Why does X matter?"
_QUESTION_ELSEWHERE = 0.75
_TELLING_ANSWER = 0.25
_TELLING_WORDS = 8
_PLURAL_LENGTH, _TYPO_LENGTH = 3, 5
_SECURE = frozenset({"https", "ftps", "ldaps", "imaps", "smtps", "mqtts", "wss"})


def tokens(text: str) -> Counter[str]:
    """The words of a text, lower case; of an HTML tag only where it leads to and what it shows."""
    return Counter(_TOKEN.findall(_TAG.sub(_targets, text).lower()))


def _targets(tag: re.Match[str]) -> str:
    return f" {' '.join(double or single for double, single in _ATTRIBUTE.findall(tag[0]))} "


@dataclass(frozen=True)
class Bag:
    """Words with their number and weight.

    Attributes:
        total: The weight of all words, with multiplicity.
        distinct: The same without.
        single: No word stands twice.
    """

    counts: Mapping[str, int]
    weights: Mapping[str, float]
    total: float
    distinct: float
    single: bool

    @cached_property
    def by_start(self) -> dict[str, list[str]]:
        """Words by their first three letters."""
        starts: dict[str, list[str]] = {}
        for word in self.counts:
            starts.setdefault(word[:3], []).append(word)
        return starts

    def shared_with(self, other: Bag) -> tuple[float, float]:
        """Dice and containment: the shared weight of all there is with multiplicity, and of the smaller without."""
        common = self.counts.keys() & other.counts.keys()
        if not common:
            return 0.0, 0.0
        weights, ours, theirs = self.weights, self.counts, other.counts
        # fsum, because the order of a set varies, and a tie must not depend on it
        distinct = total = math.fsum([weights[word] for word in common])
        if not (self.single or other.single):
            total = math.fsum([weights[word] * min(ours[word], theirs[word]) for word in common])
        return 2 * total / (self.total + other.total), distinct / min(self.distinct, other.distinct)


@dataclass(frozen=True)
class Words:
    """The words of a note.

    Attributes:
        telling: Those of the answer that tell it from other answers.
        pictures: The names of the question's pictures.
    """

    question: Bag
    answer: Bag
    telling: Bag
    pictures: frozenset[str]

    @cached_property
    def all(self) -> tuple[str, ...]:
        """The distinct words by which others are looked up."""
        return tuple(dict.fromkeys((*self.question.counts, *self.answer.counts)))


class Weights:
    """What each word weighs.

    Args:
        documents: How many questions were counted.
        frequencies: In how many of them each word stands.
    """

    def __init__(self, documents: int, frequencies: Mapping[str, int]) -> None:
        self._documents = documents
        self._frequencies = frequencies
        self._known: dict[str, float] = {}

    @classmethod
    def of(cls, questions: Iterable[str]) -> Weights:
        """The weights that follow from the questions of a sync."""
        documents, frequencies = 0, Counter[str]()
        for question in questions:
            documents += 1
            frequencies.update(tokens(question).keys())
        return cls(documents, frequencies)

    def __getitem__(self, word: str) -> float:
        weight = self._known.get(word)
        if weight is None:
            weight = self._known[word] = self._weight(word)
        return weight

    def _weight(self, word: str) -> float:
        seen = self._frequencies.get(word, 0)
        if self._documents >= _ENOUGH and _TEMPLATE * seen >= self._documents:
            return math.log((self._documents + 1) / (seen + 1)) + 0.1
        seen += _COMMON.get(word, 0)
        return math.log((self._documents + _BACKGROUND + 1) / (seen + 1)) + 0.1

    def words(self, identity: Identity) -> Words:
        """The words of a note, weighed."""
        answer = tokens(identity.answer)
        telling = Counter({word: count for word, count in answer.items() if word not in _TELL_NOTHING})
        pictures = (tag or link for tag, link in _PICTURE.findall(identity.question))
        return Words(
            self._bag(tokens(identity.question)),
            self._bag(answer),
            self._bag(telling),
            frozenset(picture.rsplit("/", 1)[-1] for picture in pictures),
        )

    def _bag(self, counts: Mapping[str, int]) -> Bag:
        weights = {word: self[word] for word in counts}
        total = math.fsum(weights[word] * count for word, count in counts.items())
        single = all(count == 1 for count in counts.values())
        return Bag(dict(counts), weights, total, math.fsum(weights.values()), single)

    # --- likeness -------------------------------------------------------------------------------------------

    def similarity(self, old: Words, new: Words, *, same_file: bool = True) -> float:
        """How likely the new note is the old one, rewritten: 0 to 1.

        Mainly ``0.6 q + 0.4 a`` of question and answer, or q alone if either has no answer. Measured on pairs of real
        edits, it is better to let a long answer that stays weigh more than a question that was worded anew, and nearly
        the same question stand for itself whatever became of its answer.
        """
        spelling = _spelling(old.question, new.question)
        question = self._questions(old.question, new.question, spelling)
        if not old.telling.counts or not new.telling.counts:
            likeness = self._of_questions(old, new, question, spelling, same_file=same_file)
        else:
            answer = answers(old.telling, new.telling)
            shorter = min(len(old.telling.counts), len(new.telling.counts))
            share = _ANSWER + _TELLING_ANSWER * min(1, shorter / _TELLING_WORDS)
            likeness = max(_QUESTION * question + _ANSWER * answer, (1 - share) * question + share * answer)
            another = _speaks_of_another(old.question, new.question, spelling)
            if not same_file:
                likeness *= FILES_DIFFER * (_ANOTHER if another else 1)
            elif not another:
                likeness = max(likeness, _QUESTION_ALONE * question)
        if old.pictures and new.pictures and not old.pictures & new.pictures:
            likeness *= _OTHER_PICTURE
        return likeness

    @staticmethod
    def _of_questions(
        old: Words, new: Words, question: float, spelling: Mapping[str, str], *, same_file: bool
    ) -> float:
        """The likeness of notes of which one has no answer, or only "True"."""
        if old.answer.counts and not new.answer.counts:
            question *= _ANSWER_LOST
        if question and _speaks_of_another(old.question, new.question, spelling):
            question *= _ANOTHER
        return question if same_file else _QUESTION_ELSEWHERE * question

    def _questions(self, ours: Bag, theirs: Bag, spelling: Mapping[str, str]) -> float:
        """The mean of dice and containment, misspelt and plural words counting as the same."""
        if spelling:
            counts: Counter[str] = Counter()
            for word, count in theirs.counts.items():
                counts[spelling.get(word, word)] += count
            theirs = self._bag(counts)
        return sum(ours.shared_with(theirs)) / 2


def answers(old: Bag, new: Bag) -> float:
    """How much of an answer stayed: below 0.5 it was largely rewritten."""
    dice, containment = old.shared_with(new)
    return max(dice, 0.9 * containment)


def _spelling(ours: Bag, theirs: Bag) -> dict[str, str]:
    """The words of the other text that differ from ours only in spelling, and how we write them."""
    spelling: dict[str, str] = {}
    for word in sorted(theirs.counts.keys() - ours.counts.keys()):
        for own in ours.by_start.get(word[:3], ()):
            if own not in theirs.counts and own not in spelling.values() and same_word(own, word):
                spelling[word] = own
                break
    return spelling


def _speaks_of_another(ours: Bag, theirs: Bag, spelling: Mapping[str, str]) -> bool:
    """Whether each question has a word that the other lacks and that is as rare as anything they share.

    Then they may well share a template only: "What happens when X fails?"
    """
    shared = (ours.counts.keys() & theirs.counts.keys()) | set(spelling.values())
    rarest = max((ours.weights[word] for word in shared), default=0.0)
    return any(weight >= rarest for word, weight in ours.weights.items() if word not in shared) and any(
        weight >= rarest
        for word, weight in theirs.weights.items()
        if word not in shared and word not in spelling
    )


def same_word(one: str, other: str) -> bool:
    """Whether two words differ by a plural or, if they are long and have no digits, by one slip of a finger.

    A slip is inside a word. A letter more at its end makes another word: a route is no router.
    """
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if len(short) >= _PLURAL_LENGTH and long in (f"{short}s", f"{short}es"):
        return long not in _SECURE
    if len(short) < _TYPO_LENGTH or len(long) - len(short) > 1 or any(map(str.isdigit, short + long)):
        return False
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return len(short) - at > 0 and short[at:] == long[at + 1 :]
    if at == len(short) - 1:
        return False
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]

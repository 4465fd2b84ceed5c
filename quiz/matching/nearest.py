"""Which of the notes that are left are most alike: candidates from an inverted index, the likest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from quiz.matching.likeness import Weights, Words
    from quiz.matching.sides import Text

SURE = 0.60
POSSIBLE = 0.40
MARGIN = 0.10

_CANDIDATES = 30
# Words that stand in more than a third of the notes tell nothing; nor, in a huge import, those in hundreds
_RARE_ENOUGH, _COMMON = 10, 300
_START = 4


@dataclass(frozen=True, slots=True)
class Guess:
    """A pair of notes that are alike."""

    old: Text
    new: Text
    similarity: float


def guesses(
    olds: Sequence[Text],
    news: Sequence[Text],
    weights: Weights,
    words: Callable[[Text], Words],
    compare: Callable[[Text, Text], float],
) -> list[Guess]:
    """The pairs that are at least possibly the same, by falling similarity, then in the order of files."""
    postings = _postings(news, words)
    found = (
        Guess(old, new, compare(old, new))
        for old in olds
        for new in _candidates(words(old), postings, weights)
        if new.identity.family is old.identity.family
    )
    possible = [guess for guess in found if guess.similarity >= POSSIBLE]
    return sorted(possible, key=lambda guess: (-guess.similarity, guess.old.number, guess.new.number))


def _postings(news: Sequence[Text], words: Callable[[Text], Words]) -> dict[str, list[Text]]:
    """Notes by word, those words that tell notes apart."""
    postings: dict[str, list[Text]] = defaultdict(list)
    for text in news:
        for word in _keys(words(text)):
            postings[word].append(text)
    limit = min(max(_RARE_ENOUGH, len(news) // 3), _COMMON)
    return {word: texts for word, texts in postings.items() if len(texts) <= limit}


def _keys(words: Words) -> Iterator[str]:
    yield from words.all
    # so that a note whose one telling word was misspelt is still looked at
    yield from dict.fromkeys(f"{word[:_START]}*" for word in words.question.counts if len(word) > _START)


def _candidates(words: Words, postings: dict[str, list[Text]], weights: Weights) -> Iterable[Text]:
    """Those that share most, by the weight of the distinct words shared."""
    shared: dict[Text, float] = defaultdict(float)
    for word in _keys(words):
        if word in postings:
            weight = weights[word]
            for text in postings[word]:
                shared[text] += weight
    ranked = sorted((-weight, text.number, text) for text, weight in shared.items())
    return (text for _, _, text in ranked[:_CANDIDATES])


class Choice:
    """The pairs as they are taken, best first: a pair that is accepted or asked takes both out."""

    def __init__(self, found: Sequence[Guess], in_place: Callable[[Text, Text], bool]) -> None:
        self._found = found
        self._in_place = in_place
        self._taken: set[Text] = set()
        self._alternatives: dict[Text, list[Guess]] = defaultdict(list)
        for guess in found:
            self._alternatives[guess.old].append(guess)
            self._alternatives[guess.new].append(guess)

    def decide(self) -> Iterator[tuple[Guess, bool]]:
        """Each pair that is taken, and whether it is certain or has to be asked about."""
        for guess in self._found:
            if guess.old not in self._taken and guess.new not in self._taken:
                certain = guess.similarity >= SURE and self._stands_out(guess)
                self._taken |= {guess.old, guess.new}
                yield guess, certain

    def _stands_out(self, guess: Guess) -> bool:
        """Whether no pair that is still possible comes near.

        Among notes that are alike as twins a difference of 0.10 cannot be had. There it is enough to be far nearer
        than the next, or to be the only one that stands next to the same neighbour as before.
        """
        rivals = [rival for rival in self._rivals(guess) if guess.similarity - rival.similarity < MARGIN]
        if not rivals:
            return True
        nearest = max(rival.similarity for rival in rivals)
        if 1 - guess.similarity <= (1 - nearest) / 2 and guess.similarity > nearest:
            return True
        return self._in_place(guess.old, guess.new) and not any(
            self._in_place(rival.old, rival.new) for rival in rivals
        )

    def _rivals(self, guess: Guess) -> Iterator[Guess]:
        for text in (guess.old, guess.new):
            for rival in self._alternatives[text]:
                if rival is not guess and rival.old not in self._taken and rival.new not in self._taken:
                    yield rival

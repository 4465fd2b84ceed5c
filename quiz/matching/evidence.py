"""What speaks for two notes being the same, over all notes of one match."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from quiz.matching.likeness import FILES_DIFFER, Weights, answers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from quiz.matching.copies import Copies
    from quiz.matching.likeness import Words
    from quiz.matching.sides import Text

# What two answers must share when several notes ask the same: then the question tells nothing
_SAME_QUESTION_ANSWER = 0.3
_REWRITTEN = 0.5


class Evidence:
    """Weighs words and counts questions, but only once somebody asks: most syncs never do.

    Args:
        copies: All notes just read.
        left: Gets the old notes that are left, when the weights are computed.
    """

    def __init__(self, copies: Sequence[Copies], left: Callable[[], Iterable[Text]]) -> None:
        self._copies = copies
        self._left = left
        self._weights: Weights | None = None
        self._words: dict[Text, Words] = {}
        self._askers: Counter[Hashable] | None = None

    @property
    def weights(self) -> Weights:
        """Over the questions just read and those of old notes that are left."""
        if self._weights is None:
            read = [copies.identity.question for copies in self._copies]
            self._weights = Weights.of([*read, *(text.identity.question for text in self._left())])
        return self._weights

    def words(self, text: Text) -> Words:
        """The words of a note, weighed once."""
        if text not in self._words:
            self._words[text] = self.weights.words(text.identity)
        return self._words[text]

    def likeness(self, old: Text, new: Text, *, same_file: bool = True) -> float:
        """How likely one is the other, 0 to 1."""
        if self.differ_in_all_but_a_common_question(old, new, same_file=same_file):
            likeness = answers(self.words(old).telling, self.words(new).telling)
            return likeness if same_file else FILES_DIFFER * likeness
        return self.weights.similarity(self.words(old), self.words(new), same_file=same_file)

    def rewritten(self, old: Text, new: Text) -> bool:
        """Whether the answer is largely another one; a first answer is not."""
        if not old.identity.answer or not new.identity.answer:
            return False
        return answers(self.words(old).answer, self.words(new).answer) < _REWRITTEN

    def differ_in_all_but_a_common_question(self, old: Text, new: Text, *, same_file: bool) -> bool:
        """Whether all they share is a question that further notes ask as well, or that differs in its operators.

        Further notes: of the same file, or of any file if theirs differ.
        """
        ours, theirs = old.identity, new.identity
        if ours.question_key != theirs.question_key or not ours.answer or not theirs.answer:
            return False
        question, files = theirs.question_print, new.files if same_file else ("",)
        if question == ours.question_print and max(self._asked(file, question) for file in files) <= 1:
            return False
        return answers(self.words(old).telling, self.words(new).telling) < _SAME_QUESTION_ANSWER

    def _asked(self, file: str, question: tuple[str, str]) -> int:
        """How many notes just read ask this, in a file or, if none is named, in all."""
        if self._askers is None:
            self._askers = Counter(
                (file, copies.identity.question_print)
                for copies in self._copies
                for file in ("", *copies.files)
            )
        return self._askers[file, question]

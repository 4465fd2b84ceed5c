"""Which stage of a roadmap a note belongs to: the one that a heading above it names, else the one its words speak of.

Pure, and rather none than a guess: a note that nothing places belongs to no stage.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import Kind, norm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Note

_OF_NO_STAGE = frozenset({Kind.ROADMAP, Kind.NEXT})
_NUMBERED = re.compile(r"stage[ #-]+(\d{1,3})\b")
_REMARK = re.compile(r"\([^()]*\)")
_BETWEEN_PHRASES = re.compile(r"[,;:&+()]|\s(?:/|-|–|—|and|or|vs\.?|with)(?=\s)")
_ENDING = re.compile(r"(?<=\w\w)(?:ing|ed|e)$")
# what a focus area is about is not said by these
_FILLERS = frozenset(
    {
        *(
            "a",
            "an",
            "and",
            "for",
            "from",
            "how",
            "in",
            "of",
            "on",
            "or",
            "the",
            "to",
            "up",
            "what",
            "with",
            "your",
        ),
        *(
            "advanced",
            "basic",
            "basics",
            "best",
            "core",
            "essentials",
            "fundamentals",
            "intro",
            "introduction",
        ),
        *("overview", "practices", "setting", "setup", "understanding", "using", "working"),
    }
)
# Bounds for files that were made to be slow
_MOST_WORDS = 20
_MOST_STAGES = 100
_MOST_PHRASES = 8


_Phrase = tuple[frozenset[str], int]
"""Words, and the stage whose focus area they are from."""


class Placed(NamedTuple):
    """Where a note belongs.

    Attributes:
        stage: The index of the roadmap's row.
        by: ``heading`` or ``words``.
    """

    stage: int
    by: str


def placed(rows: Sequence[Note], notes: Sequence[Note]) -> list[Placed | None]:
    """The stage of each note, None where nothing tells.

    A heading names a stage that it contains the focus area of, or the number of: ``Stage 3: Storage``. The innermost
    heading decides, and one that stands above the roadmap as well names none. Words decide only for the stages that
    no heading names.

    Args:
        rows: The rows of the roadmap in their order.
        notes: Of the same file.
    """
    names = _Names(rows)
    found = [names.stage_of(note) for note in notes]
    named = {place.stage for place in found if place}
    left = [index for index in range(len(rows)) if index not in named]
    unplaced = [note for note, place in zip(notes, found, strict=True) if place is None and _may_belong(note)]
    by_words = _by_words(rows, left, unplaced, names.above) if len(rows) <= _MOST_STAGES else {}
    return [place or by_words.get(id(note)) for note, place in zip(notes, found, strict=True)]


def _may_belong(note: Note) -> bool:
    return note.kind not in _OF_NO_STAGE


# --- headings ------------------------------------------------------------------------------------------------------


class _Names:
    """What headings may call the stages of a roadmap."""

    def __init__(self, rows: Sequence[Note]) -> None:
        self.above = {heading for row in rows for heading in row.context}
        self._count = len(rows)
        focuses = [norm(row.prompt) for row in rows]
        times = Counter(focuses)
        self._by_focus = {focus: index for index, focus in enumerate(focuses) if focus and times[focus] == 1}
        self._longest = max((len(focus.split()) for focus in focuses), default=0)
        self._known: dict[str, int | None] = {}

    def stage_of(self, note: Note) -> Placed | None:
        for heading in reversed(note.context if _may_belong(note) else ()):
            if heading not in self._known:
                self._known[heading] = None if heading in self.above else self._named(heading)
            stage = self._known[heading]
            if stage is not None:
                return Placed(stage, "heading")
        return None

    def _named(self, heading: str) -> int | None:
        words = norm(heading).split()[:_MOST_WORDS]
        for runs in _runs(words, self._longest):
            stages = {self._by_focus[run] for run in runs if run in self._by_focus}
            if len(stages) == 1:
                return stages.pop()
        number = _NUMBERED.match(" ".join(words))
        stage = int(number[1]) if number else 0
        return stage - 1 if 0 < stage <= self._count else None


def _runs(words: Sequence[str], longest: int) -> Iterator[list[str]]:
    """Words that follow each other, the longest runs first."""
    for length in range(min(len(words), longest), 0, -1):
        yield [" ".join(words[start : start + length]) for start in range(len(words) - length + 1)]


# --- words ---------------------------------------------------------------------------------------------------------


def _by_words(
    rows: Sequence[Note], stages: Sequence[int], notes: Sequence[Note], above: set[str]
) -> dict[int, Placed]:
    """The stages of notes of which a question, tag or heading holds a whole phrase of one focus area, by ``id``.

    A phrase that most notes hold tells nothing apart. The phrase with the most words decides; of equals none does.
    """
    by_word: dict[str, list[_Phrase]] = {}
    for index in stages:
        for phrase in _phrases(rows[index].prompt):
            by_word.setdefault(min(phrase), []).append((phrase, index))
    holding = {id(note): _held(note, above, by_word) for note in notes}
    counts = Counter(phrase for held in holding.values() for phrase in {phrase for phrase, _ in held})
    most = max(2, len(notes) // 2)
    found = {}
    for key, held in holding.items():
        telling = [(phrase, index) for phrase, index in held if counts[phrase] <= most]
        longest = max((len(phrase) for phrase, _ in telling), default=0)
        best = {index for phrase, index in telling if len(phrase) == longest}
        if len(best) == 1:
            found[key] = Placed(best.pop(), "words")
    return found


def _held(note: Note, above: set[str], by_word: dict[str, list[_Phrase]]) -> set[_Phrase]:
    """The phrases that one text of a note holds; they are looked up by one of their words."""
    headings = [heading for heading in note.context if heading not in above]
    texts = [_words(text) for text in (note.prompt, *headings, *note.tags)]
    return {each for words in texts for word in words for each in by_word.get(word, ()) if each[0] <= words}


def _phrases(focus: str) -> set[frozenset[str]]:
    """What a focus area lists, each as a set of words: of ``Docker volumes & bind mounts (basics)`` two."""
    parts = _BETWEEN_PHRASES.split(_REMARK.sub(" ", focus))[:_MOST_PHRASES]
    return {words for part in parts if (words := _words(part))}


def _words(text: str) -> frozenset[str]:
    """The words of a text without their endings: mounts, mounting and mount are one."""
    words = (word for word in norm(text).split() if len(word) > 1 and word not in _FILLERS)
    return frozenset(
        _ENDING.sub("", word if word.endswith("ss") else word.removesuffix("s")) for word in words
    )

"""What goes into a match and what comes out of it, and two ways to amend that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from quiz.cards import Note, NoteId

PINNED = 0
RESTORED = 6


@dataclass(frozen=True, slots=True)
class Known:
    """A stored note of a file that was read again or is gone.

    Attributes:
        note: As last read. Its file is that of its first place.
        reviewed: Whether a card of it was ever reviewed.
        also: Further files that held it, of those that were read again or are gone.
        stays: Whether it also stands in a file that was not read. Then it is neither gone nor ever another text;
            it can only gain places.
    """

    id: NoteId
    note: Note
    reviewed: bool = False
    also: tuple[str, ...] = ()
    stays: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """The files that held it."""
        return (self.note.file, *self.also)


@dataclass(frozen=True, slots=True)
class Pair:
    """A stored note found again.

    Attributes:
        stage: 1 anchor, 2 question and answer, 3 question, 4 answer, 5 similarity, 6 any of these for a note
            that was retired, 0 pinned.
        similarity: 1 where the text is the same.
        changed: The answer was largely rewritten: the next review says so.
    """

    known: Known
    note: Note
    stage: int
    similarity: float = 1.0
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A stored note and a new one that may be the same: a person has to say."""

    known: Known
    note: Note
    similarity: float


@dataclass(frozen=True, slots=True)
class Matching:
    """Every stored note and every found one, each exactly once in ``pairs`` or in ``gone`` and ``new``.

    Attributes:
        asks: Until they are settled, their notes are among ``new``, and their stored notes are gone unless they
            live on elsewhere.
        new: Without further places.
        gone: To be retired.
        others: The further places of notes that stand in several files.
    """

    pairs: tuple[Pair, ...] = ()
    asks: tuple[Ask, ...] = ()
    new: tuple[Note, ...] = ()
    gone: tuple[Known, ...] = ()
    others: Mapping[Note, tuple[Note, ...]] = field(default_factory=dict)


def pin(matching: Matching, note_id: NoteId, line: int) -> Matching:
    """The same, except that a card which was just edited keeps its id whatever its text has become.

    Does nothing if the card was found anyway, or if every note near the line is another card.

    Args:
        matching: Of the one file that was edited.
        note_id: The note whose card was on screen.
        line: Where its text began; the note there, else the only new one of the file, is its heir.
    """
    known = next((known for known in matching.gone if known.id == note_id), None)
    if known is None:
        return matching
    candidates = [note for note in matching.new if note.file == known.note.file]
    heir = next((note for note in candidates if note.line <= line <= note.end), None)
    if heir is None and len(candidates) == 1:
        heir = candidates[0]
    if heir is None:
        return matching
    return replace(
        matching,
        pairs=(*matching.pairs, Pair(known, heir, PINNED)),
        asks=tuple(ask for ask in matching.asks if ask.known is not known and ask.note is not heir),
        new=tuple(note for note in matching.new if note is not heir),
        gone=tuple(each for each in matching.gone if each is not known),
    )


def without_files(matching: Matching, files: Container[str]) -> Matching:
    """The same, except that the notes stored for some files are left as they were (the vanish guard).

    Notes that have moved out of such a file, or into it, stay matched.
    """
    return replace(
        matching,
        pairs=tuple(
            pair
            for pair in matching.pairs
            if not (pair.known.note.file in files and pair.note.file in files and pair.stage != RESTORED)
        ),
        asks=tuple(ask for ask in matching.asks if ask.note.file not in files),
        new=tuple(note for note in matching.new if note.file not in files),
        gone=tuple(known for known in matching.gone if known.note.file not in files),
    )

"""What an Anki package holds, as it stands there: fields are HTML, times are Anki's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from typing import Self

    from quiz.cards import Problem, State


OWN_TYPES = frozenset({1688850332804, 1748173069134})
"""The note types of dquiz's own exporter."""


def _nothing() -> None:
    """There is nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of card of a note type, with the sides as Anki's template language has them."""

    name: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """The fields and templates of notes.

    Attributes:
        cloze: Cards come from the deletions in a field, and not one from each template.
    """

    id: int
    name: str
    cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]


class LoggedReview(NamedTuple):
    """One row of the review log.

    Attributes:
        id: Unix milliseconds.
        rating: 1 to 4; 0 is no rating (a reset if ``kind`` is 4 and ``factor`` 0).
        kind: 0 learning, 1 review, 2 relearning, 3 filtered, 4 manual, 5 rescheduled.
        interval: Days if positive, seconds if negative.
        factor: In thousandths.
        study_day: Anki's day of the review.
    """

    id: int
    rating: int
    kind: int
    interval: int
    factor: int
    duration_ms: int
    study_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnkiCard:
    """A card with its progress.

    Attributes:
        ordinal: Number of the template; of a cloze note the number of the deletion less one.
        deck: Parts joined by ``/``; a ``/`` within a part is ``-``.
        mod: Unix seconds.
        due: Moment, if it is in steps; None otherwise.
        due_day: Day, if it is due on one; None otherwise. A card that is not new and has neither is due when its
            reviews say.
        interval: Days.
        factor: In thousandths; 0 if there is none.
        memory: Stability in days and difficulty, if stored.
        desired_retention: Under which it was scheduled, if stored.
        last_review: Of its last rating, if stored; a card that was exported without progress may have it.
        reviews: In the order of their ids.
    """

    id: int
    ordinal: int
    deck: str
    mod: int
    state: State
    suspended: bool = False
    flag: int = 0
    due: datetime | None = None
    due_day: date | None = None
    interval: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    memory: tuple[float, float] | None = None
    desired_retention: float | None = None
    last_review: datetime | None = None
    reviews: tuple[LoggedReview, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnkiNote:
    """A note with its cards.

    Attributes:
        mod: Unix seconds.
        tags: As in Anki, with ``::`` between parts.
        fields: HTML, as many as its type has.
        cards: In the order of their ordinals, each of which is there once.
    """

    id: int
    guid: str
    type: NoteType
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    cards: tuple[AnkiCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was read whole and found good. Its file is open until it is closed, for the media.

    Text has no control characters but tab and line end, and no lone surrogates; names (of decks, tags, types, fields,
    templates, media) are NFC and one line. Every GUID is there once.

    Attributes:
        whole_collection: A ``.colpkg``: everything a learner has, not only some decks.
        with_progress: It holds a review log or cards that are not new.
        media: Names of the files it brings, each without any folder → a function that gives their bytes, checked;
            it raises `PackageError` if they are damaged or too many.
        problems: What had to be skipped, with the package as the file and line 1.
        skipped_notes: How many notes that were.
        skipped_cards: How many cards, those of skipped notes included.
        skipped_reviews: How many rows of the log, those of skipped cards included.
        release: Lets go of the file.
    """

    name: str
    whole_collection: bool
    with_progress: bool
    notes: tuple[AnkiNote, ...]
    media: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    skipped_notes: int = 0
    skipped_cards: int = 0
    skipped_reviews: int = 0
    release: Callable[[], None] = field(default=_nothing, repr=False, compare=False)

    def close(self) -> None:
        """Let go of the file; its media cannot be read any more."""
        self.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""What an Anki package holds, as it stands there: fields are HTML, times are Anki's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from quiz.cards import Problem, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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


@dataclass(frozen=True, slots=True)
class LoggedReview:
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
        deck: Parts joined by ``/``.
        mod: Unix seconds.
        due: Moment, if it is in steps; None otherwise.
        due_day: Day, if it is due on one; None otherwise.
        interval: Days.
        factor: In thousandths; 0 if there is none.
        memory: Stability in days and difficulty, if stored.
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
    reviews: tuple[LoggedReview, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnkiNote:
    """A note with its cards.

    Attributes:
        mod: Unix seconds.
        tags: As in Anki, with ``::`` between parts.
        fields: HTML, as many as its type has.
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
    """A package that was read whole and found good.

    Attributes:
        whole_collection: A ``.colpkg``: everything a learner has, not only some decks.
        with_progress: It holds a review log or cards that are not new.
        media: Names of the files it brings → a function that gives their bytes, checked.
        problems: What had to be skipped, with the package as the file and line 1.
        skipped: How many notes and cards that were.
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

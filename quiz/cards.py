"""The values that everything else speaks of: notes, cards, schedules and reviews. Frozen, and free of effects."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple, NewType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime, tzinfo

CardId = NewType("CardId", str)
NoteId = NewType("NoteId", str)


LEVELS = ("junior", "mid", "senior")
"""Tags that say how experienced one has to be for a question."""


class Kind(StrEnum):
    """What a note is; the words of ``dquiz check --json``."""

    QA = "qa"
    CHEATSHEET = "cheatsheet"
    CLOZE = "cloze"
    CHOICE = "choice"
    TERM = "term"
    ROADMAP = "roadmap"
    TASK = "task"
    CHALLENGE = "challenge"
    NEXT = "next"
    TIP = "tip"
    CONCEPT = "concept"
    OVERVIEW = "overview"
    OTHER = "other"

    @property
    def studied(self) -> bool:
        """Whether notes of this kind yield cards unless the settings say otherwise."""
        return self in STUDIED


STUDIED = (Kind.QA, Kind.CHEATSHEET, Kind.CLOZE, Kind.CHOICE, Kind.TERM)
"""The kinds that become cards unless the settings say otherwise."""
STUDIABLE = (*STUDIED, Kind.ROADMAP, Kind.NEXT, Kind.CONCEPT)
"""The kinds that can become cards."""


class State(StrEnum):
    """Where a card is on its way. Suspended and buried are separate: they are not states."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


class Rating(IntEnum):
    """How well a card was remembered."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def word(self) -> str:
        """The word of JSON output: again, hard, good or easy."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a user's file: a value with a place, never raised.

    Attributes:
        file: The file as the user named it or relative to what they named.
        line: 1-based.
        code: Stable: ``E…`` is an error, ``W…`` a warning.
    """

    file: str
    line: int
    code: str
    message: str

    @property
    def severity(self) -> str:
        """``error`` or ``warning``."""
        return "error" if self.code.startswith("E") else "warning"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a multiple-choice question, as markdown."""

    text: str
    correct: bool


@dataclass(frozen=True, slots=True)
class Deletion:
    """One hidden part of a cloze.

    Attributes:
        text: What is hidden, as markdown.
        start: Offset of the mark, brackets included, in the note's prompt.
        end: Offset behind the mark.
        hint: Shown in its place, if any.
        group: Deletions of one non-empty group are hidden together.
    """

    text: str
    start: int
    end: int
    hint: str = ""
    group: str = ""


class Exchange(NamedTuple):
    """A question and its answer in short, each one line of markdown."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What one rule found in one file.

    Texts are markdown as it stands in the source. ``line`` to ``end`` are the 1-based lines it covers; ``also`` are
    the first lines of further copies in the same file.

    Attributes:
        context: The headings above it, outermost first.
        tags: Without ``#``; ``both``, ``typed`` and ``skip`` are never among them.
        explanation: Of a choice, what stands below its options. ``answer`` holds options and explanation as written.
        level: Of a challenge row.
        both: Asked in both directions.
        typed: The answer is to be typed.
        options: Parts of its command are asked for on their own, as its deck wants it.
        earlier: Of a step of a chain: what was asked just before it, first things first.
        wanted: Whether its deck wants cards of its kind; None if it says nothing else than what is usual.
        anchor: The ``^id`` without its caret.
        rule: ``R1`` to ``R10``, or ``T:`` and the kind of section.
        file: Relative to its source, with ``/``.
    """

    kind: Kind
    prompt: str
    answer: str = ""
    file: str = ""
    line: int = 1
    end: int = 1
    deck: str = ""
    section: str = ""
    context: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    explanation: str = ""
    deletions: tuple[Deletion, ...] = ()
    level: str = ""
    both: bool = False
    typed: bool = False
    options: bool = False
    earlier: tuple[Exchange, ...] = ()
    wanted: bool | None = None
    anchor: str | None = None
    draft: bool = False
    rule: str = ""
    also: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        """The answer as it is printed: of a choice its explanation alone, since its options are told apart."""
        return self.explanation if self.kind is Kind.CHOICE else self.answer

    @property
    def studied(self) -> bool:
        """Whether it yields cards that are scheduled."""
        return self.kind.studied if self.wanted is None else self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """One file as read: its notes in the order of their lines, and what is wrong with it.

    Attributes:
        digest: Of the bytes that were read; empty if the file could not be read.
    """

    name: str
    file: str
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What the scheduler knows about a card.

    Attributes:
        step: Index of the (re)learning step, None in review.
        due: When it is due, UTC; of a card that is due on a day the moment at which that study day begins.
            None while new.
        due_day: The study day, if it is due on a day and not at a moment.
        stability: Days until retrievability falls to 0.9.
        difficulty: 1 to 10.
        last_review: Moment of the last review that counts, UTC.
        last_day: Its study day.
        interval: Days it was last given; 0 within steps.
        reps: Reviews that count.
        lapses: Times it was rated Again in review.
    """

    state: State = State.NEW
    step: int | None = None
    due: datetime | None = None
    due_day: date | None = None
    stability: float | None = None
    difficulty: float | None = None
    last_review: datetime | None = None
    last_day: date | None = None
    interval: int = 0
    reps: int = 0
    lapses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card as the collection holds it.

    Attributes:
        facet: ``fwd``, ``rev``, ``cloze:…`` or ``option:…``: which question of its note it asks.
        ordinal: Its number within the note: given once and never reused.
        created_ms: Unix milliseconds of its creation, unique among cards.
        path: The absolute path of the note's file; empty if it is in none.
        flag: 0 is none, 1 to 7 a colour.
        changed: Its text was largely rewritten since its last review.
        remark: A note to self, of the learner; lines of plain text.
    """

    id: CardId
    note_id: NoteId
    facet: str
    note: Note
    schedule: Schedule = field(default_factory=Schedule)
    ordinal: int | None = None
    created_ms: int = 0
    path: str = ""
    suspended: bool = False
    buried_until: date | None = None
    flag: int = 0
    marked: bool = False
    leech: bool = False
    changed: bool = False
    retired: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an answer was given, where the card was more than turned over.

    Attributes:
        suggested: The rating that was suggested.
        tries: How often something was typed.
        revealed: The answer was shown before it was given.
        verdict: On what was typed last: ``equal``, ``same``, or ``differs`` with the reason.
        typed: What was typed last.
        points: Of an answer that is a list.
        points_hit: How many of them were known.
    """

    suggested: Rating | None = None
    tries: int = 0
    revealed: bool = False
    verdict: str = ""
    typed: str = ""
    points: int = 0
    points_hit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One row of the review log: a rating, with the schedule before and after it.

    Attributes:
        id: Unix milliseconds of the review, counted up until free: unique in the collection and in order.
        study_day: Fixed when the review happens; never recomputed.
        duration_ms: As measured.
        mode: ``flip typed cloze list choice interview cram``.
        counts: Whether it moved the schedule.
        source: ``terminal plain command import``.
        hints: How many were shown before the answer.
        attempt: How the answer was given; None if the card was turned over.
    """

    id: int
    card_id: CardId
    rating: Rating
    reviewed_at: datetime
    study_day: date
    duration_ms: int
    before: Schedule
    after: Schedule
    mode: str = "flip"
    counts: bool = True
    source: str = "terminal"
    hints: int = 0
    attempt: Attempt | None = None


class CollectedReview(NamedTuple):
    """A row of the review log as an exporter receives it: one that counts and was not undone.

    Attributes:
        id: Unix milliseconds of the review.
        foreign_id: Its id where it was imported from, if it has another one here.
        rating: 1 to 4; 0 is a reset, or with ``after`` in review a due date that was set by hand.
        study_day: As an ordinal.
        interval: What it gave: days, or if less than 0 seconds.
        before: The state of the card before it; in review too where its beginning is not known.
        after: The state of the card after it.
        difficulty: After it, 1 to 10.
    """

    id: int
    foreign_id: int | None
    rating: int
    study_day: int
    duration_ms: int
    interval: int
    before: State
    after: State
    difficulty: float | None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or recording that a note refers to.

    Attributes:
        name: ``dquiz-``, a hash of its bytes, and the ending of its type; empty if it cannot be taken along.
        fault: Why it cannot.
        read: Gives its bytes; raises MissingError if these are others by now.
    """

    name: str = ""
    fault: str = ""
    read: Callable[[], bytes] = bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedNote:
    """A note with its cards, as an exporter receives it.

    Attributes:
        mod: Unix seconds of the last change of its content.
        created_ms: Unix milliseconds of its creation, unique in the collection.
        content_hash: Its `content_hash`, if that is known.
        exported_ms: Unix milliseconds of an export that held it as it is, or of the last one before; 0 is never.
        last_deck: The deck it was in at the last export, if it is in another one now.
        guid: By which Anki knows it, if it came from there.
        media: By the reference as it stands in the note, percent-decoded; one in Obsidian's brackets keeps them.
        definitions: The targets of labels that its pictures use and its file defines elsewhere.
        reviews: By card, oldest first; empty if the exporter did not ask for schedules.
    """

    id: NoteId
    note: Note
    mod: int
    created_ms: int
    cards: tuple[Card, ...]
    content_hash: str = ""
    exported_ms: int = 0
    last_deck: str = ""
    guid: str = ""
    media: Mapping[str, Media] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    reviews: Mapping[CardId, Sequence[CollectedReview]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckOptions:
    """How the cards of a deck are scheduled.

    Attributes:
        zone: In which its study days are counted.
        retention: Desired retention, 0.70 to 0.99.
        decay: How fast the forgetting curve falls: w20 of FSRS-6.
        learning_steps: How many.
        relearning_steps: How many.
        parameters: w0 to w20 of FSRS-6; none if they are not known.
        learning_waits: How long each learning step lasts.
        relearning_waits: How long each relearning step lasts.
        maximum_interval: In days.
    """

    zone: tzinfo = UTC
    retention: float = 0.9
    decay: float = 0.1542
    learning_steps: int = 2
    relearning_steps: int = 1
    parameters: tuple[float, ...] = ()
    learning_waits: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_waits: tuple[timedelta, ...] = (timedelta(minutes=10),)
    maximum_interval: int = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedDeck:
    """A deck as an exporter receives it; the name has ``/`` between its parts."""

    name: str
    notes: tuple[CollectedNote, ...]
    options: DeckOptions = DeckOptions()


def media_hash(media: Mapping[str, Media]) -> str:
    """Hash of the pictures and recordings that an export of a note shows; empty if it shows none."""
    shown = sorted((reference, each.name) for reference, each in media.items() if each.name)
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16] if shown else ""


_NOT_NORM = re.compile(r"[^\w+#-]+")


def norm(text: str) -> str:
    """Text for identity: case folded; all but letters, digits and ``_ + # -`` is one blank."""
    return _NOT_NORM.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()

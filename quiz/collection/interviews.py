"""Mock interviews and the collection: which cards may be asked, where reports are kept, what counts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from quiz.answers import Shape, expected, points
from quiz.cards import LEVELS, Attempt, Kind
from quiz.collection.clock import clock_warning
from quiz.cues import FORWARD
from quiz.errors import MissingError, QuizError, StoreError, StoreLockedError
from quiz.interview import Candidate, Interview, Report, Terms, draw, question_count, readiness
from quiz.store.reading import card_rows
from quiz.store.rows import WAY_OUT, card_from, damaged, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from quiz.answers import Point
    from quiz.cards import Card, CardId, Note
    from quiz.collection import Collection
    from quiz.interview import Question
    from quiz.store.reading import Selected

MODE = "interview"

_MAY_BE_ASKED = """
 AND card.retired = 0 AND card.suspended = 0 AND (card.buried_until IS NULL OR card.buried_until <= :today)"""
# The reviews of an interview have its id as that of their run
_COUNTED = """
SELECT DISTINCT interview.id
FROM interview JOIN action ON action.run_id = interview.id JOIN review ON review.id = action.review_id
WHERE review.mode = 'interview' AND review.counts = 1 AND review.undone_at IS NULL"""
_COUNTED_TODAY = """
SELECT 1 FROM review
WHERE card_id = :key AND study_day = :today AND undone_at IS NULL AND counts = 1 AND rating > 0 LIMIT 1"""


# --- what may be asked ---------------------------------------------------------------------------------------------


def candidates(collection: Collection, selected: Selected, now: datetime) -> list[Candidate]:
    """The cards that are neither retired, suspended nor buried, drafts too, each with its topic and recall.

    Those that an interviewer would ask: questions, where there are any, and not commands, terms or parts of a text.

    The topic is the first tag that is no level, else the deck; within a single deck the heading above the card.
    """
    today = collection.days.day(now)
    rows = card_rows(collection.store.read, selected.condition + _MAY_BE_ASKED, today=today.toordinal())
    cards = _questions([card_from(row, collection.days.start) for row in rows])
    one_deck = len({card.note.deck for card in cards}) == 1
    return [
        Candidate(
            card,
            _topic(card.note, by_heading=one_deck),
            collection.scheduler(card.note.deck).retrievability(card.schedule, today),
        )
        for card in cards
    ]


def _questions(cards: list[Card]) -> list[Card]:
    questions = [card for card in cards if card.note.kind is Kind.QA and card.facet == FORWARD]
    return questions or cards


def _topic(note: Note, *, by_heading: bool) -> str:
    tag = next((tag for tag in note.tags if tag.casefold() not in LEVELS), "")
    heading = note.context[-1] if by_heading and note.context else ""
    return tag or heading or note.deck


def points_of(note: Note) -> Sequence[Point]:
    """The points of an answer that is a list; none of any other."""
    return points(note.answer) if expected(note).shape is Shape.LIST else ()


# --- holding one ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The interview that is asked for.

    Attributes:
        per_question: Seconds.
        new_share: How much of it new cards may be, 0 to 1.
        share_is_firm: Whether that holds even if all cards are new.
        level: What the report says that its cards are tagged.
        seed: Of the lot; by chance if None.
    """

    minutes: int
    per_question: int
    new_share: float
    share_is_firm: bool = False
    level: str | None = None
    seed: int | None = None

    @property
    def questions(self) -> int:
        """How many there is time for."""
        return question_count(self.minutes, self.per_question)


@dataclass(slots=True, kw_only=True)
class Held:
    """An interview being held; what was answered is on disk when the call that moved it on returns.

    Attributes:
        interview: Its state.
        candidates: All cards that it was drawn from.
        earlier: The reports of interviews before it.
        clock_warning: Why its ratings should perhaps not be applied to the schedule; empty if nothing is wrong.
        kept: Its report as it is kept; without an id as long as nothing was answered.
        logged: How many of the ratings are in the log.
    """

    collection: Collection
    interview: Interview
    candidates: Sequence[Candidate]
    earlier: Sequence[Report]
    clock_warning: str
    kept: Report
    logged: int = 0

    @property
    def is_first(self) -> bool:
        """Whether none of what may be asked was ever reviewed, so that new cards are asked."""
        return all(one.is_new for one in self.candidates)

    @property
    def question(self) -> Question:
        """The question that is asked or compared."""
        assert self.interview.question is not None, "the interview is not over"  # noqa: S101
        return self.interview.question

    @property
    def card(self) -> Card:
        """Its card."""
        assert self.interview.card is not None, "the interview is not over"  # noqa: S101
        return self.interview.card

    @property
    def cards(self) -> dict[CardId, Card]:
        """What was drawn, by id."""
        return {one.card.id: one.card for one in self.interview.drawn}

    @property
    def readiness(self) -> dict[str, float]:
        """By topic, what a question drawn blindly would have met before this interview."""
        return readiness(self.candidates)

    @property
    def rated(self) -> list[Question]:
        """The questions from which a rating follows."""
        return [question for question in self.interview.answered if question.rating]

    def load_what_saving_needs(self) -> None:
        """Load SQLAlchemy: for a thread, while a person thinks about the first question."""
        self.collection.store.engine  # noqa: B018

    def move_on(self, after: Interview) -> str:
        """Go on to the interview after a step; its report is replaced if one more question is behind.

        Returns:
            What is to be told if another program holds the collection; the next answer is saved with this one.

        Raises:
            StoreError: The report could not be saved, and waiting would not help.
        """
        answered = len(after.answered) > len(self.interview.answered)
        self.interview = after
        try:
            if answered:
                self._keep()
        except StoreError as error:
            if not (isinstance(error, StoreLockedError) or error.details.get("passing")):
                raise
            return f"This answer is not saved yet; the next one will be saved with it. {error}"
        return ""

    def finish(self) -> None:
        """Over now, whatever is left to ask.

        Raises:
            StoreError: Some of its answers could not be saved.
        """
        self.interview = self.interview.end()
        if len(self.interview.answered) > len(self.kept.questions):
            self._keep()

    def _keep(self) -> None:
        self.kept = keep(self.collection, replace(self.interview.report(), id=self.kept.id))

    def settle(self, now: datetime, *, apply: bool, source: str) -> int:
        """Put every rating into the log, and with ``apply`` into the schedule of cards not reviewed that study day.

        Each is on disk at once, and one step of undo; none is logged twice. How many count is returned.
        """
        counted = 0
        for question in self.rated[self.logged :]:
            run_id = int(self.kept.id)
            counted += _record(self.collection, question, now, apply=apply, source=source, run_id=run_id)
            self.logged += 1
        return counted


def hold(
    collection: Collection,
    selected: Selected,
    wish: Wish,
    now: datetime,
    at: float,
    told: Callable[[str], None] = lambda _: None,
) -> Held:
    """Draw an interview and ask its first question; over at once if there is none.

    Args:
        collection: Where cards and reports are.
        selected: The cards that may be asked.
        wish: What is wanted.
        now: The moment, UTC.
        at: The same by the clock that measures answers.
        told: See `reports`.
    """
    found = candidates(collection, selected, now)
    seed = secrets.randbits(31) if wish.seed is None else wish.seed
    drawn = _drawn(found, wish, seed)
    terms = Terms(
        id="",
        started_at=now,
        minutes=wish.minutes,
        seed=seed,
        per_question=wish.per_question,
        level=wish.level,
    )
    interview = Interview.begin(terms, drawn, points_of, at)
    return Held(
        collection=collection,
        interview=interview,
        candidates=found,
        earlier=reports(collection, told),
        clock_warning=clock_warning(collection, now),
        kept=interview.report(),
    )


def _drawn(found: Sequence[Candidate], wish: Wish, seed: int) -> list[Candidate]:
    """What is asked: new cards beyond their share too if there are no others; no draft alone."""
    is_first = not wish.share_is_firm and all(one.is_new for one in found)
    share = 1.0 if is_first else wish.new_share
    drawn = draw(found, wish.questions, new_share=share, seed=seed)
    if len(drawn) == 1 and drawn[0].card.note.draft:
        answered = [one for one in found if not one.card.note.draft]
        return draw(answered, wish.questions, new_share=share, seed=seed)
    return drawn


def _record(
    collection: Collection, question: Question, now: datetime, *, apply: bool, source: str, run_id: int
) -> bool:
    """Log the rating of a question; whether it counts."""
    rating = question.rating
    assert rating is not None, "only questions with a rating are logged"  # noqa: S101
    key, card = collection.find(question.card)
    today = collection.days.day(now).toordinal()
    counts = apply and not collection.store.read(_COUNTED_TODAY, key=key, today=today)
    collection.record(
        key,
        card,
        rating,
        now,
        duration_ms=question.seconds * 1000,
        mode=MODE,
        counts=counts,
        source=source,
        run_id=run_id,
        attempt=Attempt(suggested=rating, points=len(question.points), points_hit=question.hit),
    )
    return counts


# --- reports -------------------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """A report with the cards it speaks of, as far as they are still known, and the other reports."""

    report: Report
    cards: dict[CardId, Card]
    others: list[Report]


def keep(collection: Collection, report: Report) -> Report:
    """Save a report in the place of the one with its id, or as a new one; it is returned with its id."""
    from sqlalchemy import delete, insert, select

    from quiz.store.tables import interview

    with collection.store.write() as connection:
        if report.id:
            number = int(report.id)
            connection.execute(delete(interview).where(interview.c.id == number))
        else:
            number = to_ms(report.started_at)
            while connection.scalar(select(interview.c.id).where(interview.c.id == number)):
                number += 1
        kept = replace(report, id=str(number))
        connection.execute(insert(interview).values(id=number, report=kept.to_json()))
    return kept


def reports(collection: Collection, told: Callable[[str], None] = lambda _: None) -> list[Report]:
    """All that are kept, oldest first; each says whether reviews of it count by now.

    Args:
        collection: Where they are.
        told: Told in one line which of them cannot be read, if there are such.
    """
    found = _read(collection)
    if lost := ", ".join(str(key) for key, report in found.items() if report is None):
        told(f"Damaged, so left out: interview {lost}. {WAY_OUT}")
    return [report for report in found.values() if report]


def find_report(
    collection: Collection, given: str | None = None, told: Callable[[str], None] = lambda _: None
) -> Kept:
    """The report with an id, the last one if none is given; see `reports`.

    Raises:
        MissingError: There is none.
        StoreRefusedError: It cannot be read.
    """
    others = reports(collection, told)
    found = [one for one in others if given in (None, one.id)]
    if not found:
        if given is None:
            raise MissingError("No interview yet.")
        if given in map(str, _read(collection)):
            raise damaged(f"the report of interview {given}")
        raise MissingError(f"No interview '{given}'. `dquiz interview --list` lists them.", given=given)
    ids = {question.card for question in found[-1].questions}
    rows = [row for uid in ids for row in card_rows(collection.store.read, " AND card.uid = :uid", uid=uid)]
    cards = [card_from(row, collection.days.start) for row in rows]
    return Kept(found[-1], {card.id: card for card in cards}, others)


def _read(collection: Collection) -> dict[int, Report | None]:
    """The reports by their ids; None for one that is damaged. Each by itself: text that is no text stops a query."""
    read = collection.store.read
    counted = {key for (key,) in read(_COUNTED)}
    found: dict[int, Report | None] = {}
    for (key,) in read("SELECT id FROM interview ORDER BY id"):
        try:
            [(text,)] = read("SELECT report FROM interview WHERE id = :key", key=key)
            found[key] = replace(Report.from_json(text), id=str(key), counted=key in counted)
        except StoreLockedError:
            raise
        except QuizError:
            found[key] = None
    return found

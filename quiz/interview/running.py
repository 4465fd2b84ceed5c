"""The run of an interview: each question is asked, then compared with its points. It has no clock of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from quiz.cards import Kind
from quiz.cues import FORWARD
from quiz.interview.report import CLARITIES, Point, Question, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from quiz.cards import Card, Note
    from quiz.interview.drawing import Candidate

WHOLE_ANSWER = "whole answer"


class Phase(StrEnum):
    """What the run waits for."""

    ASKING = "asking"
    PAUSED = "paused"
    COMPARING = "comparing"
    OVER = "over"


class ModelPoint(Protocol):
    """A point of a written answer."""

    @property
    def text(self) -> str:
        """As markdown, without its mark."""

    @property
    def essential(self) -> bool:
        """Whether it must not be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed on before the first question.

    Attributes:
        id: Unique among interviews; they sort by it.
        per_question: Seconds.
        level: The tag that was asked for, if any.
    """

    id: str
    started_at: datetime
    minutes: int
    seed: int
    per_question: int = 180
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """An interview at one moment; each step gives the interview after it.

    Moments are seconds of any clock that runs evenly, such as ``time.monotonic``. A step that does not fit the phase
    is a mistake of the caller, and raises ValueError.

    Attributes:
        drawn: The cards, in the order in which they are asked.
        prepared: Their questions, before anything was said.
        answered: The questions that are behind, as far as it came.
        question: The question that is asked or compared; None when it is over.
    """

    terms: Terms
    drawn: tuple[Candidate, ...]
    prepared: tuple[Question, ...]
    answered: tuple[Question, ...] = ()
    phase: Phase = Phase.OVER
    question: Question | None = None
    _spoken: float = 0.0
    _since: float = 0.0

    @classmethod
    def begin(
        cls,
        terms: Terms,
        drawn: Iterable[Candidate],
        points_of: Callable[[Note], Sequence[ModelPoint]],
        at: float,
    ) -> Interview:
        """Ask the first question; over at once if there is none.

        Args:
            terms: What was agreed on.
            drawn: What is asked.
            points_of: The top-level points of a note's answer; none if it is no list.
            at: The moment.
        """
        candidates = tuple(drawn)
        whole_second = replace(terms, started_at=terms.started_at.replace(microsecond=0))
        prepared = tuple(_prepared(one, points_of) for one in candidates)
        return _asking(cls(terms=whole_second, drawn=candidates, prepared=prepared), at)

    # --- what is to be shown -------------------------------------------------------------------------------

    @property
    def card(self) -> Card | None:
        """The card that is asked or compared."""
        return None if self.phase is Phase.OVER else self.drawn[len(self.answered)].card

    def seconds(self, at: float) -> float:
        """How long the answer to this question has taken, without pauses."""
        return self._spoken + (max(at - self._since, 0.0) if self.phase is Phase.ASKING else 0.0)

    def left(self, at: float) -> float:
        """Seconds that are left for this question; less than none is overtime."""
        return self.terms.per_question - self.seconds(at)

    def report(self, *, counted: bool = False) -> Report:
        """What it has come to so far."""
        return Report(
            id=self.terms.id,
            started_at=self.terms.started_at,
            minutes=self.terms.minutes,
            seed=self.terms.seed,
            level=self.terms.level,
            counted=counted,
            questions=self.answered,
        )

    # --- while a question is asked -------------------------------------------------------------------------

    def pause(self, at: float) -> Interview:
        """The clock stands still."""
        self._expect(Phase.ASKING)
        return replace(self, phase=Phase.PAUSED, _spoken=self.seconds(at))

    def resume(self, at: float) -> Interview:
        """The clock runs on."""
        self._expect(Phase.PAUSED)
        return replace(self, phase=Phase.ASKING, _since=at)

    def done_speaking(self, at: float) -> Interview:
        """The answer was given, and is compared."""
        question = self._expect(Phase.ASKING, Phase.PAUSED)
        timed = self._timed(question, at)
        return replace(self, phase=Phase.COMPARING, question=timed, _spoken=self.seconds(at))

    def skip(self, at: float) -> Interview:
        """Nothing was said; on to the next question."""
        question = self._expect(Phase.ASKING, Phase.PAUSED)
        return _asking(self._put_behind(replace(self._timed(question, at), skipped=True)), at)

    # --- while it is compared ------------------------------------------------------------------------------

    def tick(self, at: int) -> Interview:
        """The point at a position was said, or was not after all."""
        question = self._expect(Phase.COMPARING)
        points = list(question.points)
        points[at] = replace(points[at], hit=not points[at].hit)
        return replace(self, question=replace(question, points=tuple(points)))

    def tick_all(self) -> Interview:
        """Every point was said."""
        question = self._expect(Phase.COMPARING)
        points = tuple(replace(point, hit=True) for point in question.points)
        return replace(self, question=replace(question, points=points))

    def judge_clarity(self, clarity: int | None) -> Interview:
        """How clear the answer was, 1 to 4, or not judged."""
        question = self._expect(Phase.COMPARING)
        if clarity is not None and clarity not in CLARITIES:
            raise ValueError(f"clarity is 1 to 4, not {clarity}")
        return replace(self, question=replace(question, clarity=clarity))

    def remark(self, note: str) -> Interview:
        """A note to oneself, in place of an earlier one."""
        question = self._expect(Phase.COMPARING)
        return replace(self, question=replace(question, note=note.strip()))

    def go_on(self, at: float) -> Interview:
        """On to the next question; over after the last one."""
        return _asking(self._put_behind(self._expect(Phase.COMPARING)), at)

    # --- always --------------------------------------------------------------------------------------------

    def end(self) -> Interview:
        """Over now. A question that was answered stays; one that is still being asked was not."""
        answered = (
            self._put_behind(self.question) if self.phase is Phase.COMPARING and self.question else self
        )
        return replace(answered, phase=Phase.OVER, question=None)

    def _expect(self, *phases: Phase) -> Question:
        if self.phase not in phases or self.question is None:
            raise ValueError(f"an interview that is {self.phase} is not {' or '.join(phases)}")
        return self.question

    def _timed(self, question: Question, at: float) -> Question:
        seconds = round(self.seconds(at))
        return replace(question, seconds=seconds, overtime=max(0, seconds - self.terms.per_question))

    def _put_behind(self, question: Question) -> Interview:
        return replace(self, answered=(*self.answered, question))


def _asking(interview: Interview, at: float) -> Interview:
    """The interview with its next question asked; over if there is none."""
    if len(interview.answered) == len(interview.prepared):
        return replace(interview, phase=Phase.OVER, question=None)
    question = interview.prepared[len(interview.answered)]
    return replace(interview, phase=Phase.ASKING, question=question, _spoken=0.0, _since=at)


def _prepared(candidate: Candidate, points_of: Callable[[Note], Sequence[ModelPoint]]) -> Question:
    card = candidate.card
    return Question(
        card=card.id,
        path=card.note.file,
        line=card.note.line,
        topic=candidate.topic,
        points=_points(card, points_of),
        r_before=None if candidate.is_new else candidate.recall,
    )


def _points(card: Card, points_of: Callable[[Note], Sequence[ModelPoint]]) -> tuple[Point, ...]:
    """What should be said; if no point is marked as essential, all are. Of a draft nobody knows."""
    if card.note.draft:
        return ()
    is_list = card.facet == FORWARD and card.note.kind not in (Kind.CHOICE, Kind.CLOZE)
    written = points_of(card.note) if is_list else ()
    all_essential = not any(point.essential for point in written)
    found = tuple(Point(point.text, point.essential or all_essential) for point in written)
    return found or (Point(WHOLE_ANSWER, essential=True),)

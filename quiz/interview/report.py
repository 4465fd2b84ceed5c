"""What an interview came to: the value that is saved, and its JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quiz.cards import Rating
from quiz.errors import QuizError
from quiz.visible import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.cards import CardId

SCHEMA = 1
CLARITIES = (1, 2, 3, 4)
_KIND = "interview"
_WEAKEST = 3
_FIRST_YEAR, _YEAR_AFTER_LAST = 1970, 2200
_TOO_MANY = 1 << 63


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a model answer.

    Attributes:
        text: As markdown.
        essential: What must not be left out.
        hit: It was said.
    """

    text: str
    essential: bool
    hit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it was asked.

    Attributes:
        path: The note's file, relative to its source.
        seconds: Of speaking, without pauses.
        overtime: Seconds of them beyond what a question had.
        points: None of a draft: nobody has written what should be said.
        clarity: 1 to 4, if it was given.
        r_before: Retrievability before; None of a new card.
    """

    card: CardId
    path: str
    line: int
    topic: str
    seconds: int = 0
    overtime: int = 0
    skipped: bool = False
    points: tuple[Point, ...] = ()
    clarity: int | None = None
    note: str = ""
    r_before: float | None = None

    @property
    def place(self) -> str:
        """As editors and terminals recognise it."""
        return f"{self.path}:{self.line}"

    @property
    def hit(self) -> int:
        """How many points were said."""
        return sum(point.hit for point in self.points)

    @property
    def some_are_essential(self) -> bool:
        """Whether it has to be shown which points are; where its author marked none, all are."""
        return not all(point.essential for point in self.points)

    @property
    def essential_missed(self) -> int:
        """How many points were not said that must not be left out, of those that stand out so."""
        return self.some_are_essential * self._missed

    @property
    def _missed(self) -> int:
        return sum(point.essential and not point.hit for point in self.points)

    @property
    def rating(self) -> Rating | None:
        """As of a recalled list; None if nothing was compared, of drafts and skipped questions."""
        if self.skipped or not self.points:
            return None
        if self._missed:
            return Rating.AGAIN
        return Rating.GOOD if self.hit == len(self.points) else Rating.HARD


@dataclass(frozen=True, slots=True)
class Tally:
    """Questions added up."""

    questions: int
    hit: int
    possible: int
    essential_missed: int
    seconds: int

    @classmethod
    def of(cls, questions: Iterable[Question]) -> Tally:
        """The sums over some questions."""
        asked = list(questions)
        return cls(
            questions=len(asked),
            hit=sum(one.hit for one in asked),
            possible=sum(len(one.points) for one in asked),
            essential_missed=sum(one.essential_missed for one in asked),
            seconds=sum(one.seconds for one in asked),
        )

    @property
    def share(self) -> float | None:
        """Points hit of those possible, 0 to 1; None if there were none."""
        return self.hit / self.possible if self.possible else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An interview that was held.

    Attributes:
        id: Unique among interviews; they sort by it.
        started_at: UTC, in whole seconds.
        minutes: How long it was meant to be.
        level: The tag that was asked for, if any.
        counted: Its ratings were applied to the schedule.
        questions: Those that were answered or skipped, as they came.
    """

    id: str
    started_at: datetime
    minutes: int
    seed: int
    level: str | None = None
    counted: bool = False
    questions: tuple[Question, ...] = ()

    @property
    def topics(self) -> dict[str, Tally]:
        """The questions of each topic, in the order in which topics came up."""
        names = dict.fromkeys(one.topic for one in self.questions)
        return {name: Tally.of(one for one in self.questions if one.topic == name) for name in names}

    @property
    def total(self) -> Tally:
        """All questions."""
        return Tally.of(self.questions)

    @property
    def weakest(self) -> list[Question]:
        """The three questions with the smallest share of points, of those in which something was missed."""
        missed = [one for one in self.questions if one.hit < len(one.points)]
        return sorted(missed, key=lambda one: (one.hit / len(one.points), -one.essential_missed))[:_WEAKEST]

    @property
    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        total = asdict(self.total)
        del total["essential_missed"]
        return {
            "schema": SCHEMA,
            "kind": _KIND,
            "id": self.id,
            "started_at": f"{self.started_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "minutes": self.minutes,
            "seed": self.seed,
            "level": self.level,
            "counted": self.counted,
            "questions": [asdict(one) for one in self.questions],
            "topics": [{"topic": topic, **asdict(tally)} for topic, tally in self.topics.items()],
            "weakest": [one.place for one in self.weakest],
            "total": total,
        }

    def to_json(self, indent: int | None = None) -> str:
        """As JSON text that drives no terminal; `from_json` gives the report back."""
        return escaped(json.dumps(self.data, ensure_ascii=False, indent=indent))

    @classmethod
    def from_json(cls, text: str) -> Report:
        """The report that was written as JSON; what follows from its questions is worked out anew.

        Raises:
            QuizError: It is no report of an interview, or one of a newer version.
        """
        try:
            return _report(json.loads(text))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise QuizError(
                f"This is no report of an interview that this version reads (schema {SCHEMA}): {error}"
            ) from error


def _report(data: dict[str, Any]) -> Report:
    if (data["schema"], data["kind"]) != (SCHEMA, _KIND):
        raise ValueError(f"it is {data['kind']!r}, schema {data['schema']!r}")
    started_at = datetime.fromisoformat(data["started_at"])
    if started_at.tzinfo is None or not _FIRST_YEAR <= started_at.year < _YEAR_AFTER_LAST:
        raise ValueError(f"it began at no possible time, {started_at}")
    return Report(
        id=_is(data["id"], str),
        started_at=started_at,
        minutes=_count(data["minutes"]),
        seed=_is(data["seed"], int),
        level=_is(data["level"], str, type(None)),
        counted=_is(data["counted"], bool),
        questions=tuple(_question(one) for one in data["questions"]),
    )


def _question(data: dict[str, Any]) -> Question:
    clarity, r_before = _is(data["clarity"], int, type(None)), _is(data["r_before"], float, int, type(None))
    if not (clarity is None or clarity in CLARITIES) or not (r_before is None or 0 <= r_before <= 1):
        raise ValueError(f"clarity {clarity}, recall {r_before}")
    return Question(
        card=_is(data["card"], str),
        path=_is(data["path"], str),
        line=_count(data["line"]),
        topic=_is(data["topic"], str),
        seconds=_count(data["seconds"]),
        overtime=_count(data["overtime"]),
        skipped=_is(data["skipped"], bool),
        points=tuple(
            Point(_is(one["text"], str), _is(one["essential"], bool), _is(one["hit"], bool))
            for one in data["points"]
        ),
        clarity=clarity,
        note=_is(data["note"], str),
        r_before=r_before,
    )


def _is(value: Any, *kinds: type) -> Any:  # noqa: ANN401 - whatever stands there
    if type(value) not in kinds:
        raise TypeError(f"{value!r} stands where it cannot")
    return value


def _count(value: object) -> int:
    if not 0 <= (number := int(_is(value, int))) < _TOO_MANY:
        raise ValueError(f"{number} stands where it cannot")
    return number

"""An interview beside earlier ones, topic by topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quiz.interview.report import Report, Tally

_MOST = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A topic over several interviews.

    Attributes:
        tallies: One for each interview, oldest first; None where the topic did not come up.
    """

    topic: str
    tallies: tuple[Tally | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Interviews side by side.

    Attributes:
        interviews: Oldest first; the last one is compared with the others.
        rows: The topics of the last one.
        totals: Of each interview.
    """

    interviews: tuple[Report, ...]
    rows: tuple[Row, ...]
    totals: tuple[Tally, ...]


def compare(report: Report, earlier: Iterable[Report], most: int = _MOST) -> Comparison:
    """The report beside the last interviews before it.

    Args:
        report: The one to compare.
        earlier: In any order; the report itself, and later ones, do not matter.
        most: How many earlier ones are shown.
    """
    before = [one for one in earlier if (one.started_at, one.id) < (report.started_at, report.id)]
    before.sort(key=lambda one: (one.started_at, one.id))
    interviews = (*before[len(before) - min(most, len(before)) :], report)
    topics = [one.topics for one in interviews]
    rows = tuple(Row(topic, tuple(found.get(topic) for found in topics)) for topic in report.topics)
    return Comparison(interviews, rows, tuple(one.total for one in interviews))

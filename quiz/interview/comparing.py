"""An interview beside earlier ones, topic by topic."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

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
        interviews: Oldest first; the last one is compared with the others, and stands alone if there is nothing to see.
        rows: The topics of the last one that came up before.
        totals: Of each interview.
    """

    interviews: tuple[Report, ...]
    rows: tuple[Row, ...]
    totals: tuple[Tally, ...]

    def dates(self, zone: tzinfo | None) -> list[str]:
        """When each interview began: the day, with the time where a day has several."""
        starts = [one.started_at.astimezone(zone) for one in self.interviews]
        of_day = Counter(start.date() for start in starts)
        return [
            f"{start:%Y-%m-%d %H:%M}" if of_day[start.date()] > 1 else f"{start:%Y-%m-%d}" for start in starts
        ]


def compare(report: Report, earlier: Iterable[Report], most: int = _MOST) -> Comparison:
    """The report beside the last interviews before it in which something was compared with its points.

    Args:
        report: The one to compare.
        earlier: In any order; the report itself, and later ones, do not matter.
        most: How many earlier ones are shown.
    """
    before = [
        one
        for one in earlier
        if (one.started_at, one.id) < (report.started_at, report.id) and one.total.possible
    ]
    before.sort(key=lambda one: (one.started_at, one.id))
    shown = before[len(before) - min(most, len(before)) :] if report.total.possible else []
    interviews = (*shown, report)
    topics = [one.topics for one in interviews]
    rows = [Row(topic, tuple(found.get(topic) for found in topics)) for topic in report.topics]
    seen = [row for row in rows if any(tally and tally.possible for tally in row.tallies[:-1])]
    return Comparison(interviews, tuple(seen), tuple(one.total for one in interviews))

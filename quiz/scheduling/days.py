"""The study day: the local date, turning not at midnight but at the roll-over, 04:00 unless configured."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache


def study_day(at: datetime, zone: tzinfo, rollover_hours: float = 4) -> date:
    """The study day of an instant: its local wall-clock date after subtracting the roll-over time.

    Raises:
        ValueError: ``at`` has no time zone.
    """
    return _wall(at, zone, timedelta(hours=rollover_hours)).date()


@dataclass(frozen=True, slots=True)
class StudyDays:
    """The study days of one time zone.

    Attributes:
        day_start: Local time of the roll-over.
    """

    zone: tzinfo
    day_start: time = time(4)

    def day(self, at: datetime) -> date:
        """The study day of an instant; ValueError if ``at`` has no time zone."""
        return _wall(at, self.zone, self._rollover).date()

    def day_after(self, at: datetime, wait: timedelta) -> date:
        """The study day in which a wait that begins at an instant ends, by the wall clock."""
        try:
            return (_wall(at, self.zone, self._rollover) + wait).date()
        except OverflowError:
            return date.max

    def start(self, day: date) -> datetime:
        """The first instant of a study day, in UTC.

        A roll-over that the clock skips is the moment of the skip; of one that comes twice it is the first.
        """
        return _first_instant(day, self.day_start, self.zone)

    @property
    def _rollover(self) -> timedelta:
        return timedelta(
            hours=self.day_start.hour, minutes=self.day_start.minute, seconds=self.day_start.second
        )


def _wall(at: datetime, zone: tzinfo, rollover: timedelta) -> datetime:
    """The wall clock at an instant, set back by the roll-over time."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it is no instant")
    try:
        return at.astimezone(zone).replace(tzinfo=None) - rollover
    except OverflowError:  # within a day of the calendar's ends, the years 1 and 9999
        return at.replace(tzinfo=None)


@lru_cache(maxsize=4096)
def _first_instant(day: date, day_start: time, zone: tzinfo) -> datetime:
    wall = datetime.combine(day, day_start.replace(microsecond=0))
    try:
        at = wall.replace(tzinfo=zone).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == wall:
            return at
        # With fold=1 a skipped time has the offset that holds after the skip, so it lies before it in UTC.
        before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except OverflowError:
        return wall.replace(tzinfo=UTC)

    def has_come(seconds: int) -> bool:
        return (before + timedelta(seconds=seconds)).astimezone(zone).replace(tzinfo=None) >= wall

    skipped = range(int((at - before).total_seconds()))
    return before + timedelta(seconds=bisect_left(skipped, True, key=has_come))

"""Anki's days: from numbers in a collection to dates and moments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from quiz.importers.anki import cleaning
from quiz.importers.anki.errors import Refusal
from quiz.scheduling.days import study_day

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROLLOVER = 4
_DAY_MINUTES = 24 * 60
_FIRST, _LAST = date(1970, 1, 1).toordinal(), cleaning.LATEST.date().toordinal()
# Zones are offset by quarters of an hour, so within one nothing begins
_QUARTER_MS = 15 * 60 * 1000
# Anki counts a review in the first second of a day to the day before when it works out memory from the log
_FIRST_SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class Timing:
    """The days of one collection.

    Attributes:
        day_zero: From which the days on which cards are due are counted.
        zone: The time zone of the collection.
        rollover: The hour at which a study day begins.
    """

    day_zero: date
    zone: tzinfo
    rollover: int
    _known: dict[int, date] = field(default_factory=dict, repr=False)

    def date_of(self, number: int) -> date | None:
        """The date of a day; None if it is before 1970 or after 2200."""
        ordinal = self.day_zero.toordinal() + number
        return date.fromordinal(ordinal) if _FIRST <= ordinal <= _LAST else None

    def study_day(self, ms: int) -> date:
        """The study day of a review in unix milliseconds, as Anki counts it."""
        quarter = (ms - _FIRST_SECOND_MS) // _QUARTER_MS
        day = self._known.get(quarter)
        if day is None:
            at = datetime.fromtimestamp(quarter * _QUARTER_MS // 1000, self.zone)
            day = self._known[quarter] = study_day(at, self.zone, self.rollover)
        return day


def timing(created: object, settings: Mapping[str, object], zone: tzinfo) -> Timing:
    """The days of a collection.

    Args:
        created: ``crt``, unix seconds.
        settings: ``creationOffset``, minutes west of UTC, if Anki wrote it; ``rollover``, hours, of a .colpkg.
        zone: Of collections that have no offset.

    Raises:
        Refusal: It was created at no time.
    """
    seconds = cleaning.whole(created, 0, cleaning.LATEST_SECONDS)
    if seconds is None:
        raise Refusal("the collection in it has no date of creation")
    offset = cleaning.whole(settings.get("creationOffset"), 1 - _DAY_MINUTES, _DAY_MINUTES - 1)
    if offset is not None:
        zone = timezone(timedelta(minutes=-offset))
    rollover = cleaning.whole(settings.get("rollover"), 0, 23)
    day_zero = datetime.fromtimestamp(seconds, zone).date()
    return Timing(day_zero, zone, _ROLLOVER if rollover is None else rollover)

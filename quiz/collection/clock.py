"""Whether the clock of this computer can be right: the log says when it was read last."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from quiz.store.reading import QueueReader, Selected

if TYPE_CHECKING:
    from datetime import datetime

    from quiz.collection import Collection

_FAR_AHEAD_DAYS = 400


def clock_warning(collection: Collection, now: datetime) -> str:
    """Why cards should perhaps not be rated now: a rating under a wrong clock spoils a schedule. Mostly empty."""
    today = collection.days.day(now).toordinal()
    last = QueueReader(collection.store.read, Selected(), today).last_study_day()
    if last is not None and last > today:
        return (
            f"The last review is dated {date.fromordinal(last)}, after today: check the clock of this computer. "
            "Cards reviewed since then are rated as of that day."
        )
    if last is not None and today - last > _FAR_AHEAD_DAYS:
        return (
            f"The last review is {today - last} days ago: "
            "if that is wrong, check the clock of this computer before you rate."
        )
    return ""

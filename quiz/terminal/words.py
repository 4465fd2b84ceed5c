"""How numbers, times and places are written for people; shared with the commands that print lists."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.cards import Rating, Schedule, norm
from quiz.library import shipped_decks

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from quiz.cards import Card

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 365.25 / 12 * _DAY
_YEAR = 365.25 * _DAY
# From which length on a unit is used: as soon as a number of it would be rounded to 1, so that nothing reads "60m".
_UNITS = (
    (0.99 * _YEAR, _YEAR, "y", "year"),
    (30 * _DAY, _MONTH, "mo", "month"),
    (23.5 * _HOUR, _DAY, "d", "day"),
    (59.5 * _MINUTE, _HOUR, "h", "hour"),
    (0.5 * _MINUTE, _MINUTE, "m", "minute"),
)
_WITH_TENTHS = ("y", "mo")


def plural(count: int, word: str, words: str = "") -> str:
    """A number with its noun.

    >>> plural(1, "card"), plural(1200, "card")
    ('1 card', '1,200 cards')
    """
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def short_interval(seconds: float) -> str:
    """An interval as on a rating: ``<1m 6m 3h 8d 1.2mo 1.3y``."""
    number, unit, _ = _in_units(seconds)
    return f"{number}{unit}" if number else "<1m"


def long_interval(seconds: float) -> str:
    """An interval in words: ``10 minutes``, ``1.2 months``."""
    number, _, word = _in_units(seconds)
    if not number:
        return "less than a minute"
    return f"{number} {word}" if number == "1" else f"{number} {word}s"


def _in_units(seconds: float) -> tuple[str, str, str]:
    for least, size, unit, word in _UNITS:
        if seconds >= least:
            return f"{round(seconds / size, 1 if unit in _WITH_TENTHS else 0):g}", unit, word
    return "", "", ""


def interval_after(after: Schedule) -> float:
    """Seconds from a review to the next: exact within the steps, else whole days."""
    if after.due_day is not None and after.interval:
        return after.interval * _DAY
    if after.due is None or after.last_review is None:
        return 0.0
    return max((after.due - after.last_review).total_seconds(), 0.0)


def ratings(buttons: int) -> tuple[Rating, ...]:
    """The ratings on offer: all four, or Again and Good."""
    return (Rating.AGAIN, Rating.GOOD) if buttons == len(("Again", "Good")) else tuple(Rating)


def span(seconds: float) -> str:
    """How long something took: ``19 s``, ``11 min``, ``2 h 5 min``."""
    if seconds < _MINUTE:
        return f"{round(seconds)} s"
    minutes = round(seconds / _MINUTE)
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def minutes_left(seconds: float) -> str:
    """An estimate in minutes, never 0."""
    return f"{max(1, round(seconds / _MINUTE))} min"


def time_of_day(moment: datetime, zone: tzinfo | None) -> str:
    """Local time: ``18:40``."""
    return f"{moment.astimezone(zone):%H:%M}"


def day_name(day: date, today: date) -> str:
    """``today``, ``tomorrow``, else ``Tue 15 Dec``, with the year if it is another one."""
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    name = f"{day:%a} {day.day} {day:%b}"
    return name if day.year == today.year else f"{name} {day.year}"


def place(path: str, line: int) -> str:
    """A line of a file, as editors and terminals recognise it."""
    return f"{path}:{line}"


def card_place(card: Card, *, whole: bool = False) -> str:
    """Where a card stands, for people; see `short_place`."""
    return short_place(card.path or card.note.file, card.note.line, whole=whole)


def short_place(path: str, line: int, *, whole: bool = False) -> str:
    """A line of a file, for people; a shipped deck's file by its name alone, unless the whole is wanted."""
    if not whole and Path(path).parent == shipped_decks():
        path = Path(path).name
    return place(path, line)


def breadcrumb(deck: str, context: tuple[str, ...], separator: str = " › ") -> str:
    """Deck and headings as one path; a heading that only repeats the deck's name is left out."""
    parts = deck.split("/") if deck else []
    headings = context[1:] if context and parts and _same(context[0], parts[-1]) else context
    return separator.join([*parts, *headings])


def _same(heading: str, deck: str) -> bool:
    return norm(heading) == norm(deck.replace("-", " ").replace("_", " "))

"""The review log of a package, card by card."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from quiz.importers.anki import cleaning, database
from quiz.importers.anki.values import LoggedReview

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from quiz.importers.anki.skipping import Skipped
    from quiz.importers.anki.timing import Timing

_COLUMNS = ", ".join(
    (
        "cid, ease, type",
        database.clamped("ivl", -cleaning.INT32),
        database.clamped("factor"),
        database.clamped("time"),
    )
)
# Their values are whole numbers even where a file has 3.0
_RATINGS = {number: number for number in range(5)}
_KINDS = {number: number for number in range(6)}
_OF_FIRST_SCHEDULER = {2: 3, 3: 4}
_LEARNING, _RELEARNING = 0, 2


def reviews_by_card(
    connection: sqlite3.Connection, timing: Timing, skipped: Skipped, *, first_scheduler: bool, latest_ms: int
) -> dict[int, list[LoggedReview]]:
    """The rows of the log, in the order of their ids, by the card they belong to, which may be missing.

    Rows before 1970 or after ``latest_ms``, those with the id of another, and those of ratings and kinds that Anki does
    not have, are skipped.
    Anki's first scheduler had no Hard for cards in steps: there 2 was Good and 3 Easy.
    """
    found: defaultdict[int, list[LoggedReview]] = defaultdict(list)
    last = 0
    for number, card, ease, type_, interval, factor, duration in database.rows(
        connection, "revlog", _COLUMNS
    ):
        rating, kind = _RATINGS.get(ease), _KINDS.get(type_)
        if rating is None or kind is None or type(number) is not int or not last < number <= latest_ms:
            skipped.reviews += 1
            continue
        last = number
        if first_scheduler and kind in {_LEARNING, _RELEARNING}:
            rating = _OF_FIRST_SCHEDULER.get(rating, rating)
        review = LoggedReview(number, rating, kind, interval, factor, duration, timing.study_day(number))
        found[card].append(review)
    return found


def rated(reviews: Iterable[LoggedReview]) -> int:
    """How many of them are answers, and not resets or new due dates."""
    return sum(review.rating > 0 for review in reviews)

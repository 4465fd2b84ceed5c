"""The review log of a package, card by card."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from quiz.importers.anki import cleaning, database
from quiz.importers.anki.values import LoggedReview

if TYPE_CHECKING:
    import sqlite3

    from quiz.importers.anki.skipping import Skipped
    from quiz.importers.anki.timing import Timing

_COLUMNS = "cid, ease, type, ivl, factor, time"
# Their values are whole numbers even where a file has 3.0
_RATINGS = {number: number for number in range(5)}
_KINDS = {number: number for number in range(6)}
_OF_FIRST_SCHEDULER = {2: 3, 3: 4}
_LEARNING, _RELEARNING = 0, 2


def reviews_by_card(
    connection: sqlite3.Connection, timing: Timing, skipped: Skipped, *, first_scheduler: bool, latest_ms: int
) -> dict[int, list[LoggedReview]]:
    """The rows of the log, in the order of their ids, by the card they belong to, which may be missing.

    Rows before 1970 or after ``latest_ms``, and those of ratings and kinds that Anki does not have, are skipped.
    Anki's first scheduler had no Hard for cards in steps: there 2 was Good and 3 Easy.
    """
    found: defaultdict[int, list[LoggedReview]] = defaultdict(list)
    for number, card, ease, type_, interval, factor, duration in database.rows(
        connection, "revlog", _COLUMNS
    ):
        rating, kind = _RATINGS.get(ease), _KINDS.get(type_)
        if rating is None or kind is None or not 0 < number <= latest_ms:
            skipped.reviews += 1
            continue
        if first_scheduler and kind in {_LEARNING, _RELEARNING}:
            rating = _OF_FIRST_SCHEDULER.get(rating, rating)
        review = LoggedReview(
            number,
            rating,
            kind,
            cleaning.clamped(interval, -cleaning.INT32),
            cleaning.clamped(factor),
            cleaning.clamped(duration),
            timing.study_day(number),
        )
        found[card].append(review)
    return found

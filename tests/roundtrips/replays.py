"""A replay of its own, by py-fsrs as it comes: what the rules say, and not what dquiz does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import fsrs


def study_day(at, zone=UTC):
    """The date of a moment where days begin at four."""
    return (at.astimezone(zone) - timedelta(hours=4)).date()


def _counted_day(at, zone):
    """The study day of a review: Anki counts the first second of a day to the day before."""
    return study_day(at - timedelta(seconds=1), zone)


def replayed(reviews, parameters=(), zone=UTC):
    """Stability and difficulty after some reviews, each unix milliseconds and rating; py-fsrs is given whole days."""
    options = {"parameters": parameters} if parameters else {}
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False, **options)
    card, last = fsrs.Card(card_id=1), None
    for ms, rating in reviews:
        at = datetime.fromtimestamp(ms / 1000, UTC)
        if last:
            card.last_review = at - (_counted_day(at, zone) - _counted_day(last, zone))
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), at)
        last = at
    return card.stability, card.difficulty

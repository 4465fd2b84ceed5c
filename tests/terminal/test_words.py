from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from quiz.cards import Schedule
from quiz.terminal import words

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "<1m", "less than a minute"),
        (29, "<1m", "less than a minute"),
        (MINUTE, "1m", "1 minute"),
        (6 * MINUTE, "6m", "6 minutes"),
        (59.6 * MINUTE, "1h", "1 hour"),
        (3 * HOUR, "3h", "3 hours"),
        (23.7 * HOUR, "1d", "1 day"),
        (8 * DAY, "8d", "8 days"),
        (29 * DAY, "29d", "29 days"),
        (30 * DAY, "1mo", "1 month"),
        (36 * DAY, "1.2mo", "1.2 months"),
        (61 * DAY, "2mo", "2 months"),
        (364 * DAY, "1y", "1 year"),
        (475 * DAY, "1.3y", "1.3 years"),
        (36500 * DAY, "99.9y", "99.9 years"),
    ],
)
def test_intervals(seconds, short, long):
    assert words.short_interval(seconds) == short
    assert words.long_interval(seconds) == long


def test_interval_of_a_step_is_exact_and_of_a_review_in_days():
    step = Schedule(due=NOW + timedelta(minutes=10), last_review=NOW)
    review = Schedule(
        due=NOW + timedelta(days=7, hours=7), due_day=date(2026, 12, 2), interval=8, last_review=NOW
    )
    assert words.short_interval(words.interval_after(step)) == "10m"
    assert words.short_interval(words.interval_after(review)) == "8d"


def test_numbers_and_times():
    assert words.plural(1, "card") == "1 card"
    assert words.plural(1200, "review") == "1,200 reviews"
    assert words.plural(2, "lapse") == "2 lapses"
    assert words.span(19.4) == "19 s"
    assert words.span(660) == "11 min"
    assert words.span(7500) == "2 h 5 min"
    assert words.minutes_left(10) == "1 min"
    assert words.time_of_day(NOW, ZoneInfo("Europe/Berlin")) == "13:00"
    assert words.place("docker.md", 57) == "docker.md:57"


def test_days():
    today = date(2026, 11, 24)
    assert words.day_name(date(2026, 11, 25), today) == "tomorrow"
    assert words.day_name(date(2026, 12, 15), today) == "Tue 15 Dec"
    assert words.day_name(date(2027, 1, 5), today) == "Tue 5 Jan 2027"


def test_a_title_that_repeats_the_deck_is_left_out():
    assert words.breadcrumb("docker", ("Docker", "Networking")) == "docker › Networking"
    assert words.breadcrumb("aws/elastic-load", ("Elastic Load", "ALB")) == "aws › elastic-load › ALB"
    assert words.breadcrumb("docker", ("🐳 Docker", "🌱 Start")) == "docker › 🌱 Start"
    assert words.breadcrumb("docker", ("Networking",), ", ") == "docker, Networking"

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.scheduling import StudyDays, study_day

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*at):
    return datetime(*at, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "rollover", "day"),
    [
        # the minute of the roll-over
        ("Europe/Berlin", utc(2026, 1, 10, 2, 59, 59), 4, date(2026, 1, 9)),
        ("Europe/Berlin", utc(2026, 1, 10, 3), 4, date(2026, 1, 10)),
        ("Europe/Berlin", utc(2026, 1, 9, 23), 0, date(2026, 1, 10)),
        ("Europe/Berlin", utc(2026, 1, 9, 22, 30), 23, date(2026, 1, 9)),
        ("Europe/Berlin", utc(2026, 1, 10, 3, 29), 4.5, date(2026, 1, 9)),
        # to summer time: the roll-over of 02:00 does not exist
        ("Europe/Berlin", utc(2026, 3, 29, 0, 59, 59), 2, date(2026, 3, 28)),
        ("Europe/Berlin", utc(2026, 3, 29, 1), 2, date(2026, 3, 29)),
        # back: 02:30 comes twice
        ("Europe/Berlin", utc(2026, 10, 25, 0, 30), 2, date(2026, 10, 25)),
        ("Europe/Berlin", utc(2026, 10, 25, 1, 30), 2, date(2026, 10, 25)),
        ("Africa/Cairo", utc(2026, 4, 23, 22), 0, date(2026, 4, 24)),
        ("Asia/Kathmandu", utc(2026, 6, 1, 22, 15), 4, date(2026, 6, 2)),
        ("Pacific/Kiritimati", utc(2026, 6, 1, 13, 59), 4, date(2026, 6, 1)),
        ("Pacific/Pago_Pago", utc(2026, 6, 1, 14, 59), 4, date(2026, 5, 31)),
        ("Pacific/Apia", utc(2011, 12, 30, 14), 4, date(2011, 12, 31)),
        # an evening in Tokyo is a morning in Los Angeles
        ("Asia/Tokyo", utc(2026, 6, 1, 14), 4, date(2026, 6, 1)),
        ("America/Los_Angeles", utc(2026, 6, 1, 10), 4, date(2026, 5, 31)),
        ("Europe/London", utc(1970, 1, 1, 0, 0, 1), 4, date(1969, 12, 31)),
    ],
)
def test_the_study_day_is_the_local_date_after_subtracting_the_rollover(zone, at, rollover, day):
    zone = ZoneInfo(zone)
    assert study_day(at, zone, rollover) == day
    assert study_day(at.astimezone(BERLIN), zone, rollover) == day
    assert StudyDays(zone, time(int(rollover), round(rollover % 1 * 60))).day(at) == day


@pytest.mark.parametrize(
    ("zone", "day_start", "day", "start"),
    [
        ("UTC", time(4), date(2026, 1, 10), utc(2026, 1, 10, 4)),
        ("Europe/Berlin", time(4), date(2026, 3, 29), utc(2026, 3, 29, 2)),
        ("Europe/Berlin", time(4), date(2026, 10, 25), utc(2026, 10, 25, 3)),
        # skipped: the moment of the skip, whichever skipped minute was meant
        ("Europe/Berlin", time(2), date(2026, 3, 29), utc(2026, 3, 29, 1)),
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29), utc(2026, 3, 29, 1)),
        ("Africa/Cairo", time(0), date(2026, 4, 24), utc(2026, 4, 23, 22)),
        ("Australia/Lord_Howe", time(2, 10), date(2026, 10, 4), utc(2026, 10, 3, 15, 30)),
        # comes twice: the first
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), utc(2026, 10, 25, 0, 30)),
        # a date that does not exist
        ("Pacific/Apia", time(4), date(2011, 12, 30), utc(2011, 12, 30, 10)),
        ("Pacific/Apia", time(4), date(2011, 12, 31), utc(2011, 12, 30, 14)),
    ],
)
def test_a_study_day_starts_at_its_first_instant(zone, day_start, day, start):
    days = StudyDays(ZoneInfo(zone), day_start)
    assert days.start(day) == start
    assert days.start(day).tzinfo is UTC
    assert days.day(start) == day
    assert days.day(start - timedelta(seconds=1)) < day


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu",
         "America/Sao_Paulo", "Asia/Gaza", "Pacific/Chatham"]  # fmt: skip


@settings(max_examples=200)
@given(
    zone=st.sampled_from(ZONES),
    hour=st.sampled_from([0, 2, 4, 23]),
    at=st.integers(631152000, 2114380800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_every_instant_lies_between_the_starts_of_its_study_day_and_the_next(zone, hour, at):
    days = StudyDays(ZoneInfo(zone), time(hour))
    day = days.day(at)
    assert days.start(day) <= at < days.start(day + timedelta(days=1))
    assert days.day(days.start(day)) == day


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo"])
@pytest.mark.parametrize("hour", [0, 2, 4, 23])
def test_study_days_never_go_back_and_last_23_to_25_hours(zone, hour):
    days = StudyDays(ZoneInfo(zone), time(hour))
    starts = [days.start(date(2018, 1, 1) + timedelta(days=n)) for n in range(800)]
    lengths = {later - earlier for earlier, later in pairwise(starts)}
    assert min(lengths) >= timedelta(hours=23)
    assert max(lengths) <= timedelta(hours=25)


def test_a_wait_ends_in_the_study_day_of_the_wall_clock():
    days = StudyDays(BERLIN, time(4))
    evening = utc(2026, 3, 28, 21)  # 22:00; the next night has an hour less
    assert days.day_after(evening, timedelta(hours=6)) == date(2026, 3, 29)
    assert days.day_after(evening, timedelta(days=1)) == date(2026, 3, 29)
    assert days.day_after(evening, timedelta(hours=36)) == date(2026, 3, 30)
    assert days.day_after(datetime.max.replace(tzinfo=UTC), timedelta(days=9)) == date.max


def test_a_naive_time_is_refused():
    naive = utc(2026, 1, 1).replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        study_day(naive, UTC)
    with pytest.raises(ValueError, match="no time zone"):
        StudyDays(UTC).day(naive)


@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_the_ends_of_the_calendar_are_no_end(hours):
    days = StudyDays(timezone(timedelta(hours=hours)), time(4))
    for at in datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC):
        assert abs(days.day(at) - at.date()) <= timedelta(days=1)
    for day in date.min, date.max:
        assert abs(days.start(day).date() - day) <= timedelta(days=1)

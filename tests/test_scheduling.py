import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.cards import Rating, Schedule, State
from quiz.errors import ConfigError, StoreRefusedError
from quiz.scheduling import (
    PARAMETER_BOUNDS,
    Scheduler,
    SchedulerOptions,
    StudyDays,
    least_interval,
    replay_memory,
    retrievability,
)

AGAIN, HARD, GOOD, EASY = Rating
DAYS = StudyDays(ZoneInfo("Europe/Berlin"), time(4))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
NEW = Schedule()
IN_REVIEW = Schedule(
    state=State.REVIEW,
    due=DAYS.start(date(2025, 12, 31)),
    due_day=date(2025, 12, 31),
    stability=10.0,
    difficulty=5.0,
    last_review=datetime(2025, 12, 21, 18, tzinfo=UTC),
    last_day=date(2025, 12, 21),
    interval=10,
    reps=6,
    lapses=1,
)


def minutes(*steps):
    return tuple(timedelta(minutes=step) for step in steps)


def scheduler(days=DAYS, **options):
    return Scheduler(SchedulerOptions(**({"fuzz": False} | options)), days)


def waits(schedules, now=NOON):
    """Minutes to wait, or days as a word, of the four outcomes."""
    return [
        f"{schedule.interval} d" if schedule.due_day else (schedule.due - now) / timedelta(minutes=1)
        for schedule in schedules.values()
    ]


@dataclass(frozen=True)
class Logged:
    rating: Rating
    reviewed_at: datetime
    study_day: date


# --- memory by study days ----------------------------------------------------------------------------------


def test_five_minutes_earlier_each_day_is_still_a_day_later():
    """py-fsrs alone counts periods of 24 hours and would leave stability at 2.31."""
    card, stabilities = NEW, []
    for n in range(5):
        card = scheduler().rate("1", card, GOOD, NOON + timedelta(days=n, minutes=-5 * n))
        stabilities.append(round(card.stability, 2))
    assert stabilities == [2.31, 7.32, 11.99, 16.41, 20.65]


def test_the_study_day_turns_at_the_rollover():
    before = scheduler().rate("1", NEW, GOOD, datetime(2026, 1, 2, 2, 59, tzinfo=UTC))
    same_day = scheduler(StudyDays(UTC, time(4))).rate(
        "1", before, GOOD, datetime(2026, 1, 2, 3, 1, tzinfo=UTC)
    )
    next_day = scheduler().rate("1", before, GOOD, datetime(2026, 1, 2, 3, 1, tzinfo=UTC))
    assert before.last_day == same_day.last_day == date(2026, 1, 1)
    assert next_day.last_day == date(2026, 1, 2)
    assert (same_day.stability, next_day.stability) == pytest.approx((2.3065, 7.32), abs=0.01)


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        (datetime(2026, 3, 28, 19, tzinfo=UTC), datetime(2026, 3, 29, 2, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 18, tzinfo=UTC), datetime(2026, 10, 25, 3, 30, tzinfo=UTC)),
    ],
)
def test_daylight_saving_takes_no_study_day(evening, morning):
    card = scheduler().rate("1", NEW, EASY, evening)
    card = scheduler().rate("1", card, GOOD, morning)
    assert card.stability == pytest.approx(replay_memory((), [(0, 4), (1, 3)])[0])
    assert DAYS.day(card.due) == card.due_day
    assert card.due.astimezone(DAYS.zone).time() == time(4)


def test_after_a_flight_west_the_study_day_does_not_go_back():
    tokyo = scheduler(StudyDays(ZoneInfo("Asia/Tokyo"), time(4)))
    angeles = scheduler(StudyDays(ZoneInfo("America/Los_Angeles"), time(4)))
    card = tokyo.rate("1", NEW, EASY, datetime(2026, 6, 1, 23, tzinfo=UTC))
    assert card.last_day == date(2026, 6, 2)
    card = angeles.rate("1", card, GOOD, datetime(2026, 6, 2, 9, tzinfo=UTC))
    assert card.last_day == date(2026, 6, 2)
    assert card.stability == pytest.approx(replay_memory((), [(0, 4), (0, 3)])[0])


def utc(*at):
    return datetime(*at, tzinfo=UTC)


@pytest.mark.parametrize("rating", Rating)
@pytest.mark.parametrize("before", [NEW, IN_REVIEW])
@pytest.mark.parametrize(
    "moments",
    [
        [utc(2026, 6, 1, 12), utc(2026, 6, 1, 11)],
        [utc(2026, 6, 2, 12), utc(2026, 6, 1, 12)],
        [utc(2026, 6, 1, 12), utc(1970, 1, 1), utc(2026, 6, 2, 12)],
        [utc(2026, 6, 1, 12), utc(2031, 6, 1, 12), utc(2026, 6, 2, 12)],
        [utc(2026, 6, 1, 12), utc(2026, 6, 1, 12)],
        [utc(2026, 6, 1, 12), utc(2026, 6, 3, 4)],
    ],
)
def test_a_clock_that_jumps_never_makes_time_run_backwards(rating, before, moments):
    card, day, moment = before, date.min, datetime.min.replace(tzinfo=UTC)
    for now in moments:
        card = scheduler().rate("1", card, rating, now)
        assert card.last_day >= day
        assert card.last_review >= moment
        day, moment = card.last_day, card.last_review
        assert card.due >= moment
        assert 0.001 <= card.stability <= 36500


def test_a_naive_now_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        scheduler().preview("1", NEW, NOON.replace(tzinfo=None))


# --- steps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (minutes(1, 10), [1, 5.5, 10, "8 d"]),
        (minutes(10), [10, 15, "2 d", "8 d"]),
        ((), ["1 d", "1 d", "2 d", "8 d"]),
    ],
)
def test_first_ratings(steps, expected):
    outcomes = scheduler(learning_steps=steps).preview("1", NEW, NOON)
    assert waits(outcomes) == expected
    assert [card.stability for card in outcomes.values()] == [0.212, 1.2931, 2.3065, 8.2956]
    assert [card.difficulty for card in outcomes.values()] == pytest.approx(
        [6.4133, 5.1122, 2.1181, 1], abs=5e-5
    )
    assert {(card.reps, card.lapses) for card in outcomes.values()} == {(1, 0)}


def test_learning_goes_step_by_step_into_review():
    first = scheduler().rate("1", NEW, GOOD, NOON)
    assert (first.state, first.step, first.interval, first.due_day) == (State.LEARNING, 1, 0, None)
    outcomes = scheduler().preview("1", first, NOON)
    assert waits(outcomes) == [1, 10, "2 d", "4 d"]
    assert [card.step for card in outcomes.values()] == [0, 1, None, None]
    assert outcomes[GOOD].state is State.REVIEW
    assert outcomes[GOOD].due_day == date(2026, 1, 3)
    assert outcomes[GOOD].due == utc(2026, 1, 3, 3)


def test_a_lapse_leads_through_relearning_back_into_review():
    lapsed = scheduler().rate("1", IN_REVIEW, AGAIN, NOON)
    assert (lapsed.state, lapsed.step, lapsed.lapses, lapsed.interval) == (State.RELEARNING, 0, 2, 0)
    assert lapsed.due == NOON + timedelta(minutes=10)
    outcomes = scheduler().preview("1", lapsed, NOON)
    assert waits(outcomes)[:2] == [10, 15]
    assert [card.state for card in outcomes.values()] == [State.RELEARNING] * 2 + [State.REVIEW] * 2
    assert {card.lapses for card in outcomes.values()} == {2}


def test_a_lapse_without_relearning_steps_gets_the_interval_of_its_new_stability():
    lapsed = scheduler(relearning_steps=()).rate("1", IN_REVIEW, AGAIN, NOON)
    assert (lapsed.state, lapsed.step, lapsed.lapses) == (State.REVIEW, None, 2)
    assert lapsed.interval == max(round(lapsed.stability), 1)


@pytest.mark.parametrize(
    ("now", "rating", "due_day"),
    [
        (utc(2026, 1, 1, 9), AGAIN, date(2026, 1, 2)),  # a day and a half, from the morning
        (utc(2026, 1, 1, 21), AGAIN, date(2026, 1, 3)),  # and from the evening
        (utc(2026, 1, 1, 9), HARD, date(2026, 1, 3)),  # half as much again is rounded to whole days
        (utc(2026, 1, 2, 2, 59), HARD, date(2026, 1, 3)),  # two days after the first of January
    ],
)
def test_a_step_of_a_day_or_more_is_due_on_a_study_day(now, rating, due_day):
    card = scheduler(learning_steps=minutes(36 * 60)).rate("1", NEW, rating, now)
    assert (card.state, card.step, card.interval) == (State.LEARNING, 0, 0)
    assert (card.due_day, card.due) == (due_day, DAYS.start(due_day))


def test_a_card_left_on_a_step_that_is_gone_passes_into_review():
    card = replace(scheduler().rate("1", NEW, GOOD, NOON), step=5)
    assert [after.state for after in scheduler().preview("1", card, NOON).values()] == [
        State.LEARNING,
        State.REVIEW,
        State.REVIEW,
        State.REVIEW,
    ]


@given(
    st.lists(st.sampled_from(Rating), min_size=1, max_size=12),
    st.sampled_from([(), (10,), (1, 10), (1, 10, 60)]),
)
def test_steps_of_less_than_a_day_are_those_of_py_fsrs(ratings, steps):
    peer = fsrs.Scheduler(
        learning_steps=minutes(*steps), relearning_steps=minutes(*steps), enable_fuzzing=False
    )
    card, ours = fsrs.Card(card_id=0, due=NOON), NEW
    for rating in ratings:
        card, _ = peer.review_card(card, fsrs.Rating(rating), NOON)
        ours = scheduler(learning_steps=minutes(*steps), relearning_steps=minutes(*steps)).rate(
            "1", ours, rating, NOON
        )
        assert (ours.state.value, ours.step) == (card.state.name.lower(), card.step)
        if not ours.due_day:
            assert ours.due == card.due


# --- intervals ---------------------------------------------------------------------------------------------

PARAMETERS = st.one_of(st.just(()), st.tuples(*(st.floats(low, high) for low, high in PARAMETER_BOUNDS)))
OPTIONS = st.builds(
    SchedulerOptions,
    parameters=PARAMETERS,
    retention=st.floats(0.7, 0.99),
    learning_steps=st.sampled_from([(), minutes(10), minutes(1, 10), minutes(1, 2000)]),
    relearning_steps=st.sampled_from([(), minutes(10), minutes(10, 4000)]),
    maximum_interval=st.sampled_from([1, 3, 30, 36500]),
    fuzz=st.booleans(),
)
GAPS = st.one_of(
    st.timedeltas(timedelta(), timedelta(hours=3)), st.timedeltas(timedelta(hours=8), timedelta(days=200))
)
HISTORIES = st.lists(st.tuples(GAPS, st.sampled_from(Rating)), min_size=1, max_size=25)


@settings(max_examples=150)
@given(OPTIONS, HISTORIES)
def test_preview_is_result_is_replay(options, history):
    by_hand = Scheduler(options, DAYS)
    card, now, log = NEW, NOON, []
    for gap, rating in history:
        now += gap
        shown = by_hand.preview("card", card, now)
        assert {other: by_hand.rate("card", card, other, now) for other in Rating} == shown
        card = shown[rating]
        log.append(Logged(rating, now, card.last_day))
    assert by_hand.replay("card", log) == card
    memory = replay_memory(
        options.parameters, [(entry.study_day.toordinal(), int(entry.rating)) for entry in log]
    )
    assert memory == pytest.approx((card.stability, card.difficulty), rel=1e-12)
    assert card.reps == len(history)


@settings(max_examples=200)
@given(
    OPTIONS,
    st.floats(0.001, 36500),
    st.floats(1, 10),
    st.integers(0, 2000),
    st.integers(0, 36500),
    st.integers(0, 1000),
)
def test_hard_is_shorter_than_good_and_good_than_easy(
    options, stability, difficulty, elapsed, interval, reps
):
    card = replace(
        IN_REVIEW,
        stability=stability,
        difficulty=difficulty,
        last_day=TODAY - timedelta(days=elapsed),
        interval=interval,
        reps=reps,
    )
    outcomes = Scheduler(options, DAYS).preview("card", card, NOON)
    hard, good, easy = (outcomes[rating].interval for rating in (HARD, GOOD, EASY))
    maximum = options.maximum_interval
    assert good >= min(hard + 1, maximum)
    assert easy >= min(good + 1, maximum)
    assert easy <= maximum
    raw = options.raw_interval(outcomes[HARD].stability)
    assert hard >= min(least_interval(raw, interval, maximum), maximum)
    for after in outcomes.values():
        if after.due_day:
            assert after.due_day == TODAY + timedelta(days=after.interval)
            assert after.due == DAYS.start(after.due_day)


def test_out_of_the_steps_easy_gives_a_day_more_than_good():
    card = Schedule(state=State.LEARNING, step=1, stability=0.2, difficulty=5.0, last_day=TODAY, reps=1)
    outcomes = scheduler().preview("1", card, NOON)
    assert (outcomes[GOOD].interval, outcomes[EASY].interval) == (1, 2)


def test_the_maximum_interval_is_the_longest():
    card = replace(IN_REVIEW, stability=36500.0, interval=100)
    outcomes = scheduler(maximum_interval=100).preview("1", card, NOON)
    assert [outcomes[rating].interval for rating in (HARD, GOOD, EASY)] == [100, 100, 100]


def test_another_retention_gives_other_intervals():
    strict = scheduler().with_retention(0.95)
    assert strict.options.retention == 0.95
    assert (
        strict.rate("1", IN_REVIEW, GOOD, NOON).interval
        < scheduler().rate("1", IN_REVIEW, GOOD, NOON).interval
    )


def test_rescheduling_counts_from_the_last_review_and_can_be_repeated():
    for fuzz in False, True:
        mine = scheduler(fuzz=fuzz)
        card = replace(IN_REVIEW, stability=40.0)
        once = mine.reschedule("1", card)
        assert mine.reschedule("1", once) == once
        assert 36 <= once.interval <= 44
        assert once.due_day == card.last_day + timedelta(days=once.interval)
        assert once.due == DAYS.start(once.due_day)
        assert replace(once, interval=10, due=card.due, due_day=card.due_day) == card
    lapsed = scheduler().rate("1", IN_REVIEW, AGAIN, NOON)
    assert scheduler().reschedule("1", lapsed) is lapsed


def test_rescheduling_with_the_same_parameters_keeps_the_interval_of_a_first_pass():
    """The fuzz is that of the review which gave the interval."""
    mine = scheduler(fuzz=True, learning_steps=())
    for name in "abcdefgh":
        card = mine.rate(name, NEW, EASY, NOON)
        # out of the steps the days are rounded before fuzz, here 8.2956 to 8: a day at most
        assert abs(mine.reschedule(name, card).interval - card.interval) <= 1


# --- retrievability, leeches, options ----------------------------------------------------------------------


def test_retrievability_counts_study_days():
    mine = scheduler()
    assert mine.retrievability(NEW, TODAY) is None
    assert mine.retrievability(IN_REVIEW, IN_REVIEW.last_day) == 1
    assert mine.retrievability(IN_REVIEW, date(2025, 12, 31)) == pytest.approx(0.9)
    assert mine.retrievability(IN_REVIEW, TODAY) == retrievability(11, 10.0)
    assert mine.retrievability(IN_REVIEW, date(1970, 1, 1)) == 1
    assert mine.retrievability(replace(IN_REVIEW, stability=math.nan), TODAY) is None


@pytest.mark.parametrize(
    ("threshold", "leeches"),
    [(8, [8, 12, 16, 20]), (5, [5, 8, 11, 14, 17, 20]), (1, list(range(1, 21))), (0, [])],
)
def test_a_leech_is_told_at_the_threshold_and_at_each_further_half(threshold, leeches):
    mine = scheduler(leech_lapses=threshold)
    assert [lapses for lapses in range(21) if mine.is_leech(lapses)] == leeches


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"retention": 0.5}, "Desired retention is 0.5; it must be 0.70 to 0.99."),
        ({"retention": math.nan}, "Desired retention is nan"),
        ({"maximum_interval": 0}, "The maximum interval is 0 days; it must be 1 to 36500."),
        ({"learning_steps": (timedelta(),)}, "A learning step must be longer than nothing."),
        ({"parameters": (1.0,) * 17}, "FSRS-6 has 21 parameters; these are 17."),
        (
            {"parameters": (1.0,) * 4 + (11.0,) + (0.1,) * 16},
            "The parameter w4 of FSRS is 11.0; it must be 1 to 10.",
        ),
        ({"parameters": (math.nan,) * 21}, "The parameter w0 of FSRS is nan"),
    ],
)
def test_options_outside_their_limits_are_refused(options, message):
    with pytest.raises(ConfigError) as caught:
        SchedulerOptions(**options)
    assert str(caught.value).startswith(message)


# --- damage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rating", Rating)
@pytest.mark.parametrize("state", [State.LEARNING, State.REVIEW, State.RELEARNING])
@pytest.mark.parametrize(
    "damage",
    [
        {"stability": 0.0},
        {"stability": -1.0},
        {"stability": 1e300},
        {"difficulty": 0.0},
        {"difficulty": -1.0},
        {"difficulty": 11.0},
        {"interval": -5},
        {"interval": 10**9},
        {"step": -3},
        {"step": 99},
        {"step": None},
        {"last_day": date.max},
        {"last_day": date.min},
        {"last_review": datetime.max.replace(tzinfo=UTC)},
        {"last_review": None},
        {"reps": -1},
    ],
)
def test_numbers_beyond_their_limits_are_moved_to_the_limit(rating, state, damage):
    card = replace(IN_REVIEW, **({"state": state, "step": 0} | damage))
    after = scheduler(fuzz=True).rate("1", card, rating, NOON)
    assert 0.001 <= after.stability <= 36500
    assert 1 <= after.difficulty <= 10
    assert 0 <= after.interval <= 36500
    assert scheduler().reschedule("1", after)
    assert 0 <= scheduler().retrievability(card, TODAY) <= 1


@pytest.mark.parametrize(
    "damage",
    [
        {"stability": None},
        {"stability": math.nan},
        {"stability": math.inf},
        {"difficulty": None},
        {"difficulty": -math.inf},
        {"last_day": None},
    ],
)
def test_a_memory_that_is_no_number_is_told(damage):
    card = replace(IN_REVIEW, **damage)
    for call in (
        lambda: scheduler().preview("1a2b", card, NOON),
        lambda: scheduler().rate("1a2b", card, GOOD, NOON),
        lambda: scheduler().reschedule("1a2b", card),
    ):
        with pytest.raises(StoreRefusedError, match=r"1a2b is damaged: .*dquiz doctor --fix"):
            call()


def test_whatever_a_new_card_carries_it_is_new():
    assert scheduler().rate("1", replace(NEW, stability=math.nan, step=7), EASY, NOON).stability == 8.2956


@pytest.mark.parametrize("now", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_the_calendar_is_not_left(now):
    for card in NEW, IN_REVIEW, replace(IN_REVIEW, state=State.RELEARNING, step=0):
        for after in scheduler(learning_steps=minutes(1, 9000)).preview("1", card, now).values():
            assert now - after.due <= timedelta(days=2)
            later = scheduler().rate("1", after, GOOD, NOON)
            assert later.last_review - later.due <= timedelta(days=2)

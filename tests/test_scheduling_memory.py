import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import fsrs
import pytest
from fsrs.scheduler import (
    DEFAULT_PARAMETERS as PY_FSRS_DEFAULTS,
)
from fsrs.scheduler import (
    LOWER_BOUNDS_PARAMETERS,
    UPPER_BOUNDS_PARAMETERS,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.scheduling import (
    DEFAULT_PARAMETERS,
    PARAMETER_BOUNDS,
    forgetting_curve,
    interval_for,
    replay_memory,
    retrievability,
)

EPOCH = datetime(2026, 1, 1, 12, tzinfo=UTC)

VECTOR = [  # day, rating, R before, S, D, interval at 0.90, at 0.80
    (0, 3, None, 2.306500, 2.118104, 2, 8),
    (0, 3, 1, 2.306500, 2.111214, 2, 8),
    (2, 3, 0.909493, 10.971048, 2.104331, 11, 36),
    (9, 2, 0.927824, 26.114020, 4.743716, 26, 87),
    (30, 1, 0.914264, 2.144810, 8.257523, 2, 7),
    (30, 3, 1, 2.144810, 8.244494, 2, 7),
    (31, 3, 0.943607, 3.698602, 8.231478, 4, 12),
    (38, 4, 0.850621, 16.361435, 7.625749, 16, 54),
]


def test_the_test_vector():
    history, last, stability = [], 0, None
    for day, rating, recall, *expected, at_90, at_80 in VECTOR:
        if stability:
            assert retrievability(day - last, stability) == pytest.approx(recall, abs=1e-6)
        history.append((day, rating))
        stability, difficulty = replay_memory((), history)
        assert (stability, difficulty) == pytest.approx(expected, abs=1e-6)
        assert round(interval_for(0.9, stability)) == at_90
        assert round(interval_for(0.8, stability)) == at_80
        last = day


def test_the_constants_are_those_of_py_fsrs():
    assert DEFAULT_PARAMETERS == PY_FSRS_DEFAULTS
    assert tuple(zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)) == PARAMETER_BOUNDS


def test_importing_scheduling_does_not_import_fsrs():
    code = "import sys, quiz.scheduling; sys.exit(any(name.split('.')[0] == 'fsrs' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def by_py_fsrs(parameters, history):
    scheduler = fsrs.Scheduler(parameters or PY_FSRS_DEFAULTS, enable_fuzzing=False)
    card = fsrs.Card(card_id=0, due=EPOCH)
    for day, rating in history:
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), EPOCH + timedelta(days=day))
        card.stability = min(card.stability, 36500)  # as in Anki; py-fsrs has no upper limit
    return card.stability, card.difficulty


PARAMETERS = st.one_of(
    st.just(()),
    st.tuples(*(st.floats(low, high) for low, high in PARAMETER_BOUNDS)),
    st.tuples(*(st.sampled_from(bounds) for bounds in PARAMETER_BOUNDS)),
)
HISTORIES = st.lists(
    st.tuples(st.one_of(st.just(0), st.integers(1, 400)), st.integers(1, 4)), min_size=1, max_size=200
)


@settings(max_examples=500)
@given(PARAMETERS, HISTORIES)
def test_the_plain_replay_is_py_fsrs(parameters, gaps):
    history, day = [], 0
    for gap, rating in gaps:
        day += gap
        history.append((day, rating))
    assert replay_memory(parameters, history) == pytest.approx(by_py_fsrs(parameters, history), rel=1e-12)


def test_a_day_before_the_last_one_is_the_same_day():
    assert replay_memory((), [(5, 3), (3, 3), (9, 3)]) == replay_memory((), [(5, 3), (5, 3), (9, 3)])


def test_a_card_without_reviews_has_no_memory():
    with pytest.raises(ValueError, match="without reviews"):
        replay_memory((), [])


@pytest.mark.parametrize("decay", [0.1, 0.1542, 0.8])
@pytest.mark.parametrize("stability", [0.001, 2.3, 36500])
def test_interval_and_retrievability_are_inverse(decay, stability):
    assert retrievability(stability, stability, decay) == pytest.approx(0.9)
    for retention in 0.70, 0.85, 0.99:
        assert retrievability(interval_for(retention, stability, decay), stability, decay) == pytest.approx(
            retention
        )
    assert forgetting_curve(decay)(7, stability) == retrievability(7, stability, decay)


@pytest.mark.parametrize(
    ("elapsed", "stability", "recall"),
    [(0, 5, 1), (-9, 5, 1), (3, 0, 0.25), (3, -1, 0.25), ((date.max - date.min).days, 36500, 0.55)],
)
def test_retrievability_of_absurd_values_is_a_probability(elapsed, stability, recall):
    assert retrievability(elapsed, stability) == pytest.approx(recall, abs=0.1)

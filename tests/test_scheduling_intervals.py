from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.scheduling import fuzz_position, fuzz_range, least_interval, pick_interval


@pytest.mark.parametrize(
    ("days", "least", "maximum", "picks"),
    [
        (2.49, 1, 1000, (2, 2, 2)),
        (2.5, 1, 1000, (2, 3, 4)),
        (7, 1, 1000, (5, 7, 9)),
        (17, 1, 1000, (14, 17, 20)),
        (37, 1, 1000, (33, 37, 41)),
        (2, 3, 1000, (3, 4, 4)),
        (2, 3, 3, (3, 3, 3)),
        (100, 101, 1000, (101, 105, 108)),
        (100, 1, 99, (92, 96, 99)),
    ],
)
def test_fuzz_picks_from_ankis_range(days, least, maximum, picks):
    assert tuple(pick_interval(days, least, maximum, position) for position in (0, 0.5, 0.99)) == picks


def test_the_position_is_deterministic():
    assert fuzz_position("1", 0) == pytest.approx(0.321436, abs=5e-7)
    assert fuzz_position("1", 1) == pytest.approx(0.562318, abs=5e-7)


@pytest.mark.parametrize(("days", "low", "high"), [(10, 8, 12), (100, 93, 107)])
def test_fuzz_is_uniform_and_adds_nothing_on_average(days, low, high):
    picks = Counter(pick_interval(days, 1, 1000, fuzz_position(f"card {n}", 3)) for n in range(20_000))
    assert sorted(picks) == list(range(low, high + 1))
    expected = 20_000 / (high - low + 1)
    chi_square = sum((count - expected) ** 2 / expected for count in picks.values())
    assert chi_square < {4: 18.5, 14: 36.1}[high - low]  # 0.1%
    assert sum(day * count for day, count in picks.items()) / 20_000 == pytest.approx(days, rel=0.005)


def test_without_fuzz_a_half_is_rounded_upwards():
    assert [pick_interval(days, 1, 100, None) for days in (0.2, 1.5, 2.5, 2.49, 1000.0)] == [1, 2, 3, 2, 100]


@pytest.mark.parametrize(
    ("days", "previous", "least"),
    [(11, 10, 11), (10.4, 10, 10), (9, 10, 10), (8, 10, 10), (7, 10, 1), (2, 0, 1), (3, 3, 3)],
)
def test_a_pass_never_shortens_the_interval_unless_the_model_has_changed(days, previous, least):
    assert least_interval(days, previous, 36500) == least


@given(
    st.floats(0, 40_000),
    st.integers(-5, 40_000),
    st.integers(1, 36_500),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_an_interval_keeps_within_its_limits(days, least, maximum, position):
    low, high = fuzz_range(days, least, maximum)
    interval = pick_interval(days, least, maximum, position)
    assert max(1, min(least, maximum)) <= interval <= maximum
    if position is not None:
        assert low <= interval <= high

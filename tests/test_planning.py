"""Which cards are studied until an interview, and what is expected on its date."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.cards import Rating
from quiz.planning import (
    Answer,
    CardDay,
    Habits,
    Plan,
    PlannedCard,
    SimulatedCard,
    SimulatedDay,
    SimulatedMemory,
    card_days,
    learned_habits,
    policy,
    project,
    ranked,
    seconds_spent,
    within,
)
from quiz.planning.gain import difficulties_after, stabilities_after
from quiz.scheduling import DEFAULT_PARAMETERS, PARAMETER_BOUNDS, replay_memory, retrievability
from quiz.scheduling.memory import Memory, review_memory

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MONDAY = date(2026, 11, 23)
TODAY = MONDAY.toordinal()
HABITS = Habits()
WELL_KNOWN = PlannedCard(9, 400.0, 3.0, TODAY - 5)

PARAMETERS = st.one_of(
    st.just(DEFAULT_PARAMETERS),
    st.tuples(*(st.floats(low, high) for low, high in PARAMETER_BOUNDS)),
    st.tuples(*(st.sampled_from(bounds) for bounds in PARAMETER_BOUNDS)),
)
SEEN = st.tuples(st.floats(0.001, 36_500), st.floats(1, 10), st.integers(0, 400))
DECKS = st.lists(st.one_of(st.none(), SEEN), max_size=30).map(
    lambda memories: [
        PlannedCard(key, memory[0], memory[1], TODAY - memory[2]) if memory else PlannedCard(key)
        for key, memory in enumerate(memories)
    ]
)


def new_cards(count: int) -> list[PlannedCard]:
    return [PlannedCard(key) for key in range(count)]


def plan(*, days: int, minutes: float = 20, off: frozenset[int] = frozenset()) -> Plan:
    return Plan(until=MONDAY + timedelta(days=days), minutes=minutes, off=off)


def keys(ranking) -> list[int]:
    return [card.key for card in ranking]


# --- the order -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days_left", "per_1000_s"), [(1, 30.506), (7, 25.797), (30, 21.391)])
def test_the_worth_of_a_new_card(days_left, per_1000_s):
    (card,) = ranked([PlannedCard(1)], TODAY, days_left, HABITS)
    assert card.worth * 1000 == pytest.approx(per_1000_s, abs=6e-4)
    assert card.seconds == pytest.approx(0.24 * 45 + 0.09 * 35 + 0.5 * 25 + 0.17 * 20)


@pytest.mark.parametrize(
    ("stability", "difficulty", "elapsed", "days_left", "per_1000_s"),
    [(10, 5, 10, 10, 5.485), (2.3065, 2.1181, 2, 10, 7.730), (1, 7, 6, 10, 8.021), (60, 5, 20, 10, 2.447)],
)
def test_the_worth_of_a_review(stability, difficulty, elapsed, days_left, per_1000_s):
    (card,) = ranked([PlannedCard(1, stability, difficulty, TODAY - elapsed)], TODAY, days_left, HABITS)
    assert card.worth * 1000 == pytest.approx(per_1000_s, abs=6e-4)


@settings(max_examples=200)
@given(PARAMETERS, st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(1, 60))
def test_a_study_day_moves_the_memory_as_a_replay_does(parameters, ratings, gap):
    history = [(gap * number, rating) for number, rating in enumerate(ratings)]
    stability, difficulty = replay_memory(parameters, history)
    recall = retrievability(gap, stability, parameters[20])
    stabilities = stabilities_after(parameters)(stability, difficulty, recall)
    for rating, memory in enumerate(
        zip(stabilities, difficulties_after(parameters)(difficulty), strict=True), 1
    ):
        day = gap * len(ratings)
        expected = [*history, (day, rating), *([(day, 3)] if rating == 1 else [])]
        assert memory == pytest.approx(replay_memory(parameters, expected), rel=1e-9)


def test_equal_cards_keep_the_order_of_their_decks_and_a_second_look_changes_nothing():
    cards = [PlannedCard(key, 2.0, 5.0, TODAY - 3) if key % 3 else PlannedCard(key) for key in range(30)]
    ranking = ranked(cards, TODAY, 10, HABITS)
    for new in (True, False):
        alike = keys(card for card in ranking if card.new is new)
        assert alike == sorted(alike)
    assert ranked(cards, TODAY, 10, HABITS) == ranking


def test_studying_a_card_leaves_the_order_of_the_others():
    cards = [*new_cards(5), *(PlannedCard(10 + n, 1.0 + n, 5.0, TODAY - 4) for n in range(20))]
    first, *others = ranked(cards, TODAY, 10, HABITS)
    studied = [
        card._replace(stability=2.3, difficulty=2.1, last_day=TODAY) if card.key == first.key else card
        for card in cards
    ]
    assert ranked(studied, TODAY, 10, HABITS) == others


def test_new_cards_enter_before_weak_ones_and_cards_known_well_are_not_chosen():
    weak = [PlannedCard(100 + n, 1.0, 7.0, TODAY - 6) for n in range(10)]
    ranking = ranked([WELL_KNOWN, *weak, *new_cards(5)], TODAY, 10, HABITS)
    assert keys(ranking) == [*range(5), *range(100, 110), WELL_KNOWN.key]
    assert keys(within(ranking, 4 * 60)) == [*range(5), *range(100, 105)]


def test_a_card_studied_today_is_done():
    assert ranked([PlannedCard(1, 2.0, 5.0, TODAY)], TODAY, 10, HABITS) == []


def test_a_card_dated_after_today_is_left_alone():
    assert ranked([PlannedCard(1, 2.0, 5.0, TODAY + 3)], TODAY, 10, HABITS) == []


def test_a_review_that_would_lose_recall_is_left_out():
    # a pass adds next to nothing, and a lapse, as unlikely as it is, takes nearly all
    parameters = list(DEFAULT_PARAMETERS)
    parameters[10] = parameters[11] = parameters[13] = 0.001
    card = PlannedCard(1, 100.0, 10.0, TODAY - 1)
    assert ranked([card], TODAY, 365, HABITS, tuple(parameters)) == []


def test_the_last_card_of_the_day_may_run_over():
    ranking = ranked(new_cards(10), TODAY, 10, HABITS)
    each = ranking[0].seconds
    assert len(within(ranking, 2 * each)) == 2
    assert len(within(ranking, 2 * each + 1)) == 3
    assert within(ranking, 0) == within(ranking, -5) == []


@settings(max_examples=100)
@given(DECKS, st.integers(1, 90))
def test_expected_recall_never_falls_by_studying_a_chosen_card(cards, days_left):
    known = {card.key: card for card in cards}
    on_the_date = MONDAY + timedelta(days=days_left)

    def recall(memory: Memory) -> float:
        return retrievability((on_the_date - memory.day).days, memory.stability)

    for chosen in ranked(cards, TODAY, days_left, HABITS):
        card = known[chosen.key]
        if chosen.new:
            assert chosen.worth > 0
            continue
        before = Memory(card.stability, card.difficulty, date.fromordinal(card.last_day))
        now = retrievability(TODAY - card.last_day, card.stability)
        after = {rating: review_memory((), before, rating, MONDAY) for rating in Rating}
        after[Rating.AGAIN] = review_memory((), after[Rating.AGAIN], Rating.GOOD, MONDAY)
        passed = sum(share * recall(after[Rating(n)]) for n, share in enumerate(HABITS.pass_share, 2))
        gain = (1 - now) * recall(after[Rating.AGAIN]) + now * passed - recall(before)
        assert gain > -1e-12
        assert chosen.worth * chosen.seconds == pytest.approx(gain, abs=1e-9)


def test_100_000_cards_are_ranked_in_linear_time():
    cards = [PlannedCard(n, 1.0 + n % 97, 1.0 + n % 9, TODAY - 1 - n % 30) for n in range(100_000)]
    begin = time.process_time()
    ranking = ranked(cards, TODAY, 20, HABITS)
    assert time.process_time() - begin < 5
    assert len(ranking) > 90_000
    assert all(before.worth >= after.worth for before, after in pairwise(ranking))


def test_simulations_call_the_planner_with_cards_and_a_day():
    cards = [
        SimulatedCard(0, False, 0.0, 0.0, 0),
        SimulatedCard(1, True, 1.0, 7.0, -2),
        SimulatedCard(2, True, 300.0, 3.0, 1),
        SimulatedCard(3, True, 2.0, 3.0, 4),
    ]
    day = SimulatedDay(4, 10, SimulatedMemory(DEFAULT_PARAMETERS), HABITS)
    assert policy(cards, day) == [0, 1, 2]


# --- habits --------------------------------------------------------------------------------------------------------


def test_a_card_day_is_all_answers_of_the_day_under_the_first_rating():
    answers = [
        Answer(1, TODAY, Rating.AGAIN, new=True, seconds=20),
        Answer(2, TODAY, Rating.GOOD, new=False, seconds=9),
        Answer(1, TODAY, Rating.GOOD, new=False, seconds=11),
        Answer(1, TODAY + 1, Rating.HARD, new=False, seconds=8),
    ]
    assert card_days(answers) == [
        CardDay(Rating.AGAIN, new=True, seconds=31),
        CardDay(Rating.GOOD, new=False, seconds=9),
        CardDay(Rating.HARD, new=False, seconds=8),
    ]


def test_without_a_log_habits_are_the_start_values():
    learned = learned_habits(())
    assert learned.new_seconds == pytest.approx(HABITS.new_seconds)
    assert learned.review_seconds == pytest.approx(HABITS.review_seconds)
    assert learned.first_share == pytest.approx(HABITS.first_share)
    assert learned.pass_share == pytest.approx(HABITS.pass_share)


def test_ten_card_days_weigh_as_much_as_the_start_value():
    answers = [Answer(n, TODAY, Rating.GOOD, new=False, seconds=34) for n in range(10)]
    learned = learned_habits(answers)
    assert learned.review_seconds == pytest.approx((35, 18, (14 + 34) / 2, 10))
    assert learned.new_seconds == pytest.approx(HABITS.new_seconds)
    assert learned.card_days == 10


def test_fifty_ratings_weigh_as_much_as_the_start_shares():
    answers = [Answer(n, TODAY, Rating.EASY, new=True, seconds=20) for n in range(50)]
    answers += [Answer(n, TODAY + 1, Rating.AGAIN, new=False, seconds=20) for n in range(50)]
    learned = learned_habits(answers)
    assert learned.first_share == pytest.approx((0.12, 0.045, 0.25, (0.17 + 1) / 2))
    assert learned.pass_share == pytest.approx(HABITS.pass_share), "Again is no pass"
    assert sum(learned.first_share) == pytest.approx(1)


def test_answers_without_a_time_do_not_make_cards_seem_quick():
    answers = [Answer(n, TODAY, Rating.GOOD, new=True, seconds=0.004) for n in range(100)]
    learned = learned_habits(answers)
    assert learned.new_seconds == pytest.approx(HABITS.new_seconds)
    assert learned.first_share[2] > 0.8
    assert seconds_spent(card_days(answers), learned) == pytest.approx(100 * 25)


def test_measured_time_is_spent_as_it_was_measured():
    today = [CardDay(Rating.GOOD, new=True, seconds=90), CardDay(Rating.AGAIN, new=False, seconds=0)]
    assert seconds_spent(today, HABITS) == 90 + 35


# --- what to expect ------------------------------------------------------------------------------------------------


@pytest.fixture
def deadline(monkeypatch):
    if not BENCHMARKS.exists():
        pytest.skip("a source distribution has no benchmarks")
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import deadline

    yield deadline
    del sys.modules["deadline"]


@pytest.mark.parametrize(
    ("scenario", "margin"),
    [((300, 0, 12, 20), 0.06), ((300, 0, 12, 10), 0.15), ((100, 0.5, 8, 6), 0.02), ((100, 1, 8, 3), 0.01)],
    ids=["all new", "all new, half the time", "half known", "all known"],
)
def test_the_planner_beats_reviews_first(deadline, scenario, margin):
    plain, planned = deadline.compare(deadline.Scenario(*scenario), 24)
    assert fmean(planned) - fmean(plain) > margin


@pytest.mark.parametrize(("days", "minutes"), [(8, 10), (8, 5), (12, 15), (3, 12), (1, 30), (75, 2)])
def test_the_projection_is_the_mean_of_simulations(deadline, days, minutes):
    runs = [deadline.simulate(policy, deadline.Scenario(100, 0, days, minutes), seed) for seed in range(24)]
    projection = project(new_cards(100), plan(days=days, minutes=minutes), MONDAY, HABITS)
    assert projection.kept.recall == pytest.approx(fmean(recall for recall, _ in runs), abs=0.02)
    assert projection.kept.unseen == pytest.approx(100 * (1 - fmean(seen for _, seen in runs)), abs=2.5)


def test_a_plan_says_what_it_leads_to():
    projection = project(new_cards(246), plan(days=21, minutes=25), MONDAY, HABITS)
    assert (projection.cards, projection.unseen, projection.study_days) == (246, 246, 21)
    assert projection.stopped == 0
    assert projection.kept.recall > 0.98
    assert projection.kept.all_seen_by == MONDAY + timedelta(days=4)
    assert [outlook.minutes for outlook in projection.compared] == [5, 10, 15, 20, 30, 45, 60]
    recalls = [outlook.recall for outlook in projection.compared]
    assert recalls == sorted(recalls)


def test_new_cards_that_will_remain_unseen_are_counted_with_the_minutes_that_would_do():
    projection = project(new_cards(300), plan(days=12, minutes=10), MONDAY, HABITS)
    assert 40 < projection.kept.unseen < 70
    assert projection.kept.all_seen_by is None
    assert projection.minutes_to_see_all == 15


def test_days_off_have_no_study():
    weekend_off = plan(days=14, off=frozenset({5, 6}))
    projection = project(new_cards(100), weekend_off, MONDAY + timedelta(days=5), HABITS)
    assert projection.study_days == 5
    assert projection.kept.recall > 0.5
    without = project(new_cards(100), plan(days=14), MONDAY + timedelta(days=5), HABITS)
    assert without.kept.recall > projection.kept.recall


def test_time_already_spent_today_is_gone():
    cards = new_cards(100)
    whole = project(cards, plan(days=5, minutes=10), MONDAY, HABITS)
    half = project(cards, plan(days=5, minutes=10), MONDAY, HABITS, spent=300)
    over = project(cards, plan(days=5, minutes=10), MONDAY, HABITS, spent=900)
    assert whole.kept.recall > half.kept.recall > over.kept.recall > 0


def test_the_date_itself_counts_as_the_day_before_it():
    projection = project(new_cards(3), plan(days=0), MONDAY, HABITS)
    assert (projection.study_days, projection.kept.unseen) == (1, 0)
    assert projection.kept.recall == pytest.approx(
        ranked([PlannedCard(1)], TODAY, 1, HABITS)[0].worth * 29.85
    )


def test_after_the_date_there_is_nothing_to_do():
    projection = project([WELL_KNOWN, *new_cards(1)], plan(days=-1), MONDAY, HABITS)
    assert (projection.study_days, projection.kept.unseen) == (0, 1)
    assert projection.kept.recall == projection.stopped == pytest.approx(0.5, abs=0.01)


def test_no_minutes_change_nothing():
    projection = project([WELL_KNOWN, *new_cards(3)], plan(days=10, minutes=0), MONDAY, HABITS)
    assert projection.kept.recall == projection.stopped > 0


def test_no_cards_are_no_recall():
    projection = project([], plan(days=10), MONDAY, HABITS)
    assert (projection.cards, projection.kept.recall) == (0, 0)


def test_with_a_far_date_all_cards_are_seen_long_before_it():
    far = project(new_cards(200), plan(days=120, minutes=3), MONDAY, HABITS, compare=())
    assert far.study_days == 120
    assert far.kept.unseen == 0
    assert 0.9 < far.kept.recall < 1
    assert MONDAY + timedelta(days=25) < far.kept.all_seen_by < MONDAY + timedelta(days=60)


def test_100_000_cards_are_projected_as_groups():
    cards = [
        PlannedCard(n, 1.0 + n % 97, 1.0 + n % 9, TODAY - 1 - n % 30) if n % 2 else PlannedCard(n)
        for n in range(100_000)
    ]
    begin = time.process_time()
    projection = project(cards, plan(days=30, minutes=60), MONDAY, HABITS, compare=(10,))
    assert time.process_time() - begin < 10
    assert projection.unseen == 50_000
    assert projection.stopped < projection.compared[0].recall < projection.kept.recall


@settings(max_examples=100)
@given(DECKS, st.integers(0, 70), st.integers(0, 30))
def test_keeping_the_plan_is_never_expected_to_be_worse_than_stopping(cards, days, minutes):
    projection = project(cards, plan(days=days, minutes=minutes), MONDAY, HABITS, compare=(5,))
    for outlook in (projection.kept, *projection.compared):
        assert projection.stopped - 1e-4 <= outlook.recall <= 1 + 1e-9
        assert 0 <= outlook.unseen <= projection.unseen

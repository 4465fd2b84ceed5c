"""The order in which cards are asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quiz.cards import State
from quiz.session import (
    Asked,
    Session,
    Waiting,
    allowance,
    choose,
    in_review_order,
    in_steps,
    mixed,
    shuffled,
    together,
)
from quiz.store.rows import to_ms

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.date().toordinal()


def waiting(
    key: int, *, deck: str = "d", note: int | None = None, state: State = State.NEW, **more
) -> Waiting:
    return Waiting(key, note if note is not None else key, deck, state, more.pop("due", TODAY), **more)


def reviews(*keys: int, **more) -> list[Waiting]:
    return [waiting(key, state=State.REVIEW, **more) for key in keys]


def keys(cards) -> list[int]:
    return [card.key for card in cards]


def test_a_day_takes_up_to_its_limits():
    left = allowance({"": 2}, {"": 1}, ())
    chosen = choose(reviews(1, 2), map(waiting, (3, 4, 5)), left, ())
    assert [keys(cards) for cards in chosen] == [[1], [3, 4]]


def test_what_was_asked_today_uses_the_limits_up():
    asked = [Asked(9, 9, "d", State.NEW), Asked(8, 8, "d", State.REVIEW), Asked(7, 7, "d", State.LEARNING)]
    left = allowance({"": 2}, {"": 5}, asked)
    assert left.left(State.NEW, "d") == 1
    assert left.left(State.REVIEW, "d") == 4


def test_the_smallest_limit_on_the_way_up_decides():
    left = allowance({"": 20, "aws": 2, "aws/iam": 5}, {"": 200}, ())
    new = [
        waiting(1, deck="aws/iam"),
        waiting(2, deck="aws"),
        waiting(3, deck="aws/iam"),
        waiting(4, deck="dns"),
    ]
    assert keys(choose((), new, left, ())[1]) == [1, 2, 4]


def test_a_deck_called_alike_is_not_below():
    left = allowance({"": 20, "aws": 0}, {"": 200}, ())
    assert keys(choose((), [waiting(1, deck="awsome")], left, ())[1]) == [1]


def test_siblings_are_left_for_another_day():
    left = allowance({"": 20}, {"": 20}, ())
    cards = reviews(1, note=7), [waiting(2, note=7), waiting(3, note=8), waiting(4, note=8)]
    assert [keys(each) for each in choose(*cards, left, ())] == [[1], [3]]


def test_a_sibling_asked_earlier_today_buries_the_others_but_not_itself():
    left = allowance({"": 20}, {"": 20}, ())
    asked = [Asked(1, 7, "d", State.REVIEW)]
    assert [keys(each) for each in choose(reviews(1, 2, note=7), (), left, asked)] == [[1], []]


def test_siblings_stay_when_burying_is_off():
    left = allowance({"": 20}, {"": 20}, ())
    assert keys(choose((), [waiting(2, note=7), waiting(3, note=7)], left, (), bury_siblings=False)[1]) == [
        2,
        3,
    ]


def test_new_cards_are_spread_evenly_among_reviews():
    assert keys(mixed(reviews(1, 2, 3, 4), [waiting(5), waiting(6)])) == [1, 2, 5, 3, 4, 6]


def test_new_cards_may_come_before_or_after_reviews():
    old, new = reviews(1, 2), [waiting(5), waiting(6)]
    assert keys(together(old, new, "before")) == [5, 6, 1, 2]
    assert keys(together(old, new, "after")) == [1, 2, 5, 6]
    assert keys(together(old, new, "mixed")) == keys(mixed(old, new))


@given(st.integers(0, 30), st.integers(0, 30))
def test_mixing_keeps_all_cards_and_both_orders(many, few):
    old, new = reviews(*range(many)), [waiting(100 + n) for n in range(few)]
    result = keys(mixed(old, new))
    assert [key for key in result if key < 100] == keys(old)
    assert [key for key in result if key >= 100] == keys(new)


def test_reviews_come_by_day_and_shuffled_within_a_day():
    cards = [waiting(key, state=State.REVIEW, due=TODAY - key % 2) for key in range(40)]
    ordered = in_review_order(cards, "due", TODAY, backlog=False)
    assert [card.due for card in ordered] == sorted(card.due for card in cards)
    assert keys(ordered) == keys(in_review_order(reversed(cards), "due", TODAY, backlog=False))
    assert keys(ordered) != keys(in_review_order(cards, "due", TODAY + 1, backlog=False))


def test_with_a_backlog_the_best_remembered_come_first():
    cards = [
        waiting(1, state=State.REVIEW, stability=2.0, last_day=TODAY - 20),
        waiting(2, state=State.REVIEW, stability=50.0, last_day=TODAY - 60),
        waiting(3, state=State.REVIEW, stability=5.0, last_day=TODAY - 7),
    ]
    assert keys(in_review_order(cards, "due", TODAY, backlog=True)) == [2, 3, 1]
    assert keys(in_review_order(cards, "weakest", TODAY, backlog=False)) == [1, 3, 2]


def test_shuffling_forgets_no_card():
    cards = [waiting(key) for key in range(50)]
    assert sorted(keys(shuffled(cards, TODAY))) == list(range(50))


def session(cards=(), learning=()) -> Session:
    made = Session(timedelta(minutes=20), to_ms)
    made.fill(cards, learning)
    return made


def test_learning_comes_when_its_moment_has_come_and_ahead_when_nothing_else_is_left():
    soon = waiting(9, state=State.LEARNING, due=to_ms(NOW + timedelta(minutes=10)))
    run = session([waiting(1), waiting(2)], [soon])
    assert run.take(NOW).key == 1
    assert run.take(NOW + timedelta(minutes=11)).key == 9
    run.comes_again(soon)
    assert run.take(NOW).key == 2
    assert run.take(NOW).key == 9
    assert run.take(NOW) is None


def test_learning_beyond_the_time_ahead_waits():
    later = waiting(9, state=State.LEARNING, due=to_ms(NOW + timedelta(minutes=21)))
    run = session((), [later])
    assert run.take(NOW) is None
    assert run.take(NOW + timedelta(minutes=1)).key == 9


def test_a_card_put_off_comes_last_also_in_a_queue_built_anew():
    run = session([waiting(1), waiting(2), waiting(3)])
    run.put_off(run.take(NOW))
    assert [run.take(NOW).key for _ in range(3)] == [2, 3, 1]
    run.fill([waiting(1), waiting(2)], ())
    assert run.take(NOW).key == 2


def test_a_card_put_back_comes_next():
    run = session([waiting(1), waiting(2)])
    first = run.take(NOW)
    run.put_back(first)
    assert run.take(NOW) is first


def test_progress_counts_the_card_on_screen_and_those_that_come_again():
    run = session([waiting(1), waiting(2)], [waiting(3, state=State.LEARNING, due=to_ms(NOW) + 1)])
    current = run.take(NOW)
    run.done = 4
    assert (run.progress(current).total, run.progress(current).again) == (7, 1)
    assert run.progress(current).seconds_left is None
    run.durations.extend([4.0, 6.0, 100.0, 6.0, 6.0])
    assert run.progress(current).seconds_left == 18.0


def test_forgotten_cards_are_not_asked():
    run = session([waiting(1), waiting(2)], [waiting(3, state=State.LEARNING, due=0)])
    run.forget([1, 3])
    assert run.take(NOW).key == 2
    assert run.take(NOW) is None


# --- chains ----------------------------------------------------------------------------------------------------------


def test_steps_come_behind_the_step_before_and_not_without_it():
    cards = [
        waiting(3, after=2),
        waiting(9),
        waiting(2, after=1),
        waiting(8, after=7),
        waiting(1),
        waiting(4, after=3),
    ]
    assert [card.key for card in in_steps(cards)] == [9, 1, 2, 3, 4]


def test_no_step_is_chosen_whose_step_before_is_over_a_limit_or_buried_as_a_sibling():
    new = [waiting(1, note=7), waiting(2, after=1), waiting(3)]
    _, chosen = choose((), new, allowance({"": 9}, {"": 9}, ()), [Asked(5, 7, "a", State.NEW)])
    assert [card.key for card in chosen] == [3]


def test_what_is_put_off_takes_the_steps_behind_it_along():
    session = Session(timedelta(0), to_ms)
    session.fill([waiting(1), waiting(2, after=1), waiting(3, after=2), waiting(4)], ())
    session.put_off(session.take(NOW))
    assert [session.take(NOW).key for _ in range(4)] == [4, 1, 2, 3]

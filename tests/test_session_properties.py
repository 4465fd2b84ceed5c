"""What holds for every queue, whatever is rated, put off, buried or taken back in it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.cards import State
from quiz.session import (
    Asked,
    Session,
    Waiting,
    allowance,
    choose,
    in_review_order,
    mixed,
    shuffled,
    together,
)
from quiz.store.rows import to_ms

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.date().toordinal()
AHEAD = timedelta(minutes=20)
DECKS = ("", "a", "a/b", "a/b/c", "d")

decks = st.sampled_from(DECKS[1:])
limits = st.dictionaries(decks, st.integers(0, 6), max_size=3)
# A finite number suffices for an order; cards that come from elsewhere may lack either.
stabilities = st.none() | st.floats(0.01, 36_500)


@st.composite
def cards(draw, states=(State.NEW, State.REVIEW), least=0):
    """Cards with keys of their own, some of them siblings."""
    found = draw(
        st.lists(st.tuples(st.integers(0, 9), decks, st.sampled_from(states)), min_size=least, max_size=25)
    )
    return [
        Waiting(
            key,
            note,
            deck,
            state,
            draw(st.integers(TODAY - 40, TODAY)),
            1,
            draw(stabilities),
            TODAY - draw(st.integers(0, 60)),
        )
        for key, (note, deck, state) in enumerate(found, 1)
    ]


def of(cards, state):
    return [card for card in cards if card.state is state]


def counted(found):
    return Counter(card.key for card in found)


@settings(max_examples=150)
@given(cards(), limits, limits, st.integers(0, 12), st.integers(0, 12), st.booleans(), st.data())
def test_a_day_keeps_every_limit_and_keeps_siblings_apart(
    found, new_limits, review_limits, most_new, most, apart, data
):
    asked_keys = data.draw(st.lists(st.sampled_from(found), unique=True, max_size=4)) if found else []
    asked = [Asked(card.key, card.note, card.deck, card.state) for card in asked_keys]
    left_over = [card for card in found if card not in asked_keys]
    own = ({"": most_new, **new_limits}, {"": most, **review_limits})
    reviews, new = choose(
        of(left_over, State.REVIEW),
        of(left_over, State.NEW),
        allowance(*own, asked),
        asked,
        bury_siblings=apart,
    )
    for chosen, state, allowed in ((new, State.NEW, own[0]), (reviews, State.REVIEW, own[1])):
        for deck, limit in allowed.items():
            below = [
                card
                for card in [*chosen, *of(asked_keys, state)]
                if deck == "" or f"{card.deck}/".startswith(f"{deck}/")
            ]
            before = sum(
                1 for card in of(asked_keys, state) if deck == "" or f"{card.deck}/".startswith(f"{deck}/")
            )
            assert len(below) <= max(limit, before)
    taken = [*reviews, *new]
    assert max(counted(taken).values(), default=0) <= 1
    if apart:
        notes = [card.note for card in taken]
        assert len(set(notes)) == len(notes)
        assert not {card.note for card in asked_keys} & set(notes)
    assert [card for card in of(left_over, State.REVIEW) if card in reviews] == reviews


@settings(max_examples=100)
@given(cards(), st.integers(0, 12))
def test_a_smaller_limit_leaves_cards_out_and_changes_no_order(found, most):
    def chosen(limit):
        left = allowance({"": limit}, {"": limit}, ())
        return choose(of(found, State.REVIEW), of(found, State.NEW), left, (), bury_siblings=False)

    for fewer, more in zip(chosen(most), chosen(most + 5), strict=True):
        assert more[: len(fewer)] == fewer
        assert len(fewer) <= most


@settings(max_examples=100)
@given(
    cards(),
    cards(),
    st.sampled_from(["before", "after", "mixed"]),
    st.sampled_from(["due", "random", "weakest"]),
    st.booleans(),
)
def test_an_order_loses_no_card_and_doubles_none(reviews, new, place, order, backlog):
    ordered = in_review_order(reviews, order, TODAY, backlog=backlog)
    assert counted(ordered) == counted(reviews)
    assert ordered == in_review_order(reversed(reviews), order, TODAY, backlog=backlog)
    queue = together(ordered, new, place)
    assert sorted(map(id, queue)) == sorted(map(id, [*ordered, *new]))
    assert counted(shuffled(new, TODAY)) == counted(new)


@settings(max_examples=100)
@given(st.integers(0, 40), st.integers(0, 40))
def test_new_cards_are_spread_evenly(reviews, new):
    queue = mixed(
        [Waiting(n, n, "a", State.REVIEW, 0) for n in range(reviews)],
        [Waiting(n, n, "a", State.NEW, 0) for n in range(new)],
    )
    for length in range(len(queue) + 1):
        share = sum(card.state is State.NEW for card in queue[:length])
        assert abs(share - length * new / max(len(queue), 1)) <= 1


ACTIONS = st.lists(st.sampled_from(["good", "again", "off", "forget", "back", "later"]), max_size=60)


@settings(max_examples=200)
@given(cards(least=1), ACTIONS)
def test_each_card_comes_once_a_pass_whatever_is_done(found, actions):
    session = Session(AHEAD, to_ms)
    session.fill(found, ())
    now, rated, off, gone = NOW, [], set(), set()
    for action in actions:
        card = session.take(now)
        if card is None:
            break
        assert card.key not in gone
        assert card.due <= to_ms(now + AHEAD) if card.state is State.LEARNING else card.key not in rated
        match action:
            case "good" | "again":
                rated.append(card.key)
                if action == "again":
                    due = to_ms(now + timedelta(minutes=10))
                    session.comes_again(card._replace(state=State.LEARNING, due=due))
            case "off":
                session.put_off(card)
                off.add(card.key)
            case "back":
                session.put_back(card)
                assert session.take(now).key == card.key
                session.put_back(card)
            case "forget":
                session.put_back(card)
                assert [one.key for one in session.forget({card.key})] == [card.key]
                gone.add(card.key)
            case "later":
                session.put_back(card)
                now += timedelta(minutes=7)
    rest = list(iter(lambda: session.take(now), None))
    assert max(counted(rest).values(), default=0) <= 1
    waiting = [card.key for card in rest if card.state is not State.LEARNING]
    assert set(waiting) == {card.key for card in found} - set(rated) - gone
    if off & set(waiting):
        first_off = min(waiting.index(key) for key in off & set(waiting))
        assert set(waiting[first_off:]) <= off


@settings(max_examples=100)
@given(cards(least=2), st.data())
def test_what_is_forgotten_can_be_taken_up_again(found, data):
    session = Session(AHEAD, to_ms)
    waiting, learning = (
        found[::2],
        [card._replace(state=State.LEARNING, due=to_ms(NOW) + card.key) for card in found[1::2]],
    )
    session.fill(waiting, learning)
    keys = set(data.draw(st.lists(st.sampled_from([card.key for card in found]), unique=True)))
    before = session.progress(None)
    forgotten = session.forget(keys)
    assert {card.key for card in forgotten} == keys
    session.take_up(forgotten)
    assert session.progress(None) == before
    taken = []
    while card := session.take(NOW):
        taken.append(card.key)
    assert sorted(taken) == sorted(card.key for card in found)

"""The queue of a study session: what is asked next, and what was asked before it. Pure."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

ALL_DECKS = ""
_LAST_DURATIONS = 50
_ENOUGH_DURATIONS = 5
_64_BITS = (1 << 64) - 1


class Options(NamedTuple):
    """What a run may be asked to do differently.

    Attributes:
        new: New cards in this run, whatever the day has seen already; None is what the day has left.
        limit: Cards in this run; None is what the day has left.
        ahead: Reviews of the next days count as due.
        cram: All cards, and the schedule stays as it is.
        once: Each card at most once on a study day: what comes again is for another run.
        drafts: So many questions without an answer, at the end; they move no schedule.
        order: Of due reviews; None is what the settings say.
        minutes: No further card after so many minutes.
        source: Of the reviews in the log.
    """

    new: int | None = None
    limit: int | None = None
    ahead: timedelta = timedelta(0)
    cram: bool = False
    once: bool = False
    drafts: int = 0
    order: str | None = None
    minutes: int | None = None
    source: str = "terminal"


class Waiting(NamedTuple):
    """A card in the queue: as little of it as its order needs.

    Attributes:
        key: What the store knows the card by; ``note`` likewise, shared by siblings.
        due: Unix milliseconds of a card in (re)learning, the ordinal of a day of a review, a position of a new card.
        reps: Reviews that count, when it was queued: tells whether someone else has reviewed it since.
        after: Of a step of a chain the key of the step before, while that was never seen.
    """

    key: int
    note: int
    deck: str
    state: State
    due: int
    reps: int = 0
    stability: float | None = None
    last_day: int | None = None
    difficulty: float | None = None
    after: int | None = None


@dataclass(slots=True)
class Allowance:
    """How many new cards and reviews the study day still holds, over all decks and for decks with limits of their own.

    A deck's limit also holds for its sub-decks; the smallest limit on the way up decides.
    """

    new: dict[str, int]
    reviews: dict[str, int]

    def is_used_up(self, state: State) -> bool:
        """Whether no deck may ask any more cards of this state."""
        return self._limits(state)[ALL_DECKS] <= 0

    def left(self, state: State, deck: str) -> int:
        """How many more cards of this state a deck may ask."""
        limits = self._limits(state)
        return min((limits[name] for name in _decks_above(deck) if name in limits), default=0)

    def use(self, state: State, deck: str) -> None:
        """One card of this state is asked."""
        limits = self._limits(state)
        for name in _decks_above(deck):
            if name in limits:
                limits[name] -= 1

    def _limits(self, state: State) -> dict[str, int]:
        return self.new if state is State.NEW else self.reviews


def _decks_above(deck: str) -> Iterable[str]:
    yield ALL_DECKS
    parts = deck.split("/")
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the log says of the study day: one entry per card, from its first review that day."""

    key: int
    note: int
    deck: str
    met_in: State


def allowance(new: Mapping[str, int], reviews: Mapping[str, int], asked: Iterable[Asked]) -> Allowance:
    """What is left of the limits after the cards that the study day has asked already."""
    left = Allowance(dict(new), dict(reviews))
    for entry in asked:
        if entry.met_in in (State.NEW, State.REVIEW):
            left.use(entry.met_in, entry.deck)
    return left


def shuffled(cards: Iterable[Waiting], day: int) -> list[Waiting]:
    """In an order that is the same all day long and another one tomorrow."""
    return sorted(cards, key=lambda card: (_draw(card.key, day), card.key))


def _draw(key: int, day: int) -> int:
    """A number that looks drawn by lot (splitmix64, Steele, Lea and Flood 2014)."""
    mixed_up = (key * 0x9E3779B97F4A7C15 + day * 0xD1B54A32D192ED03) & _64_BITS
    mixed_up = ((mixed_up ^ (mixed_up >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
    mixed_up = ((mixed_up ^ (mixed_up >> 27)) * 0x94D049BB133111EB) & _64_BITS
    return mixed_up ^ (mixed_up >> 31)


def in_steps(cards: Iterable[Waiting]) -> list[Waiting]:
    """In the same order, but a step of a chain only behind the step before it, and none without that one."""
    chosen: list[Waiting] = []
    keys: set[int] = set()
    held: dict[int, list[Waiting]] = {}
    for card in cards:
        if card.after is not None and card.after not in keys:
            held.setdefault(card.after, []).append(card)
            continue
        free = [card]
        while free:
            step = free.pop()
            chosen.append(step)
            keys.add(step.key)
            free += reversed(held.pop(step.key, []))
    return chosen


def each_on_its_own(cards: Sequence[Waiting]) -> list[Waiting]:
    """The cards as steps of chains without the steps that are not among them: for practice, which asks all cards."""
    keys = {card.key for card in cards}
    return [card if card.after in keys else card._replace(after=None) for card in cards]


def in_review_order(cards: Iterable[Waiting], order: str, day: int, *, backlog: bool) -> list[Waiting]:
    """Due reviews in the order they are asked.

    ``due``: by day, equal days shuffled; with a backlog the best remembered first, which keeps the most cards alive
    (open-spaced-repetition/review-sort-order-comparison). ``random``, and ``weakest``: the least remembered first.
    Retrievability falls with elapsed days over stability, so that ratio gives the same order.
    """
    drawn = shuffled(cards, day)
    if order == "random":
        return drawn
    if order == "weakest" or backlog:
        return sorted(drawn, key=lambda card: _forgotten(card, day), reverse=order == "weakest")
    return sorted(drawn, key=lambda card: card.due)


def _forgotten(card: Waiting, day: int) -> float:
    elapsed = max(day - (card.last_day or day), 0)
    return elapsed / (card.stability or 1.0)


def choose(
    reviews: Iterable[Waiting],
    new: Iterable[Waiting],
    left: Allowance,
    asked: Iterable[Asked],
    *,
    bury_siblings: bool = True,
) -> tuple[list[Waiting], list[Waiting]]:
    """The reviews and new cards of the day: within the limits, one card of each note, and no step before its time."""
    chosen_keys: set[int] = set()
    holders = {entry.note: entry.key for entry in asked} if bury_siblings else {}
    taken: tuple[list[Waiting], list[Waiting]] = ([], [])
    for cards, chosen in zip((reviews, new), taken, strict=True):
        for card in cards:
            limited = card.state in (State.NEW, State.REVIEW)
            if limited and (left.is_used_up(card.state) or left.left(card.state, card.deck) <= 0):
                continue
            if card.after is not None and card.after not in chosen_keys:
                continue
            if bury_siblings and holders.setdefault(card.note, card.key) != card.key:
                continue
            if limited:
                left.use(card.state, card.deck)
            chosen.append(card)
            chosen_keys.add(card.key)
    return taken


def together(reviews: Sequence[Waiting], new: Sequence[Waiting], new_cards: str) -> list[Waiting]:
    """Reviews and new cards as one queue: new cards ``before`` reviews, ``after`` them, or ``mixed`` among them."""
    if new_cards == "before":
        return [*new, *reviews]
    return [*reviews, *new] if new_cards == "after" else mixed(reviews, new)


def mixed(reviews: Sequence[Waiting], new: Sequence[Waiting]) -> list[Waiting]:
    """Both lists spread evenly through each other: always from the one of which the smaller share has been taken."""
    result: list[Waiting] = []
    i = j = 0
    while i < len(reviews) or j < len(new):
        if j == len(new) or (i < len(reviews) and (i + 1) * len(new) <= (j + 1) * len(reviews)):
            result.append(reviews[i])
            i += 1
        else:
            result.append(new[j])
            j += 1
    return result


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        done: Ratings given in this run.
        total: Those, and the cards that are left.
        again: Cards that come again in this run.
        seconds_left: About; None until enough has been measured.
    """

    done: int
    total: int
    again: int
    seconds_left: float | None


@dataclass(slots=True)
class Session:
    """The cards of one run in the order they are asked, and the way back.

    Cards in (re)learning come when their moment has come, before everything else; when nothing else is left, those
    within ``learn_ahead``. In practice no card has a moment.
    """

    learn_ahead: timedelta
    to_ms: Callable[[datetime], int]
    bury_siblings: bool = True
    practice: bool = False
    durations: deque[float] = field(default_factory=lambda: deque(maxlen=_LAST_DURATIONS))
    done: int = 0
    _waiting: deque[Waiting] = field(default_factory=deque)
    _learning: list[tuple[int, int, Waiting]] = field(default_factory=list)
    _left_at: dict[int, int] = field(default_factory=dict)

    def fill(self, waiting: Iterable[Waiting], learning: Iterable[Waiting]) -> None:
        """Take over a queue; cards that were put off stay at its end, and the steps behind them."""
        cards = sorted(waiting, key=lambda card: self._left_at.get(card.key, -1))
        self._waiting = deque(in_steps(cards))
        self._learning = [(card.due, card.key, card) for card in learning]
        heapq.heapify(self._learning)

    def take(self, now: datetime) -> Waiting | None:
        """The next card, taken out of the queue; None when nothing is due any more."""
        moment = self.to_ms(now)
        if self._learning and self._learning[0][0] <= moment:
            return heapq.heappop(self._learning)[2]
        if self._waiting:
            return self._waiting.popleft()
        if self._learning and self._learning[0][0] <= self.to_ms(now + self.learn_ahead):
            return heapq.heappop(self._learning)[2]
        return None

    def put_back(self, card: Waiting) -> None:
        """In front of everything: the card comes next once more."""
        if card.state in (State.LEARNING, State.RELEARNING) and not self.practice:
            heapq.heappush(self._learning, (card.due, card.key, card))
        else:
            self._waiting.appendleft(card)

    def put_off(self, card: Waiting) -> None:
        """To the end of the queue, and the steps behind it."""
        self._left_at[card.key] = len(self._left_at)
        steps = set(self.steps_behind([card.key]))
        behind = [each for each in self._waiting if each.key in steps]
        self._waiting = deque(each for each in self._waiting if each.key not in steps)
        self._waiting += [card, *behind]

    def comes_again(self, card: Waiting) -> None:
        """A rated card that is due at a moment of this study day."""
        heapq.heappush(self._learning, (card.due, card.key, card))

    def steps_behind(self, keys: Iterable[int]) -> list[int]:
        """The steps of chains that wait for some cards to be seen, or for such steps."""
        held, found = set(keys), list[int]()
        for card in self._waiting:
            if card.after in held:
                held.add(card.key)
                found.append(card.key)
        return found

    def forget(self, keys: Iterable[int]) -> list[Waiting]:
        """Cards that are not asked any more in this run; returns those that would have been."""
        gone = set(keys)
        cards = [*self._waiting, *(entry[2] for entry in self._learning)]
        self._waiting = deque(card for card in self._waiting if card.key not in gone)
        self._learning = [entry for entry in self._learning if entry[1] not in gone]
        heapq.heapify(self._learning)
        return [card for card in cards if card.key in gone]

    def take_up(self, cards: Iterable[Waiting]) -> None:
        """Forgotten cards are asked after all, at the end of the queue."""
        for card in cards:
            if card.state in (State.LEARNING, State.RELEARNING) and not self.practice:
                self.comes_again(card)
            else:
                self._waiting.append(card)

    def progress(self, current: Waiting | None) -> Progress:
        """How far the run has come, the card on screen included in what is left."""
        left = len(self._waiting) + len(self._learning) + (current is not None)
        enough = len(self.durations) >= _ENOUGH_DURATIONS
        middle = sorted(self.durations)[len(self.durations) // 2] if enough else 0.0
        seconds = middle * left if enough else None
        return Progress(self.done, self.done + left, len(self._learning), seconds)

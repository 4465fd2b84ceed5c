"""The queue of a study day: which cards a review of some cards brings, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from quiz.cards import State
from quiz.session import (
    ALL_DECKS,
    Allowance,
    Asked,
    Options,
    Waiting,
    allowance,
    choose,
    in_review_order,
    in_steps,
    shuffled,
    together,
)
from quiz.store.reading import NO_END, QueueReader, Selected
from quiz.store.rows import to_ms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.collection.planned import PlannedDay

ALL_CARDS = 1_000_000


class DayQueue:
    """What a review of some cards brings on a study day.

    Attributes:
        learning: Cards in learning of the whole day, those too that are due later; earliest first.
        planned: What the plan has for the day; None if no plan holds.
        waiting: The planned cards, best first, then due reviews and new cards of the others.
        done: How many cards the day has asked and is done with.
    """

    def __init__(self, collection: Collection, selected: Selected, options: Options, now: datetime) -> None:
        today = collection.days.day(now)
        self._settings = collection.settings
        self._options = options
        self._queue = QueueReader(collection.store.read, selected, today.toordinal())
        self.learning = self._queue.learning(to_ms(collection.days.start(today + timedelta(days=1))))
        self.planned = self._planned(collection)
        self._asked = self._everywhere().asked()
        self.waiting = [*(self.planned.cards if self.planned else ()), *self._ordinary()][: options.limit]

    @property
    def new(self) -> int:
        """How many of the waiting cards are new."""
        return sum(card.state is State.NEW for card in self.waiting)

    @property
    def done(self) -> int:
        """How many of the cards the day has asked and is done with."""
        asked = self._asked if self._queue.selected.everything else self._queue.asked()
        return len({entry.key for entry in asked}.difference(card.key for card in self.learning))

    def due(self, moment: int, ahead: int) -> list[Waiting]:
        """The cards in learning that come by now: those within the time ahead only when nothing else is left.

        Args:
            moment: Unix milliseconds, as is the end of the time ahead.
            ahead: Until when cards in learning may come early.
        """
        due = [card for card in self.learning if card.due <= moment]
        return due if due or self.waiting else [card for card in self.learning if card.due <= ahead]

    def _everywhere(self, without: Selected | None = None) -> QueueReader:
        return replace(self._queue, selected=Selected(without=without))

    def _planned(self, collection: Collection) -> PlannedDay | None:
        """The cards that a plan has for the day; limits and siblings do not count for them."""
        if not collection.store.setting("plan"):
            return None
        from quiz.collection.planned import planned_of_day

        return planned_of_day(collection, self._queue, self._options)

    def _ordinary(self) -> list[Waiting]:
        """Due reviews and new cards of no plan, within the limits of the day."""
        queue, charged, planned = self._queue, self._asked, list[Waiting]()
        if self.planned:
            queue = replace(queue, selected=replace(queue.selected, without=self.planned.selected))
            charged = self._everywhere(without=self.planned.selected).asked() if self._asked else []
            planned = self.planned.cards
        left = self._allowance(charged, sum(card.state is State.NEW for card in planned))
        held = [*map(_as_asked, self.learning), *self._asked, *map(_as_asked, planned)]
        reviews = self._reviews(queue, left, held)
        new = self._new_cards(queue, left, [*held, *map(_as_asked, reviews)])
        return together(reviews, new, self._settings.study.new_cards)

    def _reviews(self, queue: QueueReader, left: Allowance, held: Sequence[Asked]) -> list[Waiting]:
        order = self._options.order or self._settings.study.order
        until = queue.today + self._options.ahead.days
        due, backlog = queue.reviews(until, max(left.reviews[ALL_DECKS], 0), order)
        ordered = in_review_order(due, order, queue.today, backlog=backlog)
        return choose(ordered, (), left, held, bury_siblings=self._settings.study.bury_siblings)[0]

    def _new_cards(self, queue: QueueReader, left: Allowance, held: Sequence[Asked]) -> list[Waiting]:
        """The new cards of the day; more are read as long as siblings and decks at their limits stand in front."""
        study = self._settings.study
        at_random = study.new_order == "random"
        limit = left.new[ALL_DECKS]
        window = ALL_CARDS if at_random else min(limit * 4, ALL_CARDS)
        while limit > 0:
            new = queue.new(window)
            ordered = in_steps(shuffled(new, queue.today) if at_random else new)
            within = Allowance(dict(left.new), left.reviews)
            chosen = choose((), ordered, within, held, bury_siblings=study.bury_siblings)[1]
            if len(chosen) >= limit or len(new) < window:
                return chosen
            window = min(window * 8, NO_END)
        return []

    def _allowance(self, charged: Sequence[Asked], new_of_plan: int) -> Allowance:
        study, decks, options = self._settings.study, self._settings.decks, self._options
        new = {ALL_DECKS: study.new_per_day} | _limits(decks, "study.new_per_day")
        reviews = {ALL_DECKS: study.reviews_per_day} | _limits(decks, "study.reviews_per_day")
        left = allowance(new, reviews, charged)
        if options.new is not None:
            left.new = {ALL_DECKS: options.new - new_of_plan}
        if options.limit is not None:
            left.reviews = {ALL_DECKS: options.limit}
        return left


def _as_asked(card: Waiting) -> Asked:
    return Asked(card.key, card.note, card.deck, card.state)


def _limits(decks: Mapping[str, Mapping[str, object]], key: str) -> dict[str, int]:
    """The decks that have a limit of their own."""
    return {name: cast("int", values[key]) for name, values in decks.items() if key in values}

"""What comes when nothing is due, and what could be studied instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quiz.cards import State
from quiz.collection.queueing import DayQueue
from quiz.session import Options
from quiz.store.reading import QueueReader
from quiz.store.rows import ON_A_DAY, from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.collection.planned import PlannedDay
    from quiz.planning import Plan
    from quiz.store.reading import Selected

_ONE_DAY = timedelta(days=1)
_AT_ONCE = 5
_LEAST_DAYS_AHEAD = 2
_ANY_DAYS_AHEAD = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """What comes when nothing is due.

    Attributes:
        at: When the next card in learning is due, None if there is none.
        at_count: How many cards are in learning until the study day ends.
        tomorrow: Reviews of the next study day, and what the plan has for it.
        next_day: The next day that has any.
        next_day_count: How many it has.
        is_off: The cards are of a plan that has a day off.
        is_used_up: The cards are of a plan whose minutes of today are used.
    """

    at: datetime | None = None
    at_count: int = 0
    tomorrow: int = 0
    next_day: date | None = None
    next_day_count: int = 0
    is_off: bool = False
    is_used_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """What could be studied at once: each of these brings a card, and there is nothing else.

    Attributes:
        new: So many new cards, 0 if there are none.
        ahead: Reviews of so many days ahead, 0 if there are none.
        cram: Cards that practice would ask.
    """

    new: int = 0
    ahead: int = 0
    cram: bool = False


def upcoming(collection: Collection, selected: Selected, now: datetime) -> Upcoming:
    """When there is something to study again."""
    today = collection.days.day(now)
    days = _Days(collection, selected, today)
    learning = days.queue.learning(to_ms(collection.days.start(today + _ONE_DAY)))
    day, count = next(((day, count) for day in days.after_today() if (count := days.count(day))), (None, 0))
    planned = days.planned(today)
    if planned and not planned.left:
        planned = None
    return Upcoming(
        at=from_ms(learning[0].due) if learning else None,
        at_count=len(learning),
        tomorrow=count if day == today + _ONE_DAY else 0,
        next_day=day,
        next_day_count=count,
        is_off=bool(planned and planned.is_off),
        is_used_up=bool(planned and planned.is_used_up),
    )


class _Days:
    """The days after today: how many reviews each of them has, or cards of the plan."""

    def __init__(self, collection: Collection, selected: Selected, today: date) -> None:
        self._collection = collection
        self._today = today
        self.queue = self._others = QueueReader(collection.store.read, selected, today.toordinal())
        self._plan: Plan | None = None
        if planned := self.planned(today):
            self._plan = planned.plan
            self._others = replace(self.queue, selected=replace(selected, without=planned.selected))
            self._of_plan = replace(self.queue, selected=replace(selected, within=planned.selected))

    def planned(self, day: date) -> PlannedDay | None:
        """What a plan has for a day; None if none holds."""
        if not self._collection.store.setting("plan"):
            return None
        from quiz.collection.planned import planned_of_day

        queue = replace(self.queue, today=day.toordinal())
        return planned_of_day(self._collection, queue, Options())

    def after_today(self) -> list[date]:
        """The days that may be the next with cards, in their order."""
        today = self._today.toordinal()
        days = [self._others.first_day_after(today)]
        if self._plan:
            end = self._plan.until.toordinal()
            studied = (day for day in range(today + 1, end + 1) if self._plan.seconds(date.fromordinal(day)))
            days += [next(studied, None), end + 1, self._of_plan.first_day_after(end + 1)]
        return [date.fromordinal(day) for day in sorted(filter(None, days))]

    def count(self, day: date) -> int:
        """How many cards a day has; when a plan has ended, all that became due meanwhile."""
        number = day.toordinal()
        if self._plan is None:
            return self.queue.due_on(number)
        planned = self.planned(day)
        of_plan = len(planned.cards) if planned else self._of_plan.count(ON_A_DAY, number)
        return self._others.due_on(number) + of_plan


def more(collection: Collection, selected: Selected, now: datetime) -> More:
    """What could be studied at once though nothing is due; whatever it says was tried."""
    today = collection.days.day(now)
    queue = QueueReader(collection.store.read, selected, today.toordinal())

    def brought(options: Options) -> list[int]:
        """When the cards are due that a run with some options would bring, 0 for new ones."""
        cards = DayQueue(collection, selected, options, now).waiting
        return [0 if card.state is State.NEW else card.due for card in cards]

    def days_ahead() -> Iterator[int]:
        yield _LEAST_DAYS_AHEAD
        if first := queue.unseen_today.first_day_after(queue.today):
            yield first - queue.today
            yield min(brought(Options(ahead=timedelta(days=_ANY_DAYS_AHEAD))), default=0) - queue.today

    return More(
        new=brought(Options(new=_AT_ONCE)).count(0),
        ahead=next(
            (days for days in days_ahead() if days > 0 and brought(Options(ahead=timedelta(days=days)))), 0
        ),
        cram=bool(queue.all_cards(1)),
    )

"""What a plan leads to: expected recall on the date if it is kept, with more or fewer minutes, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil, exp, log
from typing import TYPE_CHECKING, NamedTuple, Self

from quiz.planning.gain import (
    difficulties_after,
    first_memories,
    gain_of_new,
    gain_of_review,
    stabilities_after,
)
from quiz.scheduling import DEFAULT_PARAMETERS, forgetting_curve
from quiz.scheduling.memory import clamp_memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quiz.planning.habits import Habits
    from quiz.planning.ranking import PlannedCard

MINUTES_TO_COMPARE = (5, 10, 15, 20, 30, 45, 60)
_LOG_STABILITY_STEP, _DIFFICULTY_STEP = 1 / 3, 2  # cards nearer to each other are one group
_LOTS = 15  # a lot is a fifteenth of the days left: in the last month each day is one
_NOTHING = 1e-9  # of a card: what rounding may leave of a group


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Study until an interview.

    Attributes:
        until: The date of the interview.
        minutes: A day.
        off: Weekdays without study, Monday is 0.
    """

    until: date
    minutes: float
    off: frozenset[int] = frozenset()

    def is_over(self, today: date) -> bool:
        """Whether the date has passed; until then, and on the date itself, reviews follow the plan."""
        return today > self.until

    def days_left(self, today: date) -> int:
        """Days until the date; the date itself counts as the day before it."""
        return max((self.until - today).days, 1)

    def seconds(self, day: date) -> float:
        """The time for study on a day."""
        return 0.0 if self.is_over(day) or day.weekday() in self.off else self.minutes * 60.0

    def study_days(self, today: date) -> list[date]:
        """The days that are left for study."""
        days = (today + timedelta(days=n) for n in range(self.days_left(today)))
        return [day for day in days if self.seconds(day) > 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What so many minutes a day lead to.

    Attributes:
        recall: Expected on the date: the mean over all cards, of which those never studied count 0. An estimate.
        unseen: New cards that will not have been studied.
        all_seen_by: The study day on which the last new card is studied; None if some remain or there were none.
    """

    minutes: float
    recall: float
    unseen: int
    all_seen_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A plan as seen from one study day.

    Attributes:
        cards: All of the plan.
        unseen: Of these, never studied.
        study_days: That are left, today among them unless it is off.
        stopped: Expected recall on the date without any further study.
        kept: What the plan leads to.
        compared: What other minutes a day lead to, fewest first.
    """

    cards: int
    unseen: int
    study_days: int
    stopped: float
    kept: Outlook
    compared: tuple[Outlook, ...]

    @property
    def minutes_to_see_all(self) -> float | None:
        """The fewest minutes a day of those compared with which no new card remains unseen; None if none are enough."""
        outlooks = (self.kept, *self.compared)
        return min((each.minutes for each in outlooks if each.unseen == 0), default=None)


def project(
    cards: Iterable[PlannedCard],
    plan: Plan,
    today: date,
    habits: Habits,
    *,
    parameters: tuple[float, ...] = (),
    spent: float = 0.0,
    compare: Iterable[int] = MINUTES_TO_COMPARE,
) -> Projection:
    """What to expect on the date.

    Nothing is drawn by lot. Cards that are remembered alike are one group whose count may be a fraction: of a review,
    each rating takes its share of the group. That gives the mean of simulations that draw each answer, and takes as
    long for many cards as for few.

    Args:
        cards: All cards of the plan, in the order of their decks.
        plan: One that is over leads to no study.
        today: The study day.
        habits: Of the learner.
        parameters: w0 to w20 of FSRS-6; none are its defaults.
        spent: Seconds that today's study has taken already.
        compare: Other minutes a day to compare with.
    """
    cards = list(cards)
    now = _Population.of(cards)
    course = _Course(plan, today, habits, parameters, spent)
    others = sorted(set(compare) - {plan.minutes})
    return Projection(
        cards=len(cards),
        unseen=round(now.unseen),
        study_days=len(plan.study_days(today)),
        stopped=course.recall(now),
        kept=course.outlook(now),
        compared=tuple(replace(course, plan=replace(plan, minutes=each)).outlook(now) for each in others),
    )


class _Group(NamedTuple):
    """Cards that were studied last on the same day and are remembered alike; its memory is their mean."""

    cards: float
    log_stability: float
    difficulty: float
    day: int

    @property
    def stability(self) -> float:
        return exp(self.log_stability)


_Key = tuple[int, int, int]


@dataclass(slots=True)
class _Population:
    """The cards of a plan: how many were never studied, and the others in groups."""

    unseen: float = 0.0
    groups: dict[_Key, _Group] = field(default_factory=dict)

    @classmethod
    def of(cls, cards: Iterable[PlannedCard]) -> Self:
        population = cls()
        for _, stability, difficulty, last_day in cards:
            if stability is None or difficulty is None or last_day is None:
                population.unseen += 1
            else:
                population.add(1, *clamp_memory(stability, difficulty), last_day)
        return population

    def add(self, count: float, stability: float, difficulty: float, day: int) -> None:
        if not count:
            return
        log_stability = log(stability)
        key = day, round(log_stability / _LOG_STABILITY_STEP), round(difficulty / _DIFFICULTY_STEP)
        others = self.groups.get(key)
        if others:
            share = count / (count + others.cards)
            count += others.cards
            log_stability = others.log_stability + share * (log_stability - others.log_stability)
            difficulty = others.difficulty + share * (difficulty - others.difficulty)
        self.groups[key] = _Group(count, log_stability, difficulty, day)

    def take(self, key: _Key | None, most: float) -> float:
        """Take cards out, of a group or of those never studied; returns how many there were of the most asked for."""
        count = self.unseen if key is None else self.groups[key].cards
        left = count - most if count - most > _NOTHING else 0.0
        if key is None:
            self.unseen = left
        elif left:
            self.groups[key] = self.groups[key]._replace(cards=left)
        else:
            del self.groups[key]
        return count - left


@dataclass(frozen=True, slots=True)
class _Course:
    """A learner who keeps a plan from today on."""

    plan: Plan
    today: date
    habits: Habits
    parameters: tuple[float, ...]
    spent: float

    def outlook(self, now: _Population) -> Outlook:
        population = _Population(now.unseen, dict(now.groups))
        all_seen_by = None
        for lot in self._lots():
            unseen = population.unseen
            seconds = sum(map(self.plan.seconds, lot)) - (self.spent if self.today in lot else 0)
            self._study(population, lot[len(lot) // 2], seconds)
            if unseen and not population.unseen:
                all_seen_by = lot[-1]
        return Outlook(
            minutes=self.plan.minutes,
            recall=self.recall(population),
            unseen=ceil(population.unseen),
            all_seen_by=all_seen_by,
        )

    def recall(self, population: _Population) -> float:
        """Expected on the date: the mean over all cards; 0 if there are none."""
        groups = population.groups.values()
        curve = forgetting_curve((self.parameters or DEFAULT_PARAMETERS)[20])
        on_the_date = self.today.toordinal() + self.plan.days_left(self.today)
        recalled = sum(group.cards * curve(on_the_date - group.day, group.stability) for group in groups)
        cards = population.unseen + sum(group.cards for group in groups)
        return recalled / cards if cards else 0.0

    def _lots(self) -> Iterator[list[date]]:
        """Study days that are taken as one: single days, and far from the date several."""
        days = self.plan.study_days(self.today)
        while days:
            length = max(self.plan.days_left(days[0]) // _LOTS, 1)
            yield days[:length]
            days = days[length:]

    def _study(self, population: _Population, on: date, seconds: float) -> None:
        """The cards that gain the most, until the time is used up; the last one runs over, by half on average."""
        day = on.toordinal()
        candidates = self._candidates(population, on)
        if candidates and seconds > 0:
            seconds += candidates[0][0] / 2
        for each, key in candidates:
            if seconds <= 0:
                return
            group = population.groups[key] if key else None
            count = population.take(key, seconds / each)
            seconds -= count * each
            for share, (stability, difficulty) in self._outcomes(group, day):
                population.add(count * share, stability, difficulty, day)

    def _candidates(self, population: _Population, on: date) -> list[tuple[float, _Key | None]]:
        """Seconds for each card of a group; None is of those never studied."""
        day, left = on.toordinal(), self.plan.days_left(on)
        gain_of = gain_of_review(self.parameters, self.habits, left)
        gain, seconds = gain_of_new(self.parameters, self.habits, left)
        candidates: list[tuple[float, float, _Key | None]] = []
        if population.unseen:
            candidates.append((gain / seconds, seconds, None))
        for key, group in population.groups.items():
            if group.day < day:
                gain, seconds = gain_of(group.stability, group.difficulty, day - group.day)
                if gain > 0:
                    candidates.append((gain / seconds, seconds, key))
        candidates.sort(key=lambda candidate: -candidate[0])
        return [(seconds, key) for _, seconds, key in candidates]

    def _outcomes(self, group: _Group | None, day: int) -> Iterable[tuple[float, tuple[float, float]]]:
        """The share of each first rating, and the memory after its study day."""
        if group is None:
            return zip(self.habits.first_share, first_memories(self.parameters), strict=True)
        curve = forgetting_curve((self.parameters or DEFAULT_PARAMETERS)[20])
        recall = curve(day - group.day, group.stability)
        shares = (1 - recall, *(recall * share for share in self.habits.pass_share))
        stabilities = stabilities_after(self.parameters)(group.stability, group.difficulty, recall)
        memories = zip(stabilities, difficulties_after(self.parameters)(group.difficulty), strict=True)
        return zip(shares, memories, strict=True)

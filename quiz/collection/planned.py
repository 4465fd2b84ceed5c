"""The plan until an interview, kept as a setting: every review of its cards follows it until its date has passed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quiz.cards import Rating, State
from quiz.collection.choosing import Choice, narrowed
from quiz.collection.finding import selection_of
from quiz.planning import (
    Answer,
    Habits,
    Plan,
    PlannedCard,
    Projection,
    card_days,
    learned_habits,
    project,
    ranked,
    seconds_spent,
    within,
)
from quiz.session import in_steps
from quiz.store.reading import QueueReader
from quiz.store.rows import STATES, damaged, to_ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.collection import Collection
    from quiz.planning import Ranked
    from quiz.session import Options, Waiting
    from quiz.store.reading import Selected

SETTING = "plan"
_RECENT = 2000  # reviews that habits are learned from: what weighs the start values down many times over

_ANSWERS = """
SELECT review.card_id, review.study_day, review.rating, review.before_state, review.duration_ms
FROM review JOIN card ON card.id = review.card_id
WHERE review.undone_at IS NULL AND review.counts = 1 AND review.rating > 0{when}{selected}
ORDER BY review.id DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """A plan with the cards it is for.

    Attributes:
        targets: Names of decks, and absolute paths; none are all cards.
        choice: Which of these.
    """

    plan: Plan
    targets: tuple[str, ...]
    choice: Choice = field(default_factory=Choice)


def kept_plan(collection: Collection) -> KeptPlan | None:
    """The plan, if there is one; it may be over."""
    stored = collection.store.setting(SETTING)
    if not stored:
        return None
    try:
        values = json.loads(stored)
        plan = Plan(
            until=date.fromisoformat(values["until"]), minutes=values["minutes"], off=frozenset(values["off"])
        )
        choice = values.get("choice", {})
        chosen = Choice(
            tags=tuple(choice.get("tags", ())),
            levels=tuple(choice.get("levels", ())),
            where=choice.get("where", ""),
        )
        return KeptPlan(plan=plan, targets=tuple(values["targets"]), choice=chosen)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise damaged("the plan") from error


def keep(collection: Collection, kept: KeptPlan) -> None:
    """Follow a plan from now on, in place of any other."""
    values = {
        "until": kept.plan.until.isoformat(),
        "minutes": kept.plan.minutes,
        "off": sorted(kept.plan.off),
        "targets": kept.targets,
    }
    if kept.choice:
        values["choice"] = kept.choice._asdict()
    _store(collection, json.dumps(values))


def targets_of_plan(collection: Collection) -> tuple[str, ...]:
    """The decks and paths that are planned for by name."""
    kept = kept_plan(collection)
    return kept.targets if kept else ()


def rename_target(connection: Connection, old: str, new: str) -> None:
    """A deck that is planned for is called otherwise."""
    from quiz.store.notes import reader_within, set_setting

    stored = reader_within(connection)("SELECT value FROM setting WHERE key = :key", key=SETTING)
    values = json.loads(stored[0][0]) if stored and stored[0][0] else {}
    if old in values.get("targets", ()):
        values["targets"] = [new if each == old else each for each in values["targets"]]
        set_setting(connection, SETTING, json.dumps(values))


def clear(collection: Collection) -> None:
    """Follow no plan any more."""
    _store(collection, "")


def _store(collection: Collection, value: str) -> None:
    from quiz.store.notes import set_setting

    with collection.store.write() as connection:
        set_setting(connection, SETTING, value)


def cards_of(collection: Collection, kept: KeptPlan, today: date) -> Selected:
    """The cards that a plan is for; what its choice leaves of them is worked out once for a study day."""
    named = selection_of(collection, kept.targets)
    if not kept.choice:
        return named
    known = collection.chosen_by_plan
    if (kept, today) not in known:
        known.clear()
        known[kept, today] = narrowed(collection, named, kept.choice, collection.days.start(today))
    return known[kept, today]


def plan_in_force(collection: Collection, today: date) -> KeptPlan | None:
    """The plan that reviews follow on a study day."""
    kept = kept_plan(collection)
    return None if kept is None or kept.plan.is_over(today) else kept


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDay:
    """What a plan has for a study day.

    Attributes:
        selected: All its cards.
        cards: Of those asked for: what comes, best first.
        minutes: That these are expected to take.
        left: How many are worth studying that day, in its minutes or not.
        is_off: It is a day off.
        is_used_up: Its minutes are used.
    """

    plan: Plan
    selected: Selected
    cards: list[Waiting]
    minutes: float
    left: int
    is_off: bool
    is_used_up: bool


def planned_of_day(collection: Collection, queue: QueueReader, options: Options) -> PlannedDay | None:
    """What the plan in force has of some cards, for the day of their queue; None if no plan is in force.

    Cards that are asked for by an option come whether or not the day has minutes.
    """
    today = date.fromordinal(queue.today)
    kept = plan_in_force(collection, today)
    if kept is None:
        return None
    of_plan = cards_of(collection, kept, today)
    queue = replace(queue, selected=replace(queue.selected, within=of_plan))
    waiting = {card.key: card for card in in_steps(queue.planned())}
    cards = (
        PlannedCard(card.key, card.stability, card.difficulty, card.last_day) for card in waiting.values()
    )
    habits, parameters = habits_of(collection, queue.today), collection.settings.fsrs.parameters
    ranking = ranked(cards, queue.today, kept.plan.days_left(today), habits, parameters)
    left = kept.plan.seconds(today) - spent_on(collection, of_plan, today, habits)
    in_time = {card.key for card in within(ranking, left)}
    ahead = queue.today + options.ahead.days if options.ahead else 0
    due_ahead = {card.key for card in ranking if not card.new and waiting[card.key].due <= ahead}
    chosen = _as_asked_for(ranking, in_time | due_ahead, options)
    return PlannedDay(
        plan=kept.plan,
        selected=of_plan,
        cards=[waiting[card.key] for card in chosen],
        minutes=sum(card.seconds for card in chosen) / 60,
        left=len(ranking),
        is_off=not kept.plan.seconds(today),
        is_used_up=left <= 0 < kept.plan.seconds(today),
    )


def _as_asked_for(ranking: Sequence[Ranked], of_day: AbstractSet[int], options: Options) -> list[Ranked]:
    """The cards of a ranking that come on a day, with as many new ones, or as many at all, as are asked for."""
    if options.new is not None:
        of_day = {card.key for card in ranking if card.key in of_day and not card.new}
        of_day |= {card.key for card in [card for card in ranking if card.new][: options.new]}
    if not of_day and options.limit:
        return list(ranking[: options.limit])
    return [card for card in ranking if card.key in of_day]


def projection(collection: Collection, kept: KeptPlan, now: datetime) -> Projection:
    """What the plan leads to."""
    today = collection.days.day(now)
    selected = cards_of(collection, kept, today)
    habits = habits_of(collection, today.toordinal())
    cards = QueueReader(collection.store.read, selected, today.toordinal()).planned(aside=True)
    return project(
        (PlannedCard(card.key, card.stability, card.difficulty, card.last_day) for card in cards),
        kept.plan,
        today,
        habits,
        parameters=collection.settings.fsrs.parameters,
        spent=spent_on(collection, selected, today, habits),
    )


def habits_of(collection: Collection, today: int) -> Habits:
    """The learner's, from the log before today: so that the order of a day stays as it is while cards are studied."""
    return learned_habits(_answers(collection, " AND review.study_day < :today", "", today, _RECENT))


def spent_on(collection: Collection, selected: Selected, day: date, habits: Habits) -> float:
    """Seconds that the cards of a plan take on a day, as far as they have been asked."""
    today = day.toordinal()
    answers = _answers(collection, " AND review.study_day = :today", selected.condition, today, 1 << 31)
    queue = QueueReader(collection.store.read, selected, today)
    learning = queue.learning(to_ms(collection.days.start(day + timedelta(days=1)))) if answers else []
    coming = {card.key for card in learning}
    done = [answer for answer in answers if answer.card not in coming]
    begun = [answer for answer in answers if answer.card in coming]
    return seconds_spent(card_days(done), habits, card_days(begun))


def _answers(collection: Collection, when: str, selected: str, today: int, limit: int) -> list[Answer]:
    cap = collection.settings.review.timer_cap.total_seconds()
    rows = collection.store.read(_ANSWERS.format(when=when, selected=selected), today=today, limit=limit)
    return [
        Answer(card, day, Rating(rating), STATES[before] is State.NEW, min(duration / 1000, cap))
        for card, day, rating, before, duration in reversed(rows)
    ]

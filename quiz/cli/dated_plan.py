"""The plan up to an interview date, as `dquiz plan --date` makes and shows it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from quiz.cli.output import show
from quiz.collection import planned
from quiz.collection.finding import is_path
from quiz.errors import UsageError
from quiz.library import absolute, shown
from quiz.planning import Plan
from quiz.terminal.words import plural
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.collection.planned import KeptPlan
    from quiz.planning import Outlook, Projection

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_DAYS = 3650
_MOST_MINUTES = 24 * 60
_FEWER = 2.5  # the other line shows what this part of the time leads to


def date_of(text: str, today: date) -> date:
    """The date of an interview.

    Raises:
        UsageError: It is none, it is past, or too far ahead.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        example = today + timedelta(days=21)
        raise UsageError(f"--date {in_line(text)}: it must be a date like {example}.") from None
    if not today <= found <= today + timedelta(days=_LONGEST_DAYS):
        raise UsageError(f"--date {found}: it must lie between today and ten years from now.")
    return found


def weekdays(text: str) -> frozenset[int]:
    """Days without study, from ``sat,sun``."""
    given = [name.strip() for name in text.split(",") if name.strip()]
    if wrong := [name for name in given if name.lower()[:3] not in _WEEKDAYS]:
        raise UsageError(f"--off {in_line(wrong[0])}: it must name weekdays, like sat,sun.")
    names = [name.lower()[:3] for name in given]
    if len(set(names)) == len(_WEEKDAYS):
        raise UsageError("--off leaves no day for study.")
    return frozenset(_WEEKDAYS.index(name) for name in names)


def follow(collection: Collection, targets: Sequence[str], plan: Plan, now: datetime) -> None:
    """Keep a plan and show what it leads to; from now on reviews follow it."""
    if not 0 < plan.minutes <= _MOST_MINUTES:
        raise UsageError(f"--minutes {plan.minutes:g}: it must be between 1 and {_MOST_MINUTES}.")
    collection.select(targets, now)  # reads paths, and refuses names that no deck has
    kept = tuple(shown(absolute(each)) if is_path(each) else each for each in targets)
    planned.keep(collection, plan, kept)
    show_kept(collection, now)


def show_kept(collection: Collection, now: datetime) -> None:
    """Show the plan that is kept."""
    kept = planned.kept_plan(collection)
    today = collection.days.day(now)
    if kept is None or kept.plan.is_over(today):
        show(None, ["No plan. Make one: dquiz plan DECK --date 2026-12-15 --minutes 20"])
        return
    projection = planned.projection(collection, kept, now)
    show(_data(kept, projection, today), _lines(kept, projection, today))


def clear(collection: Collection) -> None:
    """Follow no plan any more."""
    planned.clear(collection)
    show(None, ["No plan is followed any more."])


def _lines(kept: KeptPlan, projection: Projection, today: date) -> Iterator[str]:
    days, unseen = (kept.plan.until - today).days, projection.unseen
    seen = "none seen yet" if unseen == projection.cards else f"{projection.cards - unseen} of them seen"
    when = "today" if not days else f"in {plural(days, 'day')}"
    yield (
        f"Interview on {kept.plan.until:%a %-d %b %Y}, {when}. {plural(projection.cards, 'card')}, {seen}."
    )
    for outlook in (projection.kept, *_fewer(projection)):
        pace = f"{outlook.minutes:g} min a day"
        yield f"  {pace:<16}{_seen_by(outlook):<20}expected recall that day {outlook.recall:.2f}"
    yield f"  {'if you stop now':<36}expected recall that day {projection.stopped:.2f}"
    if projection.kept.unseen:
        enough = projection.minutes_to_see_all
        way = f"; with {enough:.0f} min a day none will" if enough else ""
        yield f"{plural(projection.kept.unseen, 'new card')} will remain unseen{way}."
    count = len(projection.today)
    if count:
        new = f", {projection.new_today} of them new" if projection.new_today else ""
        yield f"Today: {plural(count, 'card')}{new}, about {projection.minutes_today:.0f} min."
    else:
        yield "Today: nothing more."
    yield "`dquiz review` follows this plan until its date; `dquiz plan --clear` ends it."


def _fewer(projection: Projection) -> list[Outlook]:
    """What less time leads to: the nearest to less than half of it."""
    fewer = [each for each in projection.compared if each.minutes * _FEWER <= projection.kept.minutes]
    return fewer[-1:]


def _seen_by(outlook: Outlook) -> str:
    if outlook.unseen:
        return f"{outlook.unseen} never seen"
    return f"all seen by {outlook.all_seen_by:%-d %b}" if outlook.all_seen_by else "all seen"


def _data(kept: KeptPlan, projection: Projection, today: date) -> dict[str, Any]:
    return {
        "date": kept.plan.until,
        "days": (kept.plan.until - today).days,
        "minutes": kept.plan.minutes,
        "off": [_WEEKDAYS[day] for day in sorted(kept.plan.off)],
        "targets": list(kept.targets),
        "cards": projection.cards,
        "unseen": projection.unseen,
        "recall_if_stopped": projection.stopped,
        "kept": _outlook_data(projection.kept),
        "compared": [_outlook_data(each) for each in projection.compared],
        "today": {
            "cards": len(projection.today),
            "new": projection.new_today,
            "minutes": round(projection.minutes_today, 1),
        },
    }


def _outlook_data(outlook: Outlook) -> dict[str, Any]:
    return {
        "minutes": outlook.minutes,
        "recall": outlook.recall,
        "unseen": outlook.unseen,
        "all_seen_by": outlook.all_seen_by,
    }

"""The plan up to an interview date, as `dquiz plan --date` makes and shows it."""

from __future__ import annotations

import shutil
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from quiz.cli.choosing import chosen
from quiz.cli.output import show
from quiz.cli.running import current
from quiz.cli.streams import is_terminal
from quiz.collection import planned
from quiz.collection.finding import resolved
from quiz.collection.planned import KeptPlan
from quiz.collection.queueing import DayQueue
from quiz.errors import UsageError
from quiz.session import Options
from quiz.store.rows import from_ms
from quiz.terminal.words import plural, time_of_day
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.collection.choosing import Choice
    from quiz.planning import Outlook, Plan, Projection

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_DAYS = 3650
_MOST_MINUTES = 24 * 60
_INDENT = 2
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


def follow(collection: Collection, targets: Sequence[str], choice: Choice, plan: Plan, now: datetime) -> None:
    """Keep a plan and show what it leads to; from now on reviews follow it, and no other."""
    if not 0 < plan.minutes <= _MOST_MINUTES:
        raise UsageError(f"--minutes {plan.minutes:g}: it must be between 1 and {_MOST_MINUTES}.")
    chosen(collection, targets, choice, now, needed=True)  # refuses what names no card
    named = tuple(resolved(collection, targets, now))
    before = planned.plan_in_force(collection, collection.days.day(now))
    kept = KeptPlan(plan=plan, targets=named, choice=choice)
    planned.keep(collection, kept)
    _show(collection, kept, now, replaced=before if before != kept else None)


def show_kept(collection: Collection, now: datetime) -> None:
    """Show the plan that is kept."""
    kept = planned.kept_plan(collection)
    today = collection.days.day(now)
    if kept and not kept.plan.is_over(today):
        _show(collection, kept, now)
        return
    ended = [f"The plan for {_where(kept)} ended on {_date(kept)}."] if kept else []
    example = f"dquiz plan DECK --date {today + timedelta(days=21)} --minutes 20"
    show(None, [*ended, f"No plan. Make one: {example}"])


def clear(collection: Collection) -> None:
    """Follow no plan any more."""
    planned.clear(collection)
    show(None, ["No plan is followed any more."])


def _show(collection: Collection, kept: KeptPlan, now: datetime, replaced: KeptPlan | None = None) -> None:
    selected = planned.cards_of(collection, kept, collection.days.day(now))
    projection = planned.projection(collection, kept, now)
    coming = DayQueue(collection, selected, Options(), now)
    today = collection.days.day(now)
    lines = [*_replacing(replaced), *_lines(kept, projection, today), _today(coming, now)]
    lines += [("`dquiz review` follows this plan until its date; `dquiz plan --clear` ends it.",)]
    at_terminal = is_terminal(sys.stdout) and not current().line_mode
    data = {
        **_data(kept, projection, today),
        "today": _today_data(coming),
        "replaced": replaced and _kept_data(replaced),
    }
    show(data, _laid_out(lines, shutil.get_terminal_size().columns if at_terminal else None))


# --- in words ------------------------------------------------------------------------------------------------------

_Line = tuple[str, ...]
"""A sentence, or the cells of a row: minutes a day, what of it is seen, recall."""


def _replacing(before: KeptPlan | None) -> Iterator[_Line]:
    if before:
        pace = f"{before.plan.minutes:g} min a day"
        yield (f"In place of the plan for {_where(before)} until {_date(before)}, {pace}.",)


def _lines(kept: KeptPlan, projection: Projection, today: date) -> Iterator[_Line]:
    days, unseen = (kept.plan.until - today).days, projection.unseen
    seen = "none seen yet" if unseen == projection.cards else f"{projection.cards - unseen:,} of them seen"
    when = f"in {plural(days, 'day')}" if days else "today"
    off = f" Days off: {', '.join(_days_off(kept.plan))}." if kept.plan.off else ""
    yield (f"Interview on {_date(kept)}, {when}. {plural(projection.cards, 'card')}, {seen}.{off}",)
    if kept.choice:
        yield (f"Only cards chosen by {in_line(' '.join(kept.choice.words))}.",)
    for outlook in (projection.kept, *_fewer(projection)):
        yield f"{outlook.minutes:g} min a day", _seen_by(outlook), _recall(outlook.recall)
    yield "if you stop now", "", _recall(projection.stopped)
    if projection.kept.unseen:
        enough = projection.minutes_to_see_all
        way = f"; with {enough:.0f} min a day none will" if enough else ""
        yield (f"{plural(projection.kept.unseen, 'new card')} will remain unseen{way}.",)


def _today(coming: DayQueue, now: datetime) -> _Line:
    """What a review of the plan's cards brings today."""
    parts, planned_day, learning = [], coming.planned, coming.learning
    if planned_day and planned_day.cards:
        count, new = len(planned_day.cards), coming.new
        told = plural(count, "new card" if new == count else "card")
        told += f", {new} of them new" if 0 < new < count else ""
        parts.append(f"{told}, about {max(planned_day.minutes, 1):.0f} min")
    elif planned_day and planned_day.is_off:
        parts.append("a day off")
    elif not learning:
        parts.append("nothing more")
    if learning:
        since = from_ms(learning[0].due)
        when = f" from {time_of_day(since, current().zone)}" if since > now else ""
        parts.append(f"{plural(len(learning), 'card')} in learning{when}")
    return (f"Today: {', and '.join(parts)}.",)


def _fewer(projection: Projection) -> list[Outlook]:
    """What less time leads to: the nearest to less than half of it."""
    fewer = [each for each in projection.compared if each.minutes * _FEWER <= projection.kept.minutes]
    return fewer[-1:]


def _seen_by(outlook: Outlook) -> str:
    if outlook.unseen:
        return f"{outlook.unseen:,} never seen"
    return f"all seen by {outlook.all_seen_by:%-d %b}" if outlook.all_seen_by else "all seen"


def _recall(share: float) -> str:
    return f"expected recall that day {share:.2f}"


def _date(kept: KeptPlan) -> str:
    return f"{kept.plan.until:%a %-d %b %Y}"


def _where(kept: KeptPlan) -> str:
    named = ", ".join(kept.targets) or "all decks"
    return in_line(" ".join([named, *kept.choice.words]))


def _days_off(plan: Plan) -> list[str]:
    return [_WEEKDAYS[day] for day in sorted(plan.off)]


def _laid_out(lines: Sequence[_Line], width: int | None) -> Iterator[str]:
    """Rows in columns, each in one line; where a terminal is too narrow for that, each cell of a row in its own."""
    in_columns = {line: f"  {line[0]:<16}{line[1]:<20}{line[2]}" for line in lines if len(line) > 1}
    narrow = width is not None and any(len(row) > width for row in in_columns.values())
    for line in lines:
        if line in in_columns and not narrow:
            yield in_columns[line]
        elif width is None:
            yield from line
        else:
            for number, cell in enumerate(filter(None, line)):
                yield from _wrapped(cell, width, " " * _INDENT * (number > 0))


def _wrapped(text: str, width: int, indent: str) -> Iterator[str]:
    from rich.text import Text

    from quiz.terminal.console import open_console

    first, *others = Text(text).wrap(open_console(), width - len(indent) - _INDENT)
    yield f"{indent}{first}".rstrip()
    for other in others:
        yield f"{indent}{'':{_INDENT}}{other}".rstrip()


# --- as data -------------------------------------------------------------------------------------------------------


def _data(kept: KeptPlan, projection: Projection, today: date) -> dict[str, Any]:
    return {
        **_kept_data(kept),
        "days": (kept.plan.until - today).days,
        "cards": projection.cards,
        "unseen": projection.unseen,
        "recall_if_stopped": projection.stopped,
        "kept": _outlook_data(projection.kept),
        "compared": [_outlook_data(each) for each in projection.compared],
    }


def _kept_data(kept: KeptPlan) -> dict[str, Any]:
    return {
        "date": kept.plan.until,
        "minutes": kept.plan.minutes,
        "off": _days_off(kept.plan),
        "targets": list(kept.targets),
        "tags": list(kept.choice.tags),
        "levels": list(kept.choice.levels),
        "where": kept.choice.where,
    }


def _today_data(coming: DayQueue) -> dict[str, Any]:
    return {
        "cards": len(coming.waiting),
        "new": coming.new,
        "minutes": round(coming.planned.minutes, 1) if coming.planned else 0,
        "learning": len(coming.learning),
        "learning_at": from_ms(coming.learning[0].due) if coming.learning else None,
    }


def _outlook_data(outlook: Outlook) -> dict[str, Any]:
    return {
        "minutes": outlook.minutes,
        "recall": outlook.recall,
        "unseen": outlook.unseen,
        "all_seen_by": outlook.all_seen_by,
    }

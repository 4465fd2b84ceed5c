"""What is said when a run ends: what it came to, what comes next, and what could be studied instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from quiz.cards import Rating
from quiz.cues import faces_of
from quiz.terminal.frame import cut
from quiz.terminal.words import day_name, place, plural, ratings, span, time_of_day
from quiz.visible import one_line

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from quiz.collection.studying import Summary
    from quiz.collection.upcoming import More, Upcoming

_ENOUGH_FOR_MEAN = 1


def nothing_due(
    upcoming: Upcoming, more: More, now: datetime, zone: tzinfo | None, where: str = ""
) -> list[str]:
    """When nothing is due: why a plan has nothing, when there will be something, and what can be studied now."""
    what = f"Nothing due in {one_line(where)}" if where else "Nothing due"
    if upcoming.is_off:
        what += ": today is a day off of the plan"
    elif upcoming.is_used_up:
        what += ": today's minutes of the plan are used"
    return [" ".join([f"{what}.", *next_cards(upcoming, now, zone)]), *more_now(more)]


def next_cards(upcoming: Upcoming, now: datetime, zone: tzinfo | None) -> list[str]:
    """One sentence on when there are cards again; none if there never are."""
    times = []
    if upcoming.at is not None:
        when = f"at {time_of_day(upcoming.at, zone)}" if upcoming.at > now else "now"
        times.append(f"{plural(upcoming.at_count, 'card')} {when}")
    if upcoming.tomorrow:
        count = f"{upcoming.tomorrow:,}" if times else plural(upcoming.tomorrow, "card")
        times.append(f"{count} tomorrow")
    elif upcoming.next_day is not None:
        count = f"{upcoming.next_day_count:,}" if times else plural(upcoming.next_day_count, "card")
        times.append(
            f"{count} on {day_name(upcoming.next_day, now.astimezone(zone).date())}".replace("on t", "t")
        )
    return [f"Next: {', '.join(times)}."] if times else []


def more_now(more: More) -> list[str]:
    """The options that bring cards at once, in one line; none if nothing does."""
    options = [
        *([f"--new {more.new}"] if more.new else []),
        *([f"--ahead {more.ahead}d"] if more.ahead else []),
        *(["--cram (leaves the schedule alone)"] if more.cram else []),
    ]
    return ["More now:  " + "   ".join(options)] if options else []


def summary_lines(
    summary: Summary, upcoming: Upcoming, now: datetime, zone: tzinfo | None, *, width: int, buttons: int = 4
) -> list[str]:
    """What a run came to; at most as wide as ``width``."""
    upcoming_line = next_cards(upcoming, now, zone)
    if not summary.reviews:
        return ["No reviews.", *upcoming_line]
    lines = _beside(
        f"{plural(summary.reviews, 'review')} in {span(summary.seconds)}"
        + (
            f", {span(summary.seconds / summary.reviews)} each."
            if summary.reviews > _ENOUGH_FOR_MEAN
            else "."
        ),
        _apart([f"{one.name.title()} {summary.counts[one]}" for one in _given(summary, buttons)], width),
        width,
    )
    right, due = summary.recalled
    if due:
        share, target = round(100 * right / due), round(100 * summary.retention)
        lines.append(f"Due cards recalled: {right} of {due} ({share} %), target {target} %.")
    lines += _hardest(summary, width)
    return [*lines, *_beside("".join(upcoming_line), "`dquiz undo` takes the last one back", width)]


def _given(summary: Summary, buttons: int) -> list[Rating]:
    return [one for one in Rating if one in ratings(buttons) or summary.counts[one]]


def _apart(words: list[str], width: int) -> str:
    """Words in one line, closer together where it is narrow."""
    lines = [gap.join(words) for gap in ("   ", "  ", " ")]
    return next((line for line in lines if cell_len(line) <= width), lines[-1])


def _beside(left: str, right: str, width: int) -> list[str]:
    """Both in one line where they fit, else one below the other."""
    if not left:
        return [right]
    joined = f"{left}     {right}"
    return [joined] if cell_len(joined) <= width else [left, right]


def _hardest(summary: Summary, width: int) -> list[str]:
    rows = [
        (one_line(place(card.note.file, card.note.line)), one_line(faces_of(card).front), f"{count} × Again")
        for card, count in summary.hardest
    ]
    longest = max((cell_len(where) for where, _, _ in rows), default=0)
    lines = []
    for number, (where, question, count) in enumerate(rows):
        label = "Hardest:  " if not number else " " * len("Hardest:  ")
        if cell_len(label) + longest + cell_len(count) + 20 > width:
            lines += [
                cut(f"{'Hardest: ' if not number else ''}{question}", width),
                cut(f"  {where}  {count}", width),
            ]
            continue
        room = width - cell_len(label) - longest - 3 - 3 - cell_len(count)
        shown = cut(question, room)
        lines.append(f"{label}{where}{' ' * (longest - cell_len(where))}   {shown}   {count}")
    return lines

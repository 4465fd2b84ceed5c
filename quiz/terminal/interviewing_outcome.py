"""What a mock interview came to, in lines: topic by topic, the weakest places, and beside earlier interviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from quiz.cues import faces_of
from quiz.interview import compare
from quiz.terminal.frame import cut
from quiz.terminal.interviewing_words import clock
from quiz.terminal.words import plural
from quiz.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from quiz.cards import Card, CardId
    from quiz.collection.interviews import Held
    from quiz.interview import Question, Report, Tally

LEAST_FOR_TABLE = 60
NOTHING = "No question was answered, so nothing is kept."
_READY = "Ready: how much of a topic would be known now, new cards counted as 0 %."
_COLUMNS = ("Asked", "Points", "Essential missed", "Time", "Ready")
_LONGEST_TOPIC = 30


def outcome_lines(held: Held, zone: tzinfo | None, width: int | None) -> list[str]:
    """The report of an interview that is over.

    Args:
        held: The interview.
        zone: Of the dates.
        width: None: sentences of any length, and no tables.
    """
    report = held.kept
    if not report.questions:
        return [NOTHING]
    table = width is not None and width >= LEAST_FOR_TABLE
    rows = _table(report, held.readiness, width or 0) if table else _sentences(report, held.readiness)
    return [
        _summary(report),
        "",
        *rows,
        _READY,
        "",
        *_weakest(report, held.cards, width),
        *_beside(report, held.earlier, zone),
    ]


def settled_line(counted: int, rated: int, *, applied: bool) -> str:
    """What became of the ratings."""
    if not applied:
        return "The schedule stays as it was."
    before = plural(rated - counted, "card")
    if not counted:
        return f"Nothing applied: {before} reviewed today before."
    back = "takes it back" if counted == 1 else "takes them back one by one"
    told = f"{plural(counted, 'review')} applied to the schedule; `dquiz undo` {back}."
    return told + (f" Not applied: {before} reviewed today before." if counted < rated else "")


def saved_line(report: Report) -> str:
    """Where the report is found again."""
    return f"Saved: dquiz interview --show {report.id}"


def _summary(report: Report) -> str:
    total = report.total
    told = f"{plural(total.questions, 'question')} in {clock(total.seconds)} of {report.minutes} min."
    return told + (
        f" {_points_in_words(total)} ({_percent(total.share)})." if total.share is not None else ""
    )


def _table(report: Report, readiness: Mapping[str, float], width: int) -> Iterator[str]:
    rows = [(one_line(topic), _cells(tally, readiness.get(topic))) for topic, tally in report.topics.items()]
    rows.append(("all", _cells(report.total, None)))
    widths = [max(len(name), *(len(cells[at]) for _, cells in rows)) for at, name in enumerate(_COLUMNS)]
    room = min(_LONGEST_TOPIC, width - sum(widths) - 2 * len(widths))
    first = min(max(cell_len(name) for name, _ in (("Topic", ()), *rows)), room)
    for name, cells in (("Topic", _COLUMNS), *rows):
        aligned = "  ".join(f"{cell:>{size}}" for cell, size in zip(cells, widths, strict=True))
        yield f"{set_cell_size(cut(name, first), first)}  {aligned}".rstrip()


def _cells(tally: Tally, ready: float | None) -> tuple[str, ...]:
    return (
        str(tally.questions),
        _points(tally),
        str(tally.essential_missed),
        clock(tally.seconds),
        _percent(ready),
    )


def _sentences(report: Report, readiness: Mapping[str, float]) -> Iterator[str]:
    for topic, tally in report.topics.items():
        parts = [plural(tally.questions, "question")]
        if tally.possible:
            parts.append(_points_in_words(tally))
        if tally.essential_missed:
            parts.append(f"{tally.essential_missed} essential missed")
        parts += [f"{clock(tally.seconds)} min", f"ready {_percent(readiness.get(topic, 0.0))}"]
        yield f"{one_line(topic)}: {', '.join(parts)}."


def _weakest(report: Report, cards: Mapping[CardId, Card], width: int | None) -> Iterator[str]:
    """Each place on a line of its own: it is there to be clicked on."""
    if report.weakest:
        yield "Weakest:"
    for question in report.weakest:
        asked = _first_line(question, cards)
        line = f"  {one_line(question.place)}  {asked}"
        if width is None or cell_len(line) <= width:
            yield line
        else:
            yield f"  {one_line(question.place)}"
            yield cut(f"    {asked}", width)
    if report.weakest:
        yield ""


def _beside(report: Report, earlier: Sequence[Report], zone: tzinfo | None) -> Iterator[str]:
    comparison = compare(report, earlier)
    if len(comparison.interviews) == 1:
        return
    yield f"Points beside those of {', '.join(comparison.dates(zone)[:-1])}:"
    rows = [(one_line(row.topic), row.tallies) for row in comparison.rows]
    for name, tallies in [*rows, ("all", comparison.totals)]:
        *before, now = (_percent(tally.share if tally else None) or "-" for tally in tallies)
        yield f"  {name}: {', '.join(before)}, now {now}"
    yield ""


def _first_line(question: Question, cards: Mapping[CardId, Card]) -> str:
    front = faces_of(cards[question.card]).front
    return next((one_line(line) for line in front.splitlines() if line.strip()), "")


def _points(tally: Tally) -> str:
    return f"{tally.hit} of {tally.possible}" if tally.possible else ""


def _points_in_words(tally: Tally) -> str:
    return f"{tally.hit} of {plural(tally.possible, 'point')}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{round(100 * share)} %"

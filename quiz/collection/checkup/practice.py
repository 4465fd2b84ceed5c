"""Checks of what is kept beside the log: how answers were given, reports of interviews, and which tasks are done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quiz.answers.verdicts import Verdict
from quiz.cards import Rating
from quiz.collection.checkup.damage import Damage, Findings, is_instant
from quiz.errors import QuizError
from quiz.interview import Report
from quiz.store.inspecting import drop, put
from quiz.store.rows import to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quiz.collection.checkup.seen import Columns, Seen
    from quiz.store.inspecting import Repair

_MOST = 1 << 15
_IDS_OF_A_SECOND = 1000


def attempts(seen: Seen) -> Findings:
    """Each says how an answer may have been given."""
    sql = f"SELECT review_id, {', '.join(_FITTING)} FROM attempt"  # noqa: S608
    damages = []
    for review, *values in list(seen.rows(sql)):
        if columns := _right(dict(zip(_FITTING, values, strict=True))):
            repair = put("attempt", {"review_id": review}, columns)
            damages.append(Damage("answers that cannot have been given so", review, (repair,)))
    return Findings(tuple(damages))


def _right(row: Columns) -> Columns:
    """The columns that cannot be what was written, with what may stand there instead."""
    columns = {name: _instead(row[name], name) for name, fits in _FITTING.items() if not fits(row[name])}
    right = {**row, **columns}
    if right["points_hit"] > right["points"]:
        columns["points_hit"] = 0
    return columns


def _instead(value: object, name: str) -> Any:  # noqa: ANN401
    if name == "suggested":
        return None
    return _text(value) if name == "typed" else "" if name == "verdict" else 0


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _text(value) == value


def _text(value: object) -> str:
    """A text, with stand-ins for bytes that are none."""
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < _MOST


_FITTING: dict[str, Callable[[object], bool]] = {
    "suggested": lambda value: value is None or (type(value) is int and value in set(Rating)),
    "tries": _is_count,
    "revealed": lambda value: type(value) is int and value in (0, 1),
    "verdict": lambda value: _is_text(value) and str(value).partition(" ")[0] in {"", *Verdict},
    "typed": _is_text,
    "points": _is_count,
    "points_hit": _is_count,
}


def interviews(seen: Seen) -> Findings:
    """Each report can be read, and has the id of its row."""
    rows = {key: text for key, text in seen.rows("SELECT id, report FROM interview")}  # noqa: C416
    return Findings(tuple(damage for key, text in rows.items() for damage in _of_report(key, text, {*rows})))


def _of_report(key: int, text: object, taken: set[int]) -> Iterator[Damage]:
    mended = _text(text)
    report = _report(mended)
    if report is None:
        yield Damage("reports of interviews that cannot be read", key, (drop("interview", {"id": key}),))
    elif report.id != str(key):
        yield Damage("interviews with another id than their report", key, (_same_id(key, report, taken),))
    elif mended != text:
        repair = put("interview", {"id": key}, {"report": mended})
        yield Damage("reports of interviews with bytes that are no text", key, (repair,))


def _report(text: str) -> Report | None:
    try:
        return Report.from_json(text)
    except QuizError:
        return None


def _same_id(key: int, report: Report, taken: set[int]) -> Repair:
    """An id is the millisecond in which an interview began, counted up until it was free."""
    began = to_ms(report.started_at)
    told = int(report.id) if report.id.isascii() and report.id.isdecimal() else 0
    if told not in taken and 0 <= told - began < _IDS_OF_A_SECOND and not 0 <= key - began < _IDS_OF_A_SECOND:
        return put("interview", {"id": key}, {"id": told})
    return put("interview", {"id": key}, {"report": replace(report, id=str(key)).to_json()})


def ticks(seen: Seen) -> Findings:
    """Each says when a task was done."""
    damages = []
    for note, at in list(seen.rows("SELECT note_id, ticked_at FROM tick")):
        if not is_instant(at):
            repair = put("tick", {"note_id": note}, {"ticked_at": to_ms(seen.now)})
            damages.append(Damage("tasks that were done at no possible time", note, (repair,)))
    return Findings(tuple(damages))

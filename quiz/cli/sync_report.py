"""What a sync tells: how many cards became what, which ones, and what it leaves to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quiz.cli.doubts import ask_data
from quiz.cli.rows import first_line, laid_out, problem_data
from quiz.cues import as_read, faces
from quiz.terminal.words import place, plural
from quiz.visible import in_line, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.collection.reports import Change, SyncReport

_NAMED = 10
"""Cards of a kind that are named without ``--verbose``."""
_COUNTS = ("added", "changed", "moved", "retired", "restored", "unchanged", "cards", "drafts", "files_read")
_NAMED_ALWAYS = ("added", "changed", "retired")


def report_data(report: SyncReport) -> dict[str, object]:
    """A report as JSON has it."""
    from quiz.collection.reports import rewritten

    return {
        **{name: getattr(report, name) for name in _COUNTS},
        "changes": [_change_data(change) for change in report.changes],
        "rewritten": [{"old": old.card_id, "new": new.card_id} for old, new in rewritten(report)],
        "ask": [ask_data(ask) for ask in report.ask],
        "problems": [problem_data(problem) for problem in report.problems],
    }


def _change_data(change: Change) -> dict[str, Any]:
    note, before = change.note, change.before
    return {
        "change": change.fate,
        "id": change.card_id,
        "note": change.note_id,
        "facet": change.facet,
        "file": note.file,
        "line": note.line,
        "prompt": note.prompt,
        "reviews": change.reviews,
        "previous": before and {"file": before.file, "line": before.line, "prompt": before.prompt},
    }


def report_lines(report: SyncReport, *, dry_run: bool, verbose: bool) -> Iterator[str]:
    """A report for people."""
    yield from laid_out(_sum(report))
    for fate in ("added", "changed", "moved", "restored", "retired"):
        changes = [change for change in report.changes if change.fate == fate]
        if verbose or fate in _NAMED_ALWAYS:
            yield from _named(changes, most=len(changes) if verbose else _NAMED)
    yield from _rewritten_lines(report, dry_run=dry_run)


def _sum(report: SyncReport) -> str:
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (report.added, "added"),
            (report.changed, "changed (history kept)"),
            (report.moved, "moved"),
            (report.restored, "restored"),
            (report.retired, "retired"),
            (len(report.ask), "to ask"),
        )
        if count
    ]
    drafts = f", {plural(report.drafts, 'draft')}" if report.drafts else ""
    return f"{plural(report.cards, 'card')}{drafts}: {', '.join(parts) or 'nothing changed'}"


def _named(changes: Sequence[Change], *, most: int) -> Iterator[str]:
    for change in changes[:most]:
        yield from laid_out(f"  {change.fate:<8}  {_place_and_text(change)}{_before(change)}", 12)
    if more := changes[most:]:
        yield f"  {changes[0].fate:<8}  {len(more):,} more: -v names them"


def _place_and_text(change: Change) -> str:
    front = first_line(one_line(as_read(faces(change.note, change.facet).front)))
    return f"{in_line(place(change.note.file, change.note.line))}  {front}"


def _before(change: Change) -> str:
    """What is told of a card as it was: its place, its question, or how much is put aside with it."""
    note, before = change.note, change.before
    if before is None:
        return f"  ({plural(change.reviews, 'review')})" if change.reviews else ""
    was = []
    if before.file != note.file:
        was.append(in_line(place(before.file, before.line)))
    if before.prompt != note.prompt:
        was.append(one_line(first_line(as_read(before.prompt))))
    return f"  <-  {'  '.join(was)}" if was else ""


def _rewritten_lines(report: SyncReport, *, dry_run: bool) -> Iterator[str]:
    """Cards that lost their place while another was added beside it, and what would join them."""
    from quiz.collection.reports import rewritten

    pairs = rewritten(report)
    if not pairs:
        return
    yield ""
    yield "Question and answer are both new here. The same card? Then its history can be kept:"
    for old, new in pairs:
        yield from laid_out(f"  was  {_place_and_text(old)}{_before(old)}", 7)
        yield from laid_out(f"  now  {_place_and_text(new)}", 7)
        if not dry_run:
            yield f"       dquiz relink {old.card_id[:8]} {new.card_id[:8]}"

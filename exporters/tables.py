"""Tables for spreadsheets and scripts: one row for each card, comma-separated, as RFC 4180 has it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from exporters import target
from exporters.report import ExportReport
from exporters.text import cleaned
from quiz.cues import as_written, asked_of, faces_of

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from quiz.cards import Card, CollectedDeck

COLUMNS = ("id", "note", "deck", "file", "line", "kind", "facet", "question", "asked", "answer", "tags")
SCHEDULING = ("state", "due", "stability", "difficulty", "reps", "lapses", "suspended", "flag")

# What a spreadsheet may run as a formula, also behind blanks and in the full width of East Asian keyboards. Apostrophes
# in front count in, so that taking one away always gives back what was there.
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠\t]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to export; each field is an option of the command."""

    scheduling: bool = field(default=True, metadata={"help": "With the schedule of cards."})


def export(
    decks: Sequence[CollectedDeck],
    out: Path,
    options: Options,
    rendered: MutableMapping[str, str] | None = None,  # noqa: ARG001 - every exporter is offered it
) -> ExportReport:
    """Write a table for spreadsheets and scripts: comma-separated, one row for each card.

    Args:
        decks: In the order of the rows.
        out: Replaced only when the table is complete.
        options: See there.
        rendered: Not used.

    Raises:
        MissingError: The folder of ``out`` is missing.
        QuizError: There is nothing to export, or the file cannot be written.
    """
    target.check(out, decks, "cards.csv")
    drafts = sum(collected.note.draft for deck in decks for collected in deck.notes)
    taken = [(deck, collected) for deck in decks for collected in deck.notes if not collected.note.draft]
    if not taken:
        raise target.nothing(drafts)
    cards = [card for _, collected in taken for card in collected.cards]
    with target.told(out), target.replacing(out) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS + SCHEDULING * options.scheduling)
        writer.writerows(_row(card, scheduling=options.scheduling) for card in cards)
        text.detach()
    return ExportReport(
        path=out,
        decks=len({deck.name for deck, _ in taken}),
        notes=len(taken),
        cards=len(cards),
        drafts=drafts,
    )


# where the command looks for what to offer as options
export.options = Options  # type: ignore[attr-defined]
# and whether it may go to standard output
export.text = True  # type: ignore[attr-defined]


def _row(card: Card, *, scheduling: bool) -> Iterator[object]:
    note, question = card.note, as_written(card.note, card.facet)
    yield from (card.id, card.note_id, cell(note.deck), cell(note.file), note.line, note.kind, card.facet)
    yield from (cell(question), cell(asked_of(card)), cell(faces_of(card).back), cell(" ".join(note.tags)))
    if scheduling:
        schedule = card.schedule
        yield from (schedule.state, _moment(schedule.due), schedule.stability, schedule.difficulty)
        yield from (schedule.reps, schedule.lapses, int(card.suspended), card.flag)


def cell(text: str) -> str:
    """Text as it stands in a cell: with an apostrophe in front if a spreadsheet might run it.

    docs/formats.md says how to take it off again.
    """
    text = cleaned(text)
    return f"'{text}" if _FORMULA.match(text) else text


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else ""

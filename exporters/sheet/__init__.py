"""Study sheets: decks as one page for the phone or for paper, which needs nothing but a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exporters import target
from exporters.report import ExportReport
from exporters.sheet.page import Page

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from pathlib import Path

    from quiz.cards import CollectedDeck


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """There are none: a sheet shows no schedules."""


def export(
    decks: Sequence[CollectedDeck],
    out: Path,
    options: Options,  # noqa: ARG001 - every exporter is given them
    rendered: MutableMapping[str, str] | None = None,  # noqa: ARG001 - every exporter is offered it
) -> ExportReport:
    """Write a study sheet for phone or paper: one page that needs no network.

    Args:
        decks: In the order in which they are to stand there.
        out: Replaced only when the page is complete.
        options: See there.
        rendered: Not used: Anki's fields are other HTML.

    Raises:
        MissingError: The folder of ``out`` is missing, or a picture changed meanwhile.
        QuizError: There is nothing to export, or the file cannot be written.
    """
    target.check(out, decks, "cards.html")
    page = Page(decks)
    if not page.cards:
        raise target.nothing(page.drafts)
    with target.told(out), target.replacing(out) as file:
        for part in page.parts():
            file.write(part.encode())
    return ExportReport(
        path=out,
        decks=len(page.decks),
        notes=page.notes - page.left_out,
        cards=page.cards,
        drafts=page.drafts,
        left_out=page.left_out,
        media=page.pictures.taken,
        problems=tuple(page.problems),
    )


# where the command looks for what to offer as options
export.options = Options  # type: ignore[attr-defined]
# and whether it may go to standard output
export.text = True  # type: ignore[attr-defined]

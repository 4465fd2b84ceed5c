"""Anki packages: the notes of a collection as a file that Anki imports and recognises when it comes again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exporters import target
from exporters.anki.names import ANKI_RETIRED_TAG
from exporters.anki.notetypes import DQUIZ, DQUIZ_CLOZE
from exporters.anki.package import AnkiPackage
from exporters.anki.packing import Packing
from exporters.anki.returned import fields
from exporters.report import ExportReport

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence
    from pathlib import Path

    from quiz.cards import CollectedDeck


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to export; each field is an option of the command."""

    scheduling: bool = field(default=True, metadata={"help": "With the schedule and history of cards."})
    prefix: str = field(default="", metadata={"help": "Put all decks below this one, for example dquiz."})
    preset: bool = field(default=False, metadata={"help": "With FSRS parameters and steps, as deck presets."})
    retired: bool = field(
        default=False, metadata={"help": "With all notes that are gone, not only new ones."}
    )


def export(
    decks: Sequence[CollectedDeck],
    out: Path,
    options: Options,
    rendered: MutableMapping[str, str] | None = None,
) -> ExportReport:
    """Write an Anki package.

    Args:
        decks: In the order in which their new cards are to be learned.
        out: Replaced only when the package is complete.
        options: See there.
        rendered: Fields kept from earlier exports: read before rendering, filled with what was rendered.

    Raises:
        MissingError: The folder of ``out`` is missing, or a picture changed while it was packed.
        QuizError: There is nothing to export, or the file cannot be written.
    """
    target.check(out, decks, "cards.apkg")
    packing = Packing(decks, options, {} if rendered is None else rendered)
    if not packing.contents.notes:
        raise target.nothing(packing.counts["drafts"])
    with target.told(out):
        AnkiPackage((DQUIZ, DQUIZ_CLOZE), packing.contents).write(out)
    return _report(packing, options, out)


# where the command looks for what to offer as options
export.options = Options  # type: ignore[attr-defined]
# and an import what an export had written
export.fields = fields  # type: ignore[attr-defined]


def _report(packing: Packing, options: Options, out: Path) -> ExportReport:
    contents, counts = packing.contents, packing.counts
    return ExportReport(
        path=out,
        decks=len(contents.decks),
        notes=len(contents.notes),
        cards=len(contents.cards),
        drafts=counts["drafts"],
        retired=counts["retired"],
        left_out=counts["left_out"],
        reviews=counts["reviews"],
        media=len(contents.media),
        problems=tuple(packing.problems),
        remarks=tuple(_remarks(packing, options, out)),
    )


def _remarks(packing: Packing, options: Options, out: Path) -> Iterator[str]:
    counts = packing.counts
    if out.suffix.lower() != ".apkg":
        yield f"Anki opens only files whose names end in .apkg: rename {out.name} before importing it."
    if options.scheduling and counts["progress"]:
        yield (
            f"Schedules and {_counted(counts['reviews'], 'review')} are in it. "
            'For Anki to take them, tick "Import any learning progress": it is off by default.'
        )
        yield "Cards already in Anki keep Anki's schedule. FSRS is a switch in Anki's deck options; turn it on there."
        yield "Use --no-scheduling for a file that you share."
    if options.preset:
        yield _about_presets(packing)
    if counts["moved"]:
        yield _about_moves(packing)
    if counts["options"]:
        yield f"{_counted(counts['options'], 'card')} that hide a part of a command stay here: Anki has none like them."
    if counts["retired"]:
        yield (
            f"{_counted(counts['retired'], 'note')} gone from your files got the tag {ANKI_RETIRED_TAG} in this package"
            " and will not be in the next: import it, then delete what has the tag in Anki. --retired repeats them."
        )


def _about_presets(packing: Packing) -> str:
    presets = {preset["id"] for preset in packing.contents.presets.values()}
    return (
        f"FSRS parameters, retention and steps are in it as {_counted(len(presets), 'deck preset')}. For Anki to"
        ' take them, tick "Import any deck presets", and "Import any learning progress" too: without that one Anki'
        " leaves the parameters out. FSRS itself is a switch of your whole collection there: no package turns it on."
    )


def _about_moves(packing: Packing) -> str:
    before, now = packing.moved
    return (
        f"{_counted(packing.counts['moved'], 'note')} moved to another deck since the last export, one from {before} to"
        f" {now}. Anki leaves cards where they are: move them there yourself (Browse, Cards, Change Deck)."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

"""Arguments and options that several commands share, as types for their parameters."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.errors import UsageError
from quiz.settings.rules import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Decks = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[DECK|PATH]...",
        help="Decks (names, or the first part of names), files or folders; none are all.",
        show_default=False,
    ),
]
Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Files or folders of notes; none are all sources.", show_default=False
    ),
]
RequiredPaths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders of notes.")]
Card = Annotated[
    str, typer.Argument(metavar="CARD", help="An id or its first characters, ^anchor, or PATH:LINE.")
]
Cards = Annotated[
    list[str],
    typer.Argument(metavar="CARD...", help="Ids or their first characters, ^anchors, or PATH:LINE."),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="TAG",
        help="Only cards with this tag; several: with any of them.",
        show_default=False,
    ),
]
Levels = Annotated[
    list[str] | None,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="Only cards tagged junior, mid or senior; several: any of them.",
        show_default=False,
    ),
]
Where = Annotated[
    str,
    typer.Option(
        metavar="QUERY", help='Only cards that fit, as in `search`: "is:due r<0.8".', show_default=False
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be done, and do nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")]


def _duration(text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as refused:
        raise typer.BadParameter(f"it must be {refused}.") from None


Duration = Annotated[
    timedelta | None,
    typer.Option(
        parser=_duration,
        metavar="DURATION",
        help="Cards that come due within this time too, like 12h or 2d.",
        show_default=False,
    ),
]


def given(options: Mapping[str, object]) -> list[str]:
    """The names of those that were given: whose value is neither missing, False nor empty."""
    return [name for name, value in options.items() if value is not False and value not in (None, "", [], ())]


def refuse_together(ones: Iterable[str], others: Iterable[str]) -> None:
    """Refuse what contradicts each other.

    Raises:
        UsageError: One of the ones and another of the others were given.
    """
    for one in ones:
        for other in others:
            if one != other:
                raise UsageError(
                    f"{one} and {other} do not go together: give one of them.", given=[one, other]
                )

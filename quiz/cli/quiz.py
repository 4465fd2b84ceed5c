"""Command that practises in other ways than turning cards over: quiz."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli.choosing import choice_of, chosen
from quiz.cli.opening import opened
from quiz.cli.options import Decks, Levels, Tags, Where
from quiz.cli.output import say
from quiz.cli.running import current
from quiz.cli.streams import is_terminal
from quiz.cli.study import run
from quiz.errors import UsageError

if TYPE_CHECKING:
    from quiz.collection import Collection
    from quiz.collection.studying import Study
    from quiz.session import Options
    from quiz.store.reading import Selected

_PRACTICE = 20
_DRAFTS = 5
_NOTHING_DUE = "Nothing is due: this is practice, and schedules stay as they are."


def quiz(
    targets: Decks = None,
    mode: Annotated[
        str, typer.Option(metavar="MODE", help="auto, flip, typed, cloze, list or mcq.")
    ] = "auto",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Cards in this run.", show_default=False)
    ] = None,
    no_schedule: Annotated[
        bool, typer.Option("--no-schedule", help="Practice: the schedule stays as it is.")
    ] = False,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
    seed: Annotated[int | None, typer.Option(help="Of the options to pick from.", show_default=False)] = None,
) -> None:
    """Answer by typing, by recalling points or by picking, as each card suggests.

    Examples:
      dquiz quiz docker
      dquiz quiz kubernetes --mode mcq --limit 10
      dquiz quiz helm --mode typed --no-schedule

    Commands are compared as a shell reads them, never by likeness. What you type only suggests a rating: yours is
    the last word. A pick moves no schedule, since a lucky one is one in four. Each card is asked once a day; what
    comes again that day comes in a review. With --mode only cards come that can be asked so. Some questions without
    an answer come last, to be said aloud: they never count. When nothing is due it is practice.
    """
    from quiz.collection.finding import fitting
    from quiz.session import Options
    from quiz.terminal.modes import AUTO, FLIP, MODES, Modes

    if current().json:
        raise UsageError("A quiz is a dialogue. With --json use `dquiz next` and `dquiz answer`.")
    if mode not in MODES:
        raise UsageError(f"--mode {mode}: it must be {', '.join(MODES[:-1])} or {MODES[-1]}.")
    interactive = is_terminal(sys.stdin) and is_terminal(sys.stdout) and not current().line_mode
    with opened(to_study=True) as collection:
        now = current().now()
        choice = choice_of(tags, levels, where)
        selected = chosen(collection, targets, choice, now)
        if selected is None:
            return
        options = Options(
            limit=limit,
            source="terminal" if interactive else "plain",
            once=True,
            drafts=_DRAFTS if mode in (AUTO, FLIP) else 0,
        )
        day = collection.days.day(now).toordinal()
        modes = Modes(mode, day if seed is None else seed, lambda: [card.note for card in collection.cards()])
        if mode not in (AUTO, FLIP):
            selected = fitting(collection, selected, modes.can_ask)
            if not selected.keys:
                say(f"No card here can be asked with --mode {mode}.")
                return
        study = _begun(collection, selected, options, practice=no_schedule)
        raise typer.Exit(run(study, [*(targets or ()), *choice.words], interactive=interactive, modes=modes))


def _begun(collection: Collection, selected: Selected, options: Options, *, practice: bool) -> Study:
    """A run of what is due; when nothing is, of what there is, as practice."""
    now = current().now()
    if not practice:
        study = collection.study(selected, options, now)
        if study.card:
            return study
    say("This is practice: schedules stay as they are." if practice else _NOTHING_DUE)
    return collection.study(selected, options._replace(limit=options.limit or _PRACTICE, cram=True), now)

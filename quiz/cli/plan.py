"""`dquiz plan` and `dquiz done`: what notes plan, and what of it is done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli.choosing import choice_of, chosen
from quiz.cli.opening import opened
from quiz.cli.options import Decks, Levels, Tags, Where, given, refuse_together
from quiz.cli.output import show
from quiz.cli.rows import laid_out
from quiz.cli.running import current
from quiz.cli.streams import is_terminal
from quiz.errors import UsageError
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.collection.checklist import Task
    from quiz.collection.roadmap import NotePlan


_MINUTES = 20
_AFTER_TASK_ID = 16


def plan(
    targets: Decks = None,
    until: Annotated[
        str, typer.Option("--date", metavar="DATE", help="Of the interview, YYYY-MM-DD.", show_default=False)
    ] = "",
    minutes: Annotated[
        float | None, typer.Option("--minutes", help="For study, a day; 20 unless given.", show_default=False)
    ] = None,
    off: Annotated[
        str, typer.Option("--off", metavar="DAYS", help="Days without study: sat,sun.", show_default=False)
    ] = "",
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
    shown: Annotated[bool, typer.Option("--show", help="Show the plan that is followed.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Follow no plan any more.")] = False,
) -> None:
    """Plan up to an interview, or show what notes plan: stages, tasks, challenges and next steps.

    Examples:
      dquiz plan docker kubernetes --date 2026-12-15 --minutes 25
      dquiz plan --show
      dquiz plan                         every deck that plans something, in a row each
      dquiz plan docker
      dquiz plan notes/docker.md --json

    With --date, reviews of these cards follow the plan until then: each day those come first whose recall on the date
    gains most for the time that they take, new ones among them, until the minutes are used. Schedules stay plain FSRS.
    One plan is followed at a time, for all decks that are named with it: the next one takes its place.

    Mastery is the recall that a random card of a stage would meet now. A card belongs to a stage if a heading above it
    names that (`### Stage 3: Storage`, or its focus area), or else if its question, tags or headings speak of it.
    """
    from quiz.cli import dated_plan
    from quiz.collection.roadmap import roadmap
    from quiz.planning import Plan

    kept: dict[str, object] = {"--show": shown, "--clear": clear}
    new: dict[str, object] = {
        "--date": until,
        "--minutes": minutes,
        "--off": off,
        "DECK|PATH": targets,
        "--tag": tags,
        "--level": levels,
        "--where": where,
    }
    refuse_together(given(kept), given(kept | new))
    if not until and (minutes is not None or off):
        raise UsageError("--minutes and --off belong to a plan: give the --date of the interview too.")
    choice = choice_of(tags, levels, where)
    with opened() as collection:
        now = current().now()
        if clear:
            dated_plan.clear(collection)
            return
        if shown:
            dated_plan.show_kept(collection, now)
            return
        if until:
            date = dated_plan.date_of(until, collection.days.day(now))
            dated = Plan(
                until=date, minutes=_MINUTES if minutes is None else minutes, off=dated_plan.weekdays(off)
            )
            dated_plan.follow(collection, targets or (), choice, dated, now)
            return
        selected = chosen(collection, targets, choice, now)
        plans = roadmap(collection, selected, now) if selected else []
        _show_roadmaps(plans, compact=not targets)


def _show_roadmaps(plans: list[NotePlan], *, compact: bool) -> None:
    from quiz.cli import roadmaps

    if plans and not current().json and not current().line_mode and is_terminal(sys.stdout):
        from quiz.terminal.console import open_console

        unicode = current().configuration.settings.display.unicode
        roadmaps.draw(open_console(unicode=unicode), plans, compact=compact)
        return
    lines = roadmaps.summary_lines(plans) if compact else roadmaps.plan_lines(plans)
    data = {"notes": [roadmaps.plan_data(each) for each in plans]}
    show(data, lines if plans else ["No note here has a roadmap, tasks, challenges or next steps."])


def done(
    tasks: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TASK]...",
            help="Ids or their first characters as `dquiz plan` prints them, or PATH:LINE; none lists all.",
            show_default=False,
        ),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="It is not done: take the tick away.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Change the task box in the note too: `- [ ]` to `- [x]`.")
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="Only list tasks and challenges.")] = False,
) -> None:
    """Tick tasks and challenges of notes.

    Examples:
      dquiz done k3f9a2cd                as `dquiz plan docker` prints it
      dquiz done notes/docker.md:46 --write
      dquiz done k3f9a2cd --off

    Ticks are kept in the collection, and stay when a note is edited or moved. Only --write changes a note, and of it
    only the box. `dquiz undo` takes a tick back as it does any other step, but leaves boxes in notes as they are.
    """
    from quiz.cli.roadmaps import task_data
    from quiz.collection import checklist

    if tasks and listing:
        raise UsageError("--list takes no TASK: it lists all.")
    if not tasks and (off or write):
        raise UsageError("Name the TASK: its id, or PATH:LINE. `dquiz done --list` shows them.")
    with opened() as collection:
        if tasks:
            found = checklist.tick(collection, tasks, current().now(), off=off, write=write)
        else:
            found = checklist.tasks(collection)
        show(
            [task_data(task) for task in found],
            _task_lines(found, listing=not tasks),
        )


def _task_lines(found: Sequence[Task], *, listing: bool) -> Iterator[str]:
    from quiz.cli.roadmaps import task_line

    if not found:
        yield "No note has tasks or challenges."
    elif listing:
        yield from _by_deck(found)
    else:
        yield from (line for task in found for line in laid_out(task_line(task), _AFTER_TASK_ID))


def _by_deck(tasks: Sequence[Task]) -> Iterator[str]:
    """All tasks, those of each deck below its name."""
    from itertools import groupby

    from quiz.cli.roadmaps import task_line

    for deck, group in groupby(tasks, lambda task: task.deck):
        of_deck = list(group)
        ticked = sum(task.ticked is not None for task in of_deck)
        yield in_line(f"{deck}: {ticked:,} of {len(of_deck):,} done")
        for task in of_deck:
            yield from (f"  {line}" for line in laid_out(task_line(task), _AFTER_TASK_ID))

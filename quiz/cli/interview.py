"""The command of mock interviews: hold one, list those that were held, show one."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli import reports
from quiz.cli.choosing import choice_of, chosen
from quiz.cli.opening import opened
from quiz.cli.options import Decks, Levels, Tags, Where, given, refuse_together
from quiz.cli.output import say, show
from quiz.cli.running import current
from quiz.cli.streams import between_words, columns, is_terminal
from quiz.errors import UsageError
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.collection.choosing import Choice
    from quiz.collection.interviews import Held, Wish


def interview(
    targets: Decks = None,
    minutes: Annotated[
        int | None, typer.Option(min=1, max=600, help="How long it takes.", show_default=False)
    ] = None,
    per_question: Annotated[
        int | None,
        typer.Option(metavar="SECONDS", min=5, max=3600, help="For each question.", show_default=False),
    ] = None,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
    new_share: Annotated[
        float | None,
        typer.Option(metavar="P", help="How much of it new cards may be, 0 to 1.", show_default=False),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the report too, as .md or .json.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Draw the same questions again.", show_default=False),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the interviews that were held.")] = False,
    shown: Annotated[
        str | None, typer.Option("--show", metavar="ID", help="Print the report of one.", show_default=False)
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Print the report of the last one.")] = False,
) -> None:
    """Hold a mock interview: questions against the clock, weak topics more often, and a report.

    Examples:
      dquiz interview kubernetes docker --minutes 20
      dquiz interview --level senior --report interview.md
      dquiz interview --last             the report of the last one; --show ID of any, --list names them

    Space when you are done speaking, p pauses, k skips, q ends; then tick the points that you said. What was answered
    is saved after every question. Ratings follow from the points, and move the schedule only if you say so at the end.
    Without a terminal, or with --plain, it works by lines.
    """
    reading: dict[str, object] = {"--list": listing, "--show": shown is not None, "--last": last}
    holding: dict[str, object] = {
        "--minutes": minutes,
        "--per-question": per_question,
        "--tag": tags,
        "--level": levels,
        "--where": where,
        "--new-share": new_share,
        "--seed": seed,
        "DECK|PATH": targets,
    }
    refuse_together(given(reading), given(reading | holding))
    refuse_together(given({"--list": listing}), given({"--report": report}))
    if report is not None:
        reports.check_file(report)
    if listing:
        with opened() as collection:
            reports.list_held(collection)
    elif shown is not None or last:
        with opened() as collection:
            reports.show_held(collection, shown, report)
    elif current().json:
        raise UsageError("An interview is a dialogue. With --json use --list, --last or --show ID.")
    else:
        choice = choice_of(tags, levels, where)
        wish = _wish(minutes, per_question, new_share, ", ".join(choice.levels), seed)
        _hold(targets or (), choice, wish, report)


def _wish(
    minutes: int | None, per_question: int | None, new_share: float | None, level: str, seed: int | None
) -> Wish:
    from quiz.collection.interviews import Wish

    usual = current().configuration.settings.interview
    share = usual.new_share if new_share is None else new_share
    if not 0 <= share <= 1:
        raise UsageError(f"--new-share {share}: it must be 0 to 1.")
    length = minutes or usual.minutes
    return Wish(
        minutes=length,
        # one question alone is no interview
        per_question=per_question or min(round(usual.per_question.total_seconds()), length * 30),
        new_share=share,
        share_is_firm=new_share is not None,
        level=level or None,
        seed=seed,
    )


def _hold(targets: Sequence[str], choice: Choice, wish: Wish, report: str | None) -> None:
    from quiz.collection.interviews import find_report, hold

    with opened(to_study=True) as collection:
        now = current().now()
        selected = chosen(collection, targets, choice, now)
        if selected is None:
            return
        if report:
            reports.refuse_note(collection, report)
        held = hold(collection, selected, wish, now, time.monotonic(), say)
        if not held.interview.drawn:
            show(None, [between_words(_nothing_to_ask(held, targets), columns())])
            return
        code = _run(held, wish)
        if report and held.kept.questions:
            reports.write_file(find_report(collection, held.kept.id), report)
        raise typer.Exit(code)


def _nothing_to_ask(held: Held, targets: Sequence[str]) -> str:
    from quiz.terminal.interviewing_words import few

    where = f" in {in_line(', '.join(targets))}" if targets else ""
    if not held.candidates:
        return f"No cards to ask{where}. `dquiz decks` lists what there is; a path of notes works too."
    if all(one.card.note.draft for one in held.candidates):
        return f"Nothing to ask{where}: no question has an answer yet. `dquiz fill` goes through them."
    return f"Nothing to ask{where} that was studied before. {few(held)}"


def _run(held: Held, wish: Wish) -> int:
    run = current()
    if is_terminal(sys.stdin) and is_terminal(sys.stdout) and not run.line_mode:
        from quiz.terminal import interviewing

        settings = run.configuration.settings
        return interviewing.run(held, clock=run.now, zone=run.zone, settings=settings, wanted=wish.questions)
    from quiz.terminal import interviewing_lines

    if not run.line_mode:
        say("No terminal: one line per prompt.")
    return interviewing_lines.run(held, clock=run.now, zone=run.zone, wanted=wish.questions)

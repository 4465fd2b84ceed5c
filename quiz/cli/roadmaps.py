"""How the plans of notes look: drawn with bars to the width of a terminal, in sentences elsewhere, and as JSON."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from quiz.cli.running import current
from quiz.terminal.words import plural, short_place
from quiz.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import JustifyMethod, RenderableType
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from quiz.collection.checklist import Task
    from quiz.collection.roadmap import NextStep, NotePlan, Stage, Standing
    from quiz.terminal.console import SafeConsole

_NARROW, _NARROW_SUMMARY = 60, 76
_WITH_REASONS = 100
_BAR = 10
_EIGHTHS = " ▏▎▍▌▋▊▉"
_SHOWN_ID = 8


# --- JSON ----------------------------------------------------------------------------------------------------------


def plan_data(plan: NotePlan) -> dict[str, Any]:
    """What one file plans."""
    return {
        "deck": plan.deck,
        "file": plan.file,
        "path": plan.path,
        **standing_data(plan.standing),
        "stage": plan.stage and plan.stage.number,
        "stages": [_stage_data(stage) for stage in plan.stages],
        "other": standing_data(plan.other),
        "tasks": [task_data(task) for task in plan.tasks],
        "challenges": [task_data(task) for task in plan.challenges],
        "next": [_next_data(step) for step in plan.next_steps],
    }


def standing_data(standing: Standing) -> dict[str, Any]:
    """What is known of some cards."""
    return {
        "cards": standing.cards,
        "seen": standing.seen,
        "due": standing.due,
        "drafts": standing.drafts,
        "recall": standing.recall,
        "coverage": standing.coverage,
        "mastery": standing.mastery,
    }


def _stage_data(stage: Stage) -> dict[str, Any]:
    return {
        "number": stage.number,
        "focus": stage.focus,
        "why": stage.why,
        "line": stage.line,
        "by": stage.by,
        **standing_data(stage.standing),
        "card_ids": stage.card_ids,
    }


def task_data(task: Task) -> dict[str, Any]:
    """A task or challenge."""
    return {
        "id": task.id,
        "kind": task.kind,
        "text": task.text,
        "details": task.details,
        "level": task.level,
        "deck": task.deck,
        "path": task.path,
        "line": task.line,
        "ticked": task.ticked,
    }


def _next_data(step: NextStep) -> dict[str, Any]:
    return {
        "text": step.text,
        "why": step.why,
        "line": step.line,
        "decks": [{"name": deck.name, **standing_data(deck.standing)} for deck in step.decks],
    }


# --- sentences -----------------------------------------------------------------------------------------------------


def summary_lines(plans: Sequence[NotePlan]) -> Iterator[str]:
    """One sentence for each file."""
    for name, plan in _named(plans):
        parts = [f"{name}: {_sentence(plan.standing)}"]
        if plan.stages:
            parts.append(f"{_seen_through(plan)} of {plural(len(plan.stages), 'stage')} seen through")
        for word, tasks in _checklists(plan):
            parts.append(f"{_done(tasks)} of {len(tasks)} {word} done")
        yield ", ".join(parts)


def plan_lines(plans: Sequence[NotePlan]) -> Iterator[str]:
    """A sentence for each stage, task, challenge and next step of each file."""
    for name, plan in _named(plans):
        yield f"{name}: {_sentence(plan.standing)}"
        yield from _stage_lines(plan)
        for task in (*plan.tasks, *plan.challenges):
            state = "done" if task.ticked else "open"
            texts = ". ".join(filter(None, (_task_text(task).rstrip("."), _details(task))))
            yield f"{task.kind.title()}, {state}, {task.id[:_SHOWN_ID]}: {texts}"
        for step in plan.next_steps:
            decks = "; ".join(
                f"deck {one_line(deck.name)}, {_sentence(deck.standing)}" for deck in step.decks
            )
            yield f"Next step, {one_line(step.text)}: {decks or 'no deck'}"


def _stage_lines(plan: NotePlan) -> Iterator[str]:
    for stage in plan.stages:
        why = f". {one_line(stage.why)}" if stage.why else ""
        yield f"Stage {stage.number}, {one_line(stage.focus)}: {_sentence(stage.standing)}{why}"
    if plan.stages and plan.other.cards:
        yield f"Cards of no stage: {_sentence(plan.other)}"


def _named(plans: Sequence[NotePlan]) -> Iterator[tuple[str, NotePlan]]:
    """Each plan with the name of its deck; with its path too, where a deck has several files."""
    times = Counter(plan.deck for plan in plans)
    for plan in plans:
        yield one_line(f"{plan.deck} ({plan.path})" if times[plan.deck] > 1 else plan.deck), plan


def _sentence(standing: Standing) -> str:
    parts = []
    if standing.mastery is not None:
        parts += [
            f"mastery {standing.mastery:.2f}",
            f"{standing.seen} of {plural(standing.cards, 'card')} seen",
        ]
    else:
        parts.append("no cards")
    if standing.recall is not None:
        parts.append(f"recall {standing.recall:.2f}")
    if standing.due:
        parts.append(f"{standing.due} due")
    if standing.drafts:
        parts.append(plural(standing.drafts, "draft"))
    return ", ".join(parts)


def task_line(task: Task) -> str:
    """A task on one line, with its id and place."""
    state = "done" if task.ticked else "open"
    where = short_place(task.path, task.line, whole=current().verbose)
    return f"{state}  {task.id[:_SHOWN_ID]}  {one_line(where)}  {_task_text(task)}"


def _task_text(task: Task) -> str:
    return one_line(f"{task.level}: {task.text}" if task.level and task.level != task.text else task.text)


def _details(task: Task) -> str:
    """The first line of what more there is to a task."""
    return one_line(task.details.partition("\n")[0])


def _checklists(plan: NotePlan) -> list[tuple[str, Sequence[Task]]]:
    return [
        (word, tasks) for word, tasks in (("tasks", plan.tasks), ("challenges", plan.challenges)) if tasks
    ]


def _done(tasks: Sequence[Task]) -> int:
    return sum(task.ticked is not None for task in tasks)


def _seen_through(plan: NotePlan) -> int:
    return sum(stage.standing.coverage == 1 for stage in plan.stages)


# --- drawn ---------------------------------------------------------------------------------------------------------


def draw(console: SafeConsole, plans: Sequence[NotePlan], *, compact: bool) -> None:
    """Plans with bars, no wider than the terminal; ``compact`` is a row for each."""
    from quiz.terminal.drawing import Lines, group, lines_of

    if compact:
        drawn = _summaries(console, plans)
    else:
        drawn = group(*(_plan(console, name, plan) for name, plan in _named(plans)))
    console.print(Lines(lines_of(console, drawn, console.columns)), end="")


def bar(share: float, *, unicode: bool = True) -> str:
    """A bar for 0 to 1, of ten columns at most; empty only at 0 and full only at 1."""
    steps = len(_EIGHTHS) if unicode else 1
    least, most = int(share > 0), _BAR * steps - int(share < 1)
    whole, part = divmod(min(max(round(share * _BAR * steps), least), most), steps)
    if unicode:
        return f"{'█' * whole}{_EIGHTHS[part]}".rstrip()
    return "#" * whole + "." * (_BAR - whole)


def _summaries(console: SafeConsole, plans: Sequence[NotePlan]) -> RenderableType:
    if console.columns < _NARROW_SUMMARY:
        return _narrow_summaries(console, plans)
    names = ("deck", "mastery", "seen", "due", "stages", "tasks", "challenges")
    rows = _columns(*names, right=(2, 3, 4, 5, 6), wrapped=(0,))
    for name, plan in _named(plans):
        ticked = [_share(_done(tasks), len(tasks)) for tasks in (plan.tasks, plan.challenges)]
        stages = _share(_seen_through(plan), len(plan.stages))
        rows.add_row(*map(_text, (name, *_measures(console, plan.standing), stages, *ticked)))
    return rows


def _narrow_summaries(console: SafeConsole, plans: Sequence[NotePlan]) -> Table:
    rows = _columns("", wrapped=(0,))
    for name, plan in _named(plans):
        counts = [f"{_seen_through(plan)}/{plural(len(plan.stages), 'stage')}"] if plan.stages else []
        counts += [f"{_done(tasks)}/{len(tasks)} {word}" for word, tasks in _checklists(plan)]
        rows.add_row(_text(name, "bold"))
        rows.add_row(_indented(_measured(console, plan.standing)))
        rows.add_row(_indented(", ".join(counts)))
    return rows


def _plan(console: SafeConsole, name: str, plan: NotePlan) -> RenderableType:
    from rich.console import Group

    from quiz.terminal.drawing import group

    narrow = console.columns < _NARROW
    drawn: list[RenderableType] = [Group(_text(name, "bold"), _text(_sentence(plan.standing), "quiet"))]
    if plan.stages:
        drawn.append(_narrow_stages(console, plan) if narrow else _stages(console, plan))
    if plan.stage:
        drawn.append(_text(f"Go on with stage {plan.stage.number}, {plan.stage.focus}. {plan.stage.why}"))
    for word, tasks in _checklists(plan):
        heading = f"{word.title()}, {_done(tasks)} of {len(tasks)} done"
        drawn.append(Group(_text(heading, "bold"), _tasks(tasks, narrow=narrow)))
    if plan.tasks or plan.challenges:
        drawn.append(_text("`dquiz done ID` ticks one.", "quiet"))
    if plan.next_steps:
        drawn.append(Group(_text("Next steps", "bold"), _next_steps(plan.next_steps, narrow=narrow)))
    return group(*drawn)


def _stages(console: SafeConsole, plan: NotePlan) -> Table:
    reasons = ["why"] if console.columns >= _WITH_REASONS else []
    rows = _columns("", "stage", "mastery", "seen", "due", *reasons, right=(0, 3, 4), wrapped=(1, 5))
    for number, focus, why, standing in _stage_rows(plan):
        cells = (number, focus, *_measures(console, standing), *([why] if reasons else []))
        rows.add_row(*map(_text, cells))
    return rows


def _narrow_stages(console: SafeConsole, plan: NotePlan) -> Table:
    rows = _columns("", "", right=(0,), wrapped=(1,))
    for number, focus, _, standing in _stage_rows(plan):
        rows.add_row(_text(number), _text(focus))
        rows.add_row("", _text(_measured(console, standing), "quiet"))
    return rows


def _stage_rows(plan: NotePlan) -> Iterator[tuple[str, str, str, Standing]]:
    """Number, focus area, reason and standing of each stage, then of what belongs to none."""
    for stage in plan.stages:
        yield str(stage.number), stage.focus, stage.why, stage.standing
    if plan.other.cards:
        yield "", "cards of no stage", "", plan.other


def _tasks(tasks: Sequence[Task], *, narrow: bool) -> Table:
    rows = _columns("", "", wrapped=(1,)) if narrow else _columns("", "", "", wrapped=(2,))
    for task in tasks:
        box, shown_id = _text("[x]" if task.ticked else "[ ]"), _text(task.id[:_SHOWN_ID], "quiet")
        text, details = _text(_task_text(task)), _text(_details(task), "quiet")
        below = [details] if details else []
        if narrow:
            rows.add_row(box, text)
            for each in (*below, shown_id):
                rows.add_row("", each)
        else:
            rows.add_row(box, shown_id, text)
            for each in below:
                rows.add_row("", "", each)
    return rows


def _next_steps(steps: Sequence[NextStep], *, narrow: bool) -> Table:
    rows = _columns("", wrapped=(0,)) if narrow else _columns("", "", wrapped=(0, 1))
    for step in steps:
        told = [f"deck {deck.name}: {_sentence(deck.standing)}" for deck in step.decks]
        if narrow:
            rows.add_row(_text(step.text))
            for each in told:
                rows.add_row(_indented(each))
        else:
            for name, each in zip_longest([step.text], told, fillvalue=""):
                rows.add_row(_text(name), _text(each, "quiet"))
    return rows


def _measures(console: SafeConsole, standing: Standing) -> list[str]:
    """Mastery with its bar, or why there is none; how many are seen, and how many due."""
    if standing.mastery is None:
        return [plural(standing.drafts, "draft") if standing.drafts else "no cards", "", ""]
    drawn = f"{standing.mastery:.2f} {bar(standing.mastery, unicode=console.unicode)}".rstrip()
    return [drawn, _share(standing.seen, standing.cards), f"{standing.due or ''}"]


def _measured(console: SafeConsole, standing: Standing) -> str:
    mastery, seen, due = _measures(console, standing)
    return ", ".join(filter(None, (mastery, seen and f"{seen} seen", due and f"{due} due")))


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" if whole else ""


def _columns(*names: str, right: Sequence[int] = (), wrapped: Sequence[int] = ()) -> Table:
    """A table without lines, whose columns stay whole unless they are wrapped."""
    from rich.table import Table

    table = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=any(names), header_style="quiet"
    )
    for index, name in enumerate(names):
        justify: JustifyMethod = "right" if index in right else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=index not in wrapped)
    return table


def _indented(text: str) -> Padding:
    from rich.padding import Padding

    return Padding.indent(_text(text, "quiet"), 2)


def _text(text: str, style: str = "") -> Text:
    """Text on one line, in which nothing is markup."""
    from rich.text import Text

    return Text(one_line(text), style=style)

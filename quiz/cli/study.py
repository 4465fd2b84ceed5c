"""Commands that study: review, next, answer, undo, log, due."""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quiz.cli.choosing import choice_of, chosen
from quiz.cli.opening import opened
from quiz.cli.options import Card, Decks, Duration, Levels, Tags, Where
from quiz.cli.output import confirm, say, show
from quiz.cli.rows import card_data, laid_out, place_of, review_data, schedule_data
from quiz.cli.running import current
from quiz.cli.streams import between_words, columns, is_terminal, write
from quiz.cues import faces_of
from quiz.errors import NothingToUndoError, StaleTokenError, UsageError
from quiz.store.reading import NO_CARDS
from quiz.visible import in_line

if TYPE_CHECKING:
    from datetime import datetime

    from quiz.cards import Rating, Schedule
    from quiz.collection import Collection
    from quiz.collection.steps import Step
    from quiz.collection.studying import Study
    from quiz.scheduling import StudyDays
    from quiz.terminal.modes import Modes

_NEW = Annotated[int | None, typer.Option("--new", min=0, help="New cards in this run.", show_default=False)]
_LIMIT = Annotated[int | None, typer.Option("--limit", min=0, help="Cards in this run.", show_default=False)]
_DUE_EXIT_CODE = 10
_LISTED_STEPS = 10
_AFTER_TIME = 18


def review(
    targets: Decks = None,
    new: _NEW = None,
    limit: _LIMIT = None,
    ahead: Duration = None,
    cram: Annotated[bool, typer.Option("--cram", help="All cards; the schedule stays as it is.")] = False,
    order: Annotated[
        str, typer.Option(metavar="ORDER", help="Of due cards: due, random or weakest.", show_default=False)
    ] = "",
    minutes: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many minutes.", show_default=False)
    ] = None,
    buttons: Annotated[int | None, typer.Option(help="2: only Again and Good.", show_default=False)] = None,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
) -> None:
    """Study what is due, then new cards.

    Examples:
      dquiz review                       everything due
      dquiz review docker --new 5        one deck, five new cards
      dquiz review --tag aws --level mid --where is:leech
      dquiz review notes/docker.md       a file; it is read first
      dquiz review --plain < ratings.txt

    A rating is on disk before the next card shows. Without a terminal, or with --plain, it works by lines: an empty
    line shows the answer, 1 to 4 rate, u takes back, s puts off, q ends.
    """
    from quiz.session import Options

    if current().json:
        raise UsageError("A review is a dialogue. With --json use `dquiz next` and `dquiz answer`.")
    if order and order not in {"due", "random", "weakest"}:
        raise UsageError(f"--order {order}: it must be due, random or weakest.")
    if buttons not in {None, 2, 4}:
        raise UsageError(f"--buttons {buttons}: it must be 2 or 4.")
    interactive = is_terminal(sys.stdin) and is_terminal(sys.stdout) and not current().line_mode
    options = Options(
        new=new,
        limit=limit,
        ahead=ahead or timedelta(0),
        cram=cram,
        order=order or None,
        minutes=minutes,
        source="terminal" if interactive else "plain",
    )
    with opened(to_study=True) as collection:
        now = current().now()
        choice = choice_of(tags, levels, where)
        selected = chosen(collection, targets, choice, now)
        if selected is None:
            return
        study = collection.study(selected, options, now)
        raise typer.Exit(run(study, [*(targets or ()), *choice.words], buttons, interactive=interactive))


def run(
    study: Study,
    targets: list[str] | tuple[()],
    buttons: int | None = None,
    *,
    interactive: bool,
    modes: Modes | None = None,
) -> int:
    """Ask the cards of a run, at a terminal or by lines; the exit code.

    Args:
        study: The run.
        targets: What is studied, as the user said it.
        buttons: 2 or 4, if not as configured.
        interactive: At a terminal.
        modes: Of a quiz.
    """
    settings = current().configuration.settings
    if buttons:
        settings = settings.replacing({"review.buttons": buttons})
    where = ", ".join(targets)
    if not (targets or study.card) and study.collection.is_empty():
        for line in _how_to_begin(study.collection):
            write(between_words(line, columns()))
        return 0
    if study.card and not _trusts_the_clock(study):
        return 0
    about: dict[str, Any] = {
        "clock": current().now,
        "zone": current().zone,
        "settings": settings,
        "where": where,
    }
    if interactive:
        from quiz.terminal import review as screen

        if modes:
            from quiz.terminal.quizzing import QuizScreen

            about["screen"] = partial(QuizScreen, modes=modes)
        return screen.run(study, **about)
    from quiz.terminal import plain

    if modes:
        from quiz.terminal.plain_quiz import QuizDialogue

        about["dialogue"] = partial(QuizDialogue, modes=modes)
    if not current().line_mode:
        say("No terminal: one line per prompt.")
    return plain.run(study, **about)


def _how_to_begin(collection: Collection) -> list[str]:
    """What to do with a collection that has nothing in it."""
    lines = ["There are no cards yet. To study your own notes: dquiz review PATH"]
    if shipped := list(collection.shipped.offered()):
        first = "docker" if "docker" in shipped else shipped[0]
        lines += [
            f"To study a deck that comes with dquiz: dquiz review {first}",
            f"There are {', '.join(shipped)}.",
        ]
    return lines


def _trusts_the_clock(study: Study) -> bool:
    """A rating under a wrong clock spoils a schedule, so a person is asked; through a pipe it is only said."""
    if not study.clock_warning or not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return True
    question, study.clock_warning = f"{study.clock_warning} Go on?", ""
    return confirm(question, yes=False)


def next_(
    targets: Decks = None,
    new: _NEW = None,
    limit: _LIMIT = None,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
    show_answer: Annotated[bool, typer.Option("--show-answer", help="Print the answer too.")] = False,
) -> None:
    """Show the card that a review would show first.

    Examples:
      dquiz next docker --show-answer
      dquiz next --json                  with the outcome of each rating; null when nothing is due
    """
    from quiz.session import Options
    from quiz.terminal.chain import asked_before, sentences

    with opened() as collection:
        now = current().now()
        selected = chosen(collection, targets, choice_of(tags, levels, where), now)
        if selected is None:
            show(None)
            return
        study = collection.study(selected, Options(new=new, limit=limit), now)
        if study.card is None:
            show(None, ["Nothing is due."])
            return
        previews = study.preview(now)
        data = {
            **card_data(study.card),
            "token": _token(study.card.schedule.reps),
            "preview": {
                rating.word: {"due": after.due, "interval_s": _seconds_until(after, now, collection.days)}
                for rating, after in previews.items()
            },
        }
        faces = faces_of(study.card)
        before = sentences(asked_before(study.card.note))
        lines = [f"{study.card.id[:8]}  {place_of(study.card)}", faces.front, *before]
        show(data, [*lines, "", faces.back] if show_answer else lines)


def _seconds_until(after: Schedule, now: datetime, days: StudyDays) -> int:
    if after.due_day:
        return (after.due_day - days.day(now)).days * 86400
    return round((after.due - now).total_seconds()) if after.due else 0


def _token(reps: int) -> str:
    return f"r{reps}"


def answer(
    given: Card,
    rating: Annotated[str, typer.Argument(metavar="RATING", help="again, hard, good, easy, or 1 to 4.")],
    at: Annotated[
        str, typer.Option(metavar="TIME", help="When, if not now: ISO time with zone.", show_default=False)
    ] = "",
    seconds: Annotated[float, typer.Option(min=0, max=86400, help="How long it took.")] = 0.0,
    token: Annotated[
        str,
        typer.Option(
            metavar="T", help="From `next`; refused if the card was rated since.", show_default=False
        ),
    ] = "",
) -> None:
    """Rate a card without a screen.

    Examples:
      dquiz answer k3f9a2c good
      dquiz answer notes/docker.md:31 1 --seconds 12 --json
    """
    with opened() as collection:
        now = _moment(at) if at else current().now()
        key, card = collection.find(given)
        if token and token != _token(card.schedule.reps):
            raise StaleTokenError("This card was rated since: ask `dquiz next` again.", card=card.id)
        last = card.schedule.last_review
        if at and last and now < last:
            raise UsageError(
                f"--at {at}: the card was reviewed later than that, at {last:%Y-%m-%dT%H:%M:%SZ}."
            )
        done = collection.record(key, card, rating_called(rating), now, duration_ms=round(seconds * 1000))
        data = review_data(done)
        data["due"] = schedule_data(done.after)["due"]
        show(data, [f"saved {done.id} {done.rating.word}, due {done.after.due:%Y-%m-%d %H:%M} UTC"])


def rating_called(text: str) -> Rating:
    """A rating by its word or number."""
    from quiz.cards import Rating

    words = {rating.word: rating for rating in Rating} | {str(int(rating)): rating for rating in Rating}
    if text.lower() not in words:
        raise UsageError(f"'{text}' is no rating: again, hard, good, easy, or 1 to 4.", given=text)
    return words[text.lower()]


def _moment(text: str) -> datetime:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 2200:  # noqa: PLR2004
        raise UsageError(f"--at {text}: it must be an ISO time with zone, like 2026-11-24T18:40:00+01:00.")
    return moment.astimezone(UTC)


def undo(
    count: Annotated[
        int | None,
        typer.Option(
            min=1, help="Steps to take back, 1 unless given; with --list, to show.", show_default=False
        ),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="Show the last steps, and take back none.")] = False,
) -> None:
    """Take back the last change: a rating, bury, suspend, flag, mark, note, reset, a tick of `done` or an import.

    Examples:
      dquiz undo
      dquiz undo --count 3
      dquiz undo --list                  what would be taken back next, and what after that
    """
    with opened() as collection:
        if listing:
            _list_steps(collection, count or _LISTED_STEPS)
            return
        undone = []
        for _ in range(count or 1):
            step = collection.undo(current().now())
            if step is None:
                break
            undone.append(step)
        if not undone:
            raise NothingToUndoError("There is nothing to take back.")
        data = [_step_data(step) for step in undone]
        show(data[0] if (count or 1) == 1 else data, [f"Taken back: {in_line(step.told)}" for step in undone])


def _list_steps(collection: Collection, count: int) -> None:
    from quiz.collection.steps import steps

    zone = current().zone
    found = steps(collection, count)
    rows = (f"{step.at.astimezone(zone):%Y-%m-%d %H:%M}  {in_line(step.text)}" for step in found)
    lines = [line for row in rows for line in laid_out(row, _AFTER_TIME)]
    data = [{"at": step.at, "text": step.text, **_step_data(step)} for step in found]
    show(data, lines or ["There is nothing to take back."])


def _step_data(step: Step) -> dict[str, Any]:
    return {"kind": step.kind, "review_id": step.review_id, "cards": [card.id for card in step.cards]}


def log(
    card: Annotated[str, typer.Option(metavar="CARD", help="Only this card.", show_default=False)] = "",
) -> None:
    """Print the review log, oldest first.

    Examples:
      dquiz log --card k3f9a2c
      dquiz log --json
    """
    with opened() as collection:
        reviews = collection.history(collection.find(card)[1]) if card else collection.log()
        zone = current().zone
        lines = (
            f"{one.reviewed_at.astimezone(zone):%Y-%m-%d %H:%M}  {one.card_id[:8]}  {one.rating.word:<5}  {one.mode}"
            for one in reviews
        )
        show(
            [review_data(one) for one in reviews],
            (part for line in lines for part in laid_out(line, _AFTER_TIME)),
        )


def due(
    targets: Decks = None,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 10 if something is due.")] = False,
    short: Annotated[bool, typer.Option("--short", help="Only the number.")] = False,
    next_: Annotated[bool, typer.Option("--next", help="Say too when more will come.")] = False,
) -> None:
    """Say how many cards a review would bring now, in one line; fast enough for a prompt.

    Examples:
      dquiz due docker
      dquiz due --short
      dquiz due --next                   with cards that come later today, and on the next day with any
    """
    with opened() as collection:
        now = current().now()
        selected = chosen(collection, targets, choice_of(tags, levels, where), now) or NO_CARDS
        counts = collection.due(selected, now)
        data = counts._asdict()
        line = f"{counts.due + counts.new}" if short else f"{counts.due} due, {counts.new} new"
        if next_:
            from quiz.collection.upcoming import upcoming
            from quiz.terminal.closing import next_cards

            coming = upcoming(collection, selected, now)
            data |= {"next_day": coming.next_day, "next_day_count": coming.next_day_count}
            line = ". ".join([line, *next_cards(coming, now, current().zone)])
        show(data, [line])
        if exit_code and (counts.due or counts.new):
            raise typer.Exit(_DUE_EXIT_CODE)

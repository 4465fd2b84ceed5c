"""Commands that find cards and set them aside: cards, search, show, suspend, bury, flag."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli.choosing import choice_of, chosen, of_sane_size
from quiz.cli.opening import opened
from quiz.cli.options import Card as CardArgument
from quiz.cli.options import Cards, Decks, Levels, Tags, Where
from quiz.cli.output import say
from quiz.cli.output import show as show_result
from quiz.cli.rows import asked_line, card_data, laid_out, place_of, review_data
from quiz.cli.running import current
from quiz.cli.streams import is_terminal
from quiz.collection.choosing import nothing_fits
from quiz.cues import as_read, faces_of
from quiz.errors import CardNotFoundError, NotATerminalError
from quiz.library import shown
from quiz.store.reading import NO_CARDS
from quiz.terminal.words import plural
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Card, Review

_AFTER_ID = 10


def cards(
    targets: Decks = None,
    retired: Annotated[bool, typer.Option("--all", help="Retired cards too.")] = False,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
) -> None:
    """List cards with their state.

    Examples:
      dquiz cards docker
      dquiz cards --all --json
    """
    with opened() as collection:
        now = current().now()
        choice = choice_of(tags, levels, where)
        selected = chosen(collection, targets, choice._replace(where=""), now)
        found = collection.search(choice.where, selected or NO_CARDS, now, retired=retired)
        if selected and choice.where and not found:
            say(
                in_line(
                    nothing_fits(
                        collection, collection.select(targets or (), now), choice, ", ".join(targets or ())
                    )
                )
            )
        show_result([card_data(card) for card in found], _lines(found))


def search(
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY", help='Words, "phrases", and fields like deck:k8s.')
    ],
    sort: Annotated[
        str, typer.Option(metavar="ORDER", help="due, weakest or added.", show_default=False)
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most.", show_default=False)] = None,
) -> None:
    """List the cards that fit a query.

    Examples:
      dquiz search multi-stage build
      dquiz search 'is:due r<0.8 -deck:docker'
      dquiz search 'tag:aws (is:leech or lapses>=3)'

    Words search both sides. Fields: deck tag level file kind shape is r s d lapses reps due added rated; - negates,
    or and brackets group, a space means and. level: junior mid senior; shape: command text list code prose choice
    cloze draft; is: new learning due suspended buried flagged marked leech noted draft changed retired.
    """
    with opened() as collection:
        now = current().now()
        asked = of_sane_size(" ".join(query))
        found = collection.search(asked, collection.select((), now), now, sort=sort)[:limit]
        if not found:
            from quiz.collection.query import nothing_found

            say(in_line(nothing_found(collection, asked)))
        show_result([card_data(card) for card in found], _lines(found))


def _lines(cards: Sequence[Card]) -> Iterator[str]:
    for card in cards:
        yield from laid_out(f"{card.id[:8]}  {asked_line(card)}", _AFTER_ID)


def show(given: CardArgument) -> None:
    """Show a card: both sides, where it stands, and its history.

    Examples:
      dquiz show k3f9a2c
      dquiz show notes/docker.md:31 --json
    """
    with opened() as collection:
        now = current().now()
        _, card = collection.find(given)
        history = collection.history(card)
        scheduler = collection.scheduler(card.note.deck)
        recall = scheduler.retrievability(card.schedule, collection.days.day(now))
        previews = {} if card.note.draft else scheduler.preview(card.id, card.schedule, now)
        data = {
            **card_data(card),
            "front": faces_of(card).front,
            "back": faces_of(card).back,
            "retrievability": recall,
            "preview": {rating.word: after.due for rating, after in previews.items()},
            "history": [review_data(one) for one in history],
        }
        show_result(data, _screen(card, recall, history))


def _screen(card: Card, recall: float | None, history: Sequence[Review]) -> Iterator[str]:
    from quiz.terminal.asides import remark_lines

    schedule, zone = card.schedule, current().zone
    yield in_line(f"{card.id}  {place_of(card)}  {card.note.kind}")
    yield in_line(" > ".join((card.note.deck, *card.note.context)))
    yield ""
    yield as_read(faces_of(card).front)
    yield ""
    yield as_read(faces_of(card).back) or "(no answer yet: dquiz fill)"
    yield ""
    yield from remark_lines(card)
    if card.note.tags:
        yield " ".join(f"#{tag}" for tag in card.note.tags)
    state = f"{schedule.state}, {plural(schedule.reps, 'review')}, {plural(schedule.lapses, 'lapse')}"
    if schedule.stability and schedule.difficulty and recall is not None:
        state += f", stability {schedule.stability:.1f} d, difficulty {schedule.difficulty:.1f}"
        state += f", recall now {recall:.0%}"
    yield state
    if schedule.due:
        yield f"due {schedule.due.astimezone(zone):%Y-%m-%d %H:%M}"
    for one in history:
        yield f"  {one.reviewed_at.astimezone(zone):%Y-%m-%d %H:%M}  {one.rating.word}"


def edit(given: CardArgument) -> None:
    """Open a card's note in the editor, at its line, and read it again.

    Examples:
      dquiz edit k3f9a2c
      dquiz edit notes/docker.md:31

    A deck that comes with dquiz is copied into your own notes first (see `dquiz paths`); its cards keep their history.
    """
    from quiz.terminal import editor

    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise NotATerminalError("`dquiz edit` opens an editor and needs a terminal.")
    with opened() as collection:
        _, card = collection.find(given)
        if card.retired or not card.path:
            raise CardNotFoundError(
                f"{card.id[:8]} is retired: it is in no file any more.", given=shown(given)
            )
        path = collection.own_copy(card.path, current().now())
        if shown(path) != card.path:
            say(in_line(f"This deck comes with dquiz. Yours is a copy from now on: {shown(path)}"))
            card = collection.find(card.id)[1]
        editor.edit(card.path, card.note.line, current().configuration.settings.editor.command)
        collection.reread(card, current().now())
        card = collection.find(card.id)[1]
        word = "retired: it is no longer in its file" if card.retired else "read again"
        show_result(card_data(card), [f"{card.id[:8]} {word}"])


_OFF = Annotated[bool, typer.Option("--off", help="Take it off again.")]
_NOTE = Annotated[bool, typer.Option("--note", help="With all cards of their notes.")]


def suspend(given: Cards, off: _OFF = False, note: _NOTE = False) -> None:
    """Set cards aside for good.

    Examples:
      dquiz suspend k3f9a2c
      dquiz suspend k3f9a2c --off
    """
    _change("suspend", given, off=off, note=note)


def bury(given: Cards, off: _OFF = False, note: _NOTE = False) -> None:
    """Set cards aside until the next study day.

    Examples:
      dquiz bury k3f9a2c --note
    """
    _change("bury", given, off=off, note=note)


def flag(
    given: Cards,
    off: _OFF = False,
    note: _NOTE = False,
    color: Annotated[int, typer.Option(min=1, max=7, help="1 to 7.")] = 1,
) -> None:
    """Mark cards with a colour.

    Examples:
      dquiz flag k3f9a2c --color 3
    """
    _change("flag", given, off=off, note=note, color=color)


def _change(kind: str, given: Sequence[str], *, off: bool, note: bool, color: int = 1) -> None:
    with opened() as collection:
        found = [collection.find(one) for one in given]
        keys = [key for key, _ in found]
        if note:
            keys = list(dict.fromkeys(key for _, card in found for key in collection.siblings(card)))
        collection.change(kind, keys, current().now(), off=off, color=color)
        changed = collection.cards_by_key(keys)
        word = (
            f"{kind} taken off"
            if off
            else {"suspend": "suspended", "bury": "buried", "flag": "flagged"}[kind]
        )
        show_result([card_data(card) for card in changed], [f"{card.id[:8]} {word}" for card in changed])

"""`dquiz relink`: pairs of texts that may be one card, shown beside each other and settled."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quiz.cli.opening import opened
from quiz.cli.output import show
from quiz.cli.prompting import can_choose, choose
from quiz.cli.rows import first_line, laid_out
from quiz.cli.running import current
from quiz.cli.streams import write
from quiz.cues import faces_of
from quiz.errors import NotATerminalError, UsageError
from quiz.terminal.words import place, plural
from quiz.visible import in_line, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.collection.reports import Ask

_SAME, _OTHER, _LATER = "same", "other", "later"
_KEYS = {"y": _SAME, "n": _OTHER, "l": _LATER}
_PROMPT = "Same card? y yes  n no  l later: "
_LONGEST_ANSWER = 12
"""Lines of an answer that are shown."""
_ALIKE, _MOST_WORDS = 0.2, 2_000
_WORD = re.compile(r"\S+\s*|\s+")


def relink(
    old: Annotated[
        str | None, typer.Argument(metavar="OLD", help="A card that lost its place.", show_default=False)
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="The card it became.", show_default=False)
    ] = None,
    no: Annotated[bool, typer.Option("--no", help="They are different cards; never ask again.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Only list what is in doubt.")] = False,
) -> None:
    """Settle matches that a sync left in doubt.

    Examples:
      dquiz relink                       shows both texts of each, and asks
      dquiz relink k3f9a2c p7d2m4x       the new text is the old card
      dquiz relink --no k3f9a2c p7d2m4x  it is not

    What only the old text has is shown as [-so-], and what only the new one has as {+so+}.
    """
    if (old is None) != (new is None):
        raise UsageError("Name both cards, OLD and NEW, or none.")
    with opened() as collection:
        if old and new:
            pair = collection.find(old)[1], collection.find(new)[1]
            lines = list(_sides(*pair))
            collection.sync.relink(*pair, same=not no, now=current().now())
            words = "are different cards" if no else "are one card now"
            show(
                {"old": pair[0].id, "new": pair[1].id, "same": not no},
                [*lines, f"{pair[0].id[:8]} and {pair[1].id[:8]} {words}."],
            )
            return
        asks = collection.sync.open_asks()
        if listing or current().json or not asks:
            show([ask_data(ask, collection) for ask in asks], _listed(collection, asks))
        elif not can_choose():
            raise NotATerminalError(
                "There is no terminal to ask at. Use `dquiz relink OLD NEW`, or `--no OLD NEW`."
            )
        else:
            settle(collection, asks)


def settle(collection: Collection, asks: Sequence[Ask]) -> None:
    """Show each pair and ask what it is; what is left for later stays open.

    Raises:
        KeyboardInterrupt: Ctrl-C; what was settled before stays settled.
    """
    for number, ask in enumerate(asks, 1):
        old, new = collection.first_card_of(ask.old_id), collection.first_card_of(ask.new_id)
        write(f"\n{number} of {len(asks)}")
        for line in _sides(old, new):
            write(line)
        chosen = choose(_PROMPT, _KEYS, at_end=_LATER)
        if chosen != _LATER:
            collection.sync.relink(old, new, same=chosen == _SAME, now=current().now())


def ask_lines(ask: Ask, collection: Collection | None) -> Iterator[str]:
    """A pair in two lines, with the command that joins it once both cards are in the collection."""
    for head, note in (("?  now", ask.new), ("   was", ask.old)):
        where = in_line(place(note.file, note.line))
        yield from laid_out(f"  {head}  {where}  {one_line(first_line(note.prompt))}", 10)
    if collection is not None:
        old, new = collection.first_card_of(ask.old_id), collection.first_card_of(ask.new_id)
        yield f"          dquiz relink {old.id[:8]} {new.id[:8]}"


def ask_data(ask: Ask, collection: Collection | None = None) -> dict[str, object]:
    """A pair as JSON has it; with the collection also by which cards it is known there."""
    sides = {"old": (ask.old_id, ask.old), "new": (ask.new_id, ask.new)}
    data: dict[str, Any] = {"similarity": round(ask.similarity, 3)}
    for side, (note_id, note) in sides.items():
        data[side] = {
            "note": note_id,
            "file": note.file,
            "line": note.line,
            "prompt": note.prompt,
            "answer": note.answer,
        }
        if collection is not None:
            card = collection.first_card_of(note_id)
            schedule = card.schedule
            data[side] |= {
                "id": card.id,
                "reviews": schedule.reps,
                "last_review": schedule.last_review,
                "due": schedule.due,
            }
    return data


def _listed(collection: Collection, asks: Sequence[Ask]) -> Iterator[str]:
    if not asks:
        yield "Nothing is in doubt."
    for number, ask in enumerate(asks, 1):
        old, new = collection.first_card_of(ask.old_id), collection.first_card_of(ask.new_id)
        yield f"{number} of {len(asks)}"
        yield from _sides(old, new)
        yield f"dquiz relink {old.id[:8]} {new.id[:8]}"
        yield ""


def _sides(old: Card, new: Card) -> Iterator[str]:
    """Both texts with their places, the old one with its history, and what differs between them marked."""
    asked = _marked(faces_of(old).front, faces_of(new).front)
    answered = _marked(faces_of(old).back, faces_of(new).back)
    for number, (name, card) in enumerate((("old", old), ("new", new))):
        where = in_line(place(card.note.file, card.note.line))
        yield from laid_out(f"{name}  {where}  {card.id[:8]}{_history(card)}", 5)
        yield from _text(asked[number])
        yield from _text(answered[number] or "(no answer yet)", "  = ")


def _history(card: Card) -> str:
    schedule, zone = card.schedule, current().zone
    if not schedule.reps or not schedule.last_review:
        return ", no reviews"
    told = f", {plural(schedule.reps, 'review')}, last {schedule.last_review.astimezone(zone):%Y-%m-%d}"
    return told + (f", due {schedule.due.astimezone(zone):%Y-%m-%d}" if schedule.due else "")


def _text(text: str, head: str = "    ") -> Iterator[str]:
    lines = text.split("\n")
    for number, line in enumerate(lines[:_LONGEST_ANSWER]):
        yield from laid_out(f"{'    ' if number else head}{line}".rstrip(), 4)
    if more := lines[_LONGEST_ANSWER:]:
        yield f"    … {plural(len(more), 'line')} more"


def _marked(old: str, new: str) -> tuple[str, str]:
    """Two texts with the words marked that only one of them has; as they are if they have little in common."""
    ours, theirs = _WORD.findall(old), _WORD.findall(new)
    if len(ours) + len(theirs) > _MOST_WORDS:
        return old, new
    our_words, their_words = ([word.strip() for word in side] for side in (ours, theirs))
    matcher = difflib.SequenceMatcher(None, our_words, their_words, autojunk=False)
    if old == new or matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return old, new
    before, after = "", ""
    for what, a, b, c, d in matcher.get_opcodes():
        gone, come = "".join(ours[a:b]), "".join(theirs[c:d])
        before += _between("[-", gone, "-]") if what != "equal" else gone
        after += _between("{+", come, "+}") if what != "equal" else come
    return before, after


def _between(begin: str, text: str, end: str) -> str:
    """Marks around the words of a text, and not around the blanks at its ends."""
    words = text.strip()
    if not words:
        return text
    start = text.index(words)
    return f"{text[:start]}{begin}{words}{end}{text[start + len(words) :]}"

"""What a review tells and does beside asking: card information, the list of keys, links, the clipboard."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from quiz.cards import Rating
from quiz.terminal.frame import key_label
from quiz.terminal.safety import links
from quiz.terminal.words import card_place, interval_after, long_interval, plural, short_interval
from quiz.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from quiz.cards import Card, Review
    from quiz.collection.studying import Study
    from quiz.settings import KeysSettings, Settings

_LAST_REVIEWS = 5
_NOTHING = "-"
# Terminals drop longer ones, some of them without a word.
_MOST_COPIED = 70_000
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)([^\n]+?)(?<!`)\1(?!`)")
_KEYS = {
    "show": "the answer, then the suggested rating",
    "again": "rate, once the answer is shown",
    "hint": "a hint, or the next item of a list",
    "type": "type the answer; \\e opens the editor",
    "undo": "take back the last step",
    "edit": "edit the card in its file",
    "later": "later: to the end of the queue",
    "bury_card": "not before tomorrow: card, note",
    "suspend_card": "not any more: card, note",
    "mark": "mark, or take the mark off",
    "flag": "flag, or take the flag off",
    "note": "note to self; - takes it away",
    "info": "what is known about the card",
    "open": "open the first link",
    "copy": "copy the first code",
    "reset": "typed wrong: try again; changed card: forget its schedule",
    "help": "these keys",
    "quit": "end, with a summary",
}
_WITH_NOTE = {"bury_card": "bury_note", "suspend_card": "suspend_note"}


def all_keys(keys: KeysSettings, width: int) -> list[str]:
    """Every key with what it does, no line wider than the width."""
    from textwrap import wrap  # noqa: PLC0415 - half of what this module would load

    rows = []
    for action, meaning in _KEYS.items():
        names = [key_label(getattr(keys, action))]
        if action == "again":
            names = [keys.again, keys.hard, keys.good, keys.easy]
        if action in _WITH_NOTE:
            names.append(getattr(keys, _WITH_NOTE[action]))
        rows.append((" ".join(names), meaning))
    indent = " " * (max(len(name) for name, _ in rows) + 2)
    return [
        line
        for name, meaning in rows
        for line in wrap(meaning, width, initial_indent=f"{name:<{len(indent)}}", subsequent_indent=indent)
    ]


def information(
    card: Card, recall: float | None, history: Sequence[Review], zone: tzinfo | None
) -> list[str]:
    """Where the card is, and what the scheduler knows about it."""
    schedule = card.schedule
    lines = [f"{one_line(card_place(card))}  {card.id[:8]}"]
    if schedule.stability is None or schedule.difficulty is None:
        return [*lines, "New: never reviewed."]
    known = f"stability {_days(schedule.stability)}, difficulty {schedule.difficulty:.1f} of 10"
    known += f", recall now {recall:.0%}" if recall is not None else ""
    lines.append(f"{schedule.state.title()}: {known}.")
    lines.append(f"{plural(schedule.reps, 'review')}, {plural(schedule.lapses, 'lapse')}.")
    for review in history[-_LAST_REVIEWS:]:
        when = review.reviewed_at.astimezone(zone)
        after = short_interval(interval_after(review.after))
        name = review.rating.name.title() if review.rating else "reset"
        lines.append(f"{when:%Y-%m-%d %H:%M}  {name:<5}  {after:>5}  {review.duration_ms / 1000:.0f} s")
    return lines


def _days(stability: float) -> str:
    return short_interval(stability * 86_400)


def noted(study: Study, given: str, now: datetime) -> str:
    """Keep a line as a note to self under the card on screen, or with ``-`` take all away; what to say of it."""
    text = given.strip()
    if not text:
        return ""
    study.remark("" if text == _NOTHING else text, now)
    return "The note to self is gone." if text == _NOTHING else "Noted."


def remark_lines(card: Card) -> list[str]:
    """The note to self of a card."""
    return [f"Note to self: {line}" for line in card.remark.splitlines()]


def leech(lapses: int, edit: str, suspend: str) -> str:
    """What can be done about a card that is forgotten again and again, with the keys for it."""
    ways = [f"{edit} rewrite it"] * bool(edit) + [f"{suspend} suspend"] * bool(suspend)
    told = f"Leech: {plural(lapses, 'lapse')}."
    return f"{told} {', '.join([*ways, 'or keep going'])}." if ways else told


def became_leech(card: Card, review: Review, lapses: int) -> bool:
    """Whether this rating made the card a leech."""
    forgotten = review.rating is Rating.AGAIN and review.after.lapses > review.before.lapses
    return forgotten and not card.leech and review.after.lapses >= lapses


def open_link(markdown: str) -> str:
    """Open the first link to the web or to mail; what to say of it. Other links could start programs."""
    found = links(markdown)
    if not found:
        return "No link to open."
    import webbrowser  # noqa: PLC0415 - looks for browsers when it is imported

    return f"Opened {found[0]}" if webbrowser.open(found[0]) else f"No browser was found for {found[0]}"


def code_in(markdown: str) -> str:
    """The first code block, else the first code span, as it was written."""
    lines = markdown.split("\n")
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            return _block(lines[number:])[0]
    span = _CODE_SPAN.search(markdown)
    return span[2].strip() if span else ""


def only_code(markdown: str) -> str | None:
    """The code of a text that is nothing but one code block or one code span, else None."""
    lines = markdown.strip("\n").split("\n")
    if _FENCE.match(lines[0]):
        code, length = _block(lines)
        return code if length == len(lines) else None
    span = _CODE_SPAN.match(markdown.strip())
    return span[2].strip() if span and span.end() == len(markdown.strip()) else None


def _block(lines: Sequence[str]) -> tuple[str, int]:
    """The code of the block that the first line opens, and how many lines it has with its fences."""
    from textwrap import dedent  # noqa: PLC0415 - half of what this module would load

    opened = _FENCE.match(lines[0])
    assert opened is not None, "the first line opens a block"  # noqa: S101
    for number, line in enumerate(lines[1:], 1):
        bare = line.strip()
        if bare.startswith(opened[1]) and not bare.strip(opened[1][0]):
            return dedent("\n".join(lines[1:number])), number + 1
    return dedent("\n".join(lines[1:])), len(lines)


def to_clipboard(code: str) -> str:
    """The sequence by which a terminal sets the clipboard. It holds base64 only: no code breaks out of it."""
    encoded = base64.b64encode(visible(code)[:_MOST_COPIED].encode()).decode()
    return f"\x1b]52;c;{encoded}\x07"


def rated(review: Review) -> str:
    """What a rating came to: ``Good, again in 10 minutes``."""
    name = review.rating.name.title()
    if not review.counts:
        return name
    again = "in" if review.rating is Rating.AGAIN else "again in"
    return f"{name}, {again} {long_interval(interval_after(review.after))}"


def outcome(card: Card, review: Review, settings: Settings) -> str:
    """What is said of a rating: what it came to, the time if it is wanted, and whether the card is a leech now."""
    told = rated(review)
    if settings.review.timer:
        told += f", after {review.duration_ms / 1000:.0f} s"
    if became_leech(card, review, settings.study.leech_lapses):
        told += f". Now a leech: {plural(review.after.lapses, 'lapse')}"
    return told

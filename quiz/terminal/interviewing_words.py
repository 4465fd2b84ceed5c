"""What a mock interview says, in both of its front ends: times, points, and the rows of keys."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from quiz.cues import answer_of, faces_of
from quiz.cues.blocks import BlockKind, blocks, without_accepted
from quiz.cues.points import parted, red_flags
from quiz.cues.signs import LEGEND
from quiz.interview.running import WHOLE_ANSWER
from quiz.terminal.frame import NARROW, cut
from quiz.terminal.words import plural
from quiz.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from quiz.cards import Card
    from quiz.collection.interviews import Held
    from quiz.interview import Interview, Question

OPEN = "Say it aloud; no answer is written yet."
ESSENTIAL = LEGEND
_NUMBERS = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?[\s,;.]*")


def clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> clock(171), clock(0)
    ('2:51', '0:00')
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def length(seconds: int) -> str:
    """How long a question may take, in words."""
    minutes, rest = divmod(seconds, 60)
    parts = [plural(minutes, "minute")] * bool(minutes) + [plural(rest, "second")] * bool(rest)
    return " and ".join(parts)


def greeting(held: Held, wanted: int) -> str:
    """What will be asked, and by which number the same would be drawn again."""
    terms, count = held.interview.terms, len(held.interview.drawn)
    told = f"{plural(count, 'question')}, {length(terms.per_question)} each. Seed {terms.seed}."
    if held.is_first:
        return f"{told} A first measurement: nothing of it was reviewed before."
    return f"{told} {few(held)}".rstrip() if count < wanted else told


def few(held: Held) -> str:
    """Why there are not more questions, and what brings some."""
    left_out = sum(one.is_new for one in held.candidates) - sum(one.is_new for one in held.interview.drawn)
    return f"{plural(left_out, 'new card')} left out: --new-share 1 asks them too." if left_out else ""


def answer_beside(card: Card, question: Question, *, in_words: bool = False) -> str:
    """The model answer as markdown, as far as its points do not say it already; empty if they do."""
    if not question.points:
        return ""
    parts = blocks(without_accepted(answer_of(card.note))[0])
    whole = _is_whole(question) or any(part.kind is not BlockKind.LIST for part in parts)
    return parted(faces_of(card, in_words=in_words).back)[0] if whole else ""


def red_flags_of(card: Card, question: Question) -> list[str]:
    """What fails a candidate who says it, as markdown; nothing where there are no points to compare."""
    return list(red_flags(answer_of(card.note))) if question.points else []


def _is_whole(question: Question) -> bool:
    return [point.text for point in question.points] == [WHOLE_ANSWER]


def result(question: Question) -> str:
    """What an answer came to."""
    if not question.points:
        return ""
    if _is_whole(question):
        return "Said." if question.hit else "Not said."
    told = f"{question.hit} of {plural(len(question.points), 'point')}"
    return told + (f", {question.essential_missed} essential missed." if question.essential_missed else ".")


def time_taken(question: Question) -> str:
    """How long the answer took."""
    over = f", {clock(question.overtime)} over" if question.overtime else ""
    return f"{clock(question.seconds)} min{over}."


def numbers(given: str, most: int) -> set[int] | None:
    """The places, from 0, that a line of numbers names; None if it is no such line.

    >>> numbers("1, 3-4", 5), numbers("", 5), numbers("6", 5)
    ({0, 2, 3}, set(), None)
    """
    if given.casefold() in ("a", "all"):
        return set(range(most))
    chosen: set[int] = set()
    position = 0
    while position < len(given):
        found = _NUMBERS.match(given, position)
        if not found:
            return None
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= most:
            return None
        chosen |= set(range(first - 1, last))
        position = found.end()
    return chosen


def with_said(interview: Interview, said: Collection[int]) -> Interview:
    """The interview with exactly these points ticked."""
    question = interview.question
    assert question is not None, "points are ticked while they are compared"  # noqa: S101
    for place, point in enumerate(question.points):
        if point.hit != (place in said):
            interview = interview.tick(place)
    return interview


# --- rows: each fits its width -------------------------------------------------------------------------------------


def header(number: int, total: int, topic: str, width: int) -> list[Text]:
    """Which question it is, and of what."""
    left, rule = f"Question {number} of {total}", Text("─" * width, style="rule")
    topic = one_line(topic)
    if width < NARROW:
        return [Text(left), Text(cut(topic, width)), rule]
    topic = cut(topic, width - len(left) - 2)
    return [Text(left + " " * (width - len(left) - cell_len(topic)) + topic), rule]


def asking_row(left: float, width: int) -> Text:
    """The time that is left, or how much too long it is by now, and the keys."""
    narrow = width < NARROW
    if left > 0:
        told = clock(math.ceil(left)) + ("" if narrow else " left")
    else:
        told = f"+{clock(-left)}" if narrow else f"{clock(-left)} over"
    return _row(told, [("[space]", "done"), ("p", "pause"), ("k", "skip"), ("q", "end")], width, "pk")


def paused_row(seconds: float, width: int) -> Text:
    """The clock stands still."""
    told = f"paused at {clock(seconds)}"
    return _row(told, [("p", "go on"), ("[space]", "done"), ("k", "skip"), ("q", "end")], width, "kq")


def ticking_row(question: Question, most_by_key: int, width: int) -> Text:
    """Which points were said, and the keys."""
    count = len(question.points)
    said = [str(place) for place, point in enumerate(question.points, 1) if point.hit]
    by_key = min(count, most_by_key)
    keys = [("1" if by_key == 1 else f"1-{by_key}", "tick")]
    keys += [("t", "type numbers")] * (count > most_by_key)
    keys += [("a", "all")] * (count > 1) + [("n", "note"), ("[Enter]", "next")]
    told = f"said {' '.join(said) or 'none'}"
    row = _row(told, keys, width, "na")
    return row if row.plain.startswith(f"{told} ") else _row(f"said {len(said)}", keys, width, "na")


def clarity_row(width: int) -> Text:
    """How clear was it?"""
    leaves = "skips" if width < NARROW else "leaves it out"
    return _row("How clear?", [("1-4", ""), ("[Enter]", leaves), ("n", "note")], width, "n")


def _row(told: str, keys: Sequence[tuple[str, str]], width: int, less_important: str) -> Text:
    """Some words and the keys; of those without room the less important go first."""
    gap = "  " if width < NARROW else "   "
    left_out = ""
    while True:
        row = Text(told)
        for key, meaning in keys:
            if key not in left_out or key.startswith("["):
                row.append(gap).append(key, style="key").append(f" {meaning}".rstrip())
        if row.cell_len < width:
            return row
        if len(left_out) == len(less_important):
            row.truncate(width - 1)
            return row
        left_out = less_important[: len(left_out) + 1]

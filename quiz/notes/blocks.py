"""One note as lines of markdown: the ways to write each kind, the best first. None is right before it was read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from quiz.cards import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from quiz.cards import Choice, Note

# Lines that are not read on from behind a mark as text
_BEGINS_BLOCK = re.compile(r"\s*(?:```|~~~|\||[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|>|<)|\s{4}|$")


@dataclass(frozen=True, slots=True)
class Way:
    """A way to write a note.

    Attributes:
        lines: Of the note, without blank ones around it.
        table: The header of the table that they are rows of, which rows of several notes can share.
    """

    lines: tuple[str, ...]
    table: tuple[str, ...] = ()


def questions(note: Note, attributes: Sequence[str], level: int) -> Iterator[Way]:  # noqa: ARG001 - as all writers
    """Question mark and answer mark: as two lines if that is enough, else in a list item, which holds anything."""
    mark = "C:" if note.kind is Kind.CLOZE else "Q:"
    prompt = note.prompt.split("\n")
    for asked, answered in product(_asked(mark, prompt, _suffix(attributes)), _answered(note)):
        is_short = len(asked) == 1 and len(answered) <= 1
        blank = [""] * (not is_short and bool(answered) and bool(answered[0]))
        flush, item = [*asked, *answered], _item([*asked, *blank, *answered])
        for lines in (flush, item) if is_short else (item, flush):
            yield Way(tuple(lines))
    if note.kind is Kind.QA and len(prompt) == 1:
        summary = f"<summary>{note.prompt}{_suffix(attributes)}</summary>"
        yield Way(("<details>", summary, "", *note.answer.split("\n"), "", "</details>"))


def _asked(mark: str, prompt: list[str], suffix: str) -> Iterator[list[str]]:
    first, *rest = prompt
    yield [f"{mark} {first}{suffix}", *rest]
    if rest and suffix:
        yield [f"{mark} {first}", *rest[:-1], rest[-1] + suffix]
    yield [mark, "", *prompt[:-1], prompt[-1] + suffix]
    if rest:
        yield [mark, "", first + suffix, *rest]


def _answered(note: Note) -> list[list[str]]:
    if note.kind is Kind.CHOICE:
        return _options(note)
    if not note.answer:
        return [[]]
    lines = note.answer.split("\n")
    beside, below = [f"A: {lines[0]}", *lines[1:]], ["A:", "", *lines]
    ways = [below, beside] if _BEGINS_BLOCK.match(lines[0]) else [beside, below]
    return [*ways, ["A:", *lines], ["", *lines]]


def _options(note: Note) -> list[list[str]]:
    """A choice as it was written, or anew from its options."""
    written = note.answer.split("\n")
    anew = [line for choice in note.choices for line in _option(choice)]
    below = ["", *note.explanation.split("\n")] if note.explanation else []
    right = next((choice.text for choice in note.choices if choice.correct), "")
    truth = f"A: {right}. {note.explanation}".rstrip()
    return [["", *written], [f"A: {written[0]}", *written[1:]], ["", *anew, *below], truth.split("\n")]


def _option(choice: Choice) -> list[str]:
    return _item(choice.text.split("\n"), f"- [{'x' if choice.correct else ' '}] ", indent=2)


def _commands(note: Note, attributes: Sequence[str], level: int) -> Iterator[Way]:
    """A title with what stands below it: a heading of a cheat sheet, or a bold label above code."""
    suffix, answer = _suffix(attributes), note.answer.split("\n")
    heading, label = f"{'#' * level} {note.prompt}{suffix}", f"**{note.prompt}**:{suffix}"
    ways = [Way((heading, "", *answer)), Way(tuple(_item([label, "", *answer])))]
    yield from ways if note.rule.startswith("T:") else reversed(ways)


def _terms(note: Note, attributes: Sequence[str], level: int) -> Iterator[Way]:  # noqa: ARG001 - as all writers
    """A list item with a bold term; or a row of a table."""
    first, *rest = note.answer.split("\n")
    suffix = _suffix(attributes)
    yield Way(tuple(_item([f"**{note.prompt}** — {first}{suffix}", *rest])))
    yield Way(tuple(_item([f"**{note.prompt}**: {first}{suffix}", *rest])))
    yield _row(note, "Term", "Definition")


def _focus_areas(note: Note, attributes: Sequence[str], level: int) -> Iterator[Way]:  # noqa: ARG001
    """A row of the roadmap's table."""
    yield _row(note, "Focus area", "Why it matters")


def _row(note: Note, *names: str) -> Way:
    cells = [note.prompt, note.answer]
    return Way((f"| {' | '.join(cells)} |",), (f"| {' | '.join(names)} |", "| --- | --- |"))


def _next_steps(note: Note, attributes: Sequence[str], level: int) -> Iterator[Way]:  # noqa: ARG001
    """A list item: what comes next, and why."""
    first, *rest = note.answer.split("\n")
    suffix = _suffix(attributes)
    for beside in (f"**{note.prompt}** — {first}", f"**{note.prompt}**: {first}", f"{note.prompt} — {first}"):
        yield Way(tuple(_item([beside.rstrip(" :—") + suffix if not first else beside + suffix, *rest])))
    yield Way(tuple(_item([f"**{note.prompt}**{suffix}", "", *note.answer.split("\n")])))


def _concepts(note: Note, attributes: Sequence[str], level: int) -> Iterator[Way]:  # noqa: ARG001
    """A list item with an equals sign."""
    for prompt in (note.prompt, f"**{note.prompt}**"):
        yield Way(tuple(_item([f"{prompt} = {note.answer}{_suffix(attributes)}"])))


WRITERS: dict[Kind, Callable[[Note, Sequence[str], int], Iterator[Way]]] = {
    Kind.CHEATSHEET: _commands,
    Kind.CONCEPT: _concepts,
    Kind.NEXT: _next_steps,
    Kind.ROADMAP: _focus_areas,
    Kind.TERM: _terms,
}
"""What writes the notes of a kind; `questions` does the others."""


def _suffix(attributes: Sequence[str]) -> str:
    return "".join(f" {name}" for name in attributes)


def _item(lines: Sequence[str], marker: str = "- ", indent: int = 2) -> list[str]:
    """The lines as a list item."""
    first, *rest = lines
    return [
        f"{marker}{first}".rstrip(" "),
        *(f"{' ' * indent}{line}" if line.strip() else "" for line in rest),
    ]

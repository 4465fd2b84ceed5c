"""Text as runs of one style: where blanks belong, and what runs become one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EMPHASIS = {"b": ("**", "**"), "i": ("*", "*"), "s": ("~~", "~~")}
HTML_STYLES = {"sub": ("<sub>", "</sub>"), "sup": ("<sup>", "</sup>")}
STYLES = (*EMPHASIS, *HTML_STYLES)
"""All styles, the outermost first."""


class Run(NamedTuple):
    """Text of one kind and style.

    Attributes:
        kind: ``text code formula``; ``mark hide show`` are markdown already, the last two around a deletion;
            ``break`` ends a line.
        styles: Of :data:`STYLES`.
        link: Where it leads, or empty.
    """

    text: str
    kind: str = "text"
    styles: frozenset[str] = frozenset()
    link: str = ""


BREAK = Run("", "break")
_BLANKS = re.compile(r"[ \t\n]+")
INDENT = "\xa0"
"""A blank that stays at the start of a line."""
WRITTEN = frozenset({"mark", "hide", "show"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a paragraph is written.

    Attributes:
        plain: Without emphasis.
        cloze: Braces of the text must not read as deletions.
        cell: In a table: on one line.
    """

    plain: bool = False
    cloze: bool = False
    cell: bool = False


def tidy(runs: Sequence[Run], *, plain: bool) -> list[Run]:
    """Runs with blanks folded and outside of styles, equal neighbours joined, no break at an edge."""
    folded: list[Run] = []
    for run in _with_blanks_outside_deletions(_parted(runs)):
        bare = run._replace(styles=run.styles & set(HTML_STYLES)) if plain else run
        if run.text == " ":
            if folded and folded[-1].kind != "break" and not folded[-1].text.endswith(" "):
                folded.append(bare)
        elif run.kind == "break":
            if folded and folded[-1].text == " ":
                folded.pop()
            if folded and folded[-1].kind != "break":
                folded.append(run)
        else:
            folded.append(bare)
    while folded and (folded[-1].kind == "break" or folded[-1].text == " "):
        folded.pop()
    return _merged(_with_blanks_outside(_without_split_code(folded) if plain else folded))


def _without_split_code(runs: list[Run]) -> list[Run]:
    """Runs without code beside the edge of a deletion: when that is gone, two code spans would touch."""
    edges = {index for index, run in enumerate(runs) if run.kind in ("hide", "show")}
    beside = {index + step for index in edges for step in (-1, 1)}
    return [
        run._replace(kind="text") if index in beside and run.kind == "code" else run
        for index, run in enumerate(runs)
    ]


def _parted(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs with the blanks at their edges as runs of their own."""
    for run in runs:
        if run.kind not in ("text", "code"):
            yield run
            continue
        text = _BLANKS.sub(" ", run.text)
        core = text.strip(" ")
        if text.startswith(" "):
            yield run._replace(text=" ", kind="text")
        if core:
            yield run._replace(text=core)
            if text.endswith(" "):
                yield run._replace(text=" ", kind="text")


def _with_blanks_outside_deletions(runs: Iterator[Run]) -> list[Run]:
    """Runs of which no deletion begins or ends in a blank or break: dquiz would take it off."""
    moved: list[Run] = []
    for run in runs:
        if _is_gap(run) and moved and moved[-1].kind == "hide":
            moved.insert(len(moved) - 1, run)
        elif run.kind == "show":
            start = len(moved)
            while start and _is_gap(moved[start - 1]):
                start -= 1
            moved.insert(start, run)
        else:
            moved.append(run)
    return moved


def _is_gap(run: Run) -> bool:
    return run.text == " " or run.kind == "break"


def _with_blanks_outside(runs: list[Run]) -> Iterator[Run]:
    for index, run in enumerate(runs):
        if run.text == " ":
            before, after = runs[index - 1], runs[index + 1]
            link = run.link if before.link == run.link == after.link else ""
            yield run._replace(styles=before.styles & after.styles, link=link)
        else:
            yield run


def _merged(runs: Iterator[Run]) -> list[Run]:
    groups: list[list[Run]] = []
    for run in runs:
        last = groups[-1][-1] if groups else BREAK
        if run.kind in ("text", "code") and (run.kind, run.styles, run.link) == (
            last.kind,
            last.styles,
            last.link,
        ):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [group[0]._replace(text="".join(run.text for run in group)) for group in groups]

"""The shape of a card's answer, from which its way of being asked follows, and what is then to be typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues import FORWARD, GAP, OPTION, REVERSE, answer_of, cloze_groups, faces, gaps_of, hidden_text
from quiz.cues.blocks import BlockKind, blocks, without_accepted
from quiz.cues.inline import without_formula_marks

if TYPE_CHECKING:
    from quiz.cards import Card, Note
    from quiz.cues.blocks import Block
    from quiz.cues.gaps import Gap

_SHELLS = frozenset({"sh", "bash", "console", "zsh"})
_SHORTEST_LONG = 41
_SPAN = re.compile(r"(?P<run>`+)(?P<code>[^`]|[^`].*?[^`])(?P=run)", re.DOTALL)
_CODE_TAG = re.compile(r"<(/?)(?:code|kbd)>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|strong|i|em|u|s|sub|sup|br|p)\s*/?>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])(\*|_)(?=\S)([^*_]+)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LONGEST_MARKED_UP = 400


class Shape(StrEnum):
    """The shapes of answers; of those that fit, the first one counts."""

    DRAFT = "draft"
    CHOICE = "choice"
    CLOZE = "cloze"
    COMMAND = "command"
    TEXT = "text"
    LIST = "list"
    CODE = "code"
    PROSE = "prose"


class Comparison(StrEnum):
    """By which rules a typed answer is compared."""

    COMMAND = "command"
    TEXT = "text"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is asked for.

    Attributes:
        comparison: None if nothing is to be typed.
        text: The right answer, without markdown around it; empty if nothing is to be typed.
        accept: What else is right.
        placeholders: Whether ``{{…}}`` stands for any text.
        free: Whether options of a command may stand in another order.
    """

    shape: Shape
    comparison: Comparison | None = None
    text: str = ""
    accept: tuple[str, ...] = ()
    placeholders: bool = False
    free: bool = False


def is_typable(card: Card) -> bool:
    """Whether the answer of a card can be typed and compared."""
    return expected(card.note, card.facet).comparison is not None


def expected(note: Note, facet: str = FORWARD, *, free: bool = False) -> Expected:
    """What a card asks for.

    Args:
        note: Its note.
        facet: Which question of the note it asks.
        free: Whether options of commands may stand in another order.
    """
    answer = faces(note, facet).back if note.kind is Kind.CHOICE or facet == REVERSE else answer_of(note)
    if facet.startswith("cloze:"):
        answer = answer or note.prompt
    if note.draft or not answer.strip():
        return Expected(shape=Shape.DRAFT)
    if note.kind is Kind.CHOICE:
        return Expected(shape=Shape.CHOICE)
    if facet.startswith("cloze:"):
        return _cloze(note, facet, free=free)
    placeholders = note.kind is Kind.CHEATSHEET
    hidden = hidden_text(note, facet) if facet.startswith(OPTION) else ""
    if hidden:
        return Expected(
            shape=Shape.CLOZE,
            comparison=Comparison.COMMAND,
            text=hidden,
            placeholders=placeholders,
            free=free,
        )
    if facet.startswith(GAP) and (gap := gaps_of(note).get(facet)):
        return _gap(gap, placeholders=placeholders, free=free)
    body, accept = without_accepted(answer)
    return _of_answer(body, tuple(map(_bare, accept)), placeholders=placeholders, free=free)


def _cloze(note: Note, facet: str, *, free: bool) -> Expected:
    hidden = " ".join(deletion.text for deletion in dict(cloze_groups(note)).get(facet, ()))
    span = _SPAN.fullmatch(hidden.strip())
    if len(hidden) >= _SHORTEST_LONG:
        return Expected(shape=Shape.PROSE)
    if span:
        code = span["code"].strip()
        return Expected(shape=Shape.CLOZE, comparison=Comparison.COMMAND, text=code, free=free)
    return Expected(shape=Shape.CLOZE, comparison=Comparison.TEXT, text=without_markup(hidden))


def _gap(gap: Gap, *, placeholders: bool, free: bool) -> Expected:
    comparison = Comparison.COMMAND if gap.is_shell else Comparison.CODE
    return Expected(
        shape=Shape.CLOZE,
        comparison=comparison,
        text=gap.text,
        placeholders=placeholders and gap.is_shell,
        free=free and gap.is_shell,
    )


def _of_answer(answer: str, accept: tuple[str, ...], *, placeholders: bool, free: bool) -> Expected:
    parts = blocks(answer)
    command = _command(parts)
    if command:
        return Expected(
            shape=Shape.COMMAND,
            comparison=Comparison.COMMAND,
            text=command,
            accept=accept,
            placeholders=placeholders,
            free=free,
        )
    text = _short_text(parts)
    if text:
        return Expected(shape=Shape.TEXT, comparison=Comparison.TEXT, text=text, accept=accept)
    size = sum(part.size for part in parts)
    lists = [part for part in parts if part.kind is BlockKind.LIST]
    if sum(len(part.points) for part in lists) > 1 and 2 * sum(part.size for part in lists) > size:
        return Expected(shape=Shape.LIST)
    fences = [part for part in parts if part.kind is BlockKind.FENCE]
    if 2 * sum(fence.size for fence in fences) > size:
        code = "\n".join(line for fence in fences for line in fence.lines)
        return Expected(
            shape=Shape.CODE,
            comparison=Comparison.CODE,
            text=code,
            accept=accept,
            placeholders=placeholders,
        )
    return Expected(shape=Shape.PROSE)


def _command(parts: list[Block]) -> str:
    """The command that an answer begins with, if nothing but text explains it below."""
    first, *below = parts
    if any(part.kind is not BlockKind.TEXT for part in below):
        return ""
    if first.kind is BlockKind.FENCE:
        code = "\n".join(line for line in first.lines if line.strip())
        one_line = code.replace("\\\n", "").count("\n") == 0 and not code.lstrip().startswith("#")
        return code.strip().removeprefix("$ ") if first.language in _SHELLS and one_line else ""
    span = _SPAN.fullmatch(_with_spans("\n".join(first.lines)).strip())
    return span["code"].strip().removeprefix("$ ") if span and "\n" not in span["code"] else ""


def _short_text(parts: list[Block]) -> str:
    lines = parts[0].lines
    if len(parts) > 1 or len(lines) > 1 or parts[0].kind is not BlockKind.TEXT or "![" in lines[0]:
        return ""
    text = without_markup(lines[0])
    return text if len(text) < _SHORTEST_LONG and "`" not in _with_spans(lines[0]) else ""


def _bare(text: str) -> str:
    span = _SPAN.fullmatch(_with_spans(text))
    return span["code"].strip() if span else text


def _with_spans(text: str) -> str:
    return _CODE_TAG.sub("`", text)


def without_markup(text: str) -> str:
    """A line of markdown as it reads: without emphasis, links, harmless tags and escapes."""
    text = text.strip()
    if len(text) > _LONGEST_MARKED_UP:
        return text
    text = without_formula_marks(text)
    for pattern, kept in ((_TAG, ""), (_LINK, r"\1"), (_STRONG, r"\2"), (_EMPHASIS, r"\2"), (_ESCAPE, r"\1")):
        text = pattern.sub(kept, text)
    return text.strip()

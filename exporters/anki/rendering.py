"""Renders the fields of a note for Anki."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from exporters.anki.cloze import cloze_html, code_as_cloze
from exporters.anki.fields import Fields, defused
from exporters.html import NO_MEDIA, Html, Shelf, blocks, inline, one_line
from exporters.text import cleaned
from quiz.cards import Choice, Kind
from quiz.cues import answer_shown, cloze_groups, faces, gaps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from quiz.cards import Deletion, Note

_CONTEXT_LEVELS = 2
_ACCEPT = re.compile(r"accept:\s*(.+)", re.IGNORECASE)
_PROMPT_SIGN = "$ "


def render(note: Note, numbers: Mapping[str, int], shelf: Shelf = NO_MEDIA) -> Fields:
    """Render a note.

    Args:
        note: With an answer, or a cloze.
        numbers: Anki's number, from 0, of each facet.
        shelf: The pictures and recordings it may show.
    """
    context = _context(note.context[-_CONTEXT_LEVELS:]) + _earlier(note)
    if note.kind is Kind.CLOZE:
        groups = ((numbers[facet] + 1, hidden) for facet, hidden in cloze_groups(note))
        number_of = {deletion: number for number, hidden in groups for deletion in hidden}
        return _cloze(note, number_of, shelf, context)
    if gaps := gaps_of(note):
        text = code_as_cloze(note)
        number_of = {
            deletion: numbers[facet] + 1 for facet, deletion in zip(gaps, text.deletions, strict=True)
        }
        return _cloze(text, number_of, shelf, context)
    if note.kind is Kind.CHOICE:
        front, back = _choice_sides(note, shelf)
    else:
        front, back = blocks(faces(note).front, shelf), _back(note, shelf)
    return Fields(
        first=defused(front.text),
        second=defused(back.text),
        context=context,
        typed=_typed(note),
        pictures=front.pictures + back.pictures,
    )


def _context(headings: Sequence[str]) -> str:
    return defused(" › ".join(inline(heading).text for heading in headings))


def _earlier(note: Note) -> str:
    """What was asked before a step of a chain, below the headings."""
    lines = [inline(text).text for each in note.earlier for text in each if text]
    return defused(f'<div class="dq-earlier">{"<br>".join(lines)}</div>') if lines else ""


def _cloze(note: Note, number_of: Mapping[Deletion, int], shelf: Shelf, context: str) -> Fields:
    text, pictures, kept = cloze_html(note, number_of, shelf)
    extra = blocks(note.answer, shelf)
    return Fields(
        first=text,
        second=defused(extra.text),
        context=context,
        pictures=pictures + extra.pictures,
        literal=not kept,
    )


def _choice_sides(note: Note, shelf: Shelf) -> tuple[Html, Html]:
    right = [choice for choice in note.choices if choice.correct]
    front = (blocks(note.prompt, shelf), _options(note.choices, shelf, "dq-choices"))
    return _joined(front), _joined((_options(right, shelf, "dq-right"), blocks(note.explanation, shelf)))


def _options(choices: Iterable[Choice], shelf: Shelf, css_class: str) -> Html:
    items = [blocks(choice.text, shelf) for choice in choices]
    texts = "\n".join(f"<li>{item.text}</li>" for item in items)
    pictures = tuple(picture for item in items for picture in item.pictures)
    return Html(f'<div class="{css_class}"><ul>\n{texts}\n</ul></div>' if items else "", pictures)


def _joined(parts: Iterable[Html]) -> Html:
    parts = [part for part in parts if part.text]
    return Html(
        "\n".join(part.text for part in parts), tuple(name for part in parts for name in part.pictures)
    )


# --- typed answers -----------------------------------------------------------------------------------------


def _typed(note: Note) -> str:
    """The one line that Anki compares character by character; an answer of several lines is not typed."""
    line = one_line(_parted(note.answer)[0]) if note.typed and note.kind is not Kind.CHOICE else None
    return defused(html.escape((line or "").removeprefix(_PROMPT_SIGN), quote=False))


def _back(note: Note, shelf: Shelf) -> Html:
    if not note.typed:
        return blocks(faces(note).back, shelf)
    answer, accepted = _parted(answer_shown(note))
    also = [f"<code>{html.escape(cleaned(line), quote=False)}</code>" for line in accepted]
    remark = f'<div class="dq-also">also accepted: {", ".join(also)}</div>' if also else ""
    return _joined((blocks(answer, shelf), Html(remark)))


def _parted(answer: str) -> tuple[str, tuple[str, ...]]:
    """An answer without its last lines ``accept: …``, and what these accept."""
    lines = answer.rstrip().split("\n")
    accepted: list[str] = []
    while lines and (found := _ACCEPT.fullmatch(lines[-1].strip())):
        accepted.insert(0, found[1].strip("`"))
        lines.pop()
    return "\n".join(lines).rstrip(), tuple(accepted)

"""Cloze notes as Anki's Text field: every hidden part as ``{{c1::text::hint}}``, and nothing else like it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from exporters.anki.fields import defused
from exporters.html import NO_MEDIA, blocks
from exporters.text import cleaned
from quiz.cards import Deletion, Kind
from quiz.cues.gaps import marked
from quiz.cues.points import drawn
from quiz.cues.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exporters.html import Shelf
    from quiz.cards import Note

# Punctuation, as the brackets were: so emphasis beside a deletion opens and closes as it did in the source
_MARKS = ("⦃⦄", "⦅⦆", "⟬⟭", "⧼⧽", "⦑⦒", "⸨⸩")

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
_WITHOUT_END = frozenset({"br", "hr", "img"})
_COLONS = re.compile(r"::+|^:|:$")
_BRACES = re.compile(r"\}\}+|\}$")


def cloze_html(
    note: Note, numbers: Mapping[Deletion, int], shelf: Shelf = NO_MEDIA
) -> tuple[str, tuple[str, ...], bool]:
    """The Text field of a cloze note, the pictures left out of it, and whether its markup could be kept.

    Args:
        note: Of kind cloze.
        numbers: Anki's number of each deletion.
        shelf: What it may show.
    """
    marks = next((pair for pair in _MARKS if not set(pair) & set(note.prompt)), None)
    if marks:
        rendered = blocks(_marked(note, marks), shelf, marks)
        text = _with_clozes(rendered.text, note.deletions, numbers, marks)
        if text is not None:
            return text, rendered.pictures, True
    return _literal(note, numbers), (), False


def code_as_cloze(note: Note) -> Note:
    """A note whose code has gaps as one text with deletions, in the order of its gaps."""
    marks = next(pair for pair in _MARKS if not set(pair) & set(note.answer + note.prompt))
    opening, closing = marks[0], marks[1]
    found, position, pieces = marked(note.answer), 0, []
    for start, end in found.spans:
        pieces += [found.answer[position:start], opening, found.answer[start:end], closing]
        position = end
    text = f"{sentence(note)}\n\n{drawn(''.join([*pieces, found.answer[position:]]))}"
    deletions, prompt = [], ""
    for piece in text.split(opening)[1:]:
        prompt = prompt or text[: text.index(opening)]
        hidden, after = piece.split(closing, 1)
        deletions.append(Deletion(hidden, len(prompt), len(prompt) + len(hidden)))
        prompt += hidden + after
    return replace(note, kind=Kind.CLOZE, prompt=prompt, answer="", deletions=tuple(deletions))


def _marked(note: Note, marks: str) -> str:
    pieces, position = [], 0
    for deletion in note.deletions:
        pieces += [note.prompt[position : deletion.start], marks[0], deletion.text, marks[1]]
        position = deletion.end
    return "".join([*pieces, note.prompt[position:]])


def _with_clozes(
    rendered: str, deletions: tuple[Deletion, ...], numbers: Mapping[Deletion, int], marks: str
) -> str | None:
    """The HTML with its marks replaced; None if one got lost, stands in a tag or cuts through an element."""
    pieces = re.split(f"([{marks}])", rendered)
    if "".join(pieces[1::2]) != marks * len(deletions):
        return None
    texts = pieces[::2]
    if not all(_whole_tags(text) for text in texts) or not all(_balanced(text) for text in texts[1::2]):
        return None
    out = [_before_deletion(texts[0])]
    for deletion, hidden, after in zip(deletions, texts[1::2], texts[2::2], strict=True):
        out += [_deletion(numbers[deletion], hidden, deletion.hint), _before_deletion(after)]
    return "".join(out)


def _literal(note: Note, numbers: Mapping[Deletion, int]) -> str:
    """The text as it stands in the source: nothing is rendered, so no deletion can cut through anything."""
    out, position = [], 0
    for deletion in note.deletions:
        out.append(_before_deletion(_escaped(note.prompt[position : deletion.start])))
        out.append(_deletion(numbers[deletion], _escaped(deletion.text), deletion.hint))
        position = deletion.end
    return "".join([*out, _before_deletion(_escaped(note.prompt[position:]))])


def _escaped(text: str) -> str:
    return html.escape(cleaned(text), quote=False).replace("\n", "<br>")


def _before_deletion(text: str) -> str:
    """Text outside: its last brace must not join those of the deletion behind it."""
    text = defused(text)
    return f"{text[:-1]}&#123;" if text.endswith("{") else text


def _deletion(number: int, hidden: str, hint: str) -> str:
    shown = f"::{_inside(html.escape(cleaned(hint), quote=False))}" if hint.strip() else ""
    return f"{{{{c{number}::{_inside(hidden)}{shown}}}}}"


def _inside(text: str) -> str:
    """Text of a deletion or hint: two colons would begin a hint in it, two braces would end it."""
    text = _COLONS.sub(lambda found: "&#58;" * len(found[0]), defused(text))
    return _BRACES.sub(lambda found: "&#125;" * len(found[0]), text)


def _whole_tags(text: str) -> bool:
    return text.rfind("<") <= text.rfind(">") and ("<" not in text or text.find("<") < text.find(">"))


def _balanced(text: str) -> bool:
    stack: list[str] = []
    for closing, name in _TAG.findall(text):
        if name in _WITHOUT_END:
            continue
        if not closing:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack

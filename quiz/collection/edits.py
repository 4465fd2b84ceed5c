"""Edits that were made in Anki to notes of ours: told field by field, and carried over into the notes' files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cues import answer_shown, gaps_of
from quiz.cues.points import undrawn
from quiz.cues.sentences import sentence, words_of
from quiz.importers.anki.writing import visible
from quiz.importers.anki.writing.fields import read_field
from quiz.importers.anki.writing.signs import UnwritableError
from quiz.importers.anki.writing.tags import note_tags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quiz.cards import Note
    from quiz.importers.anki.values import AnkiNote

TAGS = "Tags"

_PARTS = {"Front": "prompt", "Back": "answer", "Text": "prompt", "Extra": "answer"}
# What follows from the place of a note and not from its text
_PLACE = frozenset({"Source"})
_OWN_TAGS = frozenset({"leech", "marked"})
_RETIRED = "dquiz::"
_WORDS = re.compile(r"\S+\s*|\s+")
# Comparing takes the square of what is compared
_LONGEST_TEXT = 50_000
_MOST_COMPARED = 1_000
# A picture is called otherwise in a package, so those of the note have to stay as they are
_PICTURE = re.compile(r"!\[[^\n]*?[\])][^\s]*|<img\b[^>]*>")
_NUMBER = re.compile(r"\{\{c\d+::")


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """A field that is not what was exported.

    Attributes:
        name: As Anki calls it.
        before: What was exported, as markdown.
        after: What it is there now, as markdown.
    """

    name: str
    before: str
    after: str

    def shown_by(self, text: str) -> bool:
        """Whether markdown shows what the field shows now; deletions may be numbered otherwise."""
        return _seen(text) == _seen(self.after)


def _seen(text: str) -> str:
    return visible.folded(visible.of_markdown(_NUMBER.sub("{{", text)))


@dataclass(frozen=True, slots=True)
class Texts:
    """What a note is to ask and answer with the edits that could be carried over.

    Attributes:
        edits: Those that it did not show already.
        refused: Why a field's edit could not be, by its name.
    """

    prompt: str
    answer: str
    edits: tuple[FieldEdit, ...]
    refused: Mapping[str, str]


def field_edits(
    note: AnkiNote, versions: Sequence[Mapping[str, str]], media: Mapping[str, str]
) -> list[FieldEdit]:
    """The fields in which a note differs from every form in which it was exported.

    Args:
        note: As it came back.
        versions: Fields by their names, HTML; the latest export last.
        media: Names of the package's files, as `write_note` takes them.
    """
    fields = dict(zip(note.type.fields, note.fields, strict=True))
    base = (
        versions[0]
        if len(versions) == 1
        else max(reversed(versions), key=lambda each: _likeness(each, fields))
    )
    names = [name for name in fields if name not in _PLACE and fields[name] != base.get(name, "")]
    if "Back" in names:  # what is typed follows from it
        names = [name for name in names if name != "Typed"]
    cloze = {name for name in names if note.type.cloze and name == "Text"}
    edits = [
        FieldEdit(
            name,
            _markdown(base.get(name, ""), media, cloze=name in cloze),
            _markdown(fields[name], media, cloze=name in cloze),
        )
        for name in names
    ]
    return [edit for edit in edits if edit.before != edit.after]


def _markdown(source: str, media: Mapping[str, str], *, cloze: bool) -> str:
    try:
        versions = read_field(source, media, cloze=cloze).versions
    except UnwritableError:
        versions = read_field(source, media).versions
    return "\n".join(versions[0].lines) if versions else ""


def _likeness(version: Mapping[str, str], fields: Mapping[str, str]) -> float:
    same = [name for name, text in version.items() if fields.get(name) == text]
    others = [
        [each.split()[:_MOST_COMPARED] for each in (text, fields.get(name, ""))]
        for name, text in version.items()
        if name not in same
    ]
    return len(same) + sum(SequenceMatcher(None, a, b).ratio() for a, b in others) / 2


def added_tags(note: AnkiNote, known: Sequence[str]) -> list[str]:
    """The tags that a note was given there, as notes spell them."""
    given = tuple(
        tag
        for tag in note.tags
        if tag.casefold() not in _OWN_TAGS and not tag.casefold().startswith(_RETIRED)
    )
    held = {tag.casefold() for tag in known}
    return [tag for tag in note_tags(given)[0] if tag.casefold() not in held]


def with_edits(note: Note, edits: Sequence[FieldEdit]) -> Texts:
    """Carry edits over to the text of a note as it is now.

    Args:
        note: As it stands in its file, which may have changed since it was exported.
        edits: Of its fields.
    """
    asked = _asked(note, edits)
    texts = {"prompt": asked, "answer": note.answer}
    before = dict(texts)
    refused: dict[str, str] = {}
    edits = [_of_source(edit, note) for edit in edits]
    edits = [
        edit for edit in edits if edit.name not in _PARTS or not edit.shown_by(before[_PARTS[edit.name]])
    ]
    for edit in edits:
        part = _PARTS.get(edit.name)
        if part is None:
            refused[edit.name] = "it follows from other text; edit that"
        elif note.kind is Kind.CHOICE:
            refused[edit.name] = "options have to be edited in the file"
        elif gaps_of(note):
            refused[edit.name] = "code with gaps has to be edited in the file"
        elif not edit.after:
            refused[edit.name] = "it is empty there"
        elif max(len(edit.before), len(edit.after), len(texts[part])) > _LONGEST_TEXT:
            refused[edit.name] = "it is too long; edit it in the file"
        elif (new := _carried(edit, texts[part])) is None:
            refused[edit.name] = "it was changed here as well, or has a picture; edit it in the file"
        elif part == "answer":
            texts[part] = new
        elif words := _words(new, note, asked):
            texts[part] = words
        else:
            refused[edit.name] = "its sentence is made of the words in the file; edit these"
    prompt = note.prompt if texts["prompt"] == before["prompt"] else texts["prompt"]
    return Texts(prompt, texts["answer"], tuple(edits), refused)


def _asked(note: Note, edits: Sequence[FieldEdit]) -> str:
    """What a note asks as it was exported: as a sentence, or by an earlier dquiz in the words of its author."""
    if note.kind is Kind.CLOZE:
        return _braced(note)
    exported = next((edit.before for edit in edits if _PARTS.get(edit.name) == "prompt"), "")
    return note.prompt if _seen(exported) == _seen(note.prompt) else sentence(note)


def _words(asked: str, note: Note, before: str) -> str | None:
    """The words of which a note makes what it is to ask now; None if no words do."""
    if before != sentence(note) or note.kind is Kind.CLOZE:
        return asked
    tried = (words for words in words_of(asked, note) if sentence(replace(note, prompt=words)) == asked)
    return next(tried, None)


def _of_source(edit: FieldEdit, note: Note) -> FieldEdit:
    """An edit of an answer as if it had been made in the source, where points have marks."""
    if _PARTS.get(edit.name) != "answer" or answer_shown(note) == note.answer:
        return edit
    return FieldEdit(edit.name, undrawn(edit.before), undrawn(edit.after))


def _braced(note: Note) -> str:
    """The text of a cloze with all its deletions in braces, as Anki has them."""
    pieces, position = [], 0
    for deletion in note.deletions:
        group, hint = deletion.group and f"c{deletion.group}::", deletion.hint and f"::{deletion.hint}"
        pieces += [note.prompt[position : deletion.start], f"{{{{{group}{deletion.text}{hint}}}}}"]
        position = deletion.end
    return "".join([*pieces, note.prompt[position:]])


def _carried(edit: FieldEdit, text: str) -> str | None:
    """A text with an edit; None if the two do not go together."""
    texts = (edit.before, edit.after, text)
    by_lines = _merged(*(each.split("\n") for each in texts), joint="\n")
    if _seen(text) == _seen(edit.before):
        by_words = _merged(*(_WORDS.findall(each) for each in texts), joint="")
        ways = [way for way in (by_lines, by_words, edit.after) if way is not None and edit.shown_by(way)]
    else:  # it was changed here, too: on other lines, or else a person has to say what it is to be
        ways = [by_lines] if by_lines is not None else []
    return next((way for way in ways if _pictures(way) == _pictures(text)), None)


def _pictures(text: str) -> list[str]:
    return _PICTURE.findall(text)


def _merged(before: Sequence[str], after: Sequence[str], ours: Sequence[str], *, joint: str) -> str | None:
    """Ours with the steps that lead from before to after; None if ours does not have what they change."""
    place = {
        block.a + offset: block.b + offset
        for block in SequenceMatcher(None, before, ours, autojunk=False).get_matching_blocks()
        for offset in range(block.size)
    }
    place |= {-1: -1, len(before): len(ours)}
    merged = list(ours)
    for step, first, end, start, stop in reversed(
        SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    ):
        if step == "equal":
            continue
        above, below = place.get(first - 1), place.get(end)
        inside = [place[number] for number in range(first, end) if number in place]
        if len(inside) < end - first or (inside and inside[-1] - inside[0] >= end - first):
            return None
        if inside:
            at = inside[0]
        elif above is not None:
            at = above + 1
        elif below is not None:
            at = below
        else:
            return None
        merged[at : at + end - first] = after[start:stop]
    return joint.join(merged)

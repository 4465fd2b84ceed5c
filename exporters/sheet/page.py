"""The page: decks, their headings, and each card as a question that opens."""

from __future__ import annotations

import html
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

from exporters.html import Html, Shelf, blocks, inline
from exporters.sheet.pictures import Pictures
from exporters.text import cleaned
from quiz.cards import Problem
from quiz.cues import faces_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Card, CollectedDeck, CollectedNote, Note

# Nothing is fetched and nothing runs, whatever the notes say
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="dquiz">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{counts}</p>
</header>
"""
_CARD = """\
<details>
<summary><div class="q">{question}</div>{tags}</summary>
<div class="a">{answer}</div>
</details>
"""


class Page:
    """A page with some decks.

    Attributes:
        decks: Those of which something is on it.
        notes: How many are to be.
        cards: How many are; exact once all parts were taken.
        drafts: Notes without an answer, which are not.
        left_out: Notes of which nothing could be shown.
        problems: What a person should know about it.
    """

    def __init__(self, decks: Sequence[CollectedDeck]) -> None:
        shown = [
            (deck.name, [each for each in deck.notes if not each.note.draft and each.cards]) for deck in decks
        ]
        self.decks = [(name, notes) for name, notes in shown if notes]
        self.notes = sum(len(notes) for _, notes in self.decks)
        self.cards = sum(len(each.cards) for _, notes in self.decks for each in notes)
        self.drafts = sum(each.note.draft for deck in decks for each in deck.notes)
        self.left_out = 0
        self.pictures = Pictures()
        self.problems: list[Problem] = []

    def parts(self) -> Iterator[str]:
        """The text of the page from its beginning to its end."""
        names = [_text(name) for name, _ in self.decks]
        title = names[0] if len(names) == 1 else f"{len(names)} decks"
        counts = f"{self.cards} question{'s' * (self.cards != 1)}. Tap one for its answer."
        style = files("exporters.sheet").joinpath("style.css").read_text(encoding="utf-8")
        yield _HEAD.format(policy=_POLICY, title=title, style=style, counts=counts)
        if len(names) > 1:
            yield _contents(names)
        yield "<main>\n"
        for number, (name, (_, notes)) in enumerate(zip(names, self.decks, strict=True), 1):
            yield f'<section id="deck-{number}">\n'
            if len(names) > 1:
                yield f"<h2>{name}</h2>\n"
            yield from self._deck(notes)
            yield "</section>\n"
        yield "</main>\n</body>\n</html>\n"

    def _deck(self, notes: Sequence[CollectedNote]) -> Iterator[str]:
        above = _common([each.note.context for each in notes])
        tags = _common([each.note.tags for each in notes])
        heading = ""
        for each in notes:
            path = " › ".join(inline(name).text for name in each.note.context[above:])
            if path != heading:
                heading = path
                yield f"<h3>{heading}</h3>\n" if heading else "<hr>\n"
            yield from self._note(each, each.note.tags[tags:])

    def _note(self, collected: CollectedNote, tags: Sequence[str]) -> Iterator[str]:
        note = collected.note
        addresses, faults = self.pictures.of(collected)
        shelf = Shelf(addresses, collected.definitions)
        sides = [_sides(card, shelf) for card in collected.cards]
        shown = [(question, answer) for question, answer in sides if question.text]
        labels = " ".join(f"#{_text(tag)}" for tag in tags)
        for question, answer in shown:
            yield _CARD.format(
                question=question.text,
                answer=answer.text,
                tags=f'<div class="tags">{labels}</div>' * bool(labels),
            )
        self.cards -= len(sides) - len(shown)
        self.left_out += not shown
        if len(shown) < len(sides):
            self._tell(note, "W702", "nothing of this question can be shown, so it is left out")
        for reference in dict.fromkeys(name for pair in sides for each in pair for name in each.pictures):
            fault = faults.get(reference, "it is not at hand")
            self._tell(note, "W701", f"left out, its description stands in its place: {reference} ({fault})")

    def _tell(self, note: Note, code: str, message: str) -> None:
        self.problems.append(Problem(note.file, note.line, code, message))


def _sides(card: Card, shelf: Shelf) -> tuple[Html, Html]:
    faces = faces_of(card)
    front = blocks(faces.front, shelf, mathjax=False)
    if front.text and card.note.earlier:
        lines = (inline(text).text for each in card.note.earlier for text in each if text)
        front = replace(front, text=f'<p class="earlier">{"<br>".join(lines)}</p>\n{front.text}')
    return front, blocks(faces.back, shelf, mathjax=False)


def _contents(names: Sequence[str]) -> str:
    links = "\n".join(f'<li><a href="#deck-{number}">{name}</a></li>' for number, name in enumerate(names, 1))
    return f"<nav>\n<ul>\n{links}\n</ul>\n</nav>\n"


def _common(paths: Sequence[tuple[str, ...]]) -> int:
    """How many names all paths begin with."""
    first, last = min(paths), max(paths)
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return same


def _text(text: str) -> str:
    return html.escape(cleaned(text))

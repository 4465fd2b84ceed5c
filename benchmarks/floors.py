"""The least that a task can cost: the same work without dquiz. `python benchmarks/floors.py NAME ARGUMENT`."""

from __future__ import annotations

import os
import sys


def read(folder: str) -> None:
    """Read all files."""
    for path in _files(folder):
        with open(path, "rb") as file:  # noqa: PTH123
            file.read()


def tokens(folder: str) -> None:
    """Read all files, and have markdown-it-py find their structure."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    for path in _files(folder):
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            parser.parse(file.read())


def stat(folder: str) -> None:
    """Look at size and time of all files."""
    for path in _files(folder):
        os.stat(path)  # noqa: PTH116


def _files(folder: str) -> list[str]:
    found = []
    for entry in os.scandir(folder):
        found += _files(entry.path) if entry.is_dir() else [entry.path]
    return found


def package(notes: str) -> None:
    """A package by genanki of notes whose HTML is ready: ``[[deck, front, back, source], …]`` as JSON."""
    import json
    from pathlib import Path

    import genanki

    template = {
        "name": "Forward",
        "qfmt": "{{Front}}",
        "afmt": '{{FrontSide}}<hr id="answer">{{Back}}{{Source}}',
    }
    fields = [{"name": name} for name in ("Front", "Back", "Source")]
    model = genanki.Model(1, "plain", fields=fields, templates=[template])
    decks: dict[str, genanki.Deck] = {}
    for number, (name, *values) in enumerate(json.loads(Path(notes).read_text("utf-8"))):
        deck = decks.setdefault(name, genanki.Deck(1 << 31 | len(decks), name))
        deck.add_note(genanki.Note(model=model, fields=values, guid=f"n{number}"))
    genanki.Package(list(decks.values())).write_to_file(f"{notes}.apkg")


_NEXT = """
SELECT note.prompt, deck.name FROM card JOIN note ON note.id = card.note_id JOIN deck ON deck.id = card.deck_id
WHERE card.queue = 3 AND card.due <= ? ORDER BY card.due LIMIT 1
"""


def first_printed(database: str) -> None:
    """The question that is due first, by sqlite3, printed as it is."""
    import sqlite3

    question, deck = sqlite3.connect(database).execute(_NEXT, (_today(),)).fetchone()
    print(deck)
    print(question)


def first_drawn(database: str) -> None:
    """The same with arguments understood by argparse, and drawn by Rich as Markdown."""
    import argparse

    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("review").add_argument("database")
    commands.add_parser("sync").add_argument("folder")
    given = parser.parse_args(["review", database])
    import sqlite3

    question, deck = sqlite3.connect(given.database).execute(_NEXT, (_today(),)).fetchone()
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.panel import Panel

    Console().print(Panel(Markdown(question), title=deck))


def _today() -> int:
    from datetime import date

    return date(2026, 11, 24).toordinal()


if __name__ == "__main__":
    {each.__name__: each for each in (read, tokens, stat, package, first_printed, first_drawn)}[sys.argv[1]](
        sys.argv[2]
    )

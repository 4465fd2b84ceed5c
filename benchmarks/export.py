"""What an Anki package costs next to plain genanki: all in one run, the best CPU time of a few rounds, as ratios.

    python benchmarks/export.py [--notes 10000] [--rounds 3]

Plain genanki gets the same HTML ready-made, and for the first export the same markdown through markdown-it-py and
Pygments as they come. Times depend on the machine, ratios hardly do; the targets are what the ratios must stay below.
First the exporter alone, then the whole command with a collection, from the start of the process to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import genanki
from markdown_it import MarkdownIt
from measuring import Case, in_turn
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from exporters.anki import Options, export
from exporters.anki.fields import Fields
from exporters.anki.notetypes import DQUIZ
from quiz.cards import (
    Card,
    CardId,
    CollectedDeck,
    CollectedNote,
    CollectedReview,
    Kind,
    Note,
    NoteId,
    Schedule,
    State,
    content_hash,
)
from quiz.cues import FORWARD

if TYPE_CHECKING:
    from collections.abc import Callable

FLOORS = Path(__file__).with_name("floors.py")
WORDS = (
    "a cache keeps what was read last near the reader so that the next request need not travel to the disk again",
    "which index serves this query when rows are sorted by time and how does a lock release its waiters in order",
)
COMMANDS = (
    "docker run --rm -v {0}:/data image-{1} sh -c 'ls /data'",
    "kubectl get pods -n {0} --sort-by=.status.startTime | tail -n {1}",
    'for name in {0}-*; do echo "$name" >> list-{1}.txt; done',
)


def main() -> None:
    arguments = _arguments()
    decks = _decks(arguments.notes)
    past = [replace(deck, notes=tuple(map(_with_past, deck.notes))) for deck in decks]
    rendered: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "dquiz.apkg"), Path(folder, "genanki.apkg")
        learned = Path(folder, "learned.apkg")
        export(decks, ours, Options(scheduling=False), rendered)
        fields = [Fields.load(text) for text in rendered.values()]
        rows: list[tuple[str, Callable[[], object], float | None]] = [
            ("plain genanki, HTML ready", lambda: _genanki(fields, theirs), None),
            ("export, nothing changed", lambda: export(decks, ours, Options(), dict(rendered)), 1.2),
            ("the same, 6 reviews a card", lambda: export(past, learned, Options(), dict(rendered)), 3.0),
            ("markdown-it, Pygments, genanki", lambda: _genanki(_rendered_plainly(decks), theirs), None),
            ("first export", lambda: export(decks, ours, Options()), None),
        ]
        seconds = {name: _best(work, arguments.rounds) for name, work, _ in rows}
        ready, _, _, plainly, _ = seconds.values()
        print(f"{arguments.notes:,} notes                  CPU s    ratio   target")
        for name, _, target in rows:
            against = plainly if name == "first export" else ready
            goal = f"<= {target}" if target else ""
            print(f"{name:32} {seconds[name]:7.2f} {seconds[name] / against:7.2f}   {goal}")
        _genanki(fields, theirs)
        sizes = ours.stat().st_size, theirs.stat().st_size
        megabytes = " ".join(f"{size / 1e6:.2f}" for size in sizes)
        print(f"{'size, MB: ours, genanki':30} {megabytes} {sizes[0] / sizes[1]:7.2f}   <= 0.25")
        _whole(Path(folder), decks, fields, arguments.rounds)


def _whole(folder: Path, decks: list[CollectedDeck], fields: list[Fields], rounds: int) -> None:
    """`dquiz export anki` of notes that did not change since the last one, beside a script with genanki."""
    environment = {"DQUIZ_HOME": str(folder / "home"), "DQUIZ_COLLECTION__SHIPPED": "false"}
    notes = folder / "notes"
    rows = []
    for deck in decks:
        text = "\n".join(f"Q: {each.note.prompt}\nA: {each.note.answer}\n" for each in deck.notes)
        file = notes / f"{deck.name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        rows += [[deck.name.replace("/", "::"), deck.notes[0].note.file]] * len(deck.notes)
    ready = folder / "fields.json"
    ready.write_text(
        json.dumps(
            [[name, each.first, each.second, file] for (name, file), each in zip(rows, fields, strict=True)]
        )
    )
    dquiz = [sys.executable, "-m", "quiz"]
    command = [*dquiz, "export", "anki", str(folder / "whole.apkg")]
    for first in ([*dquiz, "sync", str(notes)], command):
        subprocess.run(first, env={**os.environ, **environment}, check=True, capture_output=True)
    floor = Case("genanki, HTML ready", [sys.executable, str(FLOORS), "package", str(ready)])
    measured = in_turn([floor, Case("dquiz export anki", command, environment=environment)], rounds)
    print("\nwhole process, nothing changed   wall s   CPU s    CPU ×")
    for name, each in measured.items():
        print(f"{name:32} {each.wall:6.2f} {each.cpu:7.2f} {each.cpu / measured[floor.name].cpu:8.2f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _best(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _decks(count: int) -> list[CollectedDeck]:
    """Notes of about 25 words and a line of code each, 200 to a deck."""
    chance = random.Random(1)
    notes = [_note(chance, number) for number in range(count)]
    return [
        CollectedDeck(name=f"topic/{start // 200}", notes=tuple(notes[start : start + 200]))
        for start in range(0, count, 200)
    ]


def _note(chance: random.Random, number: int) -> CollectedNote:
    words = " ".join(WORDS).split()
    question = " ".join(chance.choices(words, k=9)) + f" ({number})?"
    command = chance.choice(COMMANDS).format(chance.choice(words), chance.randrange(100))
    answer = f"{' '.join(chance.choices(words, k=16))}.\n\n```sh\n{command}\n```"
    note = Note(
        kind=Kind.QA, prompt=question, answer=answer, file=f"topic/{number // 200}.md", line=number % 200 * 6
    )
    name = NoteId(f"n{number:07d}")
    card = Card(id=CardId(f"{name}f"), note_id=name, facet=FORWARD, note=note, ordinal=0)
    return CollectedNote(
        id=name,
        note=note,
        mod=1_790_000_000,
        created_ms=1_790_000_000_000 + number,
        cards=(card,),
        content_hash=content_hash(note),
    )


def _with_past(collected: CollectedNote) -> CollectedNote:
    """The note after six reviews of its card, a week apart."""
    (card,) = collected.cards
    reviews = [
        CollectedReview(
            id=collected.created_ms - (6 - week) * 604_800_000,
            foreign_id=None,
            rating=3,
            study_day=739_800 + 7 * week,
            duration_ms=8000,
            interval=7,
            before=State.REVIEW if week else State.NEW,
            after=State.REVIEW,
            difficulty=5.1234,
        )
        for week in range(6)
    ]
    day = date.fromordinal(739_842)
    schedule = Schedule(
        state=State.REVIEW,
        due_day=day,
        stability=9.87654,
        difficulty=5.1234,
        last_day=day,
        interval=7,
        reps=6,
    )
    return replace(collected, cards=(replace(card, schedule=schedule),), reviews={card.id: reviews})


def _genanki(fields: list[Fields], out: Path) -> None:
    model = genanki.Model(
        DQUIZ.id,
        DQUIZ.name,
        fields=[{"name": name} for name in ("Front", "Back", "Source")],
        templates=[
            {"name": each.name, "qfmt": "{{Front}}", "afmt": each.answer} for each in DQUIZ.templates[:1]
        ],
        css=DQUIZ.css,
    )
    decks = [genanki.Deck(1 << 31 | number, f"topic::{number}") for number in range(len(fields) // 200 + 1)]
    for number, each in enumerate(fields):
        values = [each.first, each.second, f"topic/{number // 200}.md:{number % 200 * 6}"]
        decks[number // 200].add_note(genanki.Note(model=model, fields=values, guid=f"dq-n{number:07d}"))
    genanki.Package(decks).write_to_file(out)


def _rendered_plainly(decks: list[CollectedDeck]) -> list[Fields]:
    formatter = HtmlFormatter(nowrap=True, classprefix="h-")
    lexer = get_lexer_by_name("sh")
    parser = MarkdownIt(
        "commonmark", {"html": False, "highlight": lambda code, *_: highlight(code, lexer, formatter)}
    )
    notes = [collected.note for deck in decks for collected in deck.notes]
    return [Fields(parser.render(note.prompt), parser.render(note.answer), "") for note in notes]


if __name__ == "__main__":
    main()

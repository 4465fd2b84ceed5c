"""The programs that dquiz is compared with, each installed into an environment of its own when it is needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CLANKI = "clanki==0.1.4"

# Run by the rival's own Python, which has Anki's engine
_COLLECTION = """
import json, random, sys, time
from pathlib import Path
from anki.collection import AddNoteRequest, Collection
base, texts = Path(sys.argv[1]), json.loads(sys.stdin.read())
folder = base / "User 1"
folder.mkdir(parents=True)
collection = Collection(str(folder / "collection.anki2"))
kind = collection.models.by_name("Basic")
decks = [collection.decks.id(f"Interview::Deck {n:02}") for n in range(50)]
requests = []
for number in range(int(sys.argv[2])):
    question, answer = texts[number % len(texts)]
    note = collection.new_note(kind)
    note["Front"], note["Back"] = f"{question} #{number}", "<pre>" + answer.replace("<", "&lt;") + "</pre>"
    requests.append(AddNoteRequest(note=note, deck_id=decks[number % 50]))
    if len(requests) == 5000:
        collection.add_notes(requests)
        requests = []
collection.add_notes(requests)
collection.set_config("fsrs", True)
today, now, chance, rows = collection.sched.today, int(time.time()), random.Random(5), []
for key in collection.db.list("select id from cards order by id"):
    place = chance.random()
    if place < 0.1:
        continue
    due = today - chance.randrange(3) if place < 0.12 else today + chance.randint(1, 180)
    data = {"s": 61.0, "d": 5.0, "dr": 0.9, "decay": 0.1542, "lrt": now - (20 - due + today) * 86400}
    rows.append((due, 20, 3, json.dumps(data, separators=(",", ":")), key))
collection.db.executemany(
    "update cards set type=2, queue=2, due=?, ivl=?, reps=?, factor=2500, data=? where id=?", rows
)
collection.close()
"""


def installed(folder: Path, requirement: str) -> Path | None:
    """The environment with a rival; None, and it is said, if it cannot be installed."""
    environment = folder / requirement.replace("==", "-")
    if environment.exists():
        return environment
    print(f"Installing {requirement} …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    ended = subprocess.run(
        [environment / "bin/pip", "install", "--quiet", requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        reason = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"{requirement} cannot be installed, its rows are left out: {reason}", file=sys.stderr)
        shutil.rmtree(environment)
        return None
    return environment


def write_anki_collection(environment: Path, base: Path, cards: int, texts: str) -> None:
    """Anki's own folder with as many cards, as much text and as many due cards as in `inputs.write_collection`."""
    shutil.rmtree(base, ignore_errors=True)
    command: list[Path | str] = [environment / "bin/python", "-c", _COLLECTION, base, str(cards)]
    subprocess.run(command, input=texts, text=True, check=True, stdout=subprocess.DEVNULL)

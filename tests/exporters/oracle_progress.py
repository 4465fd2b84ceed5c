"""What Anki itself makes of the progress in packages: several collections in one process, printed as JSON.

Run by the Python of an environment that has the package ``anki``, see `oracle_anki`.

    oracle_progress.py ages PACKAGE AGE…          imported into collections that were created AGE days ago
    oracle_progress.py again BEFORE AFTER         a learner answers and edits between two imports
    oracle_progress.py late PLAIN PROGRESS NEWER  progress that comes after its notes; then replaced by newer progress
"""

import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from oracle_anki import Collection, answer, imported

DAY = 86_400
COLUMNS = ("type", "queue", "due", "ivl", "factor", "reps", "lapses", "left", "flags")


def opened(folder, age=0):
    """A new collection with FSRS on that looks as if it had been created some days ago."""
    path = str(Path(folder) / f"{age}.anki2")
    collection = Collection(path)
    collection.db.execute("pragma synchronous=off")
    if age:
        collection.db.execute("update col set crt = crt - ?", age * DAY)
        # timing is cached while a collection is open
        collection.close(downgrade=False)
        collection = Collection(path)
    collection.set_config("fsrs", True)
    return collection


def schedules(collection):
    """Every card as its table has it, days as dates and moments as unix seconds; with its memory and its log."""
    timing = collection._backend.sched_timing_today()
    today = datetime.fromtimestamp(timing.next_day_at - DAY).astimezone().date().toordinal()
    guids = dict(collection.db.all("select id, guid from notes"))
    logs = {}
    for card, *row in collection.db.all(
        "select cid, id, ease, ivl, lastIvl, factor, time, type from revlog order by id"
    ):
        logs.setdefault(card, []).append(row)
    found = {}
    for key, note, number, data, *row in collection.db.all(
        f"select id, nid, ord, data, {', '.join(COLUMNS)} from cards"
    ):
        card = dict(zip(COLUMNS, row, strict=True))
        if card["type"] == 2 or card["queue"] == 3:
            card["due"] = datetime.fromordinal(today + card["due"] - timing.days_elapsed).date().isoformat()
        card["data"] = json.loads(data or "{}")
        card["log"] = logs.get(key, [])
        found[f"{guids[note]}/{number}"] = card
    return found


def recomputed(collection):
    """Stability and difficulty of every reviewed card as Anki computes them from the log."""
    guids = dict(collection.db.all("select id, guid from notes"))
    found = {}
    for key, note, number in collection.db.all("select id, nid, ord from cards where type > 0"):
        state = collection.compute_memory_state(key)
        found[f"{guids[note]}/{number}"] = [state.stability, state.difficulty]
    return found


def notes(collection):
    """Fields and tags by GUID."""
    rows = collection.db.all("select guid, flds, tags from notes")
    return {guid: [fields.split("\x1f"), tags.split()] for guid, fields, tags in rows}


def faults(collection):
    """What is wrong: cards that do not render, media that are missing, and what the database check says."""
    sides = ((card.question(), card.answer()) for card in map(collection.get_card, collection.find_cards("")))
    broken = sum("{{" in side or "Error" in side for both in sides for side in both)
    check = collection.media.check()
    text, sound = collection.fix_integrity()
    return {
        "broken": broken,
        "missing": list(check.missing),
        "unused": list(check.unused),
        "integrity": "" if sound else text,
    }


def ages(folder, package, *given):
    """One package into collections of different ages."""
    found = {}
    for age in map(int, given):
        collection = opened(folder, age)
        log = imported(collection, Path(package), progress=True)
        found[age] = {"log": log, "cards": schedules(collection)}
        if not age:
            media = sorted(path.name for path in Path(collection.media.dir()).iterdir())
            found[age] |= {"recomputed": recomputed(collection), "faults": faults(collection), "media": media}
        else:
            found[age]["integrity"] = collection.fix_integrity()[1]
        collection.close(downgrade=False)
    return found


def again(folder, before, after):
    """A learner studies, tags every third note and rewrites every fifth; then the next export comes."""
    collection = opened(folder)
    logs = [imported(collection, Path(before), progress=True)]
    answered = answer(collection, 60)
    for place, note in enumerate(
        map(collection.get_note, collection.db.list("select id from notes order by guid"))
    ):
        if place % 3 == 0:
            note.tags.append("mine")
        if place % 5 == 0:
            note.fields[1] += " (my words)"
        if place % 3 == 0 or place % 5 == 0:
            collection.update_note(note)
    states = [{"cards": schedules(collection), "notes": notes(collection)}]
    logs.append(imported(collection, Path(after), progress=True))
    states.append({"cards": schedules(collection), "notes": notes(collection)})
    found = {"logs": logs, "answered": answered, "states": states, "faults": faults(collection)}
    collection.close(downgrade=False)
    return found


def late(folder, plain, progress, newer):
    """Progress for known cards, and then in place of their notes."""
    collection = opened(folder)
    logs = [
        imported(collection, Path(plain), progress=True),
        imported(collection, Path(progress), progress=True),
    ]
    counts = [collection.db.scalar("select count() from revlog")]
    fresh = collection.db.scalar("select count() from cards where type = 0")
    for package in (progress, newer):
        collection.remove_notes(collection.find_notes("note:dquiz*"))
        logs.append(imported(collection, Path(package), progress=True))
        counts.append(collection.db.scalar("select count() from revlog"))
    found = {"logs": logs, "reviews": counts, "new": fresh, "recomputed": recomputed(collection)}
    collection.close(downgrade=False)
    return found


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="dquiz-oracle-") as place:
        json.dump({"ages": ages, "again": again, "late": late}[command](place, *arguments), sys.stdout)

"""Ask the real Anki engine: run by an interpreter that has ``anki``, never imported by dquiz or its tests.

    python anki_engine.py < question.json > answer.json

The question is one object. ``ask`` names it: `memory`, `buttons` or `due`. ``preset`` holds Anki's deck options:
``parameters`` (21 numbers), ``retention``, ``learning`` and ``relearning`` (steps in minutes), ``maximum_interval``.

Anki is AGPL-3.0-or-later, hence a process and an environment of its own; at the root of the repository::

    python3 -m venv .venv-anki && .venv-anki/bin/pip install anki
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

# The mere presence of ANKI_TEST_MODE turns fuzz off. It also sets Anki's clock back by two hours between 02:00 and
# 04:00 local time, so the zone is one where it is later than that. Neither zone has daylight saving time.
os.environ["ANKI_TEST_MODE"] = "1"
os.environ["TZ"] = "UTC" if time.gmtime().tm_hour >= 6 else "Etc/GMT-12"
time.tzset()

import anki.lang  # noqa: E402
from anki.collection import Collection  # noqa: E402

from anki.cards import Card  # noqa: E402  isort: skip - a circular import if it comes first
from anki.scheduler.v3 import CardAnswer  # noqa: E402  isort: skip

DAY = 86_400
DECK = 1
STATES = ("new", "learning", "review", "relearning")
BUTTONS = ("again", "hard", "good", "easy")


def main() -> None:
    question = json.load(sys.stdin)
    anki.lang.set_lang("en")
    with tempfile.TemporaryDirectory(prefix="dquiz-anki-") as folder:
        collection = Collection(str(Path(folder) / "collection.anki2"))
        collection.db.execute("pragma synchronous = off")
        collection.set_config("fsrs", True)
        set_preset(collection, question["preset"])
        answer = {"memory": memory, "buttons": buttons, "due": due}[question["ask"]](collection, question)
        collection.close()
    json.dump(answer, sys.stdout)


def set_preset(collection: Collection, preset: dict) -> None:
    [options] = collection.decks.all_config()
    options["fsrsParams6"] = preset["parameters"]
    options["desiredRetention"] = preset["retention"]
    options["new"]["delays"] = preset["learning"]
    options["lapse"]["delays"] = preset["relearning"]
    options["rev"]["maxIvl"] = preset["maximum_interval"]
    collection.decks.update_config(options)


def add_cards(collection: Collection, number: int) -> list[int]:
    notetype = collection.models.by_name("Basic")
    for count in range(number):
        note = collection.new_note(notetype)
        note.fields = [str(count), "-"]
        collection.add_note(note, DECK)
    return collection.db.list("select id from cards order by id")


def memory(collection: Collection, question: dict) -> list[list[float]]:
    """Stability and difficulty that Anki computes from each of ``histories``.

    A history is a list of ``[days ago, second of the study day, rating, state before as in STATES]``.
    """
    today = collection._backend.sched_timing_today().next_day_at - DAY
    cards = add_cards(collection, len(question["histories"]))
    kinds = {"new": 0, "learning": 0, "review": 1, "relearning": 2}
    taken = set()
    for card, history in zip(cards, question["histories"], strict=True):
        for ago, second, rating, state in history:
            at = (today - ago * DAY + second) * 1000
            while at in taken:
                at += 1
            taken.add(at)
            row = (at, card, rating, kinds[state])
            collection.db.execute("insert into revlog values (?, ?, -1, ?, 1, 1, 500, 1000, ?)", *row)
    collection.db.execute("update cards set type = 2, queue = 2, ivl = 1, due = 1, reps = 1")
    states = [collection.compute_memory_state(card) for card in cards]
    return [[state.stability, state.difficulty] for state in states]


def buttons(collection: Collection, question: dict) -> list[dict]:
    """What the four buttons make of each of ``cards``.

    A card has ``state``, ``step``, ``stability``, ``difficulty``, ``interval`` and ``elapsed`` study days since its
    last review. Each button leads to a ``state`` with ``days``, or with ``seconds`` and the ``step`` they are for.
    """
    cards = add_cards(collection, len(question["cards"]))
    for card, given in zip(cards, question["cards"], strict=True):
        if given["state"] != "new":
            set_card(collection, card, given, question["preset"])
    outcomes = []
    for card in cards:
        states = collection._backend.get_scheduling_states(card)
        outcomes.append({word: outcome(getattr(states, word).normal, question["preset"]) for word in BUTTONS})
    return outcomes


def set_card(collection: Collection, card: int, given: dict, preset: dict) -> None:
    timing = collection._backend.sched_timing_today()
    memory_state = {
        "s": given["stability"],
        "d": given["difficulty"],
        "dr": preset["retention"],
        "decay": preset["parameters"][20],
        # an hour after the roll-over: Anki counts whole days from the next one
        "lrt": timing.next_day_at - DAY + 3600 - given["elapsed"] * DAY,
    }
    if given["state"] == "review":
        queue, due_at, left = 2, timing.days_elapsed - given["elapsed"] + given["interval"], 0
    else:
        queue, due_at, left = 1, int(time.time()), len(preset[given["state"]]) - given["step"]
    collection.db.execute(
        "update cards set type=?, queue=?, due=?, ivl=?, left=?, factor=2500, reps=3, data=? where id=?",
        STATES.index(given["state"]),
        queue,
        due_at,
        given["interval"],
        left,
        json.dumps(memory_state),
        card,
    )


def outcome(normal: object, preset: dict) -> dict:
    state = normal.WhichOneof("kind")
    after = getattr(normal, state)
    if state == "review":
        return {"state": state, "days": after.scheduled_days}
    after = after.learning if state == "relearning" else after
    step = len(preset[state]) - after.remaining_steps
    return {"state": state, "seconds": after.scheduled_secs, "step": step}


def due(collection: Collection, _: dict) -> dict:
    """Where the first answer Again leaves a new card: ``due`` days from today, or None if it is due within the day.

    ``now`` is in Unix seconds, ``offset`` in seconds east of Greenwich.
    """
    add_cards(collection, 1)
    [queued] = collection.sched.get_queued_cards(fetch_limit=1).cards
    card = Card(collection)
    card._load_from_backend_card(queued.card)
    card.start_timer()
    now = int(time.time())
    answer = collection.sched.build_answer(card=card, states=queued.states, rating=CardAnswer.AGAIN)
    collection.sched.answer_card(answer)
    queue, day = collection.db.first("select queue, due from cards")
    days = day - collection._backend.sched_timing_today().days_elapsed if queue == 3 else None
    return {"due": days, "now": now, "offset": time.localtime(now).tm_gmtoff}


if __name__ == "__main__":
    main()

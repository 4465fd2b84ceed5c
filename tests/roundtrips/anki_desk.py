"""The real Anki with some collections in a folder: reads one command a line, as JSON, and answers each with a line.

Run by the Python of an environment that has the package ``anki``, never by dquiz's own: it is AGPL-3.0-or-later, so
nothing of dquiz imports or lists it.

    anki_desk.py FOLDER < commands

A command is an object: ``do`` names a function of this module, ``name`` the collection, the rest are its arguments.

Anki has no clock but the machine's. So that time goes by, a collection that is at rest is moved to now before
something is done in it ``days_ago``, and back afterwards: whatever came into it has the stamps it came with, and what
is done has those of that day.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

# first: starting with anki.cards is a circular import
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

# isort: split
import anki.lang
from anki.cards import Card
from anki.deck_config_pb2 import UpdateDeckConfigsRequest
from anki.scheduler.v3 import CardAnswer

DAY = 86_400
LOG = ("new", "updated", "duplicate", "conflicting")
RATINGS = (None, CardAnswer.AGAIN, CardAnswer.HARD, CardAnswer.GOOD, CardAnswer.EASY)
STATES = ("new", "learning", "review", "relearning")
FIRST_MOMENT = 1_000_000_000
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()


# --- collections and their time ----------------------------------------------------------------------------


@contextmanager
def opened(name, days_ago=0):
    """A collection, for what is done in it so many days ago."""
    path = str(FOLDER / name / "collection.anki2")
    collection = _open(path)
    if days_ago:
        collection = _moved(collection, days_ago)
    began = int(time.time())
    yield collection
    for table in ("cards", "notes"):
        # an import or an answer stamps with the machine's time what was made or changed
        collection.db.execute(f"update {table} set mod = min(mod, ?)", began + 1)
    if days_ago:
        collection = _moved(collection, -days_ago)
    collection.close(downgrade=False)


def _open(path):
    collection = Collection(path)
    collection.db.execute("pragma synchronous = off")
    return collection


def _moved(collection, days):
    """Everything that has a moment some days later; days are counted from the collection's own creation."""
    seconds, db = days * DAY, collection.db
    db.execute("update col set crt = crt + ?", seconds)
    db.execute("update revlog set id = -id")  # ids are unique, so not one by one
    db.execute("update revlog set id = ? - id", seconds * 1000)
    for column in ("due", "odue"):
        db.execute(f"update cards set {column} = {column} + ? where {column} > ?", seconds, FIRST_MOMENT)
    for table in ("cards", "notes"):
        db.execute(f"update {table} set mod = mod + ?", seconds)
    for key, text in db.all("select id, data from cards where data like '%\"lrt\"%'"):
        data = json.loads(text)
        data["lrt"] += seconds
        db.execute("update cards set data = ? where id = ?", json.dumps(data, separators=(",", ":")), key)
    path = collection.path
    # timing is cached while a collection is open
    collection.close(downgrade=False)
    return _open(path)


def create(name, age=400, fsrs=True, parameters=(), retention=0.9):
    """A new collection that is some days old."""
    (FOLDER / name).mkdir()
    with opened(name) as collection:
        collection.db.execute("update col set crt = crt - ?", age * DAY)
    with opened(name) as collection:
        [preset] = collection.decks.all_config()
        preset["new"]["perDay"] = preset["rev"]["perDay"] = 9999
        preset["desiredRetention"] = retention
        preset["fsrsParams6"] = list(parameters)
        collection.decks.update_config(preset)
        if fsrs:
            switch_to_fsrs(collection)


def switch_to_fsrs(collection):
    """Switch FSRS on as the screen of deck options does, which computes every memory from the log."""
    now = collection.decks.get_deck_configs_for_update(1)
    collection.decks.update_deck_configs(
        UpdateDeckConfigsRequest(
            target_deck_id=1,
            configs=[each.config for each in now.all_config],
            limits=now.current_deck.limits,
            fsrs=True,
        )
    )


# --- packages ----------------------------------------------------------------------------------------------


def take(name, package, progress=True):
    """Import a package as Anki's dialog does; how many notes were what."""
    with opened(name) as collection:
        request = ImportAnkiPackageRequest(
            package_path=package, options=ImportAnkiPackageOptions(with_scheduling=progress)
        )
        log = collection.import_anki_package(request).log
        return {kind: len(getattr(log, kind)) for kind in LOG}


def give(name, package, layout="latest", progress=True):
    """Export the collection: ``latest`` or ``legacy``, as .colpkg if the file is called so."""
    with opened(name) as collection:
        if package.endswith(".colpkg"):
            # a copy, because it closes what it exports
            path = collection.path
            collection.export_collection_package(package, include_media=True, legacy=layout == "legacy")
            collection.reopen()
            assert collection.path == path
            return
        options = ExportAnkiPackageOptions(
            with_scheduling=progress, with_deck_configs=progress, with_media=True, legacy=layout == "legacy"
        )
        collection.export_anki_package(out_path=package, options=options, limit=None)


# --- learning ----------------------------------------------------------------------------------------------


def study(name, ratings, days_ago=0, only=""):
    """Rate what Anki asks, card after card, until nothing is due or there are no more ratings; how many there were."""
    with opened(name, days_ago) as collection:
        if only:
            rated = [
                _rate(collection, _next_of(collection, key), rating)
                for key, rating in zip(collection.find_cards(only), ratings, strict=False)
            ]
            return len(rated)
        done = 0
        for deck in collection.decks.all_names_and_ids():
            collection.decks.set_current(deck.id)
            while done < len(ratings) and (queued := collection.sched.get_queued_cards(fetch_limit=1).cards):
                card = Card(collection)
                card._load_from_backend_card(queued[0].card)
                _rate(collection, (card, queued[0].states), ratings[done])
                done += 1
        return done


def _next_of(collection, key):
    return collection.get_card(key), collection._backend.get_scheduling_states(key)


def _rate(collection, asked, rating):
    card, states = asked
    card.start_timer()
    answer = collection.sched.build_answer(card=card, states=states, rating=RATINGS[rating])
    answer.milliseconds_taken = 1000 + rating
    collection.sched.answer_card(answer)
    time.sleep(0.002)  # no two reviews in one millisecond


def change(name, how, query, days_ago=0, **more):
    """Do something with the cards that a search finds; how many there are."""
    with opened(name, days_ago) as collection:
        cards = list(collection.find_cards(query))
        CHANGES[how](collection, cards, **more)
        return len(cards)


def _gather(collection, cards, search, reschedule):
    deck = collection.sched.get_or_create_filtered_deck(0)
    deck.name = "Cram"
    deck.config.reschedule = reschedule
    del deck.config.search_terms[:]
    term = deck.config.search_terms.add()
    term.search, term.limit = search, 100
    collection.sched.add_or_update_filtered_deck(deck)


def _edit(collection, cards, words, tag="", field=1, instead=None):
    for key in sorted({collection.get_card(card).nid for card in cards}):
        note = collection.get_note(key)
        note.fields[field] = (
            note.fields[field] + words if instead is None else note.fields[field].replace(words, instead)
        )
        if tag:
            note.tags.append(tag)
        collection.update_note(note)


CHANGES = {
    "suspend": lambda collection, cards: collection.sched.suspend_cards(cards),
    "unsuspend": lambda collection, cards: collection.sched.unsuspend_cards(cards),
    "bury": lambda collection, cards: collection.sched.bury_cards(cards),
    "flag": lambda collection, cards, color: collection.set_user_flag_for_cards(color, cards),
    "forget": lambda collection, cards, **more: collection.sched.schedule_cards_as_new(cards, **more),
    "due": lambda collection, cards, days: collection.sched.set_due_date(cards, days),
    "delete": lambda collection, cards: collection.remove_notes(
        list({collection.get_card(card).nid for card in cards})
    ),
    "gather": _gather,
    "edit": _edit,
}


def note(name, type_, fields, deck, tags=()):
    """Add a note."""
    with opened(name) as collection:
        _add(collection, type_, fields, deck, tags)


def _add(collection, type_, fields, deck, tags=()):
    made = collection.new_note(collection.models.by_name(type_))
    made.fields, made.tags = fields, list(tags)
    collection.add_note(made, collection.decks.id(deck))
    return made


def histories(name, deck, histories):
    """Notes in review with a log: each row ``[unix milliseconds, rating, kind, interval, factor]``."""
    with opened(name) as collection:
        for number, rows in enumerate(histories):
            fields = [f"question {number} of {deck}", f"answer {number}"]
            [card] = _add(collection, "Basic", fields, deck).cards()
            _log(collection, card.id, rows)


def go_on(name, query, rows):
    """More rows for the log of a card."""
    with opened(name) as collection:
        [card] = collection.find_cards(query)
        _log(collection, card, rows)


def _log(collection, card, rows):
    for at, rating, kind, interval, factor in rows:
        row = (at, card, rating, interval, factor, kind)
        collection.db.execute("insert into revlog values (?, ?, -1, ?, ?, 0, ?, 2000, ?)", *row)
    interval = max([1, *(row[3] for row in rows[-1:])])
    row = (interval, collection.sched.today + interval, len(rows), card)
    collection.db.execute(
        "update cards set type = 2, queue = 2, ivl = ?, due = ?, factor = 2500, reps = reps + ? where id = ?",
        *row,
    )


# --- what there is -----------------------------------------------------------------------------------------


def cards(name, days_ago=0, query=""):
    """Every card by ``GUID/number`` as it is on a day; days as dates, memory also as computed from its log."""
    with opened(name, days_ago) as collection:
        back = days_ago * DAY
        return {
            f"{guid}/{number}": _described(collection, key, back)
            for key, guid, number in collection.db.all(
                "select cards.id, guid, ord from cards join notes on notes.id = nid order by cards.id"
            )
            if not query or key in set(collection.find_cards(query))
        }


def _described(collection, key, back):
    card = collection.get_card(key)
    timing = collection._backend.sched_timing_today()
    computed = collection.compute_memory_state(key)
    due = (card.odue or card.due) if card.odid else card.due
    found = {
        "state": STATES[card.type],
        "queue": card.queue,
        "suspended": card.queue == -1,
        "flag": card.flags,
        "interval": card.ivl,
        "reps": card.reps,
        "lapses": card.lapses,
        "deck": collection.decks.name(card.odid or card.did),
        "first": card.note().fields[0],
        "filtered": bool(card.odid),
        "memory": card.memory_state and [card.memory_state.stability, card.memory_state.difficulty],
        "computed": [computed.stability, computed.difficulty] if computed.stability is not None else None,
        "due": None,
        "due_day": None,
        "log": [
            [at - back * 1000, *row]
            for at, *row in collection.db.all(
                "select id, ease, type, ivl, factor from revlog where cid = ? order by id", key
            )
        ],
    }
    if card.type == 0:
        return found
    if due > FIRST_MOMENT:
        return found | {"due": due - back}
    today = datetime.fromtimestamp(timing.next_day_at - DAY - back, UTC).astimezone().date().toordinal()
    return found | {"due_day": datetime.fromordinal(today + due - timing.days_elapsed).date().isoformat()}


def notes(name):
    """Fields and tags by GUID."""
    with opened(name) as collection:
        rows = collection.db.all("select guid, flds, tags, mod from notes order by id")
        return {
            guid: {"fields": fields.split("\x1f"), "tags": tags.split(), "mod": mod}
            for guid, fields, tags, mod in rows
        }


def check(name):
    """What the check of the database says; nothing if all is well."""
    with opened(name) as collection:
        text, sound = collection.fix_integrity()
        return "" if sound else text


def main():
    anki.lang.set_lang("en")
    functions = {
        each.__name__: each
        for each in (create, take, give, study, change, note, histories, go_on, cards, notes, check)
    }
    for line in sys.stdin:
        command = json.loads(line)
        sys.stdout.write(json.dumps(functions[command.pop("do")](**command)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Makes packages with the real Anki: one studied collection, exported in every way, into a folder.

Run by the Python of an environment that has the package ``anki``, never by dquiz's own: it is AGPL-3.0-or-later, so
nothing of dquiz imports or lists it. Prints as JSON what Anki says of the collection.

    make_anki_packages.py FOLDER
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

# first: starting with anki.cards is a circular import
from anki.collection import Collection, ExportAnkiPackageOptions

# isort: split
import anki.lang
from anki.cards import Card
from anki.scheduler.v3 import CardAnswer

RATINGS = (CardAnswer.GOOD, CardAnswer.EASY, CardAnswer.AGAIN, CardAnswer.HARD)
DAYS = 4
ANSWERS = 9
STATES = ("new", "learning", "review", "relearning")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)


def main(folder: Path) -> None:
    """Make the collection, study it on some days, and export it."""
    anki.lang.set_lang("en")
    collection = Collection(str(folder / "collection.anki2"))
    add_notes(collection)
    collection.set_config("fsrs", True)
    for study in [*[answer_some] * DAYS, forget_one]:
        study(collection)
        collection = a_day_later(collection)
    add(collection, "Basic", ["not studied", "yet"])
    cards = collection.find_cards("")
    collection.sched.suspend_cards(cards[:1])
    collection.sched.bury_cards(cards[1:2])
    collection.set_user_flag_for_cards(3, cards[2:3])
    gather_in_filtered_deck(collection)
    said = described(collection)
    path = collection.path
    collection.close()
    for name in ("latest.apkg", "legacy.apkg", "bare.apkg", "whole.colpkg", "whole-legacy.colpkg"):
        export(path, folder, name)
    json.dump(said, sys.stdout)


def add_notes(collection: Collection) -> None:
    """Notes of three types in a deck below another."""
    (Path(collection.media.dir()) / "höhe.png").write_bytes(PICTURE)
    for name, fields in [
        *(("Basic", [f"question <b>{each}</b>", f"answer {each}"]) for each in range(8)),
        ("Basic", ['<img src="höhe.png">', "picture"]),
        ("Basic (and reversed card)", ["one", "other"]),
        ("Cloze", ["{{c1::x}} and {{c3::y::hint}}", "extra"]),
    ]:
        add(collection, name, fields)


def add(collection: Collection, name: str, fields: list[str]) -> None:
    """Add a note of a type."""
    note = collection.new_note(collection.models.by_name(name))
    note.fields, note.tags = fields, ["über::all", "plain"]
    collection.add_note(note, collection.decks.id("Sprachen::Übung / eins"))


def answer_some(collection: Collection) -> None:
    """Answer some cards, with one rating after the other."""
    collection.decks.set_current(collection.decks.id("Sprachen"))
    for place in range(ANSWERS):
        queued = collection.sched.get_queued_cards(fetch_limit=1).cards
        if not queued:
            return
        card = Card(collection)
        card._load_from_backend_card(queued[0].card)
        card.start_timer()
        rating = RATINGS[place % len(RATINGS)]
        answer = collection.sched.build_answer(card=card, states=queued[0].states, rating=rating)
        collection.sched.answer_card(answer)


def forget_one(collection: Collection) -> None:
    """Fail a card in review: which cards Anki's shuffled queue brings, and so whether one lapses, is chance."""
    card = collection.get_card(collection.find_cards("is:review -is:learn")[0])
    card.start_timer()
    states = collection._backend.get_scheduling_states(card.id)
    answer = collection.sched.build_answer(card=card, states=states, rating=CardAnswer.AGAIN)
    collection.sched.answer_card(answer)


def a_day_later(collection: Collection) -> Collection:
    """Move all that has happened a day into the past."""
    for change in (
        "update col set crt = crt - 86400",
        "update revlog set id = -id",
        "update revlog set id = -id - 86400000",
        "update cards set due = due - 86400 where due > 1000000000",
    ):
        collection.db.execute(change)
    path = collection.path
    collection.close()
    return Collection(path)


def gather_in_filtered_deck(collection: Collection) -> None:
    """Put some cards that are not due yet into a filtered deck, from which they must be read as if it was not there."""
    deck = collection.sched.get_or_create_filtered_deck(0)
    deck.name = "Cram"
    del deck.config.search_terms[:]
    term = deck.config.search_terms.add()
    term.search, term.limit = "is:review", 2
    collection.sched.add_or_update_filtered_deck(deck)


def described(collection: Collection) -> dict:
    """Notes, cards and reviews as Anki has them; days as dates in words of Anki itself."""
    return {
        "day": collection.sched.today,
        "day_cutoff": collection.sched.day_cutoff,
        "filtered": collection.db.scalar("select count() from cards where odid != 0"),
        "notes": [
            {
                "guid": guid,
                "type": collection.models.get(mid)["name"],
                "fields": fields.split("\x1f"),
                "tags": tags.split(),
            }
            for guid, mid, fields, tags in collection.db.all(
                "select guid, mid, flds, tags from notes order by id"
            )
        ],
        "cards": [
            described_card(collection, number)
            for number in collection.db.list("select id from cards order by id")
        ],
    }


def described_card(collection: Collection, number: int) -> dict:
    """A card where it is without filtered decks."""
    card = collection.get_card(number)
    memory = card.memory_state
    return {
        "id": number,
        "guid": card.note().guid,
        "ordinal": card.ord,
        "deck": collection.decks.name(card.odid or card.did),
        "state": STATES[card.type],
        "due": card.odue or card.due,
        "queue": card.queue,
        "interval": card.ivl,
        "reps": card.reps,
        "lapses": card.lapses,
        "flag": card.flags,
        "memory": memory and [memory.stability, memory.difficulty],
        "reviews": collection.db.all(
            "select id, ease, type, ivl, factor, time from revlog where cid = ? order by id", number
        ),
    }


def export(path: str, folder: Path, name: str) -> None:
    """Export a copy of the collection, because some exports close it."""
    copy = folder / f"{name}-source" / "collection.anki2"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    shutil.copytree(Path(path).with_suffix(".media"), copy.with_suffix(".media"))
    collection = Collection(str(copy))
    out = str(folder / name)
    if name.endswith(".colpkg"):
        collection.export_collection_package(out, include_media=True, legacy="legacy" in name)
        return
    progress = name != "bare.apkg"
    options = ExportAnkiPackageOptions(
        with_scheduling=progress, with_deck_configs=progress, with_media=True, legacy=name == "legacy.apkg"
    )
    collection.export_anki_package(out_path=out, options=options, limit=None)
    collection.close()


if __name__ == "__main__":
    time.tzset()
    main(Path(sys.argv[1]).resolve())

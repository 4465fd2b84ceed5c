"""What Anki itself makes of packages: imports them one after the other and prints the collection as JSON.

Run by the Python of an environment that has the package ``anki``, never by dquiz's own: it is AGPL-3.0-or-later,
so nothing of dquiz imports or lists it; this script talks to the tests over a pipe.

    oracle_anki.py PACKAGE… [--progress] [--presets] [--answer N]

``--progress`` ticks "Import any learning progress", ``--presets`` "Import any deck presets"; ``--answer N`` answers N
cards after the first package.
Exit status 3: Anki refused a package; the JSON then has ``error``.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

# first: starting with anki.cards is a circular import
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

# isort: split
import anki.lang
from anki.buildinfo import version
from anki.cards import Card
from anki.scheduler.v3 import CardAnswer

LOG = ("new", "updated", "duplicate", "conflicting", "missing_notetype", "missing_deck", "empty_first_field")
RAW = argparse.RawDescriptionHelpFormatter
SCHEDULE = ("type", "queue", "due", "ivl", "factor", "reps", "lapses", "flags")


def imported(collection, package, progress, presets=False):
    """Import a package as Anki's dialog does with the options of a new installation."""
    options = ImportAnkiPackageOptions(with_scheduling=progress, with_deck_configs=presets)
    request = ImportAnkiPackageRequest(package_path=str(package.resolve()), options=options)
    log = collection.import_anki_package(request).log
    collection.models._clear_cache()
    return {kind: len(getattr(log, kind)) for kind in LOG}


def answer(collection, count):
    """Answer Good through the scheduler; returns how many cards there were."""
    for preset in collection.decks.all_config():
        preset["new"]["perDay"] = preset["rev"]["perDay"] = 9999
        collection.decks.update_config(preset)
    done = 0
    for deck in collection.decks.all_names_and_ids():
        collection.decks.set_current(deck.id)
        while done < count and (queued := collection.sched.get_queued_cards(fetch_limit=1).cards):
            card = Card(collection)
            card._load_from_backend_card(queued[0].card)
            card.start_timer()
            collection.sched.answer_card(
                collection.sched.build_answer(card=card, states=queued[0].states, rating=CardAnswer.GOOD)
            )
            done += 1
    return done


def described_cards(collection):
    """Every card with its schedule and both sides as Anki shows them, in the order of new cards."""
    guids = dict(collection.db.all("select id, guid from notes"))
    columns = ", ".join(("id", "nid", "did", "ord", *SCHEDULE))
    for values in collection.db.all(f"select {columns} from cards order by due, ord"):
        card_id, note_id, deck_id, number, *schedule = values
        card = collection.get_card(card_id)
        yield {
            "id": card_id,
            "guid": guids[note_id],
            "ord": number,
            "deck": collection.decks.name(deck_id),
            "question": card.question(),
            "answer": card.answer(),
            "sounds": len(card.question_av_tags()) + len(card.answer_av_tags()),
            **dict(zip(SCHEDULE, schedule, strict=True)),
        }


def described_notes(collection):
    """Every note as its table has it."""
    for guid, note_id, type_id, mod, tags, fields in collection.db.all(
        "select guid, id, mid, mod, tags, flds from notes order by id"
    ):
        type_name = collection.models.get(type_id)["name"]
        yield {
            "guid": guid,
            "id": note_id,
            "type": type_name,
            "mod": mod,
            "tags": tags.split(),
            "fields": fields.split("\x1f"),
        }


def main():
    """Import what is named and print what is there afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=RAW)
    parser.add_argument("packages", nargs="+", type=Path)
    parser.add_argument("--progress", action="store_true")
    parser.add_argument("--presets", action="store_true")
    parser.add_argument("--answer", type=int, default=0)
    options = parser.parse_args()
    anki.lang.set_lang("en")
    with tempfile.TemporaryDirectory(prefix="dquiz-oracle-") as folder:
        collection = Collection(str(Path(folder) / "collection.anki2"))
        collection.db.execute("pragma synchronous=off")
        found = {"anki": version, "imports": [], "answered": 0}
        try:
            for package in options.packages:
                found["imports"].append(imported(collection, package, options.progress, options.presets))
                if options.answer and not found["answered"]:
                    found["answered"] = answer(collection, options.answer)
        except Exception as error:  # noqa: BLE001  whatever Anki refuses is an outcome
            json.dump({"error": f"{type(error).__name__}: {error}"}, sys.stdout)
            return 3
        found["notes"] = list(described_notes(collection))
        found["cards"] = list(described_cards(collection))
        types = collection.models.all_names_and_ids()
        found["types"] = {each.name: collection.models.get(each.id) for each in types}
        found["decks"] = sorted(deck.name for deck in collection.decks.all_names_and_ids())
        found["presets"] = {
            name: collection.decks.config_dict_for_deck_id(collection.decks.id(name))
            for name in found["decks"]
        }
        found["fsrs"] = collection.get_config("fsrs", False)
        found["tags"] = collection.tags.all()
        found["reviews"] = collection.db.scalar("select count() from revlog")
        found["empty_cards"] = sum(len(note.card_ids) for note in collection.get_empty_cards().notes)
        text, sound = collection.fix_integrity()
        found["integrity"] = "" if sound else text
        collection.close(downgrade=False)
    json.dump(found, sys.stdout, ensure_ascii=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

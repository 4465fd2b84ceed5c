"""What a collection hands to an exporter, and what it writes of it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert
from test_media import deck_names, packed

from exporters.anki import Options, export
from quiz.cards import Rating, State
from quiz.collection import exporting
from quiz.collection.exporting import CollectedReview
from quiz.cues import hashes
from quiz.cues.hashes import RENDER_VERSION
from quiz.store import tables

PLAIN = Options(scheduling=False)
TWO = "Q: What is one?\nA: 1\n\nQ: What is two?\nA: 2\n"


@pytest.fixture
def collected(desk):
    """The decks that an exporter is given whose notes may come back, or not."""

    def run(*, scheduling=True, retired=False, comes_back=True):
        decks = []

        def take(given, *_, **__):
            decks.extend(given)

        if comes_back:
            take.fields = export.fields
        everything = desk.collection.select((), desk.now)
        options = SimpleNamespace(scheduling=scheduling, retired=retired)
        desk.collection.export(take, everything, desk.home / "out", options, desk.now)
        return decks

    return run


def of_question(decks, question):
    return next(note for deck in decks for note in deck.notes if note.note.prompt.startswith(question))


def test_reviews_that_count_and_were_not_undone(desk, collected):
    desk.write("d.md", TWO)
    desk.sync()
    first = desk.rate("What is one", Rating.GOOD)
    desk.later(minutes=10)
    second = desk.rate("What is one", Rating.EASY)
    desk.later(days=3)
    desk.rate("What is one", Rating.AGAIN)
    desk.collection.undo(desk.now)
    key, card = desk.collection.find(desk.card("What is one").id)
    desk.collection.record(key, card, Rating.AGAIN, desk.now, counts=False, mode="cram")
    desk.collection.change("reset", [key], desk.later(minutes=1))
    fourth = desk.rate("What is one", Rating.HARD)
    note = of_question(collected(), "What is one")
    assert note.reviews[card.id] == [
        CollectedReview(
            first.id, None, 3, first.study_day.toordinal(), 0, -600, State.NEW, State.LEARNING, first.after.difficulty
        ),
        CollectedReview(
            second.id, None, 4, first.study_day.toordinal(), 0, second.after.interval, State.LEARNING, State.REVIEW,
            second.after.difficulty,
        ),
        CollectedReview(
            fourth.id - 1, None, 0, fourth.study_day.toordinal(), 0, 0, State.REVIEW, State.NEW, None
        ),
        CollectedReview(
            fourth.id, None, 2, fourth.study_day.toordinal(), 0, -330, State.NEW, State.LEARNING,
            fourth.after.difficulty,
        ),
    ]  # fmt: skip
    assert of_question(collected(), "What is two").reviews == {}
    assert of_question(collected(scheduling=False), "What is one").reviews == {}


def test_how_each_deck_is_scheduled(desk, collected):
    desk.settings = {
        "FSRS__LEARNING_STEPS": "1m 10m 2d",
        "FSRS__RELEARNING_STEPS": "1d",
        "FSRS__RETENTION": "0.85",
    }
    desk.write("d.md", TWO)
    desk.sync()
    for rating in (Rating.GOOD, Rating.GOOD):
        desk.rate("What is one", rating)
        desk.later(minutes=10)
    (deck,) = collected()
    options = deck.options
    assert (options.retention, options.learning_steps, options.relearning_steps) == (0.85, 3, 1)
    assert (options.decay, len(options.parameters)) == (pytest.approx(0.1542), 21)
    assert (options.learning_waits[2], options.relearning_waits) == (timedelta(days=2), (timedelta(days=1),))
    ((*_, last),) = of_question([deck], "What is one").reviews.values()
    assert last.interval == 2


def test_an_export_is_remembered_with_the_note(desk, collected):
    desk.write("d.md", TWO)
    desk.sync()
    assert {note.exported_ms for note in collected()[0].notes} == {0}
    assert {note.exported_ms for note in collected()[0].notes} == {round(desk.now.timestamp() * 1000)}


def test_what_cannot_come_back_is_not_remembered(desk, collected):
    desk.write("d.md", TWO)
    desk.sync()
    collected(comes_back=False)
    assert {note.exported_ms for note in collected()[0].notes} == {0}


def test_a_draft_is_not_remembered_as_exported(desk, collected):
    desk.write("d.md", TWO + "\nQ: Open?\n")
    desk.sync()
    collected()
    assert {note.note.draft: note.exported_ms > 0 for note in collected()[0].notes} == {
        False: True,
        True: False,
    }


def test_nothing_is_written_when_nothing_has_changed(desk, collected):
    desk.write("d.md", TWO)
    desk.sync()
    collected()
    before = {name: desk.rows(name) for name in ("note", "setting", "exported")}
    desk.later(days=1)
    collected()
    assert {name: desk.rows(name) for name in before} == before


def test_a_note_that_is_gone_is_handed_over_once_more_or_when_all_are_wanted(desk, collected):
    desk.write("d.md", TWO + "\nQ: What is never exported?\nA: this\n")
    desk.write("e.md", "Q: What is three?\nA: 3\n")
    desk.sync()
    desk.collection.export(
        export, desk.collection.select(("d",), desk.now), desk.home / "out.apkg", PLAIN, desk.now
    )
    desk.later(days=1)
    desk.write("d.md", "Q: What is two?\nA: 2\n")
    desk.write("e.md", "Nothing.\n")
    desk.sync(accept=(str(desk.notes),))
    packed_now = [
        [len(deck.notes) for deck in collected(retired=retired)] for retired in (False, False, True)
    ]
    assert packed_now == [[3], [1], [3]]
    desk.later(days=1)
    desk.write("d.md", TWO)
    desk.sync()
    restored = of_question(collected(), "What is one")
    assert (restored.cards[0].retired, restored.mod) == (False, round(desk.now.timestamp()))


def test_the_deck_of_the_last_export_is_known_where_it_was_another(desk, collected):
    desk.write("a.md", TWO)
    desk.write("b.md", "Q: What is three?\nA: 3\n")
    desk.sync()
    assert {note.last_deck for deck in collected() for note in deck.notes} == {""}
    desk.write("c/b.md", TWO)
    (desk.notes / "a.md").unlink()
    desk.sync()
    moved = collected()
    assert {note.note.prompt: note.last_deck for deck in moved for note in deck.notes} == {
        "What is one?": "a", "What is two?": "a", "What is three?": "",
    }  # fmt: skip
    assert {note.last_deck for deck in collected() for note in deck.notes} == {""}


def test_another_way_of_rendering_is_a_change_of_every_note(desk, collected, monkeypatch):
    desk.write("d.md", TWO)
    desk.sync()
    before = collected()[0].notes
    monkeypatch.setattr(hashes, "RENDER_VERSION", RENDER_VERSION + 1)
    monkeypatch.setattr(exporting, "RENDER_VERSION", RENDER_VERSION + 1)
    desk.later(days=1)
    after = collected()[0].notes
    assert [new.mod - old.mod for old, new in zip(before, after, strict=True)] == [24 * 3600] * 2
    assert collected()[0].notes[0].mod == after[0].mod


def test_a_note_from_anki_has_its_guid_where_one_note_is_one_note(desk, collected):
    desk.write("d.md", TWO + "\nQ: What is three?\nA: 3\n\nQ: What is four?\nA: 4\n")
    desk.sync()
    origins = {"one": ("one<", 0), "two": ("both", 0), "three": ("both", 1), "four": ("four", 2)}
    empty = {each.name: 0 if each.type.python_type is int else "" for each in tables.origin.c}
    with desk.collection.store.write() as connection:
        for word, (guid, ordinal) in origins.items():
            key, _ = desk.collection.find(desk.card(f"What is {word}").id)
            row = {**empty, "guid": guid, "ordinal": ordinal, "card_id": key}
            connection.execute(insert(tables.origin).values(row))
    decks = collected()
    assert {word: of_question(decks, f"What is {word}").guid for word in origins} == {
        "one": "one<", "two": "", "three": "", "four": "",
    }  # fmt: skip


def test_a_learner_takes_a_collection_to_anki(desk, engine):
    desk.write("d.md", TWO + "\nC: {{left}} and {{right}}, ![a picture](x.png)\n\nQ: What is new?\nA: this\n")
    desk.write("x.png", b"\x89PNG\r\n\x1a\n")
    desk.sync()
    # dated in the past of Anki, which has no other clock than the machine's
    desk.now -= timedelta(days=900)
    for _ in range(4):
        for question in ("What is one", "What is two", "[…]"):
            desk.rate(question, Rating.GOOD)
            desk.later(seconds=10)
        desk.later(days=20)
    keys = [desk.collection.find(desk.card("What is two").id)[0]]
    desk.collection.change("suspend", keys, desk.now)
    desk.collection.change("flag", keys, desk.now, color=3)
    report = desk.collection.export(
        export, desk.collection.select((), desk.now), desk.home / "out.apkg", Options(prefix="My"), desk.now
    )
    assert (report.notes, report.cards, report.reviews, report.media) == (4, 5, 12, 1)
    assert len(packed(desk.home / "out.apkg")[1]) == 1
    found = engine("oracle_progress.py", "ages", desk.home / "out.apkg", "0", "1000")
    assert found["0"]["faults"] == {"broken": 0, "missing": [], "unused": [], "integrity": ""}
    assert found["1000"]["integrity"]
    rows = {row["uid"]: row for row in desk.rows("card")}
    log = desk.rows("review")
    arrived = found["1000"]["cards"]
    for card in desk.cards():
        cloze = "-c" if card.facet.startswith("cloze:") else ""
        there, row = arrived[f"dq-{card.note_id}{cloze}/{card.ordinal}"], rows[card.id]
        assert there["reps"] == row["reps"]
        assert there["flags"] == row["flag"]
        assert (there["queue"] == -1) == bool(row["suspended"])
        if row["reps"]:
            assert (there["due"], there["ivl"]) == (card.schedule.due_day.isoformat(), row["interval"])
            assert there["data"]["s"] == pytest.approx(row["stability"], rel=1e-6, abs=1e-4)
        ratings = [(review["id"], review["rating"]) for review in log if review["card_id"] == row["id"]]
        assert [tuple(review[:2]) for review in there["log"]] == ratings


def test_the_command_puts_decks_below_another(desk):
    desk.write("d.md", TWO)
    desk.sync()
    desk.close()
    out = desk.home / "out.apkg"
    command = [
        sys.executable,
        "-m",
        "quiz",
        "--database",
        desk.database,
        "export",
        "anki",
        out,
        "--prefix",
        "My",
    ]
    environment = {**os.environ, "DQUIZ_HOME": str(desk.home), "DQUIZ_COLLECTION__SHIPPED": "false"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 cards of 2 notes in 1 deck." in done.stdout
    assert deck_names(out) == ["Default", "My::d"]

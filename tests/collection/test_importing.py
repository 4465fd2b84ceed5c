"""Packages taken into the collection: notes once, reviews once, and all of it back again."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from datetime import UTC, timedelta

import pytest

from exporters.anki import Options
from exporters.anki import export as export_anki
from exporters.anki.notetypes import DQUIZ, DQUIZ_CLOZE
from quiz.cards import Rating
from quiz.importers.anki import read
from quiz.importers.anki.values import OWN_TYPES
from quiz.store.reading import Selected

QUESTIONS = ("Is it one?", "Is it two?", "Is it three?")


@pytest.fixture
def package(desk, make_desk, tmp_path):
    """Exports the desk of somebody who has studied, and reads the package."""
    theirs = make_desk()
    theirs.asks("deck.md", *QUESTIONS)
    theirs.sync()
    out = tmp_path / "deck.apkg"

    def packed(*ratings):
        for rating in ratings:
            theirs.later(days=3)
            study = theirs.study(new=10)
            study.rate(rating, theirs.now, duration_ms=900)
        theirs.collection.export(export_anki, Selected(), out, Options(), theirs.now)
        return read(out, UTC)

    packed.desk = theirs
    packed.path = out
    return packed


def taken(desk, package, **options):
    with package:
        return desk.collection.import_package(
            package, desk.home / "imported", desk.now, as_exported=export_anki.fields, **options
        )


def log(desk):
    return [(row["id"], row["rating"]) for row in desk.rows("review", "undone_at IS NULL")]


def counts(tally):
    return tally.added, tally.updated, tally.unchanged, tally.skipped


def test_notes_become_files_and_reviews_the_log(desk, package):
    desk.later(days=90)
    report = taken(desk, package(Rating.GOOD, Rating.EASY))
    assert (counts(report.notes), counts(report.cards)) == ((3, 0, 0, 0), (3, 0, 0, 0))
    assert counts(report.reviews) == (2, 0, 0, 0)
    assert log(desk) == log(package.desk)
    theirs = {card.note.prompt: card.schedule for card in package.desk.cards()}
    for card in desk.cards():
        ours, other = card.schedule, theirs[card.note.prompt]
        assert (ours.state, ours.due_day, ours.stability) == (other.state, other.due_day, other.stability)
    assert (
        desk.sync(desk.home / "imported").unchanged,
        [check for check in desk.collection.check_up(desk.now) if not check.ok],
    ) == (3, [])


def test_the_same_package_again_changes_nothing(desk, package):
    desk.later(days=90)
    taken(desk, package(Rating.GOOD))
    before = desk.rows("review"), desk.rows("card"), desk.rows("note")
    report = taken(desk, package())
    assert (counts(report.notes), counts(report.cards)) == ((0, 0, 3, 0), (0, 0, 3, 0))
    assert counts(report.reviews) == (0, 0, 1, 0)
    assert (desk.rows("review"), desk.rows("card"), desk.rows("note")) == before


def test_files_left_by_an_import_that_was_killed_are_taken_up(desk, make_desk, package):
    desk.later(days=90)
    taken(desk, package(Rating.GOOD))
    fresh = make_desk()
    fresh.later(days=90)
    shutil.copytree(desk.home / "imported", fresh.home / "imported")
    report = taken(fresh, package())
    assert (counts(report.notes), counts(report.cards)) == ((3, 0, 0, 0), (3, 0, 0, 0))
    assert (counts(report.reviews), report.files) == ((1, 0, 0, 0), [])
    assert fresh.sync(fresh.home / "imported").unchanged == 3


def test_only_what_is_new_in_a_later_package_is_added(desk, package):
    desk.later(days=90)
    taken(desk, package(Rating.GOOD))
    desk.later(days=1)
    report = taken(desk, package(Rating.AGAIN, Rating.GOOD))
    assert counts(report.reviews) == (2, 0, 1, 0)
    assert log(desk) == log(package.desk)


def test_own_reviews_and_theirs_become_one_log(desk, package):
    desk.later(days=90)
    taken(desk, package(Rating.GOOD))
    desk.study(new=10).rate(Rating.GOOD, desk.now, duration_ms=1)
    mine = log(desk)
    report = taken(desk, package(Rating.HARD))
    assert report.reviews.added == 1
    assert sorted(log(desk)) == sorted({*mine, *log(package.desk)})
    assert [check.name for check in desk.collection.check_up(desk.now) if not check.ok] == []


def test_a_dry_run_counts_and_changes_nothing(desk, package):
    desk.asks("own.md", "Is it mine?")
    desk.sync()
    desk.later(days=90)
    before = desk.rows("card"), desk.rows("review"), sorted(desk.home.rglob("*"))
    report = taken(desk, package(Rating.GOOD), dry_run=True)
    assert (report.notes.added, report.cards.added, report.reviews.added) == (3, 3, 1)
    assert (desk.rows("card"), desk.rows("review")) == before[:2]
    assert not (desk.home / "imported").exists()


def test_one_undo_takes_an_import_back_and_another_import_brings_it_again(desk, package):
    desk.later(days=90)
    taken(desk, package(Rating.GOOD, Rating.EASY))
    after = log(desk), [card.schedule for card in desk.cards()]
    undone = desk.collection.undo(desk.now)
    assert undone.kind == "import"
    assert (log(desk), {card.schedule.state.value for card in desk.cards()}) == ([], {"new"})
    assert counts(taken(desk, package()).reviews) == (2, 0, 0, 0)
    assert (log(desk), [card.schedule for card in desk.cards()]) == after


def test_own_cards_come_home_with_what_was_studied_elsewhere(package):
    home = package.desk
    content = package(Rating.GOOD)
    content.close()
    cards = {card.id: card.schedule for card in home.cards()}
    with zipfile.ZipFile(package.path) as held:
        files = {name: held.read(name) for name in held.namelist()}
    database = package.path.with_suffix(".anki2")
    database.write_bytes(files["collection.anki2"])
    later = int((home.now + timedelta(days=5)).timestamp() * 1000)
    with sqlite3.connect(database) as anki:
        [card] = anki.execute("SELECT DISTINCT cid FROM revlog").fetchone()
        anki.execute("INSERT INTO revlog VALUES (?, ?, -1, 3, 9, 3, 500, 1200, 1)", (later, card))
    anki.close()
    with zipfile.ZipFile(package.path, "w") as held:
        for name, data in files.items():
            held.writestr(name, database.read_bytes() if name == "collection.anki2" else data)
    home.later(days=6)
    for added in (1, 0):
        report = taken(home, read(package.path, UTC))
        assert (report.notes.added, report.reviews.added, report.files) == (0, added, [])
    assert (later, 3) in log(home)
    assert sum(card.schedule != cards[card.id] for card in home.cards()) == 1


def test_an_edited_file_keeps_its_text_and_a_note_changed_there_is_told(desk, package):
    desk.later(days=90)
    taken(desk, package())
    [path] = (desk.home / "imported").rglob("*.md")
    path.write_text(path.read_text().replace("Is it one?", "Is it really one?"))
    desk.sync(desk.home / "imported")
    package.desk.asks("deck.md", "Is it one, then?", *QUESTIONS[1:])
    package.desk.sync()
    report = taken(desk, package())
    assert "Is it really one?" in path.read_text()
    assert [problem.code for problem in report.problems].count("W803") == 1


def test_a_note_changed_there_alone_is_written_anew_and_keeps_its_history(desk, package):
    desk.later(days=90)
    taken(desk, package(Rating.GOOD))
    reviews = log(desk)
    [path] = (desk.home / "imported").rglob("*.md")
    note = package.desk.notes / "deck.md"
    note.write_text(note.read_text().replace("two it is.", "it is two, always."))
    package.desk.later(days=1)
    package.desk.sync()
    report = taken(desk, package())
    assert counts(report.notes) == (0, 1, 2, 0)
    assert "always" in path.read_text()
    assert (log(desk), desk.sync(desk.home / "imported").unchanged) == (reviews, 3)


def test_a_deck_that_another_learner_exported_is_asked_as_it_was_there(desk, make_desk):
    theirs = make_desk()
    note = (
        "Q: What is a *word*? #both\nA: a sign\n\nQ: List it #typed\nA: ls\n\nC: {{This}} hides.\n\nMore.\n"
    )
    theirs.write("deck.md", f"## Words\n\n{note}")
    theirs.sync()
    out = theirs.home / "deck.apkg"
    theirs.collection.export(export_anki, Selected(), out, Options(), theirs.now)
    report = taken(desk, read(out, UTC))
    assert (report.problems, report.cards.added) == ([], 4)
    [path] = (desk.home / "imported").rglob("*.md")
    assert path.read_text() == (
        "Q: What is a *word*? #both\nA: a sign\n\nQ: List it #typed\nA: ls\n\n"
        "- C: {{c1::This}} hides.\n\n  More.\n"
    )
    theirs.write("deck.md", f"## Words\n\nAbove.\n\n{note}")
    theirs.sync()
    theirs.collection.export(export_anki, Selected(), out, Options(), theirs.now)
    assert counts(taken(desk, read(out, UTC)).notes) == (0, 0, 3, 0)


def test_the_importer_knows_the_types_of_the_exporter():
    assert {DQUIZ.id, DQUIZ_CLOZE.id} == OWN_TYPES

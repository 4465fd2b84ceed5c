"""Markdown exports: one file or one for each deck, and nothing that is there already is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from anki_samples import SAMPLES, collected, deck, qa

from exporters.notes import Options, export
from quiz.cards import CollectedDeck, Kind, Media, Note
from quiz.errors import MissingError, QuizError, UsageError
from quiz.notes import parse
from quiz.notes.composing import compose

# clozes with marks of their own: authors write others
DECKS = [
    replace(each, notes=tuple(note for note in each.notes if note.note.kind is not Kind.CLOZE))
    for each in SAMPLES
]


def exported(out, *decks):
    return export(decks, out, Options(), compose=compose)


def read(path):
    """What a file asks."""
    found = parse(path.read_bytes(), file=path.name, deck="")
    return found.name, [note.prompt for note in found.notes]


def test_a_deck_becomes_a_file_drafts_too(tmp_path):
    report = exported(tmp_path / "cards.md", DECKS[0])
    assert (report.decks, report.notes, report.cards, report.drafts, report.left_out) == (1, 6, 7, 0, 0)
    assert read(tmp_path / "cards.md") == ("web/servers", [each.note.prompt for each in DECKS[0].notes])


def test_several_decks_become_headings_of_one_file(tmp_path):
    exported(tmp_path / "cards.md", *DECKS)
    found = parse((tmp_path / "cards.md").read_bytes(), file="cards.md", deck="")
    assert [note.prompt for note in found.notes] == [
        each.note.prompt for of_deck in DECKS for each in of_deck.notes
    ]
    assert {note.context[0] for note in found.notes} == {"web/servers", "shell"}


def test_several_decks_become_files_in_a_folder_that_is_there(tmp_path):
    report = exported(tmp_path, *DECKS)
    assert (report.path, report.decks) == (tmp_path, 2)
    assert {path.name: read(path)[0] for path in tmp_path.iterdir()} == {
        "web-servers.md": "web/servers",
        "shell.md": "shell",
    }


def test_names_of_files_are_safe_and_each_is_there_once(tmp_path):
    names = ["a/b", "A B", "..", "/", 'x<>:"|?*\0', "é" * 200]
    exported(tmp_path, *(deck(name, qa(f"q{number}", "a")) for number, name in enumerate(names)))
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == sorted(["a-b.md", "A-B-2.md", "deck.md", "deck-2.md", "x.md", "é" * 60 + ".md"])


def test_no_file_in_a_folder_is_replaced(tmp_path):
    (tmp_path / "shell.md").write_text("mine")
    with pytest.raises(UsageError, match=r"shell\.md is there already"):
        exported(tmp_path, *DECKS)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_note_cannot_be_replaced_by_its_export(tmp_path):
    source = tmp_path / "d.md"
    source.write_text("Q: q\nA: a\n")
    with pytest.raises(UsageError, match="is one of the notes to export"):
        exported(source, CollectedDeck(name="d", notes=(collected(qa("q", "a"), 1, path=str(source)),)))
    assert source.read_text() == "Q: q\nA: a\n"


def test_what_cannot_be_written_is_a_problem_and_counted(tmp_path):
    report = exported(tmp_path / "d.md", deck("d", qa("q\nA: x", "a", both=True), qa("p", "a")))
    assert (report.notes, report.cards, report.left_out) == (1, 1, 1)
    assert str(report.problems[0]).startswith("d.md:3: W705 left out")


def test_nothing_that_can_be_written_is_nothing_to_export(tmp_path):
    with pytest.raises(QuizError, match="no note can be written as markdown"):
        exported(tmp_path / "d.md", deck("d", qa("q\nA: x", "a")))
    with pytest.raises(QuizError, match="Nothing to export"):
        exported(tmp_path / "d.md")
    assert not list(tmp_path.iterdir())


def test_pictures_are_said_to_stay_behind(tmp_path):
    note = collected(qa("![](a.png)", "a"), 1)
    report = exported(
        tmp_path / "d.md",
        CollectedDeck(name="d", notes=(replace(note, media={"a.png": Media(name="dquiz-1.png")}),)),
    )
    assert report.remarks[0].startswith("Pictures and recordings are not in it: the 1 references")


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(MissingError):
        exported(tmp_path / "none" / "d.md", *DECKS)


def test_control_characters_are_kept_where_notes_may_have_them(tmp_path):
    exported(tmp_path / "d.md", deck("d", Note(kind=Kind.QA, prompt="bell \x07", answer="\x1b[1m")))
    (note,) = parse((tmp_path / "d.md").read_bytes(), file="d.md", deck="").notes
    assert (note.prompt, note.answer) == ("bell \x07", "\x1b[1m")

"""Files of decks made from notes of Anki, and the names of these files."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_notes_written import BASIC, BOTH, CLOZE, TYPED, anki_note, field_html, tag_sets, written

from quiz.importers.anki.writing import deck_file, deck_path, write_note
from quiz.notes import deck_name, parse


def read(text):
    return parse(text.encode(), file="deck.md", deck="deck")


def content(note):
    return note.kind, note.prompt, note.answer, note.tags, note.both, note.typed, note.deletions


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_holds_the_notes_in_order_with_a_blank_line_between():
    notes = [written(BASIC, "a", "b"), written(CLOZE, "c {{c1::d}}", ""), written(BOTH, "e", "f")]
    file = deck_file(notes)
    assert file.text == "Q: a\nA: b\n\nC: c {{c1::d}}\n\nQ: e #both\nA: f\n"
    assert file.lines == ((1,), (4,), (6,))


def test_a_question_that_occurs_twice_stands_there_once():
    notes = [
        written(BASIC, "a", "b"),
        written(BASIC, "x", "y"),
        written(BASIC, "<b>A</b>", "b"),
        written(BASIC, "a", "b"),
    ]
    file = deck_file(notes)
    assert file.lines[0] == file.lines[3] == (1,)
    assert file.text.count("Q: a\n") == 1
    assert read(file.text).problems == ()


def test_a_draft_is_answered_by_its_copy():
    file = deck_file([written(BASIC, "a", ""), written(BASIC, "a", "b")])
    assert (file.text, file.lines) == ("Q: a\nA: b\n", ((1,), (1,)))


def test_no_notes_make_an_empty_file():
    assert deck_file([]).text == ""


@pytest.mark.parametrize(
    ("deck", "path"),
    [("node.js", "node.js.md"), ("a/b", "a/b.md"), ("Lang 1", "Lang 1.md")],
)
def test_a_name_that_the_path_says_is_not_written(deck, path):
    assert deck_file([written(BASIC, "a", "b")], deck=deck, path=PurePosixPath(path)).text.startswith("Q: a")


@pytest.mark.parametrize(
    "deck",
    [
        "a.b.c",
        "index",
        "CON",
        'x: "y" # z',
        "a\\b",
        "- [a]",
        "'",
        "😀/é",
        "x" * 300,
        "a\x1b[2J\u202eb",
        "!!python/name:os",
    ],
)
def test_a_name_that_the_path_cannot_say_is_written_into_the_file(deck):
    path = deck_path(f"up/{deck}", set())
    text = deck_file([written(BASIC, "a", "b")], deck=f"up/{deck}", path=path).text
    found = parse(text.encode(), file=str(path), deck=deck_name(str(path)))
    assert found.name == f"up/{deck}".replace("\x1b", "").replace("\u202e", "")
    assert (len(found.notes), found.problems) == (1, ())


@given(
    st.lists(
        st.tuples(st.sampled_from([BASIC, BOTH, TYPED, CLOZE]), field_html, field_html, tag_sets), max_size=8
    )
)
@settings(max_examples=150)
def test_a_file_is_read_as_its_notes_are_read_alone(given_notes):
    notes = [
        write_note(
            anki_note(kind, one, two, tags=tags, ordinals=range(3) if kind.cloze else None),
            {"p.png": "p.png"},
        )
        for kind, one, two, tags in given_notes
    ]
    file = deck_file(notes, deck="a.b.c", path=PurePosixPath("a.b.c.md"))
    deck = read(file.text)
    by_line = {note.line: note for note in deck.notes}
    first_lines = dict.fromkeys(line for lines in file.lines for line in lines)
    assert deck.name == "a.b.c"
    assert [note.line for note in deck.notes] == sorted(first_lines)
    for note, lines in zip(notes, file.lines, strict=True):
        for alone, line in zip(note.notes, lines, strict=True):
            assert content(by_line[line])[1].casefold().split() == content(alone)[1].casefold().split()
            assert by_line[line].kind is alone.kind


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a/b", "a/b.md"),
        ("../../etc/passwd", "blank/blank/etc/passwd.md"),
        ("/root", "blank/root.md"),
        ("a//b", "a/blank/b.md"),
        (".git/hooks", "git/hooks.md"),
        ("CON", "CON_.md"),
        ("nul.txt/aux", "nul_.txt/aux_.md"),
        ("console", "console.md"),
        ('a:b\\c|d"e', "a-b-c-d-e.md"),
        ("a.md/b", "a.md_/b.md"),
        (" . ", "blank.md"),
        ("a\x1b[2J\u202eb", "a[2Jb.md"),
        ("e\u0301", "\u00e9.md"),
        ("end. ", "end.md"),
        ("", "blank.md"),
    ],
)
def test_a_deck_name_becomes_a_safe_path(name, path):
    assert str(deck_path(name, set())) == path


def test_names_that_differ_in_case_alone_are_numbered():
    taken = set()
    assert [str(deck_path(name, taken)) for name in ("Go", "go", "GO", "go 2")] == [
        "Go.md",
        "go 2.md",
        "GO 3.md",
        "go 2 2.md",
    ]


@given(
    st.lists(
        st.text(max_size=300) | st.sampled_from(["..", "a", "A", "con", ".git", "x" * 400, "é" * 200]),
        max_size=30,
    ).map("/".join)
)
def test_no_deck_name_leads_out_of_the_folder_or_breaks_a_file_system(name):
    taken = set()
    for path in (deck_path(name, taken), deck_path(name.upper(), taken), deck_path(name, taken)):
        assert not path.is_absolute()
        assert len(path.parts) <= 13
        for part in path.parts:
            assert len(part.encode()) <= 255
            assert part == unicodedata.normalize("NFC", part)
            assert part.strip(". ") == part
            assert not set(part) & set('<>:"/\\|?*\n\t\x00')
    assert len(taken) == 3

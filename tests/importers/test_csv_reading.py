"""Tables taken into the collection: which columns are read, what is refused, and that a second time adds nothing."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.anki import export
from quiz.errors import MissingError
from quiz.importers import csv as tables
from quiz.importers.csv import TableError, read
from quiz.importers.csv import table as reading


@pytest.fixture
def table(tmp_path):
    """Reads a table of a text or of bytes."""

    def run(text, name="words.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path, UTC)

    return run


@pytest.fixture
def taken(desk, table):
    """Imports a table, and gives the report."""

    def run(text):
        with table(text) as package:
            folder = desk.home / "imported"
            return desk.collection.import_package(package, folder, desk.now, as_exported=export.fields)

    return run


def rows(package):
    return [(note.cards[0].deck, *note.fields, note.tags) for note in package.notes]


def test_columns_are_known_by_their_names_in_any_order(table):
    package = table("Tags,BACK,Front,Deck\r\nx y,b1,f1,lang::es\r\n,b2,f2,\r\n")
    assert rows(package) == [("lang/es", "f1", "b1", ("x", "y")), ("words", "f2", "b2", ())]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_that_of_the_first_row(table, separator):
    package = table(f'question{separator}answer\nq{separator}"a,;\t"\n')
    assert rows(package)[0][1:3] == ("q", "a,;")


def test_a_tsv_has_tabs(table):
    assert rows(table("question\tanswer, really\tanswer\nq\tno\ta\n", "w.tsv"))[0][1:3] == ("q", "a")


def test_cells_are_text_and_no_markup(table):
    package = table('question,answer\n<b>q</b>,"a & b\nc"\n')
    assert rows(package)[0][1:3] == ("&lt;b&gt;q&lt;/b&gt;", "a &amp; b<br>c")


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_of_spreadsheets_are_decoded(table, coding):
    assert rows(table("question,answer\nä,é\n".encode(coding)))[0][1:3] == ("ä", "é")


def test_rows_without_a_question_or_asked_before_are_named_with_their_line(table):
    package = table('question,answer\n"two\nlines",a\n,a\n\nq,a\nq,b\n')
    assert [note.fields[0] for note in package.notes] == ["two<br>lines", "q"]
    assert [(problem.line, problem.code) for problem in package.problems] == [(4, "W801"), (7, "W801")]
    assert (package.skipped_notes, package.skipped_cards) == (2, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"words\.csv:1: no column for the question\. Name it in the first row: question, front"),
        ("question,notes\na,b\n", r"words\.csv:1: no column for the answer"),
        (b"question,answer\nq,\xff\n", r"words\.csv:2: this is not UTF-8"),
        ('question,answer\nq,"a\n', r"words\.csv:\d: this is no table"),
        (f"question,answer\nq,{'a' * 200_000}\n", r"words\.csv:2: this is no table \(field larger than"),
        ("id,note,kind,facet,question,answer\n", r"words\.csv:1: dquiz exported this table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(table, text, message):
    with pytest.raises(TableError, match=message):
        table(text)


def test_sizes_are_bounded(table, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    with pytest.raises(TableError, match=r":4: more than 2 rows"):
        table("question,answer\na,1\nb,2\nc,3\n")
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(TableError, match="larger than"):
        table("question,answer\n")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MissingError, match="No such file"):
        tables.read(tmp_path / "none.csv", UTC)


@given(
    st.binary(max_size=200)
    | st.text(st.sampled_from('qa",;\t\n\r\0')).map(lambda text: f"question,answer\n{text}".encode())
)
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_bytes(data)
    try:
        package = read(path, UTC)
    except TableError as error:
        assert "\n" not in str(error)
    else:
        assert len({note.guid for note in package.notes}) == len(package.notes)


# --- in the collection ---------------------------------------------------------------------------------------------

TEXT = "question,answer,tags\nWhat is *this*?,1 < 2,x\nWhat is that?,#2,\n"


def test_a_table_becomes_notes_once(taken, desk):
    report = taken(TEXT)
    assert report.notes.added == report.cards.added == 2
    written = (desk.home / "imported" / "words.md").read_text()
    assert written == "Q: What is \\*this\\*? #x\nA: 1 < 2\n\nQ: What is that?\nA: #2\n"
    again = taken(TEXT)
    assert (again.notes.added, again.notes.unchanged) == (0, 2)


def test_an_answer_that_was_changed_in_the_table_is_changed_in_the_note(taken, desk):
    taken(TEXT)
    report = taken(TEXT.replace("1 < 2", "3"))
    assert (report.notes.updated, report.notes.unchanged) == (1, 1)
    assert "A: 3\n" in (desk.home / "imported" / "words.md").read_text()

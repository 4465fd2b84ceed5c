"""Tables: what stands in which cell, that no cell is run as a formula, and that all of it can be had back."""

from __future__ import annotations

import csv
import errno
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from anki_samples import REVIEWED, SAMPLES, collected, deck, qa
from hypothesis import given
from hypothesis import strategies as st

from exporters import target
from exporters.tables import COLUMNS, SCHEDULING, Options, cell, export
from exporters.text import cleaned
from quiz.cards import CollectedDeck, Kind, Note
from quiz.errors import MissingError, QuizError, UsageError

FORMATS = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
TAKE_OFF = compile(
    re.search(r"```python\n(.*?)```", FORMATS.read_text(encoding="utf-8"), re.DOTALL)[1], FORMATS, "exec"
)


def uncell(text):
    """What stood in a cell, by the lines that the documentation gives."""
    names = {"cell": text}
    exec(TAKE_OFF, names)
    return names["text"]


def rows(tmp_path, *decks, **options):
    """The table of some decks as a program reads it."""
    out = tmp_path / "cards.csv"
    export(decks, out, Options(**options))
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_there_is_a_row_for_each_card_that_has_an_answer(tmp_path):
    out = tmp_path / "cards.csv"
    report = export(SAMPLES, out, Options())
    assert (report.decks, report.notes, report.cards, report.drafts) == (2, 11, 18, 1)
    assert len(rows(tmp_path, *SAMPLES)) == 18


def test_the_columns_of_a_card(tmp_path):
    note = qa("Which?", "This\nor that", tags=("a/b", "c"), file="d.md", line=7, deck="web/d")
    due = datetime(2026, 10, 5, 2, tzinfo=UTC)
    schedule = replace(REVIEWED, due=due)
    of_deck = CollectedDeck(
        name="web/d", notes=(collected(note, 1, schedule=schedule, suspended=True, flag=3),)
    )
    assert rows(tmp_path, of_deck) == [
        {
            "id": "n00001-0", "note": "n00001", "deck": "web/d", "file": "d.md", "line": "7", "kind": "qa",
            "facet": "fwd", "question": "Which?", "asked": "Which?", "answer": "This\nor that", "tags": "a/b c",
            "state": "review",
            "due": "2026-10-05T02:00:00Z", "stability": "12.34567", "difficulty": "5.4321", "reps": "3",
            "lapses": "1", "suspended": "1", "flag": "3",
        }
    ]  # fmt: skip


def test_a_table_to_share_has_no_schedules(tmp_path):
    (row,) = rows(tmp_path, deck("d", qa("q", "a")), scheduling=False)
    assert tuple(row) == COLUMNS
    assert not set(COLUMNS) & set(SCHEDULING)


def test_lines_end_as_the_standard_has_it_and_there_is_no_mark_in_front(tmp_path):
    rows(tmp_path, deck("d", qa("ä?", "a")), scheduling=False)
    data = (tmp_path / "cards.csv").read_bytes()
    assert data.startswith(b"id,note,deck,file,line,kind,facet,question,asked,answer,tags\r\n")
    assert data.count(b"\r\n") == data.count(b"\n") == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", " =1", "\n=1", "＝1", "'=1", "- a list"])
def test_what_a_spreadsheet_might_run_has_an_apostrophe_in_front(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["a=1", "'tis", "''", "1-2", "#1", ""])
def test_other_text_stands_as_it_is(text):
    assert cell(text) == text


@given(st.text(st.sampled_from("='+-@ \n\tax")) | st.text())
def test_every_cell_can_be_had_back(text):
    assert uncell(cell(text)) == cleaned(text)
    assert cell(text)[:1] not in set("=+-@\t\r")


@given(st.text(), st.text())
def test_any_text_is_read_back_by_the_csv_module(tmp_path_factory, question, answer):
    (row,) = rows(tmp_path_factory.mktemp("any"), deck("d", qa(question, answer)))
    assert (uncell(row["question"]), uncell(row["answer"])) == (cleaned(question), cleaned(answer))


# --- where it is written -------------------------------------------------------------------------------------------


def test_a_failure_leaves_what_was_there_and_nothing_beside_it(tmp_path, monkeypatch):
    out = tmp_path / "cards.csv"
    out.write_bytes(b"before")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(QuizError, match=r"cards\.csv: cannot be written: No space left on device$"):
        export(SAMPLES, out, Options())
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_a_folder_that_is_missing_and_a_name_that_is_a_folder_are_told(tmp_path):
    with pytest.raises(MissingError, match="there is no such folder"):
        export(SAMPLES, tmp_path / "none" / "cards.csv", Options())
    with pytest.raises(UsageError, match="is a folder"):
        export(SAMPLES, tmp_path, Options())


def test_a_name_that_is_too_long_is_told_in_a_line(tmp_path):
    with pytest.raises(QuizError, match="cannot be written: File name too long"):
        export(SAMPLES, tmp_path / f"{'n' * 300}.csv", Options())


def test_no_note_is_replaced_by_an_export_of_it(tmp_path):
    source = tmp_path / "d.md"
    source.write_text("Q: q\nA: a\n")
    of_deck = CollectedDeck(name="d", notes=(collected(qa("q", "a"), 1, path=str(source)),))
    with pytest.raises(UsageError, match="is one of the notes to export"):
        export([of_deck], source, Options())
    (tmp_path / "link.csv").symlink_to(source)
    with pytest.raises(UsageError, match="is one of the notes to export"):
        target.check(tmp_path / "link.csv", [of_deck], "cards.csv")


def test_drafts_alone_are_nothing_to_export(tmp_path):
    drafts = deck("d", Note(kind=Kind.QA, prompt="q", draft=True))
    with pytest.raises(QuizError, match="none of the 1 questions has an answer yet"):
        export([drafts], tmp_path / "cards.csv", Options())
    assert not list(tmp_path.iterdir())

"""The JSON document: its keys, that it is the same whenever nothing changed, and that any text goes through it."""

from __future__ import annotations

import json
import re
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from anki_samples import BORN, CHANGED, REVIEWED, SAMPLES, cloze, collected, deck, qa
from hypothesis import given
from hypothesis import strategies as st

from exporters.documents import VERSION, Options, export
from exporters.tables import COLUMNS, SCHEDULING
from quiz.cards import CollectedDeck, CollectedReview, DeckOptions, Exchange, Kind, Note, State
from quiz.errors import QuizError

FORMATS = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
DAY = date(2026, 9, 21).toordinal()


def document(tmp_path, *decks, **options):
    out = tmp_path / "cards.json"
    export(decks, out, Options(**options))
    return json.loads(out.read_bytes())


def studied():
    """A deck with one card and its reviews."""
    schedule = replace(REVIEWED, due=datetime(2026, 10, 5, 2, tzinfo=UTC))
    note = collected(qa("q", "a"), 1, schedule=schedule)
    log = [
        CollectedReview(BORN, None, 3, DAY, 900, -600, State.NEW, State.LEARNING, 4.5),
        CollectedReview(BORN + 60_000, 7, 4, DAY, 900, 12, State.LEARNING, State.REVIEW, 5.4321),
        CollectedReview(BORN + 90_000, None, 0, DAY, 0, 0, State.REVIEW, State.NEW, None),
        CollectedReview(BORN + 95_000, None, 0, DAY, 0, 5, State.NEW, State.REVIEW, 5.0),
    ]
    options = DeckOptions(zone=ZoneInfo("Europe/Berlin"), learning_waits=(timedelta(minutes=1),))
    return CollectedDeck(name="d", notes=(replace(note, reviews={note.cards[0].id: log}),), options=options)


def test_all_decks_and_notes_are_there_drafts_too(tmp_path):
    out = tmp_path / "cards.json"
    report = export(SAMPLES, out, Options())
    found = json.loads(out.read_bytes())
    assert (found["format"], found["version"], found["scheduling"]) == ("dquiz", VERSION, True)
    assert [each["name"] for each in found["decks"]] == ["web/servers", "shell"]
    assert [len(each["notes"]) for each in found["decks"]] == [7, 5]
    assert [note["prompt"] for note in found["decks"][0]["notes"] if note["draft"]] == ["What is a sidecar?"]
    assert (report.notes, report.cards, report.drafts) == (12, 19, 0)
    assert report.remarks == ('1 of the notes have no answer yet: they say "draft": true.',)


def test_a_card_with_its_schedule_and_its_log(tmp_path):
    found = document(tmp_path, studied())["decks"][0]
    assert found["options"]["zone"] == "Europe/Berlin"
    assert found["options"]["learning_steps_s"] == [60]
    (note,) = found["notes"]
    assert note["created_at"] == "2026-09-21T14:13:20.001000Z"
    assert note["changed_at"] == datetime.fromtimestamp(CHANGED, UTC).isoformat().replace("+00:00", "Z")
    (card,) = note["cards"]
    assert (card["state"], card["due"], card["due_day"]) == ("review", "2026-10-05T02:00:00Z", "2026-10-05")
    assert (card["stability"], card["interval_days"], card["reps"]) == (12.34567, 12, 3)
    asked = [(each["rating"], each["interval_s"], each["before"], each["after"]) for each in card["reviews"]]
    assert asked == [
        ("good", 600, "new", "learning"),
        ("easy", 12 * 86_400, "learning", "review"),
        ("reset", 0, "review", "new"),
        ("given", 5 * 86_400, "new", "review"),
    ]
    assert card["reviews"][0]["study_day"] == "2026-09-21"


def test_without_schedules_a_card_is_only_what_it_asks(tmp_path):
    found = document(tmp_path, studied(), scheduling=False)
    assert "options" not in found["decks"][0]
    assert set(found["decks"][0]["notes"][0]["cards"][0]) == {"id", "facet", "asked", "question", "answer"}


def test_the_same_decks_make_the_same_bytes_with_a_note_on_each_line(tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    for out in (first, second):
        export(SAMPLES, out, Options())
    lines = first.read_text(encoding="utf-8").splitlines()
    assert first.read_bytes() == second.read_bytes()
    notes = [json.loads(line.rstrip(",")) for line in lines if line.startswith('{"id"')]
    assert len(notes) == 12


@given(st.text(), st.text())
def test_any_text_is_strict_utf8_json(tmp_path_factory, question, answer):
    found = document(tmp_path_factory.mktemp("any"), deck("d", qa(question, answer)))
    note = found["decks"][0]["notes"][0]
    assert (note["prompt"], note["answer"]) == (
        re.sub("[\ud800-\udfff]", "\ufffd", question),
        re.sub("[\ud800-\udfff]", "\ufffd", answer),
    )


def test_a_large_collection_does_not_stand_in_memory_twice(tmp_path):
    many = deck("d", *(qa(f"question {number}", "answer " * 50) for number in range(2_000)))
    tracemalloc.start()
    export([many], tmp_path / "cards.json", Options())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < (tmp_path / "cards.json").stat().st_size / 2


def test_nothing_is_nothing_to_export(tmp_path):
    with pytest.raises(QuizError, match="Nothing to export"):
        export([], tmp_path / "cards.json", Options())


# --- what the documentation says -----------------------------------------------------------------------------------


def documented(heading: str) -> list[str]:
    """The names in the first column of the tables below a heading."""
    section = FORMATS.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([a-z_.\[\]]+)` \|", section, re.MULTILINE)


def keys(value, path=""):
    """The paths of all keys in a document; those of lists end in ``[]``."""
    if isinstance(value, dict):
        for name, inside in value.items():
            yield f"{path}{name}"
            yield from keys(inside, f"{path}{name}.")
    elif isinstance(value, list):
        for inside in value:
            yield from keys(inside, f"{path[:-1]}[].")


def test_every_key_of_the_document_is_documented_and_no_other(tmp_path):
    step = Note(kind=Kind.QA, prompt="And?", answer="So.", earlier=(Exchange("Why?", "So."),))
    options = deck("e", cloze("⟦x⟧"), SAMPLES[0].notes[4].note, step)
    found = document(tmp_path, studied(), options)
    assert documented("JSON") == list(dict.fromkeys(documented("JSON")))
    assert set(documented("JSON")) == set(keys(found))


def test_every_column_of_a_table_is_documented_in_order():
    assert documented("CSV") == [*COLUMNS, *SCHEDULING]

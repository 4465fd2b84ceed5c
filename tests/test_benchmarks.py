"""The inputs of the benchmarks suit the present schema; nothing is measured here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from quiz import configuration
from quiz.cards import Rating
from quiz.collection import Collection
from quiz.cues import faces_of
from quiz.session import Options

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def inputs(monkeypatch):
    if not BENCHMARKS.exists():
        pytest.skip("a source distribution has no benchmarks")
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import inputs

    yield inputs
    del sys.modules["inputs"]


def opened(database, inputs):
    environment = {"DQUIZ_COLLECTION__SHIPPED": "false", "DQUIZ_HOME": str(database.parent)}
    return Collection.open(configuration.read(database=str(database), environment=environment), inputs.NOW)


def test_a_made_up_collection_is_sound_and_can_be_studied(inputs, tmp_path):
    inputs.write_collection(tmp_path / "made.db", 1000)
    with opened(tmp_path / "made.db", inputs) as collection:
        due = collection.due(collection.select((), inputs.NOW), inputs.NOW)
        assert 10 < due.due < 40
        study = collection.study(collection.select((), inputs.NOW), Options(), inputs.NOW)
        assert faces_of(study.card).front.startswith("What does")
        study.rate(Rating.GOOD, inputs.NOW, duration_ms=1000)


def test_made_up_notes_are_read(inputs, tmp_path):
    inputs.write_notes(tmp_path / "notes", 3, 10)
    inputs.empty_collection(tmp_path / "made.db")
    with opened(tmp_path / "made.db", inputs) as collection:
        report = collection.sync.paths([str(tmp_path / "notes")], now=inputs.NOW)
        assert (report.added, report.problems) == (30, [])

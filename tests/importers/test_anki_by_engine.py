"""Packages that the real Anki made, compared with what Anki itself says of the collection they came from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

ALL = ("latest.apkg", "legacy.apkg", "whole.colpkg", "whole-legacy.colpkg")
NEW_YORK = ZoneInfo("America/New_York")
# of another continent: packages say for themselves where they were made
ELSEWHERE = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def open_made(made_by_anki, read):
    folder, said = made_by_anki

    def run(name):
        return read(folder / name, zone=ELSEWHERE), said

    return run


@pytest.mark.parametrize("name", ALL)
def test_notes_are_those_of_anki(open_made, name):
    package, said = open_made(name)
    assert [
        {"guid": note.guid, "type": note.type.name, "fields": list(note.fields), "tags": list(note.tags)}
        for note in package.notes
    ] == said["notes"]
    assert package.problems == ()


@pytest.mark.parametrize("name", ALL)
def test_cards_and_reviews_are_those_of_anki(open_made, name):
    package, said = open_made(name)
    found = {
        card.id: {
            "id": card.id,
            "guid": note.guid,
            "ordinal": card.ordinal,
            "deck": card.deck,
            "state": card.state,
            "suspended": card.suspended,
            "interval": card.interval,
            "reps": card.reps,
            "lapses": card.lapses,
            "flag": card.flag,
            "memory": card.memory and pytest.approx(card.memory, abs=1e-4),
            "reviews": [
                [row.id, row.rating, row.kind, row.interval, row.factor, row.duration_ms]
                for row in card.reviews
            ],
        }
        for note in package.notes
        for card in note.cards
    }
    wanted = {
        card["id"]: {key: value for key, value in card.items() if key not in {"due", "queue"}}
        | {"suspended": card["queue"] == -1, "deck": "Sprachen/Übung - eins"}
        for card in said["cards"]
    }
    assert found == wanted
    assert {card["state"] for card in said["cards"]} == {"new", "learning", "review", "relearning"}


@pytest.mark.parametrize("name", ALL)
def test_cards_are_due_when_anki_says(open_made, name):
    package, said = open_made(name)
    today = datetime.fromtimestamp(said["day_cutoff"], NEW_YORK).date() - timedelta(days=1)

    def due(card):
        if card["state"] == "new":
            return None, None
        if card["due"] > 1_000_000_000:
            return datetime.fromtimestamp(card["due"], UTC), None
        return None, today + timedelta(days=card["due"] - said["day"])

    assert said["filtered"] == 2
    assert {card.id: (card.due, card.due_day) for note in package.notes for card in note.cards} == {
        card["id"]: due(card) for card in said["cards"]
    }


@pytest.mark.parametrize("name", ALL)
def test_reviews_are_of_the_day_on_which_they_happened(open_made, name):
    package, said = open_made(name)
    days = {row.study_day for note in package.notes for card in note.cards for row in card.reviews}
    today = datetime.fromtimestamp(said["day_cutoff"], NEW_YORK).date() - timedelta(days=1)
    assert days == {today - timedelta(days=back) for back in range(1, 6)}


@pytest.mark.parametrize("name", [*ALL, "bare.apkg"])
def test_media_come_with_their_bytes(open_made, name):
    package, _ = open_made(name)
    assert {each: data() for each, data in package.media.items()} == {
        "höhe.png": b"\x89PNG\r\n\x1a\n" + bytes(100)
    }


def test_an_export_without_scheduling_has_no_progress(open_made):
    package, said = open_made("bare.apkg")
    assert not package.with_progress
    assert len(package.notes) == len(said["notes"])
    assert {card.state for note in package.notes for card in note.cards} == {"new"}


@pytest.mark.parametrize("name", ALL)
def test_only_a_colpkg_is_a_whole_collection(open_made, name):
    package, _ = open_made(name)
    assert package.whole_collection == name.endswith(".colpkg")
    assert package.with_progress

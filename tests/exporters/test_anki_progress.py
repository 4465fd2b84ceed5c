"""Schedules and reviews as Anki's own engine has them after an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from anki_histories import PICTURE, learned, reviewed_again

from exporters.anki import Options, export
from quiz.cards import Kind, State
from quiz.cues import REVERSE

AGES = (0, 1, 7, 400)
TYPES = {State.NEW: 0, State.LEARNING: 1, State.REVIEW: 2, State.RELEARNING: 3}
KINDS = {State.NEW: 0, State.LEARNING: 0, State.REVIEW: 1, State.RELEARNING: 2}
CHECKED = ("type", "queue", "due", "reps", "lapses", "left", "flags", "log")


def cards_of(decks):
    """Each card with its note and deck, by the name that the engine's script gives it."""
    for deck in decks:
        for note in deck.notes:
            cloze = note.note.kind is Kind.CLOZE
            for card in note.cards:
                number = card.ordinal if cloze else int(card.facet == REVERSE)
                yield f"dq-{note.id}{'-c' if cloze else ''}/{number}", card, note, deck


def expected(card, note, deck, position):
    """A card in Anki, from its schedule and log alone."""
    schedule, log = card.schedule, note.reviews[card.id]
    on_a_day = schedule.due_day and (schedule.state is State.REVIEW or not card.suspended)
    if schedule.state is State.NEW:
        queue, due = 0, position
    else:
        due = schedule.due_day.isoformat() if on_a_day else int(schedule.due.timestamp())
        queue = (3 if schedule.state is not State.REVIEW else 2) if on_a_day else 1
    learning = schedule.state in (State.NEW, State.LEARNING)
    steps = deck.options.learning_steps if learning else deck.options.relearning_steps
    rows, last = [], 0
    for review in log:
        factor = int(((review.difficulty - 1) / 9 + 0.1) * 1000) if review.rating else 0
        kind = KINDS[review.before] if review.rating else 4
        rows.append([review.id, review.rating, review.interval, last, factor, review.duration_ms, kind])
        last = review.interval
    return {
        "type": TYPES[schedule.state],
        "queue": -1 if card.suspended else queue,
        "due": due,
        "reps": schedule.reps,
        "lapses": schedule.lapses,
        "left": 0 if schedule.step is None else steps - schedule.step,
        "flags": card.flag,
        "log": rows,
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Writes decks as a package; a new name for each."""
    folder = tmp_path_factory.mktemp("progress")

    def write(decks, **options):
        out = folder / f"{len(list(folder.iterdir()))}.apkg"
        return out, export(decks, out, Options(**options))

    return write


@pytest.fixture(scope="module", params=["UTC", "Europe/Berlin", "America/New_York"])
def aged(request, engine, written):
    """About 2,000 cards with a past, in collections of different ages in one time zone."""
    decks = learned(1330, ZoneInfo(request.param), datetime.now(UTC))
    package, report = written(decks)
    found = engine("oracle_progress.py", "ages", package, *AGES, zone=request.param)
    return request.param, decks, report, {int(age): outcome for age, outcome in found.items()}


def test_every_card_is_in_anki_as_it_was_here(aged):
    zone, decks, report, found = aged
    positions = {
        note.id: 1 + place for place, note in enumerate(note for deck in decks for note in deck.notes)
    }
    wanted = {
        name: expected(card, note, deck, positions[note.id]) for name, card, note, deck in cards_of(decks)
    }
    assert len(wanted) == report.cards > 1900
    seen = Counter((card["type"], card["queue"]) for card in wanted.values())
    assert set(seen) >= {(kind, -1) for kind in range(4)} | {(0, 0), (1, 1), (1, 3), (2, 2), (3, 3)}
    for age in AGES:
        arrived = {name: {key: card[key] for key in CHECKED} for name, card in found[age]["cards"].items()}
        wrong = [name for name in wanted if arrived[name] != wanted[name]]
        assert not wrong, (zone, age, arrived[wrong[0]], wanted[wrong[0]])
        assert found[age]["log"]["new"] == report.notes


def test_intervals_and_memory_are_those_of_the_schedule(aged):
    _, decks, _, found = aged
    for name, card, note, deck in cards_of(decks):
        arrived, schedule = found[7]["cards"][name], card.schedule
        if schedule.state is State.NEW:
            assert arrived["data"] == {} or set(arrived["data"]) == {"pos"}
            continue
        rated = [review.id for review in note.reviews[card.id] if review.rating]
        memory = arrived["data"]
        assert memory["s"] == pytest.approx(schedule.stability, rel=1e-6, abs=1e-4)
        assert memory["d"] == pytest.approx(schedule.difficulty, abs=1e-3)
        assert (memory["dr"], memory["lrt"]) == (deck.options.retention, rated[-1] // 1000)
        if schedule.state is State.REVIEW:
            assert arrived["ivl"] == schedule.interval
        assert (arrived["ivl"] > 0) == (schedule.state in (State.REVIEW, State.RELEARNING))


def test_nothing_is_wrong_with_the_collection(aged):
    _, _, report, found = aged
    assert found[0]["faults"] == {"broken": 0, "missing": [], "unused": [], "integrity": ""}
    assert found[0]["media"] == [PICTURE.name]
    assert report.media == 1
    assert all(found[age]["integrity"] for age in AGES[1:])


def agree(recomputed, decks):
    """How many memories Anki computed from the logs; each is that of the schedule."""
    for name, card, _, _ in cards_of(decks):
        if card.schedule.state is not State.NEW:
            stability, difficulty = recomputed.pop(name)
            assert stability == pytest.approx(card.schedule.stability, rel=1e-3)
            assert difficulty == pytest.approx(card.schedule.difficulty, abs=1e-3)
            yield name
    assert not recomputed


def test_anki_computes_the_same_memory_from_the_log(aged):
    _, decks, _, found = aged
    assert len(list(agree(dict(found[0]["recomputed"]), decks))) > 1000


def test_what_comes_again_updates_what_was_edited_and_nothing_else(engine, written):
    now = datetime.now(UTC)
    (deck, *others) = learned(400, UTC, now)
    yesterday, soon = int(now.timestamp()) - 86_400, int(now.timestamp()) + 600
    decks = [
        replace(each, notes=tuple(replace(note, mod=yesterday) for note in each.notes))
        for each in (deck, *others)
    ]
    edited = {note.id for note in decks[0].notes[:100:2]}
    after = [
        replace(
            decks[0],
            notes=tuple(
                replace(note, mod=soon, note=replace(note.note, context=("Edited",)))
                if note.id in edited
                else note
                for note in decks[0].notes
            ),
        ),
        decks[1],
    ]
    found = engine("oracle_progress.py", "again", written(decks)[0], written(after)[0])
    assert {kind: number for kind, number in found["logs"][1].items() if number} == {
        "updated": 50,
        "duplicate": 350,
    }
    assert found["answered"] == 60
    before, behind = found["states"]
    assert behind["cards"] == before["cards"]
    names = {f"dq-{name}" for name in edited} | {f"dq-{name}-c" for name in edited}
    changed = {guid for guid in before["notes"] if before["notes"][guid] != behind["notes"][guid]}
    assert len(changed) == 50
    assert changed <= names
    kept = [note for guid, note in behind["notes"].items() if guid not in changed]
    assert sum("mine" in tags for _, tags in kept) > 100
    assert sum(fields[1].endswith("(my words)") for fields, _ in kept) > 60
    assert found["faults"] == {"broken": 0, "missing": [], "unused": [], "integrity": ""}


def test_progress_comes_with_the_first_import_or_in_place_of_the_notes(engine, written):
    now = datetime.now(UTC).replace(hour=12, microsecond=0) - timedelta(days=1)
    decks = learned(160, UTC, now)
    longer = reviewed_again(decks, now)
    plain, _ = written(decks, scheduling=False)
    found = engine("oracle_progress.py", "late", plain, *(written(each)[0] for each in (decks, longer)))
    assert [(log["new"], log["duplicate"]) for log in found["logs"]] == [
        (160, 0),
        (0, 160),
        (160, 0),
        (160, 0),
    ]
    cards = sum(len(note.cards) for deck in decks for note in deck.notes)
    rows = sum(len(log) for deck in decks for note in deck.notes for log in note.reviews.values())
    assert found["new"] == cards
    assert found["reviews"] == [0, rows, rows + cards]
    assert len(list(agree(found["recomputed"], longer))) == cards

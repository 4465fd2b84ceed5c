"""Which kinds become cards: asked as the settings want it, set aside with their history, and brought back with it."""

from __future__ import annotations

import json
import os

import pytest
from sqlalchemy import text

from quiz.cards import Kind, Rating
from quiz.cli.outcome import run
from quiz.collection.checklist import tick
from quiz.collection.roadmap import roadmap
from quiz.cues import asked_of
from quiz.store.reading import Selected

NOTE = """\
---
dquiz: note
---
## Roadmap

| Focus | Why |
|---|---|
| Zones | Everything lies in one |
| Caches | They explain most surprises |

## Interview Q&A

* What is a zone?
  * A part of the tree with one owner.

## Next Steps

* **Unbound** — a resolver that validates

## Mental Model

* DNS = a phone book

## Tasks

* Serve a zone
"""
ALL = "[study]\nkinds = ['qa', 'cheatsheet', 'cloze', 'choice', 'term', 'roadmap', 'next', 'concept']\n"
ASIDE = [
    "Why does Zones matter?",
    "Why does Caches matter?",
    "Why learn Unbound next?",
    "What is DNS like? (mental model)",
]


def switched(desk, text):
    """The desk of a learner who has written other settings."""
    desk.close()
    (desk.home / "config.toml").write_text(text)
    return desk


def asked(desk, *, retired=False):
    return [asked_of(card) for card in desk.cards() if card.retired is retired]


def healthy(desk):
    return [check for check in desk.collection.check_up(desk.now) if not check.ok] == []


def rate(desk, question, rating=Rating.GOOD):
    card = next(card for card in desk.cards() if asked_of(card).startswith(question))
    key, card = desk.collection.find(card.id)
    return desk.collection.record(key, card, rating, desk.now)


@pytest.fixture
def dns(desk):
    desk.write("dns.md", NOTE)
    os.utime(
        desk.notes / "dns.md", (1_700_000_000, 1_700_000_000)
    )  # only then a sync can trust its time stamp
    return desk


@pytest.fixture
def old(dns):
    """A collection as it was before kinds could be chosen: all that can be cards are, and nothing says so."""
    switched(dns, ALL).sync()
    with dns.collection.store.write() as connection:
        connection.execute(text("DELETE FROM setting WHERE key LIKE 'kinds:%'"))
        changed = text("UPDATE note SET more = replace(more, :new, '')")
        connection.execute(changed, {"new": ',"wanted":true'})
    rate(dns, "Why does Zones")
    rate(dns, "What is DNS", Rating.EASY)
    return switched(dns, "")


def test_stages_next_steps_and_mental_models_are_no_cards_unless_they_are_wanted(dns):
    dns.sync()
    assert asked(dns) == ["What is a zone?"]
    assert asked(dns, retired=True) == []
    assert healthy(dns)


def test_a_collection_of_before_sets_them_aside_and_says_it_once(old):
    told = []
    old.collection.tell = told.append
    before = {card.id: card.schedule for card in old.cards()}
    old.collection.select((), old.now)
    assert asked(old) == ["What is a zone?"]
    assert sorted(asked(old, retired=True)) == sorted(ASIDE)
    [remark] = told
    assert remark == (
        "4 cards of the kinds roadmap, next, concept are set aside, 2 of them with reviews: such notes are shown, and"
        " no longer asked. Nothing is lost. Under [study] in the configuration,"
        ' kinds = [..., "roadmap", "next", "concept"] brings them back.'
    )
    assert {card.id: card.schedule for card in old.cards()} == before
    assert healthy(old)
    old.collection.select((), old.now)
    assert old.sync().files_read == 0
    assert len(told) == 1


def test_they_come_back_with_their_schedules(old):
    before = {card.id: card for card in old.cards()}
    log = old.collection.log()
    old.sync()
    report = switched(old, ALL).sync()
    assert (report.restored, report.added, report.files_read) == (4, 0, 0)
    assert sorted(asked(old)) == sorted(["What is a zone?", *ASIDE])
    assert {card.id: card.schedule for card in old.cards()} == {
        key: card.schedule for key, card in before.items()
    }
    assert old.collection.log() == log
    assert healthy(old)


def test_doctor_finds_nothing_before_they_are_set_aside(old):
    assert healthy(old)


def test_a_sync_that_is_only_tried_sets_nothing_aside(old):
    told = []
    old.collection.tell = told.append
    assert old.sync(dry_run=True).retired == 4
    assert (len(asked(old)), told) == (5, [])


def test_a_note_that_had_no_card_gets_one_without_its_file_being_read(dns):
    dns.sync()
    switched(dns, '[decks."dns"]\nstudy.kinds = ["qa", "concept"]\n')
    dns.collection.select((), dns.now)
    assert sorted(asked(dns)) == ["What is DNS like? (mental model)", "What is a zone?"]
    assert healthy(dns)
    assert dns.sync().files_read == 0
    dns.write("dns.md", NOTE.replace("a phone book", "a book"))
    assert dns.sync().changed == 1
    assert healthy(dns)


def test_a_usual_kind_can_be_left_out(dns):
    switched(dns, '[study]\nkinds = ["concept"]\n').sync()
    assert asked(dns) == ["What is DNS like? (mental model)"]
    assert healthy(dns)


def test_a_roadmap_and_a_tick_go_on_without_their_cards(old):
    def plan():
        [found] = roadmap(old.collection, Selected(), old.now)
        return [stage.focus for stage in found.stages], [step.text for step in found.next_steps], found.tasks

    tick(old.collection, [plan()[2][0].id], old.now)
    before = plan()
    old.sync()
    assert plan() == before == (["Zones", "Caches"], ["Unbound"], before[2])
    assert [task.ticked for task in plan()[2]] == [old.now]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("['qa', 'roadmaps']", "Did you mean 'roadmap'?"),
        ("['task']", "'task' is never a card."),
        ("['tip']", "'tip' is never a card."),
        ("'qa'", "must be a list of some of qa, cheatsheet, cloze, choice, term, roadmap, next, concept"),
    ],
)
def test_what_is_no_such_kind_is_told(value, told, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("DQUIZ_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text(f"[study]\nkinds = {value}\n")
    assert run(["due"]) == 3
    assert told in capsys.readouterr().err


def test_the_environment_lists_them_with_blanks(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("DQUIZ_HOME", str(tmp_path))
    monkeypatch.setenv("DQUIZ_COLLECTION__SHIPPED", "false")
    monkeypatch.setenv("DQUIZ_STUDY__KINDS", "concept qa")
    (tmp_path / "dns.md").write_text(NOTE)
    assert run(["cards", str(tmp_path / "dns.md"), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["data"]
    assert {row["kind"] for row in rows} == {Kind.QA, Kind.CONCEPT}
    assert {row["asked"] for row in rows} == {"What is a zone?", "What is DNS like? (mental model)"}


def test_check_counts_the_cards_that_are_wanted(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("DQUIZ_HOME", str(tmp_path))
    (tmp_path / "dns.md").write_text(NOTE)
    assert run(["check", str(tmp_path / "dns.md")]) == 0
    assert "1 deck, 1 card: 1 ready" in capsys.readouterr().out
    (tmp_path / "config.toml").write_text(ALL)
    assert run(["check", str(tmp_path / "dns.md")]) == 0
    assert "1 deck, 5 cards: 5 ready" in capsys.readouterr().out

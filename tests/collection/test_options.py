"""Code clozes in a collection: switched on and off deck by deck, and every card keeps its schedule through it."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing

import pytest

from quiz.cards import Rating
from quiz.cli.outcome import run
from quiz.cues import OPTION, faces_of, hidden_text

RUN = """\
## Commands

- **Run nginx as `web` on port 8080**:
  ```sh
  docker run -d --name web -p 8080:80 nginx
  ```
- **The ten biggest files**:
  ```sh
  du -a . | sort -rh | head -n 10
  ```
"""
PORT = "Q: Which port does SSH use?\nA: 22\n"
OPTIONS = {"-d", "--name web", "-p 8080:80", "-a", "-rh", "-n 10"}


def counts(report):
    """The counts of a report that are not zero."""
    names = ("added", "changed", "moved", "retired", "restored", "unchanged")
    return {name: value for name in names if (value := getattr(report, name))}


def hidden(desk, *, retired=False):
    """The cards that hide a part of a command, by what they hide."""
    return {
        hidden_text(card.note, card.facet): card
        for card in desk.cards()
        if card.facet.startswith(OPTION) and card.retired is retired
    }


def switched(desk, text):
    """The desk of a learner who has written other settings."""
    desk.close()
    (desk.home / "config.toml").write_text(text)
    return desk


def on(desk):
    return switched(desk, '[decks."docker"]\ntyped.cloze = "options"\n')


def off(desk):
    return switched(desk, "")


def rate(desk, part, rating=Rating.GOOD):
    key, card = desk.collection.find(hidden(desk)[part].id)
    return desk.collection.record(key, card, rating, desk.now)


def healthy(desk):
    """Whether `dquiz doctor` finds nothing."""
    return all(check.ok for check in desk.collection.check_up(desk.now))


@pytest.fixture
def docker(desk):
    """Two commands in a deck, and a question in another."""
    desk.write("docker.md", RUN)
    desk.write("docker/more.md", "- **List**:\n  ```sh\n  docker ps -q\n  ```\n")
    desk.write(
        "other.md", PORT + RUN.replace("nginx", "caddy").replace("ten", "six").replace("-n 10", "-n 6")
    )
    for path in desk.notes.rglob("*.md"):
        os.utime(path, (1_700_000_000, 1_700_000_000))  # only then a sync can trust their time stamps
    desk.sync()
    return desk


def test_without_the_setting_there_are_none(docker):
    assert hidden(docker) == {}
    assert len(docker.cards()) == 6
    assert docker.rows("setting", "key LIKE 'code cloze%'") == []


def test_switched_on_each_option_of_the_deck_and_its_sub_decks_is_a_card(docker):
    report = on(docker).sync()
    assert (counts(report), report.files_read) == ({"added": 7, "unchanged": 6}, 0)
    assert hidden(docker).keys() == OPTIONS | {"-q"}
    assert {card.note.deck for card in hidden(docker).values()} == {"docker", "docker/more"}
    assert counts(docker.sync()) == {"unchanged": 13}
    assert healthy(docker)


def test_a_sync_that_is_only_tried_counts_the_same_and_changes_nothing(docker):
    on(docker)
    before = [docker.rows(table) for table in ("card", "note", "setting")]
    assert counts(docker.sync(dry_run=True)) == {"added": 7, "unchanged": 6}
    assert [docker.rows(table) for table in ("card", "note", "setting")] == before
    assert counts(docker.sync()) == {"added": 7, "unchanged": 6}


def test_a_new_file_of_the_deck_has_them_at_once(desk):
    on(desk)
    desk.write("docker.md", RUN)
    desk.write("other.md", PORT)
    assert counts(desk.sync()) == {"added": 9}
    assert hidden(desk).keys() == OPTIONS
    assert healthy(desk)


def test_all_decks_but_one(docker):
    switched(docker, '[typed]\ncloze = "options"\n\n[decks."docker/more"]\ntyped.cloze = "off"\n')
    assert counts(docker.sync()) == {"added": 12, "unchanged": 6}
    assert {card.note.deck for card in hidden(docker).values()} == {"docker", "other"}
    assert healthy(docker)


def test_off_and_on_again_keeps_ids_and_schedules(docker):
    on(docker).sync()
    first = rate(docker, "-p 8080:80")
    docker.later(minutes=20)
    rate(docker, "-p 8080:80", Rating.EASY)
    before, log = hidden(docker), docker.collection.log()
    assert counts(off(docker).sync()) == {"retired": 7, "unchanged": 6}
    assert hidden(docker) == {}
    assert docker.study(cram=True).collection.cards() == docker.collection.cards()
    assert not any(card.facet.startswith(OPTION) for card in docker.collection.cards())
    assert docker.collection.log() == log
    assert healthy(docker)
    assert counts(on(docker).sync()) == {"restored": 7, "unchanged": 6}
    assert hidden(docker) == before
    assert (docker.collection.log(), log[0].id) == (log, first.id)
    assert healthy(docker)


def test_an_export_shows_no_difference(docker):
    before = docker.rows("note")
    on(docker).sync()
    after = docker.rows("note")
    assert [{**row, "more": ""} for row in after] == [{**row, "more": ""} for row in before]


def test_the_option_that_is_edited_keeps_its_card_and_so_do_the_others(docker):
    on(docker).sync()
    for part in ("-d", "--name web", "-p 8080:80"):
        rate(docker, part)
    before = hidden(docker)
    docker.write("docker.md", RUN.replace("-p 8080:80", "-p 127.0.0.1:8080:80"))
    assert counts(docker.sync()) == {"changed": 4, "unchanged": 9}
    after = hidden(docker)
    for part in ("-d", "--name web"):
        assert (after[part].id, after[part].schedule) == (before[part].id, before[part].schedule)
    edited, old = after["-p 127.0.0.1:8080:80"], before["-p 8080:80"]
    assert (edited.id, edited.schedule, edited.facet != old.facet) == (old.id, old.schedule, True)
    assert healthy(docker)


def test_an_option_that_is_another_one_is_another_card(docker):
    on(docker).sync()
    rate(docker, "-d")
    docker.write("docker.md", RUN.replace("run -d", "run --rm"))
    assert counts(docker.sync()) == {"added": 1, "changed": 3, "retired": 1, "unchanged": 9}
    assert hidden(docker)["--rm"].schedule.reps == 0
    docker.write("docker.md", RUN)
    assert counts(docker.sync()) == {"changed": 3, "restored": 1, "retired": 1, "unchanged": 9}
    assert hidden(docker)["-d"].schedule.reps == 1
    assert healthy(docker)


def test_an_option_more_moves_nothing(docker):
    on(docker).sync()
    before = hidden(docker)
    docker.write("docker.md", RUN.replace("run -d", "run --rm -d"))
    assert counts(docker.sync()) == {"added": 1, "changed": 4, "unchanged": 9}
    assert {part: hidden(docker)[part].id for part in before} == {part: before[part].id for part in before}


def test_edits_while_it_is_off_are_found_when_it_is_on(docker):
    on(docker).sync()
    rate(docker, "-d")
    off(docker).sync()
    docker.write("docker.md", RUN.replace("--name web", "--rm"))
    docker.sync()
    assert counts(on(docker).sync()) == {"added": 1, "restored": 6, "unchanged": 6}
    assert hidden(docker)["-d"].schedule.reps == 1
    assert hidden(docker, retired=True).keys() == {""}
    assert healthy(docker)


def test_a_note_that_is_gone_takes_them_along_and_brings_them_back(docker):
    on(docker).sync()
    rate(docker, "-rh")
    before = hidden(docker)
    docker.write("docker.md", "")
    assert counts(docker.sync(accept=[str(docker.notes)])) == {"retired": 8, "unchanged": 5}
    docker.write("docker.md", RUN)
    assert counts(docker.sync()) == {"restored": 8, "unchanged": 5}
    assert hidden(docker) == before
    assert healthy(docker)


def test_a_note_that_moves_to_another_deck_is_asked_as_that_one_wants_it(docker):
    on(docker).sync()
    (docker.notes / "docker.md").rename(docker.notes / "network.md")
    assert counts(docker.sync()) == {"moved": 2, "retired": 6, "unchanged": 5}
    (docker.notes / "network.md").rename(docker.notes / "docker.md")
    assert counts(docker.sync()) == {"moved": 2, "restored": 6, "unchanged": 5}


def test_a_path_that_is_reviewed_has_them_although_no_file_changed(docker):
    on(docker)
    docker.collection.sync.bring_in([str(docker.notes / "docker.md")], docker.now)
    assert hidden(docker).keys() == OPTIONS | {"-q"}


def test_a_sync_of_one_file_counts_the_others_that_follow(docker):
    assert counts(on(docker).sync(docker.notes / "other.md")) == {"added": 7, "unchanged": 6}
    off(docker).sync(docker.notes / "docker.md")
    assert counts(docker.sync(docker.notes / "docker.md")) == {"unchanged": 2}


def test_a_changed_setting_takes_effect_when_cards_are_selected(docker):
    every = on(docker).collection.select((), docker.now)
    assert hidden(docker).keys() == OPTIONS | {"-q"}
    rate(docker, "-d")
    before, log = hidden(docker), docker.collection.log()
    assert docker.collection.due(every, docker.now).later == 1
    off(docker).collection.select((), docker.now)
    assert hidden(docker) == {}
    assert docker.collection.log() == log
    assert docker.collection.due(every, docker.now).later == 0
    on(docker).study()
    assert hidden(docker) == before
    assert healthy(docker)


def test_siblings_are_buried_together(docker):
    on(docker).sync(docker.notes / "docker.md")
    study = docker.study()
    asked = []
    while study.card is not None:
        asked.append(study.card.note_id)
        study.rate(Rating.EASY, docker.now, duration_ms=1000)
    assert len(asked) == len(set(asked)) == 6


def test_a_part_is_asked_for_with_its_place_left_open(docker):
    on(docker).sync()
    card = hidden(docker)["-rh"]
    assert (
        faces_of(card).front
        == "Which command: The ten biggest files\n\n```sh\ndu -a . | sort […] | head -n 10\n```"
    )
    assert faces_of(card).back == "```sh\ndu -a . | sort -rh | head -n 10\n```"


def test_one_of_them_can_be_suspended(docker):
    on(docker).sync()
    key, _ = docker.collection.find(hidden(docker)["-rh"].id[:10])
    docker.collection.change("suspend", [key], docker.now)
    found = docker.collection.search("is:suspended", docker.collection.select((), docker.now), docker.now)
    assert [hidden_text(card.note, card.facet) for card in found] == ["-rh"]
    off(docker).sync()
    on(docker).sync()
    assert hidden(docker)["-rh"].suspended


def test_an_answer_that_becomes_prose_keeps_its_own_card_only(docker):
    on(docker).sync()
    whole = next(card for card in docker.cards() if card.facet == "fwd" and "port 8080" in card.note.prompt)
    docker.write("docker.md", RUN.replace("docker run -d --name web -p 8080:80 nginx", "docker run nginx"))
    assert counts(docker.sync()) == {"changed": 1, "retired": 3, "unchanged": 9}
    assert whole.id in {card.id for card in docker.collection.cards()}
    assert healthy(docker)


def test_a_card_whose_part_was_moved_in_the_same_note_twice_comes_back_once(docker):
    on(docker).sync()
    two = RUN.replace("-p 8080:80", "-p 8080:80 -p 443:443")
    docker.write("docker.md", two)
    docker.sync()
    docker.write("docker.md", RUN.replace("-p 8080:80", "-p 443:443"))
    docker.sync()
    docker.write("docker.md", RUN)
    docker.sync()
    ports = [card for card in docker.collection.cards() if hidden_text(card.note, card.facet) == "-p 8080:80"]
    assert len(ports) == 1
    off(docker).sync()
    on(docker).sync()
    assert len([card for card in docker.collection.cards() if card.facet == ports[0].facet]) == 1
    assert healthy(docker)


def test_when_the_setting_remembered_is_damaged_the_next_sync_puts_it_right(docker):
    on(docker).sync()
    docker.close()
    if docker.server:
        docker.server.ask("UPDATE setting SET value = 'optionz' WHERE key = 'code cloze:docker'", docker.name)
    else:
        with closing(sqlite3.connect(docker.database)) as connection, connection:
            connection.execute("UPDATE setting SET value = 'optionz' WHERE key = 'code cloze:docker'")
    assert counts(docker.sync()) == {"unchanged": 13}
    assert docker.rows("setting", "key = 'code cloze:docker'")[0]["value"] == "options"


def test_the_program_follows_a_setting_at_once(docker, capsys, monkeypatch):
    docker.close()
    given = {"HOME": docker.home, "DATABASE": docker.database, "NOW": docker.now.isoformat()}
    for name, value in {**given, "COLLECTION__SHIPPED": "false"}.items():
        monkeypatch.setenv(f"DQUIZ_{name}", str(value))

    def printed(*arguments):
        assert run(arguments) == 0
        return capsys.readouterr().out

    monkeypatch.setenv("DQUIZ_STUDY__BURY_SIBLINGS", "false")
    assert printed("due", "docker") == "0 due, 3 new\n"
    monkeypatch.setenv("DQUIZ_TYPED__CLOZE", "options")
    assert printed("due", "docker") == "0 due, 10 new\n"
    monkeypatch.setenv("DQUIZ_TYPED__CLOZE", "off")
    assert printed("decks").split()[:8] == [
        "deck",
        "cards",
        "new",
        "due",
        "drafts",
        "suspended",
        "docker",
        "3",  # with that of the deck below
    ]


def test_the_program_lists_shows_and_suspends_them(docker, capsys, monkeypatch):
    on(docker).sync()
    ids = {part: card.id for part, card in hidden(docker).items()}
    docker.close()
    given = {"HOME": docker.home, "DATABASE": docker.database, "NOW": docker.now.isoformat()}
    for name, value in {**given, "COLLECTION__SHIPPED": "false"}.items():
        monkeypatch.setenv(f"DQUIZ_{name}", str(value))

    def data(*arguments):
        assert run([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)["data"]

    listed = {row["id"]: row["facet"] for row in data("cards", "docker")}
    assert len(listed) == 10
    assert {listed[each][: len(OPTION)] for each in ids.values()} == {OPTION}
    data("suspend", ids["-rh"])
    assert [row["id"] for row in data("search", "is:suspended")] == [ids["-rh"]]
    assert data("answer", ids["-d"], "good")["after"]["reps"] == 1
    assert all(check["ok"] for check in data("doctor")["checks"])
    assert run(["show", ids["-p 8080:80"]]) == 0
    assert "--name web […] nginx" in capsys.readouterr().out

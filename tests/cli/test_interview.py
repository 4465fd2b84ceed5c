"""interview: what scripts get from it, and what it refuses."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

NOTE = "Q: Which parts has it? #mid\nA:\n- layers (!)\n- a manifest\n\nQ: What is a tag?\nA: A name.\n"


@pytest.fixture(autouse=True)
def note(desk, environment):
    environment |= {"DQUIZ_DATABASE": str(desk.database), "DQUIZ_COLLECTION__SHIPPED": "false"}
    return desk.write("note.md", NOTE)


@pytest.fixture
def interview(tmp_path, environment):
    """An interview by lines: the lines that are typed, and what comes back."""

    def run(typed, *arguments, **more):
        return subprocess.run(
            [sys.executable, "-m", "quiz", "interview", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | more,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def test_reports_as_json(dquiz, interview, note):
    assert dquiz("interview", "--list", "--json").data == []
    assert dquiz("interview", "--list").out == "No interview yet.\n"
    interview("\n\n\n\n", note, "--new-share", "1", "--level", "mid", "--minutes", "9")
    interview("k\nk\n", note, "--new-share", "1")
    [first, second] = dquiz("interview", "--list", "--json").data
    assert "questions" not in first
    assert (first["kind"], first["level"], first["minutes"], first["counted"]) == (
        "interview",
        "mid",
        9,
        False,
    )
    assert (first["total"]["questions"], second["total"]["questions"]) == (1, 2)
    shown = dquiz("interview", "--show", first["id"], "--json").data
    assert shown.items() >= first.items()
    assert shown["questions"][0]["points"] == [
        {"text": "layers", "essential": True, "hit": False},
        {"text": "a manifest", "essential": False, "hit": False},
    ]
    assert dquiz("interview", "--last", "--json").data["id"] == second["id"]


def test_reports_for_people(dquiz, interview, note, tmp_path):
    interview("\na\n\n\n", note, "--new-share", "1", "--level", "mid")
    [row] = dquiz("interview", "--list", "--json").data
    assert dquiz("interview", "--list").out == f"{row['id']}  2026-11-24 19:40  1 question, 2 of 2 points\n"
    shown = dquiz("interview", "--last").out
    assert shown.startswith("# Mock interview, 2026-11-24 19:40\n")
    assert "- [x] layers (essential)\n- [x] a manifest\n" in shown
    ended = dquiz("interview", "--show", row["id"], "--report", "held.json", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads((tmp_path / "held.json").read_text())["id"] == row["id"]


def test_a_report_says_whether_its_reviews_count_by_now(dquiz, interview, note, tmp_path):
    interview("\na\n\n\ny\n", note, "--new-share", "1", "--level", "mid")

    def told():
        dquiz("interview", "--last", "--report", "held.md")
        [row] = dquiz("interview", "--list", "--json").data
        assert dquiz("interview", "--last", "--json").data["counted"] is row["counted"]
        return row["counted"], dquiz("interview", "--list").out, (tmp_path / "held.md").read_text()

    counted, listed, written = told()
    assert counted
    assert listed.endswith(", counted in the schedule\n")
    assert " Counted in the schedule." in written
    assert dquiz("undo").code == 0
    counted, listed, written = told()
    assert not counted
    assert listed.endswith("2 of 2 points\n")
    assert " Not counted in the schedule." in written


def test_a_report_among_notes_is_none(dquiz, interview, note):
    for name in ("Held.md", "held.MD"):
        interview("\na\n\n\n", note, "--new-share", "1", "--report", note.parent / name)
    checked = dquiz("check", note.parent, "--json").data
    assert {item["file"] for item in checked["items"]} == {note.name}
    assert checked["problems"] == []


@pytest.mark.parametrize("damage", ["report = '{'", "report = CAST(x'7bff' AS TEXT)", "report = '{}'"])
def test_a_damaged_report_is_told_once_and_left_out(dquiz, interview, note, desk, damage):
    for _ in range(3):
        interview("k\nk\n", note, "--new-share", "1")
    first, second, third = [row["id"] for row in dquiz("interview", "--list", "--json").data]
    with closing(sqlite3.connect(desk.database)) as database:
        database.execute(f"UPDATE interview SET {damage} WHERE id = {second}")
        database.commit()
    warning = f"Damaged, so left out: interview {second}. `dquiz doctor --fix` repairs what it can.\n"
    listed = dquiz("interview", "--list")
    assert [line.split()[0] for line in listed.out.splitlines()] == [first, third]
    assert listed.err == warning
    assert dquiz("interview", "--last").err == warning
    held = interview("k\nk\n", note, "--new-share", "1", "--report", "held.md")
    assert (held.returncode, held.stderr.count(warning)) == (0, 1)
    refused = dquiz("interview", "--show", second, "--json")
    assert (refused.code, refused.error["code"]) == (5, "store_refused")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--json"], 2, "An interview is a dialogue. With --json use --list, --last or --show ID."),
        (["--report", "held.txt"], 2, "--report held.txt: it must end in .md or .json."),
        (["--report", "folder.md"], 2, "folder.md is a folder: name the file to write"),
        (["--report", "held.md/"], 2, "held.md/ is a folder: name the file to write"),
        (["--report", "out/held.md"], 3, "out: there is no such folder; make it first"),
        (["--report", "pipe.md"], 2, "pipe.md is not a regular file: name the file to write"),
        (["--report", "/proc/held.md"], 1, "/proc/held.md: cannot be written: "),
        (["--report", ""], 2, "--report : it must end in .md or .json."),
        (["--last", "--list"], 2, "--list and --last do not go together: give one of them."),
        (["--show", "17", "--last"], 2, "--show and --last do not go together: give one of them."),
        (["--show", "", "--list"], 2, "--list and --show do not go together: give one of them."),
        (["--list", "--report", "held.md"], 2, "--list and --report do not go together"),
        (["--last", "--minutes", "5"], 2, "--last and --minutes do not go together"),
        (["--show", "17", "--seed", "0"], 2, "--show and --seed do not go together"),
        (["--list", "--new-share", "0"], 2, "--list and --new-share do not go together"),
        (["--last", "docker"], 2, "--last and DECK|PATH do not go together"),
        (["--show", ""], 3, "No interview ''."),
        (["--new-share", "1.5"], 2, "--new-share 1.5: it must be 0 to 1."),
        (["--new-share", "nan"], 2, "--new-share nan: it must be 0 to 1."),
        (["--last"], 3, "No interview yet."),
        (["--show", "12"], 3, "No interview '12'. `dquiz interview --list` lists them."),
        (["nowhere"], 3, "No deck called 'nowhere'."),
    ],
)
def test_what_is_refused(dquiz, tmp_path, arguments, code, told):
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    before = sorted(tmp_path.iterdir())
    ended = dquiz("interview", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err
    assert ended.err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_report_takes_no_place_of_a_note_and_leaves_what_stands_there_until_it_is_over(
    dquiz, interview, note, tmp_path
):
    (tmp_path / "link.md").symlink_to(note)
    for name in (str(note), "link.md"):
        refused = interview("", note, "--new-share", "1", "--report", name)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "is one of your notes: name another file" in refused.stderr
        assert dquiz("interview", "--last", "--report", name).code != 0
    assert note.read_text() == NOTE
    (tmp_path / "old.md").write_text("as it was")
    assert interview("", note, "--new-share", "1", "--report", "old.md").returncode == 0
    assert (tmp_path / "old.md").read_text() == "as it was"


@pytest.mark.parametrize("arguments", [["--minutes", "0"], ["--per-question", "4"], ["--seed", "-1"]])
def test_numbers_out_of_range_are_wrong_usage(dquiz, arguments):
    assert dquiz("interview", *arguments).code == 2


def test_nothing_to_ask_says_what_to_do(dquiz, note):
    ended = dquiz("interview", note, "--new-share", "0")
    assert ended.code == 0
    assert ended.out == (
        f"Nothing to ask in {note} that was studied before. "
        "2 new cards left out: --new-share 1 asks them too.\n"
    )
    note.write_text("no cards\n")
    assert dquiz("interview", note).out.startswith(f"No cards to ask in {note}.")


def test_settings_are_the_defaults(interview, note):
    usual = {"DQUIZ_INTERVIEW__NEW_SHARE": "1", "DQUIZ_INTERVIEW__PER_QUESTION": "90s"}
    ended = interview("", note, DQUIZ_INTERVIEW__MINUTES="1", **usual)
    assert ended.stdout.startswith("2 questions, 30 seconds each."), "one alone is no interview"
    ended = interview("", note, "--per-question", "90", "--minutes", "1", **usual)
    assert ended.stdout.startswith("1 question, 1 minute and 30 seconds each.")
    ended = interview("", note, "--per-question", "60", "--minutes", "2", "--seed", "9", **usual)
    assert ended.stdout.startswith("2 questions, 1 minute each. Seed 9. ")
    ended = interview("", note, "--new-share", "0.5", **usual)
    assert ended.stdout.startswith("Nothing to ask")


def test_the_same_seed_draws_the_same_questions(interview, note):
    note.write_text("\n".join(f"Q: Number {number}?\nA: yes {number}\n" for number in range(30)))
    drawn = [interview("k\n" * 30, note, "--new-share", "1", "--seed", seed).stdout for seed in (3, 3, 4)]
    asked = [[line for line in out.split("\n") if line.startswith("Question: ")] for out in drawn]
    assert asked[0] == asked[1] != asked[2]
    assert len(set(asked[0])) == 10


def test_a_level_that_there_is_not_is_refused_and_one_that_no_card_has_is_told(interview, note):
    ended = interview("", note, "--level", "#expert")
    assert (ended.returncode, ended.stderr) == (2, "--level expert: it must be junior, mid or senior.\n")
    ended = interview("", note, "--level", "senior")
    assert ended.returncode == 0
    assert f"No card of {note} is tagged senior. Levels there: mid." in ended.stderr
    assert ended.stdout == ""


def test_the_first_interview_asks_new_cards_and_says_that_it_measures(interview, note):
    ended = interview("", note, "--minutes", "5")
    assert ended.stdout.startswith("2 questions, 2 minutes and 30 seconds each. Seed ")
    assert "A first measurement: nothing of it was reviewed before." in ended.stdout


def test_after_a_review_new_cards_have_their_share_only(dquiz, interview, note):
    dquiz("sync", note)
    assert dquiz("answer", f"{note}:1", "good").code == 0
    ended = interview("", note, "--new-share", "0")
    assert ended.stdout.startswith("1 question,")
    assert "first measurement" not in ended.stdout


def test_a_draft_is_never_the_only_question(interview, note):
    note.write_text(
        "## What is a volume?\n\n## What is a layer?\n\nA step of the build.\n\nQ: What is a tag?\nA:\n"
    )
    for seed in range(6):
        ended = interview("k\n", note, "--per-question", "60", "--minutes", "1", "--seed", seed)
        assert "What is a volume" not in ended.stdout
        assert "What is a tag" not in ended.stdout
    note.write_text("Q: What is a tag?\nA:\n")
    assert "no question has an answer yet" in interview("", note).stdout

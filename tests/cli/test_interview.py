"""interview: what scripts get from it, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys

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
    assert "- [x] layers (!)\n- [x] a manifest\n" in shown
    ended = dquiz("interview", "--show", row["id"], "--report", "out/held.json", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads((tmp_path / "out" / "held.json").read_text())["id"] == row["id"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--json"], 2, "An interview is a dialogue. With --json use --list, --last or --show ID."),
        (["--report", "held.txt"], 2, "--report held.txt: it must end in .md or .json."),
        (["--report", "folder.md"], 2, "--report folder.md: it is no file."),
        (["--new-share", "1.5"], 2, "--new-share 1.5: it must be 0 to 1."),
        (["--new-share", "nan"], 2, "--new-share nan: it must be 0 to 1."),
        (["--last"], 3, "No interview yet."),
        (["--show", "12"], 3, "No interview '12'. `dquiz interview --list` lists them."),
        (["nowhere"], 3, "No deck called 'nowhere'."),
    ],
)
def test_what_is_refused(dquiz, tmp_path, arguments, code, told):
    (tmp_path / "folder.md").mkdir()
    ended = dquiz("interview", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--minutes", "0"], ["--per-question", "4"], ["--seed", "-1"]])
def test_numbers_out_of_range_are_wrong_usage(dquiz, arguments):
    assert dquiz("interview", *arguments).code == 2


def test_nothing_to_ask_says_what_to_do(dquiz, note):
    ended = dquiz("interview", note)
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
    assert ended.stdout.startswith("1 question, 1 minute and 30 seconds each.")
    ended = interview("", note, "--per-question", "60", "--minutes", "2", "--seed", "9", **usual)
    assert ended.stdout.startswith("2 questions, 1 minute each. Seed 9.\n")
    ended = interview("", note, "--new-share", "0.5", **usual)
    assert ended.stdout.startswith("Nothing to ask")


def test_the_same_seed_draws_the_same_questions(interview, note):
    note.write_text("\n".join(f"Q: Number {number}?\nA: yes {number}\n" for number in range(30)))
    drawn = [interview("k\n" * 30, note, "--new-share", "1", "--seed", seed).stdout for seed in (3, 3, 4)]
    asked = [[line for line in out.split("\n") if line.startswith("Question: ")] for out in drawn]
    assert asked[0] == asked[1] != asked[2]
    assert len(set(asked[0])) == 10


def test_a_level_that_no_card_has_is_told(interview, note):
    ended = interview("", note, "--new-share", "1", "--level", "#expert")
    assert "No card is tagged #expert: all are asked." in ended.stderr
    assert ended.stdout.startswith("2 questions")

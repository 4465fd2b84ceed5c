"""`dquiz add`: where a question goes, what is said about it, and what is refused."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from quiz.library import shipped_decks


@pytest.fixture(autouse=True)
def ports(desk, environment):
    environment |= {"DQUIZ_DATABASE": str(desk.database)}
    desk.asks("ports.md", "Which port does SSH use?", "What does a proxy hide?")
    desk.sync()
    desk.close()
    return desk


def test_a_question_goes_into_the_file_of_its_deck_and_can_be_studied_at_once(dquiz, ports):
    path = ports.notes / "ports.md"
    before = path.read_text()
    ended = dquiz("add", "ports", "-Q", "Which port is DNS on?", "-A", "53", "--tag", "net")
    assert ended.code == 0, ended.err
    assert path.read_text() == before + "\nQ: Which port is DNS on? #net\nA: 53\n"
    where, short = ended.out.split()
    assert where == f"{path}:{before.count(chr(10)) + 2}"
    data = dquiz("show", short, "--json").data
    assert (data["prompt"], data["answer"], data["tags"], data["deck"]) == (
        "Which port is DNS on?",
        "53",
        ["net"],
        "ports",
    )


def test_a_new_name_makes_a_file_among_the_learners_notes(dquiz, home):
    data = dquiz("add", "aws/iam", "-Q", "Who assumes a role?", "-A", "A principal.", "--json").data
    assert (data["deck"], data["path"]) == ("aws/iam", str(home / "notes/aws/iam.md"))
    data = dquiz("add", "My deck: 1", "-Q", "Whose?", "-A", "Mine.", "--json").data
    assert (data["deck"], data["path"]) == ("My deck: 1", str(home / "notes/My-deck-1.md"))
    data = dquiz("add", "My deck: 1", "-Q", "Whose else?", "-A", "Yours.", "--json").data
    assert data["path"] == str(home / "notes/My-deck-1.md")
    assert dquiz("add", "../../up", "-Q", "x", "-A", "y").code == 2
    assert dquiz(
        "add",
        "elsewhere",
        "-Q",
        "Where?",
        "-A",
        "There.",
        "--json",
        DQUIZ_COLLECTION__NOTES=str(home / "mine"),
    ).data["path"] == str(home / "mine/elsewhere.md")


def test_a_shipped_deck_is_copied_before_it_is_written_into(dquiz, environment):
    environment["DQUIZ_COLLECTION__SHIPPED"] = "true"
    cards = {row["id"] for row in dquiz("cards", "tilt", "--json").data}
    original = (shipped_decks() / "tilt.md").read_bytes()
    ended = dquiz("add", "tilt", "-Q", "Who keeps the port?", "-A", "Tilt.", "--json")
    copy = Path(ended.data["path"])
    assert (ended.code, copy.name) == (0, "tilt.md")
    assert str(copy) in ended.err
    assert copy.read_bytes().startswith(original)
    assert (shipped_decks() / "tilt.md").read_bytes() == original
    assert {row["id"] for row in dquiz("cards", "tilt", "--json").data} == cards | {ended.data["id"]}


def test_a_deck_is_named_as_everywhere_else(dquiz, ports, home):
    for name in ("PORTS", "Ports/"):
        added = dquiz("add", name, "-Q", f"Whose name is {name}?", "-A", "Its.", "--json", "--yes").data
        assert (added["deck"], added["path"]) == ("ports", str(ports.notes / "ports.md"))
    first = dquiz("add", "aws/iam", "-Q", "Who assumes a role?", "-A", "A principal.", "--json").data
    by_leaf = dquiz("add", "IAM", "-Q", "What is denied first?", "-A", "Whatever is.", "--json").data
    assert (by_leaf["deck"], by_leaf["path"]) == ("aws/iam", first["path"])
    dquiz("add", "gcp/iam", "-Q", "Which binding is wide?", "-A", "That of a folder.", "--yes")
    ended = dquiz("add", "iam", "-Q", "Which one?", "-A", "Neither.")
    assert (ended.code, "aws/iam or gcp/iam" in ended.err) == (3, True)
    above = dquiz("add", "aws", "-Q", "Whose cloud is it?", "-A", "Theirs.", "--json").data
    assert (above["deck"], above["path"]) == ("aws", str(home / "notes/aws.md"))


def test_a_shipped_deck_that_takes_no_part_yet_is_meant_by_its_name(dquiz, environment, home):
    environment["DQUIZ_COLLECTION__SHIPPED"] = "true"
    added = dquiz("add", "Tilt", "-Q", "Who keeps the port?", "-A", "Tilt.", "--json").data
    assert (added["deck"], added["path"]) == ("tilt", str(home / "notes/tilt.md"))
    assert len(dquiz("cards", "tilt", "--json").data) > 1
    again = dquiz("add", "tilt", "-Q", "Who frees the port?", "-A", "You.", "--json", "--yes").data
    assert again["path"] == added["path"]


def test_a_near_duplicate_needs_a_yes(dquiz, ports):
    path = ports.notes / "ports.md"
    before = path.read_bytes()
    ended = dquiz("add", "ports", "-Q", "Which port does ssh use", "-A", "22")
    assert ended.code == 2
    assert "Much alike: " in ended.err
    assert "--yes" in ended.err
    assert path.read_bytes() == before
    ended = dquiz("add", "ports", "-Q", "Which port does ssh use", "-A", "22 it is", "-y", "--json")
    assert len(ended.data["similar"]) == 1
    assert b"22 it is" in path.read_bytes()


def test_what_would_break_the_file_is_refused_and_not_lost(dquiz, ports):
    path = ports.notes / "ports.md"
    before = path.read_bytes()
    ended = dquiz("add", "ports", "-Q", "What?", "-A", "a\nA: b\n```\nnever closed")
    assert ended.code == 1
    assert "E602" in ended.err
    assert "\nnever closed" in ended.err
    assert path.read_bytes() == before


def test_without_a_deck_the_one_studied_last_is_meant(dquiz, ports):
    assert dquiz("add", "-Q", "Only one?", "-A", "Yes.").code == 0  # there is no other
    dquiz("add", "zoo", "-Q", "Which animal?", "-A", "A dog.")
    ended = dquiz("add", "-Q", "Which plant?", "-A", "A tree.")
    assert (ended.code, "There is: ports, zoo" in ended.err) == (3, True)
    card = next(card for card in dquiz("cards", "zoo", "--json").data)
    dquiz("answer", card["id"], "good")
    assert dquiz("add", "-Q", "Which plant?", "-A", "A tree.", "--json").data["deck"] == "zoo"


def test_standard_input_has_the_question_in_its_first_line(environment, tmp_path, ports):
    ended = subprocess.run(
        [sys.executable, "-m", "quiz", "add", "ports"],
        cwd=tmp_path,
        env=environment,
        input="What is a list?\n- one\n- two\n",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "- Q: What is a list?\n" in (ports.notes / "ports.md").read_text()


def test_a_terminal_is_asked_for_both(environment, tmp_path, ports):
    child = pexpect.spawn(
        sys.executable,
        ["-m", "quiz", "add", "ports"],
        env=environment | {"TERM": "xterm"},
        cwd=str(tmp_path),
        encoding="utf-8",
        timeout=20,
    )
    child.expect("Question: ")
    child.sendline("Where is it?")
    child.expect("Answer .*: ")
    child.sendline("Here,")
    child.sendline("and there.")
    time.sleep(0.1)
    child.sendline("")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    written = (ports.notes / "ports.md").read_text()
    assert written.endswith("\n- Q: Where is it?\n\n  A: Here,\n  and there.\n")

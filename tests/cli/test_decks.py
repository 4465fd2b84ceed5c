"""sync, relink, anchor, fill, decks: what they say, and what they write."""

from __future__ import annotations

import shlex
import shutil
import stat
import sys
import time
from pathlib import Path

import pexpect
import pytest
from asking import asked

QUESTIONS = ["Which port does SSH use?", "What does a proxy hide?", "Why are locks ordered?"]


@pytest.fixture(autouse=True)
def ports(desk, environment):
    environment |= {"DQUIZ_DATABASE": str(desk.database), "DQUIZ_COLLECTION__SHIPPED": "false"}
    desk.asks("ports.md", *QUESTIONS)
    return desk


# --- sync ----------------------------------------------------------------------------------------------------------


def test_sync_counts_what_it_did(dquiz, ports):
    ports.write("open.md", "Q: Is it open?\n\n---\n\nder Hund ::: the dog\n")
    data = dquiz("sync", ports.notes, "--json").data
    assert [change["change"] for change in data.pop("changes")] == ["added"] * 6
    assert data == {
        "added": 6,
        "changed": 0,
        "moved": 0,
        "retired": 0,
        "restored": 0,
        "unchanged": 0,
        "rewritten": [],
        "ask": [],
        "problems": [],
        "cards": 6,
        "drafts": 1,
        "files_read": 2,
    }


def test_problems_of_notes_are_told_and_are_no_failure(dquiz, ports):
    ports.write("bad.md", b"Q: Is it \xff?\nA: Nearly.\n")
    ended = dquiz("sync", ports.notes, "--json")
    [problem] = ended.data["problems"]
    assert ended.code == 0
    assert problem.keys() == {"file", "line", "code", "severity", "message"}
    assert (problem["file"], problem["line"], problem["code"], problem["severity"]) == (
        "bad.md",
        1,
        "E101",
        "error",
    )
    ports.write("bad.md", b"Q: Is it still \xff?\nA: Nearly.\n")
    people = dquiz("sync")
    assert people.err.startswith("bad.md:1: E101 ")
    assert people.out == (
        "4 cards: 1 changed (history kept)\n  changed   bad.md:1  Is it still \ufffd?  <-  Is it \ufffd?\n"
    )


def test_a_second_sync_finds_nothing(dquiz, ports):
    assert dquiz("sync", ports.notes).out.splitlines() == [
        "3 cards: 3 added",
        *(f"  added     ports.md:{3 * at + 1}  {question}" for at, question in enumerate(QUESTIONS)),
    ]
    assert dquiz("sync").out == "3 cards: nothing changed\n"
    assert dquiz("sync", "--json").data["unchanged"] == 3


def test_a_dry_run_changes_nothing(dquiz, ports):
    assert dquiz("sync", ports.notes, "--dry-run", "--json").data["added"] == 3
    assert ports.rows("card") == ports.rows("source") == []


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_missing_path_or_source_is_code_3(dquiz, ports, options):
    dquiz("sync", ports.notes)
    shutil.move(ports.notes, ports.home / "away")
    for given in ([], [ports.notes]):
        ended = dquiz("sync", *given, *options, "--json")
        assert (ended.code, ended.error["code"]) == (3, "file_not_found")
    assert all(row["retired"] == 0 for row in ports.rows("card"))


def test_vanished_cards_are_retired_only_when_that_is_accepted(dquiz, ports):
    path = ports.asks("many.md", *(f"Is it {number}?" for number in range(11)))
    ports.sync()
    for number in range(11):
        ports.rate(f"Is it {number}?")
    ports.close()
    path.write_text("")
    ended = dquiz("sync", "--json")
    assert (ended.code, ended.data["retired"]) == (0, 0)
    assert [problem["code"] for problem in ended.data["problems"]] == ["E501"]
    assert f"dquiz sync --accept {path}" in ended.data["problems"][0]["message"]
    assert dquiz("sync", "--accept", path, "--json").data["retired"] == 11


def test_a_source_can_be_let_go(dquiz, ports):
    dquiz("sync", ports.notes)
    assert dquiz("sync", "--forget", ports.notes, "--json").data["retired"] == 3
    ended = dquiz("sync", "--forget", ports.notes)
    assert ended.code == 3
    assert "Sources are: none" in ended.err


def test_each_card_that_changed_is_named(dquiz, ports):
    ports.asks("many.md", *(f"Is it {number}?" for number in range(14)))
    first = dquiz("sync", ports.notes).out
    assert first.count("  added     ") == 11
    assert first.splitlines()[-1] == "  added     7 more: -v names them"
    path = ports.notes / "ports.md"
    path.write_text(path.read_text().replace("Which port does SSH use?", "Which TCP port does SSH use?"))
    (ports.notes / "many.md").rename(ports.notes / "more.md")
    changes = dquiz("sync", "--dry-run", "--json").data["changes"]
    [changed] = [each for each in changes if each["change"] == "changed"]
    assert (changed["file"], changed["line"], changed["prompt"]) == (
        "ports.md",
        1,
        "Which TCP port does SSH use?",
    )
    assert changed["previous"] == {"file": "ports.md", "line": 1, "prompt": QUESTIONS[0]}
    assert "  moved " not in dquiz("sync", "--dry-run").out
    assert "  moved     more.md:1  Is it 0?  <-  many.md:1" in dquiz("sync", "-v").out.splitlines()


def test_a_rename_says_which_cards_lost_their_place_and_how_to_join_them(dquiz, ports):
    ports.sync()
    ports.rate("What does a proxy hide?")
    lost = ports.card("What does a proxy hide?").id
    ports.close()
    text = (ports.notes / "ports.md").read_text()
    (ports.notes / "ports.md").unlink()
    block = text.split("\n\n")[1] if "\n\n" in text else "\n".join(text.split("\n")[3:5])
    ports.write(
        "net.md", text.replace(block, "Q: Whose address stays unseen?\nA: Yours, from the far server.")
    )
    lines = dquiz("sync").out.splitlines()
    assert "  retired   ports.md:4  What does a proxy hide?  (1 review)" in lines
    at = lines.index("  was  ports.md:4  What does a proxy hide?  (1 review)")
    assert lines[at + 1] == "  now  net.md:4  Whose address stays unseen?"
    command = lines[at + 2].split()
    assert command[:2] == ["dquiz", "relink"]
    dquiz(*command[1:])
    [card] = [card for card in dquiz("cards", "--json").data if card["reps"]]
    assert (card["id"], card["prompt"]) == (lost, "Whose address stays unseen?")


REWRITTEN = "Q: Whose address stays unseen?\nA: Yours, from the far server."


@pytest.fixture
def lost(ports):
    """A desk where question and answer of a reviewed card were both written anew, which nobody has read yet."""
    ports.sync()
    ports.rate("What does a proxy hide?")
    text = (ports.notes / "ports.md").read_text()
    ports.old_text = text
    ports.write("ports.md", text.replace("\n".join(text.split("\n")[3:5]), REWRITTEN))
    return ports


def test_a_pair_that_a_sync_only_offers_stays_to_be_settled(dquiz, lost):
    assert dquiz("sync", "--dry-run").out.count("Whose address")
    assert dquiz("relink", "--list", "--json").data == []
    assert dquiz("sync", "--json").data["ask"] == []
    [ask] = dquiz("relink", "--list", "--json").data
    assert (ask["old"]["prompt"], ask["new"]["prompt"]) == (
        "What does a proxy hide?",
        "Whose address stays unseen?",
    )
    old, new = ask["old"]["id"], ask["new"]["id"]
    assert f"dquiz relink {old[:8]} {new[:8]}" in dquiz("relink").out + dquiz("relink", "--list").out
    dquiz("relink", "--no", old, new)
    assert dquiz("relink", "--list", "--json").data == []
    dquiz("relink", old, new)
    assert [card["id"] for card in dquiz("cards", "--json").data if card["reps"]] == [old]
    assert dquiz("relink", "--list", "--json").data == []


def test_a_pair_is_in_doubt_only_while_the_old_text_is_gone_and_the_new_one_there(dquiz, lost):
    new_text = (lost.notes / "ports.md").read_text()
    dquiz("sync")
    lost.write("ports.md", lost.old_text)
    dquiz("sync")
    assert dquiz("relink", "--list", "--json").data == []
    lost.write("ports.md", new_text)
    dquiz("sync")
    assert len(dquiz("relink", "--list", "--json").data) == 1
    lost.write("ports.md", new_text.replace(REWRITTEN + "\n", ""))
    dquiz("sync")
    assert dquiz("relink", "--list", "--json").data == []


def test_a_note_that_only_lost_a_card_is_in_no_doubt(dquiz, ports):
    ports.write("ports.md", "C: Port [80] is for [http], said the man in the street.\n")
    ports.sync()
    ports.rate("Port […] is")
    ports.rate("Port 80 is")
    ports.write("ports.md", f"C: Port [80] is for http, said the man in the street.\n\n{REWRITTEN}\n")
    data = dquiz("sync", "--json").data
    assert (data["retired"], data["added"], data["rewritten"]) == (1, 1, [])
    ports.write("ports.md", f"C: Port [80] is for [http], said the man.\n\nC: A [new] one.\n\n{REWRITTEN}\n")
    assert dquiz("sync", "--json").data["rewritten"] == []


def test_a_review_says_that_the_edit_it_reads_first_took_a_card_its_place(dquiz, lost):
    told = "1 card with reviews lost its place: dquiz relink --list"
    path = str(lost.notes / "ports.md")
    assert told in dquiz("review", path, "--plain").err.splitlines()
    assert len(dquiz("relink", "--list", "--json").data) == 1
    assert "lost its place" not in dquiz("review", path, "--plain").err


# --- relink --------------------------------------------------------------------------------------------------------


@pytest.fixture
def doubt(ports):
    ports.write(
        "ports.md", "Q: Why is the sky blue at noon?\nA: Short waves are scattered more by the air.\n"
    )
    ports.sync()
    ports.rate("Why is the sky")
    ports.write(
        "ports.md",
        "Q: Why do we see a blue sky?\nA: The air scatters light of short waves much more than red light.\n",
    )
    return ports


def test_a_doubtful_pair_is_told_and_settled(dquiz, doubt):
    [ask] = dquiz("sync", "--json").data["ask"]
    assert ask["old"].keys() == ask["new"].keys() == {"note", "file", "line", "prompt", "answer"}
    assert (ask["old"]["file"], ask["new"]["file"]) == ("ports.md", "ports.md")
    [listed] = dquiz("relink", "--list", "--json").data
    assert listed["old"].items() >= ask["old"].items()
    assert (listed["old"]["reviews"], listed["new"]["reviews"]) == (1, 0)
    assert listed["old"]["last_review"].startswith("20")
    old, new = doubt.card("Why is the sky").id, doubt.card("Why do we see").id
    assert dquiz("relink", old, new, "--json").data == {"old": old, "new": new, "same": True}
    [row] = dquiz("cards", "--json").data
    assert (row["id"], row["reps"], row["prompt"]) == (old, 1, "Why do we see a blue sky?")
    assert dquiz("relink", "--list", "--json").data == []


def test_a_doubtful_pair_can_be_refused(dquiz, doubt):
    lines = dquiz("sync").out.splitlines()
    assert lines[-1] == "Same card? `dquiz relink` shows both texts and asks."
    old, new = doubt.card("Why is the sky").id, doubt.card("Why do we see").id
    assert lines[-2].split() == ["dquiz", "relink", old[:8], new[:8]]
    shown = dquiz("relink", "--list").out
    assert "old  ports.md:1" in shown
    assert "1 review, last" in shown
    assert "{+" in shown
    assert dquiz("relink", "--no", old, new, "--json").data["same"] is False
    assert dquiz("relink", "--list").out.count("\n") == 1
    assert dquiz("relink", old, "--json").code == 2
    assert dquiz("relink", old, "nothing", "--json").code == 4


# --- anchor --------------------------------------------------------------------------------------------------------


def test_anchors_are_written_and_removed(dquiz, ports):
    path = ports.notes / "ports.md"
    before = path.read_bytes()
    assert dquiz("anchor", path, "--dry-run", "--json").data == [{"path": str(path), "marks": 3}]
    assert path.read_bytes() == before
    assert dquiz("anchor", path).out == f"{path}: 3 marks changed\n"
    assert path.read_text().count("? ^") == 3
    assert dquiz("anchor", path).out == "Nothing to change.\n"
    dquiz("anchor", path, "--remove")
    assert path.read_bytes() == before


# --- fill ----------------------------------------------------------------------------------------------------------

DRAFTS = (
    b"\xef\xbb\xbf# Open  \r\n\r\n* **Q:** Is it open?\r\n\r\n"
    b"Q: Is it  \xff ajar?\r\n\r\n---\r\ntext \xe2\x80\xa8 ::\r\n\r\nQ: Is it shut?"
)


@pytest.fixture
def drafts(ports):
    return ports.write("drafts.md", DRAFTS)


@pytest.fixture
def fill(tmp_path, environment):
    """`dquiz fill` at a terminal, with an editor that is a few lines of shell; ``$1`` is the file it edits.

    Before each draft the next of the keys is pressed, and Enter once they are used up.
    """

    def run(script, *arguments, keys=""):
        editor = tmp_path / "editor.sh"
        editor.write_text(f'#!/bin/sh\nfor last; do :; done\nset -- "$last"\n{script}\n')
        editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
        child = pexpect.spawn(
            sys.executable,
            ["-m", "quiz", "fill", *map(str, arguments)],
            env=environment | {"EDITOR": shlex.quote(str(editor)), "VISUAL": "", "TERM": "xterm"},
            cwd=str(tmp_path),
            encoding="utf-8",
            timeout=20,
        )
        shown, typed = "", iter(keys)
        while child.expect(["q stop: ", pexpect.EOF]) == 0:
            shown += child.before
            time.sleep(0.15)  # what is typed before a prompt is not taken for it
            child.send(next(typed, "\r"))
        shown += child.before
        child.close()
        return child.exitstatus, shown.replace("\r\n", "\n")

    return run


def test_drafts_are_listed(dquiz, drafts):
    assert [row["prompt"] for row in dquiz("fill", drafts, "--json").data] == [
        "Is it open?",
        "Is it  \ufffd ajar?",
        "Is it shut?",
    ]
    assert dquiz("fill", "--list").out.splitlines()[0] == f"{drafts}:3  Is it open?"
    assert dquiz("fill", drafts.parent / "ports.md").out == "No drafts.\n"


def test_filling_needs_a_terminal(dquiz, drafts):
    ended = dquiz("fill", drafts)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "--list" in ended.err
    assert drafts.read_bytes() == DRAFTS


def test_answers_are_written_below_their_questions_and_nothing_else(fill, drafts, ports):
    code, shown = fill("printf 'Yes.\\n\\n- it is\\n' >> \"$1\"", drafts)
    assert (code, shown.splitlines()[-1]) == (0, "3 answered, 0 left.")
    written = drafts.read_bytes()
    assert written == DRAFTS.replace(
        b"Is it open?\r\n", b"Is it open?\r\n  **A:** Yes.\r\n\r\n  - it is\r\n"
    ).replace(b"ajar?\r\n", b"ajar?\r\nA: Yes.\r\n\r\n- it is\r\n").replace(
        b"Is it shut?", b"Is it shut?\r\nA: Yes.\r\n\r\n- it is"
    )
    assert [card.note.draft for card in ports.cards() if card.path == str(drafts)] == [False] * 3


def test_no_answer_leaves_the_question_for_later(fill, drafts):
    code, shown = fill("case $(cat $1) in *open*) echo Yes >> $1;; esac", drafts)
    assert (code, shown.splitlines()[-1]) == (0, "1 answered, 2 left.")
    assert drafts.read_bytes().count(b"Yes") == 1


def test_an_editor_that_fails_is_told_and_can_be_opened_again(fill, drafts, tmp_path):
    mark = tmp_path / "failed"
    code, shown = fill(f"echo Yes >> $1; test -e {mark} || {{ touch {mark}; exit 3; }}", drafts, keys="\r\rq")
    assert (code, shown.splitlines()[-1]) == (0, "1 answered, 2 left.")
    assert "ended with 3: what it wrote is not taken. Nothing was written." in shown
    assert shown.count("1/3  drafts › Open") == 2
    assert drafts.read_bytes().count(b"Yes") == 1


def test_drafts_can_be_passed_over_and_left(fill, drafts):
    code, shown = fill("echo Yes >> $1", drafts, keys="s\rq")
    assert (code, shown.splitlines()[-1]) == (0, "1 answered, 2 left.")
    assert "3/3  drafts" in shown
    assert b"ajar?\r\nA: Yes\r\n" in drafts.read_bytes()
    assert drafts.read_bytes().count(b"Yes") == 1


def test_an_interrupt_keeps_what_is_written(fill, drafts):
    code, shown = fill("echo Yes >> $1", drafts, keys="\r\x03")
    assert code == 130
    assert "1 answered, 2 left." in shown
    assert "Traceback" not in shown
    assert drafts.read_bytes().count(b"Yes") == 1


def test_drafts_of_the_plan_come_first(dquiz, fill, ports, drafts):
    later = ports.write("zoo.md", "Q: Which animal?\n")
    dquiz("sync", ports.notes)
    ended = dquiz("plan", later, "--date", "2026-12-24")
    assert ended.code == 0, ended.err
    _, shown = fill("true", keys="q")
    assert "1/4  zoo" in shown


def test_a_note_that_was_changed_meanwhile_keeps_that_change(fill, drafts):
    code, shown = fill(
        f"case $(cat $1) in *open*) sed -i '1s/^/# New head\\n\\n/' {drafts}; echo Yes >> $1;; esac", drafts
    )
    assert code == 0, shown
    text = drafts.read_bytes()
    assert text.startswith(b"# New head")
    assert b"Is it open?\r\n  **A:** Yes\r\n" in text


def test_an_answer_whose_question_is_gone_is_kept_and_told(fill, drafts):
    code, shown = fill(
        f"case $(cat $1) in *open*) echo gone > {drafts}; echo 'A long answer' >> $1;; esac",
        drafts,
        keys="\rq",
    )
    assert code == 1
    assert "E601" in shown
    assert drafts.read_bytes() == b"gone\n"
    kept = shown.split("kept in ")[1].split()[0]
    assert Path(kept).read_text() == "A long answer\n"


def test_an_answer_that_would_break_other_cards_is_refused_and_kept(fill, ports):
    note = ports.write("flush.md", "Q: Is it open?\n\nQ: Is it shut?\nA: It is.\n")
    code, shown = fill("printf 'Yes.\\n\\nQ: And who?\\nA: You.\\n' >> $1", note, keys="\rs")
    assert code == 1
    assert "E602" in shown
    assert "kept in " in shown
    assert note.read_text() == "Q: Is it open?\n\nQ: Is it shut?\nA: It is.\n"


# --- decks ---------------------------------------------------------------------------------------------------------


def test_decks_are_listed_with_what_they_hold(dquiz, ports):
    ports.asks("aws/iam.md", "Who assumes a role?", "Is it shut?")
    ports.write("aws/open.md", "Q: Is it open?\n" + asked("Is it ajar?"))
    ports.sync()
    ports.rate("Who assumes a role?")
    ports.close()
    dquiz("suspend", "iam.md:4")
    rows = dquiz("decks", "--json").data
    assert [row.pop("studied") and not row.pop("shipped") for row in rows] == [True] * 3
    assert rows == [
        {"name": "aws/iam", "cards": 2, "new": 0, "due": 1, "drafts": 0, "suspended": 1, "description": ""},
        {"name": "aws/open", "cards": 2, "new": 1, "due": 0, "drafts": 1, "suspended": 0, "description": ""},
        {"name": "ports", "cards": 3, "new": 3, "due": 0, "drafts": 0, "suspended": 0, "description": ""},
    ]
    lines = dquiz("decks", "--flat").out.splitlines()
    assert lines[1].split() == ["aws/iam", "2", "0", "1", "0", "1"]


@pytest.fixture
def described(ports):
    about = r'"Routes, gateways\e[2J and who may pass them"'
    ports.write("aws/vpc.md", f"---\ndesc: {about}\n---\n" + asked("What is a VPC?"))
    ports.write("second.md", "---\ndeck: aws/vpc\ndesc: Another\n---\n" + asked("What is a NAT?"))
    ports.sync()
    ports.close()
    return ports


def test_decks_say_what_they_are_about(dquiz, described):
    rows = {row["name"]: row["description"] for row in dquiz("decks", "--json").data}
    assert rows == {"aws/vpc": "Routes, gateways [2J and who may pass them", "ports": ""}
    lines = dquiz("decks").out.splitlines()
    assert lines[1].split() == ["aws", "2", "2", "0", "0"]
    assert lines[2].split() == ["vpc", "2", "2", "0", "0"]
    assert lines[3] == "    Routes, gateways [2J and who may pass them"
    assert dquiz("decks", "--flat").out.splitlines()[2] == "  Routes, gateways [2J and who may pass them"


def test_a_deck_whose_file_is_gone_is_listed_without_a_line(dquiz, described):
    for path in described.notes.rglob("*.md"):
        path.unlink()
    assert [row["description"] for row in dquiz("decks", "--json").data] == ["", ""]


@pytest.mark.parametrize("width", [80, 48, 34])
def test_decks_fit_a_narrow_terminal(environment, described, width):
    described.asks("a-name-that-is-longer-than-its-column.md", "Which one?")
    described.sync()
    described.close()
    child = pexpect.spawn(
        sys.executable,
        ["-m", "quiz", "decks"],
        env=environment | {"TERM": "xterm"},
        dimensions=(24, width),
        encoding="utf-8",
        timeout=20,
    )
    lines = child.read().replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith("a-name-that-is-longer-than-its-co") for line in lines)
    assert ("  3 cards, 3 new" in lines) == (width == 34)
    assert any(line.startswith("    Routes, gateways") for line in lines)

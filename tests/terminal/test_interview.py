"""A mock interview in a real terminal."""

import json
import re
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from .screens import AS_IT_WAS

LIST = """\
# Docker

Q: Which parts does an image have? #images
A:
- layers, each of which holds files (!)
- a manifest
- a `configuration`
"""
COMMAND = "\nQ: Which command lists containers? #running\nA:\n```sh\ndocker ps\n```\n"
OPEN = "\nQ: What is a tag? #images\n"


@pytest.fixture
def begin(program):
    """Begin an interview and wait for its first question."""

    def begun(deck, *options, columns=80, rows=60, wait_for="q end", **environment):
        program.deck.write_text(deck)
        terminal = program._start(
            program.argv("interview", program.deck, "--new-share", "1", "--seed", "7", *options),
            columns=columns,
            rows=rows,
            env={**program.environment, **environment},
            cwd=program.folder,
        )
        terminal.wait_for(wait_for)
        return terminal

    return begun


def masked(text):
    """Without what a clock says."""
    return re.sub(r"--show \d+", "--show ID", re.sub(r"\b\d:\d\d\b", "0:00", text))


def reports(program):
    with closing(sqlite3.connect(program.database)) as database:
        return [json.loads(text) for (text,) in database.execute("SELECT report FROM interview ORDER BY id")]


def logged(program):
    return [(one["rating"], one["mode"], one["counts"]) for one in program.data("log")]


def test_an_interview_at_80_columns(program, begin):
    terminal = begin(LIST)
    assert (
        masked(terminal.text)
        == """\
1 question, 3 minutes each. Seed 7. A first measurement: nothing of it was
reviewed before.

Question 1 of 1                                                           images
────────────────────────────────────────────────────────────────────────────────
Which parts does an image have?

0:00 left   [space] done   p pause   k skip   q end"""
    )
    terminal.press(" ", "[Enter] next")
    assert terminal.text.endswith("said none   1-3 tick   a all   n note   [Enter] next")
    terminal.press("1", "said 1 ")
    terminal.press("3", "said 1 3 ")
    terminal.press("3", "said 1   1-3")
    terminal.press("9")
    terminal.press("n", "Note:")
    terminal.press("more on manifests\n", "[Enter] next")
    terminal.press("\n", "How clear?")
    terminal.press("3", "[y/N]")
    terminal.press("y")
    assert terminal.ended() == 0
    assert (
        masked(terminal.text)
        == """\
1 question, 3 minutes each. Seed 7. A first measurement: nothing of it was
reviewed before.

Question 1 of 1                                                           images
────────────────────────────────────────────────────────────────────────────────
Which parts does an image have?

Took 0:00 min.

 1 ! layers, each of which holds files
 2   a manifest
 3   a `configuration`

! must not be left out

Note: more on manifests
1 of 3 points.

1 question in 0:00 of 30 min. 1 of 3 points (33 %).

Topic   Asked  Points  Essential missed  Time  Ready
images      1  1 of 3                 0  0:00    0 %
all         1  1 of 3                 0  0:00
Ready: how much of a topic would be known now, new cards counted as 0 %.

Weakest:
  docker.md:3  Which parts does an image have?

1 review applied to the schedule; `dquiz undo` takes it back.
Saved: dquiz interview --show ID"""
    )
    [report] = reports(program)
    [question] = report["questions"]
    assert program.data("interview", "--last")["counted"]
    assert [point["hit"] for point in question["points"]] == [True, False, False]
    assert (question["clarity"], question["note"]) == (3, "more on manifests")
    assert logged(program) == [("hard", "interview", True)]
    assert terminal.modes == AS_IT_WAS


def test_an_interview_at_34_columns(program, begin):
    terminal = begin(LIST, columns=34)
    terminal.press(" ", "[Enter] next")
    assert (
        masked(terminal.text)
        == """\
1 question, 3 minutes each. Seed
7. A first measurement: nothing of
it was reviewed before.

Question 1 of 1
images
──────────────────────────────────
Which parts does an image have?

Took 0:00 min.

 1 ! layers, each of which holds
     files
 2   a manifest
 3   a `configuration`

! must not be left out

said none  1-3 tick  [Enter] next"""
    )
    terminal.press("a", "said 1 2 3")
    terminal.press("\n", "How clear?  1-4  [Enter] skips")
    terminal.press("\n", "[y/N]")
    terminal.press("n")
    assert terminal.ended() == 0
    assert "images: 1 question, 3 of 3 points," in terminal.text
    assert "The schedule stays as it was." in terminal.text
    assert logged(program) == [("good", "interview", False)]
    assert not program.data("interview", "--last")["counted"]


@pytest.mark.parametrize("columns", [34, 60, 80, 120])
def test_no_line_is_wider_than_the_screen_and_the_row_of_keys_leaves_no_trace(begin, columns):
    terminal = begin(LIST, columns=columns)
    terminal.press("p", "paused at")
    terminal.press("p", "q end")
    terminal.press(" ", "[Enter] next")
    terminal.press("\n", "How clear?")
    terminal.press("\n", "[y/N]")
    terminal.press("\n")
    assert terminal.ended() == 0
    for row in ("[space]", "[Enter]", "[y/N]", "paused"):
        assert row not in terminal.text


def test_the_question_that_was_skipped_and_the_one_that_is_open(program, begin):
    terminal = begin(COMMAND + OPEN)
    for _ in range(2):
        if "What is a tag?" in terminal.on_screen.rsplit("Question ", 1)[1]:
            assert "Say it aloud; no answer is written yet." in terminal.on_screen
            terminal.press(" ", "How clear?")
            terminal.press("4", " ")
        else:
            terminal.press("k", "Skipped.")
        terminal.be_quiet(0.2)
    assert terminal.ended() == 0
    assert "[y/N]" not in terminal.text, "nothing was compared"
    by_topic = {one["topic"]: one for one in reports(program)[0]["questions"]}
    assert by_topic["running"]["skipped"]
    assert (by_topic["images"]["clarity"], by_topic["images"]["points"]) == (4, [])
    assert logged(program) == []


def test_at_zero_it_rings_once_and_counts_on(program, begin):
    terminal = begin(COMMAND, "--per-question", "5")
    first = time.monotonic()
    assert b"\x07" not in terminal.raw
    terminal.press("p", "paused at")
    time.sleep(1.2)
    terminal.press("p", "q end")
    terminal.wait_for("0:01 over", seconds=12)
    assert time.monotonic() - first > 6
    assert terminal.raw.count(b"\x07") == 1
    terminal.press(" ", "[Enter] next")
    assert "0:01 over." in terminal.text
    assert "docker ps" in terminal.text
    assert terminal.text.endswith(" 1   whole answer\n\nsaid none   1 tick   n note   [Enter] next")
    terminal.press("q", "[y/N]")
    terminal.press("\n")
    assert terminal.ended() == 0
    [question] = reports(program)[0]["questions"]
    assert (question["seconds"], question["overtime"]) in [(6, 1), (7, 2)]


def test_the_end_before_anything_was_answered_keeps_nothing(program, begin):
    terminal = begin(COMMAND)
    terminal.press("q")
    assert terminal.ended() == 0
    assert terminal.text.endswith("No question was answered, so nothing is kept.")
    assert reports(program) == []


def test_ctrl_c_keeps_what_was_answered(program, begin):
    terminal = begin(LIST + COMMAND, "--report", "held.json")
    terminal.press(" ", "[Enter] next")
    terminal.press("a", "said 1 ")
    terminal.press("\n", "How clear?")
    terminal.press("\n", "Question 2 of 2")
    assert len(reports(program)[0]["questions"]) == 1, "it is on disk before the next question"
    terminal.press("\x03")
    assert terminal.ended() == 130
    assert "1 question in" in terminal.text
    assert logged(program) == [("good", "interview", False)]
    assert json.loads((program.folder / "held.json").read_text()) == reports(program)[0]
    assert terminal.modes == AS_IT_WAS


def test_a_report_that_cannot_be_written_in_the_end_is_kept_and_it_says_how_to_see_it(program, begin):
    folder = program.folder / "out"
    folder.mkdir()
    terminal = begin(COMMAND, "--report", "out/held.md", columns=300)
    folder.rmdir()
    folder.write_text("a file by now")
    terminal.press(" ", "[Enter] next")
    terminal.press("q", "[y/N]")
    terminal.press("n")
    assert terminal.ended() == 1
    [report] = reports(program)
    told = " ".join(terminal.text.split())
    assert told.endswith(f"The report is kept in the collection: dquiz interview --show {report['id']}")


@pytest.mark.parametrize("columns", [34, 80])
def test_a_clock_that_may_be_wrong_is_told_before_it_is_asked_what_to_apply(program, begin, columns):
    program.run("sync", program.deck)
    program.data("answer", program.data("cards")[0]["id"], "good")
    for later, told in (
        ("2026-11-20T12:00:00Z", "The last review is dated 2026-11-24, after today: check the clock"),
        ("2028-11-20T12:00:00Z", "The last review is 727 days ago: if that is wrong, check the clock"),
    ):
        terminal = begin(COMMAND, columns=columns, DQUIZ_NOW=later)
        terminal.press(" ", "[Enter] next")
        assert told not in " ".join(terminal.text.split())
        terminal.press("q", "[y/N]")
        said = " ".join(terminal.text.split())
        assert said.index(told) < said.index("Apply to schedule?")
        terminal.press("n")
        assert terminal.ended() == 0


def test_a_terminated_interview_keeps_its_report(program, begin):
    terminal = begin(LIST + COMMAND)
    terminal.press(" ", "[Enter] next")
    terminal.press("\n", "How clear?")
    terminal.press("\n", "Question 2 of 2")
    terminal.child.kill(signal.SIGTERM)
    assert terminal.ended() == 128 + signal.SIGTERM
    assert len(reports(program)[0]["questions"]) == 1
    assert logged(program) == []
    assert terminal.modes == AS_IT_WAS


def test_the_time_for_which_it_was_stopped_does_not_count(program, start):
    program.deck.write_text(COMMAND)
    command = " ".join(program.argv("interview", program.deck, "--new-share", "1"))
    shell = start(
        ["bash", "--norc", "--noprofile", "-i"],
        env={**program.environment, "PS1": "READY>"},
        cwd=program.folder,
    )
    shell.wait_for("READY>")
    shell.press(f"{command}\n", "q end")
    shell.press("\x1a", "READY>")
    time.sleep(3)
    shell.press("fg\n")
    shell.be_quiet(0.3)
    shell.press(" ", "[Enter] next")
    shell.press("q", "[y/N]")
    shell.press("n", "READY>")
    assert reports(program)[0]["questions"][0]["seconds"] <= 2


def test_a_new_width_draws_the_row_of_keys_anew(begin):
    terminal = begin(LIST)
    terminal.resize(34, 40)
    terminal.wait_for("q end")
    assert re.search(r"^\d:\d\d  \[space\] done  k skip  q end$", terminal.on_screen, re.MULTILINE)


def test_more_than_nine_points_are_typed(program, begin):
    points = "".join(f"- point {number}\n" for number in range(1, 13))
    terminal = begin(f"Q: Which points are there?\nA:\n{points}")
    terminal.press(" ", "[Enter] next")
    terminal.press("t", "Said, as in 1 3-5:")
    terminal.press("13\n", "Numbers from 1 to 12")
    terminal.press("t", "Said, as in 1 3-5:")
    terminal.press("10-12\n", "said 10 11 12 ")
    terminal.press("1", "said 1 10 11 12 ")
    terminal.press("q", "[y/N]")
    terminal.press("n")
    assert terminal.ended() == 0
    hit = [point["hit"] for point in reports(program)[0]["questions"][0]["points"]]
    assert [place for place, was in enumerate(hit, 1) if was] == [1, 10, 11, 12]


def test_without_unicode_and_colour_nothing_is_lost(begin):
    terminal = begin(LIST, NO_COLOR="1", PYTHONIOENCODING="ascii")
    terminal.press(" ", "[Enter] next")
    assert terminal.raw.isascii()
    assert not re.search(rb"\x1b\[[\d;]*3\dm", terminal.raw)


def test_card_text_does_not_drive_the_terminal(program, begin):
    evil = "\x1b[6n\x9b6n\u202e"
    terminal = begin(f"Q: What {evil}?\nA:\n- one {evil}\n- two\n")
    terminal.press(" ", "[Enter] next")
    terminal.press("q", "[y/N]")
    terminal.press("n")
    assert terminal.ended() == 0
    assert b"\x1b[6n" not in terminal.raw
    assert "\x9b" not in terminal.raw.decode()
    assert "\u202e" not in terminal.raw.decode()


@pytest.mark.parametrize("arguments", [("interview", "deck.md"), ("review",), ("add",)])
def test_what_is_told_at_34_columns_breaks_between_words(program, arguments):
    (program.folder / "deck.md").write_text("Nothing to ask.\n")
    argv = program.argv(*arguments)
    told = program.run(*arguments, stdin="")
    words = f"{told.stdout} {told.stderr}".split()
    terminal = program._start(argv, columns=34, rows=40, env=program.environment, cwd=program.folder)
    terminal.ended()
    shown = terminal.text.split()
    assert [word for word in shown if len(word) < 34] == [word for word in words if len(word) < 34]

"""A mock interview by lines, with the real program."""

import json
import re

import pytest

LIST = "# Docker\n\nQ: Which parts does an image have? #images\nA:\n- layers (!)\n- a manifest\n- a configuration\n"
COMMAND = "\nQ: Which command lists containers? #running\nA: `docker ps`\n"
OPEN = "\nQ: What is a tag? #images\n"


@pytest.fixture
def interview(program):
    """Hold an interview on some notes with some lines; the exit code and what was said."""

    def held(deck, stdin, *options, **environment):
        program.deck.write_text(deck)
        done = program.run(
            "interview", program.deck, "--plain", "--new-share", "1", *options, stdin=stdin, **environment
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return held


def masked(text):
    """Without what a clock says."""
    return re.sub(r"--show \d+", "--show ID", re.sub(r"\b\d:\d\d\b", "0:00", text))


def questions(program):
    return program.data("interview", "--last")["questions"]


def logged(program):
    return [(one["rating"], one["mode"], one["counts"], one["source"]) for one in program.data("log")]


def test_an_interview(program, interview):
    code, out = interview(LIST, "\n1, 3\n2\nmore on manifests\ny\n", "--seed", "5")
    assert code == 0
    assert (
        masked(out)
        == """\
1 question, 3 minutes each. Seed 5. A first measurement: nothing of it was reviewed before.
Question 1 of 1. Topic images. You have 3 minutes.
Question: Which parts does an image have?
Enter when you are done, p pause, k skip, q end:
You took 0:00 min.
1. layers (essential)
2. a manifest
3. a configuration
Which did you say? Numbers, a for all, Enter for none:
How clear were you, 1 to 4? Enter leaves it out:
A note, or Enter:
2 of 3 points.
1 question in 0:00 of 30 min. 2 of 3 points (67 %).
images: 1 question, 2 of 3 points, 0:00 min, ready 0 %.
Ready: how much of a topic would be known now, new cards counted as 0 %.
Weakest:
docker.md:3  Which parts does an image have?
Apply to schedule? [y/N]
1 review applied to the schedule; `dquiz undo` takes it back.
Saved: dquiz interview --show ID
"""
    )
    assert logged(program) == [("hard", "interview", True, "plain")]
    [question] = questions(program)
    assert (question["clarity"], question["note"]) == (2, "more on manifests")


def test_an_answer_that_is_no_list_is_one_point(program, interview):
    _, out = interview(COMMAND, "\na\n\n\n\n")
    assert "Answer: `docker ps`\n1. whole answer\nWhich did you say?" in out
    assert "\nSaid.\n" in out
    assert logged(program) == [("good", "interview", False, "plain")]


def test_an_open_question_has_no_points_and_no_rating(program, interview):
    _, out = interview(OPEN + OPEN.replace("tag", "digest"), "\n4\nread about it\n" * 2)
    assert "Question: What is a tag?\nSay it aloud; no answer is written yet.\n" in out
    assert "Which did you say?" not in out
    assert "Apply to schedule?" not in out
    assert logged(program) == []
    assert questions(program)[0]["clarity"] == 4


def test_pause_skip_and_lines_that_are_not_understood(program, interview):
    code, out = interview(LIST + OPEN, "p\nx\np\nk\nk\n")
    assert code == 0
    assert "Paused. p go on, Enter when you are done, k skip, q end:\nNot understood.\n" in out
    assert out.count("Skipped.") == 2
    assert [one["skipped"] for one in questions(program)] == [True, True]


@pytest.mark.parametrize("numbers", ["0", "4", "1-4", "3-1", "1 x", "-1", "99999999999999999999"])
def test_numbers_of_points_that_are_not_there_are_asked_again(program, interview, numbers):
    _, out = interview(LIST, f"\n{numbers}\n2-3\n")
    assert "Not understood. Expected: numbers from 1 to 3, a, or an empty line." in out
    assert [point["hit"] for point in questions(program)[0]["points"]] == [False, True, True]


def test_the_end_of_input_ends_it_early_and_applies_nothing(program, interview):
    for typed in ("", "q\n"):
        code, out = interview(LIST, typed)
        assert code == 0
        assert out.endswith("q end:\nNo question was answered, so nothing is kept.\n")
    assert program.data("interview", "--list") == []
    for typed in ("\n", "\n1", "\n1\n4", "\nq\n", "\n1\nq\n"):
        code, out = interview(LIST, typed)
        assert code == 0
        assert "The schedule stays as it was." in out
    assert len(program.data("interview", "--list")) == 5
    assert {counts for _, _, counts, _ in logged(program)} == {False}


def test_earlier_interviews_stand_beside_it(interview):
    interview(LIST, "\n1\n\n\n")
    _, out = interview(LIST, "\na\n\n\n")
    assert "Points beside those of 2026-11-24 12:00:\nimages: 33 %, now 100 %\nall: 33 %, now 100 %\n" in out
    _, out = interview(LIST + OPEN, "\na\n\n\n" * 2, DQUIZ_NOW="2026-11-25T09:00:00Z")
    assert "of 2026-11-24 12:00, 2026-11-24 12:00:\nimages: 33 %, 100 %, now 100 %\nall: " in out


def test_a_card_counts_once_a_study_day(program, interview):
    interview(LIST, "\na\n\n\ny\n")
    _, out = interview(LIST, "\n\n\n\ny\n")
    assert "Nothing applied: 1 card reviewed today before.\n" in out
    _, out = interview(LIST + COMMAND, "\n\n\n\n" * 2 + "y\n")
    assert (
        "1 review applied to the schedule; `dquiz undo` takes it back. Not applied: 1 card reviewed today before.\n"
        in out
    )
    assert [counts for _, _, counts, _ in logged(program)].count(True) == 2


def test_reports_are_written_in_the_place_of_what_was_there(program, interview):
    (program.folder / "held.md").write_text("old")
    for name in ("held.md", "held.json", "held.json"):
        interview(LIST, "\n1\n\n\n", "--report", name)
    assert json.loads((program.folder / "held.json").read_text()) == program.data("interview", "--last")
    assert (program.folder / "held.md").read_text().startswith("# Mock interview, 2026-11-24 12:00\n")
    assert "[docker.md:3](docker.md#L3)" in (program.folder / "held.md").read_text()
    assert sorted(path.name for path in program.folder.glob("*held*")) == ["held.json", "held.md"]


def test_nothing_is_coloured_or_controlled(program, interview):
    evil = "\x1b[6n\x9b6n\u202e"
    _, out = interview(
        f"Q: q {evil}? #t{evil}\nA:\n- one {evil}\n- two\n", f"\na\n\n{evil}\n", FORCE_COLOR="1"
    )
    done = program.run("interview", "--last")
    for text in (out, done.stdout):
        assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert "1. one ␛[6n\ufffd6n<U+202E>" in out


def test_without_a_terminal_it_works_by_lines_too(program):
    program.deck.write_text(COMMAND)
    done = program.run("mock", program.deck, "--new-share", "1", stdin="")
    assert done.returncode == 0
    assert done.stderr == "No terminal: one line per prompt.\n"


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ("2026-11-20T12:00:00Z", "The last review is dated 2026-11-24, after today: check the clock"),
        ("2028-11-20T12:00:00Z", "The last review is 727 days ago: if that is wrong, check the clock"),
    ],
)
def test_a_clock_that_may_be_wrong_is_told_before_it_is_asked_what_to_apply(program, interview, later, told):
    interview(COMMAND, "\na\n\n\n")
    _, out = interview(COMMAND, "\na\n\n\n", DQUIZ_NOW=later)
    before, _ = out.splitlines()[out.splitlines().index("Apply to schedule? [y/N]") - 1 :][:2]
    assert before.startswith(told)


def test_ctrl_c_keeps_what_was_answered(program, start):
    program.deck.write_text(LIST + COMMAND)
    terminal = start(
        program.argv("interview", program.deck, "--plain", "--new-share", "1"),
        env=program.environment,
        cwd=program.folder,
    )
    terminal.wait_for("q end:")
    terminal.press("\n", "Which did you say?")
    terminal.press("\x03")
    assert terminal.ended() == 130
    assert "The schedule stays as it was." in terminal.text
    assert len(questions(program)) == 1
    assert logged(program) == [("again", "interview", False, "plain")]

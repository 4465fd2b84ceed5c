"""The real program: points that must be said, red flags, and lines of code that are gaps."""

from __future__ import annotations

import pytest

RUBRIC = """\
Q: How do you roll out?
A: In steps:

- watch the error rate (!)
- a few pods at a time
- all at once (x)
"""
GAPS = """\
- **Expose a deployment**:
  ```yaml
  spec:
    ports:
      - port: 80  # (!)
        protocol: TCP
  ```
"""


def drawn(terminal):
    return [line.rstrip() for line in terminal.text.split("\n")]


ANSWERED = """\
How do you roll out?

In steps:

 • ! watch the error rate
 • a few pods at a time

! must not be left out

Red flags

 • all at once

1 Again"""


@pytest.mark.parametrize(
    ("columns", "unicode", "bullet"), [(80, "auto", "•"), (34, "auto", "•"), (80, "never", "*")]
)
def test_points_that_must_be_said_have_a_sign_and_red_flags_stand_apart(program, columns, unicode, bullet):
    program.deck.write_text(RUBRIC)
    terminal = program.review(
        columns=columns, wait_for="How do you roll out?", DQUIZ_DISPLAY__UNICODE=unicode
    )
    terminal.press(" ", "1 Again")
    assert ANSWERED.replace("•", bullet) in terminal.text


def test_hints_give_away_points_and_no_red_flags(program):
    program.deck.write_text(RUBRIC)
    terminal = program.review(wait_for="How do you roll out?")
    terminal.press("h", "1 of 2")
    terminal.press("h", "2 of 2")
    terminal.press("h", "No more hints.")
    assert "all at once" not in terminal.text


def test_by_lines_a_word_stands_for_the_sign(program):
    program.deck.write_text(RUBRIC)
    out = program.run("quiz", program.deck, "--plain", stdin="\n12\n\n3\n").stdout
    assert (
        "1. watch the error rate (essential)\n2. a few pods at a time\n\nRed flags:\n\n- all at once\n" in out
    )
    assert "2 of 2 known." in out
    assert "(!)" not in out
    assert "(x)" not in out
    interview = program.run(
        "interview", program.deck, "--plain", "--new-share", "1", stdin="\n12\n\n\nn\n"
    ).stdout
    assert (
        "1. watch the error rate (essential)\n2. a few pods at a time\nRed flag: all at once\n" in interview
    )


@pytest.mark.parametrize("columns", [80, 34])
def test_a_line_of_code_with_a_gap_is_typed(program, columns):
    program.deck.write_text(GAPS)
    terminal = program.quiz(columns=columns, wait_for=">")
    assert "Write the file: Expose" in terminal.text
    assert [line for line in drawn(terminal) if line.startswith("    ")] == [
        "    spec:",
        "      ports:",
        "        - port: […]",
        "          protocol: TCP",
    ]
    terminal.press("80\r", "1 Again")
    assert "Right." in terminal.text
    assert "        - port: 80\n" in terminal.text
    assert "(!)" not in terminal.text


def test_a_hint_for_a_gap_is_its_first_character(program):
    program.deck.write_text(GAPS)
    terminal = program.review(wait_for="t type")
    terminal.press("h", "8…")


def test_cards_are_listed_with_what_each_hides(program):
    program.deck.write_text(GAPS.replace("protocol: TCP", "protocol: TCP # (!)"))
    listed = program.run("cards", program.deck).stdout.split("\n")
    assert [line.partition("  Write")[2] for line in listed if line] == [
        " the file: Expose a deployment  - port: […]",
        " the file: Expose a deployment  protocol: […]",
    ]
    assert [row["asked"].split("\n")[0] for row in program.data("cards")] == [
        "Write the file: Expose a deployment"
    ] * 2


def test_a_mode_brings_only_cards_that_can_be_asked_so(program):
    program.deck.write_text(GAPS + "\nQ: Which port does DNS use?\nA: 53\n\n" + RUBRIC)
    assert (
        "Card 1 of 1." in program.run("quiz", program.deck, "--plain", "--mode", "cloze", stdin="q\n").stdout
    )
    assert (
        "Card 1 of 1." in program.run("quiz", program.deck, "--plain", "--mode", "list", stdin="q\n").stdout
    )
    program.deck.write_text(RUBRIC)
    nothing = program.run("quiz", program.deck, "--plain", "--mode", "cloze")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "No card here can be asked with --mode cloze." in nothing.stderr

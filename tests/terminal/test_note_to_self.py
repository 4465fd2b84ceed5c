"""What a learner notes under a card: in the collection, never in the file."""

import pytest

from .program import FIRST, SECOND


def remarks(program):
    return [card["remark"] for card in program.data("cards")]


@pytest.mark.parametrize("columns", [80, 34])
def test_it_is_shown_under_the_answer_and_taken_back_by_undo(program, columns):
    before = program.deck.read_bytes()
    terminal = program.review(columns=columns, wait_for=FIRST[:20])
    terminal.press("n", "Note to self:")
    terminal.press("host comes first\r", "Noted.")
    terminal.press(" ", "Note to self: host comes")
    terminal.press("n", "Note to self: ")
    terminal.press("then -d\r", "Noted.")
    assert remarks(program) == ["host comes first\nthen -d", "", ""]
    terminal.press("u", "Taken back: note on")
    assert remarks(program) == ["host comes first", "", ""]
    terminal.press(" ", "Note to self: host comes")
    terminal.press("3", SECOND[:20])
    assert program.ratings() == ["good"]
    assert program.deck.read_bytes() == before


def test_a_dash_takes_it_away_and_an_empty_line_leaves_it(program):
    terminal = program.review()
    terminal.press("n", "Note to self:")
    terminal.press("once\r", "Noted.")
    terminal.press("n", "Note to self:")
    terminal.press("\r", "show")
    assert remarks(program) == ["once", "", ""]
    terminal.press("n", "Note to self:")
    terminal.press("-\r", "The note to self is gone.")
    assert remarks(program) == ["", "", ""]


def test_by_lines(program):
    done = program.run("review", program.deck, "--plain", stdin="?\nn\nfirst \x1b[31mred\n\nn\nsecond\nq\n")
    assert "n note to self" in done.stdout
    assert done.stdout.count("Noted.") == 2
    assert "\x1b" not in done.stdout
    done = program.run("review", program.deck, "--plain", stdin="\nq\n")
    assert (
        done.stdout.index("Answer:") < done.stdout.index("Note to self: first") < done.stdout.index("1 Again")
    )
    assert "Note to self: second" in done.stdout


def test_cards_with_one_are_found_and_shown(program):
    program.run("review", program.deck, "--plain", stdin="n\nhost comes first\nq\n")
    [card] = program.data("search", "is:noted")
    assert card["remark"] == "host comes first"
    assert "Note to self: host comes first" in program.run("show", card["id"]).stdout


def test_ctrl_c_ends_only_its_prompt(program):
    terminal = program.review()
    terminal.press("n", "Note to self:")
    terminal.press("half a thou\x03", "q quit")
    assert remarks(program) == ["", "", ""]
    terminal.press(" ", "1 Again")
    terminal.press("3", SECOND)
    assert program.ratings() == ["good"]

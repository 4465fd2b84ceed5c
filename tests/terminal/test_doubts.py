"""Doubts of a sync, settled at the terminal where they arise."""

import pytest

OLD = "Q: Why is the sky blue at noon?\nA: Short waves are scattered more by the air.\n"
NEW = "Q: Why do we see a blue sky?\nA: The air scatters light of short waves much more than red light.\n"


@pytest.fixture
def doubt(program):
    program.deck.write_text(OLD)
    terminal = program.review(wait_for="Why is the sky")
    terminal.press(" ", "1 Again")
    terminal.press("4", "1 review")
    terminal.ended()
    program.deck.write_text(NEW)
    return program


@pytest.fixture
def sync(doubt, start):
    def run(columns=80):
        terminal = start(
            doubt.argv("sync"), columns=columns, rows=40, env=doubt.environment, cwd=doubt.folder
        )
        terminal.wait_for("l later:")
        return terminal

    return run


@pytest.mark.parametrize("columns", [80, 34])
def test_yes_keeps_the_history(doubt, sync, columns):
    terminal = sync(columns)
    assert "1 review" in " ".join(terminal.text.split())
    assert "{+" in terminal.text
    terminal.press("y")
    assert terminal.ended() == 0
    [card] = doubt.data("cards")
    assert (card["reps"], card["prompt"]) == (1, "Why do we see a blue sky?")
    assert doubt.data("relink", "--list") == []


def test_no_makes_it_another_card(doubt, sync):
    terminal = sync()
    terminal.press("n")
    assert terminal.ended() == 0
    assert [card["reps"] for card in doubt.data("cards")] == [0]
    assert doubt.data("relink", "--list") == []


@pytest.mark.parametrize(("key", "code"), [("l", 0), ("\x04", 0), ("\x03", 130)])
def test_later_and_ctrl_c_leave_it_open(doubt, sync, key, code):
    terminal = sync()
    terminal.press(key)
    assert terminal.ended() == code
    assert "Traceback" not in terminal.text
    assert len(doubt.data("relink", "--list")) == 1

import signal

import pytest

from .screens import AS_IT_WAS

TYPIST = """
from quiz.terminal.keys import open_keyboard
with open_keyboard() as keyboard:
    while True:
        try:
            line = keyboard.line("> ")
        except KeyboardInterrupt:
            print("interrupted", flush=True)
            break
        print("got", repr(line), flush=True)
        if line is None:
            break
    print("key", keyboard.read({"3": "good"}), flush=True)
"""


@pytest.fixture
def typist(start, python):
    terminal = start([python, "-c", TYPIST])
    terminal.wait_for(">")
    return terminal


def test_a_line_is_typed_with_the_editing_of_the_terminal(typist):
    typist.press("docker rum\x7fn -it\r", "got 'docker run -it'")


def test_what_was_typed_before_is_not_offered_again(typist):
    typist.press("secret\r", "got 'secret'")
    typist.press("\x1b[A\r", "got ''")


@pytest.mark.parametrize("keys", ["\x1b\r", "\x1b\x1b\r"])
def test_escape_leaves_a_line_that_was_begun(typist, keys):
    typist.press("half a li")
    typist.press(keys, "got ''")
    typist.press("left\x1b[D\x7f\r", "got 'let'")


def test_the_end_of_input_ends_the_lines_and_keys_are_read_again(typist):
    typist.press("\x04", "got None")
    assert typist.text.startswith(">\ngot None")
    typist.press("3", "key good")
    assert typist.ended() == 0


def test_control_c_ends_a_line_at_once_and_the_terminal_is_as_it_was(typist):
    typist.press("half a li")
    typist.press("\x03", "interrupted")
    assert "\ninterrupted" in typist.text
    typist.press("3", "key good")
    assert typist.ended() == 0
    assert typist.modes == AS_IT_WAS


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_program_that_is_told_to_end_ends_while_a_line_is_typed(typist, name):
    number = getattr(signal, name)
    typist.child.kill(number)
    assert typist.ended() == 128 + number
    assert typist.modes == AS_IT_WAS

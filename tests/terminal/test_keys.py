import signal
import time

import pytest

from .screens import AS_IT_WAS

READER = """
import sys, time
from quiz.terminal.keys import open_keyboard
ACTIONS = {"3": "good", " ": "show", "q": "quit", "\\x04": "quit", "\\n": "show", "ß": "sharp"}
with open_keyboard() as keyboard:
    print("begin", flush=True)
    time.sleep(BUSY)
    action = ""
    while action != "quit":
        print("ready", flush=True)
        action = keyboard.read(ACTIONS)
        print("got", action, flush=True)
"""


@pytest.fixture
def begin(start, python):
    """Begin a program that reads keys, after it has been busy for some seconds."""

    def begun(busy=0.0, program=READER):
        terminal = start([python, "-c", program.replace("BUSY", str(busy))], rows=100)
        terminal.wait_for("begin" if busy else "ready")
        return terminal

    return begun


@pytest.fixture
def reader(begin):
    return begin()


def test_a_key_is_read_without_enter_and_without_echo(reader):
    reader.press("3", "got good")
    assert reader.text == "begin\nready\ngot good\nready"


def test_keys_beyond_ascii_and_enter(reader):
    reader.press("ß", "got sharp")
    reader.press("\r", "got show")


def test_what_is_typed_ahead_is_discarded(begin):
    reader = begin(busy=0.3)
    reader.press("3")
    time.sleep(0.1)
    reader.press("q")
    reader.wait_for("ready")
    reader.press("3", "got good")
    assert reader.text == "begin\nready\ngot good\nready"


def test_a_key_held_down_counts_once(reader):
    for _ in range(10):
        reader.press(" ")
        time.sleep(0.03)
    reader.be_quiet(0.2)
    assert reader.text.count("got show") == 1


def test_pastes_replies_and_other_keys_are_no_keys(reader):
    strings = [
        "333",
        "\x1b[A",
        "\x1b[1;23R",
        "\x1b[?62;1;2;4c",
        "\x1b]11;rgb:1111/2222/3333\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "docker run\n3 3 3\n",
        "\x1b",
        "\x1b3",
        "7",
        "\x1b[200~3\x1b[201~",
        "3" * 5000,
    ]
    for typed in strings:
        reader.press(typed)
        reader.be_quiet(0.12)
    reader.press("3", "got good")
    assert reader.text == "begin\nready\ngot good\nready"


def test_a_reply_that_arrives_in_pieces_is_no_key(reader):
    for piece in ("\x1b[1", "3", "3", "3R"):
        reader.press(piece)
        time.sleep(0.03)
    reader.be_quiet(0.2)
    reader.press(" ", "got show")
    assert "good" not in reader.text


@pytest.mark.parametrize(
    ("typed", "code"), [("q", 0), ("\x04", 0), ("\x03", 1), ("\x1c", 128 + signal.SIGQUIT)]
)
def test_the_terminal_is_as_it_was_after_keys(reader, typed, code):
    assert reader.modes == {**AS_IT_WAS, "ECHO": False, "ICANON": False}
    reader.press(typed)
    assert (reader.ended() in {code, -signal.SIGINT}) if code == 1 else (reader.ended() == code)
    assert reader.modes == AS_IT_WAS


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_as_it_was_after_signals(reader, number):
    reader.child.kill(number)
    assert reader.ended() == 128 + number
    assert reader.modes == AS_IT_WAS


def test_the_terminal_is_as_it_was_after_an_error(begin):
    reader = begin(program=READER.replace('print("got", action', "print(1 / 0"))
    reader.press("3")
    assert reader.ended() == 1
    assert reader.modes == AS_IT_WAS


def test_ctrl_c_waits_for_what_is_being_done(begin):
    reader = begin(busy="0.4); print('saved', flush=True")
    reader.press("\x03", "saved")
    reader.ended()
    assert "ready" in reader.text
    assert "got" not in reader.text


def test_a_second_ctrl_c_does_not_wait(begin):
    reader = begin(busy="5); print('saved', flush=True")
    reader.press("\x03")
    reader.be_quiet(0.1)
    reader.press("\x03")
    reader.ended(3)
    assert "saved" not in reader.text


def test_ctrl_z_stops_and_fg_continues(start, python, tmp_path):
    script = tmp_path / "reader.py"
    script.write_text(READER.replace("BUSY", "0"))
    shell = start(["bash", "--norc", "--noprofile", "-i"], env={"PS1": "READY>"})
    shell.wait_for("READY>")
    shell.press(f"{python} {script}\n", "ready")
    shell.press("\x1a", "READY>")
    shell.press("echo sh''own\n", "shown")
    shell.press("fg\n", "got continued")
    shell.press("3", "got good")
    shell.press("q", "READY>")

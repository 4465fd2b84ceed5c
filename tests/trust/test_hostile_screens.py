"""Every screen of a review with every payload: the terminal gets our own sequences, and nothing else."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import re
import sys
from datetime import UTC

import pexpect
import pyte
import pytest

from quiz.settings import DEFAULTS
from quiz.terminal.console import SafeConsole
from quiz.terminal.review import Screen
from trust.hostile import ENTITIES, PAYLOADS, PLACES, RAW, TOO_MANY, question

# Colours but neither hidden nor blinking text, one line erased, links to the web.
OWN = re.compile(
    r"\x1b\[(?!(?:\d+;)*[568](?:;\d+)*m)[0-9;]*m|\x1b\[2K|\x1b\]8;(?:id=\d+;(?:https?://|mailto:)[!-~]+|;)\x1b\\|\r"
)
COPIED = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
_CARDS = 12
EVERY_SCREEN = ["hint", "hint", "show", "info", "good"] * 20
ONE_CARD = ["edit", "help", "mark", "flag", "show", "redraw", "hard", "undo"]
PUT_ASIDE = ["later", "bury_card", "undo", "suspend_note", "undo", "bury_note", "show", "again"]


class Typist:
    """A person who has made up their mind, and ends when nothing more comes to it."""

    def __init__(self, actions):
        self.actions = iter([*actions, *["quit"] * 3])

    def read(self, _actions):
        return next(self.actions, "quit")

    @contextlib.contextmanager
    def released(self):
        yield


def reviewed(desk, actions, width=80, height=24, **options):
    """All that a review writes to its terminal."""
    out = io.StringIO()
    console = SafeConsole(out, width=width, height=height, force_terminal=True, color_system="truecolor")
    screen = Screen(
        desk.study(**(options or {"cram": True})),
        console,
        Typist(actions),
        clock=lambda: desk.now,
        zone=UTC,
        settings=DEFAULTS.replacing({"editor.command": "true"}),
    )
    assert screen.review() == 0
    return out.getvalue()


@pytest.fixture
def hostile(desk):
    """A desk with a payload in every place of some notes."""
    desk.settings["STUDY__NEW_PER_DAY"] = "1000"
    desk.settings["STUDY__BURY_SIBLINGS"] = "false"

    def with_payload(text):
        notes = [
            make(text) for place, make in PLACES.items() if place not in ("deck", "key of the front matter")
        ]
        desk.write("all.md", "".join(notes))
        desk.write("deck.md", PLACES["deck"](text))
        desk.sync()
        return desk

    return with_payload


@pytest.mark.parametrize("name", [*PAYLOADS, "entities"])
def test_no_screen_gives_a_payload_to_the_terminal(hostile, name):
    text = ENTITIES if name == "entities" else PAYLOADS[name]
    desk = hostile(text)
    shown = [
        reviewed(desk, [*ONE_CARD, *PUT_ASIDE], new=40),
        reviewed(desk, EVERY_SCREEN, width=40),
        reviewed(desk, ["show"] * 12, width=100, height=10),
    ]
    assert not RAW.search(OWN.sub("", "".join(shown)))
    assert all("harmless" in one for one in shown)


@pytest.mark.parametrize("name", PAYLOADS)
def test_only_the_key_for_it_sets_the_clipboard(desk, name):
    text = PAYLOADS[name]
    desk.write("code.md", question("harmless", f"`{text}`") + question("harmless too", f"```\n{text}\n```"))
    desk.sync()
    shown = reviewed(desk, ["show", "copy", "good"] * 2)
    copied = COPIED.findall(shown)
    assert len(copied) == shown.count("Copied: ")
    assert bool(copied) != (shown.count("No code to copy.") == 2)
    assert not any(RAW.search(base64.b64decode(one).decode()) for one in copied)
    assert not RAW.search(OWN.sub("", COPIED.sub("", shown)))


def test_what_would_be_noticed_is_noticed():
    for name, text in PAYLOADS.items():
        assert RAW.search(OWN.sub("", f"a{text}b".replace("\r", "\x0b"))) or name == "colours"


@pytest.mark.parametrize("name", TOO_MANY)
@pytest.mark.parametrize("width", [24, 80])
def test_nothing_is_wider_than_the_screen(desk, name, width):
    text = TOO_MANY[name][:2_000]
    desk.write("note.md", f"# {text}\n\n" + question(text, text))
    desk.sync()
    terminal = pyte.Screen(width, 100)
    pyte.Stream(terminal).feed(reviewed(desk, ["info", *["show"] * 200], width=width).replace("\n", "\r\n"))
    assert any(line.strip() == "Good" for line in terminal.display)
    assert any(line.startswith("1 review in ") for line in terminal.display)


def test_a_real_terminal_is_left_as_it_was_by_all_payloads_together(desk):
    payloads = list(PAYLOADS.values())
    for number in range(_CARDS):
        some = payloads[number::_CARDS]
        answer = "\n".join(f"{text}\n- `{text}`\n- **{text}** {ENTITIES}\n" for text in some)
        desk.write(f"{number}.md", question(f"harmless {number} {' '.join(some)}", f"\n\n{answer}"))
    desk.sync()
    desk.close()
    environment = {
        **os.environ,
        "DQUIZ_HOME": str(desk.home),
        "DQUIZ_DATABASE": str(desk.database),
        "DQUIZ_COLLECTION__SHIPPED": "false",
        "DQUIZ_REVIEW__EXPLAIN_RATINGS": "0",
        "DQUIZ_STUDY__NEW_PER_DAY": "1000",
        "DQUIZ_FSRS__LEARNING_STEPS": "[]",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }
    child = pexpect.spawn(
        sys.executable,
        ["-m", "quiz", "review"],
        env=environment,
        dimensions=(40, 80),
        timeout=10,
        encoding="utf-8",
    )
    child.delaybeforesend = None
    raw = ""
    for _ in range(_CARDS):
        child.expect(r"space\].*quit")
        raw += child.before + child.after
        press(child, " ", r"Again.*keys")
        raw += child.before + child.after
        press(child, "3", r"Good, again in")
        raw += child.before + child.after
    child.expect(pexpect.EOF)
    raw += child.before
    assert not RAW.search(OWN.sub("", raw))
    assert len(desk.rows("review")) == _CARDS


def press(child, key, wait_for):
    """Press a key, and again as a person would if it came too early for the program to take it."""
    for seconds in (0.5, 1, 5):
        child.expect(pexpect.TIMEOUT, timeout=0.06)
        child.send(key)
        if child.expect([wait_for, pexpect.TIMEOUT], timeout=seconds) == 0:
            return
    raise AssertionError(f"{wait_for} does not come: {child.before}")

"""Asks a person to choose: with one key at a terminal, with a line where lines are wanted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from quiz.cli.running import current
from quiz.cli.streams import is_terminal, write, write_error

if TYPE_CHECKING:
    from collections.abc import Mapping


def can_choose() -> bool:
    """Whether somebody sits there who can be asked."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout) and not current().json


def choose(prompt: str, choices: Mapping[str, str], *, at_end: str) -> str:
    """What was chosen.

    Args:
        prompt: Names the keys.
        choices: Keys, and what each stands for; the key of Enter is empty.
        at_end: What the end of input stands for.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    if current().line_mode:
        return _by_line(prompt, choices, at_end)
    from quiz.terminal.keys import ENDED, RESIZED, open_keyboard

    keys = {key: meaning for key, meaning in choices.items() if key}
    if "" in choices:
        keys |= dict.fromkeys("\r\n", choices[""])
    write_error(prompt, end="")
    try:
        with open_keyboard() as keyboard:
            chosen = keyboard.read({**keys, "\x04": ENDED})
            while chosen not in {*choices.values(), ENDED}:
                if chosen != RESIZED:
                    write_error(prompt, end="")
                chosen = keyboard.read({**keys, "\x04": ENDED})
    finally:
        write_error("")
    return at_end if chosen == ENDED else chosen


def _by_line(prompt: str, choices: Mapping[str, str], at_end: str) -> str:
    while True:
        write_error(prompt, end="")
        line = sys.stdin.readline()
        if not line:
            write_error("")
            return at_end
        typed = line.strip().casefold()
        for given in (typed, typed[:1]):
            if given in choices:
                return choices[given]
        write("Not understood.")

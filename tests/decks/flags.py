"""Whether commands are given as their programs take them: each subcommand and each flag exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from manuals import DOCUMENTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from manuals import Manual, Manuals

_COMMAND = re.compile(r"[a-z][a-z0-9-]*")
# run the command that follows
WRAPPERS = {"command", "env", "exec", "nohup", "sudo", "time", "timeout", "watch", "xargs"}


def findings(words: tuple[str, ...], manuals: Manuals) -> Iterator[str]:
    """What is wrong with a command; nothing if its program is not among those that have manuals."""
    if not words:
        return
    if words[0] in WRAPPERS:
        words = words[next((at for at, word in enumerate(words) if word in DOCUMENTED), len(words)) :]
        yield from findings(words, manuals)
    elif words[0] in DOCUMENTED:
        yield from _of_program(words[0], list(words[1:]), manuals)


def _of_program(program: str, left: list[str], manuals: Manuals) -> Iterator[str]:
    path = [program]
    manual = manuals.of(*path)
    while left:
        word = left.pop(0)
        if word == "--":
            yield from findings(tuple(left), manuals)
            return
        if word.startswith("-") and word != "-":
            flag, takes_next = _spelled(word, manual)
            if flag:
                yield f"{' '.join(path)}: no flag {flag}"
            if takes_next and left:
                left.pop(0)
        elif manual.has_commands:
            if not _COMMAND.fullmatch(word):
                return  # it stands for a command, in a sentence
            path.append(word)
            manual = manuals.of(*path)
            if not manual:
                yield f"{' '.join(path[:-1])}: no command {word}"
                return
        elif manual.own_words is not None:
            yield from findings(tuple([word, *left][manual.own_words :]), manuals)
            return


def _spelled(word: str, manual: Manual) -> tuple[str, bool]:
    """The flag that a manual does not have, or nothing, and whether the next word belongs to this one."""
    if word.startswith("--"):
        name, has_value, _ = word.partition("=")
        return ("", manual.flags[name] and not has_value) if name in manual.flags else (name, False)
    for at, letter in enumerate(word[1:], start=1):
        if f"-{letter}" not in manual.flags:
            return f"-{letter}", False
        if manual.flags[f"-{letter}"]:
            return "", at == len(word) - 1  # what follows at once is the value
        if word[at + 1 :].startswith("="):
            break
    return "", False

"""Ways to write a command again: harmless ones, and such as change what it does.

Words are told apart by a pattern of its own, so that this shares no mistake with what it tests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = re.compile(r"""((?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)""", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+-]*[A-Za-z0-9_/.]")
_CALM = re.compile(r"[^$`\\'\"!{}]*")
_OPTION = re.compile(r"-[A-Za-z]")
_OPERATORS = ("&&", "||", "|", ";", ">>", ">", "<", "&")


def pieces(command: str) -> list[str]:
    """Words at the odd places, what is between them at the even ones."""
    return _PIECE.split(command)


def harmless(command: str) -> Iterator[tuple[str, str]]:
    """Other spellings of a command, each with its name."""
    words = pieces(command)
    yield "itself", command
    yield "prompt", f"$ {command}"
    yield "fence", f"```bash\n{command}\n```"
    yield "blanks around", f"  {command} \n"
    if "`" not in command:
        yield "backticks", f"`{command}`"
    if not command.endswith((";", "&", "\\")):
        yield "semicolon", f"{command} ;"
    for name, gap in (
        ("blanks", "   "),
        ("tabs", "\t"),
        ("lines", " \\\n  "),
        ("crlf", " \\\r\n  "),
        ("nbsp", "\u00a0"),
    ):
        yield name, _spaced(words, gap)
    yield "zero width", "\u200b" + _spaced(words, " \u200b")
    yield "curly", _curly(command)
    yield from _requoted(words)
    yield from _options(words)


def _spaced(words: list[str], gap: str) -> str:
    return "".join(gap if place % 2 == 0 and text.isspace() else text for place, text in enumerate(words))


def _curly(command: str) -> str:
    return command.replace("'", "\u2019").replace('"', "\u201d")


def _with(words: list[str], place: int, *text: str) -> str:
    changed = list(words)
    changed[place : place + len(text)] = text
    return "".join(changed)


def _requoted(words: list[str]) -> Iterator[tuple[str, str]]:
    for place in range(1, len(words), 2):
        word = words[place]
        quote, inside = word[0], word[1:-1]
        if quote in "'\"" and word[-1] == quote and inside and _CALM.fullmatch(inside):
            other = "'" if quote == '"' else '"'
            yield "quotes", _with(words, place, other + inside + other)
        elif place > 1 and _PLAIN.fullmatch(word):
            yield "quoted", _with(words, place, f"'{word}'")


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    dashed = [re.sub(r"^--(?=[A-Za-z])", "\u2014", word) for word in words]
    yield "em dashes", "".join(dashed)
    yield "en dashes", "".join(re.sub(r"^-(?=[A-Za-z])", "\u2013", word) for word in words)
    for place in range(3, len(words), 2):
        before, gap, word = words[place - 2 : place + 1]
        if re.fullmatch(r"-[A-Za-z]{2,5}", word):
            yield "split", _with(words, place, " ".join(f"-{letter}" for letter in word[1:]))
        if re.fullmatch(r"-[A-Za-z]", before) and re.fullmatch(r"-[A-Za-z]", word):
            yield "joined", _with(words, place - 2, before + word[1:], "", "")
        if (
            re.fullmatch(r"--[A-Za-z][\w-]*", before)
            and _PLAIN.fullmatch(word)
            and word[0] != "-"
            and gap.isspace()
        ):
            yield "equals", _with(words, place - 2, before, "=", word)
        if re.fullmatch(r"-[A-Za-z]", before) and re.match(r"\d", word) and gap.isspace():
            yield "attached", _with(words, place - 2, before, "", word)


def harmful(command: str) -> Iterator[tuple[str, str]]:
    """Other commands that look like it, each with what was done."""
    words = pieces(command)
    places = range(1, len(words), 2)
    for place in places:
        yield from _changed_word(words, place)
        yield from _changed_option(words, place)
        yield from _changed_quotes(words, place)
        if words[place] in _OPERATORS:
            yield from (
                ("operator", _with(words, place, other)) for other in _OPERATORS if other != words[place]
            )
    for place in places[:-1]:
        if words[place] != words[place + 2]:
            yield "swapped", _with(words, place, words[place + 2], words[place + 1], words[place])


def _changed_word(words: list[str], place: int) -> Iterator[tuple[str, str]]:
    word = words[place]
    yield "removed", _with(words, place, "")
    yield "changed", _with(words, place, _altered(word))
    if place > 1:
        yield "added", _with(words, place, f"extra {word}")
        yield "option added", _with(words, place, f"-q {word}")
    if word != word.swapcase():
        yield "letter case", _with(words, place, word.swapcase())


def _changed_option(words: list[str], place: int) -> Iterator[tuple[str, str]]:
    word = words[place]
    if re.fullmatch(r"-[A-Za-z]{2,5}", word) and word[1] != word[-1]:
        yield "letters swapped", _with(words, place, f"-{word[-1]}{word[2:-1]}{word[1]}")
    if _OPTION.match(word) and place > 1:
        yield "dash lost", _with(words, place, word[1:])


def _changed_quotes(words: list[str], place: int) -> Iterator[tuple[str, str]]:
    word = words[place]
    if word[0] in "'\"" and len(word) > 2 and word[-1] == word[0]:
        if re.search(r"[*?\[|&;<>()\s]|\$[\w({]|^[~#]", word[1:-1]):
            yield "unquoted", _with(words, place, word[1:-1])
        yield "unclosed", _with(words, place, word[:-1])
    elif re.search(r"(?<!\\)[*?$|]\w", word) and "'" not in word and '"' not in word:
        yield "made literal", _with(words, place, f"'{word}'")


def _altered(word: str) -> str:
    """The word with its last letter or digit replaced."""
    last = max((place for place, letter in enumerate(word) if letter.isalnum()), default=len(word))
    others = "78" if word[last : last + 1].isdigit() else "qz"
    return word[:last] + others[word[last : last + 1] == others[0]] + word[last + 1 :]

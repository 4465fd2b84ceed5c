"""The parts of a command worth asking for one by one: each option with its value, and arguments that say something.

Which options take a value, a command itself does not say. Where it is doubtful an option is hidden alone, and what
follows it stays in sight.
"""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HIDDEN = "[…]"
"""Stands for a hidden part, of the same width whatever that is."""

MOST = 6
"""So many parts of one command are asked for."""

_LONGEST_COMMAND, _LONGEST_PART = 1000, 60  # more is copied, not recalled
_SHELLS = frozenset({"sh", "bash", "console", "zsh"})
_FENCE = re.compile(r"(?P<run>`{3,}+|~{3,}+)[ \t]*+(?P<language>\w*+)(?:[ \t][^`]*+)?")
_TICKS = re.compile("`+")
_PROMPT = "$ "

# As cheat sheets have them, with any text; templates such as {{.Name}} and {{json .}} stand for themselves
_PLACEHOLDER = r"""\{\{(?![\s."'$]|[^{}\n]*\s[.$](?![./]))[^{}\n]+(?<!\s)\}\}"""
_SUBSTITUTED = r"""\$\((?:[^()'"]|'[^']*+'|"[^"]*+"|\([^()]*+\))*+\)|`[^`]*+`"""
_TOKEN = re.compile(
    rf"""(?P<blank>(?:\s|\\\n)++)
    | (?P<comment>\#.*+)
    | (?P<redirect>(?:\d++(?=[<>])|&(?=>))?(?:<<<|<<-?|>>|>\||[<>])(?:&(?:\d++|-))?)
    | (?P<operator>[|&;()]++)
    | (?P<word>(?:{_PLACEHOLDER}|{_SUBSTITUTED}|'[^']*+'|"(?:[^"\\]|\\.)*+"|\\[^\n]|[^\s\\'"`|&;<>()])++)""",
    re.VERBOSE | re.DOTALL,
)
_HOLE = re.compile(_PLACEHOLDER)
_OPTION = re.compile(r"--?[A-Za-z][\w.-]*+|-\d++|\{\{\[--?[A-Za-z][^]{}\n]*+\]\}\}")
_GROUP = re.compile(r"-[A-Za-z]{2,}")
_SPELLED = re.compile(r"--?([\w-]+)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")

# Those that take no value in most programs, or not in all
_SWITCH_NAMES = (
    "all all-namespaces amend atomic build cached check continue create debug delete detach dry-run follow force global"
    " hard help init install interactive list load mirror now oneline overwrite parents patch privileged prune pull"
    " push quiet read-only rebase recursive replace rm rootless-netns save-dev soft staged stdin tags tty update"
    " upgrade use verbose version wait watch yes"
)
_SWITCHES = frozenset(_SWITCH_NAMES.split())
_LETTERS = frozenset("AEILPRSTVaghiklqrsuvxyz")
_DOUBTFUL_LETTERS = frozenset("cdfp")
_VALUE = re.compile(r"""\d|(?:'[^']*+'|"[^"]*+"|[^'"=:])*+[=:](?!//)""")
_BARE = re.compile(r"[\w-]+")
_STEM = re.compile(r"[a-z]{3,}")
_VARIABLE = r"""["']?\$\{?\w*\}?["']?"""
# Arguments that anybody calls otherwise: names, files below this folder, hosts and what is there
_OWN = re.compile(rf"[A-Za-z_.][\w./:@-]*|\W*|{_VARIABLE}")
_BETWEEN_WORDS = re.compile(r"[\s`,;()]+")


class Command(NamedTuple):
    """A command that is an answer.

    Attributes:
        text: As it stands there, with the ends of lines that a backslash continues.
        language: Of its fence; empty for a code span, which may be no command at all.
    """

    text: str
    language: str


class Part(NamedTuple):
    """What can be hidden of a command.

    Attributes:
        text: As it is to be typed, in one line.
        start: Its offset in the command.
        end: The offset behind it.
    """

    text: str
    start: int
    end: int


class _Word(NamedTuple):
    """A word of a command, as it is spelled.

    Attributes:
        leads: It is the program, or an assignment before it.
        adjoins: Only blanks stand between it and the word before it.
    """

    text: str
    start: int
    end: int
    leads: bool
    adjoins: bool


def command(answer: str) -> Command | None:
    """The command that an answer is: a code span, or a fence of a shell with one line, broken by backslashes or not.

    Last lines ``accept: …`` are no part of it.
    """
    lines = _without_accepted(answer)
    if fence := _FENCE.fullmatch(lines[0]):
        closing = lines[-1].strip()
        inside = "\n".join(lines[1:-1]).strip()
        is_closed = len(closing) >= len(fence["run"]) and not closing.strip(fence["run"][0])
        is_shell = fence["language"].lower() in _SHELLS
        if is_closed and is_shell and "\n" not in inside.replace("\\\n", ""):
            return _command(inside, fence["language"])
        return None
    text = "\n".join(lines)
    ticks = _TICKS.match(text)
    run = ticks[0] if ticks else ""
    inside = text[len(run) : -len(run)]
    if not run or not text.endswith(run) or run in inside:
        return None
    return _command(inside.replace("\n", " "), "")


def _command(text: str, language: str) -> Command | None:
    text = text.strip().removeprefix(_PROMPT).strip()
    return Command(text, language) if 0 < len(text) <= _LONGEST_COMMAND else None


def _without_accepted(answer: str) -> list[str]:
    """The lines of an answer but those at its end that declare what is right too."""
    lines = answer.strip().split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("accept:")):
        lines.pop()
    return lines


def parts(answer: str, label: str = "") -> tuple[Part, ...]:
    """The parts worth asking for of the command that an answer is, in their order; none if it is no command.

    What the label says already is none, nor what stands in the command once more.

    Args:
        answer: As markdown.
        label: What the command does, as markdown.
    """
    found = command(answer)
    if found is None:
        return ()
    words = _words(found.text)
    label = _spaced(label.casefold())
    options, arguments = _candidates(words, label)
    if not found.language and not any(part.text.lstrip("-")[:1].isalpha() for part in options):
        return ()
    asked = (part for part in options + arguments if _is_question(part, words, label))
    return tuple(sorted(islice(asked, MOST), key=lambda part: part.start))


def covered(answer: str, part: Part) -> str:
    """The command that an answer is, as markdown and with a part of it hidden."""
    found = command(answer)
    assert found is not None, "parts are those of a command"  # noqa: S101
    shown = found.text[: part.start] + HIDDEN + found.text[part.end :]
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(shown)), default=0))
    return f"{fence}{found.language or 'sh'}\n{shown}\n{fence}"


# --- words -------------------------------------------------------------------------------------------------


def _words(text: str) -> list[_Word]:
    """The words of a command but the targets of redirections; none if it cannot be read."""
    words: list[_Word] = []
    at, leads, adjoins, is_target = 0, True, False, False
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            return []
        at = token.end()
        match token.lastgroup:
            case "word":
                if not is_target:
                    spelled = token[0].replace("\\\n", "")
                    words.append(_Word(spelled, token.start(), at, leads, adjoins))
                    leads = leads and bool(_ASSIGNMENT.match(token[0]))
                adjoins, is_target = not is_target, False
            case "operator":
                leads, adjoins, is_target = True, False, False
            case "redirect":
                adjoins, is_target = False, "&" not in token[0][1:]
    return words


# --- what can be hidden ------------------------------------------------------------------------------------


def _candidates(words: Sequence[_Word], label: str) -> tuple[list[Part], list[Part]]:
    """The options of a command, each with the value that it has for certain, and arguments that say something."""
    options: list[Part] = []
    arguments: list[Part] = []
    is_value = False
    for word, after in zip_longest(words, words[1:]):
        option = None if word.leads else _OPTION.match(word.text)
        if is_value:
            is_value = False
        elif option:
            is_value = option[0] == word.text and after is not None and _takes(option[0], after)
            options += _with_value(word, option[0], after if is_value else None, label)
        elif _says_something(word):
            arguments.append(Part(word.text, word.start, word.end))
    return options, arguments


def _with_value(word: _Word, name: str, after: _Word | None, label: str) -> Iterator[Part]:
    """An option with its value; alone if that is whatever one likes, and not at all if that names it."""
    value = after.text if after else word.text.removeprefix(name)
    if not value or _is_given(value, name, label):
        last = after or word
        yield Part(f"{name} {value}" if after else word.text, word.start, last.end)
    elif not any(stem in name.casefold() for stem in _STEM.findall("".join(_HOLE.findall(value.casefold())))):
        yield Part(name, word.start, word.start + len(name))


def _is_given(value: str, name: str, label: str) -> bool:
    """Whether one can know a value: a placeholder is anything, and a name of one's own must be in the label."""
    if name.endswith("name") and _BARE.fullmatch(value):
        return _spaced(value.casefold()) in label
    return any(map(str.isalnum, _HOLE.sub("", value)))


def _takes(option: str, word: _Word) -> bool:
    """Whether the word behind an option is its value, as far as one can see."""
    spelled = _SPELLED.search(option)
    name = spelled[1] if spelled else ""
    if not word.adjoins or word.text in {".", "..", "--"} or _OPTION.match(word.text):
        return False
    if _GROUP.fullmatch(option) or name.isdigit():
        return False
    if name in _LETTERS:
        return bool(_VALUE.match(word.text))
    if name in _DOUBTFUL_LETTERS:
        return not _BARE.fullmatch(word.text) or word.text[0].isdigit()
    return name not in _SWITCHES and not name.startswith("no-")


def _says_something(word: _Word) -> bool:
    """Whether an argument is more than a name of one's own, and not whatever one likes."""
    if word.leads and not _ASSIGNMENT.match(word.text):
        return False
    return not (_OWN.fullmatch(word.text) or _HOLE.search(word.text))


def _is_question(part: Part, words: Sequence[_Word], label: str) -> bool:
    """Whether a part is short enough to be known, and nothing in sight says it."""
    shown = " ".join(word.text for word in words if not part.start <= word.start < part.end)
    return (
        len(part.text) <= _LONGEST_PART
        and _spaced(part.text.casefold()) not in label
        and _spaced(part.text) not in _spaced(shown)
    )


def _spaced(text: str) -> str:
    """Text in which whole words can be found."""
    return _BETWEEN_WORDS.sub(" ", f" {text} ")

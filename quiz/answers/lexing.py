r"""A command line as a shell reads it: words and operators, quotes gone, and what still acts told from what does not.

A character that acts (a ``*`` that expands, a ``$`` that is replaced) is written as one of a private plane. So a word
stays a string, and two words are equal when a shell treats them alike: ``'*.py'`` and ``\*.py`` are, ``*.py`` is not.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OPERATOR = "\U000f2000"
"""Begins the text of every operator, and of no word."""

_ACTIVE = 0xF0000
_IN_DOUBLE_QUOTES = 0xF1000
_DASHES = str.maketrans({"\u2012": "-", "\u2013": "-", "\u2212": "-", "\u2014": "--", "\u2015": "--"})

_REPLACED = r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9*@\#?$!\[-])"
_REDIRECT = r"[<>]&(?:\d+-?|-)|&>>?|<<<|<<-?|<[&>]?|>[>&|]?"
# The name behind ~ ends where a / is, and is none if part of it is quoted
_HOME = re.compile(r"~(?=[^\s'\"\\$`;|&<>()/]{0,64}(?:[/;|&<>()\s]|\Z))")
_FRESH = re.compile(
    rf"""(?P<comment>\#[^\n]*)
    | (?P<dashes>[\u2012-\u2015\u2212]+)
    | (?P<redirect>\d+(?=[<>])(?:{_REDIRECT}))
    | (?P<assignment>[A-Za-z_]\w*\+?=)
    | (?P<acting>{_HOME.pattern})""",
    re.VERBOSE,
)
_BARE = re.compile(
    rf"""(?P<blank>(?:[^\S\n]|\\\n)+)
    | (?P<newline>\n)
    | (?P<escaped>\\(?s:.))
    | (?P<literal>'[^']*')
    | (?P<ansi>\$'(?:[^'\\]|\\(?s:.))*')
    | (?P<opening>\$\(|[<>]\()
    | (?P<parameter>\$\{{)
    | (?P<double>\$?")
    | (?P<tick>`)
    | (?P<replaced>{_REPLACED})
    | (?P<redirect>{_REDIRECT})
    | (?P<operator>&&|&|\|\||\|&|\||;;&|;;|;&|;)
    | (?P<open>\(\(?)
    | (?P<close>\))
    | (?P<acting>[*?\[])
    | (?P<range>\{{-?\w+\.\.-?\w+(?:\.\.-?\w+)?\}})
    | (?P<brace>[{{,}}])
    | (?P<plain>[^\s\\'"`$<>&|;()*?\[{{,}}~]+|\$(?!')|[~\\])""",
    re.VERBOSE,
)
_QUOTED = re.compile(
    rf"""(?P<double>")
    | (?P<escaped>\\[$`"\\\n])
    | (?P<opening>\$\()
    | (?P<parameter>\$\{{)
    | (?P<tick>`)
    | (?P<replaced>{_REPLACED})
    | (?P<plain>[^"\\`$]+|[\\$])""",
    re.VERBOSE,
)
_PARAMETER = r"""(?P<end>\}})
    | (?P<double>")
    | (?P<opening>\$\()
    | (?P<parameter>\$\{{)
    | (?P<tick>`)
    | (?P<plain>\\(?s:.)|[^}}\\'"`$]+|[\\$]|{quoted})"""
_PATTERNS = {
    "": _BARE,
    "(": _BARE,
    "`": _BARE,
    '"': _QUOTED,
    "{": re.compile(_PARAMETER.format(quoted="'[^']*'"), re.VERBOSE),
    '"{': re.compile(_PARAMETER.format(quoted="'"), re.VERBOSE),
}


class Token(NamedTuple):
    """A word or an operator.

    Attributes:
        text: As it acts: to be compared.
        spelled: As it stands in the line: to be shown.
    """

    text: str
    spelled: str


def read(line: str) -> list[Token] | None:
    """The words and operators of a command line; None if a quote or a bracket is never closed."""
    return _Reader(line).read()


def _acting(text: str, plane: int = _ACTIVE) -> str:
    return "".join(chr(plane + ord(character)) for character in text)


_QUOTE, _SEMICOLON = map(_acting, '";')
_OPEN_BRACE, _COMMA, _CLOSE_BRACE = map(_acting, "{,}")
_BRACES = {_OPEN_BRACE: "{", _COMMA: ",", _CLOSE_BRACE: "}"}
_NOTHING = "\U000f2003"  # quotes around nothing: an argument beside what may vanish
_ACTS = re.compile(f"[{chr(_ACTIVE)}-{chr(_IN_DOUBLE_QUOTES + 0xFFF)}]")

BLANK, OPEN, CLOSE = map(_acting, " ()")
"""Part words and commands within a word: in a substitution."""
SEPARATORS = frozenset(map(_acting, "|&;"))
"""Operators there, but those of redirections."""
REDIRECTIONS = frozenset(map(_acting, "<>"))
"""Begin a redirection there, or with OPEN behind them a substitution."""
TICKS = frozenset({_acting("`"), _acting("`", _IN_DOUBLE_QUOTES)})
"""Begin and end a substitution."""

_BETWEEN_COMMANDS = SEPARATORS | REDIRECTIONS | {OPEN, CLOSE}
_BLANKS = re.compile(f"(?<=(.)){BLANK}+(?=(.))", re.DOTALL)


class _Reader:
    """Reads one line, left to right.

    Attributes:
        word: The pieces of the present word, which began at ``begin``; that is None between words.
        nesting: What is open, innermost last, as keys of the patterns.
        fresh: A word may begin here.
        leading: The present command has no word yet but assignments.
        assigning: The present word is one.
        opened: The operator of a here-document whose delimiter comes next.
        documents: Delimiters of those that begin on the next line, and whether they lose their tabs.
    """

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0
        self.tokens: list[Token] = []
        self.word: list[str] = []
        self.begin: int | None = None
        self.nesting: list[str] = []
        self.fresh = self.leading = True
        self.assigning = False
        self.opened = ""
        self.documents: list[tuple[str, bool]] = []

    def read(self) -> list[Token] | None:
        while self.at < len(self.line):
            match = self._match()
            if match is None:
                return None
            self.start, self.at = match.span()
            getattr(self, f"_{match.lastgroup}")(match[0])
        self.start = self.at
        self._end_word()
        if self.tokens and self.tokens[-1].text == OPERATOR + ";":
            self.tokens.pop()
        return None if self.nesting else self.tokens

    def _match(self) -> re.Match[str] | None:
        pattern = _PATTERNS[self._mode]
        if pattern is _BARE:
            at_home = self.assigning and self.line[self.at - 1] in "=:" and _HOME.match(self.line, self.at)
            special = _FRESH.match(self.line, self.at) if self.fresh or at_home else None
            return special or pattern.match(self.line, self.at)
        return pattern.match(self.line, self.at)

    @property
    def _mode(self) -> str:
        return self.nesting[-1] if self.nesting else ""

    def _mark(self, text: str) -> str:
        return _acting(text, _IN_DOUBLE_QUOTES if self._mode.startswith('"') else _ACTIVE)

    # --- words and what parts them ---------------------------------------------------------------------------

    def _plain(self, text: str) -> None:
        if self.begin is None:
            self.begin = self.start
        self.word.append(text)
        self.fresh = False

    def _end_word(self) -> None:
        if self.begin is not None:
            text, spelled = _settled("".join(self.word)), self.line[self.begin : self.start]
            if self.opened:
                self.documents.append((text, self.opened.endswith("-")))
                text = text if text == spelled else _QUOTE + text
            self.tokens.append(Token(text, spelled))
            self.leading = self.leading and self.assigning
            self.opened = ""
        self.word, self.begin, self.assigning = [], None, False

    def _blank(self, _: str) -> None:
        if self.nesting:
            self._plain(BLANK)
        else:
            self._end_word()
        self.fresh = True

    def _operator(self, text: str) -> None:
        if self.nesting:
            self._plain(_acting(text))
        else:
            self._end_word()
            self.tokens.append(Token(OPERATOR + text, text))
            self.leading = True
        self.fresh = True

    def _redirect(self, text: str) -> None:
        self._operator(text)
        self.opened = text if text.endswith(("<<", "<<-")) and not self.nesting else ""

    def _newline(self, _: str) -> None:
        if self.nesting:
            if self.word[-1] not in _BETWEEN_COMMANDS:
                self._plain(_SEMICOLON)
        else:
            self._end_word()
            for delimiter, tabs in self.documents:
                self._read_document(delimiter, tabs=tabs)
            self.documents = []
            if self.tokens and (self.tokens[-1].text[:1] != OPERATOR or self.tokens[-1].spelled == ")"):
                self.tokens.append(Token(OPERATOR + ";", ";"))
            self.leading = True
        self.fresh = True

    def _read_document(self, delimiter: str, *, tabs: bool) -> None:
        begin, lines = self.at, []
        while self.at < len(self.line):
            end = self.line.find("\n", self.at)
            end = len(self.line) if end < 0 else end
            text = self.line[self.at : end].lstrip("\t") if tabs else self.line[self.at : end]
            self.at = min(end + 1, len(self.line))
            if text == delimiter:
                break
            lines.append(text)
        self.tokens.append(Token("\n".join([_acting("<"), *lines]), self.line[begin : self.at].rstrip("\n")))

    def _comment(self, _: str) -> None:
        """Nothing of it is part of the command."""

    def _dashes(self, text: str) -> None:
        self._plain(text.translate(_DASHES))

    def _assignment(self, text: str) -> None:
        leading = self.leading and not self.nesting
        self._plain(text[:-1] + (_acting("=") if leading else "="))
        self.assigning = True

    # --- quotes ----------------------------------------------------------------------------------------------

    def _escaped(self, text: str) -> None:
        self._plain(text[1:].replace("\n", ""))

    def _literal(self, text: str) -> None:
        self._plain(text[1:-1] or _NOTHING)

    def _ansi(self, text: str) -> None:
        self._plain(_acting("$'") + text[2:-1] + _acting("'"))

    def _double(self, text: str) -> None:
        if self._mode == '"':
            self.nesting.pop()
            self._plain(_QUOTE if self._mode.endswith("{") else "" if self.word[-1] else _NOTHING)
        else:
            self._plain(_acting(text) if text != '"' or self._mode.endswith("{") else "")
            self.nesting.append('"')

    # --- what a shell replaces -------------------------------------------------------------------------------

    def _acting(self, text: str) -> None:
        self._plain(_acting(text))

    _brace = _acting

    def _replaced(self, text: str) -> None:
        self._plain(self._mark(text))

    def _range(self, text: str) -> None:
        self._plain(text.replace("..", _acting("..")))

    def _opening(self, text: str) -> None:
        self._plain(self._mark(text[0]) + _acting(text[1]))
        self.nesting.append("(")
        self.fresh = True

    def _open(self, text: str) -> None:
        if self.begin is None:
            self._operator(text)
        else:
            self._plain(_acting(text))
            self.nesting.extend(text)
            self.fresh = True

    def _close(self, text: str) -> None:
        if self._mode == "(":
            self.nesting.pop()
            self._plain(_acting(text))
        else:
            self._operator(text)

    def _parameter(self, _: str) -> None:
        self._plain(self._mark("$") + "{")
        self.nesting.append('"{' if self._mode.startswith('"') else "{")

    def _end(self, text: str) -> None:
        self.nesting.pop()
        self._plain(text)

    def _tick(self, text: str) -> None:
        self._plain(self._mark(text))
        if self._mode == text:
            self.nesting.pop()
        else:
            self.nesting.append(text)
            self.fresh = True


def _settled(word: str) -> str:
    """The word with braces that expand nothing made plain, and no blanks beside operators in a substitution."""
    if BLANK in word:
        word = _BLANKS.sub(
            lambda run: "" if (run[1] in _BETWEEN_COMMANDS) != (run[2] in _BETWEEN_COMMANDS) else BLANK, word
        )
    if not _ACTS.search(word):
        return word.replace(_NOTHING, "")
    opened: list[list[int]] = []
    expanding: set[int] = set()
    for place, character in enumerate(word):
        if character == _OPEN_BRACE:
            opened.append([place])
        elif character == _COMMA and opened:
            opened[-1].append(place)
        elif character == _CLOSE_BRACE and opened:
            group = opened.pop()
            expanding.update([*group, place] if len(group) > 1 else [])
    return "".join(
        character if place in expanding else _BRACES.get(character, character)
        for place, character in enumerate(word)
    )

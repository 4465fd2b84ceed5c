"""The gaps that an author marks in code: lines of a fence that end in a comment with ``(!)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from quiz.code_cloze import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARK = "(!)"

_SHELLS = frozenset({"sh", "bash", "console", "zsh", "shell"})
_HASH_ONLY = _SHELLS | {
    "yaml",
    "yml",
    "dockerfile",
    "docker",
    "toml",
    "python",
    "py",
    "ruby",
    "make",
    "makefile",
}
_DOCKER = frozenset({"dockerfile", "docker", "containerfile"})
_FENCE = re.compile(r"\s*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(?P<run>`{3,}|~{3,})\s*(?P<language>[\w+#.-]*)[^`]*")
# The last sign that begins a comment counts: what stands before it may hold some, too
_HASHED = re.compile(r"(?P<code>.*(?:^|\s))(?P<sign>\#+)(?P<remark>(?:(?!\s\#).)*?)\s*\(!\)\s*")
_ANY_SIGN = re.compile(
    r"(?P<code>.*(?:^|\s))(?P<sign>\#+|//+|--+)(?=\s|\(!\))(?P<remark>(?:(?!\s(?:\#|//|--\s)).)*?)\s*\(!\)\s*"
)
# The mark may also stand first in its comment; right behind it no sign is anything but that of a comment
_HASHED_FIRST = re.compile(r"(?P<code>.*(?:^|\s))(?P<sign>\#+)\s*\(!\)(?P<remark>\s+\S.*)")
_ANY_SIGN_FIRST = re.compile(r"(?P<code>.*(?:^|\s))(?P<sign>\#+|//+|--+)\s*\(!\)(?P<remark>\s+\S.*)")
_NOTHING_ELSE = re.compile(r"(?P<code>.*(?:^|\s))(?P<sign>//+|--+)\s*\(!\)(?P<remark>\s*)")
_BARE = re.compile(r".*\(!\)\s*")
_KEYED = re.compile(r"""(?P<key>\s*(?:-\s+)?["']?[\w./-]+["']?\s*:\s+)(?P<value>\S.*)""")
_SET = re.compile(
    r"""(?P<key>\s*(?:(?:export|ENV|ARG|set|let|const|var)\s+)?["']?[\w.-]+["']?\s*:?=(?!=)\s*)(?P<value>\S.*)"""
)
_INSTRUCTION = re.compile(r"(?P<key>\s*[A-Z]{3,}\s+)(?P<value>\S.*)")
_FROM = re.compile(r"(?P<key>FROM\s+)(?P<value>\S.*)")


class Gap(NamedTuple):
    """One line of code with something to be filled in.

    Attributes:
        text: What is hidden, as it is to be typed.
        key: What it is the value of; empty if the whole line is hidden.
        start: Its offset in the code.
        end: The offset behind it.
        code: The lines around it, without their marks.
        language: Of its fence, in lower case.
    """

    text: str
    key: str
    start: int
    end: int
    code: str
    language: str

    @property
    def name(self) -> str:
        """What it is known by: its value under its key."""
        return f"{self.key} {self.text}".strip()

    @property
    def is_shell(self) -> bool:
        """Whether it is a piece of a command."""
        return self.language in _SHELLS

    def covered(self) -> str:
        """The code with the gap, as markdown."""
        shown = self.code[: self.start] + HIDDEN + self.code[self.end :]
        longest = max(map(len, re.findall("`+", shown)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{self.language}\n{shown}\n{fence}"


class Marked(NamedTuple):
    """An answer whose fences were searched for marks.

    Attributes:
        answer: Without the marks.
        gaps: In their order.
        spans: Where each gap lies in the answer.
        stray: The lines, from 0, on which a mark stands in no comment behind code.
    """

    answer: str
    gaps: tuple[Gap, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    stray: tuple[int, ...] = ()


class _Line(NamedTuple):
    """A line of a fence: its text without a mark, and the columns of its gap; both 0 if it has none.

    It is stray if its mark makes no gap.
    """

    text: str
    start: int = 0
    end: int = 0
    key: str = ""
    is_stray: bool = False


def marked(answer: str) -> Marked:
    """Search the fences of an answer."""
    if MARK not in answer:
        return Marked(answer)
    lines = answer.split("\n")
    gaps: list[Gap] = []
    places: list[tuple[int, _Line]] = []
    stray: list[int] = []
    for language, indent, first, last in _fences(lines):
        read = [_read(line, language) for line in lines[first:last]]
        stray += (first + at for at, one in enumerate(read) if one.is_stray)
        lines[first:last] = [one.text for one in read]
        code = [one.text[min(indent, len(one.text) - len(one.text.lstrip())) :] for one in read]
        offset = 0
        for at, one in enumerate(read):
            if one.end:
                cut = len(one.text) - len(code[at])
                start, end = offset + one.start - cut, offset + one.end - cut
                text = one.text[one.start : one.end]
                gaps.append(Gap(text, one.key, start, end, "\n".join(code), language))
                places.append((first + at, one))
            offset += len(code[at]) + 1
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line) + 1)
    spans = tuple((begins[at] + one.start, begins[at] + one.end) for at, one in places)
    return Marked("\n".join(lines), tuple(gaps), spans, tuple(stray))


def _fences(lines: Sequence[str]) -> Iterator[tuple[str, int, int, int]]:
    """The language and the indent of each fence, its first line and the one behind its last."""
    closing, language, indent, first = "", "", 0, 0
    for at, line in enumerate(lines):
        bare = line.strip()
        if closing:
            if len(bare) >= len(closing) and set(bare) == {closing[0]}:
                yield language, indent, first, at
                closing = ""
        elif opening := _FENCE.fullmatch(line):
            closing, language, first = opening["run"], opening["language"].lower(), at + 1
            indent = opening.start("run")
    if closing:
        yield language, indent, first, len(lines)


def _read(line: str, language: str) -> _Line:
    if MARK not in line:
        return _Line(line)
    comment = _comment(line, language)
    if comment is None:
        return _Line(line, is_stray=_BARE.fullmatch(line) is not None)
    code, remark = comment["code"].rstrip(), comment["remark"].rstrip()
    text = f"{comment['code']}{comment['sign']}{remark}" if remark else code
    if not code:
        return _Line(text, is_stray=True)
    key, start, end = _value(code, language)
    return _Line(text, start, end, key)


def _comment(line: str, language: str) -> re.Match[str] | None:
    """The code, the sign and the remark of a line with a mark in its comment."""
    patterns = (_HASHED, _HASHED_FIRST) if language in _HASH_ONLY else (_ANY_SIGN, _ANY_SIGN_FIRST)
    return next((found for each in (*patterns, _NOTHING_ELSE) if (found := each.fullmatch(line))), None)


def _value(code: str, language: str) -> tuple[str, int, int]:
    """The key of a line, and where its value lies; without a key that is the line as a whole."""
    patterns = [_SET] if language in _SHELLS else [_KEYED, _SET]
    patterns += [_INSTRUCTION] if language in _DOCKER else [_FROM]
    for pattern in patterns:
        if found := pattern.fullmatch(code):
            end = len(code) - 1 if code.endswith((",", ";")) and len(found["value"]) > 1 else len(code)
            return " ".join(found["key"].split()).lstrip("- "), found.start("value"), end
    return "", len(code) - len(code.lstrip()), len(code)

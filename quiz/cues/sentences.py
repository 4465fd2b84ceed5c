"""The sentence that a note asks: the author's words where they ask, else a question made of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.cards import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.cards import Note

COMMAND, FILE, CODE = "Which command: ", "Write the file: ", "Write the code: "

_FRAMES = {
    Kind.TERM: ("What is ", "?"),
    Kind.CONCEPT: ("What is ", " like? (mental model)"),
    Kind.ROADMAP: ("Why does ", " matter?"),
    Kind.NEXT: ("Why learn ", " next?"),
}
_CHEAT_SHEET_FRAMES = ((COMMAND, ""), (FILE, ""), (CODE, ""), ("", ": what belongs to it?"))
_LONGEST_TERM = 4  # words
_FEW_LINES, _LONGEST_SCRIPT = 5, 12
_ASKS = re.compile(r"\?[\s*_`)\"'”’\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]*$")
_QUESTION_WORD = re.compile(r"\W*(?:how|what|when|where|which|who|whose|why)\b", re.IGNORECASE)
_END = re.compile(r"[\s.:;,!]+$")
_FENCE = re.compile(r"\s*(?P<run>`{3,}|~{3,})\s*(?P<language>[\w+#.-]*)[^`]*")
_SPAN = re.compile(r"(`+)[^`\n].*?\1", re.DOTALL)
_FILE_LINE = re.compile(r"""\s*(?:FROM\s|\[|[{<]|---$|[\w."'/-]+:(?:\s|$)|-\s+\w+:(?:\s|$))""")

_SHELLS_NAMES = "bash bat cmd console fish ksh powershell ps1 pwsh sh shell shellscript terminal zsh"
_SHELLS = frozenset(_SHELLS_NAMES.split())
_QUERIES_NAMES = (
    "awk cql cypher flux graphql http jq kql logql mongo mongodb mongosh mysql pgsql plpgsql plsql"
    " postgres postgresql promql psql redis regex sed spl sql sqlite tmux vim"
)
_QUERIES = frozenset(_QUERIES_NAMES.split())
_FILES_NAMES = (
    "caddy caddyfile cfg cmake conf config containerfile crontab css csv cue dhall docker docker-compose"
    " dockerfile dotenv editorconfig env fstab gitconfig gitignore gradle groovy haproxy hcl helm hosts"
    " html ini jenkinsfile jinja jinja2 json json5 jsonc jsonnet just justfile kdl ld make makefile"
    " markdown md nginx nix plist properties proto service ssh-config sshconfig starlark systemd terraform"
    " tf tfvars toml traefik unit xml yaml yml"
)
_FILES = frozenset(_FILES_NAMES.split())


def sentence(note: Note) -> str:
    """What a note asks of a person, as markdown; of other kinds, or where its words ask already, these words."""
    words = note.prompt.strip()
    if note.kind is Kind.CHEATSHEET:
        return _of_label(words, note.answer)
    frame = _FRAMES.get(note.kind)
    if frame is None or not words or "\n" in words or asks(words):
        return note.prompt
    if note.kind is Kind.TERM and len(words.split()) > _LONGEST_TERM:
        return note.prompt
    return _framed(words, frame)


def words_of(asked: str, note: Note) -> Iterator[str]:
    """The words that a note may have had when it was asked so, the likeliest first: they have to be tried.

    Args:
        asked: The sentence, perhaps changed by a person.
        note: As it is, for its kind.
    """
    frames = _CHEAT_SHEET_FRAMES if note.kind is Kind.CHEATSHEET else (_FRAMES.get(note.kind, ("", "")),)
    for before, after in frames:
        if asked.startswith(before) and asked.endswith(after) and len(asked) > len(before) + len(after):
            yield asked[len(before) : len(asked) - len(after)]
    yield asked


def asks(words: str) -> bool:
    """Whether words end as a question does."""
    return _ASKS.search(words) is not None


def _framed(words: str, frame: tuple[str, str]) -> str:
    before, after = frame
    return f"{before}{_END.sub('', words) or words}{after}"


def _of_label(label: str, answer: str) -> str:
    """What the title of a cheat sheet asks, after what stands below it."""
    if not label or "\n" in label or asks(label):
        return label
    if start := _start(answer):
        return _framed(label, (start, ""))
    return label if _QUESTION_WORD.match(label) else _framed(label, ("", ": what belongs to it?"))


def _start(answer: str) -> str:
    """How to ask for an answer that is code; empty if it is something else."""
    body = answer.strip()
    if _SPAN.fullmatch(body.split("\n\n", 1)[0].removeprefix("$ ")) and not body.startswith("```"):
        return COMMAND
    lines = body.split("\n")
    language, code, size = _first_fence(lines)
    if not code or not (_FENCE.fullmatch(lines[0]) or 2 * size >= len("".join(body.split()))):
        return ""
    return _by_language(language, code)


def _by_language(language: str, code: list[str]) -> str:
    few = len(code) <= _FEW_LINES
    if language in _FILES or code[0].startswith("#!"):
        return FILE
    if language in _SHELLS:
        return COMMAND if len(code) <= _LONGEST_SCRIPT else FILE
    if language in _QUERIES:
        return COMMAND if few else FILE
    if language and language not in ("text", "txt", "plain", "plaintext"):
        return CODE if few else FILE
    return COMMAND if few and not _FILE_LINE.match(code[0]) else FILE


def _first_fence(lines: list[str]) -> tuple[str, list[str], int]:
    """The language of the first fence, its commands or lines that say something, and the size of all fences.

    A size counts all characters but blanks; lines that a backslash continues are one.
    """
    language, code, size, closing, count = "", [], 0, "", 0
    for line in lines:
        opening = None if closing else _FENCE.fullmatch(line)
        if opening:
            closing, count, size = opening["run"], count + 1, size + len("".join(line.split()))
            language = language if count > 1 else opening["language"].lower()
        elif closing:
            size += len("".join(line.split()))
            if line.strip()[: len(closing)] == closing and not line.strip(f" \t{closing[0]}"):
                closing = ""
            elif count == 1 and line.strip():
                code.append(line)
    joined = [
        line for above, line in zip(["", *code], code, strict=False) if not above.rstrip().endswith("\\")
    ]
    return language, [line.strip() for line in joined if not line.lstrip().startswith("# ")] or joined, size

"""docs/authoring.md is true: each example becomes what stands below it, and each problem is caused by its example."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asking import asked
from markdown_it import MarkdownIt

from quiz.cards import Kind, Note
from quiz.cli.commands import commands
from quiz.cues import FORWARD, faces, facets
from quiz.library import find_notes
from quiz.notes import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
TOKENS = MarkdownIt("commonmark").enable("table").parse(GUIDE)
CODE = re.compile(r"\b[EW][1-6]\d\d\b")
ONE_FENCE = re.compile(r"```\w*\n([^\n]*)\n```")


@dataclass(frozen=True)
class Example:
    """A deck in the guide, and what stands below it: the rows of a table, or a paragraph."""

    line: int
    text: str
    below: list[dict[str, str]] | str


def rows(tokens: list[Token], start: int) -> list[dict[str, str]]:
    """The rows of the table that opens at a token, by its headers; cells are source text."""
    end = next(n for n in range(start, len(tokens)) if tokens[n].type == "table_close")
    lines: list[list[str]] = []
    for token in tokens[start:end]:
        if token.type == "tr_open":
            lines.append([])
        elif token.type == "inline":
            lines[-1].append(token.content)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def examples() -> Iterator[Example]:
    for number, token in enumerate(TOKENS):
        if token.type == "fence" and token.info == "markdown":
            below = TOKENS[number + 1]
            assert token.map
            yield Example(
                token.map[0] + 1,
                token.content,
                rows(TOKENS, number + 1) if below.type == "table_open" else TOKENS[number + 2].content,
            )


def tables(*headers: str) -> Iterator[dict[str, str]]:
    """The rows of all tables with these headers."""
    for number, token in enumerate(TOKENS):
        if token.type == "table_open":
            found = rows(TOKENS, number)
            if tuple(found[0]) == headers:
                yield from found


EXAMPLES = list(examples())
SHOWN = list(tables("code", "says", "for example", "do"))
TOLD = list(tables("code", "says"))
CONTENT = {
    "overview": "Text.",
    "roadmap": "| Focus | Why |\n|---|---|\n| Zones | So |",
    "task": "* Serve one.",
    "cheatsheet": "### Ask\n\ndig",
    "challenge": "* Sign one.",
    "qa": "* What is a zone?",
    "next": "* **Unbound** — a resolver",
    "tip": "* Another tip.",
    "concept": "* DNS = a book",
}
every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line{example.line}")


def told(note: Note, facet: str) -> dict[str, str]:
    """A card as a row of the guide."""
    sides = faces(note, facet)
    one_fence = ONE_FENCE.fullmatch(sides.back)
    return {
        "kind": note.kind.value,
        "asks": note.prompt if note.kind is Kind.CHOICE else sides.front,
        "answers": "(draft)" if note.draft else f"`{one_fence[1]}`" if one_fence else sides.back,
        "tags": ", ".join(note.tags),
        "deck": note.deck,
        "id": note.anchor or "",
    }


def agrees(cell: str, text: str) -> bool:
    """Whether a cell says a text, or with … at its end how it begins; blanks and line breaks are all the same."""
    cell, text = (" ".join(each.split()) for each in (cell.replace("<br>", " "), text))
    return text.startswith(cell.removesuffix(" …")) if cell.endswith(" …") else text == cell


# --- examples ------------------------------------------------------------------------------------------------------


@every_example
def test_an_example_becomes_the_cards_below_it(example):
    deck = parse(example.text.encode(), file="dns.md", deck="dns")
    if isinstance(example.below, str):
        assert example.below.startswith("Nothing here is a card.")
        assert deck.notes == ()
        return
    cards = [told(note, facet) for note in deck.notes for facet in facets(note) or [FORWARD]]
    assert len(cards) == len(example.below), cards
    for card, row in zip(cards, example.below, strict=True):
        assert {name: card[name] for name, cell in row.items() if not agrees(cell, card[name])} == {}


@every_example
def test_an_example_has_no_problem(example):
    assert [str(each) for each in parse(example.text.encode(), file="dns.md", deck="dns").problems] == []


def test_every_kind_is_shown():
    kinds = {
        row["kind"] for example in EXAMPLES if not isinstance(example.below, str) for row in example.below
    }
    assert kinds == {kind.value for kind in Kind if kind not in (Kind.OVERVIEW, Kind.OTHER)}


def test_the_sections_of_the_template_are_told_with_their_words():
    sections = list(tables("section", "words in its heading", "what is read there", "becomes"))
    assert {row["section"] for row in sections} == {
        kind.value for kind in Kind if kind not in (Kind.CLOZE, Kind.CHOICE, Kind.TERM, Kind.OTHER)
    }
    for row in sections:
        for words in row["words in its heading"].split(", "):
            text = f"---\ndquiz: note\n---\n## Tips\n\n* A tip.\n\n## {words}\n\n{CONTENT[row['section']]}\n"
            notes = parse(text.encode(), file="n.md", deck="n").notes
            assert [note.kind for note in notes[1:]] == [row["section"]] * (row["section"] != "overview"), (
                words
            )
            assert all(note.kind.studied == (row["becomes"][:4] == "card") for note in notes[1:]), words


# --- problems ------------------------------------------------------------------------------------------------------


def source(example: str) -> bytes:
    """The bytes that an example in a cell stands for."""
    text = re.sub(r" ?⏎ ?", "\n", example).replace("…", "\n".join(f"And {n}." for n in range(40)))
    return re.sub(rb"\\x([0-9a-f]{2})", lambda byte: bytes.fromhex(byte[1].decode()), text.encode())


def code_in(cell: str) -> str:
    """What a cell that is one code span holds."""
    inline = MarkdownIt("commonmark").parseInline(cell)[0].children or []
    assert [token.type for token in inline] == ["code_inline"], cell
    return inline[0].content


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row["code"])
def test_a_problem_is_caused_by_its_example_and_says_this(row):
    problems = parse(source(code_in(row["for example"])), file="dns.md", deck="dns").problems
    assert [problem.code for problem in problems] == [row["code"]]
    assert problems[0].message.startswith(row["says"].replace("`", ""))
    assert row["do"]


def test_every_code_is_told_once():
    codes = [row["code"] for row in (*SHOWN, *TOLD)]
    assert len(codes) == len(set(codes))
    known = {code for path in (ROOT / "quiz").rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))}
    assert known == set(codes)


def test_the_problems_of_files_and_limits_are_what_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "up").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "loop" / "n.md")
    texts = {
        "E106": b"\n" * 500_001,
        "W107": b"---\ntags: [" + b", ".join(b"t%d" % n for n in range(65)) + b"]\n---\n",
        "W209": b"> " * 2_000 + b"deep\n",
    }
    found = {
        code: {each.code for each in parse(text, file="n.md", deck="n").problems}
        for code, text in texts.items()
    }
    assert found == {code: {code} for code in texts}
    assert [each.code for each in find_notes(tmp_path / "empty").problems] == ["W105"]
    assert sorted(each.code for each in find_notes(tmp_path / "loop").problems) == ["E103", "W104"]


# --- the rest ------------------------------------------------------------------------------------------------------


def test_the_first_session_is_what_the_program_prints(tmp_path):
    session = next(token.content for token in TOKENS if token.type == "fence" and token.info == "text")
    command, _, printed = session.partition("\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DQUIZ_")}
    ended = subprocess.run(
        [sys.executable, "-m", "quiz", *command.removeprefix("$ dquiz ").split()],
        cwd=tmp_path,
        env=kept | {"DQUIZ_HOME": str(tmp_path / "home")},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert ended.stdout == printed
    notes = parse((tmp_path / "dns.md").read_bytes(), file="dns.md", deck="dns").notes
    assert f"It holds {sum(len(facets(note)) for note in notes)} cards" in GUIDE


def test_every_command_that_is_named_exists():
    assert set(re.findall(r"`dquiz ([a-z]+)", GUIDE)) <= set(commands())


FIRST = (
    "# Zones\n\n" + asked("What is a zone?") + asked("Who may change a zone?") + asked("Which port is used?")
)
EDITS = {
    "moved": "# Zones\n\n"
    + asked("Which port is used?")
    + asked("Who may change a zone?")
    + asked("What is a zone?"),
    "tagged": FIRST.replace("a zone?", "a zone? #dns"),
    "reworded question": FIRST.replace(
        "Who may change a zone?", "Who is it that may change a zone, and who not?"
    ),
    "reworded answer": FIRST.replace(
        asked("Who may change a zone?"), "Q: Who may change a zone?\nA: Its owner.\n\n"
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_card_stays_itself_when_it_is(edit, desk):
    desk.write("dns.md", FIRST)
    desk.sync()
    before = {card.id for card in desk.cards()}
    desk.write("dns.md", EDITS[edit])
    report = desk.sync()
    assert (report.added, report.retired) == (0, 0)
    assert {card.id for card in desk.cards()} == before


def test_a_renamed_file_and_an_answered_draft_keep_their_cards(desk):
    path = desk.write("dns.md", FIRST + "Q: What is anycast?\n")
    desk.sync()
    before = {card.id for card in desk.cards()}
    path.rename(path.with_name("names.md"))
    assert (desk.sync().added, {card.id for card in desk.cards()}) == (0, before)
    desk.write("names.md", FIRST + "Q: What is anycast?\nA: One address in many places.\n")
    assert (desk.sync().added, {card.id for card in desk.cards()}) == (0, before)


def test_a_card_that_is_rewritten_is_new_and_one_that_comes_back_has_its_schedule(desk):
    desk.write("dns.md", FIRST)
    desk.sync()
    desk.rate("What is a zone?")
    schedule = desk.card("What is a zone?").schedule
    desk.write(
        "dns.md", FIRST.replace(asked("What is a zone?"), "Q: How does TLS begin?\nA: With a hello.\n\n")
    )
    report = desk.sync()
    assert (report.added, report.retired) == (1, 1)
    desk.write("dns.md", FIRST)
    assert desk.sync().restored == 1
    assert desk.card("What is a zone?").schedule == schedule

"""Cards of other programs are told as such (W315), and nothing else is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from quiz.notes import parse
from quiz.notes.foreign import foreign_cards
from quiz.notes.lines import decode
from quiz.notes.page import Page

ROOT = Path(__file__).resolve().parents[2]


def told(text: str, file: str = "n.md") -> list[tuple[int, str]]:
    """Where it is said, and whose cards they are, with their number."""
    problems = parse(text.encode(), file=file, deck="n").problems
    return [(one.line, one.message.partition(" (")[0]) for one in problems if one.code == "W315"]


OBSIDIAN = "Obsidian Spaced Repetition"
FOREIGN = {
    "front and back of a tagged file": (
        "#flashcards/net\n\nCapital of Peru::Lima\nLargest lake of Peru:::Titicaca, the deepest too\n",
        (3, f"2 cards of {OBSIDIAN}"),
    ),
    "tagged in front matter": (
        "---\ntags: [flashcards]\n---\n\nRoot servers::thirteen names\n\nA ==zone== is a part of the tree.\n",
        (5, f"2 cards of {OBSIDIAN}"),
    ),
    "a question mark between two texts": (
        "#flashcards\n\nWho signs a zone?\n?\nIts owner.\n\nA key\n??\nA public number\n",
        (3, f"2 cards of {OBSIDIAN}"),
    ),
    "one that is scheduled": (
        "# Lakes\n\nDeepest lake::Lake Baikal\n<!--SR:!2026-03-01,12,250-->\n",
        (3, f"1 card of {OBSIDIAN}"),
    ),
    "questions without any tag": (
        "Who resolves?::A resolver.\n\nWho answers?::A server.\n\nWho asks?::A stub.\n",
        (1, f"3 cards of {OBSIDIAN}"),
    ),
    "logseq blocks": (
        "- Who resolves? #card\n\t- A resolver.\n- Who answers #card\n\t- A server.\n",
        (1, "2 cards of Logseq"),
    ),
    "a logseq block that was reviewed": (
        "- A {{cloze zone}} has an owner.\n  card-last-score:: 5\n  card-repeats:: 2\n",
        (1, "1 card of Logseq"),
    ),
    "remnote": (
        "- Resolver >> asks for others\n- knows a zone << Server\n    - Port ;; fifty-three\n",
        (1, "3 cards of RemNote"),
    ),
    "mochi gaps": ("A {{1::zone}} has one {{2::owner}}.\n", (1, "1 card of Mochi")),
    "mochi front and back": ("Who resolves?\n\n---\n\nA resolver.\n", (1, "1 card of Mochi")),
    "org": (
        "* Resolver :drill:\n:PROPERTIES:\n:ID: 7\n:END:\nWho asks for others?\n",
        (1, "1 card of Org"),
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_cards_of_another_program_are_told_once_with_their_number(name):
    text, expected = FOREIGN[name]
    assert told(text) == [expected]


def test_a_file_that_is_read_in_parts_is_told_too():
    ours = "TTL :: how long\n\nQ: What is DNS?\nA: A tree of names.\n\n## More\n\n"
    text = ours + FOREIGN["questions without any tag"][0]
    assert len(parse(text.encode(), file="n.md", deck="n").notes) == 2
    assert told(text) == [(8, f"3 cards of {OBSIDIAN}")]


ORDINARY = {
    "C++": "- std::vector grows, std::list links\n- Use std::move for it\n- cout << x prints\n- a >> b shifts\n"
    "- cin >> name reads\n",
    "Rust": "Use Vec::new to make one.\n\nCall Box::pin on it.\n\nPrefer slice::chunks over an index.\n",
    "tagged questions about C++": "#flashcards\n\n"
    + "".join(f"Q: What is number {n}?\nA: Use std::vector here.\n\n" for n in range(4)),
    "Rust within a gapped text": "#flashcards\n\nC: `Vec` is in {{1::std}}::{{2::vec}}.\n\nC: So {{3::is}} this.\n",
    "front matter": "---\ntitle: x\n---\n\n# YAML\n\nWhat parts it?\n\n---\n\nThree dashes.\n\n---\n",
    "a shell": "- echo x >> log.txt appends\n- sort names >> /tmp/x\n- Menu >> File\n- an item\n- another\n",
    "ways through a menu": "- Go to Settings >> General\n- Open File >> Print\n- Choose View >> Zoom\n",
    "highlights": "A ==marked== word.\n\nAnother ==one==.\n\nx == y, and ==more==.\n",
    "a question mark alone": "Really\n?\nYes.\n\nNo\n\n?\n\nMaybe.\n",
    "inline fields": "status:: done\ndue date:: soon\nauthor:: me\nrating:: 5\n",
    "code": "```\nWho?::a\nWhy?::b\nHow?::c\n<!--SR:!2026-03-01,12,250-->\n```\n",
    "code spans": "`Who?::a`\n\n`Why?::b`\n\n`How?::c` and `{{1::x}}` and `{{2::y}}`\n",
    "a comment": "<!--\nWho?::a\nWhy?::b\nHow?::c\n-->\n",
    "switched off": "---\ndquiz: off\n---\n\nWho?::a\n\nWhy?::b\n\nHow?::c\n",
    "ours, tagged as theirs": "#flashcards\n\nTTL :: how long\n\nMX ::: mail\n",
    "lines that say card": "A #card in a text.\n\n- credit cards\n- pay by #card-reader\n- one #card\n",
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_notes_are_not_told(name):
    assert told(ORDINARY[name]) == []


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "decks").glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))],
    ids=lambda p: p.name,
)
def test_decks_and_guides_are_not_told(path):
    assert told(path.read_text(encoding="utf-8")) == []


def test_a_case_needs_more_than_a_few_among_many_cards_of_our_own():
    ours = "".join(f"Q: What is number {n}?\nA: A number.\n\n" for n in range(13))
    assert told(f"{ours}## More\n\n{FOREIGN['questions without any tag'][0]}") == []


@pytest.mark.parametrize(
    "line", ["?", "==a" * 600, "{{1::a" * 300, "- a?::b", "- a >> b c", "* :drill" * 200, "<!--SR:!2026-"]
)
def test_time_grows_with_the_file_only(line):
    few, many = (min(seconds(line, count) for _ in range(2)) for count in (500, 4_000))
    assert many < 30 * max(few, 0.01)


def seconds(line: str, count: int) -> float:
    page = Page(decode(f"{line}\n".encode() * count).lines, "n.md")
    begun = time.process_time()
    list(foreign_cards(page, ()))
    return time.process_time() - begun

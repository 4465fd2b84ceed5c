"""Cards of other programs, which no rule here reads: whose they are, and how to bring them over (W315).

A sign that only one program writes is worth more than one that prose, C++ or a shell may show too: of these there
must be several, and where a line is code or begins a note of our own nothing is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quiz.cards import Kind, Problem
from quiz.cues.inline import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.cards import Note
    from quiz.notes.page import Page

_FEW, _SEVERAL = 2, 3
_FEWEST_OF_NOTES = 4  # a foreign card for so many notes of our own, or the file is said to be ours
_LONGEST_LINE = 2_000

_LEAD = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6}|>)\s+)*")
_ITEM = re.compile(r"\s*[-*+]\s")
_RULE = re.compile(r" {0,3}(?:-[ \t]*){3,}$")
_WORD = re.compile(r"\w")

_SCHEDULE = re.compile(r"<!--SR:!\d{4}-\d\d-\d\d")
_DECK_TAG = re.compile(r"(?<!\S)#flashcards(?:/\S+)?(?!\S)")
_JOINED = re.compile(r"(?<![:\s])(:::?)(?![:\s])")
_HALF_JOINED = re.compile(r"(?<=[?!])(:::?)(?= )|(?<= )(:::?)(?=[A-Z])")
_HIGHLIGHT = re.compile(r"==(?=[^\s=])[^=]*[^\s=]==")
_CARD_TAG = re.compile(r"(?<!\S)#(?:card|\[\[card\]\])(?!\S)")
_PROPERTY = re.compile(r"card-(?:last|next|repeats|ease)[\w-]*:: ")
_LOGSEQ_GAP = re.compile(r"\{\{cloze [^{}]+\}\}")
_MOCHI_GAP = re.compile(r"\{\{\d+::[^{}]+\}\}")
_ARROW = re.compile(r"(?<=\S) (>>>?|<<<?|<>|;;) (?=\S)")
_OPERAND = re.compile(
    r"[\d$\"'(]|\w\b\W*$|(?:std::)?(?:cout|cin|cerr|clog|echo|printf|cat)\b"
    r"|(?:go to|open|choose|click|select|menu|file|edit|view|tools|settings|preferences)\b",
    re.IGNORECASE,
)
_FILE = re.compile(r"\S*[/$&.~]\S*\w\s*$|\S*[/$&~]\S*$|\"|'|\d+\W*$|\w\W*$|(?:std::)?endl\b")
_ORG_HEADING = re.compile(r"\*+ .*:(?:drill|fc):")
_ORG_DRAWER = re.compile(r"\s*(?::PROPERTIES:|#\+begin_\w+|#\+title:|:DRILL_\w+:|:FC_\w+:)", re.IGNORECASE)


@dataclass(slots=True)
class _Seen:
    """What one program's syntax shows in a file.

    Attributes:
        program: Whose it is, as a person calls it.
        writes: How its cards look, in a few characters.
        needed: As many cards make a case.
        cards: Their lines, 0-based.
        proofs: Lines that only this program writes and that are no card.
    """

    program: str
    writes: str
    needed: int
    cards: list[int] = field(default_factory=list)
    proofs: list[int] = field(default_factory=list)

    @property
    def first(self) -> int:
        return min([*self.cards, *self.proofs])


def foreign_cards(page: Page, notes: Sequence[Note]) -> Iterator[Problem]:
    """The problem of a file that holds another program's cards: one at most.

    Args:
        page: The file.
        notes: All that its own rules read.
    """
    if "off" in page.front.flags:
        return
    lines = dict(_prose(page, notes))
    inside = _lines_of(notes, len(page.lines))
    loose = {n: line for n, line in lines.items() if not inside[n]}
    rows = (
        _obsidian(page, lines, loose),
        _logseq(lines),
        _remnote(loose),
        _mochi(page, lines, notes),
        _org(lines),
    )
    seen = [
        one
        for one in rows
        if len(one.cards) >= one.needed and len(one.cards) * _FEWEST_OF_NOTES >= len(notes)
    ]
    if seen:
        most = max(seen, key=lambda one: (bool(one.proofs), len(one.cards)))
        yield Problem(page.file, most.first + 1, "W315", _message(most))


def _message(seen: _Seen) -> str:
    count = len(seen.cards)
    cards = f"{count:,} card{'s' if count > 1 else ''} of {seen.program} ({seen.writes})"
    unread = "it is no card here" if count == 1 else "they are no cards here"
    return (
        f"{cards}: {unread}. Write `front :: back` with blanks, `Q:` and `A:`, or `C: … {{{{…}}}}`;"
        " or export from there to Anki, then `dquiz import FILE.apkg`"
    )


def _prose(page: Page, notes: Iterable[Note]) -> Iterator[tuple[int, str]]:
    """The live lines that begin no note and lie in no gapped text, code spans blotted out."""
    own = bytearray(len(page.lines))
    for note in notes:
        end = note.end if note.kind is Kind.CLOZE else note.line
        own[note.line - 1 : end] = b"\1" * (end - note.line + 1)
    for number, line in enumerate(page.lines):
        leaf = page.leaf_at[number]
        is_table = leaf is not None and leaf.kind == "table"
        if own[number] or page.dead[number] or is_table or not line.strip() or len(line) > _LONGEST_LINE:
            continue
        if not page.is_in_code_span(number):
            yield number, masked(page.visible(number))


def _lines_of(notes: Iterable[Note], count: int) -> bytearray:
    """Non-zero for lines that belong to a note: its answer may well speak of `std::vector`."""
    inside = bytearray(count)
    for note in notes:
        inside[note.line - 1 : note.end] = b"\1" * (note.end - note.line + 1)
    return inside


# --- programs ------------------------------------------------------------------------------------------------------


def _obsidian(page: Page, lines: dict[int, str], loose: dict[int, str]) -> _Seen:
    """`Question::Answer`, `?` between two texts, and highlights where the file is scheduled or tagged."""
    proofs = [n for n, line in enumerate(page.lines) if not page.zones.code[n] and _SCHEDULE.search(line)]
    tagged = any(_DECK_TAG.search(line) for line in lines.values())
    is_tagged = tagged or any(tag.split("/")[0] == "flashcards" for tag in page.tags)
    parted = [n for n, line in lines.items() if line.strip() in ("?", "??") and _stands_between(page, n)]
    is_theirs = bool(proofs) or is_tagged
    joined = [n for n, line in lines.items() if _is_joined(line, any_words=is_theirs and n in loose)]
    gaps = [n for n, line in loose.items() if is_theirs and _HIGHLIGHT.search(line)]
    cards = sorted({*(n - 1 for n in parted), *joined, *gaps})
    needed = 1 if proofs else _FEW if is_tagged else _SEVERAL
    return _Seen("Obsidian Spaced Repetition", "front::back, ?, ==gap==", needed, cards, proofs)


def _stands_between(page: Page, number: int) -> bool:
    around = page.lines[max(number - 1, 0) : number] + page.lines[number + 1 : number + 2]
    return len(around) == _FEW and all(_WORD.search(line) for line in around)


def _is_joined(line: str, *, any_words: bool) -> bool:
    """Whether `::` without blanks parts a front from a back; by itself only a front that asks is one.

    `std::vector` stands in prose as well: its front is a name, or the words of a sentence up to a name.
    """
    text = line[_lead(line) :]
    found = [*_JOINED.finditer(text), *_HALF_JOINED.finditer(text)]
    if len(found) != 1:
        return False
    front, back = text[: found[0].start()], text[found[0].end() :]
    if not _WORD.search(front) or not _WORD.search(back):
        return False
    return front.endswith("?") or (any_words and (" " in front or " " in back))


def _logseq(lines: dict[int, str]) -> _Seen:
    """Blocks tagged `#card`, and gaps in `{{cloze …}}`."""
    proofs = [n for n, line in lines.items() if _PROPERTY.match(line, _lead(line))]
    cards = [
        n
        for n, line in lines.items()
        if (_ITEM.match(line) and _CARD_TAG.search(line)) or _LOGSEQ_GAP.search(line)
    ]
    return _Seen("Logseq", "#card, {{cloze …}}", 1 if proofs else _FEW, cards, proofs)


def _remnote(lines: dict[int, str]) -> _Seen:
    """List items of `front >> back`, if most items of the file are such: a shell and C++ write `>>` too."""
    bullets = [n for n, line in lines.items() if _ITEM.match(line)]
    cards = [n for n in bullets if _has_arrow(lines[n])]
    is_most = 2 * len(cards) >= len(bullets)
    return _Seen("RemNote", "front >> back, ;;", _SEVERAL, cards if is_most else [])


def _has_arrow(line: str) -> bool:
    text = line[_lead(line) :]
    found = list(_ARROW.finditer(text))
    if len(found) != 1:
        return False
    return not _OPERAND.match(text) and not _FILE.match(text, found[0].end())


def _mochi(page: Page, lines: dict[int, str], notes: Sequence[Note]) -> _Seen:
    """Numbered gaps without `C:`, and a file that is a question, a rule and its answer."""
    gaps = [n for n, line in lines.items() if _MOCHI_GAP.search(line)]
    rules = [n for n in lines if _RULE.match(lines[n])]
    count = sum(len(_MOCHI_GAP.findall(lines[n])) for n in gaps)
    seen = _Seen("Mochi", "front, ---, back; {{1::…}}", 1, gaps if count >= _FEW or rules else [])
    texts = [n for n in lines if n not in rules]
    is_whole = len(rules) == 1 and len(texts) > 1 and texts[0] < rules[0] < texts[1]
    if not (notes or page.headings or seen.cards) and is_whole and lines[texts[0]].rstrip().endswith("?"):
        seen.cards = [texts[0]]
    return seen


def _org(lines: dict[int, str]) -> _Seen:
    """Headings tagged `:drill:` or `:fc:`."""
    cards = [n for n, line in lines.items() if _ORG_HEADING.match(line)]
    proofs = [n for n, line in lines.items() if _ORG_DRAWER.match(line)]
    return _Seen("Org", "* heading :drill:", 1 if proofs else _FEW, cards, proofs)


def _lead(line: str) -> int:
    """The column behind list markers and the like."""
    match = _LEAD.match(line)
    return match.end() if match else 0

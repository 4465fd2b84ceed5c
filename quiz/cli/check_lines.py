"""What `dquiz check` tells people: problems, how much is read in each file, and some of the questions."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from quiz.cards import Kind
from quiz.cli.streams import columns
from quiz.cues import as_read, faces, facets
from quiz.terminal.words import place, plural
from quiz.visible import in_line, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.cards import Deck, Note, Problem

LISTED = 20
"""Files listed without ``--all``."""
SAMPLES = 5
"""Questions that are shown."""

_PROBLEMS_OF_A_CODE = 10
_NAMED_WITHOUT_CARDS = 3
_LONG_ANSWER, _FOREIGN, _COPY = "W312", "W315", "W402"
_NARROWEST_ROW, _LONGEST_NAME = 50, 36
_LONGEST_SAMPLE, _LINES_OF_A_SAMPLE = 160, 2
_WORDS = {
    Kind.QA: "question",
    Kind.CHEATSHEET: "cheat-sheet card",
    Kind.CLOZE: "cloze",
    Kind.CHOICE: "choice",
    Kind.TERM: "term",
    Kind.ROADMAP: "roadmap stage",
    Kind.TASK: "task",
    Kind.CHALLENGE: "challenge",
    Kind.NEXT: "next step",
    Kind.TIP: "tip",
    Kind.CONCEPT: "mental model",
    Kind.OVERVIEW: "overview",
    Kind.OTHER: "other",
}
_OF_THEM = {Kind.OTHER: "others"}


# --- problems ------------------------------------------------------------------------------------------------------


def problem_lines(
    problems: Sequence[Problem], pairs: Sequence[tuple[Note, Note]], *, verbose: bool
) -> Iterator[str]:
    """Errors each in its line, then warnings: of those that are many, the first and their number.

    Args:
        problems: In the order of their places.
        pairs: Notes that other files have too, each after the one whose copy it is.
        verbose: Every problem in a line of its own, in the order of their places.
    """
    if verbose:
        yield from map(_line, problems)
        return
    yield from (_line(problem) for problem in problems if problem.severity == "error")
    copies = {(note.file, note.line, _COPY) for _, note in pairs}
    warnings = [one for one in problems if one.severity != "error"]
    rest = [one for one in warnings if (one.file, one.line, one.code) not in copies]
    order = {code: number for number, code in enumerate(dict.fromkeys(one.code for one in rest))}
    for code, group in groupby(sorted(rest, key=lambda one: order[one.code]), lambda one: one.code):
        yield from _of_a_code(code, list(group))
    files = Counter((note.file, other.file) for other, note in pairs)
    for (file, other), count in files.items():
        yield in_line(f"{file}: {_COPY} {plural(count, 'card')} shared with {other}")


def _of_a_code(code: str, problems: Sequence[Problem]) -> Iterator[str]:
    if code == _LONG_ANSWER:
        files = plural(len({one.file for one in problems}), "file")
        yield f"{code} {plural(len(problems), 'long answer')} in {files}: -v names them"
        return
    yield from map(_line, problems[:_PROBLEMS_OF_A_CODE])
    if more := problems[_PROBLEMS_OF_A_CODE:]:
        yield f"{code} {len(more):,} more like these: -v names them"


def _line(problem: Problem) -> str:
    return in_line(str(problem))


# --- files ---------------------------------------------------------------------------------------------------------


def table(decks: Sequence[Deck], *, everything: bool, verbose: bool) -> Iterator[str]:
    """Files with what is read in each, those with most cards first, and a line for those without any."""
    found = sorted(
        (deck for deck in decks if deck.notes), key=lambda deck: (-cards_in(deck.notes), deck.file)
    )
    listed = found if everything else found[:LISTED]
    rows = [_row(in_line(deck.file), deck.notes) for deck in listed]
    if len(decks) > 1:
        rows.append(_row(f"all {len(decks):,} files", [note for deck in decks for note in deck.notes]))
    if rows:
        yield from _laid_out(rows)
    if unlisted := len(found) - len(listed):
        yield f"{plural(unlisted, 'more file')}: --all lists {'it' if unlisted == 1 else 'them'}."
    empty = [deck for deck in decks if not deck.notes]
    foreign = [in_line(deck.file) for deck in empty if _is_foreign(deck)]
    yield from _named(foreign, "with cards of another program", verbose=verbose)
    others = [in_line(deck.file) for deck in empty if not _is_foreign(deck)]
    yield from _named(others, "without cards", verbose=verbose)


def _is_foreign(deck: Deck) -> bool:
    return any(problem.code == _FOREIGN for problem in deck.problems)


def _row(name: str, notes: Sequence[Note]) -> tuple[str, str, str]:
    return name, f"{cards_in(notes):,}", made_of(notes)


def _laid_out(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """In columns, what is too wide for them in lines of its own; where it is narrow, one below the other."""
    wide = columns()
    if wide < _NARROWEST_ROW:
        for name, cards, of in rows:
            yield from textwrap.wrap(name, wide)
            yield from _wrapped(f"{cards} cards: {of}" if cards != "1" else f"1 card: {of}", wide, "  ")
        return
    longest = max(len(name) for name, *_ in rows)
    width = longest if wide == sys.maxsize else min(longest, max(_LONGEST_NAME, wide // 2))
    yield f"{'file':<{width}}  {'cards':>6}  made of"
    for name, cards, of in rows:
        if len(name) > width:
            yield name
            name = ""  # noqa: PLW2901 - it stands above its row
        yield from _wrapped(of, wide, " " * (width + 10), first=f"{name:<{width}}  {cards:>6}  ")


def _wrapped(text: str, wide: int, indent: str, first: str | None = None) -> list[str]:
    head = indent if first is None else first
    return textwrap.wrap(text, wide, initial_indent=head, subsequent_indent=indent) or [head.rstrip()]


def _named(files: Sequence[str], what: str, *, verbose: bool) -> Iterator[str]:
    if not files:
        return
    told = f"{plural(len(files), 'file')} {what}: "
    if verbose or len(files) <= _NAMED_WITHOUT_CARDS:
        yield told + ", ".join(files) if len(files) <= _NAMED_WITHOUT_CARDS else told.rstrip()
        yield from (f"  {file}" for file in files if len(files) > _NAMED_WITHOUT_CARDS)
    else:
        yield f"{told}-v names them"


def cards_in(notes: Iterable[Note]) -> int:
    """How many cards some notes make, drafts among them."""
    return sum(len(facets(note)) for note in notes)


def made_of(notes: Iterable[Note]) -> str:
    """What some notes are, in words: ``15 questions, 31 terms, 8 drafts``."""
    counts = Counter(None if note.draft else note.kind for note in notes)
    parts = [
        plural(counts[kind], word, _OF_THEM.get(kind, "")) for kind, word in _WORDS.items() if counts[kind]
    ]
    return ", ".join([*parts, *([plural(counts[None], "draft")] if counts[None] else [])])


# --- samples -------------------------------------------------------------------------------------------------------


def sample_lines(decks: Sequence[Deck]) -> Iterator[str]:
    """Some of the questions as they will be asked, each with its place."""
    chosen = samples([note for deck in decks for note in deck.notes])
    if not chosen:
        return
    wide = columns()
    asked = [(place(in_line(note.file), note.line), _front(note)) for note in chosen]
    width = max(len(where) for where, _ in asked)
    beside = all(2 + width + 2 + len(front) <= wide for _, front in asked)
    yield "As they will be asked:"
    for where, front in asked:
        if beside:
            yield f"  {where:<{width}}  {front}"
            continue
        yield f"  {where}"
        yield from textwrap.wrap(
            front,
            wide,
            initial_indent="    ",
            subsequent_indent="    ",
            max_lines=_LINES_OF_A_SAMPLE,
            placeholder=" …",
        )


def _front(note: Note) -> str:
    front = one_line(as_read(faces(note, facets(note)[0]).front))
    cut = front if len(front) <= _LONGEST_SAMPLE else front[: _LONGEST_SAMPLE - 1].rstrip() + "…"
    return f"{cut} (no answer yet)" if note.draft else cut


def samples(notes: Sequence[Note], number: int = SAMPLES) -> list[Note]:
    """Notes that show what the rest is like: of many files and kinds, and from all along; always the same ones."""
    studied = [note for note in notes if facets(note)]
    ready = [note for note in studied if not note.draft]
    candidates = ready if 2 * len(ready) >= len(studied) else studied
    files, kinds = Counter[str](), Counter[Kind]()
    chosen: dict[int, Note] = {}
    for turn in range(min(number, len(candidates))):
        wanted = (2 * turn + 1) * len(candidates) // (2 * number)

        def rank(at: int, wanted: int = wanted) -> tuple[int, int, int]:
            return files[candidates[at].file], kinds[candidates[at].kind], abs(at - wanted)

        at = min((at for at in range(len(candidates)) if at not in chosen), key=rank)
        chosen[at] = candidates[at]
        files[candidates[at].file] += 1
        kinds[candidates[at].kind] += 1
    return [chosen[at] for at in sorted(chosen)]

"""Notes as the markdown of a file: what `parse` reads back as the same notes, or says that it would not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.cards import Kind, Problem
from quiz.errors import UsageError
from quiz.notes.blocks import WRITERS, Way, questions
from quiz.notes.reading import MOST_LINES, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.cards import Note

_DEEPEST = 6
_NOT_IN_LINE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
# Stands below whatever is tried: a note that runs on beyond its end would swallow it
_BELOW = ("Q: Where does that which stands above end?", "A: Above.")
# These are what they are below such a heading only, in a file that says that it is a self-help note
_SECTIONS = {
    Kind.CHEATSHEET: "Cheat sheet",
    Kind.CONCEPT: "Mental model",
    Kind.NEXT: "Next steps",
    Kind.ROADMAP: "Roadmap",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A file made of notes.

    Attributes:
        notes: Those that stand in it, in its order, as it says them.
        problems: What is left out or written otherwise, with the place that it came from.
    """

    text: str
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """A note as lines, below the headings of ``path``, outermost first.

    Attributes:
        source: The deck, and the note as it is wanted there.
        note: As it is written, and as it is to be read.
        otherwise: How that differs from what is wanted; empty if it does not.
    """

    source: tuple[str, Note]
    path: tuple[str, ...]
    note: Note
    way: Way
    otherwise: str = ""


def compose(decks: Sequence[tuple[str, Sequence[Note]]], *, file: str = "") -> Composed:
    """Write a file with the notes of some decks.

    To whom reads it, a file is one deck: of a single one it tells the name, of several each begins with a heading.

    Args:
        decks: Names, and the notes of each in order, of kinds that are studied.
        file: What it will be called.

    Raises:
        UsageError: The file would be larger than what is read.
    """
    is_template = any(note.kind in _SECTIONS for _, notes in decks for note in notes)
    done = _Composer(decks, file, is_template=is_template).composed()
    if is_template and done.problems:  # beside notes of such sections others may have no place
        other = _Composer(decks, file, is_template=False).composed()
        done = min(done, other, key=_lost)
    return done


def _lost(done: Composed) -> tuple[int, int]:
    """How many notes are left out, and how many are written otherwise."""
    left_out = sum(problem.code == "W705" for problem in done.problems)
    return left_out, len(done.problems)


class _Composer:
    def __init__(self, decks: Sequence[tuple[str, Sequence[Note]]], file: str, *, is_template: bool) -> None:
        self._decks = decks
        self.problems: list[Problem] = []
        self._file = file
        self._tags = {name: _common([note.tags for note in notes]) for name, notes in decks}
        if len(decks) == 1:
            self._top: dict[str, tuple[str, ...]] = {}
            self._head = _front_matter(decks[0][0], self._tags[decks[0][0]], is_template=is_template)
        else:
            self._top = {name: (_tagged(_line(name), self._tags[name]),) for name, _ in decks}
            self._head = _front_matter("", (), is_template=is_template)

    def composed(self) -> Composed:
        """The whole file."""
        wanted = [(name, note) for name, notes in self._decks for note in notes]
        blocks = self.whole(self.settled(wanted))
        lines, _ = self.lines(blocks)
        self.problems.sort(key=lambda problem: (problem.file, problem.line))
        return Composed("\n".join(lines) + "\n", tuple(block.note for block in blocks), tuple(self.problems))

    # --- which way each note is written ----------------------------------------------------------------------------

    def settled(self, wanted: Sequence[tuple[str, Note]]) -> list[_Block]:
        """Blocks that are read back as what is wanted: all at once if that works, else by halves."""
        blocks = [next(self._blocks(deck, note)) for deck, note in wanted]
        if self._is_read(blocks):
            return blocks
        if len(wanted) > 1:
            half = len(wanted) // 2
            return self.settled(wanted[:half]) + self.settled(wanted[half:])
        return [block for deck, note in wanted for block in self._settled_one(deck, note)]

    def _settled_one(self, deck: str, note: Note) -> list[_Block]:
        for block in self._all_blocks(deck, note):
            if self._is_read([block]):
                return [block]
        self._tell(note, "W705", "left out: in a file of its own it would be read as something else")
        return []

    def _all_blocks(self, deck: str, note: Note) -> Iterator[_Block]:
        """All ways to write a note, and then what comes near it."""
        for wanted, otherwise in self._compromises(deck, note):
            for block in self._blocks(deck, wanted):
                yield replace(block, source=(deck, note), otherwise=otherwise)

    def _compromises(self, deck: str, note: Note) -> Iterator[tuple[Note, str]]:
        """The note itself, and what comes near it, with how it differs."""
        yield note, ""
        bare = replace(note, tags=self._tags[deck], both=False, typed=False, anchor=None)
        lost = [f"#{tag}" for tag in self._own_tags(deck, note)] + [f"^{note.anchor}"] * bool(note.anchor)
        attributes = " ".join(lost)
        if attributes:
            yield bare, f"without {attributes}"
        if note.kind not in (Kind.QA, Kind.CHOICE, Kind.CLOZE):
            yield replace(note, kind=Kind.QA), f"as a question and not as a {note.kind}"
            if attributes:
                yield replace(bare, kind=Kind.QA), f"as a question, without {attributes}"

    def whole(self, blocks: list[_Block]) -> list[_Block]:
        """The blocks as they are read among each other: written in another way where the first one is not.

        Raises:
            UsageError: They are too many.
        """
        untried: dict[int, Iterator[_Block]] = {}
        while True:
            lines, starts = self.lines(blocks)
            if len(lines) > MOST_LINES:
                raise UsageError(
                    f"This makes {len(lines):,} lines, and dquiz reads no note of more than {MOST_LINES:,}."
                    " Name fewer decks, or a folder that gets one file for each"
                )
            at = dict(zip(starts, blocks, strict=True))
            read = self._parsed(lines)
            right = {note.line for note in read if note.line in at and _is(note, at[note.line].note)}
            if len(right) == len(blocks):
                break
            copies = {line: at[note.line].note for note in read if note.line in at for line in note.also}
            blocks = []
            for line, block in at.items():
                if line in right:
                    blocks.append(block)
                elif other := self._another(block, untried) if line not in copies else None:
                    blocks.append(other)
                else:
                    self._tell_why(block.source[1], copies.get(line))
        for block in blocks:
            if block.otherwise:
                self._tell(block.source[1], "W706", f"written {block.otherwise}: there is no other way")
        return blocks

    def _another(self, block: _Block, untried: dict[int, Iterator[_Block]]) -> _Block | None:
        """The next way to write a note that is read as it should be when it stands alone."""
        ways = untried.setdefault(id(block.source[1]), self._all_blocks(*block.source))
        return next((each for each in ways if each != block and self._is_read([each])), None)

    def _tell_why(self, note: Note, other: Note | None) -> None:
        same = (
            f"{other.file}:{other.line} says the same" if other else "it is read otherwise beside the others"
        )
        self._tell(note, "W705", f"left out: {same}")

    def _tell(self, note: Note, code: str, message: str) -> None:
        self.problems.append(Problem(note.file, note.line, code, message))

    def _is_read(self, blocks: list[_Block]) -> bool:
        """Whether blocks are read back, and the question below them too."""
        lines, _ = self.lines(blocks)
        read = self._parsed([*lines, "", *_BELOW])
        return (
            len(read) == len(blocks) + 1
            and all(_is(note, block.note) for note, block in zip(read, blocks, strict=False))
            and (f"Q: {read[-1].prompt}", f"A: {read[-1].answer}") == _BELOW
        )

    def _parsed(self, lines: Sequence[str]) -> tuple[Note, ...]:
        return parse("\n".join(lines).encode("utf-8", "replace"), file=self._file, deck="").notes

    # --- where it stands -------------------------------------------------------------------------------------------

    def lines(self, blocks: Sequence[_Block]) -> tuple[list[str], list[int]]:
        """The lines of a file, and those on which its blocks begin, 1-based."""
        lines, starts = list(self._head), []
        path: tuple[str, ...] = ()
        table: tuple[str, ...] = ()
        for block in blocks:
            if not (table and (path, table) == (block.path, block.way.table)):
                lines += [""] * bool(lines and lines[-1])
                for heading in _headings(path, block.path):
                    lines += [*heading.split("\n"), ""]
                lines += block.way.table
            starts.append(len(lines) + 1)
            lines += block.way.lines
            path, table = block.path, block.way.table
        return lines, starts

    def _blocks(self, deck: str, note: Note) -> Iterator[_Block]:
        """The ways to write a note, the best first."""
        write = WRITERS.get(note.kind, questions)
        tags, anchor = self._own_tags(deck, note), [f"^{note.anchor}"] * (note.anchor is not None)
        top = self._top.get(deck, ())
        own = top + tuple(map(_line, note.context))
        plain = top or (_line(deck),)
        plain += tuple(_SECTIONS[note.kind] for _ in (0,) if note.kind in _SECTIONS)
        for path in dict.fromkeys((own or plain, plain)):
            for way in write(note, [f"#{tag}" for tag in tags] + anchor, len(path[:_DEEPEST]) + 1):
                yield _Block((deck, note), path[:_DEEPEST], note, way)
        if tags:
            tagged = (*plain[:-1], _tagged(plain[-1], tags))
            for way in write(note, anchor, len(tagged) + 1):
                yield _Block((deck, note), tagged, note, way)

    def _own_tags(self, deck: str, note: Note) -> list[str]:
        """The tags that do not hold for the whole deck, and the words that say how it is asked."""
        return [*note.tags[len(self._tags[deck]) :], *["both"] * note.both, *["typed"] * note.typed]


def _front_matter(name: str, tags: tuple[str, ...], *, is_template: bool) -> list[str]:
    lines = [f"deck: {_quoted(_line(name))}"] * bool(name)
    lines += [f"tags: [{', '.join(map(_quoted, tags))}]"] * bool(tags)
    lines += ["dquiz: note"] * is_template
    return ["---", *lines, "---", ""] if lines else []


def _is(read: Note, wanted: Note) -> bool:
    """Whether a note that was read is the one that was wanted."""
    return _content(read) == _content(wanted)


def _content(note: Note) -> tuple[object, ...]:
    # options and explanation say all of a choice: its answer is only how these are written
    answer = note.explanation if note.kind is Kind.CHOICE else note.answer
    flags = (note.tags, note.both, note.typed, note.draft, note.anchor)
    return (note.kind, note.prompt, answer, note.choices, note.deletions, *flags)


def _common(tags: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The tags with which all of some begin."""
    first, last = min(tags, default=()), max(tags, default=())
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return first[:same]


def _tagged(heading: str, tags: Sequence[str]) -> str:
    """A heading with a line of tags below it, which hold for all that stands under it."""
    return "\n".join([heading, *[" ".join(f"#{tag}" for tag in tags)] * bool(tags)])


def _line(text: str) -> str:
    return _NOT_IN_LINE.sub(" ", text).strip()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _headings(above: tuple[str, ...], path: tuple[str, ...]) -> Iterator[str]:
    """The headings that lead from one path to another."""
    same = 0
    while same < min(len(above), len(path)) and above[same] == path[same]:
        same += 1
    if same == len(path) < len(above):
        same -= 1  # to stand below a heading again, and not below one of its own, it has to be repeated
    for level, heading in enumerate(path[same:], same + 1):
        yield f"{'#' * level} {heading}"

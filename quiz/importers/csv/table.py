"""Reads a table: its first row names the columns, each further one is a note; cells are text and nothing else."""

from __future__ import annotations

import csv
import hashlib
import html
import io
from typing import TYPE_CHECKING

from quiz.cards import Problem, State
from quiz.errors import MissingError, QuizError
from quiz.importers.anki import cleaning
from quiz.importers.anki.values import AnkiCard, AnkiNote, NoteType, Package, Template
from quiz.library import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo
    from pathlib import Path

LARGEST = 64 << 20
"""Bytes of a table."""
MOST_ROWS = 100_000

_NAMES = {
    "question": ("question", "front", "prompt", "term", "word"),
    "answer": ("answer", "back", "definition", "meaning", "translation"),
    "deck": ("deck",),
    "tags": ("tags", "tag"),
}
_OF_DQUIZ = frozenset({"note", "facet", "kind"})
_SEPARATORS = ",;\t"
_LEFT_OUT = "W801"
_MOST_PROBLEMS = 1_000

_TYPE = NoteType(
    id=1,
    name="Table",
    cloze=False,
    fields=("Question", "Answer"),
    templates=(Template("Card", "{{Question}}", "{{Answer}}"),),
)


class TableError(QuizError):
    """A table that cannot be read as one; nothing of it is used."""

    code = "table_refused"


def read(path: Path, zone: tzinfo) -> Package:  # noqa: ARG001 - a table has no days
    """Read a table.

    A note is known again by its deck and its question; the deck is that of its row, else it is called as the file.

    Args:
        path: A ``.csv`` with commas, semicolons or tabs, or a ``.tsv``; UTF-8, or UTF-16 with its mark.
        zone: Not used.

    Raises:
        MissingError: There is no such file, or it cannot be read.
        TableError: It is no table, too large, or names no columns for question and answer.
    """
    rows = _Rows(path)
    notes = {}
    for line, row in rows:
        note = _note(row, cleaning.name(path.stem), rows.modified)
        if not note:
            rows.leave_out(line, "no question")
        elif note.guid in notes:
            rows.leave_out(line, "the deck has this question already: a question has one answer")
        else:
            notes[note.guid] = note
    return Package(
        name=cleaning.name(shown(path.name)),
        whole_collection=False,
        with_progress=False,
        notes=tuple(notes.values()),
        problems=tuple(rows.problems),
        skipped_notes=rows.left_out,
        skipped_cards=rows.left_out,
    )


# where the command looks for the files that it takes
read.suffixes = (".csv", ".tsv")  # type: ignore[attr-defined]
# tables name no notes of ours, so nothing comes back in them: any exporter will do
read.exporter = "anki"  # type: ignore[attr-defined]


class _Rows:
    """The rows of a table, each with its line and its cells by what they are.

    Attributes:
        modified: Unix seconds of the file's last change.
        problems: Why rows are left out.
        left_out: How many are.
    """

    def __init__(self, path: Path) -> None:
        self._file = shown(path)
        data = self._bytes(path)
        text = self._text(data)
        separator = "\t" if path.suffix.lower() == ".tsv" else _separator(text)
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        self._columns = self._header()
        self.problems: list[Problem] = []
        self.left_out = 0

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        line = self._reader.line_num + 1
        for number, row in enumerate(self._read(), 1):
            if number > MOST_ROWS:
                raise self._error(line, f"more than {MOST_ROWS:,} rows. Split the table")
            if any(cell.strip() for cell in row):
                yield line, {name: row[place] for name, place in self._columns.items() if place < len(row)}
            line = self._reader.line_num + 1

    def leave_out(self, line: int, reason: str) -> None:
        """Count a row, and say why; of thousands only the first are listed."""
        self.left_out += 1
        if self.left_out <= _MOST_PROBLEMS:
            self.problems.append(Problem(self._file, line, _LEFT_OUT, f"the row is left out: {reason}"))

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                self.modified = int(path.stat().st_mtime)
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise MissingError(f"{self._file}: {error.strerror or error}", path=self._file) from None
        if len(data) > LARGEST:
            raise self._error(1, f"larger than {LARGEST >> 20} MB. Split the table")
        return data

    def _text(self, data: bytes) -> str:
        coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            return data.decode(coding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._error(line, "this is not UTF-8. Save the table as CSV UTF-8") from None

    def _read(self) -> Iterator[list[str]]:
        try:
            yield from self._reader
        except csv.Error as error:
            raise self._error(
                self._reader.line_num, f"this is no table ({error}). Save it as CSV again"
            ) from None

    def _header(self) -> dict[str, int]:
        names = [" ".join(cell.split()).casefold() for cell in next(self._read(), [])]
        if set(names) >= _OF_DQUIZ:
            raise self._error(
                1, "dquiz exported this table from notes. Share the notes: dquiz export markdown"
            )
        found = {
            name: next((names.index(each) for each in known if each in names), None)
            for name, known in _NAMES.items()
        }
        for name in ("question", "answer"):
            if found[name] is None:
                known = ", ".join(_NAMES[name])
                raise self._error(1, f"no column for the {name}. Name it in the first row: {known}")
        return {name: place for name, place in found.items() if place is not None}

    def _error(self, line: int, reason: str) -> TableError:
        return TableError(f"{self._file}:{line}: {reason}", path=self._file, line=line)


def _separator(text: str) -> str:
    """What parts the names in the first row most often."""
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _note(row: Mapping[str, str], deck: str, modified: int) -> AnkiNote | None:
    """The note of a row, unless it asks nothing."""
    question, answer = (cleaning.text(row.get(name, "")).strip() for name in ("question", "answer"))
    if not question:
        return None
    parts = cleaning.name(row.get("deck", "")).replace("::", "/").split("/")
    deck = "/".join(part.strip() for part in parts if part.strip()) or deck
    digest = hashlib.sha256(f"{deck}\0{question}".encode()).hexdigest()
    number = int(digest[:12], 16)
    return AnkiNote(
        id=number,
        guid=f"table-{digest[:24]}",
        type=_TYPE,
        mod=modified,
        tags=tuple(cleaning.name(row.get("tags", "")).replace(",", " ").split()),
        fields=(_html(question), _html(answer)),
        cards=(AnkiCard(id=number, ordinal=0, deck=deck, mod=modified, state=State.NEW),),
    )


def _html(text: str) -> str:
    """Text as a field: nothing of it is markup."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<br>".join(html.escape(line) for line in lines)

"""`dquiz check`: what is read in files of notes, and every problem there. Touches no database."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli import check_lines
from quiz.cli.options import RequiredPaths
from quiz.cli.output import counting, show
from quiz.cli.rows import earlier_data, problem_data
from quiz.cli.running import current
from quiz.cues import as_read, asked, facets
from quiz.errors import UsageError
from quiz.library import find_notes, shown
from quiz.reading import Source, read_decks
from quiz.terminal.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from quiz.cards import Deck, Note, Problem


def check(
    paths: RequiredPaths,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings too.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=f"List every file, not only the first {check_lines.LISTED}.")
    ] = False,
    github: Annotated[
        bool, typer.Option("--github", help="Problems as annotations of GitHub Actions.")
    ] = False,
) -> None:
    """Show what is read in notes, and every problem with file and line.

    Examples:
      dquiz check notes
      dquiz check notes/docker.md --json       everything found, as JSON
      dquiz check notes --strict               in a commit hook: any problem stops it

    Nothing is created and no database is touched. The table says what was read in each file, and some of the
    questions stand below it as they will be asked. Of many warnings alike the first ones and their number are
    told, with -v all of them. Exit code 1: there are errors.
    """
    if github and current().json:
        raise UsageError("--github and --json cannot go together.")
    checked = _check(paths)
    failed = checked.errors > 0 or (strict and bool(checked.problems))
    lines = checked.lines(everything=everything, github=github, verbose=current().verbose)
    show(checked.data(), lines, ok=checked.errors == 0)
    if failed:
        raise typer.Exit(1)


def _check(paths: Iterable[str]) -> Checked:
    from quiz.notes import cross_file_problems, deck_name

    current().configuration  # noqa: B018 - its mistakes are told here as everywhere
    relative: dict[str, str] = {}
    sources: list[Source] = []
    problems: list[Problem] = []
    seen: set[Path] = set()
    for path in paths:
        found = find_notes(path)
        for file in found.files:
            if file.path not in seen:
                seen.add(file.path)
                name = _as_given(path, file.name)
                relative[name] = shown(file.name)
                sources.append(Source(file.path, name, deck_name(file.name, file.path.parent.name)))
        problems += (replace(one, file=_as_given(path, one.file)) for one in found.problems)
    with counting("Reading {} files", len(sources)) as counter:
        decks = [_as_wanted(deck) for deck in read_decks(sources, counter.at)]
    problems += (problem for deck in decks for problem in deck.problems)
    problems += cross_file_problems(decks)
    return Checked(decks, sorted(problems, key=_place), relative)


def _as_wanted(deck: Deck) -> Deck:
    """A deck whose notes become cards as the settings want it."""
    kinds = current().configuration.settings.for_deck(deck.name).study.kinds
    others = {note.line for note in deck.notes if note.kind.studied != (note.kind in kinds)}
    if not others:
        return deck
    notes = (
        replace(note, wanted=not note.kind.studied) if note.line in others else note for note in deck.notes
    )
    return replace(deck, notes=tuple(notes))


def _as_given(path: str, name: str) -> str:
    """A file's path as it follows from what was typed."""
    folder = path if os.path.isdir(os.path.expanduser(path)) else os.path.dirname(path)  # noqa: PTH111, PTH112, PTH120
    return shown(os.path.normpath(os.path.join(folder, name)))  # noqa: PTH118 - pathlib keeps no "..": it is text here


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line, problem.code


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found under some paths.

    Attributes:
        relative: A file's path as typed → relative to the path that was given.
    """

    decks: Sequence[Deck]
    problems: Sequence[Problem]
    relative: dict[str, str]

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    def data(self) -> dict[str, object]:
        """The form of ``--json``."""
        notes = [note for deck in self.decks for note in deck.notes]
        return {
            "items": [self._item(note) for note in notes],
            "problems": [
                problem_data(one) | {"file": self.relative.get(one.file, one.file)} for one in self.problems
            ],
            "counts": {
                "files": len(self.decks),
                "items": len(notes),
                "drafts": sum(note.draft for note in notes),
                "kinds": Counter(note.kind.value for note in notes),
                "rules": Counter(note.rule for note in notes),
                "by_file": self._by_file(),
            },
        }

    def _by_file(self) -> dict[str, Counter[str]]:
        """Files of different paths may have one name: then their items are counted together."""
        counts: dict[str, Counter[str]] = {}
        for deck in self.decks:
            counts.setdefault(self.relative[deck.file], Counter()).update(_rules(deck))
        return counts

    def _item(self, note: Note) -> dict[str, object]:
        """The keys that every item has, and the others where they say something: a hundred thousand may be listed."""
        item: dict[str, object] = {
            "file": self.relative[note.file],
            "line": note.line,
            "kind": note.kind.value,
            "section": note.section,
            "asked": as_read(asked(note)),
            "prompt": note.prompt,
            "answer": note.told,
            "deck": note.deck,
            "tags": note.tags,
            "draft": note.draft,
            "rule": note.rule,
        }
        others = {
            "id": note.anchor,
            "also": note.also,
            "choices": note.choices,
            "deletions": note.deletions,
            "level": note.level,
            "earlier": earlier_data(note),
        }
        return item | {key: value for key, value in others.items() if value}

    def lines(self, *, everything: bool, github: bool, verbose: bool) -> Iterator[str]:
        """The form for people: problems, the table, some of the questions, and the sum in one line."""
        from quiz.notes import shared_by_files

        if github:
            yield from map(_annotation, self.problems)
        elif self.problems:
            pairs = list(shared_by_files(self.decks))
            yield from check_lines.problem_lines(self.problems, pairs, verbose=verbose)
        if self.problems:
            yield ""
        yield from check_lines.table(self.decks, everything=everything, verbose=verbose)
        if self.decks:
            yield ""
        asked = list(check_lines.sample_lines(self.decks))
        yield from [*asked, ""] if asked else []
        yield self._summary()

    def _summary(self) -> str:
        studied = [(note, len(facets(note))) for deck in self.decks for note in deck.notes if note.studied]
        cards = sum(count for _, count in studied)
        drafts = sum(count for note, count in studied if note.draft)
        warnings = len(self.problems) - self.errors
        with_notes = sum(bool(deck.notes) for deck in self.decks)
        fill = " (dquiz fill)" if drafts and not self.errors else ""
        return (
            f"{plural(with_notes, 'deck')}, {plural(cards, 'card')}: {cards - drafts:,} ready,"
            f" {plural(drafts, 'draft')}{fill}."
            f" {plural(self.errors, 'error')}, {plural(warnings, 'warning')}."
        )


def _rules(deck: Deck) -> Counter[str]:
    """How many items each rule found, in the order of the rules."""
    found = Counter(note.rule for note in deck.notes)
    return Counter({rule: found[rule] for rule in sorted(found, key=_rule_order)})


def _rule_order(rule: str) -> tuple[int, str]:
    number = rule.removeprefix("R")
    return (int(number), "") if number.isdecimal() else (1000, rule)


def _annotation(problem: Problem) -> str:
    """A problem as a workflow command of GitHub Actions."""
    file = _escaped(problem.file).replace(":", "%3A").replace(",", "%2C")
    place = f"file={file},line={problem.line},title={problem.code}"
    return f"::{problem.severity} {place}::{_escaped(problem.message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

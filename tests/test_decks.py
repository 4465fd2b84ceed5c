"""The shipped decks: every note reads without a problem, is complete, and its snippets are well-formed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pytest
import yaml
from markdown_it import MarkdownIt

from quiz.cards import Deck, Kind, Note, norm
from quiz.library import shipped_decks
from quiz.notes import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = sorted(shipped_decks().glob("*.md"))
QUESTIONS = {Kind.QA, Kind.CHOICE, Kind.CLOZE}
LEVELS = {"junior", "mid", "senior"}
# answered questions below the heading of the interview, entries of the cheat sheets
LEAST = defaultdict(lambda: (25, 12), docker=(40, 20), kubernetes=(40, 20))
TEMPLATE = {
    Kind.ROADMAP,
    Kind.TASK,
    Kind.CHEATSHEET,
    Kind.CHALLENGE,
    Kind.QA,
    Kind.NEXT,
    Kind.TIP,
    Kind.CONCEPT,
}

every_deck = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@cache
def read(file: Path) -> Deck:
    return parse(file.read_bytes(), file=file.name, deck=file.stem)


def of(file: Path, *kinds: Kind) -> list[Note]:
    return [note for note in read(file).notes if note.kind in kinds]


def fences(file: Path) -> Iterator[tuple[int, str, str]]:
    """Line, language and code of every fence, also inside lists."""
    for token in MarkdownIt("commonmark").enable("table").parse(file.read_text("utf-8")):
        if token.type == "fence":
            assert token.map
            yield token.map[0] + 1, token.info.strip(), token.content


def points(note: Note) -> list[str]:
    return re.findall(r"^[*-] (.*(?:\n .*)*)", note.answer, re.MULTILINE)


def test_docker_is_there() -> None:
    assert "docker" in {file.stem for file in FILES}


@every_deck
def test_reads_without_problems(file: Path) -> None:
    assert [str(problem) for problem in read(file).problems] == []


@every_deck
def test_has_no_drafts(file: Path) -> None:
    assert [note.prompt for note in read(file).notes if note.draft] == []


@every_deck
def test_has_every_section_of_the_template(file: Path) -> None:
    assert TEMPLATE - {note.kind for note in read(file).notes} == set()
    assert re.search(r"^#+ .*Overview", file.read_text("utf-8"), re.MULTILINE)


@every_deck
def test_asks_enough(file: Path) -> None:
    questions, entries = LEAST[file.stem]
    interview = [note for note in of(file, Kind.QA) if any("Interview" in each for each in note.context)]
    assert len(interview) >= questions
    assert len(of(file, Kind.CHEATSHEET)) >= entries


@every_deck
def test_every_question_has_one_level_and_every_level_has_questions(file: Path) -> None:
    levels = {note.prompt: LEVELS & set(note.tags) for note in of(file, *QUESTIONS)}
    assert [prompt for prompt, level in levels.items() if len(level) != 1] == []
    assert {level for found in levels.values() for level in found} == LEVELS


@every_deck
def test_answers_are_three_to_six_points_and_the_essential_ones_come_first(file: Path) -> None:
    for note in of(file, Kind.QA):
        essential = [point.endswith("(!)") for point in points(note)]
        assert 3 <= len(essential) <= 6, note.prompt
        assert essential[0], note.prompt
        assert essential == sorted(essential, reverse=True), note.prompt


@every_deck
def test_every_stage_of_the_roadmap_has_two_questions(file: Path) -> None:
    """A stage's questions stand below ``### Stage N: focus area``."""
    asked = Counter(each for note in of(file, *QUESTIONS) for each in note.context)
    for number, stage in enumerate(of(file, Kind.ROADMAP), start=1):
        assert asked[f"Stage {number}: {stage.prompt}"] >= 2, stage.prompt


@every_deck
def test_tasks_and_challenges_say_when_they_are_done(file: Path) -> None:
    for note in of(file, Kind.TASK, Kind.CHALLENGE):
        assert "Done when" in note.prompt + note.answer, note.prompt


def test_no_question_is_asked_twice() -> None:
    places = defaultdict(list)
    for file in FILES:
        for note in read(file).notes:
            if note.kind in QUESTIONS:
                places[norm(note.prompt)].append(f"{note.file}:{note.line}")
    assert [found for found in places.values() if len(found) > 1] == []


@every_deck
def test_no_prompt_is_used_twice_in_a_deck(file: Path) -> None:
    prompts = Counter(norm(note.prompt) for note in read(file).notes if note.kind.studied)
    assert [prompt for prompt, times in prompts.items() if times > 1] == []


@every_deck
@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_shell_snippets_parse(file: Path) -> None:
    text = file.read_text("utf-8")
    scripts = {line: code for line, language, code in fences(file) if language in {"sh", "bash"}}
    for found in re.finditer(r"^accept: `(.*)`$", text, re.MULTILINE):
        scripts[text.count("\n", 0, found.start()) + 1] = found[1]
    for line, code in scripts.items():
        done = subprocess.run(["bash", "-n"], input=code, text=True, capture_output=True, check=False)
        assert done.stderr == "", line


@every_deck
def test_yaml_and_json_snippets_load(file: Path) -> None:
    for line, language, code in fences(file):
        if language in {"yaml", "yml"}:
            assert list(yaml.safe_load_all(code)), line
        elif language == "json":
            assert json.loads(code), line


@every_deck
def test_every_snippet_names_its_language(file: Path) -> None:
    assert [line for line, language, _ in fences(file) if not language] == []

"""The shipped decks: every note reads without a problem, is complete, and its snippets are well-formed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
import yaml
from deck_files import FILES, FOLDER, every_deck, fences, read, scripts

from quiz.cards import Kind, Note, norm
from quiz.collection.learning_path import positions
from quiz.cues import faces
from quiz.settings import PATH

if TYPE_CHECKING:
    from pathlib import Path

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


def of(file: Path, *kinds: Kind) -> list[Note]:
    return [note for note in read(file).notes if note.kind in kinds]


def points(note: Note) -> list[str]:
    return re.findall(r"^[*-] (.*(?:\n .*)*)", note.answer, re.MULTILINE)


def test_docker_is_there() -> None:
    assert "docker" in {file.stem for file in FILES}


def test_a_check_finds_nothing() -> None:
    command = [sys.executable, "-m", "quiz", "check", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    codes = re.findall(r"\b[EW]\d{3}\b", done.stdout)
    assert codes == ["W312"], done.stdout  # the length of an answer is advice
    assert " 0 drafts. 0 errors, " in done.stdout


@every_deck
def test_reads_without_problems(file: Path) -> None:
    # the length of an answer is advice
    assert [str(problem) for problem in read(file).problems if problem.code != "W312"] == []


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
    accepted = re.compile(r"^accept: `(.*)`$", re.MULTILINE)
    for code in [script.code for script in scripts(file)] + accepted.findall(file.read_text("utf-8")):
        done = subprocess.run(["bash", "-n"], input=code, text=True, capture_output=True, check=False)
        assert done.stderr == "", code


@every_deck
def test_yaml_json_and_toml_snippets_load(file: Path) -> None:
    for snippet in fences(file, "yaml", "yml"):
        assert list(yaml.safe_load_all(snippet.code)), snippet.place
    for snippet in fences(file, "json"):
        assert json.loads(snippet.code), snippet.place
    for snippet in fences(file, "toml"):
        assert tomllib.loads(snippet.code), snippet.place


@every_deck
def test_every_snippet_names_its_language(file: Path) -> None:
    assert [snippet.place for snippet in fences(file) if not snippet.language] == []


# --- the order in which a learner meets them -----------------------------------------------------------------------

BASICS = {
    "docker": "How does a container differ from a virtual machine?",
    "kubernetes": "Which components make up a cluster, and what does each do?",
}


def course(file: Path) -> list[Note]:
    """The notes that are cards, as a review brings them."""
    notes = read(file).notes
    ordered = sorted(zip(positions(notes, PATH), notes, strict=True), key=lambda pair: pair[0])
    return [note for _, note in ordered if note.studied]


@every_deck
def test_the_first_cards_ask_questions(file: Path) -> None:
    first = course(file)[:40]
    assert 2 * sum(note.kind in QUESTIONS for note in first) >= len(first)
    cues = [re.sub(r"```.*?```", "", faces(note).front, flags=re.DOTALL) for note in first]
    assert [cue for cue in cues if len(cue.split()) <= 3] == []


@pytest.mark.parametrize("file", [file for file in FILES if file.stem in BASICS], ids=lambda file: file.stem)
def test_the_basics_come_among_the_first_ten(file: Path) -> None:
    assert BASICS[file.stem] in [note.prompt for note in course(file)[:10]]

"""What is said of a typed answer, and the rating that it suggests."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from quiz.answers import Comparison, Expected, Reason, Shape, Verdict, judge, suggested
from quiz.cards import Rating

DOCKER = Expected(
    shape=Shape.COMMAND,
    comparison=Comparison.COMMAND,
    text="docker run -d -p 8080:80 --name web nginx",
    accept=("docker run --detach --publish 8080:80 --name web nginx",),
)
DNS = Expected(shape=Shape.TEXT, comparison=Comparison.TEXT, text="resolver", accept=("recursive resolver",))


def marked(judgement):
    return [(pair.typed, pair.expected) for row in judgement.diff.rows for pair in row if pair.differs]


def test_the_right_answer_is_named():
    assert judge(DOCKER, DOCKER.text).verdict is Verdict.EQUAL
    judgement = judge(DOCKER, "docker  run --detach --publish=8080:80 --name web nginx")
    assert (judgement.verdict, judgement.answer, judgement.diff) == (Verdict.SAME, DOCKER.accept[0], None)
    assert judge(DOCKER, DOCKER.accept[0]).verdict is Verdict.EQUAL


def test_a_miss_shows_the_words_that_differ_and_no_harmless_form():
    judgement = judge(DOCKER, "docker run -d -p 80:8080 --name=web nginx")
    assert (judgement.reason, judgement.answer) == (Reason.WORDS, DOCKER.text)
    assert marked(judgement) == [("80:8080", "8080:80")]


def test_a_miss_is_shown_beside_the_nearest_answer():
    judgement = judge(DOCKER, "docker run --detach --publish 8080:80 --name db nginx")
    assert judgement.answer == DOCKER.accept[0]
    assert marked(judgement) == [("db", "web")]
    assert judge(DNS, "recursive resolvr").reason is Reason.SPELLING


def test_values_of_placeholders_are_not_marked():
    expected = Expected(
        shape=Shape.COMMAND,
        comparison=Comparison.COMMAND,
        text="docker logs {{[-f|--follow]}} {{container}} --tail {{5}}",
        placeholders=True,
    )
    judgement = judge(expected, "docker logs --follow web --tali 7")
    assert marked(judgement) == [("--tali", "--tail")]
    words = [pair.expected for pair in judgement.diff.rows[0]]
    assert words == ["docker", "logs", "{{[-f|--follow]}}", "{{container}}", "--tail", "{{5}}"]


def test_an_unclosed_quote_is_shown_word_by_word():
    expected = Expected(shape=Shape.COMMAND, comparison=Comparison.COMMAND, text="git commit -m 'fix it'")
    judgement = judge(expected, "git commit -m 'fix it")
    assert (judgement.reason, marked(judgement)) == (Reason.UNCLOSED_QUOTE, [("it", "it'")])


def test_nothing_typed_misses_everything():
    judgement = judge(DOCKER, "")
    assert judgement.reason is Reason.WORDS
    assert judgement.diff.differing == 8


def tries(*typed):
    return [judge(DNS, text) for text in typed]


@pytest.mark.parametrize(
    ("typed", "how", "rating"),
    [
        (["resolver"], {}, Rating.GOOD),
        (["The resolver."], {}, Rating.GOOD),
        (["cache", "resolver"], {}, Rating.HARD),
        (["resolver"], {"hints": 1}, Rating.HARD),
        (["resolvar"], {}, Rating.HARD),
        (["resolvar"], {"revealed": True}, Rating.HARD),
        (["cache"], {}, Rating.AGAIN),
        (["cache", "registrar"], {"revealed": True}, Rating.AGAIN),
        ([], {"revealed": True}, Rating.AGAIN),
        ([], {}, Rating.AGAIN),
    ],
)
def test_the_rating_follows_from_the_tries(typed, how, rating):
    assert suggested(tries(*typed), **how) is rating


def test_judging_is_immediate():
    long = Expected(shape=Shape.COMMAND, comparison=Comparison.COMMAND, text="tar " + "-x file " * 20)
    judge(long, "tar")
    began = time.process_time()
    judge(long, "tar " + "-x file -y " * 20)
    assert time.process_time() - began < 0.2


def loaded(script):
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys, {script}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(ran.stdout.split())


def test_typed_answers_cost_a_review_nothing_until_one_is_typed():
    modules = loaded("quiz.cli.study, quiz.terminal.review")
    assert not [name for name in modules if name.startswith("quiz.answers")]


def test_loading_it_loads_nothing_heavy():
    modules = loaded("quiz.answers")
    assert "quiz.answers.judging" in modules
    assert not modules & {"rich", "difflib", "sqlalchemy", "rapidfuzz", "quiz.notes", "markdown_it"}

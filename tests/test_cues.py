"""What a person is asked: sentences made of words, points with their marks, and gaps in code."""

from __future__ import annotations

import hashlib
import json

import pytest

from quiz.answers import Comparison, Point, Shape, expected, judge, points, red_flags
from quiz.cards import Kind, Note
from quiz.cues import FORWARD, as_written, asked, faces, facets, hidden_text
from quiz.cues.gaps import marked
from quiz.cues.hashes import content_hash
from quiz.cues.points import undrawn
from quiz.cues.sentences import sentence, words_of
from quiz.matching import facet_changes
from quiz.notes import parse

SHELL = "```sh\nkubectl get pods\n```"
YAML = "```yaml\nkind: Pod\n```"
LONG = "```\n" + "\n".join(f"line {n}" for n in range(9)) + "\n```"


def note(kind, prompt, answer="so"):
    return Note(kind=kind, prompt=prompt, answer=answer)


@pytest.mark.parametrize(
    ("kind", "prompt", "answer", "question"),
    [
        (Kind.QA, "Storage", "so", "Storage"),
        (Kind.TERM, "Sidecar", "so", "What is Sidecar?"),
        (Kind.TERM, "`kubectl drain`", "so", "What is `kubectl drain`?"),
        (Kind.TERM, "**Pod** disruption budget:", "so", "What is **Pod** disruption budget?"),
        (Kind.TERM, "one two three four", "so", "What is one two three four?"),
        (Kind.TERM, "one two three four five", "so", "one two three four five"),
        (Kind.TERM, "What is a pod?", "so", "What is a pod?"),
        (Kind.CONCEPT, "DNS", "so", "What is DNS like? (mental model)"),
        (Kind.ROADMAP, "Storage", "so", "Why does Storage matter?"),
        (Kind.NEXT, "Helm", "so", "Why learn Helm next?"),
        (Kind.CHEATSHEET, "List pods", SHELL, "Which command: List pods"),
        (Kind.CHEATSHEET, "List pods", "`kubectl get pods`", "Which command: List pods"),
        (Kind.CHEATSHEET, "List pods", "```\nkubectl get pods\n```", "Which command: List pods"),
        (
            Kind.CHEATSHEET,
            "kubectl › lists pods",
            "`kubectl get pods`",
            "Which command: kubectl › lists pods",
        ),
        (Kind.CHEATSHEET, "Largest tables", "```sql\nselect 1;\n```", "Which command: Largest tables"),
        (Kind.CHEATSHEET, "A pod", YAML, "Write the file: A pod"),
        (Kind.CHEATSHEET, "An image", "```dockerfile\nFROM alpine\n```", "Write the file: An image"),
        (Kind.CHEATSHEET, "A script", "```sh\n#!/bin/sh\nset -e\n```", "Write the file: A script"),
        (Kind.CHEATSHEET, "A list", LONG, "Write the file: A list"),
        (Kind.CHEATSHEET, "Sum a list", "```python\nsum(found)\n```", "Write the code: Sum a list"),
        (Kind.CHEATSHEET, "Ports:", "| a | b |\n|---|---|\n| 1 | 2 |", "Ports: what belongs to it?"),
        (Kind.CHEATSHEET, "How DNS works", "First a cache.", "How DNS works"),
        (Kind.CHEATSHEET, "Is it ready?", SHELL, "Is it ready?"),
    ],
)
def test_words_that_ask_nothing_become_a_sentence(kind, prompt, answer, question):
    asking = note(kind, prompt, answer)
    assert asked(asking) == faces(asking).front == sentence(asking) == question
    assert as_written(asking) == prompt
    assert prompt.rstrip(":") in [words.rstrip(":") for words in words_of(question, asking)]


def test_only_what_is_shown_otherwise_gets_another_hash_than_before():
    """So that an export renews no note in Anki without need."""
    before = [1, "qa", "Why?", "so", "", [], [], [], [], False, False, False]
    assert content_hash(note(Kind.QA, "Why?")) == hashlib.sha256(json.dumps(before).encode()).hexdigest()
    before[1:3] = ["term", "Pod"]
    assert content_hash(note(Kind.TERM, "Pod")) != hashlib.sha256(json.dumps(before).encode()).hexdigest()


# --- points --------------------------------------------------------------------------------------------------------

RUBRIC = "In steps:\n\n- errors (!)\n- pods\n  - few\n- **all at once** (x)\n\nThen wait.\n\naccept: slowly"


def test_a_red_flag_is_no_point():
    assert points(RUBRIC) == (Point("errors", essential=True), Point("pods\n- few", essential=False))
    assert red_flags(RUBRIC) == ("**all at once**",)
    assert points("- f(x)\n- `a (x)`") == (Point("f(x)", essential=True), Point("`a (x)`", essential=True))
    assert expected(note(Kind.QA, "How?", "- one\n- two\n- bad (x)")).shape is Shape.LIST


def test_marks_are_drawn_and_red_flags_stand_apart():
    assert faces(note(Kind.QA, "How?", RUBRIC)).back == (
        "In steps:\n\n- **!** errors\n- pods\n  - few\n\nThen wait.\n\n! must not be left out\n\n"
        "**Red flags**\n\n- **all at once**\n\naccept: slowly"
    )
    assert faces(note(Kind.QA, "How?", RUBRIC), in_words=True).back == (
        "In steps:\n\n- errors (essential)\n- pods\n  - few\n\nThen wait.\n\n"
        "Red flags:\n\n- **all at once**\n\naccept: slowly"
    )


@pytest.mark.parametrize(
    "answer", ["1. one (!)\n2. two\n3. bad (x)", "- one (!)\n- two", "- one\n- bad (x)", "- one"]
)
def test_what_is_drawn_can_be_told_back(answer):
    told = undrawn(faces(note(Kind.QA, "How?", answer)).back)
    assert [points(told), red_flags(told)] == [points(answer), red_flags(answer)]


def test_code_and_text_with_such_letters_stay_as_they_are():
    for answer in ("Take f (x).", "```\n- a (!)\n```", "- f(x)"):
        assert faces(note(Kind.CLOZE if "```" in answer else Kind.QA, "How?", answer)).back.count("(") == 1


# --- gaps ----------------------------------------------------------------------------------------------------------

DEPLOYMENT = """\
```yaml
spec:
  replicas: 3  # (!)
  template:
    - image: nginx:1.27  # pinned (!)
```"""


def gap_texts(answer, kind=Kind.CHEATSHEET):
    marking = note(kind, "Deploy", answer)
    return [hidden_text(marking, facet) for facet in facets(marking)]


@pytest.mark.parametrize(
    ("language", "line", "hidden"),
    [
        ("yaml", "  replicas: 3  # (!)", "3"),
        ("yaml", '- "8080:80"  # (!)', '- "8080:80"'),
        ("yaml", "image: nginx  # why so (!)", "nginx"),
        ("env", "KEY=some value # (!)", "some value"),
        ("dockerfile", "FROM python:3.13-slim # (!)", "python:3.13-slim"),
        ("dockerfile", "USER 1000 # (!)", "1000"),
        ("sh", "kubectl exec web -- ls # (!)", "kubectl exec web -- ls"),
        ("sh", "export PATH=/bin # (!)", "/bin"),
        ("sql", "select 1; -- (!)", "select 1;"),
        ("bash", "select 1; -- (!)", "select 1;"),
        ("python", "act() // (!)", "act()"),
        ("yaml", "url: http://x  # (!) must", "http://x"),
        ("go", "go run() // (!) must", "go run()"),
        ("sql", "where deleted is null -- (!)", "where deleted is null"),
        ("go", "defer file.Close() // (!)", "defer file.Close()"),
        ("json", '"port": 80, // (!)', "80"),
        ("hcl", 'cidr_block = "10.0.0.0/16" # (!)', '"10.0.0.0/16"'),
        ("nginx", "listen 80; # (!)", "listen 80;"),
    ],
)
def test_of_a_marked_line_its_value_is_hidden_or_the_line(language, line, hidden):
    answer = f"```{language}\nfirst\n{line}\nlast\n```"
    marking = note(Kind.CHEATSHEET, "Deploy", answer)
    [facet] = facets(marking)
    sides = faces(marking, facet)
    assert hidden_text(marking, facet) == hidden
    indent = line[: len(line) - len(line.lstrip())]
    shown = next(row for row in sides.front.split("\n") if "[…]" in row)
    assert shown.startswith(indent)
    assert hidden not in sides.front
    assert "(!)" not in sides.front + sides.back
    assert judge(expected(marking, facet), hidden).right
    assert expected(marking, facet).shape is Shape.CLOZE


def test_code_with_gaps_is_asked_line_by_line_and_not_as_a_whole():
    marking = note(Kind.QA, "How do you deploy?", DEPLOYMENT)
    replicas, image = facets(marking)
    assert FORWARD not in (replicas, image)
    assert faces(marking, replicas).front == (
        "How do you deploy?\n\n```yaml\nspec:\n  replicas: […]\n  template:\n    - image: nginx:1.27  # pinned\n```"
    )
    assert faces(marking, image).back == (
        "```yaml\nspec:\n  replicas: 3\n  template:\n    - image: nginx:1.27  # pinned\n```"
    )
    assert expected(marking, image).comparison is Comparison.CODE
    assert gap_texts(DEPLOYMENT, Kind.TERM) == [""]


def test_gaps_that_come_go_or_move_leave_the_others_as_they_are():
    before = note(Kind.CHEATSHEET, "Deploy", DEPLOYMENT)
    replicas, image = facets(before)
    moved = "```yaml\nimage: nginx:1.27 # (!)\nport: 80 # (!)\nreplicas: 5 # (!)\n```"
    changes = facet_changes(before, note(Kind.CHEATSHEET, "Deploy", moved))
    after = dict(zip(gap_texts(moved), facets(note(Kind.CHEATSHEET, "Deploy", moved)), strict=True))
    assert changes[image] == after["nginx:1.27"] == image
    assert changes[replicas] == after["5"] != replicas
    assert changes.added == (after["80"],)
    unmarked = facet_changes(before, note(Kind.CHEATSHEET, "Deploy", YAML))
    assert (unmarked.retired, unmarked.added) == ((replicas, image), (FORWARD,))


def test_two_lines_with_one_value_are_two_cards_in_any_order():
    one, two = ("```yaml\n" + "\n".join(lines) + "\n```" for lines in (
        ("a: true # (!)", "b: true # (!)"), ("b: true # (!)", "a: true # (!)"),
    ))  # fmt: skip
    first, second = (facets(note(Kind.CHEATSHEET, "Deploy", answer)) for answer in (one, two))
    assert first == tuple(reversed(second))


@pytest.mark.parametrize("line", ["dig (!)", "# (!)", 'echo "(!)"'])
def test_a_mark_that_makes_no_gap_is_told(line):
    text = f"Q: How?\nA: So:\n\n```sh\n{line}\n```\n"
    [problem, *others] = parse(text.encode(), file="n.md", deck="n").problems or [None]
    if line.endswith("(!)"):
        assert (problem.code, problem.line, others) == ("W311", 5, [])
    else:
        assert problem is None


@pytest.mark.parametrize("line", ["# full comment (!)", "  // (!)", "# (!) must", "-- (!)"])
def test_a_mark_in_a_comment_without_code_is_told_and_not_shown(line):
    answer = f"```\na = 1 # (!)\n{line}\n```"
    marking = note(Kind.QA, "How?", answer)
    [facet] = facets(marking)
    sides = faces(marking, facet)
    assert "(!)" not in sides.front + sides.back
    assert line.replace("(!)", "").strip("#/- ") in sides.back
    assert marked(answer).stray == (2,)
    told = parse(f"Q: How?\nA: So:\n\n```\n{line}\n```\n".encode(), file="n.md", deck="n").problems
    assert [(one.line, one.code) for one in told] == [(5, "W311")]


def test_marks_outside_of_fences_make_no_gap():
    assert marked("a: 1 # (!)\n\n- b: 2 # (!)").gaps == ()

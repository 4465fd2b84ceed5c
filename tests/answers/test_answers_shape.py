"""What a card asks for: the shape of its answer, what is to be typed, and the points of a list."""

from __future__ import annotations

import pytest

from quiz.answers import Comparison, Expected, Point, Shape, expected, judge, points, rating_of
from quiz.cards import Choice, Deletion, Kind, Note, Rating
from quiz.cues import facets


def asked(answer, kind=Kind.QA, **how):
    return expected(Note(kind=kind, prompt="What?", answer=answer), **how)


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        ("", "draft"),
        (" \n ", "draft"),
        ("`docker ps`", "command"),
        ("``echo `date` ``", "command"),
        ("<code>docker ps</code>", "command"),
        ("```sh\ndocker ps\n```", "command"),
        ("```bash title=x\n$ docker ps\n```", "command"),
        ("~~~~ console\ndocker ps\n~~~~", "command"),
        ("```zsh\ndocker run -d \\\n  nginx\n```", "command"),
        ("```sh\ndocker ps\n```\n\n-a shows all of them.", "command"),
        ("`docker ps`\n\nWith `-a` all of them.", "command"),
        ("```sh\ndocker ps\ndocker images\n```", "code"),
        ("```sh\n# all of them\n```", "code"),
        ("```sh\n```", "prose"),
        ("```python\nx = 1\n```", "code"),
        ("```\ndocker ps\n```", "code"),
        ("Like this:\n\n```yaml\nfirst: 1\nsecond: 2\n```", "code"),
        ("A long sentence that explains everything about it:\n\n```\nx\n```", "prose"),
        ("AAAA", "text"),
        ("**Sidecar** (a _second_ one)", "text"),
        ("x" * 40, "text"),
        ("x" * 41, "prose"),
        ("Use `docker ps`", "prose"),
        ("![a picture](x.png)", "prose"),
        ("one\ntwo", "prose"),
        ("- one\n- two", "list"),
        ("Both:\n\n1. one\n2. two and more", "list"),
        ("- one", "prose"),
        ("- one\n  - nested", "prose"),
        ("A sentence that is much longer than what follows it.\n\n- a\n- b", "prose"),
        ("- a\n\n  ```sh\n  - no point\n  ```\n- b", "list"),
        ("```yaml\n- a\n- b\n```", "code"),
        ("* * *\n\n- - -", "prose"),
        ("AAAA\naccept: quad A", "text"),
    ],
)
def test_the_first_shape_that_fits_counts(answer, shape):
    assert asked(answer).shape == shape


def test_a_draft_and_written_choices_need_no_look_at_the_answer():
    assert expected(Note(kind=Kind.QA, prompt="Why?", answer="`x`", draft=True)).shape is Shape.DRAFT
    choice = Note(
        kind=Kind.CHOICE,
        prompt="Which?",
        choices=(Choice("PUT", correct=True), Choice("POST", correct=False)),
    )
    assert expected(choice) == Expected(shape=Shape.CHOICE)


def test_a_command_brings_what_else_is_right():
    answer = (
        "```sh\n$ docker image ls {{x}}\n```\n\naccept: `docker images {{x}}`\n\naccept: docker i {{x}}\n"
    )
    assert asked(answer, Kind.CHEATSHEET, free=True) == Expected(
        shape=Shape.COMMAND,
        comparison=Comparison.COMMAND,
        text="docker image ls {{x}}",
        accept=("docker images {{x}}", "docker i {{x}}"),
        placeholders=True,
        free=True,
    )
    assert not asked(answer, Kind.QA).placeholders


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("**Sidecar**", "Sidecar"),
        ("[RFC 1035](https://example.com/a)", "RFC 1035"),
        (r"C\# and 2 \* 3", "C# and 2 * 3"),
        ("<b>yes</b>, _always_", "yes, always"),
        ("snake_case_name * 2 * 3", "snake_case_name * 2 * 3"),
        ("List<int>", "List<int>"),
    ],
)
def test_a_text_is_asked_as_it_reads(answer, text):
    assert asked(answer).text == text


def test_code_is_asked_without_its_fence():
    found = asked("```python\nif x:\n    y()\n```")
    assert (found.comparison, found.text) == (Comparison.CODE, "if x:\n    y()")


def test_the_reverse_of_a_card_asks_for_its_question():
    note = Note(kind=Kind.TERM, prompt="`docker ps`", answer="Which lists containers?", both=True)
    assert expected(note, "rev").text == "docker ps"


def cloze(hidden, answer=""):
    prompt = f"Here {{{{{hidden}}}}} is."
    note = Note(
        kind=Kind.CLOZE, prompt=prompt, answer=answer, deletions=(Deletion(hidden, 5, 9 + len(hidden)),)
    )
    return expected(note, facets(note)[0])


def test_what_a_cloze_hides_is_typed_if_it_is_short():
    assert cloze("left **join**", "More.") == Expected(
        shape=Shape.CLOZE, comparison=Comparison.TEXT, text="left join"
    )
    assert cloze("`git push`").comparison is Comparison.COMMAND
    assert cloze("x" * 40).shape is Shape.CLOZE
    assert cloze("x" * 41).shape is Shape.PROSE


def test_a_hidden_option_is_typed_as_a_command_with_the_placeholders_of_its_sheet():
    answer = "```sh\ndocker run -d -p {{8080}}:80 nginx\n```"
    note = Note(kind=Kind.CHEATSHEET, prompt="Publish", answer=answer, options=True)
    ports = [expected(note, facet) for facet in facets(note)][-1]
    assert (ports.shape, ports.text) == (Shape.CLOZE, "-p {{8080}}:80")
    assert judge(ports, "-p9000:80").right
    assert not judge(ports, "-p 9000:81").right


def test_an_option_that_is_gone_asks_for_the_whole_command():
    note = Note(kind=Kind.QA, prompt="Which?", answer="`docker ps`", options=True)
    assert expected(note, "option:0123456789#1") == expected(note)


# --- points --------------------------------------------------------------------------------------------------------


def test_points_are_the_top_level_of_a_list():
    answer = """Three things:

* First, which
  goes on (!)
* Second (!) in the middle
  * nested
  * nested too

  ```sh
  * code
  ```
* **Third (!)**
accept: nothing"""
    assert points(answer) == (
        Point("First, which\ngoes on", essential=True),
        Point("Second (!) in the middle\n* nested\n* nested too\n\n```sh\n* code\n```", essential=False),
        Point("**Third**", essential=True),
    )


def test_an_essential_point_may_have_more_below_it():
    assert points("- a (!)\n  - b\n- c") == (Point("a\n- b", essential=True), Point("c", essential=False))


def test_without_marks_every_point_is_essential():
    assert points("1. a\n2) b") == (Point("a", essential=True), Point("b", essential=True))
    assert points("No list.") == ()


@pytest.mark.parametrize(
    ("known", "rating"),
    [({0, 1, 2}, Rating.GOOD), ({0, 1}, Rating.HARD), ({0, 2}, Rating.AGAIN), (set(), Rating.AGAIN)],
)
def test_the_rating_follows_from_the_points_that_were_known(known, rating):
    assert rating_of(points("- a (!)\n- b (!)\n- c"), known) is rating


@pytest.mark.parametrize("typed", ["a^2 = 9", r"\(a^2 = 9\)", "A^2 = 9."])
def test_a_formula_is_typed_without_its_marks_or_with_them(typed):
    wanted = asked(r"\(a^2 = 9\)")
    assert wanted.text == "a^2 = 9"
    assert judge(wanted, typed).right
    assert asked(r"\(f\) (a note)").text == "f (a note)"

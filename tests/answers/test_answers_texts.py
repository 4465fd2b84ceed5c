"""Texts and code that were typed: what is forgiven, and what is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.answers import Change
from quiz.answers.diff import align
from quiz.answers.texts import aligned, aligned_code, compare, compare_code


def outcome(expected, typed):
    verdict, reason = compare(expected, typed)
    return str(reason or verdict)


@pytest.mark.parametrize(
    ("expected", "typed", "said"),
    [
        ("AAAA", "AAAA", "equal"),
        ("AAAA", " AAAA\n", "equal"),
        ("AAAA", "aaaa.", "same"),
        ("The control plane", "control  plane", "same"),
        ("control plane", "a 'control plane'!", "same"),
        ("control plane", "`the “Control Plane”.`", "same"),
        ("idempotent", "ｉｄｅｍｐｏｔｅｎｔ", "same"),
        ("Straße", "STRASSE", "same"),
        ("it's up", "it’s\u00a0up", "same"),
        ("a", "A", "same"),
        ("the", "The", "same"),
        ("...", "…", "same"),
        ("idempotent", "idempotant", "spelling"),
        ("idempotent", "idempotnt", "spelling"),
        ("idempotent", "idempottent", "spelling"),
        ("idempotent", "idemptoent", "spelling"),
        ("an idempotent request", "idempotant requests", "spelling"),
        ("idempotent", "idempotan", "words"),
        ("PUT", "PUSH", "words"),
        ("port", "sort", "words"),
        ("sha256", "sha255", "words"),
        ("port 8080", "port 8081", "words"),
        ("left join", "join left", "words"),
        ("left join", "left", "words"),
        ("immutable", "mutable", "words"),
        ("yes", "", "words"),
        ("C++", "C", "words"),
        ("3.5", "35", "words"),
    ],
)
def test_a_text_is_compared_by_its_words(expected, typed, said):
    assert outcome(expected, typed) == said


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_texts_can_be_compared_and_aligned(expected, typed):
    compare(expected, typed)
    compare_code(expected, typed)
    diff = aligned(expected, typed)
    assert all(pair.typed or pair.expected for row in diff.rows for pair in row)
    aligned_code(expected, typed)


@given(st.text(max_size=40))
def test_every_text_is_itself(text):
    assert outcome(text, text) == "equal"
    assert outcome(text, f"{text}  ") == "equal"


@pytest.mark.parametrize("piece", ["a ", '"', "a.", "\u0316\u0301", "the ", "\ufdfa"])
def test_a_long_text_takes_no_long_time(piece):
    began = time.process_time()
    compare(piece * 20_000, piece * 20_000 + "x")
    assert time.process_time() - began < 2


def test_the_words_of_a_text_that_differ_are_marked():
    diff = aligned("The kubelet reports pressure.", "kubelet report high pressure")
    assert [(pair.typed, pair.expected, str(pair.change)) for pair in diff.rows[0]] == [
        ("", "The", "missing"),
        ("kubelet", "kubelet", "same"),
        ("report", "reports", "changed"),
        ("high", "", "added"),
        ("pressure", "pressure.", "same"),
    ]
    assert diff.differing == 3


# --- code ----------------------------------------------------------------------------------------------------------

CODE = "def half(x):\n    return x / 2\n\nprint(half(3))"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (CODE, "equal"),
        (CODE.replace("\n", "  \r\n") + "\n\n", "same"),
        (f"```python\n{CODE}\n```", "same"),
        (CODE.replace("    ", "  "), "words"),
        (CODE.replace("x", "X"), "letter case"),
        ("print(half(3))\ndef half(x):\n    return x / 2", "order"),
        (CODE.replace("2", "3"), "words"),
        ("", "words"),
    ],
)
def test_code_is_compared_line_by_line(typed, said):
    verdict, reason = compare_code(CODE, typed)
    assert str(reason or verdict) == said


def test_code_of_a_cheat_sheet_takes_values():
    code = "helm package {{chart}}\n  helm push {{name}}-{{version}}.tgz"
    typed = "helm package ./web\n  helm push web-1.2.tgz"
    assert compare_code(code, typed, placeholders=True) == ("same", None)
    assert compare_code(code, typed).verdict == "differs"
    assert compare_code(code, typed.replace("  ", ""), placeholders=True).verdict == "differs"
    diff = aligned_code(code, typed.replace("push", "pull"), placeholders=True)
    assert [any(pair.differs for pair in row) for row in diff.rows] == [False, True]


def test_code_is_shown_beside_the_answer_line_by_line():
    diff = aligned_code(CODE, "import os\ndef half(x):\n    return x // 2")
    shown = [
        (
            diff.gap.join(pair.typed for pair in row),
            diff.gap.join(pair.expected for pair in row),
            [pair.typed or pair.expected for pair in row if pair.differs],
        )
        for row in diff.rows
    ]
    assert shown == [
        ("import os", "", ["import", " os"]),
        ("def half(x):", "def half(x):", []),
        ("    return x // 2", "    return x / 2", [" //"]),
        ("", "print(half(3))", ["print(half(3))"]),
    ]


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_an_alignment_holds_every_word_once_and_in_order(typed, expected):
    row = align(typed, expected)
    assert [pair.typed for pair in row if pair.typed] == typed
    assert [pair.expected for pair in row if pair.expected] == expected
    for pair in row:
        assert (pair.typed == pair.expected) == (pair.change is Change.SAME)
        assert (pair.change is Change.ADDED) == (not pair.expected)
        assert (pair.change is Change.MISSING) == (not pair.typed)


def test_an_alignment_keeps_as_many_words_as_it_can():
    row = align(["a", "x", "b", "c", "d"], ["a", "b", "y", "c", "d"])
    assert [pair.typed for pair in row if not pair.differs] == ["a", "b", "c", "d"]

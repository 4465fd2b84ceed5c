from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.cards import Kind, Note
from quiz.matching import Identity
from quiz.matching.likeness import Weights, same_word, tokens

WORDS = ["what", "is", "the", "heap", "heaps", "stack", "true", "lock", "locks", "`x`", "<br>", "![](a.png)"]
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


def identity(question: str, answer: str = "") -> Identity:
    return Identity.of(Note(kind=Kind.QA, prompt=question, answer=answer))


def similarity(old: Identity, new: Identity, *, same_file: bool = True) -> float:
    weights = Weights.of([old.question, new.question])
    return weights.similarity(weights.words(old), weights.words(new), same_file=same_file)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What is C++?", ["what", "is", "c++"]),
        ("C# and F#.", ["c#", "and", "f#"]),
        ("Read /etc/passwd, then rm -rf ./x-y.", ["read", "/etc/passwd", "then", "rm", "-rf", "./x-y"]),
        ("snake_case and kebab-case --", ["snake_case", "and", "kebab-case"]),
        ('See <img src="a/b.png" alt="A cat"> <b>now</b>', ["see", "a/b.png", "a", "cat", "now"]),
        ("a < b and c > d", ["a", "b", "and", "c", "d"]),
        ("Größe, naïve, 死锁", ["größe", "naïve", "死锁"]),
    ],
)
def test_words(text, words):
    assert list(tokens(text)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("probe", "probes"),
        ("process", "processes"),
        ("kuberntes", "kubernetes"),
        ("recieve", "receive"),
        ("sharding", "sharsing"),
        ("digst", "digest"),
    ],
)
def test_one_word_spelt_in_two_ways(one, other):
    assert same_word(one, other)
    assert same_word(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http", "https"),
        ("route", "router"),
        ("schedule", "scheduler"),
        ("python2", "python3"),
        ("fork", "form"),
        ("is", "iss"),
        ("mutable", "immutable"),
    ],
)
def test_two_words(one, other):
    assert not same_word(one, other)
    assert not same_word(other, one)


@given(texts, texts, texts, texts, st.booleans())
def test_likeness_is_a_share(question, answer, other_question, other_answer, same_file):
    old, new = identity(question, answer), identity(other_question, other_answer)
    assert 0 <= similarity(old, new, same_file=same_file) <= 1 + 1e-9
    assert similarity(old, new, same_file=False) <= similarity(old, new) + 1e-9


def test_rare_words_count_more_than_those_of_the_template():
    terms = ["lock", "pool", "lease", "cache", "probe", "query"]
    weights = Weights.of([f"What happens when a {term} times out?" for term in terms])
    old, template, reworded = (
        weights.words(identity(question))
        for question in (
            "What happens when a lock times out?",
            "What happens when a pool times out?",
            "A lock has timed out: what happens then?",
        )
    )
    assert weights.similarity(old, template) < 0.4 < weights.similarity(old, reworded)


def test_answers_that_agree_by_chance_are_no_evidence():
    old, new = (
        identity("Is a heap a tree?", "True"),
        identity("Do readers wait for writers?", "True. Always."),
    )
    assert similarity(old, new) < 0.4


def test_a_tie_does_not_depend_on_the_order_of_a_set():
    program = (
        "from quiz.cards import Kind, Note\n"
        "from quiz.matching import Known, match\n"
        "words = 'lock heap page row log trie node pool scope index kernel queue'.split()\n"
        "def notes(lead, file):\n"
        "    return [Note(kind=Kind.QA, prompt=f'{lead} {a} {b} with {c} and {d}?', answer=f'{d} {c} {b}', file=file,"
        " line=at) for at, (a, b, c, d) in enumerate(zip(words, words[3:], words[1:], words[2:]))]\n"
        "old = [Known(str(at), note) for at, note in enumerate(notes('How to compare', 'a.md'))]\n"
        "found = match(old, notes('Why compare', 'b.md')[::-1])\n"
        "print([(p.known.id, p.note.prompt, p.similarity) for p in found.pairs], [(a.known.id, a.note.prompt,"
        " a.similarity) for a in found.asks])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert "compare" in outputs.pop()

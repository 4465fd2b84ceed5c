"""The input file of most tests here is the test's docstring."""

from __future__ import annotations

import inspect

import pytest

from quiz.notes import parse


def read(text, *, file="note.md", deck="note"):
    data = text if isinstance(text, bytes) else text.encode()
    return parse(data, file=file, deck=deck)


@pytest.fixture
def text(request):
    return inspect.cleandoc(request.function.__doc__) + "\n"


@pytest.fixture
def deck(text):
    return read(text)


@pytest.fixture
def cards(deck):
    return [(note.prompt, note.answer) for note in deck.notes]


@pytest.fixture
def problems(deck):
    return [(problem.line, problem.code) for problem in deck.problems]


@pytest.fixture
def rules(deck):
    return [(note.line, note.rule, str(note.kind), note.prompt) for note in deck.notes]

"""Text of a note put into other words in its file, and every other byte as it was."""

from __future__ import annotations

import pytest

from quiz.errors import AnswerRefusedError
from quiz.notes import insert_tags, parse, replace_text

# file, question, other question (or the same), other answer, what the file is to be
CASES = [
    ("Q: one?\nA: 1\n\nQ: two?\nA: 2\n", "one?", "one?", "uno", "Q: one?\nA: uno\n\nQ: two?\nA: 2\n"),
    ("Q: one?\nA: 1\n\nQ: two?\nA: 2\n", "two?", "due?", "2", "Q: one?\nA: 1\n\nQ: due?\nA: 2\n"),
    ("Q: a?\nA: a?\n", "a?", "a?", "b", "Q: a?\nA: b\n"),
    ("Q: a?\r\nA: x\r\n", "a?", "a?", "x\n- y", "Q: a?\r\nA: x\r\n- y\r\n"),
    ("Q: a?\nA: x", "a?", "a?", "x\ny", "Q: a?\nA: x\ny"),
    ("\ufeffQ: é?\nA: ü\n", "é?", "è?", "ö", "\ufeffQ: è?\nA: ö\n"),
    ("- Q: a?\n  A: x\n  - y\n", "a?", "a?", "x\n- z\n- w", "- Q: a?\n  A: x\n  - z\n  - w\n"),
    ("- Q: a?\n  A: x\n", "a?", "a?", "x\n\ny", "- Q: a?\n  A: x\n\n  y\n"),
    ("> Q: a?\n> A: x\n> y\n", "a?", "a?", "x\nz", "> Q: a?\n> A: x\n> z\n"),
    ("a :: b #t ^i\n", "a", "c", "d", "c :: d #t ^i\n"),
    ("### Why? #t\n\nSo.\n\n### How?\n\nThus.\n", "Why?", "Why not?", "Because.", None),
    (
        "<details><summary>Why?</summary>\n\nSo.\n\n</details>\n",
        "Why?",
        "Why?",
        "No.",
        "<details><summary>Why?</summary>\n\nNo.\n\n</details>\n",
    ),
    (
        "Q: How?\nA:\n\n```sh\nls -l\n```\n",
        "How?",
        "How?",
        "```sh\nls -a\n```",
        "Q: How?\nA:\n\n```sh\nls -a\n```\n",
    ),
]


def note_of(data, prompt):
    [note] = [note for note in parse(data, file="a.md", deck="a").notes if note.prompt == prompt]
    return note


@pytest.mark.parametrize(("text", "old", "prompt", "answer", "expected"), CASES)
def test_nothing_but_the_text_changes(text, old, prompt, answer, expected):
    data = text.encode()
    changed = replace_text(data, note_of(data, old), prompt=prompt, answer=answer, deck="a")
    if expected is None:
        expected = text.replace(old, prompt).replace("So.", answer)
    assert changed.decode() == expected
    assert note_of(changed, prompt).answer == answer


@pytest.mark.parametrize(
    "answer", ["", "1\n\nQ: three?\nA: 3", "1 <!--", "```", "# Heading", "1\n\nTODO? #skip ^x\n\nQ: y?"]
)
def test_text_that_would_be_something_else_is_refused(answer):
    data = b"Q: one?\nA: 1\n\nQ: two?\nA: 2\n"
    try:
        changed = replace_text(data, note_of(data, "one?"), prompt="one?", answer=answer, deck="a")
    except AnswerRefusedError as error:
        assert str(error).startswith("a.md:1: E602")
    else:
        assert note_of(changed, "one?").answer == answer
        assert note_of(changed, "two?").answer == "2"


def test_bytes_that_are_no_text_stay():
    data = b"\xff\xfe\n\nQ: one?\nA: 1\n\nQ: two?\nA: \xff 2\n"
    changed = replace_text(data, note_of(data, "one?"), prompt="one?", answer="2", deck="a")
    assert changed == data.replace(b"A: 1", b"A: 2")
    two = note_of(data, "two?")
    with pytest.raises(AnswerRefusedError):
        replace_text(data, two, prompt="two?", answer=f"{two.answer} or 3", deck="a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q: one?\nA: 1\n", "Q: one? #own #a/b\nA: 1\n"),
        ("Q: one? #t ^i\nA: 1\n", "Q: one? #t ^i #own #a/b\nA: 1\n"),
        ("one? :: 1\n", "one? :: 1 #own #a/b\n"),
    ],
)
def test_tags_are_put_behind_the_question(text, expected):
    data = text.encode()
    changed = insert_tags(data, note_of(data, "one?"), ["own", "a/b"], deck="a")
    assert changed.decode() == expected
    assert note_of(changed, "one?").tags[-2:] == ("own", "a/b")


def test_a_question_in_a_table_takes_no_tags():
    data = b"| Question | Answer |\n|---|---|\n| one? | 1 |\n"
    with pytest.raises(AnswerRefusedError):
        insert_tags(data, note_of(data, "one?"), ["own"], deck="a")

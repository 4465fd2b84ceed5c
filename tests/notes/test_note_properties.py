"""What holds for every file, and how fast hostile ones are read."""

import re
import time

import pytest
from conftest import read
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.errors import AnswerRefusedError
from quiz.notes import inline_html_to_markdown, insert_anchor, insert_answer, remove_anchors

PIECES = [
    "Q: ", "A: ", "C: ", "**Q1: ", "**Q:** ", "**A:** ", "**", "* ", "- ", "1. ", "  ", "    ", "\t", "> ", "## ",
    "#### Q2. ", "# ", "?", "```", "````sh", "~~~", "`", "---", "\n", "\n", "\n\n", "\r\n", "\r", "\u2028",
    "<details>",
    "<summary>", "</summary>", "</details>", "<details><summary>What?</summary>", "<b>", "</b>", "<br>", "<!--",
    "-->", "<!-- dquiz:off -->", "<!-- dquiz:on -->", "| Question | Answer |\n|--|--|\n", "| a | b |", "|", "\\",
    " :: ", " ::: ", "{{", "}}", "{{c1::x}}", "[x]", "[ ] ", "[", "]", "(", ")", " #tag", " ^id", " #skip", "TODO",
    "- [x] a\n- [ ] b\n", "- A: x\n- B: y\n", "Answer: B", "## Tips\n", "## Cheat Sheets\n", "## Tasks\n",
    "## Interview Q&A\n", "## Roadmap\n", "**bold**:", "**Term** — text", "word", "What is it?", "ä", "🔥", " = ",
    "\ufeff",
    "---\ndeck: x\n---\n", "<p>", "![i](x)", "\x0c", "\xa0", "title",
]  # fmt: skip
COMMENT = re.compile("<!--.*?-->")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=400)
@given(TEXTS)
def test_lines_are_true_and_texts_stand_in_the_file(text):
    deck = read(text)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for note in deck.notes:
        assert 1 <= note.line <= note.end <= len(lines)
        source = "\n".join(lines[note.line - 1 : note.end])
        seen = source + COMMENT.sub("", source)
        for line in f"{note.prompt}\n{note.answer}".replace(" › ", "\n").split("\n"):
            # the bold that a mark opened stands before its question
            assert all(word.strip("*_") in seen for word in line.split())
        assert all(note.prompt[d.start : d.end].count(d.text) for d in note.deletions)
        assert note.prompt.strip()
    for problem in deck.problems:
        assert 1 <= problem.line <= max(len(lines), 1)
    assert read(text) == deck
    assert [note.line for note in deck.notes] == sorted(note.line for note in deck.notes)


@settings(max_examples=200)
@given(TEXTS)
def test_a_line_belongs_to_one_note(text):
    covered = set()
    for note in read(text).notes:
        lines = set(range(note.line, note.end + 1))
        assert not covered & lines
        covered |= lines


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_read(data):
    read(data)


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_any_text_is_read(text):
    read(text.encode("utf-8", "surrogatepass"))
    inline_html_to_markdown(text)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["a", "b c", "", "d", "- e", "1. f"]), min_size=1, max_size=8))
def test_blank_lines_never_end_a_card(words):
    text = "\n\n".join(words).strip("\n") or "x"
    deck = read(f"Q: Which?\nA: {text}\n\nQ: Next?\nA: yes\n")
    assert [note.prompt for note in deck.notes] == ["Which?", "Next?"]


@settings(max_examples=150)
@given(TEXTS, st.sampled_from(["yes", "a\n\nb", "```\nx\n```"]), st.sampled_from(["\n", "\r\n"]))
def test_an_answer_is_written_exactly_or_not_at_all(text, answer, end):
    data = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", end).encode()
    before = read(data)
    for note in [note for note in before.notes if note.draft][:2]:
        try:
            changed = insert_answer(data, note, answer, deck="note")
        except AnswerRefusedError:
            continue
        answers = [
            new.answer.replace("<br>", "\n") for new in read(changed).notes if new.prompt == note.prompt
        ]
        assert any(answer.split() == found.split() for found in answers)


@settings(max_examples=150)
@given(TEXTS)
def test_anchors_come_and_go(text):
    data = text.encode()
    notes = [note for note in read(data).notes if note.anchor is None]
    for note in notes[:2]:
        try:
            changed = insert_anchor(data, note, "zz9")
        except AnswerRefusedError:
            continue
        assert remove_anchors(changed, [new for new in read(changed).notes if new.anchor == "zz9"]) == data


HOSTILE = {
    "brackets": "C: " + "[" * 20_000,
    "bracket pairs": "C: " + "[a]" * 20_000,
    "braces": "C: " + "{{a::" * 20_000,
    "details": "<details>\n" * 10_000,
    "details on a line": "<details>" * 10_000,
    "details nested": "<details>\n" * 5_000 + "</details>\n" * 5_000,
    "summaries": "<details><summary>Q?</summary>\n" * 10_000,
    "lists": "\n".join("  " * depth + "- a" for depth in range(300)),
    "lists on a line": "- " * 300 + "a",
    "quotes": ">" * 300 + "a",
    "a long line": "Q: " + "a " * 1_000_000,
    "ticks": "Q: " + "`a " * 600_000,
    "tags": "Q: a " + "#a " * 600_000,
    "bars": "| a | b |\n|--|--|\n" + "| a" * 600_000,
    "blanks": "## a" + " " * 2_000_000 + "b?",
    "tags of html": "<details><summary>" + "<b>" * 600_000,
    "backslashes": "Q: " + "\\" * 2_000_000,
    "questions": "Q: a\n" * 10_000,
    "answers": "Q: a\n" + "A: b\n" * 10_000,
    "clozes": "C: a\n" * 20_000,
    "bold": "**Q: a\n" * 10_000,
    "headings": "## a?\n" * 10_000,
    "fences": "- ```\n" * 10_000,
    "comments": "<!--\n" * 20_000,
    "sections": "## Tips\n- a\n## Tasks\n- b\n## Cheat sheets\n" * 2_000,
    "flow": "---\n" + "[" * 60_000 + "\n---\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_read_in_good_time(name):
    start = time.process_time()
    read(HOSTILE[name])
    assert time.process_time() - start < 2

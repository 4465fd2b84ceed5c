"""Questions added to files: read back as they are, or refused, and nothing else of the file changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.errors import AnswerRefusedError
from quiz.notes import parse
from quiz.notes.adding import append_question

FILES = [
    b"",
    b"---\ndeck: other\n---\n",
    b"Q: One?\nA: Yes.\n",
    b"- Q: One?\r\n  A: Yes.\r\n- Q: Two?\r\n  A: No",
    b"\xef\xbb\xbf# Notes\n\n## What is a layer?\n\nA part.\n\n## What is an image?\n\nAll of it.\n",
    b"# Linux\n\n## Cheat Sheets\n\n### Find files\n\n```sh\nfind .\n```\n\n## Next Steps\n\n- **Lua** -- later\n",
    b"- TTL :: how long\n- **RTO** \xe2\x80\x94 time to be back\n",
    b"Q: Open?\n",
]
HOSTILE = st.sampled_from(
    [
        *("word", "Is it?", "Q: evil?", "A: evil", "C: {{evil}}", "---", "```", "~~~", "# head", "## 1. head"),
        *("- [x] yes", "- [ ] no", "- point", "1. one", "a :: b", "a ::: b", "**T** — m", "| a | b |", "|--|--|"),
        *("<!-- open", "<details>", "</details>", "dquiz:off", "    code", "\ttab", "> quote", "#tag", "^id", "TODO"),
        *("", "deck: x", "tags: [a]", "\x1b[2J", "\u202e", "\\", "$(rm -rf ~)", "{{x}}", "ä €", "\x0b", "\u2028"),
    ]
)  # fmt: skip
TEXTS = st.lists(HOSTILE, min_size=1, max_size=6).map(lambda lines: "\n".join(lines).strip())


def bare(notes):
    """Notes without their places."""
    return [replace(note, line=0, end=0, also=()) for note in notes]


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(FILES), TEXTS.filter(bool), TEXTS, st.lists(st.sampled_from(["a", "b/c"]), unique=True)
)
def test_any_text_is_read_back_as_it_is_or_refused(data, prompt, answer, tags):
    before = parse(data, file="n.md", deck="n")
    try:
        changed, note = append_question(data, prompt, answer, tags, file="n.md", deck="n")
    except AnswerRefusedError:
        return
    assert changed.startswith(data)
    after = parse(changed, file="n.md", deck="n")
    assert (note.prompt, note.answer) == (prompt, answer)
    assert set(tags) <= set(note.tags)
    assert after.name == before.name
    others = bare(after.notes)
    others.remove(*bare([note]))
    assert others == bare(before.notes)


@pytest.mark.parametrize("data", FILES)
@pytest.mark.parametrize(
    "answer", ["Yes.", "- a\n- b", "```sh\nls\n```", "One.\n\nTwo.", "| a | b |\n|--|--|\n| 1 | 2 |"]
)
def test_ordinary_questions_are_written_into_every_file(data, answer):
    changed, note = append_question(data, "What is it?", answer, (), file="n.md", deck="n")
    assert note in parse(changed, file="n.md", deck="n").notes
    assert (b"\r\n" in changed) == (b"\r\n" in data)


@pytest.mark.parametrize(
    ("data", "written"),
    [
        (FILES[2], b"\nQ: What is it?\nA: This.\n"),
        (FILES[3], b"\r\n\r\n- Q: What is it?\r\n  A: This.\r\n"),
        (FILES[4], b"\n## What is it?\n\nThis.\n"),
    ],
)
def test_it_is_written_as_the_file_writes_its_own(data, written):
    changed, _ = append_question(data, "What is it?", "This.", file="n.md", deck="n")
    assert changed == data + written

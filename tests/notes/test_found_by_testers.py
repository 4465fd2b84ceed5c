"""Cases that an adversarial tester of the grammar found."""

import pytest
from conftest import read

from quiz.notes import insert_answer

NOTE = "# N\n\n## Overview\nx\n\n## Tips\n* tip\n\n## Interview Q&A\n{}\n"


def pairs(text, **options):
    return [(note.prompt, note.answer) for note in read(text, **options).notes]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Q: **Redis** vs Memcached?\nA: x\n", ("**Redis** vs Memcached?", "x")),
        ("* **Q:** **Docker** or VM?\n  **A:** y\n", ("**Docker** or VM?", "y")),
        ("## Q. **Foo** vs bar?\nans\n", ("**Foo** vs bar?", "ans")),
        ("**Q5: What is** x?\nans\n\n", ("**What is** x?\nans", "")),
        ("**Q5: Name it** ans\n", ("Name it", "ans")),
        ("Q: **What?** ans\n", ("What?", "ans")),
        ("Q: **Name it** A: ans\n", ("Name it", "ans")),
    ],
)
def test_a_question_that_only_starts_bold_is_not_wholly_bold(text, pair):
    assert pairs(text) == [pair]


def test_an_unmarked_question_that_only_starts_bold():
    assert ("**Docker** vs VM?", "") in pairs(NOTE.format("* **Docker** vs VM?"))


def test_a_listed_question_that_only_starts_bold():
    text = "# Questions\n\n* **What** is a?\n* Why is b?\n* c\n* d\n"
    assert [prompt for prompt, _ in pairs(text)][:2] == ["**What** is a?", "Why is b?"]


def test_marks_directly_below_a_table_are_live():
    table = "| a | b |\n|---|---|\n| x | y |\n"
    assert pairs(table + "Q: lost?\nA: yes\n") == [("lost?", "yes")]
    assert pairs(table + "front :: back\n") == [("front", "back")]
    assert pairs(table + "C: a {{b}}\n") == [("a {{b}}", "")]
    assert [problem.code for problem in read(table + "A: stray\n").problems] == ["W302"]
    assert not pairs(table + "Q: a | b\n")


def test_a_comment_that_opens_in_the_middle_of_a_line():
    assert not pairs("text <!-- a\nQ: dead?\nA: y\n--> end\n")
    assert pairs("text <!-- a\nQ: dead?\n-->\nQ: live?\nA: y\n") == [("live?", "y")]
    assert pairs("text <!-- a\n\nQ: live?\nA: y\n\n-->\n") == [("live?", "y\n\n-->")]
    assert pairs("text `<!--\nQ:` a\nQ: live?\nA: `-->`\n") == [("live?", "`-->`")]


def test_an_empty_heading_asks_nothing():
    listed = "1. ### One\n   a\n2. ### Two\n   b\n3. ### Three\n   c\n4. ###\n   d\n"
    assert [prompt for prompt, _ in pairs(listed)] == ["One", "Two", "Three"]
    sheet = NOTE.format("* **Q:** a?\n\n## Cheat Sheet\n### \n`x`\n### Title\n`y`")
    assert [note.prompt for note in read(sheet).notes if note.kind == "cheatsheet"] == ["Title"]
    assert not pairs("## ?\n\na\n\n## 🔥?\n\nb\n")


OPTIONS = "- [ ] a\n- [ ] b"


@pytest.mark.parametrize("behind", ["", "since"])
@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        (f"Q: Which?\n{OPTIONS}\n\n%s\n", f"Which?\n{OPTIONS}"),
        ("* **Q:** Which?\n  - [ ] a\n  - [ ] b\n\n  %s\n", f"Which?\n{OPTIONS}"),
        (f"**Q: Which?**\n{OPTIONS}\n\n%s\n", f"Which?\n{OPTIONS}"),
        (f"#### Q5. Which?\n\n{OPTIONS}\n\n%s\n", f"Which?\n\n{OPTIONS}"),
        (f"## Which?\n{OPTIONS}\n\n%s\n", f"Which?\n\n{OPTIONS}"),
        (f"**Which?**\n\n{OPTIONS}\n\n%s\n", f"Which?\n\n{OPTIONS}"),
        (
            f"<details>\n<summary>Which?</summary>\n\n{OPTIONS}\n\n%s\n\n</details>\n",
            f"Which?\n\n{OPTIONS}",
        ),
    ],
)
def test_choices_without_a_tick_are_part_of_the_question(text, prompt, behind):
    deck = read(text % behind)
    assert [problem.code for problem in deck.problems] == ["W305"]
    assert [(note.kind, note.prompt, note.answer, note.draft) for note in deck.notes] == [
        ("qa", prompt, behind, not behind)
    ]


def test_choices_without_a_tick_behind_an_answer_mark_are_the_answer():
    assert pairs(f"Q: Which steps?\nA: These:\n{OPTIONS}\n") == [("Which steps?", f"These:\n{OPTIONS}")]
    assert pairs(f"Q: Which?\n{OPTIONS}\n\nA: a\n") == [("Which?\n- [ ] a\n- [ ] b", "a")]


@pytest.mark.parametrize("answer", ["Since.", "A first paragraph.\n\nA second."])
@pytest.mark.parametrize(
    "text",
    [
        f"Q: Which?\n{OPTIONS}\n",
        "* **Q:** Which?\n  - [ ] a\n  - [ ] b\n* c\n",
        f"**Q: Which?**\n\n{OPTIONS}\n",
        f"#### Q5. Which?\n\n{OPTIONS}\n#### Q6. And?\n",
        f"## Which?\n{OPTIONS}\n",
        f"**Which?**\n\n{OPTIONS}\n",
        f"<details>\n<summary>Which?</summary>\n\n{OPTIONS}\n\n</details>\n",
    ],
)
def test_an_answer_to_choices_without_a_tick_goes_below_them(text, answer):
    note = read(text).notes[0]
    assert note.draft
    filled = read(insert_answer(text.encode(), note, answer, deck="note")).notes[0]
    assert (filled.prompt, filled.answer) == (note.prompt, answer)

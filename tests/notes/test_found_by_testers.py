"""Cases that an adversarial tester of the grammar found."""

import time
from itertools import pairwise

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
        ("Q: **Redis**\nvs Memcached?\nA: x\n", ("**Redis**\nvs Memcached?", "x")),
        ("* **Q:** **Name it**\n  Is x?\n", ("Name it", "Is x?")),
        ("* **Q1: Explain X** and Y\n  **A:** z\n", ("**Explain X** and Y", "z")),
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
    listed = "1. ### Name one\n   a\n2. ### Name two\n   b\n3. ### Name three\n   c\n4. ###\n   d\n"
    assert [prompt for prompt, _ in pairs(listed)] == ["Name one", "Name two", "Name three"]
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


@pytest.mark.parametrize("mark", ["**C**:", "**C:**", "C3:", "__C__:"])
def test_only_a_bare_c_marks_a_cloze(mark):
    assert not pairs(f"{mark} read [K&R]\n")
    assert not [note for note in read(f"* {mark} read [K&R]\n").notes if note.kind == "cloze"]


def test_a_lettered_option_may_begin_on_the_next_line():
    text = "#### Which?\n\n- A:\n\n```js\nf()\n```\n\n- B: b\n\n<details><summary>Answer</summary>\n"
    text += "\nAnswer: A\n\n</details>\n"
    (note,) = read(text).notes
    assert [(choice.text, choice.correct) for choice in note.choices] == [
        ("```js\nf()\n```", True),
        ("b", False),
    ]


def test_numbers_are_no_part_of_an_unmarked_question():
    assert ("What numbered?", "x") in pairs(NOTE.format("* **5. What numbered?**\n  x"))
    assert pairs("# Questions\n\n* **1) What?**\n* **2. Why?**\n* c?\n") == [
        ("What?", ""),
        ("Why?", ""),
        ("c?", ""),
    ]


@pytest.mark.parametrize("mark", ["* ✅ **A:**", "✅ **A:**", "- ✔️ A:", "* 👉 **A**:"])
def test_an_answer_mark_behind_an_emoji(mark):
    assert pairs(f"* **Q:** x?\n  {mark} text\n") == [("x?", "text")]


def test_many_numbers_in_front_of_a_title_cost_little():
    begin = time.perf_counter()
    read("## " + "1. " * 20_000 + "x?\n\na\n")
    read("<details><summary>" + "1. " * 20_000 + "x?</summary>\n\na\n\n</details>\n")
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize("inner", ["- Q: inner?\n    A: x", "in :: x"])
@pytest.mark.parametrize(
    ("title", "bullet", "outer"),
    [
        ("Other things", "**T** — y", ("T", "y")),
        ("Tips and more", "Do it", ("Do it", "")),
        ("Next Steps", "**T** — y", ("T", "y")),
        ("Tasks", "Do it", ("Do it", "")),
        ("FAQ", "Why?", ("Why?", "")),
    ],
)
def test_a_line_belongs_to_one_item(title, bullet, outer, inner):
    note = NOTE.format("* **Q:** a?") + f"\n## {title}\n* {bullet}\n\n  {inner}\n* last\n"
    found = read(note).notes
    spans = [(item.line, item.end) for item in found]
    assert all(end < start for (_, end), (start, _) in pairwise(spans))
    assert outer in [(item.prompt, item.answer) for item in found]
    assert "x" in [item.answer for item in found]


def test_a_term_ends_at_a_line_that_is_taken():
    assert pairs("* **T** — x\n  a :: b\n") == [("T", "x"), ("a", "b")]


def test_a_reveal_of_an_unmarked_question():
    text = "* What is x?\n  <details><summary>Answer</summary>\n\n  y\n\n  </details>"
    assert ("What is x?", "y") in pairs(NOTE.format(text))


def test_options_alone_ask_nothing():
    assert [(note.kind, note.draft) for note in read("Q: \n- [x] a\n- [ ] b\n").notes] == [("qa", True)]


def test_a_cloze_mark_without_a_deletion_in_what_another_rule_took():
    assert [prompt for prompt, _ in pairs("* **T** — x\nC: none\n")] == ["T"]


def test_an_answer_has_no_blank_lines_in_front():
    text = "<details>\n<summary>What is it?</summary>\n \n\nanswer\n</details>\n"
    assert pairs(text) == [("What is it?", "answer")]


def test_the_text_of_a_cloze_may_begin_below_its_mark():
    (note,) = read("C:\na {{b}} c\n").notes
    assert note.prompt == "a {{b}} c"
    assert [note.prompt[d.start : d.end] for d in note.deletions] == ["{{b}}"]


def test_a_card_in_a_cheat_sheet_is_no_title_besides():
    deck = read(NOTE.format("* **Q:** a?") + "\n## Cheat Sheet\n### Q4: w\nx\n### Title\ny\n")
    assert [(note.rule, note.prompt) for note in deck.notes][-2:] == [("R1", "w"), ("T:cheatsheet", "Title")]
    assert "W308" not in [problem.code for problem in deck.problems]


def test_a_reveal_right_below_a_list_is_the_answer_of_its_last_question():
    text = (
        "- Q: What is one?\n<details><summary>Answer</summary>\n\nOne is one.\n\n</details>\n\n"
        "- Q: What is two?\n\n<details><summary>Answer</summary>\nTwo is two.\n</details>\n"
    )
    assert pairs(text) == [("What is one?", "One is one."), ("What is two?", "Two is two.")]


def test_details_with_a_question_of_their_own_below_a_list_are_another_card():
    text = "- Q: What is one?\n\n<details><summary>What is two?</summary>\nTwo is two.\n</details>\n"
    assert pairs(text) == [("What is one?", ""), ("What is two?", "Two is two.")]

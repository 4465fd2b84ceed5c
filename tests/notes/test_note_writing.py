"""Answers and anchors written into files."""

import dataclasses

import pytest
from conftest import read

from quiz.errors import AnswerRefusedError
from quiz.notes import insert_anchor, insert_anchors, insert_answer, remove_anchors

ANSWERS = [
    "One line with `code` and a | bar.",
    "A first paragraph.\n\nA second\nof two lines.",
    "```py\nx = 1\n\n# Q: no\n```",
    "In words:\n\n```sh\nls | wc -l\n```\n\n- a\n- b",
    "- only one bullet",
    "| a | b |\n|---|---|\n| 1 | 2 |",
]

DRAFTS = {
    "flush": "Q: One?\nQ: Two? #x ^y\n\n---\ntext\n",
    "bold": "**Q1: One?**\n**Q2: Two?**\n\n---\n",
    "items": "* **Q:** One?\n* **Q2: Two?** #x\n  1. x\n1. Q: Three\n   more\n\n- a\n  - Q: Four?\n",
    "quotes": "> Q: One?\n> Q: Two?\n\ntext\n",
    "headings": "# T\n## What is one?\n## What is two? #x\n#y\n\n---\n\n## Q3. Three\n## Q: Four\ntext\n",
    "numbered": "1. ### What is a\n2. ### What is b\n\n3. ### What is c\n   TODO\n",
    "paragraphs": "**What is one?**\n\nAnswer here\n\n<br/>\n\n**What is two?**\n",
    "details": (
        "<details>\n<summary>One</summary><br><b>\n</b></details>\n\n<details><summary>Two?</summary></details>\n\n"
        "- <details><summary>Three?</summary>\n  </details>\n\n<details>\n<summary><b>Four</b></summary>\n\n"
        "To be completed.\n\n</details>\n<details>\n<summary>Five\n```\ncode\n```\n</summary>TBD</details>\n"
    ),
    "reveals": (
        "## What is one?\n\n```js\nf()\n```\n\n<details><summary>Answer</summary>\n</details>\n\n## Q. Two\n\n"
        "<details><summary><b>Answer</b></summary>\n<p>\n\n</p>\n</details>\n\n---\n# T\n\nQ: Three?\n"
        "<details><summary>Show answer</summary></details>\n"
    ),
    "lists": "# Interview\n\n* What is a?\n* What is b?\n  * And c?\n* Explain d\n  at length\n",
    "placeholders": "Q: One?\nA: TODO\n\n* **Q:** Two?\n  **A:** _TBD_\n* Q: Three?\n  * **A:** to be completed\n",
    "template": "## Tips\n- a\n## Tasks\n- b\n## Interview Q&A\n* What?\n* **Q:** Foo\nQ: lazy?\n* Bar?\n",
}
TABLE = "| Question | Answer | x |\n|--|--|--|\n| a | | c |\n| b |\n| d | TODO | e\nf | |\n|g||\n"


def forms(text):
    data = text.encode()
    return [data, data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data.rstrip(b"\n"), data + b"\n\xff\n"]


def bare(deck):
    return [dataclasses.replace(note, line=0, end=0, also=()) for note in deck.notes]


@pytest.mark.parametrize("name", DRAFTS)
def test_an_answer_changes_nothing_else(name):
    for data in forms(DRAFTS[name]):
        before = read(data)
        drafts = [note for note in before.notes if note.draft]
        assert drafts
        for note in drafts:
            for answer in ANSWERS:
                changed = insert_answer(data, note, answer, deck="note")
                after = read(changed)
                filled = [new for new in after.notes if new.prompt == note.prompt]
                assert [new.answer for new in filled] == [answer]
                others = [old for old in bare(before) if old.prompt != note.prompt]
                assert [new for new in bare(after) if new.prompt != note.prompt] == others


@pytest.mark.parametrize("name", DRAFTS)
def test_every_other_byte_stays(name):
    for data in forms(DRAFTS[name]):
        for note in read(data).notes:
            if not note.draft:
                continue
            changed = insert_answer(data, note, "an answer\n\nof lines", deck="note")
            start = next(
                n for n, (old, new) in enumerate(zip(data + b"\0", changed, strict=False)) if old != new
            )
            rest = data[start:]
            for cut in range(30):  # a placeholder may have stood here
                if changed.endswith(rest[cut:]):
                    break
            else:
                raise AssertionError(note)
            if b"\r\n" in data:
                assert b"\n" not in changed.replace(b"\r\n", b"")


def test_cells():
    for data in forms(TABLE):
        for number, note in enumerate(read(data).notes):
            changed = insert_answer(data, note, "x | y\nz", deck="note")
            after = read(changed).notes
            assert [new.answer for new in after] == [r"x \| y<br>z" if n == number else "" for n in range(5)]
            assert changed.count(b"\n") == data.count(b"\n")


def test_where_answers_go():
    text = "Q: One?\n\n* **Q:** Two?\n\n## What is three?\n## End\n"
    deck = read(text)
    results = [insert_answer(text.encode(), note, "a\n\nb", deck="note").decode() for note in deck.notes]
    assert results == [
        "Q: One?\nA: a\n\nb\n\n* **Q:** Two?\n\n## What is three?\n## End\n",
        "Q: One?\n\n* **Q:** Two?\n  **A:** a\n\n  b\n\n## What is three?\n## End\n",
        "Q: One?\n\n* **Q:** Two?\n\n## What is three?\n\na\n\nb\n\n## End\n",
    ]


@pytest.mark.parametrize(
    "answer", ["a\n\n---\n\nb", "a\nQ: b?", "a\n# b", "a\n<details><summary>What?</summary>", ""]
)
def test_what_would_end_the_card_is_refused(answer):
    data = b"Q: One?\n\nQ: Two?\nA: b\n"
    with pytest.raises(AnswerRefusedError, match=r"note\.md:1: E602"):
        insert_answer(data, read(data).notes[0], answer, deck="note")


@pytest.mark.parametrize("answer", ["a\n\n---\n\n## b\n\nQ: c\nA: d", "a\n\nQ: b :: c", "<b>a</b>", "A: b"])
def test_in_a_list_item_nearly_everything_is_safe(answer):
    data = b"* **Q:** One?\n* **Q:** Two?\n"
    changed = insert_answer(data, read(data).notes[0], answer, deck="note")
    assert [note.answer for note in read(changed).notes] == [answer, ""]


def test_an_answered_note_is_refused():
    data = b"Q: One?\nA: b\n"
    with pytest.raises(AnswerRefusedError):
        insert_answer(data, read(data).notes[0], "c", deck="note")


def test_copies_join_the_first():
    data = b"Q: One?\n\nQ: One?\n"
    (note,) = read(data).notes
    (filled,) = read(insert_answer(data, note, "yes", deck="note")).notes
    assert (filled.answer, filled.line, filled.also) == ("yes", 1, (4,))


ANCHORED = """\
<details><summary><b>What is a summary?</b></summary>x</details>

Q: Plain?
A: yes

**Q1: Bold?** #tag

text

* **Q2: With text?** text behind
* **Term** — text

front :: back  <!-- remark -->

C: A [cloze].

**What is a paragraph?**

---

* **Label:**

  ```sh
  x
  ```

## What is a heading? ##
x
"""


def test_anchors_come_and_go():
    for data in forms(ANCHORED):
        notes = read(data).notes
        assert len(notes) == 10
        for note in notes:
            changed = insert_anchor(data, note, "an-1")
            after = read(changed).notes
            assert [new.anchor for new in after] == ["an-1" if old == note else None for old in notes]
            assert [new.prompt for new in after] == [old.prompt for old in notes]
            assert remove_anchors(changed, after) == data


def test_all_anchors_at_once():
    data = (TABLE + "\n" + ANCHORED).encode()
    notes = read(data).notes
    changed, marked = insert_anchors(data, [(note, f"n{number}") for number, note in enumerate(notes)])
    assert marked == list(notes[5:])
    assert [note.anchor for note in read(changed).notes] == [None] * 5 + [
        f"n{number}" for number in range(5, 15)
    ]
    assert remove_anchors(changed, read(changed).notes) == data


@pytest.mark.parametrize("anchor", ["", "a b", "a_b", "ä"])
def test_odd_anchors_are_refused(anchor):
    data = b"Q: a?\nA: b\n"
    with pytest.raises(AnswerRefusedError):
        insert_anchor(data, read(data).notes[0], anchor)


def test_rows_have_no_place_for_an_anchor():
    data = TABLE.encode()
    with pytest.raises(AnswerRefusedError):
        insert_anchor(data, read(data).notes[0], "x")

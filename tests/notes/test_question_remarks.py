"""Remarks, numbers and answers beside the questions of a list (R10)."""

import pytest
from conftest import read

from quiz.notes import insert_answer

LIST = "# N\n\n## Interview questions\n\n{}\n"


def prompts(text, **options):
    return [note.prompt for note in read(text, **options).notes]


@pytest.mark.parametrize(
    "item",
    [
        "1. What is etcd? (important)",
        "1. What is a lease? *(hard)*",
        "1. How do watches work? ⭐",
        "1. What is hot? 🔥 (hot)",
        "1. Quorum? **(asked at Google)** ⭐",
    ],
)
def test_a_remark_in_brackets_behind_a_question_lets_it_ask(item):
    lines = [item.replace("1.", f"{number}.") for number in (1, 2, 3)]
    assert len(prompts(LIST.format("\n".join(lines)))) == 1  # the same question three times
    assert prompts(LIST.format("\n".join(lines)))[0].startswith(item[3:].partition("?")[0] + "?")


def test_a_bold_question_may_have_a_remark_and_its_answer_below():
    text = LIST.format("\n".join(f"{n}. **What is p{n}?** (see below)\n   A thing." for n in (1, 2, 3)))
    assert [(note.prompt, note.answer) for note in read(text).notes] == [
        (f"What is p{n}?", "A thing.") for n in (1, 2, 3)
    ]


def test_what_stands_alone_in_brackets_behind_a_bold_question_is_its_answer():
    text = LIST.format("\n".join(f"{n}. **What is p{n}?** (A thing)" for n in (1, 2, 3)))
    assert [note.answer for note in read(text).notes] == ["(A thing)"] * 3


def test_questions_of_the_template_are_read_and_told_alike():
    text = "# N\n\n## Overview\nx\n\n## Tips\n* tip\n\n## Interview Q&A\n\n* Why a? (hard)\n* Why b? So.\n"
    deck = read(text)
    assert [note.prompt for note in deck.notes if note.kind == "qa"] == ["Why a? (hard)"]
    assert [(one.line, one.code) for one in deck.problems] == [(12, "W316")]


ANSWERED = (
    "1. What is a list? A mutable sequence.\n2. What is a set? It has no order.\n3. What is a dict? A map.\n"
)


def test_a_list_whose_items_answer_themselves_is_told_once():
    deck = read(LIST.format(ANSWERED))
    assert not deck.notes
    assert [(one.line, one.code) for one in deck.problems] == [(5, "W316")]
    assert deck.problems[0].message.startswith("not read: 3 items of this list")


@pytest.mark.parametrize("heading", ["# Interview questions", "# N\n\n## Interview questions"])
def test_an_item_that_answers_itself_is_no_draft_beside_questions(heading):
    text = f"{heading}\n\n* What is a?\n* What is b?\n* What is a list? A mutable sequence.\n* Explain c.\n"
    text += "* What is `x ? y : z`\n* Why is d? Give an example.\n* e?\n* f?\n"
    deck = read(text)
    asked = [
        "What is a?",
        "What is b?",
        "Explain c.",
        "What is `x ? y : z`",
        "Why is d? Give an example.",
        "e?",
        "f?",
    ]
    assert [note.prompt for note in deck.notes] == asked
    line = heading.count("\n") + 5
    assert [(one.line, one.code) for one in deck.problems] == [(line, "W316")]


def test_lists_that_ask_nothing_are_not_told():
    assert not read("# N\n\n" + ANSWERED).problems
    assert not read(LIST.format("* be calm\n* think aloud\n* is it unclear? Ask.\n* rest\n")).problems


def test_the_number_of_a_question_is_no_part_of_it():
    text = LIST.format(
        "* Q1. How does scheduling work?\n* Q2) What is a?\n* **Q3. What is b?**\n* **Q4.** What is c?\n"
    )
    assert prompts(text) == ["How does scheduling work?", "What is a?", "What is b?", "What is c?"]
    assert prompts(LIST.format("* Q1 what?\n* Q. or A?\n* Q2.5 is what?\n"))[0] == "Q1 what?"


def test_an_answer_is_written_below_a_question_with_a_remark():
    text = LIST.format("* Why a? (hard)\n* Q2. Why b? ⭐\n* Why c?")
    for number, note in enumerate(read(text).notes):
        written = read(insert_answer(text.encode(), note, "So.", deck="note"))
        assert [each.answer for each in written.notes] == ["So." * (number == n) for n in range(3)]
        assert [each.prompt for each in written.notes] == ["Why a? (hard)", "Why b? ⭐", "Why c?"]

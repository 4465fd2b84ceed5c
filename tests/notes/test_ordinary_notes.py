"""Notes as people keep them, which nobody prepared for study: template headings, and questions somewhere below."""

import pytest
from conftest import read

TEMPLATE = (
    "Executive Summary",
    "Project Overview",
    "How It Works",
    "Why It Exists",
    "Architecture",
    "Main Components",
    "Setup",
    "Strengths and Weaknesses",
    "Enterprise Evaluation",
    "Comparison",
    "Takeaways",
    "Related Projects",
)
LEVELS = {"Beginner": "junior", "Intermediate": "mid", "Advanced / Architecture": "senior"}
BODIES = (
    "It moves records from one place to another.\n\nWhy bother? Because copies go stale.",
    "| Part | Mark |\n|---|---|\n| Safety | good |",
    "```sh\n# how?\nrun --all\n```",
)


def question(number, level):
    return f"How would part {number} of `relay` behave for a {level} team?"


def plain(number, text):
    return f"{number}. {text}"


def bulleted(_, text):
    return f"- {text}"


def bold_with_answer(number, text):
    return f"{number}. **{text}**\n\n    It would wait.\n"


def marked_answer(number, text):
    return f"{number}. {text}\n   **Answer:** it would wait."


def wrapped(number, text):
    head, _, tail = text.partition(" for ")
    return f"{number}. {head}\n   for {tail}"


def apart(number, text):
    return f"{number}. **{text}**\n\nIt would wait.\n"


WRITERS = (plain, bulleted, bold_with_answer, marked_answer, wrapped, apart)


def note(write, *, title="Interview Preparation", levels=LEVELS, contents=False):
    lines = ["# Relay", ""]
    if contents:
        lines += ["## Table of Contents", *(f"- [{name}?](#{name.lower()})" for name in TEMPLATE), ""]
    for number, name in enumerate(TEMPLATE, 1):
        lines += [f"## {number}. {name}", "", BODIES[number % len(BODIES)], "", "---", ""]
    lines += [f"## 13. {title}", ""]
    for level in levels or ("any",):
        lines += [f"### {level}", ""] if levels else []
        for number in range(1, 11):
            lines.append(write(number, question(number, level)))
            lines += ["11. Explain how it stops."] * (number == 10 and write is plain)
        lines.append("")
    return "\n".join([*lines, "## 14. Handoff", "", "The end."])


@pytest.mark.parametrize("contents", [False, True])
@pytest.mark.parametrize("title", ["Interview Preparation", "Interview Questions & Answers", "FAQ"])
@pytest.mark.parametrize("write", WRITERS)
def test_every_question_and_no_template_heading(write, title, contents):
    deck = read(note(write, title=title, contents=contents))
    asked = {" ".join(each.prompt.split()): each for each in deck.notes}
    for level, tag in LEVELS.items():
        for number in range(1, 11):
            assert asked.pop(question(number, level)).tags == (tag,)
    assert set(asked) <= {"Explain how it stops."}


@pytest.mark.parametrize("write", WRITERS)
def test_questions_without_levels(write):
    deck = read(note(write, levels=()))
    assert sum(each.prompt.endswith("?") for each in deck.notes) == 10
    assert not any(each.tags for each in deck.notes)


@pytest.mark.parametrize("write", [bold_with_answer, marked_answer, apart])
def test_what_stands_below_a_question_is_its_answer(write):
    for each in read(note(write)).notes:
        assert "it would wait." in each.answer.casefold()


def test_a_list_of_questions_in_an_answer_is_told():
    text = "## Interview\n\n- Q: What do you ask first?\n  A: These.\n\n  - Who?\n  - Why?\n  - When?\n"
    deck = read(text)
    assert [each.prompt for each in deck.notes] == ["What do you ask first?"]
    assert [(problem.line, problem.code) for problem in deck.problems] == [(6, "W407")]


def test_one_line_card_below_an_answer():
    deck = read(
        "Q: What is TTL?\nA: A lifetime.\n\n- hop :: one step of a route\n- hop count :: their number\n"
    )
    assert [each.prompt for each in deck.notes] == ["What is TTL?", "hop", "hop count"]


def test_a_summary_that_asks_nothing_below_a_question_heading():
    text = "## How is state kept?\n\n<details><summary>With classes</summary>\n\nIn a field.\n</details>\n"
    (note_,) = read(text).notes
    assert (note_.prompt, note_.answer) == ("How is state kept?", "With classes\n\nIn a field.")


def test_prose_before_a_reveal_is_answer():
    question_ = "## What is printed?\n\n```py\nprint(1)\n```\n\n"
    text = f"{question_}One line.\n\n<details><summary>Answer</summary>\n\n1\n</details>\n"
    (note_,) = read(text).notes
    assert note_.prompt == "What is printed?\n\n```py\nprint(1)\n```"
    assert note_.answer.startswith("One line.")
    assert note_.answer.endswith("1")


def test_sources_behind_a_question_are_no_part_of_it(deck):
    """
    ## 9. Interview Preparation

    **Beginner questions**

    1. What is a relay? ([Docs](https://example.org/relay "relay · Docs"))
    2. Why *one* worker? ([Docs](https://example.org/a)) ([Talk](https://example.org/b))
    3. Is `f(x)` (see [below](#x)) the same?

    **Advanced architecture questions**

    1. How would you shard it?
    2. What breaks *first?*
    3. Who decides ([Docs](https://example.org/c))
    """
    assert [(note.prompt, note.tags) for note in deck.notes] == [
        ("What is a relay?", ("junior",)),
        ("Why *one* worker?", ("junior",)),
        ("Is `f(x)` (see [below](#x)) the same?", ("junior",)),
        ("How would you shard it?", ("senior",)),
        ("What breaks *first?*", ("senior",)),
        ("Who decides ([Docs](https://example.org/c))", ("senior",)),
    ]


def test_short_lists_below_one_heading_count_together(deck):
    """
    ## Interview questions

    ### Basics
    1. What is a relay?
    2. What is a worker?

    ### Advanced
    1. How would you shard it?

    ## More questions
    - Why?
    - A remark
    """
    assert [note.prompt for note in deck.notes] == [
        "What is a relay?",
        "What is a worker?",
        "How would you shard it?",
    ]


def test_numbered_scenes_ask_below_their_headings(deck):
    """
    ## 1. What is a backfill?
    ## 2. A nightly job got slow.
    It took one hour, now it takes three.
    How do you find out why?
    ## 3. A job counts:
    ```text
    20 joins
    ```
    Where do you begin?
    ## 4. Design a retry.
    ## 5. Name two limits.
    ## 6. You found wrong numbers.
    Walk me through it.
    """
    assert [note.prompt for note in deck.notes] == [
        "What is a backfill?",
        "A nightly job got slow.",
        "A job counts:",
        "Design a retry.",
        "Name two limits.",
        "You found wrong numbers.",
    ]

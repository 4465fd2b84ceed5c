"""R4: headings and bold paragraphs that ask."""

import pytest
from conftest import read


def test_a_heading_that_asks(deck, cards):
    """
    # Storage

    ## What is write amplification? 🚀
    One logical write that costs several.

    #### And why?
    Because of blocks.

    ## Not a question
    text
    """
    assert cards == [
        (
            "What is write amplification?",
            "One logical write that costs several.\n\n#### And why?\nBecause of blocks.",
        )
    ]
    assert (deck.notes[0].rule, deck.notes[0].context, deck.notes[0].section) == (
        "R4",
        ("Storage",),
        "Storage",
    )


@pytest.mark.parametrize("heading", ["# What is a?", "## What is a", "## What? (optional)"])
def test_what_is_none(heading):
    assert not read(heading + "\n\nb\n").notes


@pytest.mark.parametrize(
    "heading",
    [
        "## What is a?",
        "###### **What is a?**",
        "## 7. What is a?",
        "## [What is a?](#a)",
        "## 🔥 What is a? 🙂",
    ],
)
def test_what_is_one(heading):
    (note,) = read(heading + "\n\nb\n").notes
    assert note.prompt in ("What is a?", "[What is a?](#a)")


def test_numbered_headings_need_three():
    text = "### 1. Explain a\n\nx\n\n### 2. Explain b\n\ny\n\n"
    assert not read(text).notes
    deck = read(text + "### 3. Explain c\n")
    assert [(note.prompt, note.answer, note.draft) for note in deck.notes] == [
        ("Explain a", "x", False),
        ("Explain b", "y", False),
        ("Explain c", "", True),
    ]


def test_untidy_numbers(cards):
    r"""
    ### 1) Explain a
    ### **2. Explain b**
    ### 🔹 3\. Explain c
    """
    assert [prompt for prompt, _ in cards] == ["Explain a", "Explain b", "Explain c"]


def test_headings_that_open_list_items(deck, cards):
    """
    1. ### What is a closure

        A function with its scope.

        ```js
    # a comment at the margin
        ```

       **[⬆ Back to Top](#contents)**

    2. ### Explain hoisting

    Text at the margin, which ends the list.

    - with a list

       **[⬆ Back to Top](#contents)**
    3. ### What is strict mode

        #### A smaller heading

        is part of it

    4. ### Name what is unanswered

       **[⬆ Back to Top](#contents)**

    ## Disclaimer
    text
    """
    assert [prompt for prompt, _ in cards] == [
        "What is a closure",
        "Explain hoisting",
        "What is strict mode",
        "Name what is unanswered",
    ]
    assert "# a comment at the margin" in cards[0][1]
    assert cards[1][1] == "Text at the margin, which ends the list.\n\n- with a list"
    assert "#### A smaller heading" in cards[2][1]
    assert [note.draft for note in deck.notes] == [False, False, False, True]


def test_q_headings_at_drifting_levels(rules):
    """
    ## Q1. What is a?
    x
    #### Q2. What is b?
    y
    ## Q3 is no mark
    ### Q. What is c?
    z
    """
    assert [(line, prompt) for line, _, _, prompt in rules] == [
        (1, "What is a?"),
        (3, "What is b?"),
        (6, "What is c?"),
    ]


def test_navigation_is_no_answer(cards):
    """
    ## Q. How does it start?

    <a name="start"></a>

    With a call.

    <div align="right">
        <b><a href="#contents">↥ back to top</a></b>
    </div>

    ## Q. How does it end?

    <div align="right">
        <b><a href="#contents">↥ back to top</a></b>
    </div>
    """
    assert cards == [("How does it start?", "With a call."), ("How does it end?", "")]


def test_bold_paragraphs(cards):
    """
    **What is variance? 🐣**

    The spread.

    - of values

    <br/>

    **What is bias? ⭐️**

    Answer here

    <br/>

    **Not a question.**

    **A bold start** of a question?
    """
    assert cards[:2] == [("What is variance?", "The spread.\n\n- of values"), ("What is bias?", cards[1][1])]
    assert cards[1][1].endswith("**A bold start** of a question?")


def test_a_placeholder_below_a_bold_paragraph(cards):
    """
    **What is bias?**

    Answer here

    <br/>

    **What is noise?**

    ---
    """
    assert cards == [("What is bias?", ""), ("What is noise?", "")]


def test_a_heading_with_cards_below_is_context(deck, cards):
    """
    ## Ready for questions?

    Q: What is a?
    A: b

    ## Or these?

    <details><summary>What is c?</summary>d</details>
    """
    assert cards == [("What is a?", "b"), ("What is c?", "d")]
    assert deck.notes[0].context == ("Ready for questions?",)


def test_rules_between_headings_are_no_answers(cards):
    """
    ## What is a?

    ---

    ## What is b?
    c

    ---
    """
    assert cards == [("What is a?", ""), ("What is b?", "c")]


def test_code_with_headings_in_it(cards):
    """
    ### How to comment?
    ```sh
    ### How not to?
    ls
    ```
    ### How to list?
    ls
    """
    assert cards == [("How to comment?", "```sh\n### How not to?\nls\n```"), ("How to list?", "ls")]


def test_escapes_and_context(deck):
    r"""
    # A\&B

    ## What is a\_b?
    x
    """
    (note,) = deck.notes
    assert (note.context, note.section, note.prompt) == (("A&B",), "A&B", r"What is a\_b?")

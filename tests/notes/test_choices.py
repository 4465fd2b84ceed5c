"""R6: choices."""

from conftest import read


def choices(note):
    return [(choice.text, choice.correct) for choice in note.choices]


def test_ticks(deck):
    """
    Q: Which are idempotent?
    - [x] PUT
    - [ ] POST
    - [X] DELETE

    By the specification.
    """
    (note,) = deck.notes
    assert (note.kind, note.rule, note.prompt) == ("choice", "R1", "Which are idempotent?")
    assert choices(note) == [("PUT", True), ("POST", False), ("DELETE", True)]
    assert note.answer == "- [x] PUT\n- [ ] POST\n- [X] DELETE\n\nBy the specification."
    assert note.explanation == "By the specification."


def test_code_before_and_between_options(deck):
    """
    #### Q1. Which one prints?

    Given this:

    ```py
    x = 1
    ```

    - [ ] A

    ```py
    pass
    ```

    - [x] B

    ```py
    print(x)
    ```

    [Reference](https://example.org)

    #### Q2. Next?

    - [ ] ![a](a.png)
    - [x]

    ```py
    y
    ```

    - [ ] c

    Then why.

    ```py
    z
    ```
    """
    first, second = deck.notes
    assert first.prompt == "Which one prints?\n\nGiven this:\n\n```py\nx = 1\n```"
    assert choices(first) == [("A\n\n```py\npass\n```", False), ("B\n\n```py\nprint(x)\n```", True)]
    assert first.explanation == "[Reference](https://example.org)"
    assert choices(second) == [("![a](a.png)", False), ("```py\ny\n```", True), ("c", False)]
    assert second.explanation == "Then why.\n\n```py\nz\n```"


def test_a_picture_between_options_belongs_to_the_one_above(deck):
    """
    ## Which is round?
    - [ ] this
    ![square](s.png)
    - [x] that

    ![circle](c.png)
    """
    assert choices(deck.notes[0]) == [("this\n![square](s.png)", False), ("that\n\n![circle](c.png)", True)]


def test_in_details_and_list_items(deck):
    """
    <details><summary>Which is even?</summary>

    - [ ] 1
    - [x] 2

    </details>

    * **Q:** Which is odd?
      - [x] 1
      - [ ] 2
    """
    assert [(note.kind, note.prompt, choices(note)) for note in deck.notes] == [
        ("choice", "Which is even?", [("1", False), ("2", True)]),
        ("choice", "Which is odd?", [("1", True), ("2", False)]),
    ]


def test_without_a_tick_it_is_an_ordinary_card(deck, problems):
    """
    ## Which?
    - [ ] a
    - [ ] b
    """
    assert [(note.kind, note.prompt, note.answer) for note in deck.notes] == [
        ("qa", "Which?\n\n- [ ] a\n- [ ] b", "")
    ]
    assert problems == [(2, "W305")]


def test_a_list_with_boxes_in_text_is_none(cards, problems):
    """
    - [x] done
    - [ ] open
    """
    assert (cards, problems) == ([], [])


def test_letters_and_a_reveal():
    reveal = (
        "<details><summary><b>Answer</b></summary>\n<p>\n\n#### Answer: {}\n\nSince {}.\n\n</p>\n</details>"
    )
    text = "\n".join(
        f"###### {n}. What is printed?\n\n```js\nf({n});\n```\n\n- A: `one`\n- B: [two]\n- C: three\n\n"
        + reveal.format(letter, n)
        + "\n\n---\n"
        for n, letter in enumerate("BAC", 1)
    )
    deck = read("# Title\n\n" + text)
    assert [note.line for note in deck.notes] == [3, 25, 47]
    assert [[choice.correct for choice in note.choices] for note in deck.notes] == [
        [False, True, False],
        [True, False, False],
        [False, False, True],
    ]
    first = deck.notes[0]
    assert (first.kind, first.rule) == ("choice", "R4")
    assert first.prompt == "What is printed?\n\n```js\nf(1);\n```"
    assert [choice.text for choice in first.choices] == ["`one`", "[two]", "three"]
    assert first.explanation == "Since 1."
    assert first.answer.startswith("- A: `one`\n- B: [two]")
    assert not deck.problems


def test_true_or_false(deck):
    """
    <details>
    <summary>True or False? A set has an order.</summary><br><b>

    False. It has none.
    </b></details>

    <details>
    <summary>True or false? It depends.</summary>

    It does.
    </details>
    """
    first, second = deck.notes
    assert (first.kind, choices(first), first.explanation) == (
        "choice",
        [("True", False), ("False", True)],
        "It has none.",
    )
    assert first.answer == "False. It has none."
    assert second.kind == "qa"


def test_untidy_boxes(deck):
    """
    #### Q7. Which?
    - [] one
    - [ x] two
    * [X]three
    - [x](https://example.org) a link
    """
    assert choices(deck.notes[0]) == [("one", False), ("two", True), ("three", True)]
    assert deck.notes[0].explanation == "- [x](https://example.org) a link"


def test_a_bold_question_of_two_lines(deck):
    """
    **Q1: Which of
    these?**

    Look:

    - [x] a
    - [ ] b

    #### Q. Which?
    ```py
    x
    ```
    - [x] c
    - [ ] d
    """
    assert [note.prompt for note in deck.notes] == ["Which of\nthese?\n\nLook:", "Which?\n\n```py\nx\n```"]


def test_what_is_printed_as_the_answer_is_the_explanation():
    (note,) = read("Q: Which?\n- [x] A\n- [ ] MX\n\nAn address.\n").notes
    assert note.told == "An address."

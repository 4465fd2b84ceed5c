"""R3 and F5: cards of ``<details>``."""

from conftest import read


def test_summary_and_body(deck, cards):
    """
    # Unix

    <details><summary>What does <code>chmod 640</code> give?</summary>

    Read and write to the owner.
    </details>
    """
    assert cards == [("What does <code>chmod 640</code> give?", "Read and write to the owner.")]
    (note,) = deck.notes
    assert (note.line, note.end, note.rule, note.context, note.section) == (3, 6, "R3", ("Unix",), "Unix")


def test_wrapping_tags_go(cards):
    """
    <details>
    <summary><b>What is a shell?</b></summary><br><b>

    * a program
    * a **language**
    </b></details>

    <details>
    <summary>Is <b>one</b> and <b>two</b> kept?</summary>
    <p><b>one</b> and <b>two</b></p>
    </details>
    """
    assert cards == [
        ("What is a shell?", "* a program\n* a **language**"),
        ("Is <b>one</b> and <b>two</b> kept?", "<b>one</b> and <b>two</b>"),
    ]


def test_a_summary_of_several_lines_with_a_fence(cards):
    """
    <details>
    <summary>What is printed?

    ```py
    print(1)
    ```
    </summary><br><b>
    1
    </b></details>
    """
    assert cards == [("What is printed?\n\n```py\nprint(1)\n```", "1")]


def test_an_empty_body_is_a_draft(deck):
    """
    <details>
    <summary>What is a fork bomb?</summary><br><b>
    </b></details>
    """
    assert [note.draft for note in deck.notes] == [True]


def test_labels_are_reveals(cards):
    """
    <details><summary>Show the solution</summary>x</details>
    <details><summary><b>Answer</b></summary>x</details>
    <details><summary>💡 Hint:</summary>x</details>
    <details><summary>Table of Contents</summary>

    - [a](#a) :: b

    </details>
    """
    assert cards == []


def test_a_summary_that_occurs_three_times_is_a_label():
    text = "<details><summary>Lösung</summary>\n\n{}\n\n</details>\n\n"
    assert not read("".join(text.format(n) for n in range(3))).notes
    assert len(read("".join(text.format(n) for n in range(2))).notes) == 2


def test_the_answer_of_a_heading_is_what_its_reveal_hides(cards):
    """
    ### What does it print?

    ```js
    f()
    ```

    <details><summary>Answer</summary>
    <p>

    One.

    </p>
    </details>
    """
    assert cards == [("What does it print?\n\n```js\nf()\n```", "One.")]


def test_nested_details_are_part_of_the_answer(cards):
    """
    <details>
    <summary>What is the outer one?</summary>

    This.

    <details><summary>What is the inner one?</summary>
    That.
    </details>
    </details>
    """
    assert cards == [("What is the outer one?", "This.\n\nThat.")]


def test_an_end_right_below_a_list(cards):
    """
    <details><summary>Which are colours?</summary>

    - red
    - blue
    </details>

    Q: Next?
    A: yes
    """
    assert cards == [("Which are colours?", "- red\n- blue"), ("Next?", "yes")]


def test_in_a_list_item(cards):
    """
    1. <details><summary>What is first?</summary>

       This:

       - a
       </details>
    """
    assert cards == [("What is first?", "This:\n\n- a")]


def test_marks_inside_belong_to_the_card(cards):
    """
    <details><summary>What is in it?</summary>

    Q: Not a card
    a :: b
    ## What is no heading here?

    </details>

    ## What is next?
    It.
    """
    assert [prompt for prompt, _ in cards] == ["What is in it?", "What is next?"]


def test_an_opener_closes_an_open_one(cards, problems):
    """
    <details><summary>What is open?</summary>
    one

    <details><summary>What is closed?</summary>
    two
    </details>
    """
    assert cards == [("What is open?", "one"), ("What is closed?", "two")]
    assert problems == [(1, "E205")]


def test_one_that_is_never_closed_hides_no_other_card(cards, problems):
    """
    ## Part
    <details><summary>What is open?</summary>

    one

    ## Next part

    Q: What is alive?
    A: This.
    """
    assert cards == [("What is open?", "one"), ("What is alive?", "This.")]
    assert problems == [(2, "E205")]


def test_odd_details(cards, problems):
    """
    <details>
    no summary
    </details>

    </details>

    `<details>` in code, and <details> within a line
    """
    assert cards == []
    assert problems == [(1, "W207"), (5, "W206")]


def test_what_stands_before_a_revealed_answer_is_the_question(cards):
    """
    #### Q. What is printed?

    ```js
    f()
    ```

    <details><summary><b>Answer</b></summary>

    One.

    </details>

    #### Q. And now?
    Text.
    <details><summary>See more</summary>

    More.

    </details>
    """
    assert cards == [
        ("What is printed?\n\n```js\nf()\n```", "One."),
        ("And now?", "Text.\n\nMore."),
    ]

"""R1: question and answer marks."""

import pytest
from conftest import read


def test_flush_left(deck, cards):
    """
    Q: Which port does SSH use? #net
    A: 22
    """
    assert cards == [("Which port does SSH use?", "22")]
    (note,) = deck.notes
    assert (note.line, note.end, note.rule, note.tags, note.draft) == (1, 2, "R1", ("net",), False)


def test_the_three_places_of_the_specification(rules):
    """
    Q: What is a quorum? #raft
    A: A majority.

    * **Q:** What does a mutex protect? ^mutex
      **A:** A critical section.

    **Q3: When does a lease end?**
    When its time is over.
    """
    assert rules == [
        (1, "R1", "qa", "What is a quorum?"),
        (4, "R1", "qa", "What does a mutex protect?"),
        (7, "R1", "qa", "When does a lease end?"),
    ]


@pytest.mark.parametrize("mark", ["Q:", "Q3:", "**Q:**", "**Q**:", "**Q3:**", "__Q:__"])
@pytest.mark.parametrize("answer", ["A:", "A3:", "**A:**", "**A**:", "* **A:**"])
def test_every_spelling_of_the_marks(mark, answer):
    (note,) = read(f"{mark} Why?\n{answer} Because.\n").notes
    assert (note.prompt, note.answer) == ("Why?", "Because.")


@pytest.mark.parametrize("text", ["Q\\: a", "Q:a", "FAQ: a", "q: a", " Q", "Q. a", "`Q:` a"])
def test_what_is_no_mark(text):
    assert not read(text + "\nA: b\n").notes


def test_blank_lines_never_end_a_card(cards):
    """
    Q: How is it built?

    In which order?

    A: First the base.

    Then the walls.


    Then the roof.
    """
    assert cards == [
        ("How is it built?\n\nIn which order?", "First the base.\n\nThen the walls.\n\n\nThen the roof.")
    ]


def test_a_question_without_an_answer_is_a_draft(deck, cards):
    """
    Q: One?
    Q: Two?
    A: Yes.
    Q: Three?
    """
    assert cards == [("One?", ""), ("Two?", "Yes."), ("Three?", "")]
    assert [note.draft for note in deck.notes] == [True, False, True]


def test_a_break_a_heading_and_details_end_a_flush_card(cards):
    """
    Q: One?
    A: yes
    ---
    not of it

    Q: Two?
    A: yes

    ### A heading
    not of it

    Q: Three?
    A: yes
    <details><summary>Which shell is it?</summary>bash</details>
    """
    assert cards == [("One?", "yes"), ("Two?", "yes"), ("Three?", "yes"), ("Which shell is it?", "bash")]


def test_a_reveal_is_the_answer_of_the_question_above(cards):
    """
    Q: What is two and two?
    <details><summary>Answer</summary>

    Four.

    </details>

    ---
    """
    assert cards == [("What is two and two?", "Four.")]


def test_an_answer_in_a_list_item_needs_no_mark(cards):
    """
    * **Q:** What is a pod?

      A group of containers.

      ```sh
      kubectl get pods
      ```
    * **Q:** What is a node?
    """
    assert cards == [
        ("What is a pod?", "A group of containers.\n\n```sh\nkubectl get pods\n```"),
        ("What is a node?", ""),
    ]


def test_an_answer_that_is_one_list_item_loses_its_marker(cards):
    """
    * **Q1:** Why a queue?

      * It decouples.
        And it buffers.

    * **Q2:** Why a cache?
      * It is near.
      * It is fast.
    """
    assert cards == [
        ("Why a queue?", "It decouples.\nAnd it buffers."),
        ("Why a cache?", "* It is near.\n* It is fast."),
    ]


def test_the_answer_of_a_list_item_may_be_lazy_nested_or_behind_the_list(cards):
    """
    * **Q:** Lazy?
    A: On the next line.
    * **Q:** Nested?
      * **A:** In a bullet
        of two lines.
    * **Q:** Behind?

    A: Flush left.

    Still of it.

    ## End
    """
    assert cards == [
        ("Lazy?", "On the next line."),
        ("Nested?", "In a bullet\nof two lines."),
        ("Behind?", "Flush left.\n\nStill of it."),
    ]


def test_a_card_at_the_margin_ends_a_list_item_that_would_swallow_it(cards):
    """
    * **Q:** One?
      **A:** First.
    Q: Two?
    A: Second.
    """
    assert cards == [("One?", "First."), ("Two?", "Second.")]


def test_a_wholly_bold_question_ends_with_its_bold(cards):
    """
    **Q1: Plain?** ^one

    A paragraph.

    ---

    **Q2: Marked?**
    A: Yes.

    * **Q3: On the line?** Yes, here.
    * **Q4: Below?**
      - a
      - b
    """
    assert cards == [
        ("Plain?", "A paragraph."),
        ("Marked?", "Yes."),
        ("On the line?", "Yes, here."),
        ("Below?", "- a\n- b"),
    ]


def test_in_a_heading_everything_below_is_the_answer(cards):
    """
    ## Q: What is DNS?
    Names to addresses.

    ### Records
    A and AAAA.

    ## Other
    """
    assert cards == [("What is DNS?", "Names to addresses.\n\n### Records\nA and AAAA.")]


def test_in_a_block_quote(cards):
    """
    > Q: What is quoted?
    > A: This.
    > Q: And this?
    > A: Too.

    Not this.
    """
    assert cards == [("What is quoted?", "This."), ("And this?", "Too.")]


def test_code_in_the_question(cards):
    """
    Q: What does this print?
    ```py
    A: not an answer
    ```
    A: An error.
    """
    assert cards == [("What does this print?\n```py\nA: not an answer\n```", "An error.")]


def test_two_questions_in_one_bullet_are_one_card(cards):
    """
    * **Q:** What is it? And why?
      Q: More?
    """
    assert len(cards) == 1


def test_a_second_answer_mark_is_text(cards, problems):
    """
    Q: One?
    A: yes
    A: no
    """
    assert cards == [("One?", "yes\nA: no")]
    assert problems == [(3, "W303")]


def test_an_answer_mark_without_a_question(cards, problems):
    """
    A: to nothing
    """
    assert cards == []
    assert problems == [(1, "W302")]


def test_options_are_no_answer_marks(problems):
    """
    A: one thing
    B: another

    - A: one
    - B: two
    """
    assert problems == []


def test_a_mark_without_text(cards, problems):
    """
    Q:
    A: what?
    """
    assert cards == []
    assert (1, "W306") in problems


def test_a_question_may_begin_below_its_mark(cards):
    """
    Q:
    What is it?
    A: This.
    """
    assert cards == [("What is it?", "This.")]


def test_a_long_answer_is_mentioned():
    deck = read("Q: a?\nA: b\n" + "c\n" * 41)
    assert [(problem.line, problem.code) for problem in deck.problems] == [(1, "W307")]
    assert read("Q: a?\nA: b\n" + "c\n" * 30).problems == ()


def test_prose_before_the_first_card_is_nothing(cards, problems):
    """
    Some words.

    - A list
    """
    assert (cards, problems) == ([], [])


def test_a_yes_with_a_rule_below_is_no_heading(cards):
    """
    Q: Is it?
    A: yes
    ---
    Q: Is it not?
    A: no
    """
    assert cards == [("Is it?", "yes"), ("Is it not?", "no")]


def test_indented_and_boxed_rules_belong_to_the_answer(cards):
    """
    * **Q:** One?

      first

      ---

      second
    """
    assert cards == [("One?", "first\n\n---\n\nsecond")]


def test_a_bold_that_ends_right_behind_the_mark_is_that_of_the_mark(cards):
    """
    **Q1: **Which port?
    A: 53
    """
    assert cards == [("Which port?", "53")]

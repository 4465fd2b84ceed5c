"""The same question twice, in a file and across files."""

from conftest import read

from quiz.notes import cross_file_problems


def test_copies_are_kept_once(deck, problems):
    """
    Q: What is a?
    A: b

    Q: what is  A?
    A: b
    """
    assert [(note.line, note.also) for note in deck.notes] == [(1, (4,))]
    assert problems == [(4, "W402")]


def test_a_draft_joins_its_answer(deck, cards):
    """
    Q: What is a?

    Q: What is a?
    A: b

    Q: What is a?
    """
    assert cards == [("What is a?", "b")]
    assert (deck.notes[0].line, deck.notes[0].also) == (3, (1, 6))


def test_other_answers_are_other_cards(cards, problems):
    """
    Q: What is a?
    A: b

    Q: What is a?
    A: c
    """
    assert cards == [("What is a?", "b"), ("What is a?", "c")]
    assert problems == [(4, "W401")]


def test_signs_tell_questions_apart(cards):
    """
    Q: What does `*` do?
    Q: What does `&` do?
    """
    assert len(cards) == 2


def test_code_below_the_same_heading_tells_them_apart(cards):
    """
    ## What is printed?
    ```
    1
    ```
    - [x] 1
    - [ ] 2

    ## What is printed?
    ```
    2
    ```
    - [ ] 1
    - [x] 2
    """
    assert [prompt for prompt, _ in cards] == [
        "What is printed?\n\n```\n1\n```",
        "What is printed?\n\n```\n2\n```",
    ]


def test_levels_of_challenges_are_no_questions(cards):
    """
    | Level | Challenge |
    |-------|-----------|
    | Easy  | one       |
    | Easy  | two       |
    """
    assert cards == [("Easy", "one"), ("Easy", "two")]


def test_the_first_keeps_the_anchor(deck, problems):
    """
    Q: What is a? ^x
    A: b

    Q: What is c? ^x
    A: d
    """
    assert [note.anchor for note in deck.notes] == ["x", None]
    assert problems == [(4, "E403")]


def test_across_files():
    one = read("Q: What is a? ^x\nA: b\n\nQ: Draft?\n", file="one.md")
    two = read("Q: What is a? ^x\nA: b\n\nQ: Draft?\n\nQ: What is e?\nA: f\n", file="two.md")
    found = [(problem.file, problem.line, problem.code) for problem in cross_file_problems([one, two])]
    assert found == [("two.md", 1, "W402"), ("two.md", 1, "E403")]
    assert not cross_file_problems([one])

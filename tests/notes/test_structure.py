"""F1 to F9, dead zones, bytes and lines, the order of the rules."""

import pytest
from conftest import read


def prompts(text):
    return [note.prompt for note in read(text).notes]


def codes(text):
    return [(problem.line, problem.code) for problem in read(text).problems]


def test_f1_four_backticks_close_three(cards):
    """
    ```sh
    Q: dead
    ````
    Q: alive?
    A: yes
    """
    assert cards == [("alive?", "yes")]


def test_f1_a_longer_fence_holds_shorter_ones(cards):
    """
    ````md
    ```
    Q: dead
    ```
    ```
    Q: dead too
    ````
    Q: alive?
    A: yes
    ```one line```
    """
    assert cards == [("alive?", "yes\n```one line```")]


F2 = """\
2. Run this:
   ```sql
   select 1;
````
3. Still live, and the heading after it too.

## What is alive?
This.
"""


def test_f2_a_fence_left_of_its_opener_is_repaired():
    assert prompts(F2) == ["What is alive?"]
    assert codes(F2) == [(4, "W202")]


def test_f2_in_a_quote():
    text = "> ```sh\n> ls\n```\n\nQ: a?\nA: b\n"
    assert prompts(text) == ["a?"]
    assert codes(text) == [(3, "W202")]


def test_f3_no_repair_across_an_opener():
    text = "- a\n  ```sh\n  x\n\n```js\ny\n```\n\nQ: a?\nA: b\n"
    assert codes(text) == [(2, "W203")]
    assert prompts(text) == ["a?"]


def test_f3_no_repair_across_a_heading():
    text = "- a\n  ```sh\n  x\n\n## What is alive?\nThis.\n\n```\ny\n```\n"
    assert codes(text) == [(2, "W203")]
    assert prompts(text) == ["What is alive?"]


def test_f2_a_single_hash_is_a_comment():
    text = "1. ### What is a\n\n   ```sh\n# a comment\nls\n   ```\n2. ### What is b\n3. ### What is c\n"
    assert prompts(text) == ["What is a", "What is b", "What is c"]
    assert codes(text) == [(6, "W202")]


def test_f4_a_fence_open_at_the_end():
    text = "Q: a?\nA: b\n\n```sh\nQ: dead?\n"
    assert prompts(text) == ["a?"]
    assert codes(text) == [(4, "E201")]


def test_f6_lines_of_one_paragraph(cards):
    """
    words
    Q: One?
    A: 1
    Q: Two?
    A: 2
    - item
    a :: b
    """
    assert cards == [("One?", "1"), ("Two?", "2\n- item\na :: b")]


def test_f7_a_comment_never_closed():
    text = "Q: a?\nA: b\n\n<!-- open\nQ: dead?\n"
    assert prompts(text) == ["a?"]
    assert codes(text) == [(4, "E204")]


def test_comments_are_dead(cards):
    """
    <!-- Q: dead?
    A: dead

    ## What is dead?
    -->
    Q: alive? <!-- a remark -->
    A: yes <!-- Q: no -->

    text about `<!--` and about <!-- in a line

    Q: still?
    A: yes
    """
    assert [prompt for prompt, _ in cards] == ["alive?", "still?"]


def test_off_and_on(cards, problems):
    """
    Q: a?
    A: b
    ---
    <!-- dquiz:off -->
    Q: dead?
    ## What is dead?
    <!-- dquiz:on -->

    Q: c?
    A: d
    """
    assert cards == [("a?", "b"), ("c?", "d")]
    assert problems == []


def test_off_for_good(cards, problems):
    """
    Q: a?
    A: b

    <!-- dquiz:off -->
    Q: dead?
    """
    assert cards[0][0] == "a?"
    assert len(cards) == 1
    assert problems == [(4, "W208")]


def test_code_is_dead(cards):
    """
    ```
    Q: dead
    a :: b
    <details><summary>What is dead?</summary>x</details>
    ## What is dead?
    ```

        Q: indented

    `code
    Q: in a span
    code`

    <div>
    ```
    Q: in html
    ```
    </div>
    """
    assert cards == []


def test_f8_escaped_headings(deck):
    r"""
    ## Tips \& Tricks
    * a

    ## Interview Q\&A
    * What is b?

    ## Tasks
    * c
    """
    assert [(note.prompt, note.section) for note in deck.notes] == [
        ("a", "Tips & Tricks"),
        ("What is b?", "Interview Q&A"),
        ("c", "Tasks"),
    ]


def test_lines_split_at_line_feeds_only():
    text = "Q: a\u2028b\u0085c?\nA: d\x0ce\x0bf\n\nQ: g?\nA: h\n"
    deck = read(text)
    assert [(note.line, note.prompt) for note in deck.notes] == [(1, "a\u2028b\u0085c?"), (4, "g?")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines(end):
    deck = read(f"\ufeffQ: a?{end}A: b{end}{end}Q: c?{end}A: d")
    assert [(note.line, note.end, note.prompt, note.answer) for note in deck.notes] == [
        (1, 2, "a?", "b"),
        (4, 5, "c?", "d"),
    ]


def test_bytes_that_are_not_utf8():
    deck = read(b"Q: a?\nA: caf\xe9\n\nQ: b\xff?\nA: c\n")
    assert [(note.prompt, note.answer) for note in deck.notes] == [("a?", "caf\ufffd"), ("b\ufffd?", "c")]
    assert [(problem.line, problem.code) for problem in deck.problems] == [(2, "E101")]


def test_a_file_that_is_no_text():
    deck = read(b"Q: a?\0\nA: b\n")
    assert not deck.notes
    assert [problem.code for problem in deck.problems] == ["E102"]


def test_nested_too_deep():
    deck = read("Q: a?\nA: b\n\n---\n\n" + "- " * 150 + "x\n")
    assert [note.prompt for note in deck.notes] == ["a?"]
    assert [problem.code for problem in deck.problems] == ["W209"]


def test_the_outer_container_wins(cards):
    """
    * **Q:** Outer?
      <details><summary>Is this inner?</summary>x</details>

      inner :: no
      ### Inner heading?
    """
    assert len(cards) == 1


def test_empty_files():
    for text in ("", "\n", "\ufeff", "---\n---\n", " "):
        assert not read(text).notes
        assert not read(text).problems


def test_a_repaired_fence_keeps_the_indent_of_its_code(cards):
    """
    1. **Q:** How to return?

       ```py
    def f():
        return 1
    ```

    * **Q:** How to loop?

      ```py
      for x in y:
          pass
    ```
    """
    assert cards == [
        ("How to return?", "```py\ndef f():\n    return 1\n```"),
        ("How to loop?", "```py\nfor x in y:\n    pass\n```"),
    ]


def test_text_behind_a_list_keeps_its_indent(cards):
    """
    1. ### What is a

    ```py
    def f():
        return 1
    ```

    2. ### What is b
    3. ### What is c
    """
    assert cards[0] == ("What is a", "```py\ndef f():\n    return 1\n```")


def test_a_repair_swallows_no_question(cards, problems):
    """
    1. ### What does a mutex guard?

       ```c
       lock(&m);

    2. ### What does a semaphore count?

       Permits.

       ```
       wait(&s);
       ```

    3. ### What does a latch wait for?

       The last of many.
    """
    assert [prompt for prompt, _ in cards] == [
        "What does a mutex guard?",
        "What does a semaphore count?",
        "What does a latch wait for?",
    ]
    assert "wait(&s);" in cards[1][1]
    assert problems == [(3, "W203")]


def test_a_repair_swallows_no_marked_question(cards, problems):
    """
    - Q: What does `cp` do?
      ```sh
      cp a b
    - Q: What does `mv` do?
      ```
      mv a b
      ```
    """
    assert [prompt for prompt, _ in cards] == ["What does `cp` do?", "What does `mv` do?"]
    assert problems == [(2, "W203")]

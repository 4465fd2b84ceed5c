"""R7 to R10."""

from conftest import read


def test_labels_with_code(cards, rules):
    """
    * **Undo the last commit, keep the changes**:     <!-- a remark -->

      ```sh
      git reset --soft HEAD~1
      ```
    * **Stash:**

    ```sh
    git stash
    ```

    * Step one:

    ```sh
    not a card
    ```
    """
    assert cards == [
        ("Undo the last commit, keep the changes", "```sh\ngit reset --soft HEAD~1\n```"),
        ("Stash", "```sh\ngit stash\n```"),
    ]
    assert {rule for _, rule, _, _ in rules} == {"R7"}


def test_a_tldr_page(cards, rules):
    """
    # mv2

    > Move things.
    > More information: <https://example.org>.

    - Move a file:

    `mv2 {{path/to/source}} {{path/to/target}}`

    - Do [a]ll:

    `mv2 {{[-a|--all]}}`

    - No code here:

    text
    """
    assert cards == [
        ("mv2 › Move a file", "`mv2 {{path/to/source}} {{path/to/target}}`"),
        ("mv2 › Do [a]ll", "`mv2 {{[-a|--all]}}`"),
    ]
    assert {(rule, kind) for _, rule, kind, _ in rules} == {("R7", "cheatsheet")}


def test_terms(cards, rules):
    """
    * **Sidecar** — a second container      <!-- a remark -->
    * **Pod** – a group
    * **Node** → a machine
    * **Job** - runs once
    * **Taint**: keeps away
    * **Label:** a key

      and a value
    * **Bold** text without a separator
    * **Bold**-ish text
    * Plain — text
    """
    assert cards == [
        ("Sidecar", "a second container"),
        ("Pod", "a group"),
        ("Node", "a machine"),
        ("Job", "runs once"),
        ("Taint", "keeps away"),
        ("Label", "a key\n\nand a value"),
    ]
    assert {(rule, kind) for _, rule, kind, _ in rules} == {("R8", "term")}


def test_a_term_in_an_answer_is_not_harvested(cards):
    """
    Q: What is in a cluster?
    A: These:

    * **Pod** — a group
    """
    assert len(cards) == 1


def test_tables_by_header(rules):
    """
    | Question | x | **Answer** |
    |----------|---|:----------:|
    | What is a? | 1 | b |
    | What is c? | 2 |

    |Term|Definition|
    |:--|--:|
    |a|b|

    | Skill | Why it matters |
    | --- | --- |
    | a | b |

    | Exercise |
    |---|
    | do a |

    | Level | Challenge |
    |---|---|
    | Easy | do b |

    | Name | Value |
    |---|---|
    | a | b |
    """
    assert rules == [
        (3, "R9", "qa", "What is a?"),
        (4, "R9", "qa", "What is c?"),
        (8, "R9", "term", "a"),
        (12, "R9", "roadmap", "a"),
        (16, "R9", "task", "do a"),
        (20, "R9", "challenge", "Easy"),
    ]


def test_ragged_rows_and_escaped_bars(cards):
    r"""
    | Term | Meaning |
    |--|--|
    | a \| b | `c \| d` | extra |
    | e |
    no row

    \| Term \| Meaning \|
    \|--\|--\|
    \| x \| y \|
    """
    assert cards == [(r"a \| b", r"`c \| d`"), ("e", "")]


def test_question_lists(deck, cards):
    """
    ## General questions

    * What is a?
    * Explain b.
      * And why?
    * What is c?
      Two words.
    * A remark.

    ## Other

    * What is d?
    * What is e?
    * What is f?
    """
    assert cards == [("What is a?", ""), ("Explain b.\n* And why?", ""), ("What is c?", "Two words.")]
    assert all(note.rule == "R10" for note in deck.notes)


def test_question_lists_by_title_or_file_name():
    text = "* What is a?\n* What is b?\n* c\n"
    assert not read(text).notes
    assert len(read(text, file="x/html-questions.md").notes) == 2
    assert len(read("# Interview\n" + text).notes) == 2
    assert len(read("---\ntitle: Interview\n---\n" + text).notes) == 2
    assert len(read("---\ntitle: Interview\n---\n" + text + "\nQ: x?\nA: y\n").notes) == 1
    assert not read("## Interview\n* a?\n* b?\n").notes
    assert not read("## Interview\n* a?\n* b\n* c\n").notes
    assert len(read("## Interview\n" + text + "\nQ: x?\nA: y\n").notes) == 3


def test_explicit_turns_the_harvest_off():
    text = "* **Pod** — a group\n\n## What is a?\nb\n"
    assert len(read(text).notes) == 2
    assert [note.rule for note in read("---\ndquiz: explicit\n---\n" + text).notes] == ["R4"]
    assert not read("---\ndquiz: off\n---\n" + text).notes

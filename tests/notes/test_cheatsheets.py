"""T3: titles of a cheat sheet."""

import inspect

from conftest import read


def items(doc):
    text = "## Tips\n- x\n## Tasks\n- y\n## Cheat Sheets\n" + inspect.cleandoc(doc) + "\n"
    deck = read(text)
    found = [(note.prompt, note.answer) for note in deck.notes if note.kind == "cheatsheet"]
    return found, [(problem.line - 5, problem.code) for problem in deck.problems]


def test_the_example_of_the_specification():
    found, problems = items(
        """
        ### ▶️ Find big files
        ```sh
        du -ah . | sort -h | tail
        ````
        ### 🔹 Signals
        | Name | Number |
        |---|---|
        | KILL | 9 |
        """
    )
    assert found == [
        ("Find big files", "```sh\ndu -ah . | sort -h | tail\n````"),
        ("Signals", "| Name | Number |\n|---|---|\n| KILL | 9 |"),
    ]
    assert not problems


def test_bold_bullets():
    found, _ = items(
        """
        * **Plain**
          indented
        * **Colon**:

        ```sh
        at the margin
        ```

        Prose.

        ```sh
        again
        ```
        * **Inside:**

          1. one
          2. two
        * **Remark** (only here):

          - nested **bold**
        * **Code** `x`

          below
        * **Inline:** the text
        * **R**ead is content
        * **Also inline**: text
        """
    )
    assert found == [
        ("Plain", "indented"),
        ("Colon", "```sh\nat the margin\n```\n\nProse.\n\n```sh\nagain\n```"),
        ("Inside", "1. one\n2. two"),
        ("Remark (only here)", "- nested **bold**"),
        ("Code `x`", "below"),
        ("Inline", "the text\n* **R**ead is content"),
        ("Also inline", "text"),
    ]


def test_bold_lines():
    found, _ = items(
        """
        **One**
        text right below

        ---

        🔧 **Two:**

        1. **A step**
        2. Another

        **Bold** in a sentence
        """
    )
    assert found == [
        ("One", "text right below"),
        ("Two", "1. **A step**\n2. Another\n\n**Bold** in a sentence"),
    ]


def test_with_sub_headings_they_are_the_titles():
    found, _ = items(
        """
        * **Before**

          x

        ### 1. First
        * **Not a title**
          y

        ---

        #### Deeper
        z
        """
    )
    assert found == [("Before", "x"), ("First", "* **Not a title**\n  y"), ("Deeper", "z")]


def test_a_title_without_content_and_code_without_a_title():
    found, problems = items(
        """
        ```sh
        orphan
        ```

        ### Empty

        ### Full
        x
        """
    )
    assert found == [("Full", "x")]
    assert problems == [(1, "W309"), (5, "W308")]


def test_no_title_at_all():
    found, problems = items("* plain\n* bullets")
    assert found == []
    assert problems == [(0, "W310")]


def test_rows_and_bullets_are_no_items_of_their_own():
    found, _ = items(
        """
        ### Commands
        * **ls**: list
        * **cd** — change

        | Term | Meaning |
        |------|---------|
        | a    | b       |
        """
    )
    assert len(found) == 1


def test_a_drill_is_no_title():
    doc = """
        ### List
        ```sh
        ls
        ```
        ### Drill: slow disk
        Two steps.

        Q: What first?
        A: iostat

        Q: What next?
        A: lsof
        ### Look
        dig
        """
    assert items(doc) == ([("List", "```sh\nls\n```"), ("Look", "dig")], [])

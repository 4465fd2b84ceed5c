"""T0 to T6: the self-help note."""

import inspect

import pytest
from conftest import read

from quiz.notes.sections import split_concept, split_next
from quiz.notes.template import section_kind

NOTE = """
# Note

## 🗺️ Overview
{overview}

## 🚀 Roadmap
{roadmap}

## 🔨 Tasks
{task}

## 🧰 Cheat Sheets
{cheatsheet}

## 🎯 Challenges
{challenge}

## 🎤 Interview Q\\&A
{qa}

## 🧭 Next Steps
{next}

## 💡 Small Tips
{tip}

## 🧩 Mental Models
{concept}

## Resources
{other}
"""


def items(**sections):
    """What a note with these sections yields."""
    names = (
        "overview",
        "roadmap",
        "task",
        "cheatsheet",
        "challenge",
        "qa",
        "next",
        "tip",
        "concept",
        "other",
    )
    texts = dict.fromkeys(names, "") | {name: inspect.cleandoc(text) for name, text in sections.items()}
    deck = read(NOTE.format(**texts))
    return [(note.prompt, note.answer) for note in deck.notes], deck


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("🚀 Study Roadmap", "roadmap"),
        ("6️⃣ Interview Q\\&A", "qa"),
        ("6. **Cheat Sheet**_:", "cheatsheet"),
        ("🧰 Cheatsheets", "cheatsheet"),
        ("Challenge Roadmap", "roadmap"),
        ("🎯 Harder Challenges", "challenge"),
        ("🧭 Next Stack Recommendations", "next"),
        ("What to learn next", None),
        ("Next Steps", "next"),
        ("Small Tips", "tip"),
        ("Hands-on Practice", "task"),
        ("Q and A", "qa"),
        ("FAQ", "qa"),
        ("Questions", "qa"),
        ("Questions and Answers", "qa"),
        ("Common Questions", None),
        ("🧬 My Philosophy", "concept"),
        ("An Overview", "overview"),
        ("Any tips?", None),
        ("Q: Tips", None),
        ("A much longer heading that mentions some tips", None),
        ("Multitasking", None),
    ],
)
def test_section_kinds(heading, kind):
    assert section_kind(heading) == kind


def test_three_kinds_make_a_note():
    text = "## Roadmap\n\n| x | y | z |\n|-|-|-|\n| 1 | a | b |\n\n## Tips\n- c\n"
    assert not read(text).notes
    assert len(read(text + "\n## Tasks\n- d\n").notes) == 3
    assert len(read("---\ndquiz: note\n---\n" + text).notes) == 2


def test_roadmap():
    cards, deck = items(
        roadmap=r"""
        | Stage | Concept | Reason |
        |:-----:|---------|--------|
        | 1️⃣ | Tables | hold `a \| b` |
        | **2** | 🔥 Views | show |
        | 🔟 | Short |

        Prose is none.
        """
    )
    assert cards == [("Tables", r"hold `a \| b`"), ("Views", "show"), ("Short", "")]
    (first, *_) = deck.notes
    assert (first.rule, first.kind, first.section, first.context) == (
        "T:roadmap",
        "roadmap",
        "Roadmap",
        ("Note", "🚀 Roadmap"),
    )


def test_columns_by_name_or_position():
    assert items(roadmap="| Focus | Why? |\n|-|-|\n| a | b |")[0] == [("a", "b")]
    assert items(roadmap="| x | y | z |\n|-|-|-|\n| 1 | a | b |")[0] == [("a", "b")]
    assert items(roadmap="| x | y |\n|-|-|\n| a | b |")[0] == [("a", "b")]


def test_a_roadmap_of_bullets_gives_none():
    cards, deck = items(roadmap="* one\n* two")
    assert cards == []
    assert (7, "W310") in [(problem.line, problem.code) for problem in deck.problems]


def test_tasks():
    cards, deck = items(
        task="""
        | Task | Description |
        |------|-------------|
        | 🔥 Build | it |
        | ✅ Run | |

        - ✅ Write `x`
        - [ ] Read:
          - indented
        1. Start:

        ```sh
        go
        ```
        """
    )
    assert cards == [
        ("Build", "it"),
        ("Run", ""),
        ("Write `x`", ""),
        ("Read", "- indented"),
        ("Start", "```sh\ngo\n```"),
    ]
    assert {note.kind for note in deck.notes} == {"task"}
    assert not any(note.draft for note in deck.notes)


def test_challenges():
    cards, deck = items(challenge="| Level | Task |\n|-|-|\n| 🥉 Easy | one |\n| 🏆 Expert | two |")
    assert cards == [("Easy", "one"), ("Expert", "two")]
    assert [note.level for note in deck.notes] == ["Easy", "Expert"]
    assert items(challenge="1. **Easy**: one\n2. two")[0] == [("**Easy**: one", ""), ("two", "")]


def test_questions():
    cards, deck = items(
        qa="""
        * **Q1:** Marked?
          **A:** Yes.
        * **Q2: Bold?**
          * One bullet.
        * Unmarked?
        * No question
        * **Q:** Said so

        **Q3: A paragraph?**

        With text.

        ---

        not of it

        ### A heading?
        Below.

        ---
        not of it
        """
    )
    assert cards == [
        ("Marked?", "Yes."),
        ("Bold?", "One bullet."),
        ("Unmarked?", ""),
        ("Said so", ""),
        ("A paragraph?", "With text."),
        ("A heading?", "Below."),
    ]
    assert [note.rule for note in deck.notes] == ["R1", "R1", "T:qa", "R1", "R1", "R4"]
    assert {note.section for note in deck.notes} == {"Interview Q&A"}


def test_rules_of_other_sections_do_not_hold_in_the_template():
    cards, _ = items(
        overview="* **Term** — text\n\n| Term | Meaning |\n|-|-|\n| a | b |\n\n### Why?\nSo.",
        tip="* **Term** — text",
        other="### Why here?\nSo.\n\n### End\n* **Word** — sense",
    )
    assert cards == [("**Term** — text", ""), ("Why here?", "So."), ("Word", "sense")]


def test_tier_one_holds_in_the_template():
    cards, _ = items(tip="* a tip\n\nfront :: back", concept="C: A [word].", overview="Q: a?\nA: b")
    assert cards == [("a?", "b"), ("a tip", ""), ("front", "back"), ("A [word].", "")]


@pytest.mark.parametrize(
    ("text", "prompt", "answer"),
    [
        ("**Redis** — caching", "Redis", "caching"),
        ("**Redis**—caching", "Redis", "caching"),
        ("**Redis** → caching", "Redis", "caching"),
        ("**Redis** -> caching", "Redis", "caching"),
        ("Redis - caching", "Redis", "caching"),
        ("**Redis:** caching — fast", "Redis", "caching — fast"),
        ("**Redis**: caching", "Redis", "caching"),
        ("**Lua tools** (luacheck) – linting", "**Lua tools** (luacheck)", "linting"),
        ("**Redis** for queues", "Redis", "for queues"),
        ("`a -> b` → an arrow", "`a -> b`", "an arrow"),
        ("well-known things", "well-known things", ""),
        ("**Redis**", "Redis", ""),
    ],
)
def test_next_steps_are_split(text, prompt, answer):
    assert split_next(text) == (prompt, answer)


def test_next_steps():
    cards, _ = items(next="After this, learn:\n\n* **A** — b\n* 🔧 **C** — d")
    assert cards == [("A", "b"), ("C", "d")]


def test_tips():
    cards, deck = items(tip="* 💡 Use `a` & **b**.\n  More.\n* Other #x\n\n  Below")
    assert cards == [("Use `a` & **b**.\n  More.".replace("\n  ", "\n"), ""), ("Other", "Below")]
    assert deck.notes[1].tags == ("x",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Table = everything", ("Table", "everything")),
        ("**Pod** = unit of `a = b`", ("Pod", "unit of `a = b`")),
        ("a = b = c", None),
        ("a == b", None),
        ("a=b", None),
        ("**X = Y in a bold sentence**", None),
        ("x" * 61 + " = y", None),
    ],
)
def test_concepts_are_split(text, found):
    assert split_concept(text) == found


def test_concepts():
    cards, deck = items(
        concept="> X = Y\n\n* Map = terrain\n\n🔥 One = first\n🧊 Two = second\nThree = none\n\nWord = none"
    )
    assert cards == [("Map", "terrain"), ("One", "first"), ("Two", "second")]
    assert [note.line for note in deck.notes] == [31, 33, 34]


def test_numbered_section_headings_are_no_questions():
    text = "## 1. Overview\nx\n## 2. Tips\n- a\n## 3. Tasks\n- b\n## 4. Resources\nc\n## 5. Links\nd\n"
    assert [note.prompt for note in read(text).notes] == ["a", "b"]


def test_a_second_copy_is_read_once(deck, cards, problems):
    """
    ## Tips
    - a tip

    ## Tasks
    - a task

    ## Next steps
    - **X** — y

    ```

    ```

    ````markdown
    ## Tips
    - a tip
    ````

    ## Tasks
    - a task

    ## Next steps
    - **X** — y
    ````
    """
    assert cards == [("a tip", ""), ("a task", ""), ("X", "y")]
    assert [note.also for note in deck.notes] == [(), (20,), (23,)]
    assert [code for _, code in problems] == ["W402", "W402", "E201"]

"""Questions that build on each other: drills, follow-ups, and what is said of a step that is missing."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from quiz.cards import Exchange
from quiz.chains import exchange_of, steps_before
from quiz.cues.hashes import content_hash
from quiz.notes import parse
from quiz.notes.writing import insert_answer

POD = "Q: What is a pod?\nA: Containers with one address.\n"


def read(text):
    return parse(text.encode(), file="n.md", deck="n")


def chain(text):
    """What each note of a text was told of the steps before it, by its prompt."""
    return {note.prompt: [step.question for step in note.earlier] for note in read(text).notes}


def problems(text):
    return [(problem.line, problem.code) for problem in read(text).problems]


def steps(*prompts, heading="### Drill: the pod is Pending"):
    body = "\n".join(f"* **Q:** {prompt}\n\n  **A:** x{n}\n" for n, prompt in enumerate(prompts))
    return f"# N\n\n## Interview\n\n{heading}\n\n{body}"


# --- drills ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    ["### Drill: a", "## Drill: a", "###### 🔥 Drill: a", "### **Drill:** a", "### drill: why is it?"],
)
def test_the_questions_of_a_drill_build_on_each_other(heading):
    assert chain(steps("Is it a?", "Is it b?", "Is it c?", heading=heading)) == {
        "Is it a?": [],
        "Is it b?": ["Is it a?"],
        "Is it c?": ["Is it a?", "Is it b?"],
    }


@pytest.mark.parametrize("heading", ["# Drill: a", "### Drilling: a", "### A drill: b", "### Drill"])
def test_other_headings_are_no_drill(heading):
    assert not any(chain(steps("Is it a?", "Is it b?", heading=heading)).values())


def test_each_drill_is_a_chain_of_its_own():
    text = steps("Is it a?", "Is it b?") + steps("Is it c?", "Is it d?", heading="### Drill: another")
    assert chain(text)["Is it d?"] == ["Is it c?"]


def test_steps_may_be_choices_clozes_and_terms():
    text = (
        "## Drill: x\n\nQ: Which one?\n- [x] a\n- [ ] b\n\n### More\n\nC: It is {{a::letter}}.\n\n### End\n\n"
        "- **A** — the letter\n"
    )
    last = read(text).notes[-1]
    assert last.earlier == (Exchange("Which one?", "a"), Exchange("It is a.", ""))


def test_a_step_remembers_the_last_five_before_it():
    text = steps(*(f"Is it {n}?" for n in range(9)))
    assert chain(text)["Is it 8?"] == [f"Is it {n}?" for n in range(3, 8)]


# --- follow-ups ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "follow_up",
    [
        "Q: Follow-up: and two?\nA: b",
        "Q: **Follow-up:** and two?\nA: b",
        "Q: **Follow-up: and two?**\nA: b",
        "Q: follow up 1: and two?\nA: b",
        "* **Q:** Follow-up: and two?\n\n  **A:** b",
        "<details><summary>Follow-up: and two?</summary>\n\nb\n</details>",
        "**Follow-up: and two?**\n\nb",
    ],
)
def test_a_follow_up_builds_on_the_question_above_it(follow_up):
    text = f"## Pods\n\n{POD}\n{follow_up}\n"
    [_, (prompt, earlier)] = chain(text).items()
    assert earlier == ["What is a pod?"]
    assert "and two?" in prompt
    assert problems(text) == []


def test_a_follow_up_in_headings():
    text = "## Pods\n\n### What is a pod?\nIt is.\n\n### Follow-up: and two?\nb\n\n### Follow-up: three?\nc\n"
    assert list(chain(text).values()) == [[], ["What is a pod?"], ["What is a pod?", "Follow-up: and two?"]]


def test_a_follow_up_in_a_list_of_questions_is_no_term():
    text = "# Interview questions\n\n- What is a?\n- **Follow-up:** and b?\n- Follow-up: and c?\n"
    assert [note.prompt for note in read(text).notes][1:] == ["**Follow-up:** and b?", "Follow-up: and c?"]


def test_a_question_between_ends_the_chain():
    text = f"{POD}\nQ: What is a node?\nA: a\n\nQ: Follow-up: how many?\nA: b\n"
    assert chain(text)["Follow-up: how many?"] == ["What is a node?"]


@pytest.mark.parametrize("above", ["", f"## Pods\n\n{POD}\n"])
def test_a_follow_up_below_no_question_is_told_and_asked_on_its_own(above):
    text = f"{above}## Other\n\nQ: Follow-up: how many?\nA: b\n"
    assert chain(text)["Follow-up: how many?"] == []
    assert problems(text) == [(text[: text.index("Q: Follow")].count("\n") + 1, "W314")]


# --- steps without an answer -----------------------------------------------------------------------------------------


def test_the_steps_below_a_draft_do_without_it():
    text = steps("Is it a?", "Is it b?", "Is it c?").replace("\n\n  **A:** x1", "")
    assert chain(text) == {"Is it a?": [], "Is it b?": ["Is it a?"], "Is it c?": ["Is it a?"]}
    assert problems(text) == [(11, "W313")]


def test_the_last_step_may_wait_for_its_answer():
    assert problems(steps("Is it a?", "Is it b?").replace("\n\n  **A:** x1", "")) == []


def test_a_draft_in_a_chain_can_be_filled():
    text = steps("Is it a?", "Is it b?", "Is it c?").replace("\n\n  **A:** x1", "")
    data = text.encode()
    filled = insert_answer(data, read(text).notes[1], "Yes.", deck="n")
    assert chain(filled.decode())["Is it c?"] == ["Is it a?", "Is it b?"]


# --- what is remembered ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "short"),
    [
        ("One line.\n\nMore of it.", "One line."),
        ("- First (!)\n  more\n- Second\n\nEnd", "First; Second"),
        ("- First\n- Never this (x)\n- Second", "First; Second"),
        ("```sh\nkubectl get pods\nkubectl top\n```", "`kubectl get pods`"),
        ("Run:\n```sh\nls\n```", "Run:"),
        ("word " * 50, ("word " * 31).strip() + "…"),
    ],
)
def test_an_answer_in_short(answer, short):
    [note] = read("Q: Is it?\nA:\n" + answer + "\n").notes
    assert exchange_of(note) == Exchange("Is it?", short)


def test_which_step_follows_which():
    notes = read(steps("Is it a?", "Is it b?", "Is it c?")).notes
    assert steps_before(notes) == {notes[1]: notes[0], notes[2]: notes[1]}


def test_an_export_shows_what_was_asked_before_and_of_other_notes_what_it_did():
    alone, step = read("Q: Is it b?\nA: x\n").notes[0], read(steps("Is it a?", "Is it b?")).notes[1]
    assert content_hash(alone) == "6ddd424f4a526a11185d189bfe5313250ed3926c30576876cd246379ecaf222c"
    assert content_hash(replace(step, earlier=())) != content_hash(step)


def test_a_drill_without_an_end_is_read_in_time():
    text = "## Drill: long\n\n" + "\n".join(f"Q: Is it {n}?\nA: {n}\n" for n in range(5_000))
    began = time.process_time()
    notes = read(text).notes
    assert len(steps_before(notes)) == 4_999
    assert time.process_time() - began < 20

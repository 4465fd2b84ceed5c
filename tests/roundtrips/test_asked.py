"""Cards whose sentence is made of their note's words: Anki shows the sentence, and the words come back from there."""

from __future__ import annotations

import pytest

NOTE = """\
- **Sidecar** — a second container that serves the first
- **Operator** — a controller for one kind of application

- **Expose a deployment**:
  ```yaml
  spec:
    ports:
      - port: 80  # (!)
        targetPort: 8080  # of the container (!)
  ```
- **List pods**:
  ```sh
  kubectl get pods
  ```

Q: How do you roll out? #ops
A: In steps:

- watch the error rate (!)
- a few pods at a time
- all at once (x)
"""


@pytest.fixture
def there(desk, dquiz, anki):
    """The notes in Anki, each by its front."""
    desk.write("deck.md", NOTE)
    dquiz.days_ago = 20
    dquiz("sync", desk.notes)
    anki.create()
    anki.take(package=dquiz.exported())
    return {note["fields"][0]: note["fields"] for note in anki.notes().values()}


def test_anki_asks_the_sentence_and_no_mark_is_left(there, desk, dquiz, anki):
    code = next(front for front in there if "Expose" in front)
    assert there.keys() - {code} == {
        "What is Sidecar?", "What is Operator?", "How do you roll out?", "Which command: List pods",
    }  # fmt: skip
    assert "{{c1::80}}" in code
    assert "{{c2::8080}}" in code
    assert "Write the file: Expose a deployment" in code
    assert "(!)" not in str(there)
    assert "(x)" not in str(there)
    rollout = there["How do you roll out?"][1]
    assert "<strong>!</strong> watch the error rate" in rollout
    assert rollout.index("a few pods") < rollout.index("Red flags") < rollout.index("all at once")
    assert anki.check() == ""


def test_what_nobody_changed_comes_back_as_no_edit(there, desk, dquiz, anki):
    anki.study(ratings=[3] * 6, days_ago=18)
    package = anki.given()
    found = dquiz("import", package)
    assert (found["edits"], found["problems"]) == ([], [])
    assert {card["reps"] for card in dquiz.cards().values()} == {1}
    assert dquiz("sync")["unchanged"] == 6
    dquiz.days_ago = 10
    assert anki.take(package=dquiz.exported())["updated"] == 0


def test_a_front_that_was_edited_there_comes_back_as_the_words_of_the_note(there, desk, dquiz, anki):
    edit = {"how": "edit", "field": 0, "days_ago": 15}
    anki.change(**edit, query='"front:*Sidecar?"', words="Sidecar", instead="Sidecar container")
    anki.change(
        **edit, query='"front:*Operator?"', words="What is Operator?", instead="Explain the operator pattern"
    )
    anki.change(**edit, query='"front:*List pods"', words="List pods", instead="List all pods")
    dquiz.days_ago = 10
    edits = dquiz("import", anki.given(), "--take-edits")["edits"]
    assert {(one["before"], one["after"], one["taken"]) for one in edits} == {
        ("What is Sidecar?", "What is Sidecar container?", True),
        ("What is Operator?", "Explain the operator pattern", False),
        ("Which command: List pods", "Which command: List all pods", True),
    }
    [refused] = [one for one in edits if not one["taken"]]
    assert refused["reason"] == "its sentence is made of the words in the file; edit these"
    text = (desk.notes / "deck.md").read_text()
    assert "- **Sidecar container** — a second" in text
    assert "- **List all pods**:" in text
    assert "- **Operator** — a controller" in text


def test_an_answer_with_marks_that_was_edited_there_keeps_them(there, desk, dquiz, anki):
    edit = {"how": "edit", "days_ago": 15, "query": '"front:How do you roll out?"'}
    anki.change(**edit, words="a few pods at a time", instead="a few pods, then more")
    dquiz.days_ago = 10
    [one] = dquiz("import", anki.given(), "--take-edits")["edits"]
    assert (one["field"], one["taken"]) == ("Back", True)
    text = (desk.notes / "deck.md").read_text()
    assert text == NOTE.replace("a few pods at a time", "a few pods, then more")

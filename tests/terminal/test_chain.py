"""A drill and a follow-up, with the real program: what was asked before stands around the question."""

from __future__ import annotations

import pytest

NOTE = """\
# Pods

Q: What is a pod?
A: Containers that share a **network address**, and the volumes that are mounted into each of them.

Q: Follow-up: And why two?
A: Sidecars.

## Drill: the pod is Pending

- **Q:** What do you type first?

  **A:**
  ```sh
  kubectl describe pod web
  ```
- **Q:** No node fits. What next?

  **A:** Compare requests.
- **Q:** Memory is free. What else?

  **A:** Taints.
- **Q:** Tolerated. Still pending?

  **A:** Selectors.
"""
STEPS = ["What do you type first?", "No node fits. What next?", "Memory is free. What else?"]
STEPS += ["Tolerated. Still pending?"]


@pytest.fixture
def pods(program):
    program.deck.write_text(NOTE)
    return program


def asked(out):
    return [line.partition(": ")[2] for line in out.splitlines() if line.startswith("Question: ")]


def test_the_question_before_stands_above_a_follow_up_at_80_columns(pods):
    terminal = pods.review(wait_for="What is a pod?")
    terminal.press(" ", "? keys")
    terminal.press("4", "And why two?")
    terminal.wait_for("q quit")
    assert terminal.text.endswith(
        """\
1/6                                                          docker › Pods · new
────────────────────────────────────────────────────────────────────────────────
› What is a pod?
  Containers that share a network address, and the volumes that are mounted int…

Follow-up: And why two?

[space] show   h hint   t type   e edit   u undo   ? keys   q quit"""
    )


def test_a_third_step_at_34_columns(pods):
    terminal = pods.review(columns=34, wait_for="What is a pod?")
    for expected in ["And why two?", *STEPS[:3]]:
        terminal.press(" ", "1 Again")
        terminal.press("4", expected)
    terminal.wait_for("? keys")
    assert terminal.text.endswith(
        """\
4/6
docker › … › Drill: the pod… · new
──────────────────────────────────
› What do you type first?
  `kubectl describe pod web`
› No node fits. What next?
  Compare requests.

Memory is free. What else?

[space] show  h hint  ? keys"""
    )


def test_put_off_buried_and_undone_at_the_keys_no_step_comes_early(pods):
    terminal = pods.review(wait_for="What is a pod?")
    terminal.press("s", STEPS[0])  # the follow-up goes with it
    terminal.press("-", "What is a pod?")  # and so do the steps of the drill
    terminal.press("u", STEPS[0])
    terminal.press("-", "What is a pod?")
    terminal.press(" ", "? keys")
    terminal.press("4", "And why two?")
    terminal.press(" ", "? keys")
    terminal.press("4", "reviews in")
    assert terminal.ended() == 0
    assert "0 due, 0 new" in pods.run("due").stdout.replace("nothing due", "0 due, 0 new")


def test_by_lines_what_was_asked_before_stands_below_the_question(pods):
    done = pods.run("review", pods.deck, "--plain", stdin="\n4\n")
    assert done.stdout.count("Asked before:") == 1
    lines = done.stdout.splitlines()
    number = lines.index("Question: Follow-up: And why two?")
    assert lines[number + 1].startswith(
        "Asked before: What is a pod? Containers that share a network address, and"
    )


def test_who_comes_back_goes_on_with_the_next_step(pods):
    limit = {"DQUIZ_STUDY__NEW_PER_DAY": "3"}
    first = pods.run("review", pods.deck, "--plain", stdin="\n4\n\n4\nq\n", **limit)
    assert asked(first.stdout) == ["What is a pod?", "Follow-up: And why two?", STEPS[0]]
    again = pods.run("review", pods.deck, "--plain", stdin="\n4\n", **limit)
    assert asked(again.stdout) == STEPS[:1]
    tomorrow = pods.run(
        "review", pods.deck, "--plain", stdin="\n4\n" * 3, DQUIZ_NOW="2026-11-25T12:00:00Z", **limit
    )
    assert asked(tomorrow.stdout) == STEPS[1:]


def test_an_interview_asks_the_whole_drill_without_repeating_what_was_just_heard(pods):
    for seed in range(4):
        done = pods.run(
            "interview", pods.deck, "--plain", "--new-share", "1", "--minutes", "18", "--seed", str(seed),
            stdin="\n\n\n\n" * 6,
        )  # fmt: skip
        questions = asked(done.stdout)
        first = questions.index(STEPS[0])
        assert questions[first : first + 4] == STEPS
        assert "Asked before" not in done.stdout


def test_an_interview_tells_what_was_asked_before_a_step_that_comes_alone(pods):
    pods.run("sync", pods.deck)
    [first] = [card for card in pods.data("cards", str(pods.deck)) if card["prompt"] == STEPS[0]]
    assert pods.run("suspend", first["id"]).returncode == 0
    done = pods.run(
        "interview", pods.deck, "--plain", "--new-share", "1", "--minutes", "18", "--seed", "1",
        stdin="\n\n\n\n" * 6,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    number = lines.index(f"Question: {STEPS[1]}")
    assert lines[number + 1] == "Asked before: What do you type first? `kubectl describe pod web`"
    assert done.stdout.count("Asked before") == 3


def test_an_interview_at_34_columns_shows_it_above_such_a_step(pods):
    pods.deck.write_text("# Pods\n" + NOTE.partition("And why two?\nA: Sidecars.\n")[2])
    pods.run("sync", pods.deck)
    [first] = [card for card in pods.data("cards", str(pods.deck)) if card["prompt"] == STEPS[0]]
    pods.run("suspend", first["id"])
    terminal = pods._start(
        pods.argv("interview", pods.deck, "--new-share", "1", "--minutes", "9"),
        columns=34,
        rows=40,
        env=pods.environment,
        cwd=pods.folder,
    )
    terminal.wait_for(STEPS[1])
    assert (
        "› What do you type first?\n  `kubectl describe pod web`\n\nNo node fits. What next?" in terminal.text
    )
    terminal.press("k", STEPS[2])
    assert terminal.text.count("›") == 2
    assert "No node fits. What next?\n  Compare" not in terminal.text

"""In which order new cards come: as a course or as they stand, and how a collection follows its settings."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from quiz.cards import STUDIABLE
from quiz.collection.learning_path import positions
from quiz.collection.queueing import DayQueue
from quiz.notes import parse
from quiz.session import Options

COURSE = """\
---
dquiz: note
---
# Ferry

## Overview

What a ferry is.

## Roadmap

| Stage | Focus Area | Why It Matters |
|---|---|---|
| 1 | Mooring | Nothing else counts before it |
| 2 | Loading | Weight decides |

## Cheat Sheets

### Cast off
```sh
cast off
```
### Show the load
```sh
load list
```

## Interview Q&A

### Stage 2: Loading

* **Q:** How is a ferry trimmed? #senior

  **A:** By its tanks.
* **Q:** Who loads first? #junior

  **A:** Lorries.

### Stage 1: Mooring

* C: A ferry lies at its {{berth}}. #mid
* **Q:** What is a bollard?

  **A:** A post.

### Whatever else

* **Q:** What is a ferry? #junior

  **A:** A ship.
* **Q:** How would you plan a fleet? #senior

  **A:** By demand.

## Next Tech

* **Ports** — where ferries end
"""
IN_ORDER = [
    "What is a ferry?",
    "A ferry lies at its {{berth}}.",
    "What is a bollard?",
    "Cast off",
    "Who loads first?",
    "Show the load",
    "How is a ferry trimmed?",
    "How would you plan a fleet?",
]
AS_WRITTEN = [
    "Cast off",
    "Show the load",
    "How is a ferry trimmed?",
    "Who loads first?",
    "A ferry lies at its {{berth}}.",
    "What is a bollard?",
    "What is a ferry?",
    "How would you plan a fleet?",
]


def path(source):
    """The prompts of a text's notes, as a course has them."""
    notes = parse(source.encode(), file="n.md", deck="n").notes
    ordered = sorted(zip(positions(notes, "path"), notes, strict=True), key=lambda pair: pair[0])
    return [note.prompt for _, note in ordered if note.studied]


def coming(desk):
    """The prompts of the new cards that a review brings, in its order."""
    collection = desk.collection
    day = DayQueue(collection, collection.select((), desk.now), Options(new=99), desk.now)
    notes = [card.note for card in collection.cards_by_key(card.key for card in day.waiting)]
    return [note.prompt for note in notes]


@pytest.fixture
def harbour(desk):
    desk.write("harbour.md", COURSE)
    desk.sync()
    return desk


def switched(desk, order):
    """The desk of a learner who wants another order."""
    desk.close()
    desk.settings["STUDY__NEW_ORDER"] = order
    return desk


def changed(desk, sql):
    """The desk with something else in its database."""
    with desk.collection.store.write() as connection:
        connection.execute(text(sql))
    desk.close()
    return desk


# --- the course ------------------------------------------------------------------------------------------------------


def test_a_course_goes_stage_by_stage_and_asks_before_it_commands():
    assert path(COURSE)[:8] == IN_ORDER


def test_what_a_plan_consists_of_comes_last():
    notes = parse(COURSE.encode(), file="n.md", deck="n").notes
    last = sorted(zip(positions(notes, "path"), notes, strict=True), key=lambda pair: pair[0])[8:]
    assert [note.prompt for _, note in last if note.kind in STUDIABLE] == ["Mooring", "Loading", "Ports"]


def test_without_a_roadmap_levels_come_first_and_then_questions_choices_and_commands():
    source = (
        "## Daily\n\n* **Undo all of it**:\n  ```sh\n  git reset --hard\n  ```\n\n"
        "## Words\n\n- **Index** — what is committed next\n\n## Asked\n\nC: Git was written by {{Linus}}.\n\n"
        "Q: Why rebase? #senior\nA: a\n\nQ: What is a ref?\nA: b\n\nQ: What is git? #junior\nA: c\n"
    )
    questions = ["What is git?", "Index", "What is a ref?"]
    assert path(source) == [*questions, "Git was written by {{Linus}}.", "Undo all of it", "Why rebase?"]


def test_a_level_of_the_question_itself_outweighs_that_of_its_heading():
    source = "## Hard ones\n#senior\n\nQ: Is it b?\nA: x\n\nQ: Is it a? #junior\nA: x\n"
    assert path(source) == ["Is it a?", "Is it b?"]


def test_commands_of_no_stage_are_spread_over_the_stages():
    commands = "".join(f"### Do {n}\n```sh\ndo {n}\n```\n" for n in range(4))
    questions = "".join(
        f"### Stage {n}: {name}\n\n* **Q:** Is it {n}?\n\n  **A:** x\n"
        for n, name in ((1, "Mooring"), (2, "Loading"))
    )
    head, _, _ = COURSE.partition("### Cast off")
    source = f"{head}{commands}\n## Interview Q&A\n\n{questions}"
    assert path(source)[:6] == ["Is it 1?", "Do 0", "Do 1", "Is it 2?", "Do 2", "Do 3"]


# --- in a collection -------------------------------------------------------------------------------------------------


def test_a_review_brings_new_cards_as_a_course(harbour):
    assert coming(harbour) == IN_ORDER


@pytest.mark.parametrize(("order", "prompts"), [("deck", AS_WRITTEN), ("path", IN_ORDER)])
def test_new_cards_follow_the_settings_without_reading_a_file(harbour, order, prompts):
    (harbour.notes / "harbour.md").unlink()
    switched(harbour, "deck" if order == "path" else "path")
    coming(harbour)
    assert coming(switched(harbour, order)) == prompts


def test_a_sync_follows_the_settings_too(harbour):
    switched(harbour, "deck")
    harbour.sync()
    assert coming(harbour) == AS_WRITTEN


def test_a_collection_that_knew_no_course_gets_one(harbour):
    coming(switched(harbour, "deck"))
    changed(harbour, "DELETE FROM setting WHERE key = 'new order'")
    assert coming(switched(harbour, "path")) == IN_ORDER


def test_a_random_order_brings_all_of_them(harbour):
    assert sorted(coming(switched(harbour, "random"))) == sorted(IN_ORDER)


def test_what_is_listed_stays_in_the_order_of_lines(harbour):
    listed = [card.note.prompt for card in harbour.cards()]
    assert listed == AS_WRITTEN


def test_a_question_that_is_added_takes_its_place_in_the_course(harbour):
    harbour.write(
        "harbour.md", COURSE.replace("* C:", "* **Q:** What is a rope? #junior\n\n  **A:** x\n* C:")
    )
    harbour.sync()
    assert coming(harbour) == [IN_ORDER[0], "What is a rope?", *IN_ORDER[1:]]


@pytest.mark.parametrize("order", ["path", "deck"])
def test_the_places_are_found_to_be_right(harbour, order):
    coming(switched(harbour, order))
    assert all(check.ok for check in harbour.open().check_up(harbour.now))


def test_a_card_out_of_its_place_is_found(harbour):
    changed(harbour, "UPDATE card SET position = position + 3, due = due + 3 WHERE id = 2")
    told = [check.message for check in harbour.open().check_up(harbour.now) if not check.ok]
    assert "out of the order" in " ".join(told)

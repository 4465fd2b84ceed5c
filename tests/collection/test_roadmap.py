"""What notes plan: which cards belong to a stage and what is known of them, and which tasks are done."""

from __future__ import annotations

from collections import Counter

import pytest

from quiz.cards import Kind, Note, Rating
from quiz.collection.checklist import tasks, tick
from quiz.collection.roadmap import roadmap
from quiz.collection.stages import placed
from quiz.errors import AmbiguousCardError, CardNotFoundError, FileChangedError, UsageError
from quiz.notes.boxes import with_box

PLAN = """\
# Bread

## Roadmap

| Stage | Focus area | Why |
|---|---|---|
| 1 | Flour | Everything begins with it |
| 2 | Kneading by hand | It decides the crumb |
| 3 | Ovens | Heat is half of the taste |

## Practical Tasks

| Task | Description |
|---|---|
| Bake a loaf | Done when it is eaten |
| Feed a starter | Done after a week |

## Challenges

| Level | Challenge |
|---|---|
| Easy | Bake for a friend |
| Hard | Bake for a baker |

## Interview Q&A

### Stage 1: Flour

Q: What is gluten?
A: A protein.

Q: What is rye?
A: A grain.

### Stage 2: Kneading by hand

Q: When is a dough ready?
A: When it stretches.

Q: When is it not?

### Anything else

Q: Who eats it?
A: Everybody.

## Next Steps

* **Cakes** — sweeter
* **Dutch Cheese / Wine** — goes well with it
* **Smoking** — another time
"""


@pytest.fixture
def bread(desk):
    desk.write("bread.md", PLAN)
    desk.sync()
    return desk


def plans(desk, *targets):
    return roadmap(desk.collection, desk.collection.select(targets, desk.now), desk.now)


def the_plan(desk):
    [plan] = plans(desk)
    return plan


def texts(desk):
    return {
        task.text: task.ticked is not None for task in (*the_plan(desk).tasks, *the_plan(desk).challenges)
    }


def the_task(desk, text):
    [task] = [task for task in tasks(desk.collection) if task.text == text]
    return task


# --- stages --------------------------------------------------------------------------------------------------------


def test_a_plan_has_stages_tasks_challenges_and_next_steps(bread):
    plan = the_plan(bread)
    assert (plan.deck, plan.file, plan.path) == ("bread", "bread.md", str(bread.notes / "bread.md"))
    assert [(stage.number, stage.focus, stage.why, stage.line, stage.by) for stage in plan.stages] == [
        (1, "Flour", "Everything begins with it", 7, "heading"),
        (2, "Kneading by hand", "It decides the crumb", 8, "heading"),
        (3, "Ovens", "Heat is half of the taste", 9, ""),
    ]
    assert [(stage.standing.cards, stage.standing.drafts) for stage in plan.stages] == [
        (2, 0),
        (1, 1),
        (0, 0),
    ]
    assert [(task.text, task.details, task.line, task.kind) for task in plan.tasks] == [
        ("Bake a loaf", "Done when it is eaten", 15, Kind.TASK),
        ("Feed a starter", "Done after a week", 16, Kind.TASK),
    ]
    assert [(task.level, task.text, task.line) for task in plan.challenges] == [
        ("Easy", "Bake for a friend", 22),
        ("Hard", "Bake for a baker", 23),
    ]
    assert [(step.text, step.decks) for step in plan.next_steps] == [
        ("Cakes", ()),
        ("Dutch Cheese / Wine", ()),
        ("Smoking", ()),
    ]


def test_mastery_is_what_a_random_card_would_meet(bread):
    bread.rate("What is gluten?", Rating.EASY)
    bread.rate("When is a dough", Rating.EASY)
    bread.later(days=20)
    flour, kneading, ovens = the_plan(bread).stages
    scheduler, today = bread.collection.scheduler("bread"), bread.collection.days.day(bread.now)
    recall = scheduler.retrievability(bread.card("What is gluten?").schedule, today)
    assert recall is not None
    assert 0.5 < recall < 1
    assert flour.standing.recall == pytest.approx(recall)
    assert (flour.standing.coverage, flour.standing.mastery) == (0.5, pytest.approx(recall / 2))
    assert (flour.standing.cards, flour.standing.seen, flour.standing.due) == (2, 1, 1)
    assert (kneading.standing.coverage, kneading.standing.mastery) == (1, pytest.approx(recall))
    assert (ovens.standing.coverage, ovens.standing.recall, ovens.standing.mastery) == (None, None, None)
    assert flour.card_ids == (bread.card("What is gluten?").id, bread.card("What is rye?").id)


def test_a_plan_goes_on_with_the_first_stage_that_is_not_all_seen(bread):
    assert the_plan(bread).stage == the_plan(bread).stages[0]
    bread.rate("What is gluten?")
    bread.rate("What is rye?")
    assert the_plan(bread).stage == the_plan(bread).stages[1]
    bread.rate("When is a dough")
    assert the_plan(bread).stage is None


def test_what_belongs_to_no_stage_is_counted_apart(bread):
    plan = the_plan(bread)
    assert (plan.other.cards, len(plan.stages), len(plan.next_steps)) == (1, 3, 3)
    assert plan.standing.cards == plan.other.cards + 3


def test_suspended_and_buried_cards_are_not_due_and_only_the_buried_count(bread):
    bread.rate("What is gluten?", Rating.EASY)
    bread.rate("What is rye?", Rating.EASY)
    bread.later(days=40)
    keys = {
        question: bread.collection.find(bread.card(question).id)[0] for question in ("What is g", "What is r")
    }
    bread.collection.change("suspend", [keys["What is g"]], bread.now)
    bread.collection.change("bury", [keys["What is r"]], bread.now)
    flour = the_plan(bread).stages[0].standing
    assert (flour.cards, flour.seen, flour.due) == (1, 1, 0)


def test_only_what_is_asked_for_is_planned(bread):
    bread.write("cakes/plain.md", PLAN.replace("Bread", "Cake").replace("?\nA:", " now?\nA: Cake."))
    bread.asks("wine.md", "What is a cork?")
    bread.sync()
    assert [plan.deck for plan in plans(bread)] == ["bread", "cakes/plain"]
    assert [plan.deck for plan in plans(bread, "cakes")] == ["cakes/plain"]
    assert [plan.deck for plan in plans(bread, str(bread.notes / "bread.md"))] == ["bread"]
    assert plans(bread, "wine") == []


def test_a_note_found_in_two_files_is_planned_in_both(bread):
    bread.write("old/bread.md", PLAN)
    bread.sync()
    first, second = plans(bread)
    assert (first.deck, second.deck) == ("bread", "old/bread")
    counted = [
        [(stage.number, stage.focus, stage.standing.cards) for stage in plan.stages]
        for plan in (first, second)
    ]
    assert counted[0] == counted[1]
    assert [task.text for task in first.tasks] == [task.text for task in second.tasks]
    tick(bread.collection, [first.tasks[0].id], bread.now)
    assert [[bool(task.ticked) for task in plan.tasks] for plan in plans(bread)] == [
        [True, False],
        [False, False],
    ]


def test_next_steps_lead_to_decks(bread):
    bread.asks("cakes/sponge.md", "What lifts it?")
    bread.asks("food/cheese.md", "What makes holes?")
    bread.asks("wine.md", "What is a cork?", "What is must?")
    bread.sync()
    bread.rate("What is a cork?")
    steps = {step.text: step.decks for step in the_plan(bread).next_steps}
    assert [deck.name for deck in steps["Cakes"]] == ["cakes"]
    assert [
        (deck.name, deck.standing.cards, deck.standing.seen) for deck in steps["Dutch Cheese / Wine"]
    ] == [
        ("food/cheese", 1, 0),
        ("wine", 2, 1),
    ]
    assert steps["Smoking"] == ()


def test_a_step_that_two_decks_could_be_meant_by_leads_to_none(bread):
    bread.asks("food/cakes.md", "What lifts it?")
    bread.asks("art/cakes.md", "Who paints them?")
    bread.sync()
    assert the_plan(bread).next_steps[0].decks == ()


# --- which stage ---------------------------------------------------------------------------------------------------


def row(focus, *context):
    return Note(kind=Kind.ROADMAP, prompt=focus, context=context or ("Notes", "Roadmap"))


def question(prompt, *context, tags=(), kind=Kind.QA):
    return Note(kind=kind, prompt=prompt, context=("Notes", *context), tags=tags)


def stages(rows, *notes):
    return [place and (place.stage, place.by) for place in placed([row(each) for each in rows], notes)]


@pytest.mark.parametrize(
    ("heading", "stage"),
    [
        ("Stage 2", 1),
        ("🚀 Stage 2: Something else", 1),
        ("Stage 2 - Caching", 2),
        ("caching", 2),
        ("Caching, in depth", 2),
        ("Stufe 2: **Caching**", 2),
        ("1. Small images & layers", 1),
        ("Images", 0),
        ("Small images", 0),
        ("Stage 0", None),
        ("Stage 4", None),
        ("Stage 99999999999999999999", None),
        ("Step 2: install it", None),
        ("Cacheability", None),
        ("Notes", None),
        ("", None),
    ],
)
def test_a_heading_names_a_stage_by_its_focus_area_or_its_number(heading, stage):
    rows = ["Images", "Small images & layers", "Caching"]
    [found] = stages(rows, question("Why?", heading))
    assert found == (None if stage is None else (stage, "heading"))


def test_the_innermost_heading_that_names_a_stage_decides():
    assert stages(["Flour", "Ovens"], question("Why?", "Stage 1", "Ovens", "More")) == [(1, "heading")]


def test_a_heading_above_the_roadmap_names_no_stage():
    rows = [row("Notes", "Notes", "Roadmap"), row("Roadmap", "Notes", "Roadmap")]
    assert placed(rows, [Note(kind=Kind.QA, prompt="Why?", context=("Notes", "Roadmap"))]) == [None]


def test_a_focus_area_that_stands_there_twice_is_named_by_its_number_only():
    assert stages(["Flour", "Flour"], question("Why?", "Flour")) == [None]
    assert stages(["Flour", "Flour"], question("Why?", "Stage 2: Flour")) == [(1, "heading")]


def test_where_no_heading_names_a_stage_words_do():
    rows = ["Volumes, bind mounts", "Caching & speed", "Networking (bridge, host)", "CLI basics"]
    notes = [
        question("How do bind mounts work?"),
        question("What does a volume cost?"),
        question("Explain how the cache is used."),
        question("What is 127.0.0.1?", tags=("networking",)),
        question("What is a name?", "Of networks"),
        question("What is a bridge?"),
        question("Which basics are there?"),
        question("Who are you?"),
    ]
    assert stages(rows, *notes) == [
        (0, "words"),
        (0, "words"),
        (1, "words"),
        (2, "words"),
        (2, "words"),
        None,
        None,
        None,
    ]


def test_words_never_fill_a_stage_that_a_heading_names():
    notes = [
        question("What is rye?", "Flour"),
        question("Which flour is white?"),
        question("How hot are ovens?"),
    ]
    assert stages(["Flour", "Ovens"], *notes) == [(0, "heading"), None, (1, "words")]


def test_words_that_most_cards_hold_tell_nothing():
    notes = [question(f"What is bread {number}?", tags=("baking",)) for number in range(6)]
    assert stages(["Baking", "Bread"], *notes) == [None] * 6


def test_of_two_stages_the_one_of_which_more_words_are_there_is_meant():
    rows = ["Errors", "Handling errors at night"]
    assert stages(rows, question("How do you handle an error at night?")) == [(1, "words")]
    assert stages(["Red wine", "Wine red"], question("Why is wine red?")) == [None]


@pytest.mark.parametrize("kind", [Kind.ROADMAP, Kind.NEXT])
def test_a_row_of_the_roadmap_and_a_next_step_belong_to_no_stage(kind):
    assert stages(["Flour"], question("Flour", "Flour", kind=kind)) == [None]


# --- ticks ---------------------------------------------------------------------------------------------------------


def test_ticks_are_kept_and_taken_back(bread):
    [done] = tick(bread.collection, [f"{bread.notes}/bread.md:15"], bread.now)
    assert (done.text, done.ticked) == ("Bake a loaf", bread.now)
    assert the_task(bread, "Bake a loaf") == done
    assert texts(bread) == {
        "Bake a loaf": True,
        "Feed a starter": False,
        "Bake for a friend": False,
        "Bake for a baker": False,
    }
    first = bread.now
    bread.later(hours=1)
    assert tick(bread.collection, [done.id], bread.now)[0].ticked == first
    [back] = tick(bread.collection, [done.id[:8].upper()], bread.now, off=True)
    assert back.ticked is None
    assert bread.rows("tick") == []
    tick(bread.collection, [done.id], bread.now, off=True)


def test_ticks_survive_edits_moves_and_a_time_without_the_note(bread):
    tick(
        bread.collection,
        [the_task(bread, "Bake a loaf").id, the_task(bread, "Bake for a baker").id],
        bread.now,
    )
    path = bread.write("bread.md", "Preface.\n\n" + PLAN.replace("Bake a loaf", "Bake a large loaf"))
    bread.sync()
    assert texts(bread)["Bake a large loaf"]
    path.rename(bread.notes / "baking.md")
    bread.sync()
    assert texts(bread) == {
        "Bake a large loaf": True,
        "Feed a starter": False,
        "Bake for a friend": False,
        "Bake for a baker": True,
    }
    moved = bread.notes / "baking.md"
    text = moved.read_text()
    moved.write_text("# Nothing\n")
    bread.sync(accept=[str(moved)])
    assert tasks(bread.collection) == []
    assert len(bread.rows("tick")) == 2
    moved.write_text(text)
    bread.sync()
    assert [text for text, ticked in texts(bread).items() if ticked] == [
        "Bake a large loaf",
        "Bake for a baker",
    ]


def test_a_place_is_that_of_the_file_as_it_is_now(bread):
    path = bread.write("bread.md", "One.\n\nTwo.\n\n" + PLAN)
    assert tick(bread.collection, [f"{path}:20"], bread.now)[0].text == "Feed a starter"
    assert tick(bread.collection, ["bread.md:19"], bread.now)[0].text == "Bake a loaf"


@pytest.mark.parametrize(
    "given",
    [
        "nothing",
        "",
        ":",
        "bread.md:14",
        "bread.md:0",
        "none.md:15",
        "bread.md:99999999999999999999",
        "a'b",
        "%",
    ],
)
def test_what_is_no_task_is_not_ticked(bread, given):
    with pytest.raises(CardNotFoundError):
        tick(bread.collection, [the_task(bread, "Bake a loaf").id, given], bread.now)
    assert bread.rows("tick") == []


def test_a_start_that_fits_several_is_refused(bread):
    bread.write("old/bread.md", PLAN)
    bread.sync()
    with pytest.raises(AmbiguousCardError, match=r"fits 2 tasks: .*bread\.md:15, .*bread\.md:15"):
        tick(bread.collection, ["bread.md:15"], bread.now)


def test_the_start_of_an_id_that_fits_several_is_refused(bread):
    bread.write(
        "many.md",
        PLAN.replace("| Feed a", "".join(f"| Taste loaf {n} | |\n" for n in range(40)) + "| Feed a"),
    )
    bread.sync()
    starts = Counter(task.id[0] for task in tasks(bread.collection))
    start, count = starts.most_common(1)[0]
    with pytest.raises(AmbiguousCardError, match=f"'{start}' fits {count} tasks: .*Give more of it"):
        tick(bread.collection, [start], bread.now)


# --- boxes ---------------------------------------------------------------------------------------------------------

BOXES = b"""\xef\xbb\xbf# Bread\r
\r
## Roadmap\r
## Tips\r
## Tasks\r
\r
- [ ] Bake a loaf\r
- [X] Feed a starter \xff\r
- Clean up\r
\t1. [ ] a step of it\r
\r
| Task |\r
|---|\r
| [ ] Wash |\r
"""


@pytest.fixture
def boxes(desk):
    path = desk.write("boxes.md", BOXES)
    desk.sync()
    return path


def test_a_box_is_written_when_asked_and_nothing_else_is(desk, boxes):
    [done] = tick(desk.collection, [f"{boxes}:7"], desk.now, write=True)
    assert boxes.read_bytes() == BOXES.replace(b"- [ ] Bake", b"- [x] Bake")
    assert (done.text, done.ticked) == ("Bake a loaf", desk.now)
    assert desk.sync().files_read == 0
    tick(desk.collection, [done.id, the_task(desk, "Feed a starter \ufffd").id], desk.now, write=True)
    tick(desk.collection, [done.id], desk.now, write=True, off=True)
    assert boxes.read_bytes() == BOXES
    assert [task.text for task in tasks(desk.collection) if task.ticked] == ["Feed a starter \ufffd"]


def test_without_being_asked_no_note_is_written(desk, boxes):
    tick(desk.collection, [f"{boxes}:7"], desk.now)
    assert boxes.read_bytes() == BOXES


@pytest.mark.parametrize("line", [9, 14])
def test_what_has_no_box_is_refused_and_nothing_is_ticked(desk, boxes, line):
    with pytest.raises(UsageError, match=f"boxes.md:{line}: no task box"):
        tick(desk.collection, [f"{boxes}:7", f"{boxes}:{line}"], desk.now, write=True)
    assert boxes.read_bytes() == BOXES
    assert desk.rows("tick") == []


def test_a_box_is_found_again_where_its_task_has_moved(desk, boxes):
    known = the_task(desk, "Bake a loaf")
    boxes.write_bytes(BOXES.replace(b"## Tips", b"## Tips\r\n\r\n* Be patient."))
    tick(desk.collection, [known.id], desk.now, write=True)
    assert b"- [x] Bake a loaf\r\n- [X] Feed" in boxes.read_bytes()


def test_a_task_that_is_gone_from_its_note_is_not_ticked(desk, boxes):
    known = the_task(desk, "Bake a loaf")
    boxes.write_bytes(BOXES.replace(b"Bake a loaf", b"Entirely different"))
    with pytest.raises((CardNotFoundError, FileChangedError)):
        tick(desk.collection, [known.id], desk.now, write=True)
    assert b"[ ] Entirely" in boxes.read_bytes()


@pytest.mark.parametrize(
    ("line", "ticked"),
    [
        ("- [ ] a", "- [x] a"),
        ("  * [ ] a", "  * [x] a"),
        ("> 12) [ ] a", "> 12) [x] a"),
        ("+\t[ ]", "+\t[x]"),
        ("- [X] a", "- [X] a"),
        ("- [ ]a", None),
        ("- 🔥 [ ] a", None),
        ("[ ] a", None),
        ("| [ ] a |", None),
        ("- a [ ] b", None),
        ("-[ ] a", None),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_only_a_box_at_the_beginning_of_a_list_item_is_one(line, ticked, end):
    data = f"one{end or chr(10)}{line}{end}".encode()
    expected = None if ticked is None else f"one{end or chr(10)}{ticked}{end}".encode()
    assert with_box(data, 2, ticked=True) == expected
    if ticked and line != ticked:
        assert with_box(expected, 2, ticked=False) == data
    assert with_box(data, 3, ticked=True) is None
    assert with_box(data, 0, ticked=True) is None

"""plan and done: how plans look at every width, in sentences and as JSON, and what ticking says."""

from __future__ import annotations

import sys

import pytest
from rich.cells import cell_len
from terminal.screens import Terminal

from quiz.cli.roadmaps import bar

PLAN = """\
# Bread

## Roadmap

| Stage | Focus area | Why |
|---|---|---|
| 1 | Flour | Everything begins with `flour` |
| 2 | Kneading and folding the dough by hand until it stretches | It decides the crumb |
| 3 | Ovens | [bold]Heat[/bold] is \x1b[31mhalf \u202eof it |

## Practical Tasks

- [ ] Bake a **loaf** of [red]bread[/red] \x1b]0;title\x07that a friend will eat

  Done when it is eaten
* Feed a starter

## Challenges

| Level | Challenge |
|---|---|
| Hard | Bake for a baker |

## Interview Q&A

### Stage 1: Flour

Q: What is gluten?
A: A protein.

Q: What is rye?
A: A grain.

### Stage 2

Q: Is it ready?

## Next Steps

* **Cakes** — sweeter
* **Smoking \x9b6n** — another time
"""


@pytest.fixture(autouse=True)
def bread(desk, environment):
    environment |= {"DQUIZ_DATABASE": str(desk.database), "DQUIZ_COLLECTION__SHIPPED": "false"}
    desk.write("bread.md", PLAN)
    desk.asks("cakes.md", "What lifts a sponge?")
    desk.sync()
    desk.rate("What is gluten?")
    desk.close()
    return desk


@pytest.fixture
def seen(environment):
    """What stands on a terminal of some width when `dquiz` has ended."""
    running = []

    def run(*arguments, columns=80, **more):
        terminal = Terminal(
            [sys.executable, "-m", "quiz", *map(str, arguments)], columns=columns, env=environment | more
        )
        running.append(terminal)
        assert terminal.ended() == 0, terminal.text
        return terminal

    run.environment = environment
    yield run
    for terminal in running:
        terminal.child.close(force=True)


def ids(dquiz):
    [note] = dquiz("plan", "bread", "--json").data["notes"]
    return {task["text"]: task["id"][:8] for task in (*note["tasks"], *note["challenges"])}


# --- drawn ---------------------------------------------------------------------------------------------------------


def test_a_plan_at_80_columns(dquiz, seen):
    loaf, starter, baker = ids(dquiz).values()
    dquiz("done", starter)
    assert (
        seen("plan", "bread").text
        == f"""\
bread
mastery 0.50, 1 of 2 cards seen, recall 1.00, 1 due, 1 draft

   stage                                                   mastery     seen  due
1  Flour                                                   0.50 █████   1/2    1
2  Kneading and folding the dough by hand until it         1 draft
   stretches
3  Ovens                                                   no cards

Go on with stage 1, Flour. Everything begins with `flour`

Tasks, 1 of 2 done
[ ]  {loaf}  Bake a **loaf** of [red]bread[/red] ␛]0;title␇that a friend will
               eat
               Done when it is eaten
[x]  {starter}  Feed a starter

Challenges, 0 of 1 done
[ ]  {baker}  Hard: Bake for a baker

`dquiz done ID` ticks one.

Next steps
Cakes        deck cakes: mastery 0.00, 0 of 1 card seen
Smoking \ufffd6n"""
    )


def test_a_plan_at_34_columns(dquiz, seen):
    loaf, starter, baker = ids(dquiz).values()
    assert (
        seen("plan", "bread", columns=34).text
        == f"""\
bread
mastery 0.50, 1 of 2 cards seen,
recall 1.00, 1 due, 1 draft

1  Flour
   0.50 █████, 1/2 seen, 1 due
2  Kneading and folding the dough
   by hand until it stretches
   1 draft
3  Ovens
   no cards

Go on with stage 1, Flour.
Everything begins with `flour`

Tasks, 0 of 2 done
[ ]  Bake a **loaf** of
     [red]bread[/red]
     ␛]0;title␇that a friend will
     eat
     Done when it is eaten
     {loaf}
[ ]  Feed a starter
     {starter}

Challenges, 0 of 1 done
[ ]  Hard: Bake for a baker
     {baker}

`dquiz done ID` ticks one.

Next steps
Cakes
  deck cakes: mastery 0.00, 0 of 1
  card seen
Smoking \ufffd6n"""
    )


def test_at_120_columns_there_is_room_for_reasons(seen):
    lines = seen("plan", "bread", columns=120).text.splitlines()
    assert lines[3].split() == ["stage", "mastery", "seen", "due", "why"]
    assert lines[4].endswith("Everything begins with `flour`")
    assert lines[7].endswith("no cards               [bold]Heat[/bold] is ␛[31mhalf <U+202E>of it")


@pytest.mark.parametrize("columns", [34, 60, 80, 120])
@pytest.mark.parametrize("targets", [[], ["bread"]])
def test_a_plan_fits_every_width_and_drives_no_terminal(seen, columns, targets):
    terminal = seen("plan", *targets, columns=columns)
    assert max(map(cell_len, terminal.text.splitlines())) <= columns
    for sequence in (b"\x1b]0;", b"\x1b[31m", b"\x9b6n", "\u202e".encode(), b"\x07"):
        assert sequence not in terminal.raw


def test_all_plans_have_a_row_each(seen, bread):
    bread.write("pies.md", PLAN.replace("Bread", "Pies"))
    bread.sync()
    bread.close()
    assert (
        seen("plan").text
        == """\
deck   mastery     seen  due  stages  tasks  challenges
bread  0.50 █████   1/2    1     0/3    0/2         0/1
pies   0.50 █████   1/2    1     0/3    0/2         0/1"""
    )
    assert seen("plan", columns=34).text.splitlines()[:4] == [
        "bread",
        "  0.50 █████, 1/2 seen, 1 due",
        "  0/3 stages, 0/2 tasks, 0/1",
        "  challenges",
    ]


def test_bars_fall_back_to_ascii(seen):
    terminal = seen("plan", "bread", DQUIZ_DISPLAY__UNICODE="never")
    assert "0.50 #####..... " in terminal.text
    assert not set("▏▎▍▌▋▊▉█") & set(terminal.text)


@pytest.mark.parametrize(
    ("share", "drawn", "plain"),
    [
        (0, "", ".........."),
        (0.001, "▏", "#........."),
        (0.5, "█████", "#####....."),
        (0.7, "███████", "#######..."),
        (0.78, "███████▊", "########.."),
        (0.999, "█████████▉", "#########."),
        (1, "██████████", "##########"),
    ],
)
def test_a_bar_is_empty_at_0_and_full_at_1_only(share, drawn, plain):
    assert bar(share) == drawn
    assert bar(share, unicode=False) == plain


# --- in sentences and as JSON --------------------------------------------------------------------------------------


def test_without_a_terminal_a_plan_is_told_in_sentences(dquiz):
    loaf, starter, baker = ids(dquiz).values()
    dquiz("done", baker)
    assert (
        dquiz("plan", "bread").out
        == f"""\
bread: mastery 0.50, 1 of 2 cards seen, recall 1.00, 1 due, 1 draft
Stage 1, Flour: mastery 0.50, 1 of 2 cards seen, recall 1.00, 1 due. Everything begins with `flour`
Stage 2, Kneading and folding the dough by hand until it stretches: no cards, 1 draft. It decides the crumb
Stage 3, Ovens: no cards. [bold]Heat[/bold] is ␛[31mhalf <U+202E>of it
Task, open, {loaf}: Bake a **loaf** of [red]bread[/red] ␛]0;title␇that a friend will eat. Done when it is eaten
Task, open, {starter}: Feed a starter
Challenge, done, {baker}: Hard: Bake for a baker
Next step, Cakes: deck cakes, mastery 0.00, 0 of 1 card seen
Next step, Smoking \ufffd6n: no deck
"""
    )
    assert dquiz("plan").out == (
        "bread: mastery 0.50, 1 of 2 cards seen, recall 1.00, 1 due, 1 draft, 0 of 3 stages seen through, "
        "0 of 2 tasks done, 1 of 1 challenges done\n"
    )


@pytest.mark.parametrize(
    ("options", "more"), [(["--plain"], {}), ([], {"TERM": "dumb"}), ([], {"DQUIZ_DISPLAY__PLAIN": "true"})]
)
def test_the_line_mode_is_the_same_at_a_terminal(dquiz, seen, options, more):
    told = dquiz("plan", "bread").out.rstrip("\n")
    assert seen("plan", "bread", *options, columns=200, **more).text == told


def test_a_plan_as_json(dquiz, bread):
    [note] = dquiz("plan", "bread", "--json").data["notes"]
    counts = {"cards", "seen", "due", "drafts", "recall", "coverage", "mastery"}
    assert (
        note.keys()
        == {"deck", "file", "path", "stage", "stages", "other", "tasks", "challenges", "next"} | counts
    )
    assert (note["deck"], note["file"], note["path"], note["stage"]) == (
        "bread",
        "bread.md",
        str(bread.notes / "bread.md"),
        1,
    )
    flour = note["stages"][0]
    assert flour.keys() == {"number", "focus", "why", "line", "by", "card_ids"} | counts
    assert [flour[name] for name in ("focus", "line", "by", "cards", "seen", "due", "recall", "mastery")] == [
        "Flour",
        7,
        "heading",
        2,
        1,
        1,
        1.0,
        0.5,
    ]
    assert (
        flour["card_ids"]
        == [row["id"] for row in dquiz("cards", "bread", "--json").data if row["kind"] == "qa"][:2]
    )
    assert note["tasks"][0].keys() == {
        "id", "kind", "text", "details", "level", "deck", "path", "line", "ticked"
    }  # fmt: skip
    assert (
        note["tasks"][0]["text"]
        == "Bake a **loaf** of [red]bread[/red] \x1b]0;title\x07that a friend will eat"
    )
    assert note["challenges"][0]["level"] == "Hard"
    cakes, smoking = note["next"]
    assert cakes["decks"][0].keys() == {"name"} | counts
    assert (cakes["text"], cakes["why"], cakes["decks"][0]["name"], smoking["decks"]) == (
        "Cakes",
        "sweeter",
        "cakes",
        [],
    )


def test_notes_that_plan_nothing(dquiz, bread):
    ended = dquiz("plan", "cakes")
    assert (ended.code, ended.out) == (0, "No note here has a roadmap, tasks, challenges or next steps.\n")
    assert dquiz("plan", "cakes", "--json").data == {"notes": []}
    assert dquiz("plan", "caks", "--json").error["code"] == "deck_not_found"


def test_a_path_is_read_first(dquiz, bread):
    path = bread.write("new.md", PLAN.replace("Bread", "New"))
    [note] = dquiz("plan", path, "--json").data["notes"]
    assert note["deck"] == "new"


# --- done ----------------------------------------------------------------------------------------------------------


def test_done_ticks_and_says_what(dquiz, bread):
    starter = ids(dquiz)["Feed a starter"]
    place = f"{bread.notes / 'bread.md'}:16"
    assert dquiz("done", starter).out == f"done  {starter}  {place}  Feed a starter\n"
    [row] = dquiz("done", place, "--json").data
    assert (row["id"][:8], row["ticked"]) == (starter, "2026-11-24T18:40:00Z")
    assert dquiz("done", place, "--off").out == f"open  {starter}  {place}  Feed a starter\n"
    assert dquiz("done", place, "--off", "--json").data[0]["ticked"] is None


def test_undo_takes_ticks_back_one_step_after_the_other(dquiz):
    loaf, starter, baker = ids(dquiz).values()

    def done():
        return [row["ticked"] is not None for row in dquiz("done", "--list", "--json").data]

    dquiz("done", loaf, starter)
    dquiz("done", loaf)
    dquiz("done", baker)
    dquiz("done", starter, "--off")
    assert done() == [True, False, True]
    assert [line[18:] for line in dquiz("undo", "--list").out.splitlines()] == [
        "open again on «Feed a starter»",
        "done on «Bake for a baker»",
        "done on «Bake a **loaf** of [red]bread[/red] ␛]0;title␇that a friend will eat» and 1 more",
        "Good on «What is gluten?»",
    ]
    assert dquiz("undo").out == "Taken back: open again on «Feed a starter»\n"
    assert done() == [True, True, True]
    [last] = dquiz("undo", "--list", "--count", "1", "--json").data
    assert (last["kind"], last["at"], last["text"]) == (
        "tick",
        "2026-11-24T18:40:00Z",
        "done on «Bake for a baker»",
    )
    assert dquiz("undo", "--json").data == {"kind": "tick", "review_id": None, "cards": []}
    assert done() == [True, True, False]
    assert dquiz("undo").out.endswith("» and 1 more\n")
    assert done() == [False, False, False]
    assert dquiz("undo").out == "Taken back: Good on «What is gluten?»\n"
    assert dquiz("undo", "--list").out == "There is nothing to take back.\n"


def test_a_tick_keeps_its_time_when_it_is_taken_away_and_that_is_taken_back(dquiz):
    loaf, *_ = ids(dquiz).values()
    [before] = dquiz("done", loaf, "--json").data
    dquiz("done", loaf, "--off", DQUIZ_NOW="2026-11-25T18:40:00Z")
    dquiz("undo", DQUIZ_NOW="2026-11-26T18:40:00Z")
    assert dquiz("done", "--list", "--json").data[0] == before


def test_undo_says_that_a_box_in_a_note_stays(dquiz, bread):
    path, [loaf, *_] = bread.notes / "bread.md", ids(dquiz).values()
    dquiz("done", loaf)
    dquiz("done", loaf, "--write")
    written = path.read_bytes()
    told = dquiz("undo").out
    assert told.startswith("Taken back: done on «Bake a **loaf**")
    assert told.endswith(
        "; the box in the note stays as it was written: `dquiz done` with --write changes it\n"
    )
    assert path.read_bytes() == written


def test_an_undo_in_a_review_takes_a_tick_back_too(dquiz, seen):
    _, starter, _ = ids(dquiz).values()
    dquiz("done", starter)
    terminal = Terminal([sys.executable, "-m", "quiz", "review"], env=seen.environment)
    terminal.wait_for("[space] show")
    terminal.press("u", "Taken back: done on «Feed a starter»")
    terminal.press("q")
    assert terminal.ended() == 0
    assert [row["ticked"] for row in dquiz("done", "--list", "--json").data] == [None] * 3


def test_done_lists_what_there_is(dquiz):
    assert dquiz("done").out == dquiz("done", "--list").out
    assert [(row["kind"], row["ticked"]) for row in dquiz("done", "--list", "--json").data] == [
        ("task", None),
        ("task", None),
        ("challenge", None),
    ]
    assert dquiz("done").out.splitlines()[3].endswith("bread.md:22  Hard: Bake for a baker")
    assert "\x1b" not in dquiz("done").out


def test_done_writes_a_box_only_when_asked(dquiz, bread):
    path, [loaf, starter, _] = bread.notes / "bread.md", ids(dquiz).values()
    before = path.read_bytes()
    dquiz("done", loaf)
    assert path.read_bytes() == before
    assert dquiz("done", loaf, "--write").code == 0
    assert path.read_bytes() == before.replace(b"- [ ] Bake", b"- [x] Bake")
    ended = dquiz("done", starter, "--write")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"{path}:16: no task box, as in `- [ ]`, begins this line."
        " Without --write the tick is kept in the collection.\n"
    )
    assert dquiz("done", loaf, "--off", "--write").code == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["zzzz"], 4, "card_not_found"),
        (["bread.md:1"], 4, "card_not_found"),
        (["--off"], 2, "usage"),
        (["--write"], 2, "usage"),
        (["--list", "zzzz"], 2, "usage"),
    ],
)
def test_what_cannot_be_done(dquiz, arguments, code, word):
    ended = dquiz("done", *arguments, "--json")
    assert (ended.code, ended.out, ended.error["code"]) == (code, "", word)
    assert dquiz("done", *arguments).err.count("\n") == 1

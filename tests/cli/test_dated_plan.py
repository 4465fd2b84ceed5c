"""plan --date: what it says, what it keeps, and that next, due, decks and review follow it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from rich.cells import cell_len
from terminal.screens import Terminal

SATURDAY = "2026-11-28T18:40:00Z"
QUESTIONS = "\n".join(f"Q: What is number {number}?\nA: It is {number}.\n" for number in range(60))


@pytest.fixture
def ask(dquiz, environment, tmp_path):
    """dquiz, with a deck of sixty cards and one of two."""
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"
    (tmp_path / "numbers.md").write_text(QUESTIONS)
    (tmp_path / "other.md").write_text("Q: What else?\nA: This.\n\nQ: And more?\nA: That.\n")
    dquiz("sync", "numbers.md", "other.md")
    return dquiz


@pytest.fixture
def review(environment, tmp_path):
    """A review by lines: the lines that are typed, and what it prints."""

    def run(*arguments, typed=""):
        return subprocess.run(
            [sys.executable, "-m", "quiz", "review", *arguments],
            cwd=tmp_path,
            env=environment,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        ).stdout

    return run


@pytest.fixture
def seen(environment, tmp_path):
    """What stands on a terminal of some width when `dquiz` has ended."""
    running = []

    def run(*arguments, columns):
        argv = [sys.executable, "-m", "quiz", *arguments]
        running.append(Terminal(argv, columns=columns, env=environment, cwd=tmp_path))
        assert running[-1].ended() == 0, running[-1].text
        return running[-1].text

    yield run
    for terminal in running:
        terminal.child.close(force=True)


def offered(text):
    """The options that a review offers when nothing is due."""
    [line] = re.findall("^More now:  (.*)$", text, re.MULTILINE)
    return [option.partition(" (")[0].split() for option in line.split("   ")]


def test_a_plan_says_what_it_leads_to(ask):
    said = ask("plan", "numbers", "--date", "2026-12-06", "--minutes", "10").out.split("\n")
    assert said[0] == "Interview on Sun 6 Dec 2026, in 12 days. 60 cards, none seen yet."
    assert said[1].startswith("  10 min a day    all seen by ")
    assert said[2].startswith("  if you stop now")
    assert said[2].endswith("recall that day 0.00")
    assert said[3].startswith("Today: 21 new cards, about ")


def test_the_plan_as_data(ask):
    data = ask(
        "plan", "numbers", "--date", "2026-12-06", "--minutes", "10", "--off", "Sat,sun", "--json"
    ).data
    assert (data["date"], data["days"], data["off"]) == ("2026-12-06", 12, ["sat", "sun"])
    assert (data["cards"], data["unseen"], data["recall_if_stopped"]) == (60, 60, 0)
    recalls = [each["recall"] for each in data["compared"]]
    assert recalls == sorted(recalls)
    assert 0 < data["kept"]["recall"] < 1
    assert ask("plan", "--show", "--json").data == data


def test_too_little_time_is_said(ask):
    out = ask("plan", "numbers", "--date", "2026-11-26", "--minutes", "2").out
    assert "new cards will remain unseen" in out


def test_next_follows_the_plan_until_it_is_cleared(ask):
    ask("plan", "other", "--date", "2026-12-06", "--minutes", "5")
    assert ask("next", "--json").data["prompt"] == "What else?"
    ask("plan", "--clear")
    assert ask("next", "--json").data["prompt"] == "What is number 0?"
    assert "No plan." in ask("plan", "--show").out


def test_the_study_of_a_day_ends_with_its_minutes(ask):
    ask("plan", "numbers", "--date", "2026-12-06", "--minutes", "1")
    first = ask("next", "--json").data
    ask("answer", first["id"], "easy", "--seconds", "50")
    second = ask("next", "--json").data
    ask("answer", second["id"], "easy", "--seconds", "50")
    assert ask("next", "numbers", "--json").data is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--date", "soon"], "must be a date"),
        (["--date", "2020-01-01"], "between today and ten years"),
        (["--date", "2999-01-01"], "between today and ten years"),
        (["--date", "2026-12-06", "--minutes", "0"], "between 1 and 1440"),
        (["--date", "2026-12-06", "--minutes", "nan"], "between 1 and 1440"),
        (["--date", "2026-12-06", "--off", "someday"], "must name weekdays"),
        (["--date", "2026-12-06", "--off", "mon,tue,wed,thu,fri,sat,sun"], "no day for study"),
        (["--minutes", "5"], "give the --date"),
        (["--date", "2026-12-06", "--clear"], "--clear and --date do not go together: give one of them."),
        (["--date", "2026-12-06", "--show"], "--show and --date do not go together"),
        (["--clear", "--show"], "--show and --clear do not go together"),
        (["--show", "--minutes", "5"], "--show and --minutes do not go together"),
        (["--clear", "--off", "sat"], "--clear and --off do not go together"),
        (["--show", "numbers"], "--show and DECK|PATH do not go together"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_nothing_is_kept(ask, options, said):
    ended = ask("plan", *options) if {"--clear", "--show"} & {*options} else ask("plan", "numbers", *options)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ask("plan", "--show", "--json").data is None


def test_a_deck_that_is_not_there_is_named(ask):
    ended = ask("plan", "nubmers", "--date", "2026-12-06")
    assert (ended.code, "Did you mean 'numbers'?" in ended.err) == (3, True)


# --- what a day brings ---------------------------------------------------------------------------------------------


def today(ask):
    [line] = re.findall("^Today: .*$", ask("plan", "--show").out, re.MULTILINE)
    return line


def test_today_tells_cards_in_learning(ask, environment):
    ask("plan", "other", "--date", "2026-12-06", "--minutes", "5")
    assert today(ask) == "Today: 2 new cards, about 1 min."
    ask("answer", "other.md:1", "good", "--seconds", "20")
    assert today(ask) == "Today: 1 new card, about 1 min, and 1 card in learning from 19:50."
    ask("answer", "other.md:4", "good", "--seconds", "20")
    assert today(ask) == "Today: 2 cards in learning from 19:50."
    environment["DQUIZ_NOW"] = "2026-11-24T18:51:00Z"
    assert today(ask) == "Today: 2 cards in learning."
    data = ask("plan", "--show", "--json").data["today"]
    assert data == {"cards": 0, "new": 0, "minutes": 0, "learning": 2, "learning_at": "2026-11-24T18:50:00Z"}
    for line in (1, 4):
        ask("answer", f"other.md:{line}", "good", "--seconds", "20")
    assert today(ask) == "Today: nothing more."


def test_cards_that_are_buried_are_not_told_for_today(ask):
    ask("plan", "other", "--date", "2026-12-06", "--minutes", "5")
    ask("bury", "other.md:1")
    assert today(ask) == "Today: 1 new card, about 1 min."


def test_a_day_off_is_said_and_what_is_offered_brings_cards(ask, environment, review):
    ask("plan", "numbers", "--date", "2026-12-06", "--minutes", "10", "--off", "sat,sun")
    ask("answer", "numbers.md:1", "easy", "--seconds", "20")
    environment["DQUIZ_NOW"] = SATURDAY
    assert today(ask) == "Today: a day off."
    assert "1 of them seen. Days off: sat, sun.\n" in ask("plan", "--show").out
    said = review("numbers")
    assert said.startswith("Nothing due in numbers: today is a day off of the plan. Next: ")
    assert re.search(r"Next: \d+ cards on Mon 30 Nov\.", said)
    options = offered(said)
    assert [option[0] for option in options] == ["--new", "--ahead", "--cram"]
    for option in options:
        assert "Card 1 of" in review("numbers", *option)
    assert "Card 1 of 5." in review("numbers", "--new", "5")
    assert "Card 1 of 7." in review("numbers", "--limit", "7")


def test_when_the_minutes_are_used_it_is_said_and_options_bring_more(ask, review):
    ask("plan", "numbers", "--date", "2026-12-06", "--minutes", "1")
    for line in (1, 4):
        ask("answer", f"numbers.md:{line}", "easy", "--seconds", "40")
    said = review("numbers")
    assert said.startswith("Nothing due in numbers: today's minutes of the plan are used. Next: ")
    assert re.search(r"Next: \d cards tomorrow\.", said)
    for option in offered(said):
        assert "Card 1 of" in review("numbers", *option)
    assert "Card 1 of 4." in review("numbers", "--new", "4")
    assert "Card 1 of 3." in review("numbers", "--limit", "3")


def test_new_cards_of_a_run_are_as_many_as_asked_for_also_of_a_plan(ask, review):
    ask("plan", "numbers", "--date", "2026-12-06", "--minutes", "10")
    assert "Card 1 of 3." in review("--new", "3")
    assert "Card 1 of 62." in review("--new", "100")
    assert review("--new", "0").startswith("Nothing due.")


NEAR = "2026-11-24T18:55:00Z"


@pytest.mark.parametrize("plan", [[], ["numbers", "--minutes", "3"], ["--minutes", "3"], ["--off", "tue"]])
@pytest.mark.parametrize("targets", [[], ["numbers"], ["other"]])
def test_all_commands_tell_the_same_numbers(ask, environment, review, plan, targets):
    """Before and after some cards, when some are in learning, and on the next day."""
    environment["DQUIZ_STUDY__NEW_PER_DAY"] = "8"
    if plan:
        ask("plan", *plan, "--date", "2026-12-06")

    def compare():
        due = ask("due", *targets, "--json").data
        now = due["due"] + due["new"]
        assert ask("due", *targets).out == f"{due['due']} due, {due['new']} new\n"
        assert ask("due", *targets, "--short").out == f"{now}\n"
        assert ask("due", *targets, "--exit-code").code == (10 if now else 0)
        for name, kinds in (("due", ("learning", "review")), ("new", ("new",))):
            assert due[name] == sum(deck[kind] for deck in due["decks"] for kind in kinds)
        if not targets:
            rows = {row["name"]: row for row in ask("decks", "--json").data}
            assert sum(row["due"] for row in rows.values()) == due["due"]
            assert all(deck["new"] <= rows[deck["deck"]]["new"] for deck in due["decks"])
        assert (ask("next", *targets, "--json").data is None) == (now == 0)
        said = review(*targets)
        told = re.search(r"^Card 1 of (\d+)\.", said, re.MULTILINE)
        assert (int(told[1]) if told else 0) == (now + due["later"] if now else 0)
        assert said.startswith("Nothing due") == (not told)
        if plan and (plan[0] == "numbers") == (targets == ["numbers"]) and targets != ["other"]:
            shown = ask("plan", "--show", "--json").data["today"]
            learning = sum(deck["learning"] for deck in due["decks"]) + due["later"]
            assert (shown["new"], shown["learning"]) == (due["new"], learning)
            assert shown["cards"] + shown["learning"] == now + due["later"]

    compare()
    review(*targets, typed="\n3\n\n4\n\n1\nq\n")
    compare()
    environment["DQUIZ_NOW"] = NEAR
    compare()
    environment["DQUIZ_NOW"] = "2026-11-25T12:00:00Z"
    compare()


# --- layout and words ----------------------------------------------------------------------------------------------


def test_a_plan_at_34_columns(ask, seen):
    assert (
        seen("plan", "numbers", "--date", "2026-12-06", "--minutes", "20", columns=34)
        == """\
Interview on Sun 6 Dec 2026, in
  12 days. 60 cards, none seen
  yet.
20 min a day
  all seen by 25 Nov
  expected recall that day 0.99
5 min a day
  all seen by 29 Nov
  expected recall that day 0.97
if you stop now
  expected recall that day 0.00
Today: 41 new cards, about 20
  min.
`dquiz review` follows this plan
  until its date; `dquiz plan
  --clear` ends it."""
    )


@pytest.mark.parametrize("columns", [34, 60, 80, 120])
def test_a_plan_is_laid_out_for_every_width(ask, seen, columns):
    ask("plan", "other", "--date", "2026-12-06")
    arguments = ["plan", "numbers", "--date", "2026-11-26", "--minutes", "3", "--off", "sat"]
    lines = seen(*arguments, columns=columns).splitlines()
    assert max(map(cell_len, lines)) <= columns
    words = ask(*arguments).out.split()
    assert " ".join(lines).split()[-len(words) :] == words


def test_at_80_columns_rows_are_rows(ask, seen):
    lines = ask("plan", "numbers", "--date", "2026-12-06", "--minutes", "20").out.splitlines()
    assert seen("plan", "--show", columns=80).splitlines()[:5] == lines[:5]


def test_plain_wraps_nothing(ask, seen):
    lines = ask("plan", "numbers", "--date", "2026-12-06").out.splitlines()
    assert len(seen("plan", "--show", "--plain", columns=34).splitlines()) == sum(
        -(-len(line) // 34) for line in lines
    )


def test_a_plan_that_takes_the_place_of_another_says_so(ask):
    ask("plan", "other", "--date", "2026-12-06", "--minutes", "5")
    ended = ask("plan", "numbers", "--date", "2026-12-13")
    assert ended.out.splitlines()[0] == ("In place of the plan for other until Sun 6 Dec 2026, 5 min a day.")
    assert "In place" not in ask("plan", "numbers", "--date", "2026-12-13").out
    data = ask("plan", "--date", "2026-12-13", "--json").data
    assert data["replaced"] == {
        "date": "2026-12-13",
        "minutes": 20,
        "off": [],
        "targets": ["numbers"],
        "tags": [],
        "levels": [],
        "where": "",
    }
    assert "In place of the plan for all decks" in ask("plan", "other", "--date", "2026-12-06").out


def test_a_plan_that_is_over_says_so(ask, environment):
    ask("plan", "other", "--date", "2026-11-25", "--minutes", "5")
    environment["DQUIZ_NOW"] = "2026-11-25T12:00:00Z"
    assert ask("plan", "--show").out.startswith("Interview on Wed 25 Nov 2026, today. ")
    environment["DQUIZ_NOW"] = "2026-11-26T12:00:00Z"
    assert ask("plan", "--show").out.splitlines() == [
        "The plan for other ended on Wed 25 Nov 2026.",
        "No plan. Make one: dquiz plan DECK --date 2026-12-17 --minutes 20",
    ]
    assert "In place" not in ask("plan", "other", "--date", "2026-12-06").out

"""plan --date: what it says, what it keeps, and that next and review follow it."""

from __future__ import annotations

import pytest

QUESTIONS = "\n".join(f"Q: What is number {number}?\nA: It is {number}.\n" for number in range(60))


@pytest.fixture
def ask(dquiz, environment, tmp_path):
    """dquiz, with a deck of sixty cards and one of two."""
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"
    (tmp_path / "numbers.md").write_text(QUESTIONS)
    (tmp_path / "other.md").write_text("Q: What else?\nA: This.\n\nQ: And more?\nA: That.\n")
    dquiz("sync", "numbers.md", "other.md")
    return dquiz


def test_a_plan_says_what_it_leads_to(ask):
    said = ask("plan", "numbers", "--date", "2026-12-06", "--minutes", "10").out.split("\n")
    assert said[0] == "Interview on Sun 6 Dec 2026, in 12 days. 60 cards, none seen yet."
    assert said[1].startswith("  10 min a day    all seen by ")
    assert said[2].startswith("  if you stop now")
    assert said[2].endswith("recall that day 0.00")
    assert said[3].startswith("Today: 21 cards, 21 of them new, about ")


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

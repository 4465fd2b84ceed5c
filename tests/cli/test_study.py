"""review, next, answer, undo, log, due: what scripts and people get from them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time

import pytest

NOTE = """\
der Hund ::: the dog

Q: What does a proxy hide?
A: The client behind it.

Q: Why are locks ordered? ^locks
A: Against deadlocks.

Q: Is it open?
"""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
SCHEDULE = {"state", "step", "due", "stability", "difficulty", "interval", "reps", "lapses", "last_review"}


@pytest.fixture(autouse=True)
def note(desk, environment):
    """An empty collection, and a note."""
    environment |= {"DQUIZ_DATABASE": str(desk.database), "DQUIZ_COLLECTION__SHIPPED": "false"}
    return desk.write("note.md", NOTE)


@pytest.fixture
def synced(desk, note):
    assert desk.sync().added == 5
    desk.close()
    return note


@pytest.fixture
def review(tmp_path, environment):
    """A review by lines: the lines that are typed, and what comes back."""

    def run(typed, *arguments, **more):
        return subprocess.run(
            [sys.executable, "-m", "quiz", "review", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | more,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def saved(ended):
    return [int(number) for number in re.findall(r"^saved (\d+) ", ended.stdout, re.MULTILINE)]


def state(dquiz):
    """What `cards` and `log` say, to the letter."""
    return dquiz("cards", "--all", "--json").out, dquiz("log", "--json").out


# --- next and answer -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("synced")
def test_next_shows_the_card_that_a_review_shows_first(dquiz):
    data = dquiz("next", "--json").data
    [row] = [row for row in dquiz("cards", "--json").data if row["id"] == data["id"]]
    assert row.items() <= data.items()
    assert data.keys() - row.keys() == {"preview", "token"}
    assert list(data["preview"]) == ["again", "hard", "good", "easy"]
    assert [data["preview"][word]["interval_s"] for word in ("again", "hard", "good")] == [60, 330, 600]
    assert data["preview"]["easy"]["interval_s"] % 86400 == 0
    assert all(TIME.fullmatch(outcome["due"]) for outcome in data["preview"].values())
    assert "der Hund" in dquiz("next").out
    assert "the dog" not in dquiz("next").out
    assert "the dog" in dquiz("next", "--show-answer").out


def test_next_is_null_when_nothing_is_due(dquiz):
    ended = dquiz("next", "--json")
    assert (ended.code, ended.data) == (0, None)
    assert dquiz("next").out == "Nothing is due.\n"


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize("fuzz", ["true", "false"])
def test_an_answer_is_what_next_had_shown(dquiz, environment, fuzz):
    environment["DQUIZ_FSRS__FUZZ"] = fuzz
    for month, word in (("2026-12", "easy"), ("2027-03", "hard"), ("2030-01", "good"), ("2060-01", "again")):
        environment["DQUIZ_NOW"] = f"{month}-20T18:40:00Z"
        shown = dquiz("next", "--new", "1" if word == "easy" else "0", "--json").data
        done = dquiz("answer", shown["id"], word, "--json").data
        assert done["after"]["due"] == shown["preview"][word]["due"]
        assert done["before"]["reps"] == {"easy": 0, "hard": 1, "good": 2, "again": 3}[word]


@pytest.mark.usefixtures("synced")
def test_an_answer_tells_the_review_and_both_schedules(dquiz):
    card = dquiz("next", "--json").data["id"]
    done = dquiz("answer", card, "good", "--seconds", "12.5", "--json").data
    assert done["card_id"] == card
    assert (done["rating"], done["mode"], done["counts"], done["duration_ms"]) == (
        "good",
        "flip",
        True,
        12500,
    )
    assert (done["reviewed_at"], done["study_day"]) == ("2026-11-24T18:40:00Z", "2026-11-24")
    assert done["before"].keys() == done["after"].keys() == SCHEDULE
    assert (done["before"]["state"], done["before"]["due"]) == ("new", None)
    assert (done["after"]["state"], done["after"]["due"]) == ("learning", "2026-11-24T18:50:00Z")
    [row] = [row for row in dquiz("cards", "--json").data if row["id"] == card]
    assert {name: row[name] for name in SCHEDULE} == done["after"]
    assert dquiz("log", "--json").data == [{name: value for name, value in done.items() if name != "due"}]


@pytest.mark.usefixtures("synced")
def test_a_card_that_is_due_on_a_day_is_due_at_its_roll_over(dquiz):
    card = dquiz("next", "--json").data["id"]
    due = dquiz("answer", card, "4", "--json").data["after"]["due"]
    assert re.fullmatch(r"2026-12-\d\dT03:00:00Z", due)  # 04:00 in Berlin


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize(("number", "word"), [("1", "again"), ("2", "hard"), ("3", "good"), ("EASY", "easy")])
def test_a_rating_is_a_number_or_a_word(dquiz, number, word):
    assert dquiz("answer", "^locks", number, "--json").data["rating"] == word


@pytest.mark.usefixtures("synced")
def test_an_answer_may_lie_in_the_past_but_not_before_the_last_one_of_its_card(dquiz):
    first, second = (row["id"] for row in dquiz("cards", "--json").data[2:4])
    dquiz("answer", first, "good", "--at", "2026-11-20T10:00:00+01:00")
    done = dquiz("answer", second, "good", "--at", "2026-11-19T08:00:00Z", "--json").data
    assert (done["reviewed_at"], done["study_day"]) == ("2026-11-19T08:00:00Z", "2026-11-19")
    assert [row["card_id"] for row in dquiz("log", "--json").data] == [second, first]
    ended = dquiz("answer", first, "good", "--at", "2026-11-18T00:00:00Z", "--json")
    assert (ended.code, ended.error["code"]) == (2, "usage")
    assert len(dquiz("log", "--json").data) == 2


@pytest.mark.usefixtures("synced")
def test_an_outdated_token_is_refused(dquiz):
    shown = dquiz("next", "--json").data
    assert dquiz("answer", shown["id"], "good", "--token", shown["token"]).code == 0
    ended = dquiz("answer", shown["id"], "good", "--token", shown["token"], "--json")
    assert (ended.code, ended.error["code"]) == (1, "stale_token")
    assert len(dquiz("log", "--json").data) == 1


WRONG = {
    "a rating": (["answer", "^locks", "5"], 2, "usage"),
    "a time": (["answer", "^locks", "3", "--at", "yesterday"], 2, "usage"),
    "a time without zone": (["answer", "^locks", "3", "--at", "2026-11-24T10:00:00"], 2, "usage"),
    "a card": (["answer", "nothing", "3"], 4, "card_not_found"),
    "an anchor": (["answer", "^nothing", "3"], 4, "card_not_found"),
    "a place": (["answer", "note.md:999", "3"], 4, "card_not_found"),
    "signs": (["answer", "a'; DROP TABLE card; --", "3"], 4, "card_not_found"),
    "a deck": (["next", "nots"], 3, "deck_not_found"),
    "a path": (["next", "./nothing.md"], 3, "file_not_found"),
    "nothing to undo": (["undo"], 1, "nothing_to_undo"),
    "a dialogue": (["review"], 2, "usage"),
}


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_and_changes_nothing(dquiz, desk, what):
    arguments, code, word = WRONG[what]
    ended = dquiz(*arguments, "--json")
    assert (ended.code, ended.out, ended.error["code"]) == (code, "", word)
    assert "\n" not in ended.error["message"]
    assert desk.rows("review") == []


@pytest.mark.usefixtures("synced")
def test_people_get_the_same_message(dquiz):
    json_error, people = dquiz("next", "nots", "--json").error, dquiz("next", "nots")
    assert (people.code, people.out, people.err) == (3, "", json_error["message"] + "\n")


@pytest.mark.usefixtures("synced")
def test_a_deck_that_does_not_exist_has_a_likely_one(dquiz):
    assert "Did you mean 'note'?" in dquiz("due", "note2").err
    assert dquiz("due", "nots", "--json").error["details"] == {"given": "nots", "near": ["note"]}


def test_the_start_of_an_id_that_fits_several_cards_is_refused(dquiz, desk):
    desk.asks("many.md", *(f"Is it number {number}?" for number in range(40)))
    desk.sync()
    starts = [card.id[0] for card in desk.cards()]
    start = max(starts, key=starts.count)
    ended = dquiz("show", start, "--json")
    assert (ended.code, ended.error["code"]) == (4, "card_ambiguous")
    assert f"fits {starts.count(start)} cards" in ended.error["message"]
    assert all(near.startswith(start) for near in ended.error["details"]["near"])


# --- undo, log and due ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("synced")
def test_undo_restores_cards_and_log_to_the_letter(dquiz):
    new = state(dquiz)
    dquiz("answer", "^locks", "good", "--seconds", "3")
    learning = state(dquiz)
    dquiz("suspend", "note.md:1", "note.md:6")
    dquiz("answer", "^locks", "again")
    undone = dquiz("undo", "--json").data
    assert (undone["kind"], len(undone["cards"])) == ("rate", 1)
    assert undone["review_id"] is not None
    assert dquiz("undo").out == "Taken back: suspend on «der Hund»\n"
    assert state(dquiz) == learning
    assert [step["kind"] for step in dquiz("undo", "--count", "9", "--json").data] == ["rate"]
    assert state(dquiz) == new
    assert dquiz("undo").code == 1


@pytest.mark.usefixtures("synced")
def test_the_log_can_be_that_of_one_card(dquiz):
    dquiz("answer", "^locks", "good")
    dquiz("answer", "note.md:3", "hard")
    [review] = dquiz("log", "--card", "^locks", "--json").data
    assert review["rating"] == "good"
    assert [line.split()[3:] for line in dquiz("log").out.splitlines()] == [
        ["good", "flip"],
        ["hard", "flip"],
    ]
    assert "2026-11-24 19:40" in dquiz("log").out


@pytest.mark.usefixtures("synced")
def test_due_says_in_one_line_how_many_a_review_would_bring(dquiz, environment):
    assert dquiz("due").out == "0 due, 3 new\n"  # of both directions of a word one a day
    assert dquiz("due", "--short").out == "3\n"
    assert dquiz("due", "--exit-code").code == 10
    dquiz("answer", "^locks", "good")
    data = dquiz("due", "--json").data
    assert (data["due"], data["new"], data["later"]) == (0, 2, 1)
    assert data["next_at"] == "2026-11-24T18:50:00Z"
    environment["DQUIZ_NOW"] = "2026-11-24T18:55:00Z"
    data = dquiz("due", "note", "--json").data
    assert (data["due"], data["new"], data["later"]) == (1, 2, 0)
    assert data["decks"] == [{"deck": "note", "learning": 1, "review": 0, "new": 2}]


@pytest.mark.usefixtures("synced")
def test_due_counts_a_card_that_comes_early_when_nothing_else_is_left(dquiz):
    """As a review asks it: within the learn-ahead time, after all others."""
    while (card := dquiz("next", "--new", "9", "--json").data) and card["state"] == "new":
        dquiz("answer", card["id"], "good")
    assert card["state"] == "learning"
    data = dquiz("due", "--json").data
    assert (data["due"], data["new"], data["later"], data["next_at"]) == (3, 0, 0, None)
    assert dquiz("due", "--exit-code", DQUIZ_STUDY__LEARN_AHEAD="5m").code == 0


@pytest.mark.usefixtures("synced")
def test_due_says_when_more_will_come(dquiz):
    assert dquiz("due", "--next").out == "0 due, 3 new\n"
    dquiz("answer", "^locks", "good")
    dquiz("answer", "note.md:3", "easy")
    said = dquiz("due", "--next").out
    assert said.startswith("0 due, 1 new. Next: 1 card at 19:50, ")
    data = dquiz("due", "--next", "--json").data
    assert (data["due"], data["next_day_count"]) == (0, 1)
    assert data["next_day"] > "2026-11-30"


def test_nothing_due_is_no_failure(dquiz):
    ended = dquiz("due", "--exit-code")
    assert (ended.code, ended.out) == (0, "0 due, 0 new\n")


# --- a review by lines -----------------------------------------------------------------------------------------------


def test_a_review_in_a_pipe_saves_each_rating_before_it_says_so(dquiz, note, review):
    ended = review("\n3\n\n4\n\n1\n", note)
    assert ended.returncode == 0
    assert ended.stderr == "No terminal: one line per prompt.\n"
    log = dquiz("log", "--json").data
    assert [row["id"] for row in log] == saved(ended)
    assert [(row["rating"], row["source"]) for row in log] == [
        ("good", "plain"),
        ("easy", "plain"),
        ("again", "plain"),
    ]


def test_an_empty_line_or_nonsense_is_no_rating(dquiz, note, review):
    ended = review("3\nx\n\n\n\n7\n-1\n2\nq\n", note)
    assert ended.returncode == 0
    assert [row["rating"] for row in dquiz("log", "--json").data] == ["hard"]


def test_undo_and_later_work_by_lines(dquiz, note, review):
    ended = review("\n3\nu\n\n4\ns\n\n2\nq\n", note)
    log = dquiz("log", "--json").data
    assert [row["rating"] for row in log] == ["easy", "hard"]
    assert [row["id"] for row in log] == saved(ended)[1:]
    prompts = {row["id"]: row["prompt"] for row in dquiz("cards", "--json").data}
    assert [prompts[row["card_id"]] for row in log] == ["der Hund", "Why are locks ordered?"]


@pytest.mark.parametrize("typed", ["", "q\n", "\n", "\nq\n"])
def test_a_review_can_end_at_once(dquiz, note, review, typed):
    assert review(typed, note).returncode == 0
    assert dquiz("log", "--json").data == []


@pytest.mark.usefixtures("synced")
def test_a_review_says_when_nothing_is_due(review):
    ended = review("", "--new", "0")
    assert ended.returncode == 0
    assert "Nothing due" in ended.stdout
    assert "--new" in ended.stdout


def offered(text):
    """The options that a review offers when nothing is due."""
    found = re.search("^More now:  (.*)$", text, re.MULTILINE)
    return [option.partition(" (")[0].split() for option in found[1].split("   ")] if found else []


@pytest.mark.parametrize(
    ("rated", "settings", "options"),
    [
        ([], {"STUDY__NEW_PER_DAY": "0"}, [["--new", "3"], ["--cram"]]),
        (["good", "easy", "easy"], {"STUDY__LEARN_AHEAD": "1m"}, [["--cram"]]),
        (
            ["easy", "easy", "easy"],
            {"NOW": "2026-11-25T12:00:00Z"},
            [["--new", "1"], ["--ahead", "7d"], ["--cram"]],
        ),
        (
            ["easy", "easy", "easy"],
            {"NOW": "2026-11-25T12:00:00Z", "STUDY__REVIEWS_PER_DAY": "0"},
            [["--new", "1"], ["--cram"]],
        ),
    ],
)
@pytest.mark.usefixtures("synced")
def test_only_what_brings_a_card_is_offered_when_nothing_is_due(
    dquiz, review, environment, rated, settings, options
):
    environment |= {"DQUIZ_FSRS__FUZZ": "false"}
    for rating in rated:
        dquiz("answer", dquiz("next", "--json").data["id"], rating)
    environment |= {"DQUIZ_STUDY__NEW_PER_DAY": "0"} | {
        f"DQUIZ_{name}": each for name, each in settings.items()
    }
    said = review("").stdout
    assert said.startswith("Nothing due.")
    assert offered(said) == options
    for option in options:
        assert "Card 1 of" in review("", *option).stdout


def test_an_empty_collection_says_how_to_begin(review, note):
    assert review("").stdout == "There are no cards yet. To study your own notes: dquiz review PATH\n"
    assert "dquiz review docker\n" in review("", DQUIZ_COLLECTION__SHIPPED="true").stdout


def test_limits_of_a_run(dquiz, note, review):
    assert len(saved(review("\n4\n" * 9, note, "--limit", "1"))) == 1
    assert len(saved(review("\n4\n" * 9, note, "--new", "2"))) == 2
    ended = review("\n1\n" * 9, note, "--cram")
    assert len(saved(ended)) == 4
    assert [row["counts"] for row in dquiz("log", "--json").data] == [True] * 3 + [False] * 4


def test_the_last_line_may_lack_its_end(note, review):
    assert len(saved(review("\n3", note))) == 1


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_review_has_saved_what_it_said(dquiz, note, environment, tmp_path, ending):
    process = subprocess.Popen(
        [sys.executable, "-m", "quiz", "review", str(note), "--plain"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    process.stdin.write("\n3\n")
    line = ""
    while not line.startswith("saved "):
        line = process.stdout.readline()
        assert line, "the review ended"
    time.sleep(0.1)
    process.send_signal(ending)
    rest, errors = process.communicate(timeout=20)
    assert "Traceback" not in rest + errors
    assert process.returncode == (130 if ending == signal.SIGINT else process.returncode)
    assert process.returncode != 0
    assert [row["id"] for row in dquiz("log", "--json").data] == [int(line.split()[1])]


@pytest.mark.parametrize(
    "given", [["--order", "hard"], ["--buttons", "3"], ["--limit", "-1"], ["--minutes", "0"]]
)
def test_an_option_that_makes_no_sense_is_refused(review, note, given):
    ended = review("", note, *given)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


def test_a_closed_input_ends_a_review(note, environment, tmp_path):
    ended = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m quiz review "{note}" <&-'],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr


@pytest.mark.usefixtures("synced")
def test_a_reader_that_goes_away_leaves_no_traceback(environment, tmp_path):
    ended = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m quiz cards --json | true'],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.stderr == ""


@pytest.mark.usefixtures("synced")
def test_everything_is_one_object_on_one_line(dquiz):
    for command in ("next", "sync"):
        out = dquiz(command, "--json").out
        assert out.count("\n") == 1
        assert json.loads(out)["ok"] is True
        assert json.loads(out)["meta"]["command"] == command
        assert json.loads(out)["meta"]["study_day"] == "2026-11-24"


def test_many_ratings_at_one_instant_keep_their_order(dquiz, note, review):
    ended = review("\n1\n" * 12, note)
    ids = saved(ended)
    assert len(ids) >= 9
    assert ids == sorted(set(ids)) == [row["id"] for row in dquiz("log", "--json").data]


@pytest.mark.usefixtures("synced")
def test_the_environment_names_the_collection(dquiz, tmp_path):
    assert dquiz("cards", "--json", DQUIZ_DATABASE=str(tmp_path / "other.db")).data == []
    assert (tmp_path / "other.db").exists()
    assert len(dquiz("--database", str(tmp_path / "collection.db"), "cards", "--json").data) == 5
    assert dquiz("--database", f"sqlite:///{tmp_path}/other.db", "cards", "--json").data == []

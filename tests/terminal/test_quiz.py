"""The real program in a real pseudo-terminal, and by lines: answers that are typed, recalled and picked."""

from __future__ import annotations

import pytest

from .program import FIRST

RIGHT = "docker run -dp 8080:80 --name=web nginx"
SWAPPED = "docker run -d -p 80:8080 --name web nginx"
CHOICE = """
Q: Which of these is a shell?
- [ ] vi
- [x] sh
- [ ] cat

Vi is an editor.
"""
SEVERAL = """
Q: Which are shells?
- [x] sh
- [x] bash
- [ ] vi
"""
SEAS = {
    "What lies between Britain and Norway?": "the North Sea",
    "Where do ships from Stockholm begin?": "the Baltic Sea",
    "Which water washes Odessa?": "the Black Sea",
    "Through what leads the way from Suez?": "the Red Sea",
    "In which lake does nobody sink?": "the Dead Sea",
}


def by_lines(program, stdin, *options, **environment):
    done = program.run("quiz", program.deck, "--plain", *options, stdin=stdin, **environment)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    return done.stdout


def attempts(program):
    return [(row["mode"], row["counts"], row["rating"], row["attempt"]) for row in program.data("log")]


@pytest.mark.parametrize("columns", [80, 34])
def test_a_quiz_at_a_terminal(program, columns):
    terminal = program.quiz(columns=columns, wait_for=">")
    terminal.press(f"{SWAPPED}\r", "r try again")
    assert "2 tries left" in terminal.on_screen
    assert "[space] show" in terminal.on_screen
    assert "^" in terminal.on_screen
    terminal.press("r", ">")
    terminal.press(f"{RIGHT}\r", "[space]")
    assert "Right, written otherwise." in terminal.on_screen
    assert "Right, written otherwise.\n\n    docker run -d -p 8080:80" in terminal.on_screen
    terminal.press(" ", "Which parts")
    terminal.press(" ", "What did you know?")
    assert "2. a manifest" in terminal.on_screen
    terminal.press("1 2\r", "2 of 3 known")
    terminal.press("1", "Where are layers kept?")
    terminal.press("q")
    assert terminal.ended() == 0
    typed, listed = attempts(program)
    assert typed[:3] == ("typed", True, "hard")
    assert (typed[3]["tries"], typed[3]["verdict"], typed[3]["typed"]) == (2, "same", RIGHT)
    assert listed[:3] == ("list", True, "again")
    assert (listed[3]["points"], listed[3]["points_hit"], listed[3]["suggested"]) == (3, 2, "again")


def test_what_was_typed_stands_beside_the_answer(program):
    terminal = program.quiz(wait_for=">", DQUIZ_TYPED__TRIES="1")
    terminal.press(f"{SWAPPED}\r", "[space]")
    lines = terminal.on_screen.split("\n")
    you = next(number for number, line in enumerate(lines) if line.startswith("card  ")) - 1
    assert lines[you : you + 3] == [
        "you   docker run -d -p 80:8080 --name web nginx",
        "card  docker run -d -p 8080:80 --name web nginx",
        "                       ^^^^^^^",
    ]
    assert "Differs in 1 word" in terminal.on_screen
    assert "[space] Again" in terminal.on_screen
    terminal.press("q")
    assert terminal.ended() == 0


def test_t_types_in_a_review_and_an_empty_line_goes_back(program):
    terminal = program.review()
    terminal.press("t", ">")
    terminal.press("\r", "t type")
    terminal.press("t", ">")
    terminal.press(f"{RIGHT}\r", "[space] Good")
    terminal.press(" ", "Which parts")
    terminal.press("t", "not one to type")
    terminal.press("q")
    assert terminal.ended() == 0
    assert [row[:3] for row in attempts(program)] == [("typed", True, "good")]


def test_control_c_and_the_end_of_input_end_a_quiz_while_a_line_is_typed(program):
    for keys, code in (("\x03", 130), ("\x04", 0)):
        terminal = program.quiz(wait_for=">")
        terminal.press(keys)
        assert terminal.ended() == code


def test_automatic_ratings_go_on_at_once(program):
    terminal = program.quiz(wait_for=">", DQUIZ_TYPED__AUTO_RATE="true")
    terminal.press(f"{RIGHT}\r", "Which parts")
    terminal.press("q")
    assert terminal.ended() == 0
    assert program.ratings() == ["good"]


def test_a_quiz_by_lines(program):
    out = by_lines(program, f"{SWAPPED}\n{RIGHT}\n2\n\na\n3\n")
    assert "Not yet; 2 tries left." in out
    assert "Right, written otherwise." in out
    assert "Suggested: 2 Hard." in out
    assert "Answer:\n1. layers\n2. a manifest\n3. a configuration\n" in out
    assert "3 of 3 known.\nSuggested: 3 Good." in out
    assert [row[:3] for row in attempts(program)] == [("typed", True, "hard"), ("list", True, "good")]


def test_options_that_are_written_are_picked_by_letter_and_move_no_schedule(program):
    program.deck.write_text(CHOICE)
    out = by_lines(program, "sh?\nz\nb\n", "--seed", "1")
    letters = {line[3:]: line[0] for line in out.split("\n") if line[1:3] == ") "}
    assert set(letters) == {"vi", "sh", "cat"}
    assert "Not understood: letters from a to c." in out
    program.run("undo")
    assert "Right." in by_lines(program, f"{letters['sh']}\n", "--seed", "1")
    *_, picked = program.data("log")
    assert (picked["mode"], picked["counts"], picked["rating"]) == ("choice", False, "good")
    assert picked["before"] == picked["after"]


@pytest.mark.parametrize("columns", [80, 34])
def test_options_are_picked_at_a_terminal(program, columns):
    program.deck.write_text(CHOICE + SEVERAL)
    terminal = program.quiz("--seed", "1", columns=columns, wait_for="Pick one:")
    letters = {line[3:]: line[0] for line in terminal.on_screen.split("\n") if line[1:3] == ") "}
    terminal.press(f"{letters['cat']}\r", "[space]")
    assert f"Not yet: it is {letters['sh']}.\n\n" in terminal.on_screen
    rows = terminal.on_screen.split("\n")
    accepted = next(row for row in rows if "[space]" in row)
    assert "Again" in accepted if columns < 50 else "[space] Again" in accepted
    terminal.press("1", "Pick all that are right:")
    letters = {line[3:]: line[0] for line in terminal.on_screen.split("\n") if line[1:3] == ") "}
    terminal.press(f"{letters['bash']} {letters['sh']}\r", "2 reviews")
    assert "Right.\n\n" in terminal.on_screen
    assert terminal.ended() == 0
    assert [row[:3] for row in attempts(program)] == [("flip", True, "again"), ("choice", False, "good")]


def test_a_long_option_goes_on_behind_its_letter(program):
    program.deck.write_text(
        "Q: What does it do?\n- [x] It allows other containers on that network\n- [ ] Nothing at all\n"
    )
    terminal = program.quiz("--seed", "1", columns=34, wait_for="Pick one:")
    assert ") It allows other containers on\n   that network\n" in terminal.on_screen
    terminal.press("\x03")


def test_a_wrong_pick_is_followed_by_an_ordinary_rating(program):
    program.deck.write_text(SEVERAL)
    out = by_lines(program, "a\n1\n")
    assert "Pick all that are right:" in out
    assert "\nNot yet: it is " in out
    assert "\nSuggested: 1 Again.\n" in out
    assert [row[:3] for row in attempts(program)] == [("flip", True, "again")]


def test_a_wrong_pick_is_rated_at_once_where_that_is_wanted(program):
    program.deck.write_text(SEVERAL)
    out = by_lines(program, "a\n", DQUIZ_MCQ__COUNTS="wrong-only")
    assert "Not yet: it is " in out
    assert "Your rating:" not in out
    assert [row[:3] for row in attempts(program)] == [("choice", True, "again")]


def test_options_are_answers_of_other_cards(program):
    program.deck.write_text("\n".join(f"Q: {question}\nA: {sea}\n" for question, sea in SEAS.items()))
    out = by_lines(program, "\na\nq\n", "--mode", "mcq")
    options = [line[3:] for line in out.split("\n") if line[1:3] == ") "][:4]
    assert len(options) == 4
    assert set(options) < set(SEAS.values())
    assert "the North Sea" in options
    assert "Say it first." in out


def test_when_nothing_is_due_it_is_practice(program):
    program.run("sync", program.deck)
    out = by_lines(program, f"{RIGHT}\n3\n", DQUIZ_STUDY__NEW_PER_DAY="0")
    assert "Question: " in out
    [row] = attempts(program)
    assert row[1] is False


def test_practice_that_was_asked_for_is_said_to_be(program):
    program.run("sync", program.deck)
    done = program.run("quiz", "--plain", "--no-schedule", stdin=f"{RIGHT}\n3\n")
    assert done.stderr.startswith("This is practice: schedules stay as they are.")
    assert "in 10 minutes" not in done.stdout
    assert [row[1] for row in attempts(program)] == [False]


def test_a_card_is_asked_once_a_day_and_comes_again_in_a_review(program):
    out = by_lines(program, f"{RIGHT}\n1\n\n\n1\n\n1\n")
    assert out.count("Question: ") == 3
    assert "Next: 3 cards at 12:01." in out
    assert [row[1] for row in attempts(program)] == [True] * 3
    later = program.run("quiz", "--plain", stdin="q\n", DQUIZ_NOW="2026-11-24T12:30:00Z")
    assert "Nothing is due: this is practice" in later.stderr
    done = program.run("review", "--plain", stdin="\n3\nq\n", DQUIZ_NOW="2026-11-24T12:30:00Z")
    assert "saved" in done.stdout
    assert [row[1] for row in attempts(program)] == [True] * 4


@pytest.mark.parametrize("columns", [80, 34])
def test_questions_about_an_answer_stand_above_the_line_that_is_typed(program, columns):
    program.deck.write_text(
        "Q: Which parts does an image have?\nA:\n- layers\n- a manifest\n- a configuration\n"
    )
    terminal = program.quiz(columns=columns, wait_for="Which parts")
    terminal.press(" ", "What did you know?")
    assert terminal.on_screen.split("\n")[-1] == ">"
    terminal.press("\x03")
    assert terminal.ended() == 130
    assert "What did you know?" in terminal.on_screen
    assert "\n>\nNo reviews." in terminal.on_screen


def test_a_list_is_recalled_though_it_could_not_be_typed(program):
    terminal = program.quiz(wait_for=">")
    terminal.press("\r", "t type")
    terminal.press("s", "Which parts")
    terminal.press("t", "not one to type")
    terminal.press(" ", "What did you know?")
    terminal.press("a\r", "3 of 3 known")


def test_a_quiz_by_lines_is_left_with_q_whatever_it_asks(program):
    out = by_lines(program, "s\n\nq\n", "--mode", "list")
    assert "Not understood" not in out
    assert out.endswith("No reviews.\n")
    program.deck.write_text(CHOICE)
    assert "Not understood" not in by_lines(program, "q\n")
    assert attempts(program) == []


def test_a_picked_card_is_not_asked_twice(program):
    program.deck.write_text(CHOICE)
    out = by_lines(program, "a\n1\na\n1\n")
    assert out.count("Question: ") == 1


@pytest.mark.parametrize("columns", [80, 34])
def test_questions_without_an_answer_come_last_and_never_count(program, columns):
    program.deck.write_text(
        "Q: Why do layers exist?\n\nQ: Who calls?\nA: The client, over a socket, at once.\n"
    )
    terminal = program.quiz(columns=columns, wait_for=">")
    terminal.press("The client, over a socket, at once.\r", "[space]")
    terminal.press(" ", "Why do layers exist?")
    assert "draft" in terminal.on_screen
    terminal.press(" ", "No answer is written yet")
    assert "10m" not in terminal.on_screen.split("Why do layers")[1]
    terminal.press("1", "1 review in")
    assert terminal.ended() == 0
    assert [row[:3] for row in attempts(program)] == [("typed", True, "good"), ("flip", False, "again")]
    [draft] = [card for card in program.data("cards") if card["draft"]]
    assert (draft["state"], draft["reps"]) == ("new", 0)
    assert "Again on «Why do layers exist?»" in program.run("undo").stdout
    assert "as it should be" in program.run("doctor").stdout


def test_a_deck_of_questions_without_answers_is_practice(program):
    program.deck.write_text("Q: Why do layers exist?\n\nQ: Who calls whom?\n")
    out = by_lines(program, "\n3\n\n2\n")
    assert out.count("none is written yet, say it aloud.") == 2
    assert [row[1:3] for row in attempts(program)] == [(False, "good"), (False, "hard")]
    assert "none is written yet" not in by_lines(program, "\n3\n", "--mode", "typed")


def test_the_editor_by_lines_needs_a_terminal_and_costs_no_try(program):
    out = by_lines(program, f"\\e\n{RIGHT}\n3\n")
    assert "The editor needs a terminal." in out
    assert attempts(program)[0][3]["tries"] == 1


def test_a_word_longer_than_the_line_stays_above_its_marks(program):
    long = "https://example.org/" + "a" * 40
    program.deck.write_text(f"Q: Fetch it.\nA: `curl {long}`\n")
    terminal = program.quiz(columns=34, wait_for=">")
    terminal.press(f"curl {long}b\r", "r try again")
    lines = [line for line in terminal.on_screen.split("\n") if line.startswith("you   ")]
    assert [len(line) for line in lines] == [10, 34, 34, 11]
    assert "      " + "^" * 28 in terminal.on_screen.split("\n")


def test_a_mode_that_does_not_exist_and_json_are_refused(program):
    assert "must be auto, flip" in program.run("quiz", "--mode", "magic").stderr
    assert "dialogue" in program.run("quiz", "--json").stderr
    assert FIRST not in program.run("quiz", "--mode", "magic").stdout

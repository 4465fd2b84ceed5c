"""The real program, by lines."""

import io
import re

from quiz.terminal.plain import Lines


def lines(program, stdin, *options, **environment):
    done = program.run("review", program.deck, "--plain", *options, stdin=stdin, **environment)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_a_session(program):
    code, out = lines(program, "\n3\nh\nh\n\n1\nq\n")
    saved = [line.split()[1] for line in out.split("\n") if line.startswith("saved ")]
    assert code == 0
    assert (
        out
        == f"""\
Card 1 of 3. Deck docker, Networking. New.
Question: Publish container port 80 on host port 8080, detached, named `web`.
Enter for the answer, or h hint, t type, u undo, s later, q quit:
Answer:
```sh
docker run -d -p 8080:80 --name web nginx
```

-p HOST:CONTAINER; -d = detached.
1 Again in 1 minute, 2 Hard in 6 minutes, 3 Good in 10 minutes, 4 Easy in 8 days
Your rating:
saved {saved[0]} Good, again in 10 minutes
Card 2 of 4. Deck docker, Images. New.
Question: Which parts does an image have?
Enter for the answer, or h hint, u undo, s later, q quit:
Hint, 1 of 3: - layers
Enter for the answer, or h hint, u undo, s later, q quit:
Hint, 2 of 3: - a manifest
Enter for the answer, or h hint, u undo, s later, q quit:
Answer:
- layers
- a manifest
- a configuration
1 Again in 1 minute, 2 Hard in 6 minutes, 3 Good in 10 minutes, 4 Easy in 8 days
Your rating:
saved {saved[1]} Again, in 1 minute
Card 3 of 5. Deck docker, Images. New.
Question: Where are layers kept?
Enter for the answer, or h hint, u undo, s later, q quit:
2 reviews in 0 s, 0 s each. Again 1 Hard 0 Good 1 Easy 0
Hardest: docker.md:15 Which parts does an image have? 1 × Again
Next: 2 cards at 12:01. `dquiz undo` takes the last one back
"""
    )
    assert [str(review["id"]) for review in program.data("log")] == saved


def test_an_empty_line_is_never_a_rating(program):
    code, out = lines(program, "\n\n\n\n\n")
    assert code == 0
    assert program.ratings() == []
    assert out.count("An empty line is no rating. Expected: 1 to 4, u undo, s later or q quit.") == 4


def test_the_end_of_input_is_the_same_as_q(program):
    assert lines(program, "")[0] == 0
    assert lines(program, "\n")[0] == 0
    assert lines(program, "\n3")[0] == 0
    assert program.ratings() == ["good"]


def test_lines_that_are_not_understood(program):
    _, out = lines(program, "3\nx\n\n12\n0\nGOOD\n")
    assert out.count("Not understood. First the answer: an empty line shows it.") == 2
    assert out.count("Not understood. Expected: 1 to 4, u undo, s later or q quit.") == 2
    assert program.ratings() == ["good"]


def test_undo_and_later(program):
    _, out = lines(program, "u\n\n1\nu\ns\ns\nq\n")
    assert "Nothing to take back today." in out
    assert "Taken back: Again on «Publish container port 80" in out
    assert [line[:20] for line in out.split("\n") if line.startswith("Question")] == [
        "Question: Publish co",
        "Question: Which part",
        "Question: Publish co",
        "Question: Which part",
        "Question: Where are ",
    ]
    assert program.ratings() == []


def test_nothing_is_coloured_wrapped_or_controlled(program):
    evil = "\x1b[6n\x9b6n\u202e " + "long " * 100
    program.deck.write_text(f"Q: q {evil}?\nA: a {evil}\n")
    _, out = lines(program, "\n3\n", FORCE_COLOR="1")
    assert "\x1b" not in out
    assert "\x9b" not in out
    assert "\u202e" not in out
    assert "Question: q ␛[6n\ufffd6n<U+202E> " + "long " * 99 + "long ?" in out


def test_every_line_is_made_visible():
    out = io.StringIO()
    Lines(None, out).say("a\x1b[6n")
    assert out.getvalue() == "a␛[6n\n"


def test_an_answer_that_is_only_code_is_shown_without_its_marks(program):
    program.deck.write_text("Q: list all?\nA: `ls -a`\n\nQ: both?\nA:\n```sh\nls\npwd\n```\n")
    _, out = lines(program, "\n3\n\n3\n")
    assert "Answer: ls -a\n" in out
    assert "Answer:\nls\npwd\n1 Again" in out


def test_two_buttons(program):
    _, out = lines(program, "?\n\n4\n2\n\n3\n", "--buttons", "2")
    assert "1 Again in 1 minute, 2 Good in 10 minutes" in out
    assert "2 Good   right" in out
    assert "Not understood. Expected: 1 to 2, u undo, s later or q quit." in out
    assert program.ratings() == ["good", "good"]


def test_without_unicode_nothing_fails(program):
    _, out = lines(program, "\n3\nq\n", PYTHONIOENCODING="ascii", DQUIZ_PLAIN="1")
    assert out.isascii()
    assert "saved" in out


def test_bytes_that_are_no_text_are_not_understood(program):
    done = program.run(
        "review", program.deck, stdin="\udcff\n\n3\n".encode("utf-8", "surrogateescape").decode("latin-1")
    )
    assert done.returncode == 0


def test_in_a_terminal_the_answer_stands_behind_the_prompt(program):
    terminal = program.review("--plain", wait_for="q quit:")
    assert "e edit, " in terminal.text
    terminal.press("\n", "Your rating:")
    terminal.press("3\n", "Which parts does an image have?")
    assert "Your rating: 3\nsaved " in terminal.text
    terminal.press("\x03")
    assert terminal.ended() == 130
    assert "1 review in" in terminal.text


def test_the_editor_opens_from_a_terminal(program):
    editor = program.script("editor", 'sed -i "s/Publish container/Publish the container/" "$2"')
    terminal = program.review("--plain", wait_for="q quit:", EDITOR=editor)
    terminal.press("e\n", "q quit:")
    assert "Question: Publish the container port" in terminal.text


def test_at_first_it_is_told_how_to_study_notes_of_ones_own(program):
    told = "These cards come with dquiz. To study your own notes: dquiz review PATH\n"
    done = program.run("review", "docker", "--plain", stdin="\n4\n", DQUIZ_COLLECTION__SHIPPED="true")
    assert done.stdout.startswith(told)
    done = program.run("review", "docker", "--plain", DQUIZ_COLLECTION__SHIPPED="true")
    assert done.stdout.startswith("Continuing: 1 of 20 done today.\n")
    assert told not in lines(program, "")[1]


def test_harmless_html_is_shown_as_markdown(program):
    program.deck.write_text("Q: What does <code>ls</code> show?\nA: A `List<int>` of <b>files</b>.\n")
    _, out = lines(program, "\n")
    assert "Question: What does `ls` show?\n" in out
    assert "Answer: A `List<int>` of **files**.\n" in out


def test_a_dumb_terminal_gets_lines(program):
    terminal = program.review(wait_for="q quit:", TERM="dumb")
    assert b"\x1b" not in terminal.raw


def test_nothing_due(program):
    code, out = lines(program, "", "--new", "0")
    assert code == 0
    assert out == (
        f"Nothing due in {program.deck}.\nMore now:  --new 3   --ahead 2d   --cram (leaves the schedule alone)\n"
    )


def test_the_time_is_told_if_it_is_wanted(program):
    done = program.run("review", program.deck, "--plain", stdin="\n3\nq\n", DQUIZ_REVIEW__TIMER="true")
    assert re.search(r"Good, again in 10 minutes, after \d+ s\n", done.stdout)


def test_formulas_are_said_and_drawn_without_their_marks(program):
    program.deck.write_text("Q: What is \\(a^2\\) beside `\\(x\\)`?\nA:\n- \\(a_1 * a_1\\)\n- b\n")
    done = program.run("review", program.deck, "--plain", stdin="\nq\n")
    assert "Question: What is a^2 beside `\\(x\\)`?\n" in done.stdout
    assert "- a_1 * a_1\n" in done.stdout
    terminal = program.review(wait_for="What is a^2 beside `\\(x\\)`?")
    terminal.press(" ", "a_1 * a_1")
    terminal.press("q")

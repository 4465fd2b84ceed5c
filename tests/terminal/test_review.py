"""The real program in a real terminal."""

import base64
import re
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from .program import DECK, FIRST, SECOND, THIRD
from .screens import AS_IT_WAS

NINE_DAYS_LATER = "2026-12-03T12:00:00Z"


def test_a_session_at_80_columns(program):
    terminal = program.review()
    terminal.wait_for("q quit")
    assert (
        terminal.text
        == """\
0/3                                                   docker › Networking · new
────────────────────────────────────────────────────────────────────────────────
Publish container port 80 on host port 8080, detached, named `web`.

[space] show   h hint   t type   e edit   u undo   ? keys   q quit""".replace("0/3  ", "0/3   ")
    )
    terminal.press(" ", "? keys")
    assert (
        terminal.text
        == """\
0/3                                                    docker › Networking · new
────────────────────────────────────────────────────────────────────────────────
Publish container port 80 on host port 8080, detached, named `web`.

    docker run -d -p 8080:80 --name web nginx

-p HOST:CONTAINER; -d = detached.

1 Again 1m    2 Hard 6m    3 Good 10m    4 Easy 8d       [space] Good    ? keys"""
    )
    terminal.press("4", "q quit")
    terminal.press("\n", "1 Again")
    terminal.press("1", "q quit")
    terminal.press("q")
    assert terminal.ended() == 0
    assert (
        re.sub(r"\d+ s\b", "… s", terminal.text)
        == """\
0/3                                                    docker › Networking · new
────────────────────────────────────────────────────────────────────────────────
Publish container port 80 on host port 8080, detached, named `web`.

    docker run -d -p 8080:80 --name web nginx

-p HOST:CONTAINER; -d = detached.

Easy, again in 8 days

1/3                                                        docker › Images · new
────────────────────────────────────────────────────────────────────────────────
Which parts does an image have?

 • layers
 • a manifest
 • a configuration

Again, in 1 minute

2/4 · 1 again                                              docker › Images · new
────────────────────────────────────────────────────────────────────────────────
Where are layers kept?

2 reviews in … s, … s each.     Again 1   Hard 0   Good 0   Easy 1
Hardest:  docker.md:15   Which parts does an image have?   1 × Again
Next: 1 card at 12:01, 1 on Wed 2 Dec.     `dquiz undo` takes the last one back"""
    )
    assert program.ratings() == ["easy", "again"]


def test_a_session_at_34_columns(program):
    terminal = program.review(columns=34)
    terminal.wait_for("? keys")
    assert (
        terminal.text
        == """\
0/3
docker › Networking · new
──────────────────────────────────
Publish container port 80 on host
port 8080, detached, named `web`.

[space] show  h hint  ? keys"""
    )
    terminal.press(" ", "4 Easy")
    assert (
        terminal.text
        == """\
0/3
docker › Networking · new
──────────────────────────────────
Publish container port 80 on host
port 8080, detached, named `web`.

    docker run -d -p 8080:80
  ↪ --name web nginx

-p HOST:CONTAINER; -d = detached.

1 Again  1m
2 Hard   6m
3 Good   10m  [space]
4 Easy   8d"""
    )
    terminal.press(" ", "? keys")
    assert "Good, again in 10 minutes" in terminal.text
    assert program.ratings() == ["good"]


def test_the_next_card_appears_once_the_rating_is_on_disk(program):
    terminal = program.review()
    terminal.press(" ", "1 Again")
    terminal.press("3", SECOND)
    assert program.ratings() == ["good"]


def test_undo_brings_the_card_back(program):
    terminal = program.review()
    terminal.press(" ", "1 Again")
    terminal.press("1", SECOND)
    terminal.press("u", "Publish")
    assert "Taken back: Again on «Publish container port 80" in terminal.text
    assert program.ratings() == []
    terminal.press("u", "Nothing to take back today.")


def test_the_ratings_do_nothing_before_the_answer(program):
    terminal = program.review()
    for key in "1234":
        terminal.press(key)
        terminal.be_quiet()
    assert program.ratings() == []
    assert "1 Again" not in terminal.text


def test_what_is_typed_ahead_rates_nothing(program):
    terminal = program.review()
    terminal.press(" ")
    time.sleep(0.03)
    for _ in range(4):
        terminal.press("3")
        time.sleep(0.03)
    terminal.wait_for("1 Again")
    terminal.press("333")
    terminal.be_quiet(0.2)
    assert program.ratings() == []


def test_hints_show_item_after_item_and_suggest_hard(program):
    terminal = program.review()
    terminal.press("s", SECOND)
    terminal.press("h", "1 of 3")
    terminal.press("h", "2 of 3")
    assert terminal.text.split("\n")[-3:] == [
        " • layers                                                                 1 of 3",
        " • a manifest                                                             2 of 3",
        "[space] show   h hint   e edit   u undo   ? keys   q quit",
    ]
    terminal.press(" ", "[space] Hard")
    assert terminal.text.split("\n")[-3:-1] == [" • a configuration", ""]
    terminal.press(" ", THIRD)
    assert program.ratings() == ["hard"]


def test_later_bury_suspend_flag_mark_and_undo(program):
    terminal = program.review()
    terminal.press("f", "Flagged.")
    terminal.press("*", "Marked.")
    terminal.press("-", SECOND)
    terminal.press("@", THIRD)
    assert "Buried until tomorrow." in terminal.text
    states = {card["prompt"][:5]: card for card in program.data("cards")}
    assert states["Which"]["suspended"] is True
    terminal.press("u", SECOND)
    terminal.press("u", FIRST)
    terminal.press("s", SECOND)
    terminal.press("s", THIRD)
    terminal.press("s", FIRST)
    assert {card["suspended"] for card in program.data("cards")} == {False}
    assert program.ratings() == []


def test_information_and_keys(program):
    terminal = program.review()
    terminal.press("i", "New: never reviewed.")
    assert f"{program.deck}:5" in terminal.text
    terminal.press("?", "4 Easy   right at once")
    assert "u        take back the last step" in terminal.text


@pytest.mark.parametrize("columns", [80, 34])
def test_the_card_stands_below_the_keys_on_a_small_screen(program, columns):
    terminal = program.review(rows=24, columns=columns, wait_for=FIRST[:20])
    terminal.press("?", "right at once")
    terminal.wait_for("[space] show")
    assert FIRST[:20] in "\n".join(terminal.text.splitlines()[-8:])
    terminal.press(" ", "1 Again")
    terminal.press("?", "right at once")
    terminal.wait_for("4 Easy")
    assert "docker run -d" in "\n".join(terminal.text.splitlines()[-12:])


def test_edit_at_the_line_keeps_the_card(program):
    editor = program.script(
        "editor",
        'echo "$1 $2" > seen; stty -a > modes; sed -i "s/Publish container/Publish the container/" "$2"',
    )
    terminal = program.review(EDITOR=editor)
    terminal.press(" ", "1 Again")
    before = {card["id"] for card in program.data("cards")}
    terminal.press("e", "1 Again")
    assert "Publish the container port 80" in terminal.on_screen
    assert (program.folder / "seen").read_text() == f"+5 {program.deck}\n"
    assert {"icanon", "echo", "isig"} <= set((program.folder / "modes").read_text().split())
    assert {card["id"] for card in program.data("cards")} == before
    terminal.press("3", SECOND)
    assert program.ratings() == ["good"]


def test_a_card_that_is_no_longer_in_its_file_is_retired(program):
    editor = program.script("editor", 'sed -i "/^Q: Publish/,/^## Images/d" "$2"')
    terminal = program.review(EDITOR=editor)
    terminal.press("e", SECOND)
    assert "it is retired, with its history" in terminal.text


def test_an_editor_that_fails_leaves_everything(program):
    terminal = program.review(EDITOR=program.script("editor", "exit 3"))
    terminal.press("e", "editor ended with 3: what it wrote is not taken.")
    terminal.press(" ", "1 Again")


@pytest.mark.parametrize(
    ("key", "code"), [("q", 0), ("\x04", 0), ("\x03", 130), ("\x1c", 128 + signal.SIGQUIT)]
)
def test_every_end_leaves_the_terminal_as_it_was(program, key, code):
    terminal = program.review()
    terminal.press(" ", "1 Again")
    terminal.press("3", SECOND)
    terminal.press(key)
    assert terminal.ended() == code
    assert terminal.modes == AS_IT_WAS
    assert ("1 review in" in terminal.text) == (key != "\x1c")
    assert "Traceback" not in terminal.text
    assert program.ratings() == ["good"]


def test_a_signal_leaves_a_clean_line(program):
    terminal = program.review()
    terminal.wait_for("q quit")
    terminal.child.kill(signal.SIGTERM)
    assert terminal.ended() == 128 + signal.SIGTERM
    assert terminal.text.endswith(f"{FIRST} on host port 8080, detached, named `web`.")
    assert terminal.modes == AS_IT_WAS


def test_ctrl_z_and_fg_draw_the_card_again(program, start):
    shell = start(
        ["bash", "--norc", "--noprofile", "-i"],
        env={**program.environment, "PS1": "READY>"},
        cwd=program.folder,
    )
    shell.wait_for("READY>")
    shell.press(" ".join(program.argv("review", program.deck)) + "\n", "q quit")
    shell.press("\x1a", "READY>")
    shell.press("fg\n", "q quit")
    assert shell.text.count(FIRST) == 2
    shell.press(" ", "1 Again")
    shell.press("q", "READY>")


def test_ctrl_l_draws_the_card_again_on_the_same_side(program):
    terminal = program.review()
    terminal.press(" ", "1 Again")
    terminal.press("\x0c", "1 Again")
    assert terminal.text.count(FIRST) == 2
    assert terminal.text.count("docker run -d") == 2


def test_a_window_that_changes_its_size(program):
    terminal = program.review()
    for columns, rows in ((20, 5), (200, 50), (34, 24)):
        terminal.resize(columns, rows)
    terminal.press(" ", "4 Easy")
    assert terminal.text.endswith("1 Again  1m\n2 Hard   6m\n3 Good   10m  [space]\n4 Easy   8d")
    terminal.press("q")
    assert terminal.ended() == 0


def test_an_answer_longer_than_the_screen_comes_in_pieces(program):
    long = "\n\n".join(f"Paragraph {number}." for number in range(1, 31))
    program.deck.write_text(f"# Long\n\nQ: What is long, and why is it?\nA: {long}\n\nQ: Next?\nA: n\n")
    terminal = program.review(wait_for="What is long", rows=24)
    terminal.press(" ", "[space] more")
    assert "1 Again" not in terminal.text
    for key in "3h":
        terminal.press(key)
        terminal.be_quiet()
    terminal.resize(80, 24)
    terminal.press("i", "[space] more")
    terminal.press(" ", "[space] more")
    terminal.press(" ", "[space] more")
    terminal.press(" ", "1 Again")
    assert terminal.text.split("\n")[-5:-1] == ["Paragraph 30.", "", "What is long, and why is it?", ""]
    assert re.findall(r"Paragraph (\d+)", terminal.text) == [str(number) for number in range(1, 31)]
    assert program.ratings() == []


def test_an_answer_comes_to_its_end_on_the_smallest_of_screens(program):
    program.deck.write_text(
        "Q: What is long?\nA:\n" + "".join(f"{number}. item\n" for number in range(1, 13))
    )
    terminal = program.review(wait_for="[space] show", columns=34, rows=8)
    terminal.press(" ", "[space] more")
    for _ in range(20):
        terminal.press(" ")
        terminal.be_quiet()
        if "4 Easy" in terminal.on_screen:
            break
    assert "4 Easy" in terminal.on_screen
    assert "12. item" in terminal.text


def test_the_first_code_is_copied(program):
    terminal = program.review()
    terminal.press("y", "No code to copy." if False else "Copied: web")
    terminal.press(" ", "1 Again")
    terminal.press("y", "Copied: docker run -d -p 8080:80 --name web nginx")
    sent = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", terminal.raw)
    assert [base64.b64decode(text) for text in sent] == [b"web", b"docker run -d -p 8080:80 --name web nginx"]


def test_the_first_link_is_opened(program):
    browser = program.script("browser", 'echo "$1" > opened')
    terminal = program.review(BROWSER=browser)
    terminal.press("o", "No link to open.")
    terminal.press("s", SECOND)
    terminal.press("s", THIRD)
    terminal.press(" ", "1 Again")
    terminal.press("o", "Opened https://docs.docker.com/storage")
    assert (program.folder / "opened").read_text() == "https://docs.docker.com/storage\n"


def test_a_rating_that_cannot_be_saved_is_told(program):
    terminal = program.review()
    terminal.press(" ", "1 Again")
    with closing(sqlite3.connect(program.database)) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON review BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        database.commit()
    terminal.press("3")
    assert terminal.ended() == 5
    assert "This rating could not be saved." in terminal.text
    assert SECOND not in terminal.text
    assert "Traceback" not in terminal.text
    assert terminal.modes == AS_IT_WAS


def test_two_buttons(program):
    terminal = program.review("--buttons", "2")
    terminal.press(" ", "1 Again 1m    2 Good 10m        [space] Good    ? keys")
    terminal.press("4")
    terminal.be_quiet()
    terminal.press("3", SECOND)
    terminal.press(" ", "2 Good")
    terminal.press("2", THIRD)
    assert program.ratings() == ["good", "good"]


def test_other_keys(program):
    terminal = program.review(DQUIZ_KEYS__GOOD="k", DQUIZ_KEYS__SHOW="x", DQUIZ_KEYS__UNDO="z")
    terminal.press("x", "k Good 10m")
    terminal.press("3")
    terminal.be_quiet()
    terminal.press("k", SECOND)
    terminal.press("z", FIRST)
    assert program.ratings() == []


def test_the_ratings_are_explained_at_first(program):
    terminal = program.review(DQUIZ_REVIEW__EXPLAIN_RATINGS="3")
    terminal.wait_for("q quit")
    assert terminal.text.startswith(
        "1 Again  wrong, or only part of what an interviewer would need\n2 Hard   right"
    )


def test_a_card_forgotten_again_and_again_is_a_leech(program):
    program.run("review", program.deck, "--plain", "--limit", "1", stdin="\n4\n")
    options = {"DQUIZ_NOW": NINE_DAYS_LATER, "DQUIZ_STUDY__LEECH_LAPSES": "1"}
    terminal = program.review("--new", "0", **options)
    terminal.press(" ", "1 Again")
    terminal.press("1", "· leech")
    assert "Again, in 10 minutes. Now a leech: 1 lapse" in terminal.text
    terminal.press(" ", "1 Again")
    assert "\nLeech: 1 lapse. e rewrite it, @ suspend, or keep going.\n" in terminal.text


def test_a_card_that_was_rewritten_can_be_reset(program):
    program.run("review", program.deck, "--plain", "--limit", "1", stdin="\n4\n")
    rewritten = "Write an Ingress instead; nobody publishes ports by hand any more in a cluster."
    program.deck.write_text(re.sub(r"A:\n```sh.*detached\.", f"A: {rewritten}", DECK, flags=re.DOTALL))
    terminal = program.review("--new", "0", DQUIZ_NOW=NINE_DAYS_LATER)
    terminal.wait_for("r reset")
    assert "docker › Networking · changed" in terminal.text
    terminal.press("r", "The card is new again.")
    assert [card["state"] for card in program.data("cards")] == ["new"] * 3
    terminal.press("u", "r reset")


def test_what_was_done_before_is_told(program):
    terminal = program.review()
    terminal.press(" ", "1 Again")
    terminal.press("4", SECOND)
    terminal.press("q")
    terminal.ended()
    terminal = program.review(wait_for=SECOND)
    assert terminal.text.startswith("Continuing: 1 of 3 done today.\n\n0/2 ")


def test_under_a_clock_that_went_back_it_asks_before_the_first_card(program):
    terminal = program.review()
    terminal.press(" ", "1 Again")
    terminal.press("4", SECOND)
    terminal.press("q")
    terminal.ended()
    yesterday = {"DQUIZ_NOW": "2026-11-20T12:00:00Z"}
    terminal = program.review(wait_for="Go on? [y/N]", **yesterday)
    assert "2026-11-24, after today" in terminal.text
    assert SECOND not in terminal.text
    terminal.press("n\r")
    assert terminal.ended() == 0
    terminal = program.review(wait_for="Go on? [y/N]", **yesterday)
    terminal.press("y\r", SECOND)
    terminal.press("q")
    terminal.ended()


def test_nothing_due_is_no_dead_end(program):
    program.data("sync", program.deck)
    terminal = program.review("--new", "0", targets=["docker"], wait_for="--cram")
    assert terminal.ended() == 0
    assert terminal.text == (
        "Nothing due in docker.\nMore now:  --new 3   --ahead 2d   --cram (leaves the schedule alone)"
    )


def test_no_colour_and_ascii(program):
    terminal = program.review(NO_COLOR="1", PYTHONIOENCODING="ascii", FORCE_COLOR="")
    terminal.press(" ", "1 Again")
    assert terminal.raw.isascii()
    assert "docker > Networking | new" in terminal.text
    assert not re.search(rb"\x1b\[[0-9;]*3[0-9]m", terminal.raw)


def test_a_card_cannot_rate_itself(program):
    request = "\x1b[6n\x9b6n\x1b[c\x1b]11;?\x1b\\"
    program.deck.write_text(f"Q: first {request} card\nA: answer {request}\n`{request}`\n\nQ: SECOND\nA: a\n")
    terminal = program.review(wait_for="first")
    terminal.press("\x1b[1;23R")
    terminal.be_quiet(0.2)
    terminal.press(" ", "1 Again")
    terminal.press("\x1b[1;23R")
    terminal.be_quiet(0.2)
    assert "SECOND" not in terminal.text
    assert program.ratings() == []
    styles_and_erasing = rb"\x1b\[[0-9;]*m|\r?\x1b\[2K"
    assert b"\x1b" not in re.sub(styles_and_erasing, b"", terminal.raw)
    assert "␛[6n" in terminal.text

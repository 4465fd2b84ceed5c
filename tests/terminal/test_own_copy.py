"""A shipped deck at a terminal: begun by its name, copied before its first edit, beside an own one of its name."""

import re

import pytest

from quiz.library import shipped_decks

SHIPPED = {"DQUIZ_COLLECTION__SHIPPED": "true"}
ORIGINAL = shipped_decks() / "docker.md"


@pytest.fixture
def waiting(program):
    program.environment |= SHIPPED
    return program


def seen(terminal):
    """What is on screen, however it is wrapped."""
    return re.sub(r"\s+", " ", terminal.text)


@pytest.mark.parametrize("columns", [80, 34])
def test_an_empty_collection_says_how_to_begin(waiting, start, columns):
    for command in ("review", "decks"):
        terminal = start(waiting.argv(command), columns=columns, env=waiting.environment, cwd=waiting.folder)
        terminal.wait_for("tilt")
        assert "dquiz review" in seen(terminal)
    assert waiting.data("cards") == []


@pytest.mark.parametrize("columns", [80, 34])
def test_e_copies_a_shipped_deck_and_edits_the_copy(waiting, columns):
    before = ORIGINAL.read_bytes()
    editor = waiting.script("editor", 'sed -i "s/^.*What is a container?.*/&  Really?/" "$2"')
    terminal = waiting.review(
        targets=["docker"], columns=columns, wait_for="What is a container?", EDITOR=editor
    )
    terminal.press(" ", "1 Again")
    terminal.press("e", "Really?")
    assert "Yours is a copy from now on:" in seen(terminal)
    copy = waiting.folder / "home" / "notes" / "docker.md"
    assert "Really?" in copy.read_text()
    assert ORIGINAL.read_bytes() == before
    terminal.press("3", "difference between")
    terminal.press("q")
    cards = waiting.data("cards")
    assert {card["path"] for card in cards} == {str(copy)}
    assert sum(card["reps"] for card in cards) == 1
    assert waiting.data("paths")["notes"] == str(copy.parent)


def test_an_own_deck_of_the_same_name_is_the_one_that_is_meant(waiting):
    assert waiting.data("cards", "docker")[0]["file"] == "docker.md"
    said = waiting.run("sync", waiting.deck).stderr
    assert (
        said == "Your notes have a deck docker: the one that comes with dquiz is called shipped/docker now.\n"
    )
    assert len(waiting.data("cards", "docker")) == 3
    assert len(waiting.data("cards", "shipped/docker")) > 100
    waiting.review(targets=["docker"])


def test_places_of_shipped_decks_are_short_for_people(waiting):
    row = waiting.data("cards", "podman")[0]
    assert row["path"] == str(shipped_decks() / "podman.md")
    short, long = (waiting.run("cards", "podman", *more).stdout.split("\n")[0] for more in ([], ["-v"]))
    assert short.split()[1] == f"podman.md:{row['line']}"
    assert long.split()[1] == f"{row['path']}:{row['line']}"
    assert waiting.data("show", short.split()[1])["id"] == row["id"]


def test_edit_opens_a_card_at_its_line(waiting, start):
    [first, *_] = waiting.data("cards", waiting.deck)
    editor = waiting.script("editor", 'sed -i "s/host port 8080/host port 8081/" "$2"')
    terminal = start(
        waiting.argv("edit", first["id"]), env=waiting.environment | {"EDITOR": editor}, cwd=waiting.folder
    )
    terminal.wait_for("read again")
    assert "8081" in waiting.data("show", first["id"])["prompt"]
    assert waiting.run("edit", first["id"]).returncode == 2

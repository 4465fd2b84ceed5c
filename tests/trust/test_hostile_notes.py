"""Whatever stands in a note, nothing of it drives the terminal, stops the program, or hides another card."""

from __future__ import annotations

import gc
import json
import time

import pytest

from quiz.notes import parse
from quiz.notes.reading import MOST_LINES, MOST_PROBLEMS
from quiz.visible import escaped, in_line, one_line, visible
from trust.hostile import (
    ENTITIES,
    FRONT_MATTERS,
    PAYLOADS,
    PLACES,
    RAW,
    SAFE,
    SHAPES,
    TOO_MANY,
    WORD,
    question,
)

ALL_PAYLOADS = {**PAYLOADS, "entities": ENTITIES}
ANSWERS = "\n4\n" * 80 + "q\n"


def read(text, name="note.md"):
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return parse(data, file=name, deck="note")


def codes(deck):
    return {problem.code for problem in deck.problems}


# --- what is shown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL_PAYLOADS)
def test_no_payload_is_printed_from_any_place_of_a_note(cli, desk, name):
    text = ALL_PAYLOADS[name]
    notes = "".join(make(text) for place, make in PLACES.items() if "---" not in make("")[:4])
    desk.write("all.md", notes + "---\n\n" + SAFE)
    for place in ("deck", "key of the front matter"):
        desk.write(f"{place}.md", PLACES[place](text) + SAFE)
    ended = [
        cli("check", desk.notes),
        cli("sync", desk.notes),
        cli("review", "--plain", stdin=ANSWERS),
        cli("search", "harmless"),
        cli("decks"),
        cli("fill", "--list"),
        cli("log"),
    ]
    for one in ended:
        assert not RAW.search(one.all)
    assert "Is harmless still read?" in ended[2].out
    assert len(ended[3].out.splitlines()) > 15


@pytest.mark.parametrize(
    "name", ["reordered", "invisible", "cursor, 8 bit", "delete", "line separators", "clipboard"]
)
def test_json_escapes_what_is_not_printed_and_gives_the_same_text(cli, desk, name):
    desk.write("note.md", question(f"{WORD} {PAYLOADS[name]} end"))
    for ended in (cli("check", "note.md", "--json"), cli("cards", "note.md", "--json")):
        assert not RAW.search(ended.all)
        found = ended.data["items"] if isinstance(ended.data, dict) else ended.data
        assert found[0]["prompt"] == read(question(f"{WORD} {PAYLOADS[name]} end")).notes[0].prompt
        assert set(PAYLOADS[name]) & set(found[0]["prompt"])


@pytest.mark.parametrize("name", TOO_MANY)
def test_too_much_of_a_thing_is_asked_like_anything_else(cli, desk, name):
    desk.write("note.md", question(TOO_MANY[name], TOO_MANY[name]) + SAFE)
    assert len(cli("check", "note.md", "--json").data["items"]) == 2
    ended = cli("review", "note.md", "--plain", stdin=ANSWERS)
    assert (ended.code, ended.out.count("saved ")) == (0, 2)
    assert max(map(len, cli("cards").out.splitlines())) < 400


def test_names_in_lists_stay_on_their_line(cli, desk):
    desk.write("two\nlines.md", question("One?"))
    desk.write("tab\there \x1b[2J.md", "A: nothing\n" + question("Two?"))
    checked = cli("check", desk.notes)
    assert "two␊lines.md " in checked.out
    assert any("tab␉here ␛[2J.md:1: W302" in line for line in checked.out.splitlines())
    cli("sync", desk.notes)
    assert len(cli("cards").out.splitlines()) == 2


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_one_rule(name):
    text = PAYLOADS[name]
    for clean in (visible(text), one_line(text), in_line(text)):
        assert not RAW.search(clean)
        assert visible(clean) == clean
    for unicode in (True, False):
        written = escaped(json.dumps(text, ensure_ascii=False), unicode=unicode)
        assert not RAW.search(written)
        assert json.loads(written) == text


def test_json_for_a_stream_of_ascii_is_ascii():
    written = escaped(json.dumps("naïve 🔥\x7f\udc80", ensure_ascii=False), unicode=False)
    assert written == '"na\\u00efve \\ud83d\\udd25\\u007f\\udc80"'
    assert json.loads(written) == "naïve 🔥\x7f\udc80"


# --- what is read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRONT_MATTERS)
def test_front_matter_is_text_and_its_file_is_read(name):
    deck = read(f"---\n{FRONT_MATTERS[name]}\n---\n\n{SAFE}")
    assert SAFE[3:].startswith(deck.notes[-1].prompt)
    assert isinstance(deck.name, str)
    assert deck.name
    assert all(isinstance(tag, str) for tag in deck.notes[-1].tags)
    assert not any(ord(letter) < 32 for letter in deck.name)
    assert codes(deck) <= {"W103", "W107"}


@pytest.mark.parametrize(
    "start",
    [
        "--- ",
        "---\t",
        "\ufeff---",
        "---x",
        "----",
        " ---",
        "--",
        "---\n",
        "---\r",
        "---\n...",
        "---\n---\n---",
    ],
)
def test_rules_like_those_of_front_matter_hide_nothing(start):
    assert "Is harmless still read?" in [note.prompt for note in read(f"{start}\n\n{SAFE}").notes]


ENCODINGS = {
    "nothing": (b"", 0, set()),
    "a mark of order": (b"\xef\xbb\xbf" + SAFE.encode(), 1, set()),
    "two marks of order": (b"\xef\xbb\xbf" * 2 + b"\n" + SAFE.encode(), 1, set()),
    "UTF-16": (SAFE.encode("utf-16"), 0, {"E102"}),
    "UTF-32": (SAFE.encode("utf-32"), 0, {"E102"}),
    "UTF-7": (SAFE.encode("utf-7"), 1, set()),
    "Latin 1": (question("café").encode("latin-1") + SAFE.encode(), 2, {"E101"}),
    "Shift JIS": (question("日本").encode("shift-jis") + SAFE.encode(), 2, {"E101"}),
    "a lone surrogate": (b"Q: \xed\xa0\x80\nA: x\n\n" + SAFE.encode(), 2, {"E101"}),
    "longer than need be": (b"Q: \xc0\xaf \xf0\x80\x80\xaf\nA: x\n\n" + SAFE.encode(), 2, {"E101"}),
    "beyond Unicode": (b"Q: \xf5\x80\x80\x80\nA: x\n\n" + SAFE.encode(), 2, {"E101"}),
    "NUL at the end": (SAFE.encode() + b"\0", 0, {"E102"}),
    "returns": (SAFE.replace("\n", "\r").encode(), 1, set()),
    "all ends": (b"Q: a\r\nA: b\r\rQ: c\nA: d\n\r\n" + SAFE.encode(), 3, set()),
    "no end": (SAFE.rstrip().encode(), 1, set()),
    "other separators": (
        "Q: a\u2028Q: b\x85Q: c\x0bQ: d\x0cQ: e\x1cQ: f\nA: x\n\n".encode() + SAFE.encode(),
        2,
        set(),
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, 0, {"E102"}),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_bytes_of_any_kind(name):
    data, notes, found = ENCODINGS[name]
    deck = read(data)
    assert len(deck.notes) == notes
    assert codes(deck) == found


def test_limits_have_names():
    deletions = read(
        "C: " + " ".join(f"{{{{word {number}}}}}" for number in range(2_000)) + "\n\n---\n\n" + SAFE
    )
    assert [len(note.deletions) for note in deletions.notes] == [100, 0]
    assert [str(one) for one in deletions.problems] == [
        "note.md:1: W107 2,000 deletions: only the first 100 are read"
    ]
    tags = read(f"---\ntags: [{', '.join(f't{number}' for number in range(3_000))}]\n---\n{SAFE}")
    assert len(tags.notes[0].tags) == 64
    assert codes(tags) == {"W107"}
    assert codes(read("x\n" * MOST_LINES)) == set()
    assert codes(read("x\n" * (MOST_LINES + 1))) == {"E106"}
    assert codes(read("- " * 300 + "deep\n\n" + SAFE)) == {"W209"}
    assert codes(read("---\n" + "a: b\n" * 20_000 + "---\n")) == {"W103"}


def test_problems_are_counted_when_there_are_too_many():
    problems = read("Q:\n\n" * (MOST_PROBLEMS + 7)).problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert str(problems[-1]).endswith(": W107 7 more of W306 below: they are not listed")


def test_a_message_quotes_no_whole_file():
    deck = read("## Tips\n## Tasks\n- a\n## Cheat sheets\n- **" + "w" * 100_000 + "**:\n\n")
    assert {"W308", "W310"} <= codes(deck)
    assert max(len(problem.message) for problem in deck.problems) <= 300


def test_a_thousand_options_and_deep_quotes_are_one_card(cli, desk):
    desk.write(
        "options.md",
        "Q: Which?\n" + "".join(f"- [{'x '[n % 2]}] {n}\n" for n in range(1_000)) + "\n---\n\n" + SAFE,
    )
    desk.write("quotes.md", question("Deep?", ">" * 10_000 + " bottom") + "---\n\n" + SAFE)
    desk.write("table.md", question("Rows?", "\n\n| a | b |\n|--|--|\n" + "| x | y |\n" * 20_000) + SAFE)
    assert cli("check", desk.notes).code == 0
    ended = cli("review", desk.notes, "--plain", stdin=ANSWERS)
    assert (ended.code, ended.out.count("saved ")) == (0, 6 - 2)  # the same card thrice is one


# --- how long it takes -------------------------------------------------------------------------------------

_ENOUGH = 0.02
_MOST_A_DOUBLING = 2.6
_TRIES = 4


@pytest.mark.parametrize("name", SHAPES)
def test_time_to_read_grows_with_length(name):
    text = {size: SHAPES[name](size).encode() for size in (1_000, 2_000, 4_000)}
    size = 1_000
    while (taken := seconds(text[size])) < _ENOUGH and size < 16_000:
        size *= 2
        text |= {size: SHAPES[name](size).encode(), 2 * size: SHAPES[name](2 * size).encode()}
    for _ in range(_TRIES):
        taken = min(taken, seconds(text[size]))
        if seconds(text[2 * size]) < max(_MOST_A_DOUBLING * taken, _ENOUGH):
            return
    pytest.fail(f"twice as much takes more than {_MOST_A_DOUBLING} times as long as {taken:.3f} s")


def seconds(data):
    gc.disable()
    try:
        start = time.process_time()
        parse(data, file="note.md", deck="note")
        return time.process_time() - start
    finally:
        gc.enable()

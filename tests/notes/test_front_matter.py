"""Front matter, tags lines, names of decks."""

import pytest
from conftest import read

from quiz.notes import deck_name
from quiz.notes.frontmatter import tags_in_lines

CARD = "Q: a?\nA: b\n"


def front(text):
    return read(f"---\n{text}\n---\n{CARD}")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("lang.lua.selfhelp.md", "lang/lua"),
        ("lua.selfhelp.md", "lua"),
        ("lang/lua/selfhelp.md", "lang/lua"),
        ("lang/README.md", "lang"),
        ("README.md", "README"),
        ("a/b.markdown", "a/b"),
        ("a\\b.md", "a/b"),
        ("node.js.md", "node.js"),
        ("a.b.c.md", "a/b/c"),
        ("a.b. c.md", "a.b. c"),
        ("x/a.b.index.md", "x/a/b"),
        ("docker.md", "docker"),
        ("notes.md", "notes"),
    ],
)
def test_names_of_decks(path, name):
    assert deck_name(path) == name


def test_keys():
    deck = front("id: x\ntitle: Notes\ndeck: lang/lua\ntags: [a, '#b']\nfoo: {bar: [1]}")
    assert deck.name == "lang/lua"
    (note,) = deck.notes
    assert (note.deck, note.tags, note.line) == ("lang/lua", ("a", "b"), 8)


def test_name_and_no_title():
    assert front("name: Lua").name == "Lua"
    assert front("title: Lua").name == "note"


def test_toml():
    deck = front('deck = "lua"\ntags = ["a"]\ndquiz = ["both", "typed"]')
    assert (deck.name, deck.notes[0].tags, deck.notes[0].both, deck.notes[0].typed) == (
        "lua",
        ("a",),
        True,
        True,
    )


def test_values_are_text():
    deck = front("deck: 012\ntags: no, on, 1:30, 2024-01-01")
    assert (deck.name, deck.notes[0].tags) == ("012", ("no", "on", "1:30", "2024-01-01"))


def test_control_characters_go():
    assert front('deck: "a\\e]0;x\\u2028b"').name == "a ]0;x b"


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]",
        "a: *x",
        "a: !!python/name:os.system",
        "a: !x y",
        "- a\n- b",
        "just words",
        "a: [",
        "deck: C++: x",
        "[" * 1000,
        "a: " + "x" * 70_000,
        "2024-99-99",
    ],
)
def test_what_cannot_be_read(text):
    deck = front(text)
    assert [(problem.line, problem.code) for problem in deck.problems] == [(1, "W103")]
    assert [note.prompt for note in deck.notes] == ["a?"]


def test_alias_bombs_are_refused_at_once():
    bomb = "a: &a [x,x]\n" + "\n".join(f"b{n}: &b{n} [*a,*a]" for n in range(40))
    assert [problem.code for problem in front(bomb).problems] == ["W103"]


def test_other_ends_and_no_end():
    assert read("---\ndeck: x\n...\n" + CARD).name == "x"
    assert read("---\ndeck: x\n\n" + CARD).name == "note"


@pytest.mark.parametrize(
    "line",
    [
        "tags: [lua, scripting]",
        r"tags: \[lua, scripting]",
        "tags: #lua #scripting",
        "9tags: [lua, scripting]",
        "tags: lua, scripting",
        "#tag.lua #tag.scripting",
    ],
)
def test_five_spellings_of_tags(line):
    assert tags_in_lines(["wip", line, "---"]) == ["lua", "scripting"]


def test_a_hierarchy_of_tags():
    assert tags_in_lines(["#tag.lang.lua"]) == ["lang/lua"]


def test_the_tags_block_of_a_note(deck):
    """
    ---
    id: abc
    title: Notes
    ---
    tags: [lua, scripting]
    wip

    ---

    # Lua

    Q: a?
    A: b

    tags: [not, these]
    """
    assert deck.notes[0].tags == ("lua", "scripting")


def test_typed_for_every_question():
    (note,) = front("dquiz: typed").notes
    assert (note.typed, note.both, note.tags) == (True, False, ())


def test_the_deck_of_a_front_page_is_its_folder():
    assert deck_name("README.md", "kubernetes") == "kubernetes"
    assert deck_name("index.md", "dns") == "dns"
    assert deck_name("net/README.md", "topics") == "net"
    assert deck_name("dns.md", "topics") == "dns"

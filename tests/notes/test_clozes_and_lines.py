"""R2, R5 and attributes."""

import pytest
from conftest import read


def deletions(note):
    return [(d.text, d.hint, d.group, note.prompt[d.start : d.end]) for d in note.deletions]


def test_braces_with_hint_and_group(deck):
    """
    C: A {{left join::kind of join}} keeps rows of {{1::the first}} and {{c1::not the second}} table.
    """
    (note,) = deck.notes
    assert note.kind == "cloze"
    assert not note.draft
    assert deletions(note) == [
        ("left join", "kind of join", "", "{{left join::kind of join}}"),
        ("the first", "", "1", "{{1::the first}}"),
        ("not the second", "", "1", "{{c1::not the second}}"),
    ]


def test_brackets_except_images_escapes_and_links(deck):
    r"""
    - C: An [inode] has ![i](x.png), \[no], a [link](u), a [ref][r], `a[0]`, [[wiki]] and [^1]. #fs ^ino
    """
    (note,) = deck.notes
    assert [d.text for d in note.deletions] == ["inode"]
    assert (note.tags, note.anchor, note.line) == (("fs",), "ino", 1)


def test_with_braces_brackets_do_not_count(deck):
    """
    C: The {{kernel}} of [x].
    """
    assert [d.text for d in deck.notes[0].deletions] == ["kernel"]


@pytest.mark.parametrize("text", ["C: \\{{x}} here", "C: `{{x}}` here", "C: {{ }} here", "C: drive is full"])
def test_no_deletion(text):
    deck = read(text)
    assert not deck.notes
    assert [problem.code for problem in deck.problems] == ["W304"]


def test_a_drive_continues_the_open_answer(cards, problems):
    """
    Q: Where is Windows?
    A: On
    C: drive, mostly.
    """
    assert cards == [("Where is Windows?", "On\nC: drive, mostly.")]
    assert problems == [(3, "W304")]


def test_a_cloze_of_several_lines(deck, cards):
    """
    C: The steps:

    1. {{plan}}
    2. {{do}}

    C: Next [one].
    """
    assert len(cards) == 2
    assert deletions(deck.notes[0])[1] == ("do", "", "", "{{do}}")


def test_braces_outside_clozes_are_text(cards):
    """
    Q: What is {{ x }}?
    A: A variable.
    """
    assert cards == [("What is {{ x }}?", "A variable.")]


def test_one_line(deck, cards):
    r"""
    idempotent :: doing it twice changes nothing more
    - SYN ::: the first packet #tcp
    x \:: y
    `a :: b` is code
    std::vector is none
    """
    assert cards == [("idempotent", "doing it twice changes nothing more"), ("SYN", "the first packet")]
    assert [note.both for note in deck.notes] == [False, True]
    assert {note.rule for note in deck.notes} == {"R5"}


def test_one_line_with_a_placeholder_is_a_draft(deck):
    """
    ephemeral port :: TODO
    """
    assert deck.notes[0].draft


@pytest.mark.parametrize(
    ("line", "tags", "anchor", "prompt"),
    [
        ("Q: What is a? #x #y/z ^id-1", ("x", "y/z"), "id-1", "What is a?"),
        ("Q: What is C#", (), None, "What is C#"),
        ("Q: What is issue #1", (), None, "What is issue #1"),
        ("Q: What does #include do?", (), None, "What does #include do?"),
        ("Q: What is `a #b`", (), None, "What is `a #b`"),
        ("Q: #all", (), None, "#all"),
        ("**Q1: Bold? #in** #out ^id", ("in", "out"), "id", "Bold?"),
        ("## What is a? #h ^id ##", ("h",), "id", "What is a?"),
        ("<details><summary>What is a? #s</summary>b</details>", ("s",), None, "What is a?"),
    ],
)
def test_attributes(line, tags, anchor, prompt):
    (note,) = read(line).notes
    assert (note.tags, note.anchor, note.prompt) == (tags, anchor, prompt)


def test_reserved_tags(deck):
    """
    Q: One? #both #typed #net
    A: 1

    Q: Two? #skip
    A: 2

    Q: Three?
    A: 3
    """
    assert [note.prompt for note in deck.notes] == ["One?", "Three?"]
    assert (deck.notes[0].both, deck.notes[0].typed, deck.notes[0].tags) == (True, True, ("net",))


def test_a_line_of_tags_under_a_heading(deck):
    """
    # Networks
    #net #osi

    ## What is a frame?
    #layer2

    A unit.

    # Files

    Q: What is an inode?
    A: A record.
    """
    assert [(note.prompt, note.tags, note.answer) for note in deck.notes] == [
        ("What is a frame?", ("net", "osi", "layer2"), "A unit."),
        ("What is an inode?", (), "A record."),
    ]


@pytest.mark.parametrize("word", ["TODO", "tbd", "**TBD**", "_To be completed._", "Answer here...", "(todo)"])
@pytest.mark.parametrize("form", ["Q: a?\nA: {}", "## What is a?\n\n{}\n", "* **Q:** a?\n  * {}", "a :: {}"])
def test_placeholders_are_no_answers(word, form):
    (note,) = read(form.format(word)).notes
    assert note.draft
    assert note.answer == ""


def test_a_placeholder_within_an_answer_is_text(cards):
    """
    Q: What is a?
    A: Write TODO into the file.
    """
    assert cards == [("What is a?", "Write TODO into the file.")]

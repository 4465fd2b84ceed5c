"""Notes written as a file: each is read back as it was, or named with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_note_properties import TEXTS

from quiz.cards import Choice, Kind, Note
from quiz.errors import UsageError
from quiz.notes import parse
from quiz.notes.composing import compose

DECKS = sorted((Path(__file__).resolve().parents[2] / "decks").glob("*.md"))


def studied(data, file="note.md", deck="note"):
    """The notes of a file that yield cards."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return [note for note in parse(data, file=file, deck=deck).notes if note.kind.studied]


def content(note):
    """What a card is made of."""
    shown = (note.kind, note.prompt, note.answer, note.choices, note.explanation, note.deletions)
    return (*shown, note.tags, note.both, note.typed, note.draft, note.anchor)


def composed(text, deck="note"):
    """A file made of the notes of a text, and those notes."""
    notes = studied(text)
    return compose([(deck, notes)]), notes


def is_kept(text):
    """Whether the notes of a text are all written as they are."""
    done, notes = composed(text)
    assert done.problems == ()
    return [content(note) for note in studied(done.text)] == [content(note) for note in notes]


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)
def test_every_note_of_a_shipped_deck_is_written_as_it_is(path):
    notes = studied(path.read_bytes(), path.name, path.stem)
    done = compose([(path.stem, notes)])
    read = parse(done.text.encode(), file="copy.md", deck="copy")
    assert done.problems == ()
    assert read.name == path.stem
    assert [content(note) for note in read.notes] == [content(note) for note in notes]
    assert [note.context for note in read.notes] == [note.context for note in notes]


def test_all_shipped_decks_go_into_one_file():
    decks = [(path.stem, studied(path.read_bytes(), path.name, path.stem)) for path in DECKS]
    done = compose(decks)
    assert done.problems == ()
    wanted = [content(note) for _, notes in decks for note in notes]
    assert [content(note) for note in studied(done.text)] == wanted


def test_a_file_as_it_is_written():
    text = """\
Q: Which record maps a name to an IPv6 address? #dns
A: AAAA

- Q: What is a zone? #dns #both ^z1
  A: A part of the tree

  that one server answers for.

C: Port {{53}} carries queries. #dns

## Later

Q: And now? #dns #hard
"""
    done, _ = composed(text, "dns")
    assert (
        done.text
        == """\
---
deck: "dns"
tags: ["dns"]
---

# dns

Q: Which record maps a name to an IPv6 address?
A: AAAA

- Q: What is a zone? #both ^z1

  A: A part of the tree

  that one server answers for.

C: Port {{53}} carries queries.

# Later

Q: And now? #hard
"""
    )


@pytest.mark.parametrize(
    "text",
    [
        "Q: q\nA: a\n",
        "Q: q #typed\nA: `ls`\naccept: `ls -a`\n",
        "Q: q\n\nmore of it\n\n```sh\nls\n```\n\nA:\n\n```sh\nA: no mark\n```\n\n# not a heading in the answer\n",
        "- Q: q\n\n  A:\n  - only one\n  - or two\n",
        "Q: q\nA: - only one\n",
        "Q: q\n",
        "## What is a layer?\n\nA set of files.\n\n| a | b |\n|--|--|\n| 1 | 2 |\n",
        "<details><summary>What is it?</summary>\n\nThis.\n\n</details>\n",
        "Which?\n::: b\na ::: b\n",
        "Q: Which?\n- [x] a\n- [ ] b\n  more of b\n\nBecause.\n",
        "Q: True or false: it is?\nA: False, it is not.\n",
        "Q: Which?\n- A: x\n- B: y\n\nAnswer: B\n",
        "C: {{c1::a::hint}} and {{c2::b}} and {{c1::c}}\nA: A remark.\n",
        "- **Term** — text\n- **Other**: text\n  more\n",
        "| Term | Definition |\n|--|--|\n| a | b |\n| c | d \\| e |\n",
        "- **Ask one server for a name**:\n  ```sh\n  dig\n  ```\n",
        "---\ntags: [c++, 3d]\n---\nQ: q #own\nA: a\n",
        "---\ndquiz: [both]\n---\nQ: q\nA: a\n",
        "# tar\n\n> Archives.\n\n- Make one:\n\n`tar cf {{target}}`\n",
    ],
)
def test_a_note_of_each_kind_is_kept(text):
    assert studied(text)
    assert is_kept(text)


def test_tags_that_differ_where_a_row_has_no_place_for_them_stand_below_a_heading():
    rows = "| Term | Definition |\n|--|--|\n| a | b |\n"
    done, notes = composed(f"## One\n#x #y\n\n{rows}\n## Two\n\nQ: q #z\nA: a\n")
    assert done.problems == ()
    assert [content(note) for note in studied(done.text)] == [content(note) for note in notes]


def test_a_note_that_would_be_read_otherwise_is_named_with_its_place():
    lost = Note(kind=Kind.QA, prompt="q\nA: no answer", answer="a", file="d.md", line=7)
    done = compose([("d", [lost, Note(kind=Kind.QA, prompt="kept", answer="a", file="d.md", line=9)])])
    assert [note.prompt for note in done.notes] == ["kept"]
    assert [str(problem) for problem in done.problems] == [
        "d.md:7: W705 left out: in a file of its own it would be read as something else"
    ]


def test_what_has_no_spelling_is_told_and_the_rest_is_kept():
    one = Note(kind=Kind.QA, prompt="q", answer="a", tags=("two words",), file="d.md", line=1)
    done = compose([("d", [one, replace(one, prompt="p", tags=(), line=2)])])
    assert [note.prompt for note in studied(done.text)] == ["q", "p"]
    assert [str(problem) for problem in done.problems] == [
        "d.md:1: W706 written without #two words: there is no other way"
    ]


def test_a_term_that_cannot_be_one_here_becomes_a_question():
    term = Note(kind=Kind.TERM, prompt="two\n\nparagraphs", answer="a", file="d.md", line=1)
    done = compose([("d", [term])])
    assert [(note.kind, note.prompt) for note in studied(done.text)] == [(Kind.QA, "two\n\nparagraphs")]
    assert done.problems[0].message == "written as a question and not as a term: there is no other way"


def test_two_notes_that_say_the_same_are_one_and_the_other_is_named():
    one = Note(kind=Kind.QA, prompt="q", answer="a", file="d.md", line=1)
    done = compose([("d", [one, replace(one, file="e.md", line=5)])])
    assert len(studied(done.text)) == 1
    assert [str(problem) for problem in done.problems] == ["e.md:5: W705 left out: d.md:1 says the same"]


def test_a_note_that_runs_on_beyond_its_end_takes_no_other_with_it():
    runs_on = Note(kind=Kind.QA, prompt="q", answer="a <!-- and so on", file="d.md", line=1)
    others = [
        Note(kind=Kind.QA, prompt=f"q{number}", answer="a", file="d.md", line=number) for number in (2, 3)
    ]
    done = compose([("d", [runs_on, *others])])
    assert [note.prompt for note in studied(done.text)][-2:] == ["q2", "q3"]
    assert len(done.notes) + len(done.problems) == 3


def test_names_of_decks_and_headings_are_one_line_of_text():
    note = Note(kind=Kind.QA, prompt="q", answer="a", context=("a\nb\ud800\0", "# c"))
    done = compose([('x"\n\\y\ud800', [note]), ("What?", [replace(note, prompt="p", context=())])])
    done.text.encode()
    assert [each.prompt for each in studied(done.text)] == ["q", "p"]


def test_a_file_too_long_to_be_read_is_refused(monkeypatch):
    monkeypatch.setattr("quiz.notes.composing.MOST_LINES", 10)
    with pytest.raises(UsageError, match="This makes 14 lines, and dquiz reads no note of more than 10"):
        compose([("d", [Note(kind=Kind.QA, prompt=f"q{number}", answer="a") for number in range(3)])])


LINES = st.sampled_from(
    [
        *("word", "two words", "Is it?", "- a point", "1. a point", "```", "    code", "| a | b |", "|--|--|"),
        *("", "", "A: x", "Q: x", "C: x", "`code` #tag", "#tag", "^id", "**bold**", "---", "<b>", "{{x}}"),
        *("> quote", "ä €", "# h", "<!-- x -->", "x :: y", "TODO", "\\", "[x](y)"),
    ]
)  # fmt: skip
MADE = st.lists(LINES, min_size=1, max_size=6).map("\n".join)
TAGS = st.lists(st.sampled_from(["a", "b/c", "d-e"]), unique=True, max_size=3).map(tuple)
CHOICES = st.lists(st.builds(Choice, LINES, st.booleans()), min_size=2, max_size=4).map(tuple)
NOTES = st.builds(
    Note,
    kind=st.sampled_from([kind for kind in Kind if kind.studied and kind is not Kind.CLOZE]),
    prompt=MADE,
    answer=MADE | st.just(""),
    choices=CHOICES,
    tags=TAGS,
    both=st.booleans(),
    typed=st.booleans(),
    context=st.lists(LINES, max_size=2).map(tuple),
    anchor=st.none() | st.just("id1"),
)


def is_told_or_kept(notes):
    """Asserts that what a file says is what it is said to say, and that of the rest nothing is passed over."""
    done = compose([("d", notes)])
    read = studied(done.text)
    assert [content(note)[:2] + content(note)[3:] for note in read] == [
        content(note)[:2] + content(note)[3:] for note in done.notes
    ]
    assert [note.answer for note in read if note.kind is not Kind.CHOICE] == [
        note.answer for note in done.notes if note.kind is not Kind.CHOICE
    ]
    left_out = [problem.line for problem in done.problems if problem.code == "W705"]
    otherwise = {problem.line for problem in done.problems if problem.code == "W706"}
    assert sorted([*left_out, *(note.line for note in done.notes)]) == [note.line for note in notes]
    kept = {note.line: note for note in done.notes if note.line not in otherwise}
    assert all(kept[note.line] == note for note in notes if note.line in kept)


@settings(max_examples=60)
@given(st.lists(NOTES, min_size=1, max_size=4))
def test_any_notes_are_written_as_they_are_or_named(notes):
    is_told_or_kept([replace(note, line=number, file="d.md") for number, note in enumerate(notes, 1)])


@settings(max_examples=60)
@given(TEXTS)
def test_notes_of_any_text_are_written_as_they_are_or_named(text):
    notes = studied(text)
    if notes:
        is_told_or_kept(notes)


# --- side by side --------------------------------------------------------------------------------------------------

BESIDE = st.sampled_from(
    [
        "Q: What is {n}?\nA: The number {n}.\n",
        "- Q: What holds {n}?\n  A: One line\n\n  and another.\n",
        "C: Port {{{{{n}}}}} is open.\n",
        "- Term{n} :: the meaning of {n}\n",
        "- **Word{n}** — what it says about {n}\n",
        "- **Ask for {n}**:\n  ```sh\n  dig {n}.example.org\n  ```\n",
        "## What is layer {n}?\n\nA part of it, number {n}.\n",
        "Which is right for {n}?\n\n- [x] this {n}\n- [ ] that {n}\n",
        "<details>\n<summary>Why {n}?</summary>\n\nBecause of {n}.\n\n</details>\n",
        "der Hund {n} ::: the dog {n}\n",
        "| Command | Description |\n|---|---|\n| `ls {n}` | list {n} |\n",
        "## Mental Model\n\n- Thing{n} = a kind of {n}\n",
        "## Next Steps\n\n- **Tool{n}** — comes after {n}\n",
        "## Words and commands\n",
    ]
)


def none_is_lost(text):
    notes = studied(text)
    done = compose([("note", notes)])
    left_out = [problem for problem in done.problems if problem.code == "W705"]
    assert [each for each in left_out if "says the same" not in each.message] == [], done.text
    assert len(studied(done.text)) == len(notes) - len(left_out)


def test_commands_beside_terms_and_questions_are_all_kept():
    assert is_kept(
        "Q: Which record maps a name? #dns\nA: AAAA\n\n## Words\n\n- TTL :: how long it is kept\n"
        "- **Ask one server**:\n  ```sh\n  dig @1.1.1.1 example.org\n  ```\n"
    )


@settings(max_examples=80, deadline=None)
@given(st.lists(BESIDE, min_size=1, max_size=9))
def test_notes_of_all_kinds_are_kept_beside_each_other(pieces):
    none_is_lost("\n".join(piece.format(n=number) for number, piece in enumerate(pieces, 1)))

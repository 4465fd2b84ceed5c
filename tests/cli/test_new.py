"""`dquiz new`: the note it writes reads as intended whatever the topic, and no file is ever lost to it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.cards import Kind
from quiz.cli.new import checked, file_name, starter
from quiz.errors import UsageError
from quiz.notes import cross_file_problems, parse

if TYPE_CHECKING:
    from quiz.cards import Deck

MARKS = [
    "Q: ", "Q. ", "Q7. ", "C: ", "A: ", "**", "__", "*", "_", "`", "```", "~~", "[x]", "](y)", "![", "[[", "{{", "}}",
    "{{c1::", " :: ", " ::: ", " #both", " #skip", " ^id", "#", "<!-- dquiz:off -->", "<!--", "-->", "</details>",
    "<details>", "</summary>", "<b>", "</b>", "<br>", "|", "\\", " = ", " — ", " - ", "?", "1. ", "- ", "> ", "---",
    "&lt;", "&", "TOPIC", "TODO", "Tips", "Cheat Sheet", "C++", "Node.js", "word", "ä", "🔥", "日本", " ", ":", ".",
]  # fmt: skip
TOPICS = st.one_of(
    st.lists(st.sampled_from(MARKS), min_size=1, max_size=8).map("".join),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
)


def read(topic: str) -> Deck:
    return parse(starter(topic).encode(), file="new.md", deck="new")


def shape(deck: Deck) -> list[tuple[object, ...]]:
    """Everything about its notes that the topic must not change."""
    return [
        (note.line, note.end, note.kind, note.rule, note.section, note.tags, note.both, note.typed, note.draft,
         len(note.choices), [(one.text, one.hint) for one in note.deletions], bool(note.answer), note.anchor)
        for note in deck.notes
    ]  # fmt: skip


# --- the note ------------------------------------------------------------------------------------------------------


def test_it_has_one_example_of_everything_that_dquiz_reads():
    deck = read("Redis")
    assert deck.problems == ()
    assert {note.rule for note in deck.notes} == {
        "R1", "R2", "R3", "R4", "R5", "R8", "T:roadmap", "T:task", "T:cheatsheet", "T:challenge", "T:next", "T:tip",
        "T:concept",
    }  # fmt: skip
    assert {note.kind for note in deck.notes} == set(Kind) - {Kind.OVERVIEW, Kind.OTHER}
    assert [note.prompt for note in deck.notes if note.both] == ["How Redis shows that it is overloaded"]
    assert [note.answer for note in deck.notes if note.typed] == ["bottleneck"]
    assert [bool(deletion.hint) for note in deck.notes for deletion in note.deletions] == [
        False, False, True, True
    ]  # fmt: skip
    sheet = next(note.answer for note in deck.notes if note.kind is Kind.CHEATSHEET)
    assert "{{word}}" in sheet
    assert sheet.splitlines()[-1].startswith("accept: `")


def test_it_has_exactly_one_draft():
    assert [note.prompt for note in read("Redis").notes if note.draft] == [
        "What was the hardest problem that you solved with Redis?"
    ]


def test_it_is_short_and_its_comments_are_one_line_each_and_never_read():
    text = starter("Redis")
    assert len(text.splitlines()) < 130
    comments = re.findall(r"<!--.*?-->", text, re.DOTALL)
    assert len(comments) > 8
    assert [one for one in comments if "\n" in one] == []
    for note in read("Redis").notes:
        assert "<!--" not in note.prompt + note.answer


def test_the_topic_is_named_in_every_section_and_nothing_else_stands_for_it():
    sections = starter("Redis").split("\n## ")
    assert len(sections) == 11
    assert [one.partition("\n")[0] for one in sections if "Redis" not in one] == []
    assert "TOPIC" not in starter("Redis")


@settings(max_examples=200)
@given(TOPICS)
def test_whatever_the_topic_the_same_cards_are_read(topic):
    try:
        topic = checked(topic)
    except UsageError:
        return
    deck = read(topic)
    assert shape(deck) == shape(read("Redis"))
    assert deck.problems == ()


def test_notes_about_two_topics_have_no_card_in_common():
    assert cross_file_problems([read("Redis"), read("Kafka")]) == []


@pytest.mark.parametrize(
    "topic", ["C++", "C#", "Node.js", "CI/CD", "Q&A", "Conway's law", "snake_case", "a < b"]
)
def test_a_plain_name_stands_there_as_it_is(topic):
    assert f"\n# {topic}\n" in starter(topic)


# --- the file's name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("redis", "redis.md"),
        ("redis.md", "redis.md"),
        ("System  Design", "system-design.md"),
        ("C++", "c++.md"),
        ("C#", "c#.md"),
        ("Node.js", "node.js.md"),
        ("CI/CD", "ci-cd.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("..\\..\\boot.ini", "boot.ini.md"),
        ("/etc/passwd", "etc-passwd.md"),
        (".bashrc", "bashrc.md"),
        ("-rf", "rf.md"),
        ("$(reboot); `x`", "reboot-x.md"),
        ("Größe", "größe.md"),
        ("日本語", "日本語.md"),
    ],
)
def test_a_file_is_named_after_its_topic(topic, name):
    assert file_name(checked(topic)) == name


@settings(max_examples=200)
@given(TOPICS)
def test_no_name_leads_to_another_folder_or_is_hidden(topic):
    try:
        name = file_name(checked(topic))
    except UsageError:
        return
    assert not set(name) & set('/\\:*?"<>|\0\n ')
    assert name[0] not in ".-"
    assert name.endswith(".md")
    assert len(name.encode()) <= 255


# --- the command ---------------------------------------------------------------------------------------------------


def test_it_says_where_the_note_is_and_what_to_do_next(dquiz, tmp_path):
    ended = dquiz("new", "System Design")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "system-design.md: one example of each kind of card. Replace them with yours.",
        "Next: `dquiz review system-design.md`",
    ]
    assert (tmp_path / "system-design.md").read_text(encoding="utf-8") == starter("System Design")
    assert [path.name for path in tmp_path.iterdir()] == ["system-design.md"], "nothing else is made"


def test_what_scripts_see(dquiz, tmp_path):
    ended = dquiz("new", "C#", "--json")
    assert ended.data == {"topic": "C#", "path": str(tmp_path / "c#.md"), "next": "dquiz review 'c#.md'"}
    assert dquiz(*shlex.split(ended.data["next"])[1:]).code == 0


def test_check_finds_no_fault_and_a_review_begins(dquiz):
    dquiz("new", "redis")
    checked = dquiz("check", "redis.md", "--strict", "--json")
    assert (checked.code, checked.data["problems"], checked.data["counts"]["drafts"]) == (0, [], 1)
    review = dquiz("review", "redis.md", "--plain")
    assert "Card 1 of " in review.out
    assert "Question: What redis is for" in review.out
    assert [row["prompt"] for row in dquiz("fill", "redis.md", "--list", "--json").data] == [
        "What was the hardest problem that you solved with redis?"
    ]


def test_it_can_be_printed_instead(dquiz, tmp_path):
    assert dquiz("new", "redis", "--stdout").out == starter("redis")
    assert dquiz("new", "redis", "--stdout", "--json").data == {"topic": "redis", "text": starter("redis")}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("to", "written"),
    [
        ("here", "here/redis.md"),
        ("not/yet/here", "not/yet/here/redis.md"),
        ("not/yet/db.MD", "not/yet/db.MD"),
    ],
)
def test_it_goes_into_a_folder_or_a_file(dquiz, tmp_path, to, written):
    (tmp_path / "here").mkdir()
    ended = dquiz("new", "redis", "--to", to)
    assert ended.out.startswith(f"{written}: ")
    assert (tmp_path / written).read_text(encoding="utf-8") == starter("redis")


def test_a_topic_without_a_name_for_a_file_can_have_one(dquiz, tmp_path):
    assert "--to FILE.md" in dquiz("new", "..").err
    assert dquiz("new", "..", "--to", "dots.md").code == 0
    assert "\n# .\\.\n" in (tmp_path / "dots.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("there", ["file", "link", "folder"])
def test_what_is_there_is_never_overwritten(dquiz, tmp_path, there):
    path = tmp_path / "redis.md"
    if there == "file":
        path.write_text("mine")
    elif there == "link":
        path.symlink_to("nowhere")
    else:
        path.mkdir()
    before = sorted(tmp_path.rglob("*"))
    ended = dquiz("new", "redis")
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert ended.err.startswith("redis.md: it is there already, and nothing was written.")
    assert "dquiz review redis.md" in ended.err
    assert "--to" in ended.err
    assert sorted(tmp_path.rglob("*")) == before
    assert there != "file" or path.read_text() == "mine"
    assert dquiz("new", "redis", "--json").error["code"] == "failed"


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("", "TOPIC is empty"),
        (" \u00a0", "TOPIC is empty"),
        ("two\nlines", "cannot be shown"),
        ("tab\there", "cannot be shown"),
        ("\x1b[2Jcleared", "cannot be shown"),
        ("\u202eturned", "cannot be shown"),
        ("a" * 10_240, "TOPIC has 10,240 characters"),
        ("???", "No file can be named after '???'"),
    ],
)
def test_a_topic_that_is_none_is_wrong_usage(dquiz, tmp_path, topic, said):
    ended = dquiz("new", topic)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert said in ended.err
    assert len(ended.err) < 200
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("to", "code", "said"),
    [
        ("taken", 2, "taken: neither a folder nor a name for a note"),
        ("redis.txt", 2, "redis.txt: neither a folder nor a name for a note"),
        ("taken/redis.md", 3, "taken/redis.md: "),
        ("a" * 300, 3, "File name too long"),
    ],
)
def test_a_place_that_is_none_is_told(dquiz, tmp_path, to, code, said):
    (tmp_path / "taken").write_text("mine")
    ended = dquiz("new", "redis", "--to", to)
    assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1)
    assert said in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_two_places_are_wrong_usage(dquiz, tmp_path):
    assert dquiz("new", "redis", "--stdout", "--to", "x.md").code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_note_has_the_permissions_of_any_new_file(dquiz, tmp_path):
    dquiz("new", "redis")
    (tmp_path / "other").touch()
    assert (tmp_path / "redis.md").stat().st_mode == (tmp_path / "other").stat().st_mode

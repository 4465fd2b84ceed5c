"""Exporting through the command: what is handed over, and what a second export changes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from terminal.screens import Terminal

if TYPE_CHECKING:
    from pathlib import Path

DNS = """\
TTL :: seconds that an answer may be kept

Q: Who answers for a zone?
A: Its name servers.

Q: Not yet answered?
"""


def packed(package: Path) -> dict[str, dict[str, object]]:
    """The notes of a package by their guid."""
    target = package.with_suffix(".anki2")
    target.write_bytes(zipfile.ZipFile(package).read("collection.anki2"))
    with closing(sqlite3.connect(target)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            row["guid"]: dict(row) for row in connection.execute("SELECT guid, mod, tags, flds FROM notes")
        }


@pytest.fixture
def exported(dquiz, environment, tmp_path):
    """Writes a note, and a package of all notes at a time."""
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"

    def run(text: str, now: str, name: str = "cards.apkg") -> Path:
        (tmp_path / "notes").mkdir(exist_ok=True)
        (tmp_path / "notes" / "dns.md").write_text(text)
        assert dquiz("sync", "notes", DQUIZ_NOW=now).code == 0
        ended = dquiz("export", "anki", name, "--json", DQUIZ_NOW=now)
        assert ended.code == 0, ended.err
        run.report = ended.data
        return tmp_path / name

    return run


def test_notes_without_an_answer_are_counted_and_left_out(exported):
    notes = packed(exported(DNS, "2026-11-24T09:00:00Z"))
    assert len(notes) == 2
    assert exported.report["drafts"] == 1


def test_an_export_without_changes_is_the_same_byte_for_byte(exported):
    first = exported(DNS, "2026-11-24T09:00:00Z").read_bytes()
    assert exported(DNS, "2026-12-01T09:00:00Z").read_bytes() == first


def test_a_line_above_changes_no_note(exported):
    before = packed(exported(DNS, "2026-11-24T09:00:00Z"))
    after = packed(exported(f"Some prose.\n\n{DNS}", "2026-12-01T09:00:00Z"))
    assert {guid: note["mod"] for guid, note in before.items()} == {
        guid: note["mod"] for guid, note in after.items()
    }


def test_only_an_edited_note_gets_a_newer_time_and_keeps_its_guid(exported):
    before = packed(exported(DNS, "2026-11-24T09:00:00Z"))
    after = packed(exported(DNS.replace("Its name", "Its own name"), "2026-12-01T09:00:00Z"))
    newer = [guid for guid in before if after[guid]["mod"] > before[guid]["mod"]]
    assert set(after) == set(before)
    assert ["own name" in str(after[guid]["flds"]) for guid in newer] == [True]


def test_a_note_that_is_gone_is_handed_over_once_more_with_a_tag(exported):
    before = packed(exported(DNS, "2026-11-24T09:00:00Z"))
    rest = "TTL :: seconds that an answer may be kept\n"
    gone = packed(exported(rest, "2026-12-01T09:00:00Z"))
    tagged = [guid for guid, note in gone.items() if "dquiz::retired" in str(note["tags"])]
    assert len(tagged) == 1
    assert gone[tagged[0]]["mod"] > before[tagged[0]]["mod"]
    assert len(packed(exported(rest, "2026-12-02T09:00:00Z"))) == 1


def test_a_note_that_was_never_exported_is_not_exported_once_it_is_gone(exported, dquiz, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "dns.md").write_text(DNS)
    dquiz("sync", "notes")
    assert len(packed(exported("TTL :: seconds that an answer may be kept\n", "2026-12-01T09:00:00Z"))) == 1


def test_formats_are_listed_and_a_wrong_one_is_named(dquiz):
    assert dquiz("export", "--list", "--json").data == ["anki", "csv", "html", "json", "markdown"]
    wrong = dquiz("export", "anky", "cards.apkg", "--json")
    assert (wrong.code, wrong.error["message"]) == (2, "No format called 'anky'. Did you mean 'anki'?")


def test_a_format_without_a_file_is_wrong_usage(dquiz):
    assert dquiz("export", "anki").code == 2


def test_a_deck_that_is_not_there_leaves_the_package_as_it_was(dquiz, tmp_path):
    (tmp_path / "cards.apkg").write_bytes(b"as it was")
    assert dquiz("export", "anki", "cards.apkg", "nots").code == 3
    assert (tmp_path / "cards.apkg").read_bytes() == b"as it was"


@pytest.mark.parametrize(
    ("name", "file", "drafts"),
    [("csv", "c.csv", 1), ("json", "c.json", 0), ("markdown", "c.md", 0), ("html", "c.html", 1)],
)
def test_every_format_is_written_and_written_again(dquiz, environment, tmp_path, name, file, drafts):
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "dns.md").write_text(DNS)
    dquiz("sync", "notes")
    first = dquiz("export", name, file, "--json")
    assert (first.code, first.data["drafts"], first.data["notes"]) == (0, drafts, 3 - drafts), first.err
    before = (tmp_path / file).read_bytes()
    assert b"seconds that an answer may be kept" in before
    assert dquiz("export", name, file, DQUIZ_NOW="2026-12-01T09:00:00Z").code == 0
    assert (tmp_path / file).read_bytes() == before


def test_an_exported_note_is_read_back_as_the_same_cards(dquiz, environment, tmp_path):
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "dns.md").write_text(DNS)
    dquiz("sync", "notes")
    assert dquiz("export", "markdown", "copy.md").code == 0
    shown = ("kind", "deck", "prompt", "answer", "tags", "draft")
    read = [
        [{key: each[key] for key in shown} for each in dquiz("check", path, "--json").data["items"]]
        for path in ("notes/dns.md", "copy.md")
    ]
    assert read[0] == read[1]


def test_formats_are_described_in_a_line(dquiz):
    lines = dquiz("export", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["anki", "csv", "html", "json", "markdown"]
    assert all(len(line.split()) > 3 for line in lines)


@pytest.fixture
def noted(dquiz, environment, tmp_path):
    """A collection with one deck, and what an export of it holds."""
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "dns.md").write_text(DNS)
    dquiz("sync", "notes")
    return tmp_path


@pytest.mark.parametrize("name", ["csv", "json", "markdown", "html"])
def test_a_dash_is_standard_output_and_what_is_told_goes_to_standard_error(dquiz, environment, noted, name):
    before = sorted(noted.iterdir())
    told = dquiz("export", name, "copy").out
    ended = subprocess.run(
        [sys.executable, "-m", "quiz", "export", name, "-", "dns"],
        cwd=noted,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, (noted / "copy").read_bytes())
    assert ended.stderr.decode() == told.replace("copy", "standard output", 1)
    assert dquiz("export", name, "-", "--quiet").err == ""
    assert sorted(noted.iterdir()) == sorted([*before, noted / "copy"])


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["anki", "-"], 2, "What 'anki' writes is no text: name a file, not -."),
        (["csv", "-", "--json"], 2, "--json and - do not go together: both are for standard output."),
        (["csv", "new/"], 2, "new/ is a folder, and 'csv' writes one file: name that."),
        (["anki", "notes/"], 2, "notes/ is a folder, and 'anki' writes one file: name that."),
        (["markdown", "new/"], 3, "new/: there is no such folder; make it first"),
        (["markdown", "new/."], 3, "new/.: there is no such folder; make it first"),
        (["markdown", "old/"], 2, "old/ is no folder, but a file: name it without the slash to replace it."),
        (["markdown", ""], 2, "Name a format and a file: dquiz export anki cards.apkg"),
        (
            ["csv", "-", "nowhere"],
            3,
            "No deck called 'nowhere'. `dquiz decks` lists them; a path of notes works too.",
        ),
    ],
)
def test_a_place_that_cannot_be_is_refused_and_nothing_is_written(dquiz, noted, arguments, code, told):
    (noted / "old").write_text("as it was")
    before = sorted(noted.iterdir())
    ended = dquiz("export", *arguments)
    message = ended.error["message"] if "--json" in arguments else ended.err
    assert (ended.code, ended.out, message.partition("\n")[0]) == (code, "", told)
    assert sorted(noted.iterdir()) == before
    assert (noted / "old").read_text() == "as it was"


def test_a_folder_is_written_into_with_and_without_a_slash(dquiz, noted):
    for name in ("one", "two/"):
        (noted / name).mkdir()
        assert dquiz("export", "markdown", name).code == 0
        assert (noted / name / "dns.md").is_file()
    assert dquiz("export", "csv", "./-").code == 0
    assert (noted / "-").read_text().startswith("id,note,")


def test_what_a_terminal_shows_of_an_export_does_not_drive_it(dquiz, environment, noted):
    (noted / "notes" / "dns.md").write_text("Q: What is \x1b[6n?\nA: \x9b6n\u202e\n")
    dquiz("sync", "notes")
    for name in ("csv", "json", "markdown", "html"):
        argv = [sys.executable, "-m", "quiz", "export", name, "-"]
        terminal = Terminal(argv, columns=300, env=environment, cwd=noted)
        assert terminal.ended() == 0
        assert "What is" in terminal.text
        assert not any(part in terminal.raw for part in (b"\x1b[6n", "\x9b".encode(), "\u202e".encode()))


def test_undo_of_an_import_says_how_much_it_had_brought(dquiz, environment, tmp_path):
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"
    (tmp_path / "words.csv").write_text("question,answer\nder Hund,the dog\ndie Katze,the cat\n")
    assert dquiz("import", "words.csv", "--to", "notes").code == 0
    [card, _] = dquiz("cards", "--json").data
    dquiz("answer", card["id"], "good")
    rated = dquiz("cards", "--json").data
    dquiz("undo")
    told = "the import of 2 notes with 2 cards"
    assert dquiz("undo", "--list").out == f"2026-11-24 19:40  {told}\n"
    dquiz("answer", card["id"], "good")
    terminal = Terminal([sys.executable, "-m", "quiz", "review"], env=environment, cwd=tmp_path)
    terminal.wait_for("die Katze")
    terminal.press("u", "der Hund")
    terminal.press("u", "Taken back: the import")
    terminal.press("q")
    assert terminal.ended() == 0
    dquiz("import", "words.csv", "--to", "notes")
    (tmp_path / "words.csv").write_text("question,answer\ndas Pferd,the horse\n")
    dquiz("import", "words.csv", "--to", "notes")
    dquiz("answer", card["id"], "good")
    assert dquiz("cards", "--json").data[: len(rated)] == rated
    dquiz("undo")
    assert dquiz("undo").out == (
        "Taken back: the import of 1 note with 1 card; the notes stay in their files\n"
    )

"""Edits that were made in Anki to notes of ours: told, and carried over into files when asked to."""

from __future__ import annotations

import sqlite3
import zipfile
from dataclasses import replace
from datetime import UTC

import pytest

from exporters.anki import Options
from exporters.anki import export as export_anki
from quiz.cards import Rating
from quiz.collection.edits import FieldEdit, with_edits
from quiz.importers.anki import read
from quiz.notes import parse
from quiz.store.reading import Selected

NOTE = """\
term :: a word #both

Q: What is a *pod*?
A: The smallest **unit**.
- containers
- a network

Q: Plain? #junior
A: An answer with `code`.

C: The capital of [France] is Paris.

Q: Which is a shell?
- [x] sh
- [ ] vi
"""


class Anki:
    """What somebody has of a desk's notes in Anki, where they edit them."""

    def __init__(self, desk):
        self.desk = desk
        self.path = desk.home / "out.apkg"
        self.database = self.path.with_suffix(".anki2")

    def export(self):
        self.desk.collection.export(export_anki, Selected(), self.path, Options(), self.desk.now)

    def edit(self, beginning, old, new, *, tags=None, later=1):
        """Let another text stand in the fields of the note whose first field begins so, as Anki's editor does."""
        with zipfile.ZipFile(self.path) as held:
            files = {name: held.read(name) for name in held.namelist()}
        self.database.write_bytes(files["collection.anki2"])
        with sqlite3.connect(self.database) as anki:
            [(key, fields, mod, had)] = anki.execute(
                "SELECT id, flds, mod, tags FROM notes WHERE flds LIKE ?", (f"{beginning}%",)
            ).fetchall()
            assert old in fields, fields
            row = (fields.replace(old, new, 1), mod + later, had if tags is None else tags, key)
            anki.execute("UPDATE notes SET flds = ?, mod = ?, tags = ? WHERE id = ?", row)
        anki.close()
        with zipfile.ZipFile(self.path, "w") as held:
            for name, data in files.items():
                held.writestr(name, self.database.read_bytes() if name == "collection.anki2" else data)

    def back(self, **options):
        with read(self.path, UTC) as package:
            report = self.desk.collection.import_package(
                package, self.desk.home / "imported", self.desk.now, as_exported=export_anki.fields, **options
            )
        assert not (self.desk.home / "imported").exists()
        return report


@pytest.fixture
def anki(desk):
    """Somebody who has imported the notes of a desk."""
    desk.write("a.md", NOTE)
    desk.sync()
    made = Anki(desk)
    made.export()
    desk.later(days=1)
    return made


def told(report):
    return [(edit.line, edit.field, edit.before, edit.after, edit.taken) for edit in report.edits]


def test_nothing_is_told_of_what_was_not_edited(anki, desk):
    assert anki.back().edits == []
    desk.write("a.md", "Above.\n\n" + NOTE.replace("smallest", "very smallest"))
    desk.sync()
    assert anki.back(take_edits=True).edits == []
    anki.export()
    assert anki.back().edits == []


def test_edits_are_told_by_field_and_the_files_stay(anki, desk):
    anki.edit("What is a", "a network", "a network, <i>volumes</i>", tags=" leech own::tag ")
    anki.edit("Plain", "Plain", "Really plain")
    report = anki.back()
    assert told(report) == [
        (3, "Back", "The smallest **unit**.\n\n- containers\n- a network",
         "The smallest **unit**.\n\n- containers\n- a network, *volumes*", False),
        (3, "Tags", "", "#own/tag", False),
        (8, "Front", "Plain?", "Really plain?", False),
    ]  # fmt: skip
    assert {edit.file for edit in report.edits} == {str(desk.notes / "a.md")}
    assert (desk.notes / "a.md").read_text() == NOTE
    assert report.notes.unchanged == 5


def test_edits_are_taken_where_they_were_made_and_cards_stay_themselves(anki, desk):
    desk.rate("What is a", Rating.GOOD)
    before = {(card.id, card.facet) for card in desk.cards()}
    anki.edit("What is a", "a network", "a network, <i>volumes</i>", tags=" own::tag ")
    anki.edit("What is a", "<em>pod</em>", "<em>Pod</em>")
    anki.edit("Plain", "Plain", "Really plain")
    anki.edit("Really plain", "with <code>code</code>", "without any")
    anki.edit("The capital", "The capital", "The capital city")
    anki.edit("term", "a word", "a special word")
    report = anki.back(take_edits=True)
    assert (desk.notes / "a.md").read_text() == NOTE.replace("a network", "a network, *volumes*").replace(
        "What is a *pod*?", "What is a *Pod*? #own/tag"
    ).replace("Plain?", "Really plain?").replace("with `code`", "without any").replace(
        "The capital of [France]", "The capital city of {{France}}"
    ).replace("a word", "a special word")
    assert (report.notes.updated, all(edit.taken for edit in report.edits)) == (4, True)
    assert report.files == [str(desk.notes / "a.md")]
    assert {(card.id, card.facet) for card in desk.cards()} == before
    assert desk.card("What is a").schedule.reps == 1
    assert anki.back(take_edits=True).edits == []
    assert desk.sync().unchanged == len(before)
    assert [check.name for check in desk.collection.check_up(desk.now) if not check.ok] == []


def test_what_was_changed_on_both_sides_is_told_and_left(anki, desk):
    anki.edit("Plain", "An answer", "Some answer")
    desk.write("a.md", NOTE.replace("An answer with `code`", "Another reply altogether"))
    desk.sync()
    [edit] = anki.back(take_edits=True).edits
    assert (edit.line, edit.field, edit.taken) == (8, "Back", False)
    assert "changed here as well" in edit.reason
    assert "Another reply altogether" in (desk.notes / "a.md").read_text()


def test_an_edit_of_an_old_form_is_told_after_the_note_was_exported_anew(anki, desk):
    anki.edit("What is a", "smallest", "least")
    desk.write("a.md", NOTE.replace("- a network", "- networks"))
    desk.sync()
    with zipfile.ZipFile(anki.path) as held:
        edited = {name: held.read(name) for name in held.namelist()}
    anki.export()
    with zipfile.ZipFile(anki.path, "w") as held:
        for name, data in edited.items():
            held.writestr(name, data)
    [edit] = anki.back(take_edits=True).edits
    assert ("smallest" in edit.before, "least" in edit.after, edit.taken) == (True, True, True)
    assert "The least **unit**.\n- containers\n- networks\n" in (desk.notes / "a.md").read_text()


def test_options_and_what_follows_from_other_text_are_told_and_left(anki, desk):
    anki.edit("Which is", "sh</li>", "bash</li>")
    anki.edit("term", "\x1f1\x1f", "\x1f\x1f")
    report = anki.back(take_edits=True)
    assert [(edit.field, edit.taken, bool(edit.reason)) for edit in report.edits] == [
        ("Reverse", False, True),
        ("Front", False, True),
    ]
    assert (desk.notes / "a.md").read_text() == NOTE


def test_a_dry_run_takes_nothing(anki, desk):
    anki.edit("Plain", "An answer", "Some answer")
    before = desk.state()
    assert anki.back(take_edits=True, dry_run=True).edits
    assert ((desk.notes / "a.md").read_text(), desk.state()) == (NOTE, before)


def test_a_file_that_was_changed_meanwhile_is_not_written(anki, desk):
    anki.edit("Plain", "An answer", "Some answer")
    mine = NOTE.replace("An answer", "My answer")
    desk.write("a.md", mine)
    [edit] = anki.back(take_edits=True).edits
    assert "run dquiz sync" in edit.reason
    assert (desk.notes / "a.md").read_text() == mine


def test_a_note_whose_exports_are_forgotten_is_named(anki, desk):
    with desk.collection.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM exported")
    anki.edit("Plain", "An answer", "Some answer", later=10**6)
    [problem] = anki.back().problems
    assert (problem.code, problem.line) == ("W804", 8)
    assert problem.file == str(desk.notes / "a.md")


CARRIED = [
    ("a b c", "a b c", "a B c", "a B c"),
    ("a _b_ c", "a *b* c", "a *b* d", "a _b_ d"),
    ("one\n* two\n* three", "one\n\n- two\n- three", "one\n\n- two\n- four", "one\n* two\n* four"),
    ("```sh\nls\n```\n\nand", "```\nls\n```\n\nand", "```\nls -l\n```\n\nand", "```sh\nls -l\n```\n\nand"),
    ("a b c, more here", "a b c", "a B c", None),
    ("a\nb\nC", "a\nb\nc", "A\nb\nc", "A\nb\nC"),
    ("mine altogether", "a b c", "a B c", None),
    ("![x](y.png) b", "![x](dquiz-1.png) b", "![x](dquiz-1.png) c", None),
    ("b\n\n![x](y.png)", "b\n\n![x](dquiz-1.png)", "c\n\n![x](dquiz-1.png)", "c\n\n![x](y.png)"),
]


@pytest.mark.parametrize(("ours", "before", "after", "expected"), CARRIED)
def test_an_edit_is_carried_over_in_the_manner_of_the_file(ours, before, after, expected):
    [note] = parse(b"Q: a?\nA: b\n", file="a.md", deck="a").notes
    texts = with_edits(replace(note, answer=ours), [FieldEdit("Back", before, after)])
    assert (texts.answer if not texts.refused else None) == expected

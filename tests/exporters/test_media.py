"""Pictures and recordings: which files a note may take along, and that those arrive and no other."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zipfile
from contextlib import closing
from time import process_time

import pytest

from exporters.anki import Options, export
from quiz import media
from quiz.cards import Kind, Note
from quiz.errors import MissingError
from quiz.media import MediaFolder

PNG = b"\x89PNG\r\n\x1a\n"
OPTIONS = Options(scheduling=False)


def named(data: bytes, ending: str = "png") -> str:
    return f"dquiz-{hashlib.sha1(data).hexdigest()[:16]}.{ending}"


@pytest.fixture
def notes(tmp_path):
    """A folder of notes, with a secret beside it."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG + b"secret")
    return folder


def found(notes, text, file="d.md"):
    """What a note with some text may take along: names, else faults, by reference."""
    known, _ = MediaFolder(notes).of(Note(kind=Kind.QA, prompt="q", answer=text), str(notes / file))
    return {reference: each.name or each.fault for reference, each in known.items()}


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


# --- what is found -----------------------------------------------------------------------------------------


def test_every_way_to_refer_to_a_picture(notes):
    put(notes / "img/a b.png", PNG)
    put(notes / "img/(1).png", PNG)
    put(notes / "d.md", b"![x][below]\n\n[below]: img/a%20b.png\n[other]: http://example.org\n")
    texts = (
        "![](<img/a b.png>)", "![](img/a%20b.png 'title')", "![[img/a b.png|300]]", "![[a b.png]]",
        "<img alt=x src='img/a b.png'>", "[![](img/a%20b.png)](http://example.org)", "![x][y]\n\n[y]: <img/a b.png>",
        "![x][below]", "![below]", "![](img/(1).png)",
    )  # fmt: skip
    for text in texts:
        assert named(PNG) in found(notes, text).values(), text


def test_a_label_is_known_by_its_definition_elsewhere_in_the_file(notes):
    put(notes / "img/a.png", PNG)
    put(notes / "d.md", b"[Below  x]: img/a.png\n[other]: http://example.org\n")
    note = Note(kind=Kind.QA, prompt="q", answer="![x][below x]")
    assert MediaFolder(notes).of(note, str(notes / "d.md"))[1] == {"BELOW X": "img/a.png"}


def test_a_name_in_two_places_is_no_name(notes):
    put(notes / "one/a.png", PNG)
    assert found(notes, "![[a.png]]") == {"[[a.png]]": named(PNG)}
    put(notes / "two/a.png", PNG + b"2")
    assert found(notes, "![[a.png]]") == {"[[a.png]]": "there is no such file"}
    assert found(notes, "![[a.png]]", "two/d.md") == {"[[a.png]]": named(PNG + b"2")}
    assert found(notes, "![[one/a.png]]", "two/d.md") == {"[[one/a.png]]": named(PNG)}


def test_the_bytes_name_a_file_and_not_its_name(notes):
    put(notes / "a.PNG", PNG)
    put(notes / "b.jpeg", PNG)
    put(notes / "c.png", b"\xff\xd8\xff\xe0 a photograph")
    put(notes / "d.mp3", b"ID3 a song")
    put(notes / "e.webp", b"RIFF\x0a\x0a\x0a\x0aWEBP")
    assert set(found(notes, "![](a.PNG) ![](b.jpeg)").values()) == {named(PNG)}
    assert found(notes, "![](c.png)")["c.png"] == named(b"\xff\xd8\xff\xe0 a photograph", "jpg")
    assert found(notes, "[listen](d.mp3)")["d.mp3"].endswith(".mp3")
    assert found(notes, "![](e.webp)")["e.webp"].endswith(".webp")


def test_a_single_file_may_show_what_lies_beside_it(notes):
    put(notes / "d.md", b"Q: a\nA: ![](a.png)\n")
    put(notes / "a.png", PNG)
    note = Note(kind=Kind.QA, prompt="![](a.png)")
    assert MediaFolder(notes / "d.md").of(note, str(notes / "d.md"))[0]["a.png"].name == named(PNG)


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    [
        "../secret.png", "%2e%2e/secret.png", "x/../../secret.png", "/etc/passwd.png", "file:///etc/x.png", "~/x.png",
        "C:/x.png", "//server/x.png", "\\\\server\\x.png", "link.png", "folder/secret.png", "&#46;./secret.png",
    ],
)  # fmt: skip
def test_nothing_outside_the_folder_of_the_notes(notes, reference):
    (notes / "link.png").symlink_to(notes.parent / "secret.png")
    (notes / "folder").symlink_to(notes.parent)
    (notes / "x").mkdir()
    for text in (f"![]({reference})", f'<img src="{reference}">', f"![[{reference}]]"):
        outcome = list(found(notes, text).values())
        assert outcome
        assert not any(each.startswith("dquiz-") for each in outcome), text


def test_links_inside_the_folder_are_followed(notes):
    put(notes / "img/a.png", PNG)
    (notes / "b.png").symlink_to("img/a.png")
    assert found(notes, "![](b.png)") == {"b.png": named(PNG)}


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.svg", b"<svg/>", "an SVG can carry scripts: save it as PNG"),
        ("a.html", b"<script>", "only these can be taken along: png, jpg, jpeg"),
        ("a.png", b"<script>", "its content is no png"),
        ("a.png", None, "there is no such file"),
        ("a.png", PNG + bytes(200), "it is larger than 0 MB"),
    ],
)
def test_faults_are_named(notes, monkeypatch, name, data, fault):
    monkeypatch.setattr(media, "SIZE_LIMIT", 100)
    if data is not None:
        put(notes / name, data)
    assert found(notes, f"![]({name})")[name].startswith(fault)


def test_a_pipe_a_folder_and_a_loop_are_no_pictures(notes):
    os.mkfifo(notes / "pipe.png")
    (notes / "folder.png").mkdir()
    (notes / "loop.png").symlink_to("loop.png")
    assert found(notes, "![](pipe.png) ![](folder.png) ![](loop.png) ![](a\0b.png)") == {
        "pipe.png": "it is not a regular file",
        "folder.png": "it is not a regular file",
        "loop.png": "there is no such file",
        "a\0b.png": "there is no such file",
    }


def test_the_web_is_left_alone(notes):
    assert found(notes, "![](https://example.org/a.png)") == {
        "https://example.org/a.png": "nothing is fetched from the web"
    }


def test_bytes_that_changed_meanwhile_are_not_packed(notes):
    put(notes / "a.png", PNG)
    known, _ = MediaFolder(notes).of(Note(kind=Kind.QA, prompt="![](a.png)"), str(notes / "d.md"))
    assert known["a.png"].read() == PNG
    (notes / "a.png").unlink()
    (notes / "a.png").symlink_to(notes.parent / "secret.png")
    with pytest.raises(MissingError, match=r"a\.png: .*Export again"):
        known["a.png"].read()
    (notes / "a.png").unlink()
    put(notes / "a.png", PNG + b"another")
    with pytest.raises(MissingError, match=r"a\.png: it has changed meanwhile\. Export again"):
        known["a.png"].read()


@pytest.mark.parametrize(
    "piece", ["](", "](<", "![[", "<img src=", "](x(", "![", "[x]: ", '<img src="x', "](\n"]
)
def test_odd_text_is_read_as_fast_as_any(notes, piece):
    started = process_time()
    found(notes, piece * (100_000 // len(piece)))
    assert process_time() - started < 2


# --- from the notes into the package -----------------------------------------------------------------------


def packed(package):
    """Fields and times of the notes in a package, and its media: bytes by name."""
    with zipfile.ZipFile(package) as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read("collection.anki2"))
        notes = connection.execute("select flds, mod from notes order by id").fetchall()
        listed = json.loads(archive.read("media"))
        assert all(archive.getinfo(number).compress_type == zipfile.ZIP_STORED for number in listed)
        return [(*flds.split("\x1f")[:2], mod) for flds, mod in notes], {
            name: archive.read(number) for number, name in listed.items()
        }


def deck_names(package):
    """The decks of a package."""
    with zipfile.ZipFile(package) as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read("collection.anki2"))
        ((decks,),) = connection.execute("select decks from col").fetchall()
        return sorted(deck["name"] for deck in json.loads(decks).values())


@pytest.fixture
def exported(desk):
    """Exports all notes of the desk."""

    def run(name="out.apkg"):
        everything = desk.collection.select((), desk.now)
        report = desk.collection.export(export, everything, desk.home / name, OPTIONS, desk.now)
        return report, *packed(desk.home / name)

    return run


ONE = "Q: What is one?\nA: ![one](img/x.png)\n"


def test_two_pictures_of_one_name_are_two_files(desk, exported):
    desk.write("a/d.md", ONE)
    desk.write("b/d.md", "Q: What is two?\nA: ![two](img/x.png)\n\nQ: And this?\nA: ![gone](img/no.png)\n")
    desk.write("a/img/x.png", PNG + b"1")
    desk.write("b/img/x.png", PNG + b"2")
    desk.sync()
    report, notes, files = exported()
    assert files == {named(PNG + b"1"): PNG + b"1", named(PNG + b"2"): PNG + b"2"}
    assert [back for _, back, _ in notes] == [
        f'<img src="{named(PNG + b"1")}" alt="one">',
        f'<img src="{named(PNG + b"2")}" alt="two">',
        "[gone]",
    ]
    assert [str(each) for each in report.problems] == [
        "b/d.md:4: W701 left out, its description stands in its place: img/no.png (there is no such file)"
    ]
    assert report.media == 2


def test_a_picture_that_changed_under_its_name_is_a_change_of_the_note(desk, exported):
    desk.write("d.md", ONE + "\nQ: Without?\nA: a picture\n")
    desk.write("img/x.png", PNG + b"1")
    desk.sync()
    desk.later(hours=1)
    _, before, _ = exported()
    desk.later(days=1)
    assert exported("same.apkg")[1] == before
    assert (desk.home / "same.apkg").read_bytes() == (desk.home / "out.apkg").read_bytes()
    desk.write("img/x.png", PNG + b"2")
    _, after, files = exported()
    assert files == {named(PNG + b"2"): PNG + b"2"}
    assert [new[2] - old[2] for old, new in zip(before, after, strict=True)] == [25 * 3600, 0]
    desk.later(days=1)
    # a sync that reads the file again does not take it for another change
    desk.write("d.md", "Some words.\n\n" + ONE + "\nQ: Without?\nA: a picture\n")
    desk.sync()
    assert exported()[1] == after


def test_rendered_html_is_kept(desk, exported):
    desk.write("d.md", ONE)
    desk.write("img/x.png", PNG)
    desk.sync()
    exported()
    kept = desk.rows("rendered")
    assert len(kept) == 1
    assert named(PNG) in kept[0]["html"]
    exported()
    assert desk.rows("rendered") == kept
    desk.write("d.md", ONE.replace("What", "Which"))
    desk.sync()
    exported()
    # what an edit in Anki may have begun with is kept, too
    assert [row["content_hash"] == kept[0]["content_hash"] for row in desk.rows("rendered")] == [True, False]


@pytest.mark.parametrize("there", [True, False])
def test_a_note_that_is_gone_shows_what_is_still_there(desk, exported, there):
    desk.write("d.md", ONE + "\nQ: Without?\nA: a picture\n")
    desk.write("img/x.png", PNG)
    desk.sync()
    _, before, _ = exported()
    desk.later(days=1)
    desk.write("d.md", "Q: Without?\nA: a picture\n")
    if not there:
        (desk.notes / "img/x.png").unlink()
    desk.sync()
    report, notes, files = exported()
    assert (report.retired, files) == (1, {named(PNG): PNG} if there else {})
    assert [back for _, back, _ in notes] == [before[0][1] if there else "[one]", "a picture"]

"""The files that notes live in: which are found, how they are read, and that writing replaces all or nothing."""

from __future__ import annotations

import os
import stat

import pytest

from quiz.errors import FileChangedError, MissingError
from quiz.library import absolute, digest, find_notes, read_note, shipped_decks, shown, write_note


def names(folder):
    return [file.name for file in find_notes(folder).files]


def codes(folder):
    return [(problem.file, problem.code) for problem in find_notes(folder).problems]


@pytest.fixture
def folder(tmp_path):
    for name in (
        "b.md",
        "a.MD",
        "c.markdown",
        "d.txt",
        ".e.md",
        "sub/f.md",
        ".hidden/g.md",
        "sub/.git/h.md",
        "md",
    ):
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "notes"


# --- finding -------------------------------------------------------------------------------------------------------


def test_notes_are_found_in_order_and_hidden_folders_are_not_entered(folder):
    assert names(folder) == [".e.md", "a.MD", "b.md", "c.markdown", "sub/f.md"]
    file = find_notes(folder).files[-1]
    assert (file.path, file.size) == (folder / "sub" / "f.md", len("sub/f.md"))
    assert file.mtime_ns == file.path.stat().st_mtime_ns


def test_a_file_is_found_whatever_its_name(folder):
    for name in ("README", "d.txt"):
        (folder / name).write_text("Q: Is it read?\n")
        assert names(folder / name) == [name]
    assert names(folder / "sub" / "f.md") == ["f.md"]


@pytest.mark.parametrize("name", ["notes.org", "NOTES.DOCX"])
def test_a_file_that_is_no_markdown_is_a_problem_that_says_what_to_do(folder, name):
    (folder / name).write_text("Q: Is it read?\n")
    found = find_notes(folder / name)
    assert (found.files, [(one.file, one.line, one.code) for one in found.problems]) == (
        [],
        [(name, 1, "E103")],
    )
    assert "dquiz reads markdown (.md, .markdown)" in found.problems[0].message


def test_what_is_missing_is_said(folder):
    with pytest.raises(MissingError, match=r"nothing\.md") as missing:
        find_notes(folder / "nothing.md")
    assert missing.value.exit_code == 3


def test_links_are_followed_but_not_in_circles(folder):
    (folder / "linked.md").symlink_to("b.md")
    (folder / "other").symlink_to("sub")
    (folder / "sub" / "up").symlink_to("..")
    (folder / "gone.md").symlink_to("nowhere")
    assert names(folder) == [".e.md", "a.MD", "b.md", "c.markdown", "linked.md", "other/f.md", "sub/f.md"]
    assert codes(folder) == [("gone.md", "E103"), ("other/up", "W104"), ("sub/up", "W104")]


def test_only_regular_files_are_notes(folder):
    os.mkfifo(folder / "pipe.md")
    (folder / "folder.md").mkdir()
    assert "pipe.md" not in names(folder)
    assert codes(folder) == [("pipe.md", "E103")]


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ("*.md\n", ["a.MD", "c.markdown"]),
        ("sub/\n", [".e.md", "a.MD", "b.md", "c.markdown"]),
        ("*\n!b.md\n", ["b.md"]),
        ("# b.md\n\n/f.md\n", [".e.md", "a.MD", "b.md", "c.markdown", "sub/f.md"]),
        ("f.md\r\n", [".e.md", "a.MD", "b.md", "c.markdown"]),
    ],
)
def test_ignored_files_are_not_found(folder, ignored, left):
    (folder / ".dquizignore").write_bytes(ignored.encode())
    assert names(folder) == left


def test_an_inner_ignore_file_outranks_the_outer_one(folder):
    (folder / ".dquizignore").write_text("*.md\n")
    (folder / "sub" / ".dquizignore").write_text("!f.md\n")
    assert names(folder) == ["a.MD", "c.markdown", "sub/f.md"]


def test_what_git_ignores_is_left_out_and_dquizignore_has_the_last_word(folder):
    (folder / ".gitignore").write_text("*.md\nnot[a-z\n")
    assert names(folder) == ["a.MD", "c.markdown"]
    (folder / "sub" / ".gitignore").write_text("!f.md\n")
    assert names(folder) == ["a.MD", "c.markdown", "sub/f.md"]
    (folder / ".dquizignore").write_text("!b.md\nf.md\n")
    assert names(folder) == ["a.MD", "b.md", "c.markdown"]
    assert [file.name for file in find_notes(folder / ".e.md").files] == [".e.md"]


def test_git_ignores_from_the_repository_down_unless_the_folder_itself_is_named(folder):
    (folder / "sub" / ".git").rename(folder / "away")
    (folder / ".gitignore").write_text("/sub/*.md\n")
    assert names(folder / "sub") == ["f.md"]
    (folder / ".git").mkdir()
    assert names(folder / "sub") == []
    (folder / ".gitignore").write_text("sub/\n")
    assert names(folder / "sub") == ["f.md"]
    assert "sub/f.md" not in names(folder)


def test_nothing_found_says_what_git_hides(folder):
    (folder / ".gitignore").write_text("*\n")
    [problem] = find_notes(folder).problems
    assert (problem.code, ".gitignore leaves out 5 notes" in problem.message) == ("W105", True)


def test_environments_and_packages_are_left_out_unless_wanted(folder):
    for name in ("node_modules", "venv"):
        (folder / "sub" / name).mkdir()
        (folder / "sub" / name / "LICENSE.md").write_text("x")
    (folder / "sub" / "venv" / "pyvenv.cfg").write_text("home = /usr\n")
    assert names(folder / "sub") == ["f.md"]
    assert names(folder / "sub" / "venv") == ["LICENSE.md"]
    (folder / "sub" / ".dquizignore").write_text("!node_modules/\n")
    assert names(folder / "sub") == ["f.md", "node_modules/LICENSE.md"]


def test_names_that_are_no_text_can_be_found_and_shown(folder):
    (folder / os.fsdecode(b"\xff.md")).write_text("x")
    [file] = [file for file in find_notes(folder).files if "\udcff" in file.name]
    assert read_note(file.path) == b"x"
    assert shown(file.path).endswith("/\ufffd.md")
    shown(file.path).encode()


def test_a_path_is_made_absolute_with_its_links(folder, monkeypatch):
    (folder / "other").symlink_to("sub")
    monkeypatch.chdir(folder / "other")
    monkeypatch.setenv("HOME", str(folder))
    assert absolute("../b.md") == folder / "b.md"
    assert absolute("~/b.md") == folder / "b.md"
    assert absolute(folder / "other" / "f.md") == folder / "other" / "f.md"


def test_the_shipped_decks_are_there():
    assert "docker.md" in names(shipped_decks())


# --- reading -------------------------------------------------------------------------------------------------------


def test_bytes_are_read_as_they_are(folder):
    data = b"\xef\xbb\xbfa\r\nb\0\xff"
    (folder / "b.md").write_bytes(data)
    assert read_note(folder / "b.md") == data
    assert digest(data) == digest(bytes(data)) != digest(data + b"\n")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.touch() or os.truncate(path, 10 << 30), "larger than 16 MB"),
        (os.mkfifo, "not a regular file"),
        (lambda path: path.mkdir(), "not a regular file|directory"),
        (lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
        (lambda path: path.symlink_to("nowhere"), "No such file"),
    ],
    ids=["huge", "pipe", "folder", "device", "link"],
)
def test_what_cannot_be_read_is_refused_at_once(tmp_path, make, words):
    path = tmp_path / "note.md"
    make(path)
    with pytest.raises(MissingError, match=words) as refused:
        read_note(path)
    assert str(path) in str(refused.value)


def test_the_limit_is_a_limit(tmp_path):
    path = tmp_path / "note.md"
    path.write_bytes(b"x" * 10)
    assert len(read_note(path, limit=10)) == 10
    with pytest.raises(MissingError):
        read_note(path, limit=9)


# --- writing -------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_with_its_mode(folder):
    path = folder / "b.md"
    path.chmod(0o640)
    write_note(path, b"new", expected=b"b.md")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert len(list(folder.iterdir())) == 8


def test_a_link_stays_a_link(folder):
    link = folder.parent / "link.md"
    link.symlink_to(folder / "b.md")
    write_note(link, b"new", expected=b"b.md")
    assert link.is_symlink()
    assert (folder / "b.md").read_bytes() == b"new"
    assert [path.name for path in folder.parent.iterdir()].count("link.md") == 1
    assert not list(folder.parent.glob(".dquiz-*"))


def test_a_file_that_was_changed_meanwhile_is_left_alone(folder):
    path = folder / "b.md"
    with pytest.raises(FileChangedError, match="E601") as refused:
        write_note(path, b"new", expected=b"old")
    assert path.read_bytes() == b"b.md"
    assert refused.value.exit_code == 1
    assert not list(folder.glob(".dquiz-*"))


def test_a_file_that_is_gone_is_not_made(folder):
    with pytest.raises(MissingError):
        write_note(folder / "nothing.md", b"new", expected=b"")
    assert not (folder / "nothing.md").exists()
    assert not list(folder.glob(".dquiz-*"))

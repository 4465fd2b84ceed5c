"""Whatever lies in a folder of notes: what can be read is read, the rest is named, and nothing hangs."""

from __future__ import annotations

import os
import threading
import time

import pytest

from quiz.library import SIZE_LIMIT, find_notes, read_note
from quiz.reading import Source, read_deck
from trust.hostile import PAYLOADS, RAW, SAFE, question


def found(checked):
    """Files, by the end of their paths, with what is wrong."""
    return {
        (one["file"].partition("/notes/")[2] or one["file"], one["code"]) for one in checked.data["problems"]
    }


def asked(checked):
    return [one["prompt"] for one in checked.data["items"]]


def loops(notes):
    (notes / "a").mkdir()
    (notes / "a" / "up").symlink_to("..")
    (notes / "b").symlink_to("a")
    (notes / "self.md").symlink_to("self.md")


def specials(notes):
    os.mkfifo(notes / "pipe.md")
    (notes / "zero.md").symlink_to("/dev/zero")
    (notes / "terminal.md").symlink_to("/dev/tty")
    (notes / "folder.md").mkdir()
    (notes / "gone.md").symlink_to("nowhere")


def sizes(notes):
    (notes / "limit.md").write_bytes(SAFE.encode().ljust(SIZE_LIMIT))
    (notes / "over.md").write_bytes(b" " * (SIZE_LIMIT + 1))
    with (notes / "sparse.md").open("wb") as file:
        file.truncate(10 << 30)


def depths(notes):
    folder = notes
    for _ in range(110):
        folder = folder / "d"
        folder.mkdir()
    (folder / "deep.md").write_text(question("Too deep?"))


def hidden(notes):
    for name in (".git", ".obsidian", ".trash"):
        (notes / name).mkdir()
        (notes / name / "x.md").write_text(question("Hidden?"))


def ignored(notes):
    (notes / ".dquizignore").write_bytes(
        b"\xff\xfe[\n" + b"[" * 5000 + b"\n" + b"**/" * 3000 + b"x\n!\n\\\n/skipped.md\r\n"
    )
    (notes / "skipped.md").write_text(question("Skipped?"))


def ignored_by_a_pipe(notes):
    os.mkfifo(notes / ".dquizignore")


LIBRARIES = {
    "loops": (loops, {("self.md", "E103"), ("a/up", "W104"), ("b/up", "W104")}),
    "pipes, devices, folders": (specials, {(f"{name}.md", "E103") for name in ("pipe", "zero", "gone")}),
    "sizes": (sizes, {("over.md", "E103"), ("sparse.md", "E103")}),
    "depths": (depths, {("d/" * 99 + "d", "E103")}),
    "hidden folders": (hidden, set()),
    "a broken list of what to ignore": (ignored, set()),
    "a pipe that says what to ignore": (ignored_by_a_pipe, set()),
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_one_odd_file_hides_no_other_one(cli, desk, name):
    build, problems = LIBRARIES[name]
    desk.write("safe.md", SAFE)
    build(desk.notes)
    start = time.process_time()
    checked = cli("check", desk.notes, "--json")
    assert found(checked) >= problems
    assert set(asked(checked)) == {"Is harmless still read?"}
    assert not RAW.search(checked.all)
    synced = cli("sync", desk.notes, "--json")
    assert synced.code == 0
    assert synced.data["cards"] >= 1
    assert time.process_time() - start < 20


def test_names_of_any_kind_are_read_and_shown_as_text(cli, desk):
    odd = [
        "-rf",
        "--help",
        " lead",
        "trail ",
        "quote'\"$(id)`id`",
        "[link=x]",
        "%0A::error",
        "a" * 240,
        "ünï 📚",
        "...",
    ]
    odd += [text.replace("/", "") for text in PAYLOADS.values() if "\0" not in text and len(text) < 80]
    for number, name in enumerate(odd):
        path = desk.notes / os.fsdecode(name.encode("utf-8", "surrogatepass") + b".md")
        path.write_text(question(f"Is it {number}?", str(number)))
    for number in range(3):
        path = desk.notes / os.fsdecode(b"bad\xff\xfe" + bytes([0x80 + number]) + b".md")
        path.write_text(question(f"Is it bad {number}?", f"bad {number}"))
    commands = (
        ["check", desk.notes],
        ["check", desk.notes, "--all"],
        ["check", desk.notes, "--github"],
        ["check", desk.notes, "--json"],
        ["sync", desk.notes],
        ["sync", desk.notes, "--json"],
        ["decks"],
        ["decks", "--flat"],
        ["decks", "--json"],
        ["cards"],
        ["cards", "--json"],
        ["due", "--json"],
        ["search", "is"],
        ["review", "--plain"],
    )
    for command in commands:
        ended = cli(*command, stdin="\n3\nq\n")
        assert ended.code == 0
        assert not RAW.search(ended.all)
    assert len(cli("cards", "--json").data) >= len(odd) + 1
    for card in cli("cards", "--json").data[:6]:
        assert not RAW.search(cli("show", card["id"]).all)


def test_folders_that_cannot_be_read_are_named(cli, desk):
    if not os.getuid():
        pytest.skip("root reads everything")
    desk.write("safe.md", SAFE)
    desk.write("locked.md", SAFE).chmod(0)
    desk.write("locked/inside.md", SAFE).parent.chmod(0)
    try:
        assert found(cli("check", desk.notes, "--json")) == {("locked.md", "E103"), ("locked/", "E103")}
    finally:
        (desk.notes / "locked").chmod(0o700)


def test_a_link_out_of_the_folder_is_the_authors_own(cli, desk, tmp_path):
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text(question("Elsewhere?"))
    (desk.notes / "link.md").symlink_to(elsewhere)
    assert asked(cli("check", desk.notes, "--json")) == ["Elsewhere?"]
    cli("review", desk.notes, "--plain", stdin="\n3\nq\n")
    assert elsewhere.read_text() == question("Elsewhere?")
    assert (desk.notes / "link.md").is_symlink()


def test_a_file_that_grows_while_it_is_read_is_read_up_to_the_limit(desk):
    path, stop = desk.write("grows.md", SAFE), threading.Event()

    def grow():
        with path.open("ab") as file:
            while not stop.is_set():
                file.write(b"x\n" * 1_000)
                file.flush()
                if file.tell() > SIZE_LIMIT:
                    file.truncate(len(SAFE))

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(10):
            deck = read_deck(Source(path, "grows.md", "grows"))
            assert deck.notes or deck.problems
    finally:
        stop.set()
        writer.join()


def test_a_file_that_goes_between_the_look_and_the_reading_is_named(desk):
    path = desk.write("goes.md", SAFE)
    files = find_notes(desk.notes).files
    path.unlink()
    deck = read_deck(Source(files[0].path, "goes.md", "goes"))
    assert [(one.code, one.message) for one in deck.problems] == [("E103", "No such file or directory")]
    path.mkdir()
    assert {one.code for one in read_deck(Source(files[0].path, "goes.md", "goes")).problems} == {"E103"}


def test_the_limit_of_size_is_exact(tmp_path):
    path = tmp_path / "note.md"
    path.write_bytes(b"x" * SIZE_LIMIT)
    assert len(read_note(path)) == SIZE_LIMIT
    path.write_bytes(b"x" * (SIZE_LIMIT + 1))
    deck = read_deck(Source(path, "note.md", "note"))
    assert [one.message for one in deck.problems] == ["larger than 16 MB; skipped. Split the note"]


def test_very_many_empty_files_are_found_in_good_time(tmp_path):
    for number in range(5_000):
        os.close(os.open(tmp_path / f"{number}.md", os.O_CREAT | os.O_WRONLY))
    start = time.process_time()
    assert len(find_notes(tmp_path).files) == 5_000
    assert time.process_time() - start < 5

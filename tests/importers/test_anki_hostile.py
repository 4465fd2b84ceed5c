"""Packages that are damaged or made to do harm: refused with a line that names them, or read without the bad part."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import pytest
from anki_packages import (
    CARD,
    LAYOUTS,
    NOTE,
    TYPE,
    archive,
    card,
    database,
    field,
    logged,
    note,
    package,
    packed,
)

from quiz.errors import MissingError
from quiz.importers.anki import PackageError, container, media
from quiz.importers.anki import notes as notes_module
from quiz.importers.anki import read as read_package

EVIL_VIEW = """
alter table notes rename to n2;
create view notes as with recursive r(x) as (select 1 union all select x + 1 from r)
    select x as id, x as guid, 1 as mid, 1 as mod, '' as tags, 'a' as flds from r;
"""


@pytest.fixture
def refused(make, temporary):
    """Makes a package, and says why it is refused, without its name."""

    def run(*content, **rows):
        path = content[0] if content and not isinstance(content[0], bytes) else make(*content, **rows)
        before = path.read_bytes()
        with pytest.raises(PackageError) as error:
            read_package(path, UTC)
        assert path.read_bytes() == before
        message = str(error.value)
        assert message.startswith(f"{path}: ")
        assert "\n" not in message
        assert error.value.exit_code == 1
        return message.removeprefix(f"{path}: ")

    return run


# --- the archive ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"hello\n" * 100, b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_archive_is_refused(refused, tmp_path, content):
    path = tmp_path / "x.apkg"
    path.write_bytes(content)
    assert refused(path).endswith("Export it from Anki again.")


def test_a_missing_file_and_what_is_no_file_are_named(tmp_path):
    os.mkfifo(tmp_path / "pipe.apkg")
    for name, reason in {
        "gone.apkg": "No such file",
        "": "Is a directory",
        "pipe.apkg": "not a regular file",
    }.items():
        with pytest.raises(MissingError, match=reason) as error:
            read_package(tmp_path / name, UTC)
        assert str(error.value).startswith(f"{tmp_path / name}: ")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_half_a_download_is_refused(refused, make, layout):
    path = make(layout=layout)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "not a package, or a part of one" in refused(path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_flipped_bytes_do_more_than_a_refusal(make, tmp_path, temporary, layout):
    whole = make(layout=layout, media={"a.png": b"picture"}, log=[logged(1_700_000_000_000)]).read_bytes()
    chance = random.Random(layout)
    path = tmp_path / "flipped.apkg"
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            with read_package(path, UTC) as found:
                for data in found.media.values():
                    data()
        except PackageError as error:
            assert str(error).startswith(str(path))


def test_a_wrong_checksum_is_found(refused, tmp_path):
    content = bytearray(archive({"collection.anki2": database(), "media": b"{}"}, zipfile.ZIP_STORED))
    content[content.index(b"guid0")] ^= 1
    (tmp_path / "x.apkg").write_bytes(content)
    assert "collection.anki2 in it is damaged (Bad CRC-32" in refused(tmp_path / "x.apkg")


def test_an_encrypted_package_is_refused(refused, make):
    path = make()
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(content)
    assert refused(path) == "encrypted. Decrypt it first."


def test_two_files_of_one_name_are_refused(refused, make):
    path = make()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive_:
        archive_.writestr("collection.anki2", database([note(front="other")]))
    assert "two files of one name" in refused(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_anki_does_not_use_is_refused(refused, tmp_path, method):
    (tmp_path / "x.apkg").write_bytes(archive({"collection.anki2": database(), "media": b"{}"}, method))
    assert "compressed in a way that Anki does not use" in refused(tmp_path / "x.apkg")


@pytest.mark.parametrize("meta", [b"\x08\x63", b"\x08\x00", b""])
def test_a_layout_of_the_future_is_refused(refused, meta):
    assert refused(layout="latest", files={"meta": meta}).startswith("made by a newer Anki")


@pytest.mark.parametrize("meta", [b"\xff", b"\x08", b"\x0a\x7fx", b"\x08" + b"\xff" * 20, b"\x0b"])
def test_a_layout_that_cannot_be_read_is_refused(refused, meta):
    assert refused(files={"meta": meta}).startswith("what it says about itself cannot be read")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_collection_for_old_versions_is_never_read_instead(refused, layout):
    files = dict.fromkeys(("collection.anki21", "collection.anki21b"))
    files |= {"collection.anki2": None} if layout == "first" else {}
    assert refused(layout=layout, files=files).startswith("holds no collection")


def test_the_name_of_a_database_alone_tells_the_second_layout(read, make):
    package_ = read(layout="second", notes=[note(front="mine")], files={"meta": None})
    assert package_.notes[0].fields[0] == "mine"


@pytest.mark.parametrize("name", ["collection.anki21b", "media"])
def test_what_is_not_compressed_by_zstd_is_refused(refused, name):
    assert f"{name} in it is damaged" in refused(layout="latest", files={name: b"not zstd"})


def test_zstd_windows_that_take_gigabytes_are_refused(refused):
    # a frame header with a window of 2 GiB
    frame = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([21 << 3]) + bytes(10)
    assert "collection.anki21b in it is damaged" in refused(
        layout="latest", files={"collection.anki21b": frame}
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_bomb_is_measured_while_it_goes_off(make, tmp_path, layout):
    bomb = bytes(150 << 20)
    inside = packed(bomb) if layout == "latest" else bomb
    name = {"first": "collection.anki2", "second": "collection.anki21", "latest": "collection.anki21b"}[
        layout
    ]
    path = make(layout=layout, files={name: inside})
    del bomb, inside
    # in a process of its own: what it needs is measured
    code = (
        "import re, sys; from pathlib import Path; from datetime import UTC\n"
        "from quiz.importers.anki import PackageError, read\n"
        "try: read(Path(sys.argv[1]), UTC)\n"
        "except PackageError as error: print(error)\n"
        # not ru_maxrss: that of the process which started this one counts in it
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) >> 10)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, timeout=30, check=True
    )
    message, peak = done.stdout.splitlines()
    assert f"{name} in it unpacks to more than 64 MB" in message
    assert int(peak) < 120


def test_a_header_that_lies_about_a_size_is_refused(refused, make):
    path = make(media={"a.png": os.urandom(5000)})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as found:
        local = found.getinfo("0").header_offset
    central = content.find(b"PK\x01\x02")
    while content[central + 46 : central + 47] != b"0":
        central = content.find(b"PK\x01\x02", central + 4)
    struct.pack_into("<I", content, central + 24, 10)
    struct.pack_into("<I", content, local + 22, 10)
    path.write_bytes(content)
    assert refused(path).startswith("it lies about the size of 0")


def test_too_many_files_are_refused(refused, monkeypatch):
    monkeypatch.setattr(container, "MOST_FILES", 5)
    assert refused(media={f"{each}.png": b"" for each in range(5)}).startswith(
        "holds 7 files, more than the 5"
    )


def test_a_directory_of_endless_length_is_not_read(refused, tmp_path):
    path = tmp_path / "x.apkg"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFE, 0xFFFE, 40 << 20, 0, 0)
    with path.open("wb") as file:
        file.truncate(40 << 20)
        file.seek(0, os.SEEK_END)
        file.write(end)
    assert "its directory is too long" in refused(path)


def test_files_of_the_archive_are_never_written_by_their_names(read, make, tmp_path):
    outside = str(tmp_path / "outside.txt")
    read(files={"../../outside.txt": b"x", outside: b"x", "sub/../../outside.txt": b"x"})
    assert not list(tmp_path.parent.rglob("outside.txt"))


# --- media ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../x.png", "/etc/passwd", "..\\x.png", "C:\\x.png", "a/b.png", "", ".", "..", "x" * 300]
)
def test_media_names_that_are_paths_are_left_out(read, name):
    found = read(media={name: b"x", "good.png": b"y"})
    assert list(found.media) == ["good.png"]
    [problem] = found.problems
    assert (problem.code, problem.line, "skipped" in problem.message) == ("W804", 1, True)


def test_two_media_of_one_name_are_both_kept(read):
    found = read(files={"media": b'{"0": "a.png", "1": "a.png"}', "0": b"first", "1": b"second"})
    assert {name: data() for name, data in found.media.items()} == {"a.png": b"first", "1-a.png": b"second"}
    assert "called 1-a.png" in found.problems[0].message


def test_listed_media_that_are_missing_are_said(read):
    found = read(files={"media": b'{"0": "gone.png"}'})
    assert not found.media
    assert "media file 0 (gone.png) is listed, but missing" in found.problems[0].message


def test_a_package_without_a_list_of_media_is_read(read):
    found = read(files={"media": None})
    assert (len(found.notes), found.problems[0].code) == (1, "W804")


@pytest.mark.parametrize(
    "listed", [b"{not json", b'["a"]', b'{"x": "a"}', b'{"-1": "a"}', b"[" * 100_000, b"\xff\xfe"]
)
def test_a_list_of_media_that_cannot_be_read_is_refused(refused, listed):
    assert refused(files={"media": listed}) == "its list of media cannot be read. Export it from Anki again."


@pytest.mark.parametrize("listed", [field(1, 5), b"\x0a\x05ab", field(1, field(1, b"x" * 5000))])
def test_a_packed_list_of_media_that_cannot_be_read_is_refused(refused, listed):
    assert "cannot be read" in refused(layout="latest", files={"media": packed(listed)})


@pytest.mark.parametrize(
    ("listed", "reason"), [(field(2, 1), "not as long"), (field(2, 1) + field(3, b"0" * 20), "checksum")]
)
def test_media_that_are_not_as_listed_are_refused_when_read(read, make, listed, reason):
    content = b"x" if "checksum" in reason else b"xyz"
    entry = field(1, field(1, b"a.png") + listed)
    found = read(layout="latest", files={"media": packed(entry), "0": packed(content)})
    with pytest.raises(PackageError, match=reason) as error:
        found.media["a.png"]()
    assert "made.apkg: a.png in it is" in str(error.value)


def test_media_together_have_a_limit(read, monkeypatch):
    monkeypatch.setattr(media, "ALL_MEDIA_LIMIT", 0)
    found = read(media={"a.png": b"x" * 3000, "b.png": b"x" * 3000})
    reader = found.media["a.png"].func.__self__
    reader.left = 4000
    assert found.media["a.png"]() == b"x" * 3000
    with pytest.raises(PackageError, match=r"b\.png in it unpacks to more"):
        found.media["b.png"]()


# --- the database --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (EVIL_VIEW, "holds a view (notes)"),
        ("create trigger t after insert on notes begin delete from cards; end", "holds a trigger (t)"),
        ("create virtual table v using fts5(x)", "holds a table (v)"),
        ("update col set ver = 99", "its tables have version 99"),
        ("update col set ver = 10", "its tables have version 10"),
        ("update col set ver = 'x\x1b[2Jy'", "its tables have version x[2Jy"),
        ("delete from col", "its tables have version None"),
        ("drop table revlog", "has no table revlog"),
        ("update col set ver = 18", "has no table notetypes"),
        ("update col set crt = -5", "has no date of creation"),
        ("update col set models = '{broken'", "its note types cannot be read"),
        ("update col set models = '[]'", "its note types cannot be read"),
        ("update col set decks = x'ff'", "its decks cannot be read"),
        (f"update col set models = '{'[' * 100_000}'", "its note types cannot be read"),
        (
            "update col set conf = '{\"a\": ' || printf('%.*c', 5000, '9') || '}'",
            "its settings cannot be read",
        ),
        ("alter table cards drop column odid", "no such column"),
        ("update col set decks = zeroblob(20000000)", "a value in it is larger than 16 MB"),
    ],
)
def test_a_database_that_no_package_has_is_refused(refused, sql, reason):
    assert reason in refused(sql=sql)


@pytest.mark.parametrize(
    "content", [b"", b"x" * 5000, b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 5000], ids=repr
)
def test_what_is_no_database_is_refused(refused, content):
    assert "the collection in it is" in refused(content)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_half_a_database_is_refused(refused, layout):
    whole = database([note(each) for each in range(300)], version=18 if layout == "latest" else 11)
    assert "the collection in it is damaged" in refused(whole[: len(whole) // 2], layout=layout)


def test_a_database_with_a_page_of_garbage_is_refused(refused):
    whole = database([note(each, back="x" * 500) for each in range(300)])
    middle = len(whole) // 2 // 4096 * 4096
    damaged = whole[:middle] + random.Random(1).randbytes(4096) + whole[middle + 4096 :]
    assert "the collection in it is damaged" in refused(damaged)


@pytest.mark.parametrize("config", [b"\xff", field(1, b"x" * 100)[:50], b"\x08\x01" * 20_000])
def test_descriptions_that_cannot_be_read_are_refused(refused, config):
    reason = refused(layout="latest", sql=f"update notetypes set config = x'{config.hex()}'")
    assert reason.startswith("what it says about itself cannot be read")


def test_a_database_that_computes_for_ever_is_given_up(refused, monkeypatch):
    monkeypatch.setattr("quiz.importers.anki.database._SECONDS", 0)
    assert "takes longer than 0 seconds" in refused(notes=[note(each) for each in range(30_000)])


def test_more_text_than_memory_holds_is_refused(refused, monkeypatch):
    monkeypatch.setattr(notes_module, "TEXT_LIMIT", 1 << 20)
    assert "more than 1 MB of text" in refused(notes=[note(each, back="x" * 300_000) for each in range(5)])


def test_more_rows_than_memory_holds_are_refused(refused, monkeypatch):
    monkeypatch.setattr("quiz.importers.anki.database.MOST_ROWS", 5)
    assert "more than 5 rows in its table revlog" in refused(log=[logged(each) for each in range(1, 8)])


# --- notes and cards that are left out -----------------------------------------------------------------------------


def left_out(found):
    return [problem.message.removesuffix("; skipped") for problem in found.problems]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (note(1, flds="only\x1b one"), f"note {NOTE + 1} (only one): it has 1 of the 2 fields of Basic"),
        (note(1, flds="a\x1fb\x1fc"), f"note {NOTE + 1} (abc): it has 3 of the 2 fields of Basic"),
        (note(1, flds=b"\xff\xfe"), f"note {NOTE + 1}: its fields are no text"),
        (note(1, mid=7), f"note {NOTE + 1} (qa): its note type is missing"),
        (note(1, guid=""), f"note {NOTE + 1} (qa): it has no GUID"),
        (note(1, guid="guid0"), f"note {NOTE + 1} (qa): another note has its GUID (guid0)"),
        (note(1, back="x" * 1_100_000), f"note {NOTE + 1} (q{'x' * 38}…): a field is longer than 1 MB"),
        (note(1, back="x" * 20_000_000), f"note {NOTE + 1}: it is larger than 16 MB"),
    ],
)
def test_a_note_that_cannot_be_used_is_left_out_with_its_cards(read, row, reason):
    log = [logged(1_700_000_000_000, number=1), logged(1_700_000_000_001)]
    found = read(notes=[note(), row, note(2)], log=log)
    assert [each.guid for each in found.notes] == ["guid0", "guid2"]
    assert left_out(found)[0] == reason
    assert (found.skipped_notes, found.skipped_cards, found.skipped_reviews) == (1, 1, 1)


@pytest.mark.parametrize("number", [-1, 0, 9_223_372_036_854_775_807])
def test_ids_that_are_no_time_are_left_out(read, number):
    found = read(
        notes=[note(), note(id=number, guid="other")],
        cards=[card(), card(id=number - 1 if number > 0 else number, ord=1)],
    )
    assert [each.id for each in found.notes] == [NOTE]
    assert [each.id for each in found.notes[0].cards] == [CARD]
    assert (found.skipped_notes, found.skipped_cards) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ord": 2}, "its type has no template 2"),
        ({"ord": -1}, "its type has no template -1"),
        ({"ord": "x\x1b[2J"}, "its type has no template x[2J"),
        ({"ord": 0}, "another card of its note asks the same"),
        ({"type": 7}, "its kind 7 does not exist"),
        ({"nid": 5}, "its note is missing"),
    ],
)
def test_a_card_that_cannot_be_used_is_left_out(read, changed, reason):
    row = card(1, **{"nid": NOTE, "ord": 1, **changed})
    found = read(cards=[card(), row], log=[logged(1_700_000_000_000, number=1)])
    assert [each.id for each in found.notes[0].cards] == [CARD]
    assert left_out(found)[0] == f"card {CARD + 1}: {reason}"
    assert (found.skipped_notes, found.skipped_cards, found.skipped_reviews) == (0, 1, 1)


@pytest.mark.parametrize(
    ("kind", "due"), [(2, 999_999_999_999_999_999), (2, -40_000), (2, 1_700_000_000), (1, "soon")]
)
def test_a_card_that_is_due_on_no_day_is_kept_with_its_reviews(read, kind, due):
    [found] = read(cards=[card(type=kind, due=due)], log=[logged(1_700_000_000_000)]).notes[0].cards
    assert (found.due, found.due_day, len(found.reviews)) == (None, None, 1)


def test_reviews_that_are_skipped_with_their_card_are_answers(read):
    found = read(
        cards=[card(type=7)], log=[logged(1_700_000_000_000), logged(1_700_000_000_001, ease=0, type=4)]
    )
    assert (found.skipped_cards, found.skipped_reviews) == (1, 1)


def test_tables_without_keys_are_read_and_ids_that_come_twice_skipped(read):
    rows = "".join(
        f"alter table {table} rename to old; create table {table} as select * from old; drop table old;"
        for table in ("notes", "cards", "revlog")
    )
    twice = (
        "insert into notes select id, 'other', mid, mod, usn, tags, flds, sfld, csum, flags, data from notes "
        f"where id = {NOTE};"
    )
    again = "insert into revlog select * from revlog; insert into revlog (id, cid, ease, type) values ('x', 1, 3, 1);"
    found = read(notes=[note(), note(1)], log=[logged(1_700_000_000_000)], sql=rows + twice + again)
    assert [each.guid for each in found.notes] == ["guid0", "guid1"]
    assert [row.id for row in found.notes[0].cards[0].reviews] == [1_700_000_000_000]
    assert left_out(found) == [
        f"note {NOTE} (qa): another note has its id",
        "2 rows of the review log cannot be used",
    ]


def test_numbers_that_do_not_matter_are_brought_within_bounds(read):
    row = card(type=2, due=5, ivl=-99_999_999, factor=-1, reps=1 << 60, lapses="many", mod=-7, flags=1 << 40)
    [found] = read(cards=[row]).notes[0].cards
    assert (found.interval, found.factor, found.reps, found.lapses, found.mod) == (1, 0, (1 << 31) - 1, 0, 0)
    assert 0 <= found.flag <= 7


def test_rows_of_the_log_that_are_impossible_are_counted(read):
    good = 1_700_000_000_000
    log = [
        logged(0),
        logged(-5),
        logged(9_999_999_999_999),
        logged(good, ease=5),
        logged(good + 1, ease=-1),
        logged(good + 2, type=9),
        logged(good + 3, ease="3x"),
        logged(good + 4, time=1 << 40, factor=-3, ivl=-(1 << 40)),
    ]
    found = read(log=log)
    [row] = found.notes[0].cards[0].reviews
    assert (row.id, row.duration_ms, row.factor, row.interval) == (good + 4, (1 << 31) - 1, 0, 1 - (1 << 31))
    assert found.skipped_reviews == 7
    assert left_out(found) == ["7 rows of the review log cannot be used"]


def test_reviews_from_the_future_are_skipped_if_the_time_is_known(read):
    now = datetime(2024, 1, 1, tzinfo=UTC)
    ms = int(now.timestamp() * 1000)
    found = read(log=[logged(ms + 3_600_000), logged(ms + 2 * 86_400_000)], now=now)
    assert [row.id for row in found.notes[0].cards[0].reviews] == [ms + 3_600_000]
    assert found.skipped_reviews == 1


def test_a_million_problems_are_not_all_listed(read):
    found = read(notes=[note(each, mid=7) for each in range(1200)])
    assert (found.skipped_notes, len(found.problems)) == (1200, 1001)
    assert found.problems[-1].message == "… and 200 more like these"


def test_text_of_a_package_stays_out_of_error_messages_whole(refused):
    sql = f'create view "{"v" * 500}\x1b[2J" as select 1'
    assert len(refused(sql=sql)) < 200


def test_nothing_of_a_package_needs_its_optional_parts(tmp_path):
    path = package(tmp_path / "x.apkg", types={TYPE: ("Basic", 0, ("Front", "Back"), ())}, settings={})
    with read_package(path, UTC) as found:
        assert (len(found.notes), found.notes[0].cards, found.skipped_cards) == (1, (), 1)


def test_settings_that_make_no_sense_are_ignored(read):
    settings = {"schedVer": 2, "creationOffset": 10**9, "rollover": "noon"}
    found = read(layout="latest", settings=settings, log=[logged(1_700_000_000_000)])
    assert found.notes[0].cards[0].reviews[0].study_day.isoformat() == "2023-11-14"

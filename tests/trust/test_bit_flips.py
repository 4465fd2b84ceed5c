"""A bit of the file turns over, anywhere in the rows of the log and of the cards: what is noticed, and what comes back.

The bits are turned in the bytes of the file and not by SQL, so that a row may also have another number of columns, a
number may be text, and an index may disagree with its table.
"""

from __future__ import annotations

import os
import random
import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass

import pytest

from quiz.cards import Rating
from quiz.collection.checkup import check_up, repair
from quiz.errors import StoreError
from quiz.store.inspecting import put, rewrite
from quiz.store.rows import SCHEDULE_COLUMNS
from quiz.store.seal import SEALED_COLUMNS

FLIPS = int(os.environ.get("DQUIZ_TEST_FLIPS", "60"))
_INTERIOR, _LEAF = 0x05, 0x0D
_FIXED_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


@dataclass(frozen=True)
class Place:
    """The bytes of one value in the file, as https://www.sqlite.org/fileformat2.html describes it."""

    table: str
    column: str
    start: int
    end: int


def varint(data, at):
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for number in range(9):
        byte = data[at + number]
        if number == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + number + 1
    raise AssertionError


def leaves(data, size, page):
    """The cells of all leaf pages of a table."""
    start = (page - 1) * size
    head = start + (100 if page == 1 else 0)
    kind, count = data[head], struct.unpack_from(">H", data, head + 3)[0]
    pointers = head + (12 if kind == _INTERIOR else 8)
    cells = [start + struct.unpack_from(">H", data, pointers + 2 * number)[0] for number in range(count)]
    if kind == _LEAF:
        yield from cells
        return
    children = [struct.unpack_from(">I", data, cell)[0] for cell in cells]
    for child in (*children, struct.unpack_from(">I", data, head + 8)[0]):
        yield from leaves(data, size, child)


def places(database, table):
    """The values of a table, ``header`` among them for what says of which type and length the others are."""
    data = database.read_bytes()
    with closing(sqlite3.connect(database)) as connection:
        [root] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    for cell in leaves(data, struct.unpack_from(">H", data, 16)[0], root):
        _, key = varint(data, cell)
        _, record = varint(data, key)
        yield Place(table, "id", key, record)
        length, at = varint(data, record)
        yield Place(table, "header", record, record + length)
        body = record + length
        for column in columns:
            kind, at = varint(data, at)
            width = _FIXED_SIZES[kind] if kind < 12 else (kind - 12) // 2
            if width:
                yield Place(table, column, body, body + width)
            body += width


def rows(database, table, columns):
    """A table as it is on disk, whatever its indexes say."""
    with closing(sqlite3.connect(database)) as connection:
        connection.text_factory = bytes
        return connection.execute(
            f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED ORDER BY id"
        ).fetchall()


def history(database):
    """The log as it was sealed, and the schedules."""
    schedule = ("id", "queue", "due", *SCHEDULE_COLUMNS)
    return rows(database, "review", (*SEALED_COLUMNS, "undone_at", "seal")), rows(database, "card", schedule)


@pytest.fixture
def studied(desk):
    """A log of some two hundred reviews, on several pages."""
    lots = random.Random(11)
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(25)))
    desk.sync()
    keys = [row["id"] for row in desk.rows("card")]
    for _ in range(220):
        key = lots.choice(keys)
        [card] = desk.collection.cards_by_key([key])
        rating = lots.choice((Rating.AGAIN, Rating.HARD, Rating.GOOD, Rating.GOOD, Rating.EASY))
        desk.collection.record(key, card, rating, desk.now, duration_ms=lots.randrange(60_000))
        desk.later(hours=lots.choice((0, 1, 20, 70)), seconds=lots.randrange(50))
    desk.close()
    return desk


def flipped(desk, whole, place, lots):
    """The collection with one bit turned; which."""
    data, at, bit = bytearray(whole), lots.randrange(place.start, place.end), lots.randrange(8)
    data[at] ^= 1 << bit
    for end in ("-wal", "-shm"):
        desk.database.with_name(desk.database.name + end).unlink(missing_ok=True)
    desk.database.write_bytes(data)
    return f"{place.table}.{place.column}, bit {bit} of byte {at - place.start}"


def examined(desk):
    """Whether damage is reported, and whether nothing is left of it after a repair."""
    try:
        reported = any(not check.ok for check in check_up(desk.collection, desk.now))
        clean = all(check.ok for check in repair(desk.collection, desk.now))
    except StoreError:
        return True, False
    finally:
        desk.close()
    return reported, clean


def flips(desk, wanted, count):
    """Turns bits in some values, one after the other: what was turned, was it reported, did everything come back."""
    lots, whole, before = random.Random(5), desk.database.read_bytes(), history(desk.database)
    chosen = [place for place in wanted if place.end > place.start]
    for place in lots.choices(chosen, k=count):
        which = flipped(desk, whole, place, lots)
        reported, clean = examined(desk)
        try:
            back = history(desk.database) == before
        except sqlite3.Error:
            back = False
        yield which, reported, clean, back


def test_a_flipped_bit_in_the_log_is_reported_and_put_right(studied):
    columns = {*SEALED_COLUMNS, "seal"} - {"id"}
    wanted = [place for place in places(studied.database, "review") if place.column in columns]
    found = list(flips(studied, wanted, FLIPS))
    assert [which for which, reported, _, _ in found if not reported] == []
    assert [which for which, _, clean, back in found if not (clean and back)] == []


def test_a_flipped_bit_in_a_schedule_is_reported_and_put_right(studied):
    columns = {*SCHEDULE_COLUMNS, "queue", "due"}
    wanted = [place for place in places(studied.database, "card") if place.column in columns]
    found = list(flips(studied, wanted, FLIPS))
    assert [which for which, reported, _, _ in found if not reported] == []
    assert [which for which, _, clean, back in found if not (clean and back)] == []


def test_a_flipped_bit_in_the_key_of_a_review_is_reported_and_at_best_put_right(studied):
    """A row that stands out of order by its key can be too much even for SQLite."""
    wanted = [place for place in places(studied.database, "review") if place.column == "id"]
    found = list(flips(studied, wanted, FLIPS // 3))
    assert [which for which, reported, _, _ in found if not reported] == []
    assert [which for which, _, clean, back in found if clean and not back] == []
    assert any(back for _, _, _, back in found)


def test_rows_that_stand_out_of_order_are_written_anew(studied):
    whole, before = studied.database.read_bytes(), history(studied.database)
    place = [place for place in places(studied.database, "review") if place.column == "id"][100]
    right, data = varint(whole, place.start)[0], bytearray(whole)
    data[place.start] ^= 1 << 5
    studied.database.write_bytes(data)
    assert "out of order" in integrity(studied)
    with studied.collection.store.write() as connection:
        rewrite(connection)
        put("review", {"id": varint(data, place.start)[0]}, {"id": right})(connection)
    studied.close()
    assert integrity(studied) == "ok"
    assert all(check.ok for check in repair(studied.collection, studied.now))
    studied.close()
    assert history(studied.database) == before


def integrity(desk):
    with closing(sqlite3.connect(desk.database)) as connection:
        return "\n".join(row[0] for row in connection.execute("PRAGMA integrity_check"))


def test_a_flipped_bit_anywhere_in_cards_and_reviews_is_mostly_reported_and_never_crashes(studied):
    wanted = [place for table in ("review", "card") for place in places(studied.database, table)]
    found = list(flips(studied, wanted, FLIPS))
    assert sum(reported for _, reported, _, _ in found) / len(found) >= 0.9

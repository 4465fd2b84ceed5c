"""Packages as Anki, other programs and people who mean harm make them: from rows, in each of the three layouts."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard

LAYOUTS = ("first", "second", "latest")
TYPE, CLOZE, DECK, NOTE, CARD = (
    1_500_000_000_001,
    1_500_000_000_002,
    1_500_000_000_003,
    1_600_000_000_000,
    1_600_000_500_000,
)
# 2023-11-01 04:00 in Berlin
CREATED = 1_698_807_600
SETTINGS = {"schedVer": 2, "creationOffset": -60}
TYPES = {
    TYPE: (
        "Basic",
        0,
        ("Front", "Back"),
        (("Forward", "{{Front}}", "{{Back}}"), ("Reverse", "{{Back}}", "{{Front}}")),
    ),
    CLOZE: ("Cloze", 1, ("Text", "Extra"), (("Cloze", "{{cloze:Text}}", "{{cloze:Text}} {{Extra}}"),)),
}
DECKS = {1: "Default", DECK: "Tools::Docker"}

_ROWS = """
create table notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
    usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
    flags integer not null, data text not null);
create table cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
    mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
    ivl integer not null, factor integer not null, reps integer not null, lapses integer not null,
    left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
create table revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
    ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
    type integer not null);
create table graves (usn integer not null, oid integer not null, type integer not null);
create table col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
    ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
    models text not null, decks text not null, dconf text not null, tags text not null);
create index ix_cards_nid on cards (nid);
create index ix_revlog_cid on revlog (cid);
"""
_OWN_TABLES = """
create table notetypes (id integer not null primary key, name text not null collate unicase,
    mtime_secs integer not null, usn integer not null, config blob not null);
create table fields (ntid integer not null, ord integer not null, name text not null collate unicase,
    config blob not null, primary key (ntid, ord)) without rowid;
create table templates (ntid integer not null, ord integer not null, name text not null collate unicase,
    mtime_secs integer not null, usn integer not null, config blob not null, primary key (ntid, ord)) without rowid;
create table decks (id integer primary key not null, name text not null collate unicase, mtime_secs integer not null,
    usn integer not null, common blob not null, kind blob not null);
create table config (KEY text not null primary key, usn integer not null, mtime_secs integer not null,
    val blob not null) without rowid;
create table tags (tag text not null primary key collate unicase, usn integer not null) without rowid;
create unique index idx_decks_name on decks (name);
insert into tags values ('Straße', 0), ('zebra', 0), ('ÄPFEL', 0);
"""


def note(number: int = 0, front: str = "q", back: str = "a", **changed):
    """A row of ``notes``, by column."""
    return {
        "id": NOTE + number,
        "guid": f"guid{number}",
        "mid": TYPE,
        "mod": 1_700_000_000,
        "tags": "",
        "flds": f"{front}\x1f{back}",
        **changed,
    }


def card(number: int = 0, **changed):
    """A row of ``cards``, by column: a new one, of the note with the same number."""
    return {"id": CARD + number, "nid": NOTE + number, "did": DECK, "mod": 1_700_000_001, **changed}


def logged(at: int, number: int = 0, **changed):
    """A row of ``revlog``, by column: Good, of the card with a number."""
    return {
        "id": at,
        "cid": CARD + number,
        "ease": 3,
        "ivl": 4,
        "factor": 2500,
        "time": 5000,
        "type": 1,
        **changed,
    }


def database(
    notes=None,
    cards=None,
    log=(),
    *,
    version=11,
    settings=SETTINGS,
    types=TYPES,
    decks=DECKS,
    created=CREATED,
    sql="",
    texts=None,
) -> bytes:
    """The bytes of a collection; ``sql`` runs last, ``texts`` replaces columns of ``col``."""
    notes = [note()] if notes is None else notes
    cards = [card(row["id"] - NOTE, nid=row["id"]) for row in notes] if cards is None else cards
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.create_collation(
                "unicase", lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower())
            )
            connection.executescript(_ROWS)
            described = dict.fromkeys(("conf", "models", "decks", "dconf", "tags"), "")
            if version < 15:
                described |= _as_json(settings, types, decks)
            else:
                _as_tables(connection, settings, types, decks)
            described |= texts or {}
            row = (1, created, 0, 0, version, 0, 0, 0, *described.values())
            connection.execute(f"insert into col values ({','.join('?' * 13)})", row)
            for table, rows in (("notes", notes), ("cards", cards), ("revlog", log)):
                _fill(connection, table, rows)
            connection.commit()
            connection.executescript(sql)
            connection.commit()
        made = bytearray(path.read_bytes())
    if version >= 15:
        made[18:20] = b"\2\2"  # as Anki leaves it: in WAL mode
    return bytes(made)


def package(
    path: Path, content: bytes | None = None, *, layout="first", media=None, files=None, **rows
) -> Path:
    """Write a package; ``media`` are names with bytes, ``files`` replaces or adds files of the archive."""
    media = media or {}
    version = 18 if layout == "latest" else 11
    content = database(**{"version": version, **rows}) if content is None else content
    if layout == "latest":
        listed = b"".join(
            field(1, field(1, name.encode()) + field(2, len(data)) + field(3, hashlib.sha1(data).digest()))
            for name, data in media.items()
        )
        found = {"meta": b"\x08\x03", "collection.anki21b": packed(content), "media": packed(listed)}
        found |= {str(number): packed(data) for number, data in enumerate(media.values())}
    else:
        name = "collection.anki21" if layout == "second" else "collection.anki2"
        found = {name: content, "media": json.dumps({str(n): name for n, name in enumerate(media)}).encode()}
        found |= {str(number): data for number, data in enumerate(media.values())}
        found |= {"meta": b"\x08\x02"} if layout == "second" else {}
    if layout != "first":
        found["collection.anki2"] = database([note(front="Please update to the latest Anki version")])
    path.write_bytes(archive({**found, **(files or {})}))
    return path


def archive(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """The bytes of a zip archive of names with bytes; None leaves a file out."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as made:
        for name, data in files.items():
            if data is not None:
                made.writestr(name, data)
    return whole.getvalue()


def packed(data: bytes) -> bytes:
    """Bytes by zstd, as Anki writes them: without their size in front."""
    compressor = zstandard.ZstdCompressor(write_content_size=False)
    return compressor.compress(data)


def field(number: int, value: int | bytes) -> bytes:
    """A field of a protobuf message."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _as_json(settings, types, decks):
    models = {
        str(number): {
            "id": str(number),
            "name": name,
            "type": kind,
            "flds": [{"name": each, "ord": place} for place, each in enumerate(fields)],
            "tmpls": [
                {"name": each, "qfmt": question, "afmt": answer, "ord": place}
                for place, (each, question, answer) in enumerate(templates)
            ],
        }
        for number, (name, kind, fields, templates) in types.items()
    }
    named = {str(number): {"id": number, "name": name} for number, name in decks.items()}
    return {"conf": json.dumps(settings), "models": json.dumps(models), "decks": json.dumps(named)}


def _as_tables(connection, settings, types, decks):
    connection.executescript(_OWN_TABLES)
    for number, (name, kind, fields, templates) in types.items():
        config = (field(1, kind) if kind else b"") + field(3, b".card {}")
        connection.execute("insert into notetypes values (?, ?, 0, 0, ?)", (number, name, config))
        for place, each in enumerate(fields):
            connection.execute("insert into fields values (?, ?, ?, x'')", (number, place, each))
        for place, (each, question, answer) in enumerate(templates):
            config = (
                field(1, question.encode()) + field(2, answer.encode()) + b"\x45\0\0\0\0" + field(8, 1 << 60)
            )
            connection.execute(
                "insert into templates values (?, ?, ?, 0, 0, ?)", (number, place, each, config)
            )
    # as in real packages: of a note type that is not there
    connection.execute("insert into fields values (77, 0, 'Stray', x'')")
    connection.execute("insert into templates values (77, 0, 'Stray', 0, 0, x'')")
    for number, name in decks.items():
        connection.execute(
            "insert into decks values (?, ?, 0, 0, x'', x'')", (number, name.replace("::", "\x1f"))
        )
    for key, value in settings.items():
        connection.execute("insert into config values (?, 0, 0, ?)", (key, json.dumps(value).encode()))


def _fill(connection, table, rows):
    columns = [name for _, name, *_ in connection.execute(f"pragma table_info({table})")]
    texts = {"data", "tags"}
    for row in rows:
        values = [row.get(name, "" if name in texts else 0) for name in columns]
        connection.execute(f"insert into {table} values ({','.join('?' * len(columns))})", values)

"""The notes of a collection as a sync reads and writes them: sources, files, notes, their places and cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from quiz.store import tables
from quiz.store.reading import POSITIONS_PER_DECK
from quiz.store.rows import NEW_CARDS, TICK, place_in_queue, step_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from quiz.store.reading import Reader
    from quiz.store.rows import Row

_CHUNK = 500
_SHIPPED_LAST = 1 << 60


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Values in parts that a statement can name."""
    remaining = list(values)
    for start in range(0, len(remaining), _CHUNK):
        yield remaining[start : start + _CHUNK]


def rows_with(connection: Connection, table: Table, column: str, values: Iterable[Any]) -> list[Row]:
    """All rows of a table that have one of many values."""
    rows: list[Row] = []
    for chunk in chunks(values):
        query = select(table).where(table.c[column].in_(chunk))
        rows += [row._mapping for row in connection.execute(query)]  # noqa: SLF001
    return rows


def _inserted(connection: Connection, table: Table, columns: Mapping[str, Any]) -> int:
    """The key of a row that is added."""
    key = connection.execute(insert(table).values(columns)).inserted_primary_key
    assert key is not None, "every table here has a key"  # noqa: S101
    return int(key[0])


# --- sources and files ---------------------------------------------------------------------------------------------


def sources(connection: Connection) -> list[Row]:
    """All sources, in the order they were added."""
    return [row._mapping for row in connection.execute(select(tables.source).order_by(tables.source.c.id))]  # noqa: SLF001


def add_source(
    connection: Connection, path: str, now_ms: int, *, shipped: bool = False, without: Sequence[str] = ()
) -> None:
    """Remember a source, unless it is known; sources inside it are taken over, but for some that stay apart."""
    source, file = tables.source, tables.file
    if connection.scalar(select(source.c.id).where(source.c.path == path)):
        return
    key = _inserted(connection, source, {"path": path, "shipped": int(shipped), "added_at": now_ms})
    for other in sources(connection):
        inside = other["path"].startswith(path.rstrip("/") + "/")
        if inside and not other["shipped"] and other["path"] not in without:
            connection.execute(update(file).where(file.c.source_id == other["id"]).values(source_id=key))
            connection.execute(delete(source).where(source.c.id == other["id"]))


def remove_source(connection: Connection, path: str) -> None:
    """Forget a source without files."""
    connection.execute(delete(tables.source).where(tables.source.c.path == path))


def move_source(connection: Connection, old: str, new: str) -> None:
    """The same files elsewhere."""
    source, file = tables.source, tables.file
    if old == new:
        return
    key = connection.scalar(select(source.c.id).where(source.c.path == old))
    connection.execute(update(source).where(source.c.id == key).values(path=new))
    moved = literal(new).concat(func.substr(file.c.path, len(old) + 1))
    connection.execute(update(file).where(file.c.source_id == key).values(path=moved))


def read_again(connection: Connection, key: int) -> str:
    """The next sync reads a file whether it changed or not; returns its name."""
    file = tables.file
    connection.execute(update(file).where(file.c.id == key).values(mtime_ns=-1, digest=""))
    return str(connection.scalar(select(file.c.name).where(file.c.id == key)))


def remove_files(connection: Connection, keys: Iterable[int]) -> None:
    """Forget files that are gone; no note stands in them any more."""
    for chunk in chunks(keys):
        connection.execute(delete(tables.place).where(tables.place.c.file_id.in_(chunk)))
        connection.execute(update(tables.note).where(tables.note.c.file_id.in_(chunk)).values(file_id=None))
        connection.execute(delete(tables.file).where(tables.file.c.id.in_(chunk)))


class Decks:
    """The keys of decks by their names; a new name gets one."""

    def __init__(self, connection: Connection) -> None:
        deck = tables.deck
        self._connection = connection
        self._keys: dict[str, int] = {
            name: key for key, name in connection.execute(select(deck.c.id, deck.c.name))
        }

    def __getitem__(self, name: str) -> int:
        if name not in self._keys:
            self._keys[name] = _inserted(self._connection, tables.deck, {"name": name})
        return self._keys[name]


def position(deck: int, index: int, *, shipped: bool) -> int:
    """The place of a new card in the order of all: own decks first, decks as they came, cards as their files have them.

    Args:
        deck: Its key.
        index: Its place within its file.
        shipped: Whether its source is that of the shipped decks.
    """
    return (_SHIPPED_LAST if shipped else 0) + deck * POSITIONS_PER_DECK + min(index, POSITIONS_PER_DECK - 1)


def rename_deck(connection: Connection, file: int, old: str, new: str) -> None:
    """The notes of a file that are in a deck are in another one."""
    note, card = tables.note, tables.card
    those = select(note.c.id).where(note.c.file_id == file, note.c.deck == old)
    keys = list(connection.scalars(those))
    decks = Decks(connection)
    moved = card.c.position + (decks[new] - decks[old]) * POSITIONS_PER_DECK
    there = {
        "deck_id": decks[new],
        "position": moved,
        "due": case((card.c.queue == NEW_CARDS, moved), else_=card.c.due),
    }
    for chunk in chunks(keys):
        connection.execute(update(card).where(card.c.note_id.in_(chunk)).values(there))
        connection.execute(update(note).where(note.c.id.in_(chunk)).values(deck=new))


# --- notes ---------------------------------------------------------------------------------------------------------


def living_notes(connection: Connection, file_ids: Iterable[int]) -> list[Row]:
    """The notes that stand in some files and are not retired, in the order of lines."""
    rows = [
        row for row in rows_with(connection, tables.note, "file_id", file_ids) if row["retired_at"] is None
    ]
    return sorted(rows, key=lambda row: (row["file_id"], row["line"], row["id"]))


def retired_notes(connection: Connection) -> list[Row]:
    """The notes whose text has disappeared, latest first."""
    note = tables.note
    query = select(note).where(note.c.retired_at.is_not(None)).order_by(note.c.retired_at.desc(), note.c.id)
    return [row._mapping for row in connection.execute(query)]  # noqa: SLF001


def notes_by_uid(connection: Connection, uids: Iterable[str]) -> dict[str, Row]:
    """Notes by their public id."""
    return {row["uid"]: row for row in rows_with(connection, tables.note, "uid", uids)}


def elsewhere(connection: Connection, file_ids: Iterable[int], content_keys: Iterable[str]) -> list[Row]:
    """Living notes that have a further place in some files, or the same content as notes found there."""
    placed = {row["note_id"] for row in rows_with(connection, tables.place, "file_id", file_ids)}
    rows = [
        *rows_with(connection, tables.note, "id", placed),
        *rows_with(connection, tables.note, "content_key", content_keys),
    ]
    return [row for row in rows if row["retired_at"] is None and row["file_id"] is not None]


def paths_of(connection: Connection, file_ids: Iterable[int]) -> dict[int, str]:
    """The paths of files by their keys."""
    return {row["id"]: row["path"] for row in rows_with(connection, tables.file, "id", file_ids)}


def places_of(connection: Connection, note_ids: Iterable[int]) -> dict[int, list[Row]]:
    """The further places of notes."""
    found: dict[int, list[Row]] = {}
    for row in rows_with(connection, tables.place, "note_id", note_ids):
        found.setdefault(row["note_id"], []).append(row)
    return found


def clear_places(connection: Connection, file_ids: Iterable[int]) -> None:
    """Further places in files that are read again are found again."""
    for chunk in chunks(file_ids):
        connection.execute(delete(tables.place).where(tables.place.c.file_id.in_(chunk)))


def remove_place(connection: Connection, note_id: int, file_id: int) -> None:
    """One place less."""
    place = tables.place
    connection.execute(delete(place).where(place.c.note_id == note_id, place.c.file_id == file_id))


def reviewed_notes(connection: Connection, note_ids: Iterable[int]) -> set[int]:
    """Which of the notes have reviews that count."""
    card = tables.card
    found: set[int] = set()
    for chunk in chunks(note_ids):
        query = select(card.c.note_id).where(card.c.note_id.in_(chunk), card.c.reps > 0)
        found.update(connection.scalars(query))
    return found


class TakenIds:
    """The public ids that a table's rows have already, asked for in one go where they can be foreseen."""

    def __init__(self, connection: Connection, table: Table, foreseen: Iterable[str]) -> None:
        self._connection, self._column = connection, table.c.uid
        self._free = set(foreseen)
        self._taken: set[str] = set()
        for chunk in chunks(self._free):
            self._taken.update(connection.scalars(select(self._column).where(self._column.in_(chunk))))
        self._free -= self._taken

    def add(self, uid: str) -> None:
        """An id is given away."""
        self._taken.add(uid)

    def __contains__(self, uid: object) -> bool:
        if uid in self._taken:
            return True
        if uid in self._free:
            return False
        return self._connection.scalar(select(self._column).where(self._column == uid)) is not None


def next_key(connection: Connection, table: Table) -> int:
    """The next free key of a table; only the holder of the write lock may ask."""
    return int(connection.scalar(select(func.max(table.c.id))) or 0) + 1


def next_created_ms(connection: Connection, table: Table, now_ms: int) -> int:
    """A time of creation that no row of a table has yet, nor any later one."""
    last = connection.scalar(select(func.max(table.c.created_ms)))
    return max(now_ms, (last or 0) + 1)


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns."""
    if rows:
        connection.execute(insert(table), rows)


def update_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update rows that are given with ``id`` and the same columns."""
    if rows:
        names = [name for name in rows[0] if name != "id"]
        statement = (
            update(table)
            .where(table.c.id == bindparam("key"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        connection.execute(
            statement, [{"key": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
        )


# --- cards ---------------------------------------------------------------------------------------------------------

CARD_TEXT_COLUMNS = ("facet", "deck_id", "position", "retired", "draft", "changed", "queue", "due")


def cards_of(connection: Connection, note_ids: Iterable[int]) -> dict[int, list[Row]]:
    """The cards of notes, retired ones included, in the order of their ordinals."""
    found: dict[int, list[Row]] = {}
    for row in sorted(
        rows_with(connection, tables.card, "note_id", note_ids), key=lambda row: row["ordinal"]
    ):
        found.setdefault(row["note_id"], []).append(row)
    return found


def changed_card(row: Row, changes: Mapping[str, Any]) -> dict[str, Any] | None:
    """The columns to write for a card whose text changed; None if nothing did."""
    new = {**row, **changes}
    new |= place_in_queue(new)
    if all(new[name] == row[name] for name in CARD_TEXT_COLUMNS):
        return None
    return {"id": row["id"], **{name: new[name] for name in CARD_TEXT_COLUMNS}}


def move_cards(connection: Connection, places: Mapping[int, int]) -> None:
    """Give the cards of notes other places within their files."""
    card = tables.card
    moved = (
        card.c.position
        - card.c.position % POSITIONS_PER_DECK
        + bindparam("place", type_=card.c.position.type)
    )
    statement = (
        update(card)
        .where(card.c.note_id == bindparam("note"))
        .values(position=moved, due=case((card.c.queue == NEW_CARDS, moved), else_=card.c.due))
    )
    if places:
        rows = [{"note": key, "place": min(place, POSITIONS_PER_DECK - 1)} for key, place in places.items()]
        connection.execute(statement, rows)


def set_steps(connection: Connection, before: Mapping[int, int | None]) -> None:
    """Remember of notes which other note each of them follows as a step of a chain; None is none.

    Its cards follow the first card of that note which lives.
    """
    card = tables.card
    of_steps = cards_of(connection, {key for key in before.values() if key is not None})
    first = {
        key: next((each["id"] for each in cards if not each["retired"]), None)
        for key, cards in of_steps.items()
    }
    held = {
        row.note_id
        for row in connection.execute(select(card.c.note_id).where(card.c.after_id.is_not(None)))
        if row.note_id in before
    }
    wanted = {key: first.get(step) if step is not None else None for key, step in before.items()}
    rows = [{"note": key, "after": after} for key, after in wanted.items() if after or key in held]
    if rows:
        statement = update(card).where(card.c.note_id == bindparam("note"))
        connection.execute(statement.values(after_id=bindparam("after")), rows)


def retire(connection: Connection, note_ids: Iterable[int], now_ms: int) -> int:
    """Take notes and their cards out of study; returns how many cards. They keep schedules and reviews."""
    note, card, count = tables.note, tables.card, 0
    later = case((note.c.mod < now_ms // 1000, now_ms // 1000), else_=note.c.mod + 1)
    for chunk in chunks(note_ids):
        connection.execute(
            update(note).where(note.c.id.in_(chunk)).values(retired_at=now_ms, file_id=None, mod=later)
        )
        done = connection.execute(
            update(card)
            .where(card.c.note_id.in_(chunk), card.c.retired == 0)
            .values(retired=1, queue=0, due=0)
        )
        count += done.rowcount
    return count


def _used(connection: Connection, keys: Iterable[int]) -> set[int]:
    """Which of some notes somebody did something with: there is more of them than their text."""
    note, card, review = tables.note, tables.card, tables.review
    wanted = set(keys)
    touched = or_(
        card.c.reps > 0, card.c.suspended != 0, card.c.buried_until.is_not(None), card.c.flag != 0,
        card.c.marked != 0, card.c.leech != 0, card.c.remark != "",
        card.c.id.in_(select(review.c.card_id)), card.c.id.in_(select(tables.origin.c.card_id)),
    )  # fmt: skip
    used = set(connection.scalars(select(card.c.note_id).where(touched)))
    used.update(connection.scalars(select(tables.tick.c.note_id)))
    used.update(connection.scalars(select(tables.exported.c.note_id)))
    used.update(connection.scalars(select(note.c.id).where(note.c.exported_at.is_not(None))))
    asked = select(tables.ask.c.old_uid).union(select(tables.ask.c.new_uid))
    used.update(connection.scalars(select(note.c.id).where(note.c.uid.in_(asked))))
    cards: set[int] = set()
    ticked: set[int] = set()
    for row in connection.execute(select(tables.action)):
        changed = {key for key, _ in step_changes(row._mapping)}  # noqa: SLF001
        (ticked if row.kind == TICK else cards).update(changed)
    for chunk in chunks(cards):
        used.update(connection.scalars(select(card.c.note_id).where(card.c.id.in_(chunk))))
    return (used | ticked) & wanted


def used_notes(connection: Connection, file_ids: Sequence[int]) -> set[int]:
    """The files with a note that somebody did something with."""
    file_of = {row["id"]: row["file_id"] for row in living_notes(connection, file_ids)}
    return {file_of[key] for key in _used(connection, file_of)}


def remove_unused(connection: Connection, keys: Iterable[int]) -> None:
    """Delete retired notes that nobody did anything with; read again, they come back with the same ids."""
    note, card, place = tables.note, tables.card, tables.place
    keys = list(keys)
    left = set(keys) - _used(connection, keys)
    for chunk in chunks(left):
        retired = select(note.c.id).where(note.c.id.in_(chunk), note.c.retired_at.is_not(None))
        gone = list(connection.scalars(retired))
        for table, column in ((place, place.c.note_id), (card, card.c.note_id), (note, note.c.id)):
            connection.execute(delete(table).where(column.in_(gone)))


# --- ticks ---------------------------------------------------------------------------------------------------------


def ticks(connection: Connection, note_ids: Iterable[int]) -> dict[int, int]:
    """When those of some tasks and challenges were done that are done, unix milliseconds."""
    return {
        row["note_id"]: row["ticked_at"] for row in rows_with(connection, tables.tick, "note_id", note_ids)
    }


def set_ticks(connection: Connection, wanted: Mapping[int, int | None]) -> None:
    """Tasks and challenges are done since a moment, or are open."""
    for chunk in chunks(wanted):
        connection.execute(delete(tables.tick).where(tables.tick.c.note_id.in_(chunk)))
    done = [{"note_id": key, "ticked_at": at} for key, at in wanted.items() if at is not None]
    insert_many(connection, tables.tick, done)


# --- pairs that a sync asks about ----------------------------------------------------------------------------------


def refused_pairs(connection: Connection) -> set[tuple[str, str]]:
    """Pairs that were settled as different cards."""
    ask = tables.ask
    query = select(ask.c.old_uid, ask.c.new_uid).where(ask.c.same == 0)
    return {(old, new) for old, new in connection.execute(query)}


def open_asks(connection: Connection) -> list[Row]:
    """Pairs that wait for a person."""
    ask = tables.ask
    query = select(ask).where(ask.c.same.is_(None)).order_by(ask.c.asked_at, ask.c.similarity.desc())
    return [row._mapping for row in connection.execute(query)]  # noqa: SLF001


def ask_about(connection: Connection, old: str, new: str, similarity: float, now_ms: int) -> None:
    """Remember a pair to ask about."""
    ask = tables.ask
    if not connection.scalar(select(ask.c.old_uid).where(ask.c.old_uid == old, ask.c.new_uid == new)):
        row = {"old_uid": old, "new_uid": new, "similarity": similarity, "asked_at": now_ms}
        connection.execute(insert(ask).values(row))


def settle(connection: Connection, old: str, new: str, *, same: bool, now_ms: int) -> None:
    """Remember what became of a pair, and drop other open questions about either."""
    ask = tables.ask
    ask_about(connection, old, new, 1.0, now_ms)
    connection.execute(update(ask).where(ask.c.old_uid == old, ask.c.new_uid == new).values(same=int(same)))
    if same:
        either = or_(ask.c.old_uid == old, ask.c.new_uid == new)
        connection.execute(delete(ask).where(either, ask.c.same.is_(None)))


def reader_within(connection: Connection) -> Reader:
    """Reads within a transaction, what it has not yet committed included."""

    def read(sql: str, /, **parameters: object) -> Sequence[Any]:
        return connection.execute(text(sql), parameters).fetchall()

    return read


# --- settings and paths --------------------------------------------------------------------------------------------


def set_setting(connection: Connection, key: str, value: str) -> None:
    """Keep a value of ours."""
    setting = tables.setting
    done = connection.execute(update(setting).where(setting.c.key == key).values(value=value))
    if not done.rowcount:
        connection.execute(insert(setting).values(key=key, value=value))


def rows_of_paths(connection: Connection, paths: Iterable[str]) -> list[Row]:
    """The rows of files by their paths."""
    return rows_with(connection, tables.file, "path", paths)

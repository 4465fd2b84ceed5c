"""Checks of what points from one row to another, of the steps that can be taken back, and of what is kept beside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from quiz import matching
from quiz.cards import NoteId
from quiz.collection.checklist import WRITTEN
from quiz.collection.checkup.damage import Damage, Findings, is_instant
from quiz.store import tables
from quiz.store.inspecting import drop, put
from quiz.store.rows import TICK, to_ms
from quiz.store.seal import near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ForeignKey

    from quiz.collection.checkup.seen import Columns, Seen
    from quiz.store.inspecting import Repair

    Repairs = tuple[Repair, ...]


def references(seen: Seen) -> Findings:
    """No row points to nothing."""
    damages = []
    for table in tables.metadata.sorted_tables:
        for foreign in sorted(table.foreign_keys, key=lambda each: each.parent.name):
            repairs = _REPAIRS.get((table.name, foreign.parent.name))
            for row in _dangling(seen, foreign):
                right = repairs(seen, row) if repairs else ()
                damages.append(Damage(_words(foreign), next(iter(row.values())), right))
    return Findings(tuple(damages))


def _words(foreign: ForeignKey) -> str:
    return f"rows of {foreign.parent.table.name} that point to no {foreign.column.table.name}"


def _dangling(seen: Seen, foreign: ForeignKey) -> Iterator[Columns]:
    table, column, parent = foreign.parent.table.name, foreign.parent.name, foreign.column.table.name
    names = [each.name for each in foreign.parent.table.columns]
    sql = (
        f"SELECT {', '.join(f'child.{name}' for name in names)} FROM {table} AS child "  # noqa: S608
        f"LEFT JOIN {parent} AS parent ON parent.id = child.{column} "
        f"WHERE child.{column} IS NOT NULL AND parent.id IS NULL"
    )
    for row in list(seen.rows(sql)):
        yield dict(zip(names, row, strict=True))


def _note_of_card(seen: Seen, card: Columns) -> Repairs:
    """A card's id follows from its note's."""
    for key, note in seen.notes.items():
        if matching.card_id(NoteId(str(note["uid"])), str(card["facet"])) == card["uid"]:
            return (put("card", {"id": card["id"]}, {"note_id": key}),)
    return ()


def _deck_of_card(seen: Seen, card: Columns) -> Repairs:
    note = seen.notes.get(card["note_id"], {})
    known = [key for key, name in seen.decks.items() if name == note.get("deck")]
    return tuple(put("card", {"id": card["id"]}, {"deck_id": key}) for key in known)


def _card_of_review(seen: Seen, review: Columns) -> Repairs:
    """A card without reviews, whose key is near, and which has the schedule that these reviews left."""
    right = review["card_id"]
    for key in near(right):
        if key in seen.cards and key not in seen.log.last and seen.schedule(key) == seen.log.last.get(right):
            return (put("card", {"id": key}, {"id": right}),)
    return ()


def _file_of_note(seen: Seen, note: Columns) -> Repairs:
    known = [key for key, file in seen.files.items() if file["path"] == note["last_path"]]
    return tuple(put("note", {"id": note["id"]}, {"file_id": key}) for key in known)


def _source_of_file(seen: Seen, file: Columns) -> Repairs:
    around = [
        key
        for key, source in seen.sources.items()
        if str(file["path"]) in (source["path"], f"{str(source['path']).rstrip('/')}/{file['name']}")
    ]
    return tuple(put("file", {"id": file["id"]}, {"source_id": key}) for key in around[:1])


def _review_of_step(seen: Seen, step: Columns) -> Repairs:
    """The one review near it that has no step; else the step cannot be taken back any more."""
    key, right = {"id": step["id"]}, _review_near(seen, step["review_id"], "action")
    if right is not None:
        return (put("action", key, {"review_id": right}),)
    return (put("action", key, {"review_id": None, "undone_at": step["undone_at"] or to_ms(seen.now)}),)


def _review_of_attempt(seen: Seen, attempt: Columns) -> Repairs:
    """The one review near it of which nobody knows how it was answered; else that of none."""
    key, right = {"review_id": attempt["review_id"]}, _review_near(seen, attempt["review_id"], "attempt")
    return (drop("attempt", key) if right is None else put("attempt", key, {"review_id": right}),)


def _review_near(seen: Seen, key: Any, table: str) -> int | None:  # noqa: ANN401 - whatever stands there
    """The review whose id is near, if it is the only one to which no row of the table points."""
    sql = f"SELECT review_id FROM {table} WHERE review_id IS NOT NULL"  # noqa: S608
    taken = {review for (review,) in seen.rows(sql)}
    ids = {review for (review,) in seen.rows("SELECT id FROM review")}
    right = {one for one in near(key) if one in ids and one not in taken}
    return right.pop() if len(right) == 1 else None


def _no_tick(_seen: Seen, tick: Columns) -> Repairs:
    return (drop("tick", {"note_id": tick["note_id"]}),)


def _no_place(_seen: Seen, place: Columns) -> Repairs:
    return (drop("place", {name: place[name] for name in ("note_id", "file_id", "line")}),)


_REPAIRS: dict[tuple[str, str], Callable[[Any, Columns], Repairs]] = {
    ("card", "note_id"): _note_of_card,
    ("card", "deck_id"): _deck_of_card,
    ("review", "card_id"): _card_of_review,
    ("note", "file_id"): _file_of_note,
    ("file", "source_id"): _source_of_file,
    ("action", "review_id"): _review_of_step,
    ("attempt", "review_id"): _review_of_attempt,
    ("tick", "note_id"): _no_tick,
    ("place", "note_id"): _no_place,
    ("place", "file_id"): _no_place,
}


# --- steps, questions and settings ---------------------------------------------------------------------------------


def steps(seen: Seen) -> Findings:
    """Each step that can be taken back can be read, and speaks of cards that there are."""
    damages = []
    sql = "SELECT id, kind, at, before, undone_at FROM action"
    for key, kind, at, before, undone in list(seen.rows(sql)):
        if undone is not None and is_instant(undone):
            continue
        readable = isinstance(kind, str) and is_instant(at) and _is_step(seen, kind, before)
        if undone is not None or not readable:
            # a step that cannot be read cannot be taken back: what lies before it can
            repair = put("action", {"id": key}, {"undone_at": to_ms(seen.now)})
            damages.append(Damage("steps that cannot be taken back", key, (repair,)))
    return Findings(tuple(damages))


def _is_step(seen: Seen, kind: str, text: object) -> bool:
    try:
        found = json.loads(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    is_of = _is_ticked if kind == TICK else _is_changed
    return isinstance(found, list) and all(
        isinstance(one, list)
        and len(one) == 2  # noqa: PLR2004
        and type(one[0]) is int
        and isinstance(one[1], dict)
        and is_of(seen, *one)
        for one in found
    )


def _is_changed(seen: Seen, card: int, before: Columns) -> bool:
    return card in seen.cards and all(name in tables.card.columns for name in before)


def _is_ticked(seen: Seen, note: int, before: Columns) -> bool:
    at = before.get("ticked_at", "")
    return note in seen.notes and (at is None or is_instant(at)) and before.keys() <= {"ticked_at", WRITTEN}


def asides(seen: Seen) -> Findings:
    """Pairs to be asked about are notes that there are, and what the collection keeps for itself can be read."""
    damages = []
    known = {note["uid"] for note in seen.notes.values()}
    for old, new in seen.rows("SELECT old_uid, new_uid FROM ask"):
        if not {old, new} <= known:
            repair = drop("ask", {"old_uid": old, "new_uid": new})
            damages.append(Damage("questions about notes that are not there", old, (repair,)))
    for (sessions,) in seen.rows("SELECT value FROM setting WHERE key = 'sessions'"):
        if not str(sessions).isdecimal():
            repair = put("setting", {"key": "sessions"}, {"value": "0"})
            damages.append(Damage("numbers that cannot be read", "sessions", (repair,)))
    return Findings(tuple(damages))

"""Checks of notes, of the cards that they yield, and of the decks and files that they stand in."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quiz import matching
from quiz.cards import Kind, NoteId
from quiz.collection.checkup.damage import LAST_MS, Damage, Findings, is_day, is_instant
from quiz.cues import facets
from quiz.cues.hashes import content_hash
from quiz.errors import StoreRefusedError
from quiz.store import notes as stored
from quiz.store.inspecting import drop, put
from quiz.store.rows import note_from, to_ms
from quiz.store.seal import near

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.cards import Note
    from quiz.collection.checkup.seen import Columns, Seen
    from quiz.store.inspecting import Repair

_ID = re.compile("[a-z2-7]{26}")
_DIGEST = re.compile("[0-9a-f]*")
_HIDDEN_TEXTS = ("prompt", "answer", "more", "kind")
# Longer texts are read again from their file instead of trying each of their bits
_LONGEST_TRIED = 8_000
# If more notes than this have another hash and the same key, it is the rule of the hash that has changed
_MOST_TRIED = 50
# Notes that were joined with others have cards whose ids follow from another note: no bit of theirs need be tried
_MOST_IDS_TRIED = 1_000
_TRUTHS = ("retired", "draft", "suspended", "marked", "leech", "changed")
_COLOURS = range(8)


@dataclass(frozen=True)
class _Text:
    """A note's row, and the note in it if it can be read."""

    row: Columns

    @cached_property
    def note(self) -> Note | None:
        try:
            return note_from(self.row)
        except StoreRefusedError:
            return None

    @cached_property
    def hash(self) -> str:
        return content_hash(self.note) if self.note else ""

    @property
    def has_its_hash(self) -> bool:
        return bool(self.hash == self.row["content_hash"])

    @property
    def has_its_key(self) -> bool:
        return self.note is not None and matching.content_key(self.note) == self.row["content_key"]

    def mended(self) -> Columns | None:
        """The columns to change so that the text has its hash, if one turned bit explains it."""
        found: list[Columns] = []
        for name in _HIDDEN_TEXTS:
            value = self.row[name]
            if isinstance(value, str | bytes) and len(value) <= _LONGEST_TRIED:
                found += ({name: text} for text in near(value) if self._fits(name, text))
        return found[0] if len(found) == 1 else None

    def _fits(self, name: str, text: str) -> bool:
        return _Text({**self.row, name: text}).has_its_hash


def texts(seen: Seen) -> Findings:
    """Each note can be read, and is what its hashes say."""
    damages = []
    changed, doubtful = [], []
    for row in seen.notes.values():
        text = _Text(row)
        if text.has_its_hash:
            if _differ_in_one_letter(row["content_key"], right := matching.content_key(_read(text))):
                repair = put("note", {"id": row["id"]}, {"content_key": right})
                damages.append(Damage("notes whose key is not that of their text", row["uid"], (repair,)))
        elif text.has_its_key:
            doubtful.append(text)
        elif not seen.is_read_again(row):
            changed.append(text)
    few = len(changed) <= _MOST_TRIED
    damages += (_changed_text(seen, text, text.mended() if few else None) for text in changed)
    if len(doubtful) <= _MOST_TRIED:
        damages += (damage for text in doubtful if (damage := _changed_sign(text)))
    waiting = sum(seen.is_read_again(row) for row in seen.notes.values())
    remark = f"{waiting} of {len(seen.notes)} notes are read again by the next `dquiz sync`"
    return Findings(tuple(damages), (remark,) if waiting else ())


def _read(text: _Text) -> Note:
    assert text.note is not None, "what has its hash can be read"  # noqa: S101
    return text.note


def _differ_in_one_letter(one: object, other: str) -> bool:
    if not isinstance(one, str):
        return True
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _changed_text(seen: Seen, text: _Text, columns: Columns | None) -> Damage:
    key = {"id": text.row["id"]}
    if columns:
        repairs: tuple[Repair, ...] = (put("note", key, columns),)
    else:
        # a sync reads what was known before, too
        readable = () if text.note else (put("note", key, _readable(text.row)),)
        repairs = (*readable, *_reading_again(seen, text.row))
    return Damage("notes whose text is not what was read", text.row["uid"], repairs)


def _readable(row: Columns) -> Columns:
    """The columns to change so that there is a note in the row at all."""
    texts = ("prompt", "answer", "last_file", "deck", "section", "rule")
    columns: Columns = {name: "" for name in texts if not isinstance(row[name], str)}
    if row["kind"] not in set(Kind):
        columns["kind"] = str(Kind.OTHER)
    if not _is_span(row["line"], row["end_line"]):
        columns |= {"line": 1, "end_line": 1}
    return columns if _Text({**row, **columns}).note else {**columns, "more": "{}"}


def _changed_sign(text: _Text) -> Damage | None:
    """A text that differs in what identity does not see, or a hash; None if the hash is of another version."""
    columns = text.mended()
    if columns is None and _differ_in_one_letter(text.row["content_hash"], text.hash):
        columns = {"content_hash": text.hash}
    if columns is None:
        return None
    repair = put("note", {"id": text.row["id"]}, columns)
    return Damage("notes whose text is not what was read", text.row["uid"], (repair,))


def _reading_again(seen: Seen, note: Columns) -> tuple[Repair, ...]:
    """The next sync puts right what the file says."""
    file = seen.files.get(note["file_id"])
    return (put("file", {"id": file["id"]}, {"mtime_ns": -1, "digest": ""}),) if file else ()


# --- ids and places of notes ---------------------------------------------------------------------------------------


def notes(seen: Seen) -> Findings:
    """Each note has the id that its cards follow from, possible places and times, and a file unless it is retired."""
    damages: list[Damage] = list(_out_of_order("note", seen.notes))
    damages += _ids(seen)
    for row in seen.notes.values():
        key = {"id": row["id"]}
        if (row["file_id"] is None) != (row["retired_at"] is not None):
            damages.append(Damage("notes in no file that are not retired", row["uid"], _settled(seen, row)))
        elif row["retired_at"] is not None and not is_instant(row["retired_at"]):
            repairs = (put("note", key, {"retired_at": row["created_ms"]}),)
            damages.append(Damage("notes that were retired at no possible time", row["uid"], repairs))
        if row["exported_at"] is not None and not is_instant(row["exported_at"]):
            repairs = (put("note", key, {"exported_at": None}),)
            damages.append(Damage("notes that were exported at no possible time", row["uid"], repairs))
        if not is_instant(row["mod"]):
            repairs = (put("note", key, {"mod": to_ms(seen.now) // 1000}),)
            damages.append(Damage("notes that were changed at no possible time", row["uid"], repairs))
        if not _is_span(row["line"], row["end_line"]) and not seen.is_read_again(row):
            damages.append(Damage("notes on no possible line", row["uid"], _reading_again(seen, row)))
    return Findings(tuple(damages))


def _is_span(first: object, last: object) -> bool:
    return type(first) is type(last) is int and 1 <= first <= last


def _out_of_order(table: str, rows: dict[int, Columns]) -> Iterator[Damage]:
    """Times of creation rise with the keys; one that does not is put between its neighbours."""
    values = [row["created_ms"] for row in rows.values()]
    before = 0
    for row, created, after in zip_longest(rows.values(), values, values[1:]):
        room = after if type(after) is int and after > before + 1 else LAST_MS
        if type(created) is int and before < created < room:
            before = created
            continue
        fitting = [one for one in near(created) if type(one) is int and before < one < room]
        before = fitting[0] if len(fitting) == 1 else before + 1
        repair = put(table, {"id": row["id"]}, {"created_ms": before})
        yield Damage(f"{table}s out of the order in which they were made", row["uid"], (repair,))


def _ids(seen: Seen) -> Iterator[Damage]:
    """Notes that have nearly the id from which an id of their cards follows."""
    strange = []
    for row in seen.notes.values():
        cards = seen.cards_of.get(row["id"], ())
        if cards and not any(_follows(card, row["uid"]) for card in cards):
            strange.append((row, cards))
    for row, cards in strange if len(strange) <= _MOST_IDS_TRIED else ():
        right = next((uid for uid in near(row["uid"]) if any(_follows(card, uid) for card in cards)), None)
        if right:
            repair = put("note", {"id": row["id"]}, {"uid": right})
            yield Damage("notes whose id is not that of their cards", row["uid"], (repair,))


def _follows(card: Columns, note_uid: object) -> bool:
    return bool(card["uid"] == _card_id(note_uid, card["facet"]))


def _card_id(note_uid: object, facet: object) -> str:
    return matching.card_id(NoteId(str(note_uid)), str(facet))


def _settled(seen: Seen, row: Columns) -> tuple[Repair, ...]:
    """A note whose cards are all retired is retired; another one stands in the file that it stood in last."""
    key = {"id": row["id"]}
    cards = seen.cards_of.get(row["id"], ())
    file = next((file for file in seen.files.values() if file["path"] == row["last_path"]), None)
    if file and not (cards and all(card["retired"] for card in cards)):
        again = put("file", {"id": file["id"]}, {"mtime_ns": -1, "digest": ""})
        return (put("note", key, {"file_id": file["id"], "retired_at": None}), again)
    at = row["retired_at"] if is_instant(row["retired_at"]) else to_ms(seen.now)
    retired = (put("card", {"id": card["id"]}, {"retired": 1, "queue": 0, "due": 0}) for card in cards)
    return (put("note", key, {"file_id": None, "retired_at": at}), *retired)


# --- cards ---------------------------------------------------------------------------------------------------------


def cards(seen: Seen) -> Findings:
    """Each card has its id and asks what its note holds; what was set on it is possible."""
    damages: list[Damage] = list(_out_of_order("card", seen.cards))
    for card in seen.cards.values():
        damages += _identity(seen, card)
        damages += _marks(seen, card)
    for note in seen.notes.values():
        damages += _of_note(seen, note)
    return Findings(tuple(damages))


def _identity(seen: Seen, card: Columns) -> Iterator[Damage]:
    """An id that is nearly the one that follows from note and facet is a damaged one; others may have been renamed."""
    note = seen.notes.get(card["note_id"])
    if note is None:
        return
    right = _card_id(note["uid"], card["facet"])
    if card["uid"] != right and (
        _differ_in_one_letter(card["uid"], right) or not _ID.fullmatch(str(card["uid"]))
    ):
        repair = put("card", {"id": card["id"]}, {"uid": right})
        yield Damage("cards whose id does not follow from their note", card["uid"], (repair,))


def _marks(seen: Seen, card: Columns) -> Iterator[Damage]:
    columns: Columns = {name: 0 for name in _TRUTHS if card[name] not in (0, 1)}
    if card["flag"] not in _COLOURS:
        columns["flag"] = 0
    if not isinstance(card["remark"], str):
        columns["remark"] = (
            card["remark"].decode(errors="replace") if isinstance(card["remark"], bytes) else ""
        )
    until = card["buried_until"]
    if until is not None and not (is_day(until) and until <= seen.latest_day + 1):
        columns["buried_until"] = None
    if columns:
        repair = put("card", {"id": card["id"]}, columns)
        yield Damage("cards with impossible marks", card["uid"], (repair,))


def _of_note(seen: Seen, row: Columns) -> Iterator[Damage]:
    note = _Text(row).note
    of_note = seen.cards_of.get(row["id"], [])
    yield from _ordinals(of_note)
    if note is None or seen.is_read_again(row):
        return
    if row["retired_at"] is not None:
        for card in of_note:
            if not card["retired"]:
                repair = put("card", {"id": card["id"]}, {"retired": 1, "queue": 0, "due": 0})
                yield Damage("living cards of retired notes", card["uid"], (repair,))
        return
    wanted = facets(seen.wishes.note(note))
    held = Counter(card["facet"] for card in of_note)
    for card in of_note:
        yield from _facet(card, row, wanted, held)
        if card["draft"] != int(note.draft):
            repair = put("card", {"id": card["id"]}, {"draft": int(note.draft)})
            yield Damage("cards that are drafts otherwise than their note", card["uid"], (repair,))
        yield from _place(seen, card, row)
    if missing := [facet for facet in wanted if not held[facet]]:
        explained = len(of_note) and any(card["facet"] not in wanted for card in of_note)
        if not explained:
            yield Damage(f"notes without a card for {missing[0]}", row["uid"], _reading_again(seen, row))


def _ordinals(of_note: list[Columns]) -> Iterator[Damage]:
    taken: set[int] = set()
    free = iter(range(len(of_note) * 2 + 1))
    held = {card["ordinal"] for card in of_note}
    for card in of_note:
        if type(card["ordinal"]) is int and card["ordinal"] >= 0 and card["ordinal"] not in taken:
            taken.add(card["ordinal"])
            continue
        ordinal = next(number for number in free if number not in held)
        repair = put("card", {"id": card["id"]}, {"ordinal": ordinal})
        yield Damage("cards whose number within their note is taken or impossible", card["uid"], (repair,))


def _facet(card: Columns, row: Columns, wanted: tuple[str, ...], held: Counter[Any]) -> Iterator[Damage]:
    """A card asks something that its note holds, or else is retired."""
    key = {"id": card["id"]}
    if card["facet"] in wanted:
        if card["retired"] == 1 and held[card["facet"]] == 1:
            yield Damage("retired cards of living notes", card["uid"], (put("card", key, {"retired": 0}),))
        return
    missing = [facet for facet in wanted if not held[facet]]
    right = next((facet for facet in missing if card["uid"] == _card_id(row["uid"], facet)), None)
    if right is None and len(missing) == 1 and not card["retired"]:
        right = missing[0]
    if right:
        yield Damage(
            "cards that ask nothing of their note", card["uid"], (put("card", key, {"facet": right}),)
        )
    elif not card["retired"]:
        yield Damage("cards that ask nothing of their note", card["uid"], (put("card", key, {"retired": 1}),))


def _place(seen: Seen, card: Columns, row: Columns) -> Iterator[Damage]:
    """A card's deck is its note's, and its position follows from deck and file."""
    file = seen.files.get(row["file_id"])
    source = seen.sources.get(file["source_id"]) if file else None
    if source is None or card["retired"]:
        return
    key = {"id": card["id"]}
    if seen.decks.get(card["deck_id"]) != row["deck"]:
        known = [deck for deck, name in seen.decks.items() if name == row["deck"]]
        move = [put("card", key, {"deck_id": deck}) for deck in known]
        yield Damage(
            "cards in another deck than their note", card["uid"], (*move, *_reading_again(seen, row))
        )
    else:
        place = seen.places.get(row["id"])
        shipped = bool(source["shipped"])
        if place is not None and card["position"] != stored.position(card["deck_id"], place, shipped=shipped):
            yield Damage("cards out of the order of their notes", card["uid"], _reading_again(seen, row))
        if row["id"] in seen.steps and not _is_behind(seen, card, seen.steps[row["id"]]):
            yield Damage(
                "cards that follow another than in their file", card["uid"], _reading_again(seen, row)
            )


def _is_behind(seen: Seen, card: Columns, before: int | None) -> bool:
    """Whether a card of a step follows a card of the step before, and any other card none."""
    first = seen.cards_of.get(before, []) if before is not None else []
    if card["after_id"] is None:
        return all(each["retired"] for each in first)
    return any(each["id"] == card["after_id"] for each in first)


# --- decks, files and sources --------------------------------------------------------------------------------------


def decks(seen: Seen) -> Findings:
    """Each deck has a name of its own, the one that its notes give it."""
    damages = []
    names = Counter(seen.decks.values())
    given: dict[int, Counter[Any]] = {}
    for card in seen.cards.values():
        note = seen.notes.get(card["note_id"])
        if note and not card["retired"] and note["file_id"] is not None:
            given.setdefault(card["deck_id"], Counter())[note["deck"]] += 1
    for key, name in seen.decks.items():
        by_notes = given.get(key, Counter())
        wrong = not isinstance(name, str) or not name or names[name] > 1
        right = next(iter(by_notes), None) if len(by_notes) == 1 else None
        if right and right != name and right not in names and (wrong or by_notes[right] > 1):
            repair = put("deck", {"id": key}, {"name": right})
            damages.append(Damage("decks with another name than their notes give them", right, (repair,)))
        elif wrong:
            used = any(card["deck_id"] == key for card in seen.cards.values())
            repairs = () if used else (drop("deck", {"id": key}),)
            damages.append(Damage("decks without a name of their own", key, repairs))
    return Findings(tuple(damages))


def files(seen: Seen) -> Findings:
    """Each file lies in its source, and what was remembered of it can be read."""
    damages = []
    for row in seen.files.values():
        key = {"id": row["id"]}
        source = seen.sources.get(row["source_id"])
        if source and (right := _place_in(source["path"], row)):
            damages.append(Damage("files that do not lie in their source", row["path"], right))
        if not _is_problems(row["problems"]):
            again = put("file", key, {"mtime_ns": -1, "digest": "", "problems": "[]"})
            damages.append(Damage("files whose problems cannot be read", row["path"], (again,)))
        elif not _is_state(row):
            again = put("file", key, {"size": 0, "mtime_ns": -1, "digest": ""})
            damages.append(Damage("files with an impossible size, time or hash", row["path"], (again,)))
    return Findings(tuple(damages))


def _place_in(source: Any, row: Columns) -> tuple[Repair, ...] | None:  # noqa: ANN401 - whatever stands there
    """None if a file's path is its source's path and its name; else what makes it so, as the disk has it."""
    path, name = row["path"], row["name"]
    if not (isinstance(source, str) and isinstance(path, str) and isinstance(name, str)):
        return ()
    folder = source.rstrip("/") + "/"
    if path == folder + name or (path == source and Path(path).name == name):
        return None
    key = {"id": row["id"]}
    if Path(folder + name).exists():
        return (put("file", key, {"path": folder + name}),)
    if path.startswith(folder) and Path(path).exists():
        return (put("file", key, {"name": path[len(folder) :]}),)
    return ()


def _is_problems(text: object) -> bool:
    try:
        found = json.loads(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return isinstance(found, list) and all(isinstance(one, list) and len(one) == 3 for one in found)  # noqa: PLR2004


def _is_state(row: Columns) -> bool:
    size, time, digest = row["size"], row["mtime_ns"], row["digest"]
    whole = type(size) is type(time) is int and size >= 0
    return whole and isinstance(digest, str) and bool(_DIGEST.fullmatch(digest))

"""Hands decks to an exporter as values, and remembers what was handed over."""

from __future__ import annotations

import contextlib
import gc
import json
from collections import ChainMap
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quiz.cards import (
    CardId,
    CollectedDeck,
    CollectedNote,
    CollectedReview,
    DeckOptions,
    Kind,
    NoteId,
    media_hash,
)
from quiz.cues import REVERSE
from quiz.cues.hashes import RENDER_VERSION, SIDES_VERSION, content_hash
from quiz.media import MediaFolder
from quiz.scheduling import DEFAULT_PARAMETERS
from quiz.store.reading import card_rows
from quiz.store.rows import STATES, card_from, note_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from quiz.cards import Media, Note
    from quiz.collection import Collection
    from quiz.store.reading import Reader, Selected

# A note that is gone is handed over once more if it was exported while it lived, so that it can be deleted there too.
# Every time would be too often: to whom had deleted it, it would come back with every import.
_LIVING = " AND note.retired_at IS NULL"
_LIVING_OR_JUST_RETIRED = " AND (note.retired_at IS NULL OR note.exported_at < note.retired_at)"
_LIVING_OR_EVER_EXPORTED = " AND (note.retired_at IS NULL OR note.exported_at IS NOT NULL)"

_REVIEWS = """
SELECT card.uid, CASE WHEN review.mode = 'given' THEN 2 ELSE review.before_state END, review.after_state,
  review.id, review.foreign_id, review.rating, review.study_day, review.duration_ms,
  CASE WHEN review.after_state = 2 THEN review.after_interval
    WHEN review.after_due_day IS NOT NULL THEN review.after_due_day - review.study_day
    ELSE COALESCE((review.reviewed_at - review.after_due_at - 500) / 1000, 0) END,
  review.after_difficulty
FROM review JOIN card ON card.id = review.card_id JOIN note ON note.id = card.note_id
WHERE review.undone_at IS NULL AND review.counts = 1{selected}
ORDER BY review.card_id, review.id
"""

_ORIGINS = """
SELECT card.note_id, note.kind, card.facet, card.ordinal, origin.guid, origin.ordinal
FROM origin JOIN card ON card.id = origin.card_id JOIN note ON note.id = card.note_id
"""

_SOURCE_OF_FILES = "SELECT file.path, source.path FROM file JOIN source ON source.id = file.source_id"
_SOURCES = "SELECT path FROM source"
_LAST_PATH = "SELECT last_path FROM note WHERE id = :key"
_EXPORTED = """
SELECT note.id, note.exported_at, exported.note_id IS NOT NULL
FROM note LEFT JOIN exported ON exported.note_id = note.id AND exported.content_hash = note.content_hash
WHERE note.exported_at IS NOT NULL
"""

# What is remembered among the settings: the version that all content hashes were made with, the decks that notes
# were in when they were last exported, and under the id of each note the pictures that it showed then
_HASHED_BY = "rendering"
_LAST_DECKS = "exported decks"
_MEDIA = "media:"
_HASH_LENGTH = 64


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known of earlier exports.

    Attributes:
        exported: By note: unix milliseconds, and whether its form is one of those that were exported.
        decks: By note: the deck that it was in.
    """

    exported: Mapping[int, tuple[int, bool]]
    decks: Mapping[int, str]

    def has(self, key: int, note: CollectedNote) -> bool:
        """Whether a note was exported as it is."""
        at, same = self.exported.get(key, (0, False))
        return same and at >= note.mod * 1000 and not _is_retired(note)


def export(
    collection: Collection,
    exporter: Callable[..., Any],
    selected: Selected,
    out: Path,
    options: object,
    now: datetime,
) -> Any:  # noqa: ANN401
    """Run an exporter over some cards and return its report.

    Notes whose exported form changed since they were read, because dquiz renders them otherwise now or a picture
    is another one, get a newer ``mod`` first. What was exported is remembered if it can come back, as the exporter
    says by having ``fields``; so is the HTML that it rendered. Nothing is written if nothing has changed since then.
    An exporter that has ``composes`` is given ``compose``, for only the engine knows how it reads notes.
    """
    read = collection.store.read
    _hash_anew(collection, now)
    before = _before(read)
    new: dict[str, str] = {}
    comes_back = hasattr(exporter, "fields")
    with _uncollected():
        condition = selected.condition + (_retired(options) if comes_back else _LIVING)
        notes = _collected(collection, condition, options, before)
        _renew(collection, notes, now)
        rendered = ChainMap(new, dict(read("SELECT content_hash, html FROM rendered")))
        given = _composer() if getattr(exporter, "composes", False) else {}
        report = exporter(_decks(collection, notes.values()), out, options, rendered=rendered, **given)
    if comes_back:
        _remember(collection, notes, before, new, now)
    return report


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Python looks for no garbage in here: among values that are all needed to the end there is none to find."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _composer() -> dict[str, object]:
    from quiz.notes.composing import compose

    return {"compose": compose}


def _retired(options: object) -> str:
    return _LIVING_OR_EVER_EXPORTED if getattr(options, "retired", False) else _LIVING_OR_JUST_RETIRED


# --- what is handed over -----------------------------------------------------------------------------------


def _collected(
    collection: Collection, condition: str, options: object, before: _Before
) -> dict[int, CollectedNote]:
    """The notes that have some of the cards, by their keys, in the order of decks, files and lines."""
    read, day_start = collection.store.read, collection.days.start
    rows = card_rows(read, condition)
    rows.sort(key=itemgetter("deck", "last_file", "line", "note_id", "ordinal"))
    reviews = _reviews(read, condition) if getattr(options, "scheduling", False) else {}
    guids, shown = _guids(read), _Shown(read)
    collected = {}
    for key, of_note in groupby(rows, key=itemgetter("note_id")):
        row, *others = of_note
        cards = tuple(card_from(each, day_start) for each in (row, *others))
        note, last_deck = cards[0].note, before.decks.get(key, row["deck"])
        media, definitions = shown.by(key, row["path"], note)
        collected[key] = CollectedNote(
            id=NoteId(row["note_uid"]),
            note=note,
            mod=row["mod"],
            created_ms=row["note_created_ms"],
            cards=cards,
            content_hash=row["content_hash"],
            exported_ms=before.exported.get(key, (0, False))[0],
            last_deck="" if last_deck == row["deck"] else last_deck,
            guid=guids.get(key, ""),
            media=media,
            definitions=definitions,
            reviews={card.id: reviews[card.id] for card in cards if card.id in reviews},
        )
    return collected


def _decks(collection: Collection, notes: Iterable[CollectedNote]) -> list[CollectedDeck]:
    return [
        CollectedDeck(name=name, notes=tuple(of_deck), options=_options(collection, name))
        for name, of_deck in groupby(notes, key=lambda each: each.note.deck)
    ]


def _options(collection: Collection, deck: str) -> DeckOptions:
    options = collection.scheduler(deck).options
    return DeckOptions(
        zone=collection.days.zone,
        retention=options.retention,
        decay=options.decay,
        learning_steps=len(options.learning_steps),
        relearning_steps=len(options.relearning_steps),
        parameters=options.parameters or DEFAULT_PARAMETERS,
        learning_waits=options.learning_steps,
        relearning_waits=options.relearning_steps,
        maximum_interval=options.maximum_interval,
    )


def _is_retired(note: CollectedNote) -> bool:
    return all(card.retired for card in note.cards)


def _reviews(read: Reader, condition: str) -> dict[CardId, list[CollectedReview]]:
    found: dict[CardId, list[CollectedReview]] = {}
    for card, before, after, *row, difficulty in read(_REVIEWS.format(selected=condition)):
        review = CollectedReview._make((*row, STATES[before], STATES[after], difficulty))
        found.setdefault(card, []).append(review)
    return found


def _guids(read: Reader) -> dict[int, str]:
    """The GUIDs of notes that came from Anki, where one note there is one note here with the same numbers."""
    names: dict[int, set[str]] = {}
    homes: dict[str, set[int]] = {}
    for note, kind, facet, ordinal, guid, number in read(_ORIGINS):
        is_cloze = kind == Kind.CLOZE
        if facet.startswith("cloze:") == is_cloze:
            same = number == (ordinal if is_cloze else int(facet == REVERSE))
            names.setdefault(note, set()).add(guid if same else "")
            homes.setdefault(guid, set()).add(note)
    single = {note: next(iter(guids)) for note, guids in names.items() if len(guids) == 1}
    return {note: guid for note, guid in single.items() if guid and len(homes[guid]) == 1}


class _Shown:
    """The pictures and recordings that notes show."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._source_of = dict(read(_SOURCE_OF_FILES))
        self._folders: dict[str, MediaFolder] = {}

    def by(self, key: int, path: str | None, note: Note) -> tuple[dict[str, Media], dict[str, str]]:
        """What a note shows, and the definitions in its file that this needs; ``path`` is that of the file."""
        if not path:
            path = str(self._read(_LAST_PATH, key=key)[0][0])
        source = self._source_of.get(path) or self._source_around(path)
        if not source:
            return {}, {}
        if source not in self._folders:
            self._folders[source] = MediaFolder(Path(source))
        return self._folders[source].of(note, path)

    def _source_around(self, path: str) -> str | None:
        """The source in which a file would be that is not read any more."""
        sources = (source for (source,) in self._read(_SOURCES) if Path(path).is_relative_to(source))
        return max(sources, key=len, default=None)


# --- what is remembered ------------------------------------------------------------------------------------


def _before(read: Reader) -> _Before:
    exported = {key: (at, bool(same)) for key, at, same in read(_EXPORTED)}
    stored = read("SELECT value FROM setting WHERE key = :key", key=_LAST_DECKS)
    spans: dict[str, list[tuple[int, int]]] = json.loads(stored[0][0]) if stored else {}
    decks = {
        key: deck
        for deck, of_deck in spans.items()
        for start, end in of_deck
        for key in range(start, end + 1)
    }
    return _Before(exported, decks)


def _spans(decks: Mapping[int, str]) -> str:
    """The decks of notes as text: notes of one file were numbered together, so few numbers say it all."""
    spans: dict[str, list[list[int]]] = {}
    for key in sorted(decks):
        of_deck = spans.setdefault(decks[key], [])
        if of_deck and of_deck[-1][1] == key - 1:
            of_deck[-1][1] = key
        else:
            of_deck.append([key, key])
    return json.dumps(spans)


def _hash_anew(collection: Collection, now: datetime) -> None:
    """Give notes whose hash was made by another version of dquiz theirs, and a newer ``mod``."""
    version = f"{RENDER_VERSION}.{SIDES_VERSION}"
    if collection.store.setting(_HASHED_BY) == version:
        return
    from quiz.store import notes, tables

    stale = {}
    for row in card_rows(collection.store.read):
        new = content_hash(note_from(row))
        if new != row["content_hash"]:
            stale[row["note_id"]] = {"content_hash": new, "mod": _later(row["mod"], now)}
    with collection.store.write() as connection:
        notes.update_many(connection, tables.note, [{"id": key, **new} for key, new in stale.items()])
        notes.set_setting(connection, _HASHED_BY, version)


def _renew(collection: Collection, collected: dict[int, CollectedNote], now: datetime) -> None:
    """Give notes that were exported with other pictures than they show now a newer ``mod``."""
    shown = dict(
        collection.store.read("SELECT key, value FROM setting WHERE key LIKE :mark", mark=f"{_MEDIA}%")
    )
    other = {
        key: new
        for key, note in collected.items()
        if (new := media_hash(note.media)) != shown.get(_MEDIA + note.id, "") and not _is_retired(note)
    }
    if not other:
        return
    from quiz.store import notes, tables

    with collection.store.write() as connection:
        for key, new in other.items():
            note = collected[key]
            notes.set_setting(connection, _MEDIA + note.id, new)
            if note.exported_ms:
                collected[key] = note = replace(note, mod=_later(note.mod, now))
                notes.update_many(connection, tables.note, [{"id": key, "mod": note.mod}])


def _later(mod: int, now: datetime) -> int:
    return max(to_ms(now) // 1000, mod + 1)


def _remember(
    collection: Collection,
    collected: Mapping[int, CollectedNote],
    before: _Before,
    rendered: Mapping[str, str],
    now: datetime,
) -> None:
    """Remember what was exported: when, in which form and in which deck, and what was rendered."""
    exported = {key: note for key, note in collected.items() if not note.note.draft}
    fresh = {key: note for key, note in exported.items() if not before.has(key, note)}
    decks = {**before.decks, **{key: note.note.deck for key, note in exported.items()}}
    if not (fresh or rendered or decks != before.decks):
        return
    from sqlalchemy import delete, func, select

    from quiz.store import notes, tables

    at = to_ms(now)
    forms = [
        {"note_id": key, "content_hash": note.content_hash, "exported_at": at}
        for key, note in fresh.items()
        if not before.exported.get(key, (0, False))[1]
    ]
    with collection.store.write() as connection:
        notes.update_many(connection, tables.note, [{"id": key, "exported_at": at} for key in fresh])
        notes.insert_many(connection, tables.exported, forms)
        notes.set_setting(connection, _LAST_DECKS, _spans(decks))
        new = [{"content_hash": key, "html": html} for key, html in rendered.items()]
        notes.insert_many(connection, tables.rendered, new)
        form = func.substr(tables.rendered.c.content_hash, 1, _HASH_LENGTH)
        connection.execute(
            delete(tables.rendered).where(
                form.not_in(select(tables.note.c.content_hash)),
                form.not_in(select(tables.exported.c.content_hash)),
            )
        )

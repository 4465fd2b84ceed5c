"""Hands decks to an exporter as values, and remembers what was handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from quiz.cards import (
    REVERSE,
    CardId,
    CollectedDeck,
    CollectedNote,
    CollectedReview,
    DeckOptions,
    Kind,
    Media,
    NoteId,
    content_hash,
    media_hash,
)
from quiz.media import MediaFolder
from quiz.store import notes, tables
from quiz.store.reading import card_rows
from quiz.store.rows import STATES, card_from, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.cards import Card, Note
    from quiz.collection import Collection
    from quiz.store.reading import Reader, Selected
    from quiz.store.rows import Row

# A note that is gone is handed over once more if it was exported while it lived, so that it can be deleted there too
_LIVING_OR_JUST_RETIRED = " AND (note.retired_at IS NULL OR note.exported_at < note.retired_at)"

_REVIEWS = """
SELECT card.uid, review.before_state, review.after_state,
  review.id, review.foreign_id, review.rating, review.study_day, review.duration_ms,
  CASE WHEN review.after_state = 2 THEN review.after_interval
    WHEN review.after_due_day IS NOT NULL THEN review.after_due_day - review.study_day
    ELSE COALESCE((review.reviewed_at - review.after_due_at - 500) / 1000, 0) END,
  review.after_difficulty
FROM review JOIN card ON card.id = review.card_id
WHERE review.undone_at IS NULL AND review.counts = 1{selected}
ORDER BY review.card_id, review.id
"""

_ORIGINS = """
SELECT card.note_id, note.kind, card.facet, card.ordinal, origin.guid, origin.ordinal
FROM origin JOIN card ON card.id = origin.card_id JOIN note ON note.id = card.note_id
"""

_SOURCES = "SELECT file.path, source.path FROM file JOIN source ON source.id = file.source_id"
_EXPORTED = "SELECT id, exported_at FROM note WHERE exported_at IS NOT NULL"

# The pictures that a note showed when it was last exported stand among the settings, under its id
_MEDIA = "media:"
_HASH_LENGTH = 64


@dataclass(slots=True)
class _Stored:
    """A note as it is stored: its row, which any of its cards gives, and its cards."""

    row: Row
    cards: tuple[Card, ...]
    mod: int
    content_hash: str
    exported_ms: int = 0
    media: dict[str, Media] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)

    @property
    def note(self) -> Note:
        """As it was read."""
        return self.cards[0].note


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
    is another one, get a newer ``mod`` first. HTML that the exporter rendered is kept for the next time.
    """
    read = collection.store.read
    stored = _stored(collection, selected)
    _find_media(read, stored.values())
    _refresh(collection, stored, now)
    reviews = _reviews(read, selected) if getattr(options, "scheduling", False) else {}
    rendered: dict[str, str] = dict(read("SELECT content_hash, html FROM rendered"))
    before = set(rendered)
    report = exporter(_decks(collection, stored, reviews), out, options, rendered=rendered)
    _remember(collection, stored, rendered, before, now)
    return report


def _stored(collection: Collection, selected: Selected) -> dict[int, _Stored]:
    """The notes that have some of the selected cards, by their keys, in the order of decks, files and lines."""
    read, day_start = collection.store.read, collection.days.start
    exported = dict(read(_EXPORTED))
    rows = card_rows(read, selected.condition + _LIVING_OR_JUST_RETIRED)
    rows.sort(key=lambda row: (row["deck"], row["last_file"], row["line"], row["note_id"], row["ordinal"]))
    stored = {}
    for key, group in groupby(rows, key=lambda row: int(row["note_id"])):
        of_note = list(group)
        row = of_note[0]
        cards = tuple(card_from(each, day_start) for each in of_note)
        stored[key] = _Stored(row, cards, row["mod"], row["content_hash"], exported.get(key, 0))
    return stored


def _decks(
    collection: Collection, stored: Mapping[int, _Stored], reviews: Mapping[CardId, list[CollectedReview]]
) -> list[CollectedDeck]:
    guids = _guids(collection.store.read)
    collected: dict[str, list[CollectedNote]] = {}
    for key, each in stored.items():
        note = CollectedNote(
            id=NoteId(each.row["note_uid"]),
            note=each.note,
            mod=each.mod,
            created_ms=each.row["note_created_ms"],
            cards=each.cards,
            content_hash=each.content_hash,
            exported_ms=each.exported_ms,
            guid=guids.get(key, ""),
            media=each.media,
            definitions=each.definitions,
            reviews={card.id: reviews[card.id] for card in each.cards if card.id in reviews},
        )
        collected.setdefault(each.row["deck"], []).append(note)
    return [
        CollectedDeck(name=name, notes=tuple(notes), options=_options(collection, name))
        for name, notes in collected.items()
    ]


def _options(collection: Collection, deck: str) -> DeckOptions:
    options = collection.scheduler(deck).options
    return DeckOptions(
        zone=collection.days.zone,
        retention=options.retention,
        decay=options.decay,
        learning_steps=len(options.learning_steps),
        relearning_steps=len(options.relearning_steps),
    )


def _reviews(read: Reader, selected: Selected) -> dict[CardId, list[CollectedReview]]:
    found: dict[CardId, list[CollectedReview]] = {}
    for card, before, after, *row, difficulty in read(_REVIEWS.format(selected=selected.condition)):
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


# --- pictures and recordings -------------------------------------------------------------------------------


def _find_media(read: Reader, stored: Iterable[_Stored]) -> None:
    """Add what the notes refer to; to those that stand in no file nothing."""
    source_of = dict(read(_SOURCES))
    folders = {source: MediaFolder(Path(source)) for source in set(source_of.values())}
    for each in stored:
        if source := source_of.get(each.row["path"]):
            each.media, each.definitions = folders[source].of(each.note, each.row["path"])


def _refresh(collection: Collection, stored: Mapping[int, _Stored], now: datetime) -> None:
    """Give notes that an export would show otherwise than the last one did a newer ``mod``."""
    shown = dict(
        collection.store.read("SELECT key, value FROM setting WHERE key LIKE :mark", mark=f"{_MEDIA}%")
    )
    stale, other_media = [], {}
    for key, each in stored.items():
        mark = _MEDIA + each.row["note_uid"]
        new, old_media = content_hash(each.note), shown.get(mark, "")
        new_media = media_hash(each.media) if each.row["path"] else old_media
        if new_media != old_media:
            other_media[mark] = new_media
        if new != each.content_hash or (new_media != old_media and each.exported_ms):
            each.content_hash, each.mod = new, max(to_ms(now) // 1000, each.mod + 1)
            stale.append({"id": key, "content_hash": new, "mod": each.mod})
    if stale or other_media:
        with collection.store.write() as connection:
            notes.update_many(connection, tables.note, stale)
            for mark, value in other_media.items():
                notes.set_setting(connection, mark, value)


def _remember(
    collection: Collection,
    stored: Mapping[int, _Stored],
    rendered: MutableMapping[str, str],
    before: set[str],
    now: datetime,
) -> None:
    with collection.store.write() as connection:
        exported = [{"id": key, "exported_at": to_ms(now)} for key in stored]
        notes.update_many(connection, tables.note, exported)
        new = [{"content_hash": key, "html": html} for key, html in rendered.items() if key not in before]
        notes.insert_many(connection, tables.rendered, new)
        _remember_forms(connection, stored, now)
        form = func.substr(tables.rendered.c.content_hash, 1, _HASH_LENGTH)
        connection.execute(
            delete(tables.rendered).where(
                form.not_in(select(tables.note.c.content_hash)),
                form.not_in(select(tables.exported.c.content_hash)),
            )
        )


def _remember_forms(connection: Connection, stored: Mapping[int, _Stored], now: datetime) -> None:
    """What was exported of each note is the form that an edit elsewhere begins with."""
    exported = tables.exported
    known = {tuple(row) for row in connection.execute(select(exported.c.note_id, exported.c.content_hash))}
    new = [
        {"note_id": key, "content_hash": each.content_hash, "exported_at": to_ms(now)}
        for key, each in stored.items()
        if (key, each.content_hash) not in known
    ]
    notes.insert_many(connection, exported, new)

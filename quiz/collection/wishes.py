"""What decks want asked of their notes, and how notes follow when the settings say otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar

from quiz.cards import STUDIABLE, Kind
from quiz.collection import new_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Connection

    from quiz.cards import Note
    from quiz.collection import Collection
    from quiz.collection.reports import SyncReport
    from quiz.settings import Settings
    from quiz.store.rows import Row

T = TypeVar("T")

_OPTIONS, _KINDS = "code cloze:", "kinds:"
_ON, _OFF = "options", "off"
_APPLIED = f"SELECT key, value FROM setting WHERE key LIKE '{_OPTIONS}%' OR key LIKE '{_KINDS}%'"  # noqa: S608


class ByDeck(dict[str, T], Generic[T]):
    """A wish of decks and their sub-decks, where it is said; the deck without a name stands for all others."""

    def __missing__(self, deck: str) -> T:
        return self[deck.rpartition("/")[0]]


class Wishes(NamedTuple):
    """What decks want.

    Attributes:
        options: Whether parts of commands are asked for.
        kinds: Of which kinds notes become cards.
    """

    options: ByDeck[bool]
    kinds: ByDeck[frozenset[str]]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings want it."""
        options = {"": settings.typed.cloze} | _own(settings, "typed.cloze")
        kinds = {"": settings.study.kinds} | _own(settings, "study.kinds")
        return cls(
            ByDeck({deck: value == _ON for deck, value in options.items()}),
            ByDeck({deck: frozenset(value) for deck, value in kinds.items()}),
        )

    @classmethod
    def applied(cls, read: Callable[[str], Iterable[Any]]) -> Self:
        """As the cards there are have it. Where no kinds were ever wanted, all that can become cards are."""
        options = ByDeck({"": False})
        kinds = ByDeck({"": frozenset[str](STUDIABLE)})
        for key, value in read(_APPLIED):
            if key.startswith(_OPTIONS):
                options[key.removeprefix(_OPTIONS)] = value == _ON
            else:
                kinds[key.removeprefix(_KINDS)] = frozenset(str(value).split())
        return cls(options, kinds)

    def note(self, note: Note) -> Note:
        """A note as its deck wants it."""
        studied = note.kind in STUDIABLE and note.kind in self.kinds[note.deck]
        wanted = None if studied == note.kind.studied else studied
        return replace(note, options=self.options[note.deck], wanted=wanted)

    def differing(self, other: Wishes, deck: str) -> AbstractSet[str]:
        """The kinds whose notes follow in a deck when these wishes take the place of others."""
        if self.options[deck] != other.options[deck]:
            return frozenset(Kind)
        return self.kinds[deck] ^ other.kinds[deck]


def _own(settings: Settings, key: str) -> dict[str, Any]:
    return {deck: values[key] for deck, values in settings.decks.items() if key in values}


def follow_settings(collection: Collection, now: datetime) -> None:
    """Let cards follow when the settings were changed since; what is read only stays as it is."""
    wanted = Wishes.of(collection.settings)
    if wanted == Wishes.applied(collection.store.read) or collection.store.read_only:
        return
    from quiz.collection.reports import SyncReport
    from quiz.store.rows import to_ms

    with collection.store.write() as connection:
        switched = switch(connection, wanted, SyncReport(), to_ms(now))
    if switched.remark:
        collection.tell(switched.remark)


class Switched(NamedTuple):
    """What became of notes whose deck wants something else now.

    Attributes:
        files: The keys of the files that they stand in.
        remark: What a learner has to be told, who did not ask for it; empty if there is nothing.
    """

    files: frozenset[int] = frozenset()
    remark: str = ""


def switch(connection: Connection, wanted: Wishes, report: SyncReport, now_ms: int) -> Switched:
    """Let the notes of decks follow that want something else now; no file is read for it.

    Cards that nothing asks any more retire with their history, and come back with it.
    """
    from quiz.store import notes

    read = notes.reader_within(connection)
    applied = Wishes.applied(read)
    is_first = not any(key.startswith(_KINDS) for key, _ in read(_APPLIED))
    if applied == wanted and not is_first:
        return Switched()
    rows = _rows(connection, applied, wanted, is_first=is_first)
    retired = _follow(connection, rows, wanted, report, now_ms)
    _store(connection, wanted)
    files = frozenset(row["file_id"] for row in rows)
    new_order.place_anew(connection, files)
    return Switched(files, _remark(retired) if is_first else "")


def _rows(connection: Connection, applied: Wishes, wanted: Wishes, *, is_first: bool) -> list[Row]:
    """The living notes that follow; the first time also those with marks that may be gaps, which were none before."""
    from sqlalchemy import or_, select

    from quiz.store import tables

    decks = connection.execute(select(tables.deck.c.name)).scalars()
    differing = {deck: applied.differing(wanted, deck) for deck in decks}
    note = tables.note.c
    kinds = note.kind.in_(frozenset[str]().union(*differing.values()))
    chosen = or_(kinds, note.answer.contains("(!)")) if is_first else kinds
    found = connection.execute(select(tables.note).where(chosen, note.retired_at.is_(None)))
    rows = [row._mapping for row in found]  # noqa: SLF001
    return [
        row
        for row in rows
        if row["kind"] in differing.get(row["deck"], ()) or (is_first and "(!)" in row["answer"])
    ]


def _follow(
    connection: Connection, rows: list[Row], wanted: Wishes, report: SyncReport, now_ms: int
) -> dict[str, list[int]]:
    """Write what becomes of some notes and their cards; of those that retire the reviews of each, by kind."""
    from quiz.collection.asking import Asking
    from quiz.store import notes, tables
    from quiz.store.rows import note_columns, note_from

    cards = notes.cards_of(connection, [row["id"] for row in rows])
    asking, texts = Asking(), []
    retired: dict[str, list[int]] = {}
    for row in rows:
        note = wanted.note(note_from(row))
        texts.append({"id": row["id"], "more": note_columns(note)["more"]})
        of_note = cards.get(row["id"], [])
        if of_note:
            common = {name: of_note[0][name] for name in ("draft", "deck_id", "position", "after_id")}
        elif note.studied:
            common = _common(connection, row, note)
        else:
            continue
        if not note.studied:
            retired.setdefault(row["kind"], []).extend(
                card["reps"] for card in of_note if not card["retired"]
            )
        asking.add(row, of_note, note, common, {})
    notes.update_many(connection, tables.note, texts)
    asking.write(connection, report, now_ms)
    return retired


def _common(connection: Connection, row: Row, note: Note) -> dict[str, int | None]:
    """What the first cards of a note share that had none; their place in the order follows."""
    from sqlalchemy import select

    from quiz.store import notes, tables

    deck_id = notes.Decks(connection)[note.deck]
    joined = tables.file.join(tables.source, tables.source.c.id == tables.file.c.source_id)
    shipped = connection.scalar(
        select(tables.source.c.shipped).select_from(joined).where(tables.file.c.id == row["file_id"])
    )
    position = notes.position(deck_id, note.line, shipped=bool(shipped))
    return {"draft": int(note.draft), "deck_id": deck_id, "position": position, "after_id": None}


def _store(connection: Connection, wanted: Wishes) -> None:
    from sqlalchemy import delete, or_

    from quiz.store import notes, tables

    key = tables.setting.c.key
    connection.execute(delete(tables.setting).where(or_(key.startswith(_OPTIONS), key.startswith(_KINDS))))
    if wanted.options != {"": False}:
        for deck, is_on in wanted.options.items():
            notes.set_setting(connection, _OPTIONS + deck, _ON if is_on else _OFF)
    for deck, kinds in wanted.kinds.items():
        notes.set_setting(connection, _KINDS + deck, " ".join(kind for kind in STUDIABLE if kind in kinds))


def _remark(retired: Mapping[str, list[int]]) -> str:
    """What is told when a collection follows the setting for the first time, and loses cards by it."""
    reviews = [reps for of_kind in retired.values() for reps in of_kind]
    if not reviews:
        return ""
    kinds = [kind for kind in STUDIABLE if retired.get(kind)]
    count, reviewed = len(reviews), sum(reps > 0 for reps in reviews)
    named = ", ".join(f'"{kind}"' for kind in kinds)
    return (
        f"{count:,} card{'s' * (count != 1)} of the kinds {', '.join(kinds)} are set aside, {reviewed:,} of them with"
        f" reviews: such notes are shown, and no longer asked. Nothing is lost. Under [study] in the configuration,"
        f" kinds = [..., {named}] brings them back."
    )

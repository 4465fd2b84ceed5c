"""Adds reviews that happened elsewhere to the logs of cards: each once, whatever the order they come in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from quiz.cards import CardId, Schedule
from quiz.collection.replaying import GIVEN, unchanged, worked_out
from quiz.store import notes, tables
from quiz.store.rows import place_in_queue, schedule_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from quiz.collection import Collection
    from quiz.importers.anki.history import PastReview
    from quiz.store.rows import Row

SOURCE = "import"

_review = tables.review


@dataclass(frozen=True, slots=True)
class Arrival:
    """What another program knows about a card.

    Attributes:
        card: The card's row, locked.
        past: Asked with whether no review of the card happened here; the reviews, oldest first.
        settled: The schedule that holds if the newest review is among them.
        aside: Columns besides the schedule that are taken over: ``suspended``, ``flag``, …
    """

    card: Row
    past: Callable[[bool], Sequence[PastReview]]
    settled: Callable[[Schedule], Schedule] = unchanged
    aside: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Merged:
    """What was added.

    Attributes:
        added: Rated reviews that are new in the log.
        unchanged: Rated reviews that were in it before.
        before: Of each card whose log or columns changed its key, with the columns as they were.
    """

    added: int = 0
    unchanged: int = 0
    before: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def merge(connection: Connection, collection: Collection, arrivals: Sequence[Arrival], run_id: int) -> Merged:
    """Write the reviews that are new, work out the logs of their cards, and move the cards."""
    return _Merge(connection, collection, arrivals, run_id).run()


class _Merge:
    def __init__(
        self, connection: Connection, collection: Collection, arrivals: Sequence[Arrival], run_id: int
    ) -> None:
        self.connection = connection
        self.collection = collection
        self.arrivals = arrivals
        self.run_id = run_id
        self.merged = Merged()
        self.inserts: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.cards: list[dict[str, Any]] = []
        self.decks = {
            row.id: row.name for row in connection.execute(select(tables.deck.c.id, tables.deck.c.name))
        }
        self.taken: set[int] = set()

    def run(self) -> Merged:
        logs = self._logs()
        self._ask_for_taken_ids(logs)
        for arrival in self.arrivals:
            self._merge_card(arrival, logs.get(arrival.card["id"], []))
        notes.insert_many(self.connection, _review, self.inserts)
        notes.update_many(self.connection, _review, self.updates)
        notes.update_many(self.connection, tables.card, self.cards)
        return self.merged

    def _logs(self) -> dict[int, list[dict[str, Any]]]:
        keys = [arrival.card["id"] for arrival in self.arrivals]
        logs: dict[int, list[dict[str, Any]]] = {}
        for row in notes.rows_with(self.connection, _review, "card_id", keys):
            logs.setdefault(row["card_id"], []).append(dict(row))
        return logs

    def _ask_for_taken_ids(self, logs: dict[int, list[dict[str, Any]]]) -> None:
        wanted = {past.id for arrival in self.arrivals for past in arrival.past(False)}
        wanted -= {row["id"] for log in logs.values() for row in log}
        self.taken = {row["id"] for row in notes.rows_with(self.connection, _review, "id", wanted)}
        self.taken |= {row["id"] for log in logs.values() for row in log}

    def _merge_card(self, arrival: Arrival, log: list[dict[str, Any]]) -> None:
        known = {row["foreign_id"] or row["id"]: row for row in log}
        before = {key: dict(row) for key, row in known.items()}
        alone = _is_alone(log, arrival.past(False))
        past = _as_known(arrival.past(alone), known)
        self._count(past, known)
        for review in past:
            if row := known.get(review.id):
                self._revive(row, review, alone=alone)
            else:
                known[review.id] = self._row(arrival.card, review)
        changed = self._write_log(arrival, past, known, before)
        self._write_card(arrival, changed)

    def _count(self, past: Iterable[PastReview], known: dict[int, dict[str, Any]]) -> None:
        for review in past:
            if review.rating:
                new = review.id not in known or _is_taken_back(known[review.id])
                self.merged.added += new
                self.merged.unchanged += not new

    def _revive(self, row: dict[str, Any], review: PastReview, *, alone: bool) -> None:
        """A review that came before, and was perhaps taken back with its import."""
        if _is_taken_back(row):
            row |= {"undone_at": None, "run_id": self.run_id}
        if alone and row["source"] == SOURCE:
            row["counts"] = int(review.counts)

    def _row(self, card: Row, review: PastReview) -> dict[str, Any]:
        key = self._free_id(review.id)
        given = review.given
        return {
            "id": key,
            "card_id": card["id"],
            "rating": review.rating,
            "reviewed_at": review.id,
            "study_day": review.study_day.toordinal(),
            "duration_ms": review.duration_ms,
            "mode": _mode(review),
            "counts": int(review.counts),
            "source": SOURCE,
            "hints": 0,
            "run_id": self.run_id,
            "undone_at": None,
            "foreign_id": review.id if key != review.id else None,
            **schedule_columns(Schedule(), "before_"),
            **schedule_columns(given or Schedule(), "after_"),
        }

    def _free_id(self, wanted: int) -> int:
        key = wanted
        # only whether the wanted ids are taken was asked for all at once
        while key in self.taken or (key != wanted and self._is_taken(key)):
            key += 1
        self.taken.add(key)
        return key

    def _is_taken(self, key: int) -> bool:
        return self.connection.scalar(select(_review.c.id).where(_review.c.id == key)) is not None

    def _write_log(
        self,
        arrival: Arrival,
        past: Sequence[PastReview],
        known: dict[int, dict[str, Any]],
        before: dict[int, dict[str, Any]],
    ) -> Schedule | None:
        """The schedule that the log comes to; None if nothing of it is new."""
        if known == before:
            return None
        newest = max((key for key, row in known.items() if row["counts"] and not row["undone_at"]), default=0)
        settled = arrival.settled if any(review.id == newest for review in past) else unchanged
        card = arrival.card
        scheduler = self.collection.scheduler(self.decks[card["deck_id"]])
        replayed = worked_out(scheduler, CardId(card["uid"]), list(known.values()), settled)
        old = {row["id"]: row for row in before.values()}
        for row in replayed.rows:
            if row["id"] not in old:
                self.inserts.append(row)
            elif row != old[row["id"]]:
                self.updates.append(row)
        return replayed.schedule

    def _write_card(self, arrival: Arrival, schedule: Schedule | None) -> None:
        card = arrival.card
        changes = {**arrival.aside, **(schedule_columns(schedule) if schedule else {})}
        if schedule is None and all(card[name] == value for name, value in changes.items()):
            return
        new = {**card, **changes}
        new |= place_in_queue(new)
        self.merged.before.append((card["id"], {name: card[name] for name in changes}))
        self.cards.append({"id": card["id"], **{name: new[name] for name in _CARD_COLUMNS}})


_CARD_COLUMNS = (*schedule_columns(Schedule()), "suspended", "flag", "marked", "leech", "queue", "due")


def _is_alone(log: Iterable[dict[str, Any]], past: Iterable[PastReview]) -> bool:
    """Whether no review happened here since the card was last made new there."""
    reset = max((review.id for review in past if not review.rating and not review.given), default=0)
    return all(row["source"] == SOURCE or row["id"] < reset for row in log)


def _as_known(past: Iterable[PastReview], known: dict[int, dict[str, Any]]) -> list[PastReview]:
    """The reviews by the ids they first came with: an export gives a review another one if its own was taken here."""
    first = {row["id"]: key for key, row in known.items() if row["id"] not in known}
    return [replace(review, id=first.get(review.id, review.id)) for review in past]


def _is_taken_back(row: dict[str, Any]) -> bool:
    """Whether a review was taken back with the import that brought it."""
    return row["source"] == SOURCE and row["undone_at"] is not None


def _mode(review: PastReview) -> str:
    if review.given:
        return GIVEN
    if review.rating == 0:
        return "reset"
    return "flip" if review.counts else "cram"

"""Library and store opened together: the one API of every front end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from quiz.cards import Rating, Review, Schedule
from quiz.errors import NothingToUndoError, StoreError
from quiz.store import Store
from quiz.store.reading import Selected, card_rows, log_rows
from quiz.store.rows import (
    IMPORT,
    RELINK,
    as_stored,
    card_from,
    review_columns,
    review_from,
    schedule_columns,
    schedule_from,
    step_changes,
    to_ms,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from quiz.cards import Attempt, Card, NoteId
    from quiz.collection.checkup import Check
    from quiz.collection.counting import Due
    from quiz.collection.listing import DeckCounts
    from quiz.collection.planned import KeptPlan
    from quiz.collection.reports import ImportReport
    from quiz.collection.shipping import Shipped
    from quiz.collection.steps import Step
    from quiz.collection.studying import Study
    from quiz.collection.syncing import Sync
    from quiz.configuration import Configuration
    from quiz.importers.anki.values import Package
    from quiz.scheduling import Scheduler, SchedulerOptions, StudyDays
    from quiz.session import Options
    from quiz.settings import Settings
    from quiz.store.rows import Row


class Collection:
    """A learner's cards, notes and reviews.

    Every call that changes something is one transaction, on disk when it returns. ``now`` is aware, UTC.

    Raises, from every call:
        StoreError: The database is locked, full, damaged or gone; nothing was changed.

    Attributes:
        told: Told what a learner has to know beside the result of a call, one line.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        days: StudyDays,
        notes: Path,
        tell: Callable[[str], object] = bool,
    ) -> None:
        self.store = store
        self.settings = settings
        self.days = days
        self.chosen_by_plan: dict[tuple[KeptPlan, date], Selected] = {}
        self.notes = notes
        self.tell = tell
        self._schedulers: dict[SchedulerOptions, Scheduler] = {}

    @classmethod
    def open(cls, configuration: Configuration, now: datetime, tell: Callable[[str], object] = bool) -> Self:
        """Open the configured collection.

        Args:
            configuration: Where it is, and what holds for it.
            now: The moment, UTC.
            tell: Given sentences for the learner, of what happens to decks beside what was asked for.

        Args:
            configuration: Where it is, and how it is studied.
            now: The moment, UTC.
            told: See the attribute.

        Raises:
            StoreRefusedError: The database is empty, damaged, foreign or from a newer dquiz.
        """
        from quiz.configuration import local_zone
        from quiz.scheduling import StudyDays

        settings = configuration.settings
        store = Store(configuration.database, configuration.backups, now)
        days = StudyDays(local_zone(), settings.study.day_start)
        collection = cls(store, settings, days, configuration.notes, tell)
        collection._back_up_daily(now)
        if settings.collection.shipped and store.setting("shipped"):
            collection.shipped.refresh(now)
        return collection

    def _back_up_daily(self, now: datetime) -> None:
        day = self.days.day(now)
        self.store.back_up_daily(self.days.start(day), self.days.start(day + timedelta(days=1)), now)

    def close(self, waiting: Callable[[], object] = bool) -> list[str]:
        """Let go of the database, once a backup that has begun is on disk; see `Store.close`."""
        return self.store.close(waiting)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- studying ----------------------------------------------------------------------------------------------

    def study(self, selected: Selected, options: Options, now: datetime) -> Study:
        """Begin a run; its first card is chosen."""
        from quiz.collection.studying import Study

        self._back_up_daily(now)
        study = Study(self, selected, options)
        study.start(now)
        return study

    def scheduler(self, deck: str) -> Scheduler:
        """The scheduler of a deck: desired retention and steps may differ from deck to deck."""
        from quiz.scheduling import Scheduler, SchedulerOptions

        settings = self.settings.for_deck(deck)
        fsrs = settings.fsrs
        options = SchedulerOptions(
            parameters=fsrs.parameters,
            retention=fsrs.retention,
            learning_steps=fsrs.learning_steps,
            relearning_steps=fsrs.relearning_steps,
            maximum_interval=fsrs.maximum_interval,
            fuzz=fsrs.fuzz,
            leech_lapses=settings.study.leech_lapses,
        )
        if options not in self._schedulers:
            self._schedulers[options] = Scheduler(options, self.days)
        return self._schedulers[options]

    def record(
        self,
        key: int,
        card: Card,
        rating: Rating,
        now: datetime,
        *,
        duration_ms: int = 0,
        mode: str = "flip",
        counts: bool = True,
        source: str = "command",
        hints: int = 0,
        run_id: int | None = None,
        first_of_run: bool = False,
        attempt: Attempt | None = None,
    ) -> Review:
        """Log a rating and move the card's schedule.

        If another process has reviewed the card since it was read, the rating applies to what that one left.
        """
        from quiz.store import writing

        now = as_stored(now)
        with self.store.write() as connection:
            row = writing.locked_card(connection, key)
            if row["uid"] != card.id:
                raise StoreError(
                    "Another collection was put in the place of this one. Start the review anew."
                )
            before = schedule_from(row, self.days.start)
            scheduler = self.scheduler(card.note.deck)
            after = scheduler.rate(card.id, before, rating, now) if counts else before
            review = Review(
                id=to_ms(now),
                card_id=card.id,
                rating=rating,
                reviewed_at=now,
                study_day=(after.last_day if counts else None) or self.days.day(now),
                duration_ms=duration_ms,
                mode=mode,
                counts=counts,
                source=source,
                hints=hints,
                before=before,
                after=after,
                attempt=attempt,
            )
            review_id = writing.add_review(connection, key, review_columns(review), run_id)
            if attempt:
                writing.add_attempt(connection, review_id, attempt)
            changes = self._after_rating(scheduler, before, after, rating) if counts else {}
            changed = writing.change_card(connection, row, changes)
            self._remember(connection, "rate", [(key, changed)], now, run_id, review_id)
            if first_of_run:
                writing.count_up(connection, "sessions")
        return _with_id(review, review_id)

    def _after_rating(
        self, scheduler: Scheduler, before: Schedule, after: Schedule, rating: Rating
    ) -> dict[str, Any]:
        changes = {**schedule_columns(after), "changed": 0, "buried_until": None}
        if rating is Rating.AGAIN and after.lapses > before.lapses and scheduler.is_leech(after.lapses):
            changes["leech"] = 1
            if self.settings.study.leech_action == "suspend":
                changes["suspended"] = 1
        return changes

    def change(
        self,
        kind: str,
        keys: Sequence[int],
        now: datetime,
        *,
        off: bool = False,
        color: int = 1,
        text: str = "",
        run_id: int | None = None,
    ) -> None:
        """``bury``, ``suspend``, ``flag``, ``mark`` or ``reset`` cards, or take that off them: one step of undo.

        A ``note`` to self is ``text``, in place of any other. A reset is a step for each card.
        """
        from quiz.store import writing

        with self.store.write() as connection:
            before = []
            for key in keys:
                row = writing.locked_card(connection, key)
                changes = self._changes(kind, now, off=off, color=color, text=text)
                changed = key, writing.change_card(connection, row, changes)
                if kind == "reset":
                    review_id = self._log_reset(connection, row, now, run_id)
                    self._remember(connection, kind, [changed], now, run_id, review_id)
                else:
                    before.append(changed)
            if before:
                self._remember(connection, kind, before, now, run_id, None)

    def _changes(self, kind: str, now: datetime, *, off: bool, color: int, text: str) -> dict[str, Any]:
        match kind:
            case "bury":
                return {"buried_until": None if off else self.days.day(now).toordinal() + 1}
            case "suspend":
                return {"suspended": int(not off)}
            case "flag":
                return {"flag": 0 if off else color}
            case "mark":
                return {"marked": int(not off)}
            case "note":
                return {"remark": text}
            case "reset":
                return {**schedule_columns(Schedule()), "changed": 0, "leech": 0}
        raise AssertionError(kind)

    def _log_reset(self, connection: Connection, row: Row, now: datetime, run_id: int | None) -> int:
        """A reset is a row of the log: a replay starts anew after it."""
        from quiz.store import writing

        before = schedule_from(row, self.days.start)
        columns = {
            "id": to_ms(now),
            "rating": 0,
            "reviewed_at": to_ms(now),
            "study_day": self.days.day(now).toordinal(),
            "duration_ms": 0,
            "mode": "reset",
            "counts": 1,
            "source": "command",
            **schedule_columns(before, "before_"),
            **schedule_columns(Schedule(), "after_"),
        }
        return writing.add_review(connection, row["id"], columns, run_id)

    def _remember(
        self,
        connection: Connection,
        kind: str,
        before: list[tuple[int, dict[str, Any]]],
        now: datetime,
        run_id: int | None,
        review_id: int | None,
    ) -> None:
        from quiz.store import writing

        day = self.days.day(now).toordinal()
        writing.add_action(
            connection, kind, before, at=to_ms(now), study_day=day, run_id=run_id, review_id=review_id
        )

    def undo(self, now: datetime, *, run_id: int | None = None, same_day: bool = False) -> Step | None:
        """Take back the last step, of one run or of all; None if there is none (of today, if ``same_day``).

        Raises:
            NothingToUndoError: It cannot be taken back: a relink, or the card was reviewed again since.
        """
        from quiz.collection.steps import step_from
        from quiz.store import writing

        with self.store.write() as connection:
            action = writing.last_action(connection, run_id)
            if action is None or (same_day and action["study_day"] < self.days.day(now).toordinal()):
                return None
            if action["kind"] == RELINK:
                raise NothingToUndoError(
                    "The last change was a relink; it cannot be taken back, nor can what was done before it. "
                    "`dquiz undo --list` shows the steps."
                )
            if reason := writing.stale_reason(connection, action):
                raise NothingToUndoError(f"The last step cannot be taken back: {reason}.")
            writing.take_back(connection, action, to_ms(now))
            if action["kind"] == IMPORT:
                self._work_out_anew(connection, [key for key, before in step_changes(action) if before])
        return step_from(self, action)

    def _work_out_anew(self, connection: Connection, keys: Iterable[int]) -> None:
        """The rows left in a log followed from those that were taken back, which may come again."""
        from sqlalchemy import update

        from quiz.collection.replaying import replay
        from quiz.store.tables import origin

        for key in keys:
            replay(connection, self, key)
            connection.execute(update(origin).where(origin.c.card_id == key).values(mod=0))

    # --- finding -----------------------------------------------------------------------------------------------

    def select(self, targets: Iterable[str], now: datetime) -> Selected:
        """The cards that deck names, prefixes, files and folders name together; paths are synced first.

        Raises:
            DeckNotFoundError: A target is neither a path with notes nor a deck.
        """
        from quiz.collection.finding import select

        return select(self, tuple(targets), now)

    def cards(self, selected: Selected = Selected(), *, retired: bool = False) -> list[Card]:  # noqa: B008
        """Cards in the order of decks, files and lines."""
        condition = selected.condition + ("" if retired else " AND card.retired = 0")
        return [card_from(row, self.days.start) for row in card_rows(self.store.read, condition)]

    def cards_by_key(self, keys: Iterable[int]) -> list[Card]:
        """Cards by what the store knows them by."""
        rows = (card_rows(self.store.read, " AND card.id = :key", key=key) for key in keys)
        return [card_from(row[0], self.days.start) for row in rows if row]

    def is_empty(self) -> bool:
        """Whether there is no card at all, retired ones not counted."""
        return not self.store.read("SELECT EXISTS (SELECT 1 FROM card WHERE retired = 0)")[0][0]

    def find(self, given: str) -> tuple[int, Card]:
        """A card by its id or the start of it, by ``^anchor`` or by ``PATH:LINE``.

        Raises:
            CardNotFoundError: There is none.
            AmbiguousCardError: The start of the id fits several.
        """
        from quiz.collection.finding import find_card

        return find_card(self, given)

    def siblings(self, card: Card) -> list[int]:
        """The keys of all cards of a card's note."""
        rows = self.store.read(
            "SELECT card.id FROM card JOIN note ON note.id = card.note_id WHERE note.uid = :uid AND card.retired = 0",
            uid=card.note_id,
        )
        return [row[0] for row in rows]

    def history(self, card: Card) -> list[Review]:
        """The reviews of a card, oldest first."""
        return self.log(" AND card.uid = :uid", uid=card.id)

    def log(self, condition: str = "", **parameters: object) -> list[Review]:
        """The review log, oldest first."""
        rows = log_rows(self.store.read, condition, **parameters)
        return [review for row in rows if (review := review_from(row, self.days.start))]

    def first_card_of(self, note_id: NoteId) -> Card:
        """The first card of a note, retired or not."""
        rows = card_rows(self.store.read, " AND note.uid = :uid", uid=note_id)
        return card_from(rows[0], self.days.start)

    def search(
        self, query: str, selected: Selected, now: datetime, *, sort: str = "", retired: bool = False
    ) -> list[Card]:
        """Cards that fit a query, see `quiz.collection.query`; an empty query fits all.

        Raises:
            UsageError: The query has an unknown field or cannot be read.
        """
        if not query and not sort:
            return self.cards(selected, retired=retired)
        from quiz.collection.query import search

        return search(self, query, selected, now, sort=sort, retired=retired)

    def decks(self, now: datetime) -> list[DeckCounts]:
        """All decks that hold cards, with what there is to do."""
        from quiz.collection.listing import decks

        return decks(self, now)

    def check_up(self, now: datetime) -> list[Check]:
        """Look for damage; nothing is changed."""
        from quiz.collection.checkup import check_up

        return check_up(self, now)

    def due(self, selected: Selected, now: datetime) -> Due:
        """What a review of some cards would bring now."""
        from quiz.collection.counting import due

        return due(self, selected, now)

    # --- notes -------------------------------------------------------------------------------------------------

    @cached_property
    def sync(self) -> Sync:
        """Reads notes into the collection."""
        from quiz.collection.syncing import Sync

        return Sync(self)

    @cached_property
    def shipped(self) -> Shipped:
        """The decks that come with dquiz."""
        from quiz.collection.shipping import Shipped

        return Shipped(self)

    def own_copy(self, path: str, now: datetime) -> Path:
        """The file to write into instead of one of a shipped deck: see `quiz.collection.copying.own_copy`."""
        from quiz.collection.copying import own_copy

        return own_copy(self, path, now)

    def reread(self, card: Card, now: datetime) -> None:
        """Read a card's file again after it was edited at its place; the card keeps its id."""
        self.sync.reread(card, now)

    def export(
        self,
        exporter: Callable[..., Any],
        selected: Selected,
        out: Path,
        options: object,
        now: datetime,
    ) -> Any:  # noqa: ANN401 - the exporter's own report
        """Run an exporter over some cards and return its report."""
        from quiz.collection.exporting import export

        return export(self, exporter, selected, out, options, now)

    def import_package(self, package: Package, folder: Path, now: datetime, **options: Any) -> ImportReport:  # noqa: ANN401
        """Take notes and reviews from another program; see `quiz.collection.importing.import_package`."""
        from quiz.collection.importing import import_package

        return import_package(self, package, folder, now, **options)

    def fill(self, card: Card, answer: str, now: datetime) -> None:
        """Write the answer of a draft into its note.

        Raises:
            FileChangedError: The question is not there any more, or the file changed meanwhile; nothing was written.
            AnswerRefusedError: The answer would change other cards of the file; nothing was written.
        """
        from quiz.collection.writing_back import fill

        fill(self, card, answer, now)

    def anchor(
        self, paths: Sequence[str], *, remove: bool, dry_run: bool, now: datetime
    ) -> list[tuple[str, int]]:
        """Write ``^id`` marks into notes, or take them out; the changed paths with the number of marks."""
        from quiz.collection.writing_back import anchor

        return anchor(self, paths, remove=remove, dry_run=dry_run, now=now)


def _with_id(review: Review, review_id: int) -> Review:
    return replace(review, id=review_id)

"""Everything that is read for studying and showing, as SQL text that both databases understand.

One definition of each query and two ways to run it: through sqlite3 alone, so that the first card is on screen before
SQLAlchemy is loaded, and through SQLAlchemy on PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from quiz.session import Asked, Waiting
from quiz.store.rows import AT_A_MOMENT, NEW_CARDS, ON_A_DAY, STATES, damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quiz.store.rows import Row

# While more is due than may be asked, the best remembered of this many are taken: exact up to here, flat beyond
BACKLOG_WINDOW = 4000
_LEARNING_LIMIT = 10_000
# Of a backlog so many times the limit are read: siblings and decks with limits of their own stand aside
_SPARE = 4

# `before` is the card that a step of a chain waits for: one that is still new
CARDS = """
SELECT card.id AS key, card.uid, note.uid AS note_uid, card.note_id, card.facet, card.ordinal, card.created_ms,
  card.position, card.queue, card.due, card.state, card.step, card.due_at, card.due_day,
  card.stability, card.difficulty, card.last_review, card.last_day, card.interval, card.reps, card.lapses,
  card.retired, card.draft, card.suspended,
  card.buried_until, card.flag, card.marked, card.leech, card.changed, card.remark,
  note.line, note.end_line, note.kind, note.rule, note.section, note.deck, note.prompt, note.answer, note.anchor,
  note.last_file, note.more, note.mod, note.created_ms AS note_created_ms, note.content_hash, file.path,
  before.id AS after
FROM card JOIN note ON note.id = card.note_id LEFT JOIN file ON file.id = note.file_id
LEFT JOIN card AS before ON before.id = card.after_id AND before.queue = 1
"""

_WAITING = """
SELECT card.id, card.note_id, deck.name, card.state, card.due, card.reps, card.stability, card.last_day,
  card.difficulty, before.id
FROM card JOIN deck ON deck.id = card.deck_id
LEFT JOIN card AS before ON before.id = card.after_id AND before.queue = 1
WHERE card.queue = :queue AND card.due <= :until AND COALESCE(card.buried_until, 0) <= :today{selected}
ORDER BY card.due{direction}, card.id LIMIT :limit
"""

_BACKLOG = """
SELECT best.id, best.note_id, deck.name, best.state, best.due, best.reps, best.stability, best.last_day
FROM (SELECT * FROM
  (SELECT card.id, card.note_id, card.deck_id, card.state, card.due, card.reps, card.stability, card.last_day FROM card
    WHERE card.queue = :queue AND card.due <= :until AND COALESCE(card.buried_until, 0) <= :today{selected}
    ORDER BY card.due DESC LIMIT :window) AS latest
  ORDER BY (:today - last_day) * 1.0 / stability, id LIMIT :limit) AS best
JOIN deck ON deck.id = best.deck_id
"""

_COUNT = """
SELECT count(*) AS n FROM (SELECT 1 FROM card
WHERE card.queue = :queue AND card.due <= :until AND COALESCE(card.buried_until, 0) <= :today{selected}
LIMIT :limit) AS counted
"""

_IN_FILES = """card.note_id IN (
SELECT id FROM note WHERE file_id IN ({files}) UNION SELECT note_id FROM place WHERE file_id IN ({files}))"""

_PLANNED = """
SELECT card.id, card.note_id, deck.name, card.state, card.due, card.reps, card.stability, card.last_day,
  card.difficulty, before.id
FROM card JOIN deck ON deck.id = card.deck_id
LEFT JOIN card AS before ON before.id = card.after_id AND before.queue = 1
WHERE card.queue IN ({queues}) AND COALESCE(card.buried_until, 0) <= :until{selected} ORDER BY card.position, card.id
"""

_DRAFTS = """
SELECT card.id, card.note_id, deck.name, card.state, card.due, card.reps, card.stability, card.last_day
FROM card JOIN deck ON deck.id = card.deck_id
WHERE card.draft = 1 AND card.retired = 0 AND card.suspended = 0 AND COALESCE(card.buried_until, 0) <= :today{selected}
AND NOT EXISTS (SELECT 1 FROM review
  WHERE review.card_id = card.id AND review.study_day = :today AND review.undone_at IS NULL)
ORDER BY card.id
"""

_FIRST_DAY = """
SELECT card.due FROM card WHERE card.queue = :queue AND card.due > :day{selected} ORDER BY card.due LIMIT 1
"""

_ASKED = """
SELECT review.card_id, card.note_id, deck.name, review.before_state
FROM review JOIN card ON card.id = review.card_id JOIN deck ON deck.id = card.deck_id
WHERE review.study_day = :today AND review.undone_at IS NULL AND review.counts = 1 AND review.rating > 0{selected}
ORDER BY review.id
"""

LOG = """
SELECT review.*, card.uid AS card_uid, attempt.review_id AS attempted, attempt.suggested, attempt.tries,
  attempt.revealed, attempt.verdict, attempt.typed, attempt.points, attempt.points_hit
FROM review JOIN card ON card.id = review.card_id LEFT JOIN attempt ON attempt.review_id = review.id
WHERE review.undone_at IS NULL{selected} ORDER BY review.id
"""

NO_END = 1 << 62
POSITIONS_PER_DECK = 1 << 24


class Reader(Protocol):
    """Runs a query with named parameters; rows can be read by name and by number."""

    def __call__(self, sql: str, /, **parameters: object) -> Sequence[Any]:
        """All rows."""


@dataclass(frozen=True, slots=True)
class Selected:
    """Which cards a query speaks of: those of some decks and of some files; both empty is all.

    Attributes:
        within: Of these only.
        without: None of these.
        not_of: None that was reviewed last on this study day, an ordinal.
        keys: Only these of them; None is no such limit.
        whole_notes: With all cards of the notes that the keys are of.
    """

    deck_ids: tuple[int, ...] = ()
    file_ids: tuple[int, ...] = ()
    everything: bool = True
    within: Selected | None = None
    without: Selected | None = None
    not_of: int | None = None
    keys: tuple[int, ...] | None = None
    whole_notes: bool = False

    @property
    def condition(self) -> str:
        """As SQL to append to a WHERE; the ids are integers of ours."""
        both = self.within.condition if self.within else ""
        if self.without:
            both += f" AND NOT (1 = 1{self.without.condition})"
        if self.not_of is not None:
            both += f" AND COALESCE(card.last_day, 0) <> {int(self.not_of)}"
        if self.keys is not None:
            both += f" AND card.id IN ({_numbers(self.keys)})"
        if self.everything:
            return both
        if self.keys is not None:
            return f"{both} AND {self._chosen}"
        parts = ["1 = 0"]
        if self.deck_ids:
            parts.append(f"card.deck_id IN ({_numbers(self.deck_ids)})")
        if self.file_ids:
            files = _numbers(self.file_ids)
            parts.append(_IN_FILES.format(files=files))
        return f"{both} AND ({' OR '.join(parts)})"

    @property
    def _chosen(self) -> str:
        keys = f"({_numbers(self.keys)})" if self.keys else "(NULL)"
        if self.whole_notes:
            return f"card.note_id IN (SELECT chosen.note_id FROM card AS chosen WHERE chosen.id IN {keys})"  # noqa: S608 - numbers of ours
        return f"card.id IN {keys}"


NO_CARDS = Selected(everything=False)


def _numbers(ids: Iterable[int]) -> str:
    return ",".join(str(int(each)) for each in ids)


@dataclass(frozen=True, slots=True)
class QueueReader:
    """The queues of one study day, for some cards.

    Attributes:
        today: The study day as an ordinal.
    """

    read: Reader
    selected: Selected
    today: int

    def learning(self, until_ms: int) -> list[Waiting]:
        """Cards in (re)learning that are due by then, earliest first."""
        return self._waiting(AT_A_MOMENT, until_ms, _LEARNING_LIMIT)

    def reviews(self, until: int, limit: int, order: str) -> tuple[list[Waiting], bool]:
        """Reviews due until a day, to choose from, and whether there are more than ``limit``.

        Of a backlog those that are remembered best, unless another order was asked for. What was reviewed today is not
        taken ahead once more.
        """
        if until > self.today and self.selected.not_of is None:
            return self.unseen_today.reviews(until, limit, order)
        if self.count(ON_A_DAY, until, limit + 1) <= limit:
            return self._waiting(ON_A_DAY, until, limit), False
        window = max(BACKLOG_WINDOW, limit)
        if order != "due":
            return self._waiting(ON_A_DAY, until, window, " DESC"), True
        sql = _BACKLOG.format(selected=self.selected.condition)
        return self._listed(sql, queue=ON_A_DAY, until=until, window=window, limit=limit * _SPARE), True

    @property
    def unseen_today(self) -> QueueReader:
        """The same without the cards that were reviewed today."""
        return replace(self, selected=replace(self.selected, not_of=self.today))

    def all_cards(self, limit: int) -> list[Waiting]:
        """Every card that is in a queue, due or not."""
        return [
            card
            for queue in (AT_A_MOMENT, ON_A_DAY, NEW_CARDS)
            for card in self._waiting(queue, NO_END, limit)
        ][:limit]

    def drafts(self) -> list[Waiting]:
        """Questions without an answer that were not asked on this study day."""
        rows = self.read(_DRAFTS.format(selected=self.selected.condition), today=self.today)
        return [Waiting(key, note, deck, STATES[state], *rest) for key, note, deck, state, *rest in rows]

    def planned(self, *, aside: bool = False) -> list[Waiting]:
        """New cards and reviews, due or not, as their decks have them; ``aside``: in learning and buried ones too."""
        queues = (NEW_CARDS, ON_A_DAY, AT_A_MOMENT) if aside else (NEW_CARDS, ON_A_DAY)
        sql = _PLANNED.format(queues=_numbers(queues), selected=self.selected.condition)
        rows = self.read(sql, until=NO_END if aside else self.today)
        return self._freed(
            [Waiting(key, note, deck, STATES[state], *rest) for key, note, deck, state, *rest in rows]
        )

    def due_on(self, day: int) -> int:
        """How many reviews are due on one day."""
        return self.count(ON_A_DAY, day) - self.count(ON_A_DAY, day - 1)

    def first_day_after(self, day: int) -> int | None:
        """The next day on which reviews are due."""
        sql = _FIRST_DAY.format(selected=self.selected.condition)
        rows = self.read(sql, queue=ON_A_DAY, day=day)
        return rows[0][0] if rows else None

    def last_study_day(self) -> int | None:
        """The latest study day in the log."""
        rows = self.read(
            "SELECT study_day FROM review WHERE undone_at IS NULL ORDER BY study_day DESC LIMIT 1"
        )
        if rows and not (isinstance(rows[0][0], int) and 0 < rows[0][0] <= date.max.toordinal()):
            raise damaged("the study day of a review")
        return rows[0][0] if rows else None

    def new(self, limit: int) -> list[Waiting]:
        """New cards in the order of their decks; steps of chains too whose time has not come."""
        return self._freed(self._waiting(NEW_CARDS, NO_END, limit)) if limit > 0 else []

    def _freed(self, cards: list[Waiting]) -> list[Waiting]:
        """The cards, where a step of a chain does not wait for one that was not chosen: that one never comes."""
        for selected in (self.selected, self.selected.within):
            if selected and selected.keys is not None:
                keys = set(selected.keys)
                cards = [card if card.after in keys else card._replace(after=None) for card in cards]
        return cards

    def count(self, queue: int, until: int, limit: int = NO_END) -> int:
        """How many cards of a queue are due by then, counted up to a limit."""
        sql = _COUNT.format(selected=self.selected.condition)
        rows = self.read(sql, queue=queue, until=until, today=self.today, limit=limit)
        return int(rows[0][0])

    def asked(self) -> list[Asked]:
        """The cards that the study day has asked, each from its first review."""
        first: dict[int, Asked] = {}
        sql = _ASKED.format(selected=self.selected.condition)
        for key, note, deck, before in self.read(sql, today=self.today):
            first.setdefault(key, Asked(key, note, deck, STATES[before]))
        return list(first.values())

    def _waiting(self, queue: int, until: int, limit: int, direction: str = "") -> list[Waiting]:
        sql = _WAITING.format(selected=self.selected.condition, direction=direction)
        return self._listed(sql, queue=queue, until=until, limit=limit)

    def _listed(self, sql: str, **parameters: int) -> list[Waiting]:
        return [
            Waiting(key, note, deck, STATES[state], *rest)
            for key, note, deck, state, *rest in self.read(sql, today=self.today, **parameters)
        ]


def card_row(read: Reader, key: int) -> Row | None:
    """One card with its text."""
    rows = read(CARDS + "WHERE card.id = :key", key=key)
    return _mapping(rows[0]) if rows else None


def card_rows(read: Reader, condition: str = "", **parameters: object) -> list[Row]:
    """Cards with their text, in the order of decks, files and lines.

    ``condition`` is SQL of ours after ``WHERE true``, with named parameters for all that comes from outside.
    """
    order = f" ORDER BY card.position / {POSITIONS_PER_DECK}, note.last_file, note.line, card.id"
    rows = read(f"{CARDS}WHERE 1 = 1{condition}{order}", **parameters)
    # in a row of sqlite3 a name is looked for among all of them
    names = tuple(_mapping(rows[0]).keys()) if rows else ()
    return [dict(zip(names, row, strict=True)) for row in rows]


def log_rows(read: Reader, condition: str = "", **parameters: object) -> list[Row]:
    """The review log, oldest first, without what was undone."""
    return [_mapping(row) for row in read(LOG.format(selected=condition), **parameters)]


def _mapping(row: Any) -> Row:  # noqa: ANN401 - either library's row
    return getattr(row, "_mapping", row)  # type: ignore[no-any-return]

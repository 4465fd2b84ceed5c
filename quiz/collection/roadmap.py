"""The study plan that a note itself gives: stages with what is remembered of them, tasks, challenges, next steps."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import CardId, Kind, Note, norm
from quiz.collection.checklist import Task, task_from
from quiz.collection.stages import placed
from quiz.store.reading import Selected, card_rows
from quiz.store.rows import card_from, note_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from quiz.cards import Schedule
    from quiz.collection import Collection
    from quiz.store.rows import Row

# A note that is found in several files stands in each of them
_PLANNED = """
SELECT note.*, stands.file_id AS in_file, stands.line AS at_line, file.path, file.name, tick.ticked_at
FROM (SELECT id AS note_id, file_id, line FROM note WHERE file_id IS NOT NULL
  UNION SELECT note_id, file_id, line FROM place) AS stands
JOIN note ON note.id = stands.note_id JOIN file ON file.id = stands.file_id
LEFT JOIN tick ON tick.note_id = note.id
WHERE note.retired_at IS NULL AND note.kind IN ('roadmap', 'task', 'challenge', 'next'){in_files}
ORDER BY stands.line, note.id
"""

_IN_FILES = " AND stands.file_id IN ({files})"
_FILES_OF_DECKS = """
SELECT DISTINCT note.file_id FROM note JOIN deck ON deck.name = note.deck
WHERE note.file_id IS NOT NULL AND deck.id IN ({decks})
"""
_DECKS = "SELECT id, name FROM deck WHERE id IN (SELECT deck_id FROM card WHERE retired = 0)"

_PLANNED_KINDS = (Kind.ROADMAP, Kind.TASK, Kind.CHALLENGE, Kind.NEXT)
_REMARK = re.compile(r"\([^()]*\)")
_SEVERAL = re.compile(r"[/,+&]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of some cards. Suspended ones and drafts are not among them.

    Attributes:
        cards: How many there are.
        seen: How many of them were ever reviewed.
        due: How many are due now.
        drafts: Questions beside them that wait for an answer.
        recall: Mean retrievability of those seen, None if none was.
        coverage: Seen ÷ all, None if there are none.
        mastery: ΣR ÷ all: what a random question would meet; None if there are none.
    """

    cards: int
    seen: int
    due: int
    drafts: int
    recall: float | None
    coverage: float | None
    mastery: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A row of a roadmap.

    Attributes:
        number: From 1, in the order of rows.
        focus: The focus area, as markdown.
        why: Why it matters, as markdown.
        by: How its cards were found: ``heading`` or ``words``; empty if none were.
        card_ids: Its cards, without drafts.
    """

    number: int
    focus: str
    why: str
    line: int
    by: str
    card_ids: tuple[CardId, ...]
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDeck:
    """A deck of the collection, with its sub-decks, that a next step speaks of."""

    name: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What to learn afterwards, as markdown, and the decks there are for it."""

    text: str
    why: str
    line: int
    decks: tuple[NextDeck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePlan:
    """What one file plans.

    Attributes:
        file: Its name, relative to its source.
        path: Its absolute path.
        standing: Of all its cards.
        other: Of those that belong to no stage.
    """

    deck: str
    file: str
    path: str
    standing: Standing
    stages: tuple[Stage, ...]
    other: Standing
    tasks: tuple[Task, ...]
    challenges: tuple[Task, ...]
    next_steps: tuple[NextStep, ...]

    @property
    def stage(self) -> Stage | None:
        """The one to go on with: the first of which some cards were never seen."""
        return next((each for each in self.stages if each.standing.seen < each.standing.cards), None)


class _Known(NamedTuple):
    """A card, or a draft.

    Attributes:
        recall: Its retrievability now, None if it was never seen.
    """

    id: CardId
    note: Note
    recall: float | None
    due: bool


def roadmap(collection: Collection, selected: Selected, now: datetime) -> list[NotePlan]:
    """The plan of each file that has a roadmap, tasks, challenges or next steps, in the order of decks."""
    return _Plans(collection, now).read(selected)


class _Plans:
    """Reads plans at one moment."""

    def __init__(self, collection: Collection, now: datetime) -> None:
        self._collection = collection
        self._read = collection.store.read
        self._now, self._today = now, collection.days.day(now)
        self._scheduler = cache(collection.scheduler)
        self._standing_of_deck = cache(self._deck)

    def read(self, selected: Selected) -> list[NotePlan]:
        files: dict[int, list[Row]] = {}
        for row in self._read(_PLANNED.format(in_files=self._in_files(selected))):
            mapping = getattr(row, "_mapping", row)
            files.setdefault(mapping["in_file"], []).append(mapping)
        plans = [self._plan(file_id, rows) for file_id, rows in files.items()]
        return sorted(plans, key=lambda plan: (plan.deck, plan.path))

    @cached_property
    def _decks(self) -> _Decks:
        return _Decks((row[0], row[1]) for row in self._read(_DECKS))

    def _in_files(self, selected: Selected) -> str:
        if selected.everything:
            return ""
        files = set(selected.file_ids)
        if selected.deck_ids:
            files.update(
                row[0] for row in self._read(_FILES_OF_DECKS.format(decks=_listed(selected.deck_ids)))
            )
        return _IN_FILES.format(files=_listed(files)) if files else " AND 1 = 0"

    def _plan(self, file_id: int, rows: Sequence[Row]) -> NotePlan:
        of_kind: dict[str, list[Row]] = {kind: [] for kind in _PLANNED_KINDS}
        for row in rows:
            of_kind[row["kind"]].append(row)
        known = self._known(Selected(file_ids=(file_id,), everything=False))
        stages, other = _staged(of_kind[Kind.ROADMAP], known)
        own = next((row for row in rows if row["file_id"] == file_id), rows[0])
        return NotePlan(
            deck=own["deck"],
            file=own["name"],
            path=own["path"],
            standing=_standing(known),
            stages=stages,
            other=other,
            tasks=tuple(map(task_from, of_kind[Kind.TASK])),
            challenges=tuple(map(task_from, of_kind[Kind.CHALLENGE])),
            next_steps=tuple(map(self._next_step, of_kind[Kind.NEXT])),
        )

    def _next_step(self, row: Row) -> NextStep:
        note = note_from(row)
        decks = tuple(
            NextDeck(name=name, standing=self._standing_of_deck(name))
            for name in self._decks.meant(note.prompt)
        )
        return NextStep(text=note.prompt, why=note.answer, line=row["at_line"], decks=decks)

    def _deck(self, name: str) -> Standing:
        return _standing(self._known(Selected(deck_ids=self._decks.keys(name), everything=False)))

    def _known(self, selected: Selected) -> list[_Known]:
        condition = selected.condition + " AND card.retired = 0 AND card.suspended = 0"
        return [self._as_known(row) for row in card_rows(self._read, condition)]

    def _as_known(self, row: Row) -> _Known:
        card = card_from(row, self._collection.days.start)
        recall = self._scheduler(card.note.deck).retrievability(card.schedule, self._today)
        is_buried = card.buried_until is not None and card.buried_until > self._today
        return _Known(card.id, card.note, recall, self._is_due(card.schedule) and not is_buried)

    def _is_due(self, schedule: Schedule) -> bool:
        if schedule.due_day is not None:
            return schedule.due_day <= self._today
        return schedule.due is not None and schedule.due <= self._now


def _listed(ids: Iterable[int]) -> str:
    return ",".join(str(int(each)) for each in ids)


# --- stages --------------------------------------------------------------------------------------------------------


def _staged(rows: Sequence[Row], known: Sequence[_Known]) -> tuple[tuple[Stage, ...], Standing]:
    """The stages, and where the cards stand that belong to none."""
    notes = [note_from(row) for row in rows]
    places = placed(notes, [each.note for each in known])
    of_stage: dict[int | None, list[_Known]] = {}
    for each, place in zip(known, places, strict=True):
        of_stage.setdefault(place and place.stage, []).append(each)
    by = {place.stage: place.by for place in places if place}
    stages = tuple(
        Stage(
            number=index + 1,
            focus=note.prompt,
            why=note.answer,
            line=row["at_line"],
            by=by.get(index, ""),
            card_ids=tuple(each.id for each in of_stage.get(index, ()) if not each.note.draft),
            standing=_standing(of_stage.get(index, ())),
        )
        for index, (row, note) in enumerate(zip(rows, notes, strict=True))
    )
    return stages, _standing(of_stage.get(None, ()))


def _standing(known: Sequence[_Known]) -> Standing:
    asked = [each for each in known if not each.note.draft]
    recalls = [each.recall for each in asked if each.recall is not None]
    return Standing(
        cards=len(asked),
        seen=len(recalls),
        due=sum(each.due for each in asked),
        drafts=len(known) - len(asked),
        recall=sum(recalls) / len(recalls) if recalls else None,
        coverage=len(recalls) / len(asked) if asked else None,
        mastery=sum(recalls) / len(asked) if asked else None,
    )


# --- next steps ----------------------------------------------------------------------------------------------------


class _Decks:
    """The decks that hold cards, by what a next step may call them: their names, or last parts that only one has."""

    def __init__(self, decks: Iterable[tuple[int, str]]) -> None:
        self._keys: dict[str, list[int]] = {}
        for key, name in decks:
            parts = name.split("/")
            for end in range(1, len(parts) + 1):
                self._keys.setdefault("/".join(parts[:end]), []).append(key)
        last_parts = Counter(_last_part(name) for name in self._keys)
        self._names = {_last_part(name): name for name in self._keys if last_parts[_last_part(name)] == 1}
        self._names |= {_called(name): name for name in self._keys}

    def keys(self, name: str) -> tuple[int, ...]:
        """A deck and its sub-decks."""
        return tuple(self._keys[name])

    def meant(self, step: str) -> tuple[str, ...]:
        """The names of the decks that a step speaks of: of ``AWS ECS / EKS`` two.

        The first word may say whose it is: a deck ``ecs`` is meant too.
        """
        found: dict[str, None] = {}
        for part in _SEVERAL.split(_REMARK.sub(" ", step)):
            called = _called(part)
            name = self._names.get(called) or self._names.get(called.partition(" ")[2])
            if name:
                found[name] = None
        return tuple(found)


def _last_part(name: str) -> str:
    return _called(name.rpartition("/")[2])


def _called(name: str) -> str:
    return norm(re.sub(r"[-_]", " ", name))

"""Checks of the review log, and of the schedules that must follow from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from quiz.collection.checkup.damage import Damage, Findings, is_instant
from quiz.collection.checkup.seen import NEW
from quiz.scheduling import replay_memory
from quiz.scheduling.memory import MAX_DIFFICULTY, MAX_STABILITY, MIN_DIFFICULTY, MIN_STABILITY
from quiz.store.inspecting import put
from quiz.store.rows import SCHEDULE_COLUMNS, STATES, place_in_queue, to_ms
from quiz.store.seal import mended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from quiz.collection.checkup.seen import Seen
    from quiz.store.inspecting import Repair
    from quiz.store.seal import Values

_SAME = 1e-6
_WORDS = ("flip", "typed", "cloze", "choice", "cram", "reset", "terminal", "plain", "command", "import")
_STEPS = """
SELECT action.id, action.undone_at, review.id, review.undone_at
FROM review JOIN action ON action.review_id = review.id WHERE review.undone_at IS NOT NULL
"""


def seals(seen: Seen) -> Findings:
    """Every row of the log is what was written."""
    words = {*_WORDS, *seen.log.words}
    damages = []
    for broken in seen.log.broken:
        row = broken.row
        after = broken.after or seen.schedule(row.values[1])
        right = mended(row, broken.before, after, words)
        repairs = (put("review", {"id": row.values[0]}, row.changes(right)),) if right else ()
        damages.append(Damage("reviews that do not fit their checksum", row.values[0], repairs))
    return Findings(tuple(damages))


def links(seen: Seen) -> Findings:
    """Each review begins with what the one before it left, and is undone only if its step is."""
    damages = [
        Damage(
            "cards with a review that does not begin with what the one before it left",
            review,
            (_work_out(seen, card),) if card in seen.cards and card not in seen.log.unsure else (),
        )
        for card, review in seen.log.unlinked.items()
    ]
    steps = {review: undone for _, undone, review, _ in seen.rows(_STEPS)}
    for review, undone in seen.log.undone.items():
        if review in steps and undone != steps[review]:
            repair = put("review", {"id": review}, {"undone_at": steps[review]})
            damages.append(Damage("reviews that are undone otherwise than their step", review, (repair,)))
        elif not is_instant(undone):
            damages.append(Damage("reviews that were undone at no possible time", review))
    return Findings(tuple(damages))


def _work_out(seen: Seen, card: int) -> Repair:
    """The schedules in a card's log from its ratings alone: a review is missing, or began from a damaged schedule."""

    def repair(connection: Connection) -> None:
        from quiz.collection.replaying import replay
        from quiz.store.writing import keep_steps

        replay(connection, seen.collection, card)
        keep_steps(connection, [card], to_ms(seen.now))

    return repair


def schedules(seen: Seen) -> Findings:
    """Each card's schedule is what its last review left, unless another card took over its reviews."""
    joined = {uid for (uid,) in seen.rows("SELECT new_uid FROM ask WHERE same = 1")}
    given_up = {key for key, note in seen.notes.items() if note["uid"] in joined}
    damages = []
    for key, card in seen.cards.items():
        if card["note_id"] in given_up and card["retired"] == 1 and key not in seen.log.last:
            continue
        right = seen.log.last.get(key, NEW)
        if seen.schedule(key) != right:
            repairs = () if key in seen.log.unsure else (_reschedule(card, right),)
            damages.append(
                Damage("cards with another schedule than their last review left", card["uid"], repairs)
            )
    return Findings(tuple(damages))


def _reschedule(card: dict[str, Any], schedule: Values) -> Repair:
    columns = dict(zip(SCHEDULE_COLUMNS, schedule, strict=True))
    return put("card", {"id": card["id"]}, {**columns, **place_in_queue({**card, **columns})})


def memory(seen: Seen) -> Findings:
    """Stability and difficulty are possible, and what a replay of the log gives."""
    damages = [
        Damage("cards with an impossible memory", card["uid"])
        for key, card in seen.cards.items()
        if seen.schedule(key) == seen.log.last.get(key, NEW)
        and not _is_possible(card["state"], card["stability"], card["difficulty"])
    ]
    settings = seen.collection.settings
    own = [settings, *(settings.for_deck(name) for name in settings.decks)]
    if any(each.fsrs.parameters for each in own):
        return Findings(tuple(damages), ("not replayed: your own parameters may have changed since",))
    other = sum(1 for _ in _remembered_otherwise(seen))
    remark = f"{other} cards have a memory that other parameters than the default ones gave"
    return Findings(tuple(damages), (remark,) if other else ())


def _is_possible(state: object, stability: Any, difficulty: Any) -> bool:  # noqa: ANN401 - whatever stands there
    if state == 0:
        return stability is None and difficulty is None
    return (
        type(stability) is type(difficulty) is float
        and MIN_STABILITY <= stability <= MAX_STABILITY
        and MIN_DIFFICULTY <= difficulty <= MAX_DIFFICULTY
    )


def _remembered_otherwise(seen: Seen) -> Iterator[int]:
    place = SCHEDULE_COLUMNS.index("stability")
    for card, ratings in seen.log.ratings.items():
        if card in seen.log.brought or card in seen.log.unsure:
            continue
        replayed = replay_memory((), zip(ratings[::2], ratings[1::2], strict=True))
        stored = seen.log.last[card][place : place + 2]
        if not all(
            math.isclose(one, other, rel_tol=_SAME) for one, other in zip(stored, replayed, strict=True)
        ):
            yield card


def clock(seen: Seen) -> Findings:
    """Nothing happened in the future."""
    way_out = "check the clock of this computer; if it is right, they wait until then"
    return Findings(
        tuple(Damage("reviews dated after today", review, (), way_out) for review in seen.log.future)
    )


def queue(seen: Seen) -> Findings:
    """Each card stands in the queue where its other columns put it."""
    damages = []
    for card in seen.cards.values():
        if card["state"] not in STATES:
            continue  # its schedule is damaged
        right = place_in_queue(card)
        if any(card[name] != value for name, value in right.items()):
            repair = put("card", {"id": card["id"]}, right)
            damages.append(Damage("cards in another place of the queue", card["uid"], (repair,)))
    return Findings(tuple(damages))

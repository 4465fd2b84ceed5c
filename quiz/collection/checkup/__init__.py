"""Looks for damage in a collection and repairs what can be repaired.

What SQLite sees, and what only we can tell: the log has a checksum on each row, schedules follow from the log, ids from
notes, places in the queue from schedules, and hashes from texts. What has two sources can be put right from the other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.collection.checkup import history, practice, references, texts, whole
from quiz.collection.checkup.seen import Seen
from quiz.store.inspecting import inspecting, inspecting_within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.collection.checkup.damage import Findings
    from quiz.collection.checkup.seen import Progress
    from quiz.errors import StoreError

    Look = Callable[[Seen], Findings]

# In the order of a repair: what comes later follows from what comes before it
_FILE = "file"
_LOOKS: dict[str, Look] = {
    _FILE: whole.file,
    "seals": history.seals,
    "texts": texts.texts,
    "notes": texts.notes,
    "references": references.references,
    "log": history.links,
    "schedules": history.schedules,
    "memory": history.memory,
    "decks": texts.decks,
    "cards": texts.cards,
    "queue": history.queue,
    "clock": history.clock,
    "steps": references.steps,
    "asides": references.asides,
    "attempts": practice.attempts,
    "interviews": practice.interviews,
    "ticks": practice.ticks,
    "files": texts.files,
    "sources": whole.sources,
    "backups": whole.backups,
}
_EXAMPLES, _LETTERS = 3, 120
# One repair may make the next one possible, such as a row whose neighbour was broken too
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        ok: Nothing is wrong with it.
        message: What was found.
        repaired: How much was put right in this run.
    """

    name: str
    ok: bool
    message: str
    repaired: int = 0


def check_up(collection: Collection, now: datetime, progress: Progress = lambda _: None) -> list[Check]:
    """Every check, in the order in which a repair would begin. Nothing is changed.

    ``progress`` is told now and then how many reviews have been read.
    """
    return [_check(name, findings) for name, findings in _all(collection, now, progress).items()]


def repair(collection: Collection, now: datetime, progress: Progress = lambda _: None) -> list[Check]:
    """Put right what can be, after a backup and in one transaction; then every check anew.

    Reviews are never removed. Where nothing is wrong, or nothing can be done, nothing is written.

    Raises:
        StoreError: The backup could not be made, or the repair could not be written; nothing was changed.
    """
    found = _all(collection, now, progress)
    hopeless = any(not damage.repairs for damage in found[_FILE].damages)
    if hopeless or not any(damage.repairs for findings in found.values() for damage in findings.damages):
        return [_check(name, findings) for name, findings in found.items()]
    collection.store.back_up("pre-repair", now)
    repaired = _repaired(collection, now, progress)
    return [replace(check, repaired=repaired[check.name]) for check in check_up(collection, now, progress)]


def refused(error: StoreError) -> list[Check]:
    """The checks of a collection that cannot even be opened."""
    return [Check(_FILE, ok=False, message=str(error))]


def _all(collection: Collection, now: datetime, progress: Progress) -> dict[str, Findings]:
    with inspecting(collection.store) as rows:
        seen = Seen(collection, now, rows, progress)
        return {name: look(seen) for name, look in _LOOKS.items()}


def _repaired(collection: Collection, now: datetime, progress: Progress) -> Counter[str]:
    repaired: Counter[str] = Counter()
    with collection.store.write() as connection, inspecting_within(connection) as rows:
        seen = Seen(collection, now, rows, progress)
        for name, look in _LOOKS.items():
            for _ in range(_ROUNDS):
                mending = [damage for damage in look(seen).damages if damage.repairs]
                if not mending:
                    break
                for each in dict.fromkeys(each for damage in mending for each in damage.repairs):
                    each(connection)
                repaired[name] += len(mending)
                seen = Seen(collection, now, rows, progress)
    return repaired


def _check(name: str, findings: Findings) -> Check:
    kinds: dict[str, list[object]] = {}
    for damage in findings.damages:
        kinds.setdefault(damage.what, []).append(damage.which)
    said = [f"{what}: {len(which)} ({_examples(which)})" for what, which in kinds.items()]
    if any(damage.repairs for damage in findings.damages):
        said.append("`dquiz doctor --fix` repairs what it can")
    said += dict.fromkeys(damage.way_out for damage in findings.damages if not damage.repairs)
    said += findings.remarks
    return Check(name, not findings.damages, "; ".join(said) or "as it should be")


def _examples(which: Sequence[object]) -> str:
    shown = ", ".join(" ".join(str(one).split())[:_LETTERS] for one in which[:_EXAMPLES])
    return f"{shown}, …" if len(which) > _EXAMPLES else shown

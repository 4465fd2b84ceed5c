"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quiz.store.inspecting import Repair

# From 1970 until 2200: what lies outside was never written
FIRST_DAY, LAST_DAY = 719_163, 803_169
FIRST_MS, LAST_MS = 0, 7_258_118_400_000


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong.

    Attributes:
        what: Of which kind, to stand before a number: "cards in another place of the queue".
        which: An example for the message.
        repairs: What puts it right; none if nothing here can.
        way_out: What a learner can do then.
    """

    what: str
    which: object
    repairs: tuple[Repair, ...] = ()
    way_out: str = "`dquiz restore` puts back a backup"


@dataclass(frozen=True, slots=True)
class Findings:
    """What one check found.

    Attributes:
        remarks: Worth saying, and not wrong.
    """

    damages: tuple[Damage, ...] = ()
    remarks: tuple[str, ...] = ()


def is_instant(value: object) -> bool:
    """Whether a value can be unix milliseconds that were written here."""
    return type(value) is int and FIRST_MS < value < LAST_MS


def is_day(value: object) -> bool:
    """Whether a value can be the ordinal of a study day."""
    return type(value) is int and FIRST_DAY <= value < LAST_DAY

"""From the days that the model gives to the days that a card waits: rounding, fuzz, the least interval."""

from __future__ import annotations

from hashlib import blake2b
from math import floor, inf

_SHORTEST_FUZZED = 2.5
# Anki's: how much of each stretch of the interval may be added or taken off, beside one day
_STRETCHES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, inf, 0.05))


def fuzz_position(card_id: str, reps: int) -> float:
    """Where in its range the interval after a card's next review lies, 0 to 1, whatever the rating.

    Deterministic, so that what was shown is what is stored; ``reps`` are the earlier reviews that count.
    """
    digest = blake2b(f"{card_id}:{reps}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def fuzz_range(days: float, least: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest interval that fuzz may make of ``days``."""
    least = _within(least, 1, maximum)
    days = min(max(days, least), maximum)
    spread = _spread(days)
    low = _within(whole(days - spread), least, maximum)
    high = _within(whole(days + spread), least, maximum)
    if low == high and 2 < high < maximum:  # noqa: PLR2004 - so that three days and more vary
        high += 1
    return low, high


def pick_interval(days: float, least: int, maximum: int, position: float | None) -> int:
    """The interval to give: at ``position`` within the range, or rounded if that is None."""
    if position is None:
        return _within(whole(days), _within(least, 1, maximum), maximum)
    low, high = fuzz_range(days, least, maximum)
    return min(floor(low + position * (high - low + 1)), high)


def least_interval(days: float, previous: int, maximum: int) -> int:
    """The least interval after a pass in review: longer than the previous one if the model means it so."""
    if whole(days) > previous:
        return previous + 1
    if previous <= fuzz_range(days, 1, maximum)[1]:
        return previous
    return 1  # parameters or desired retention were changed


def whole(days: float) -> int:
    """Rounded, a half upwards; Python's ``round`` goes to the even number."""
    return floor(days + 0.5)


def _spread(days: float) -> float:
    if days < _SHORTEST_FUZZED:
        return 0.0
    return 1 + sum(share * max(min(days, end) - begin, 0) for begin, end, share in _STRETCHES)


def _within(days: int, least: int, maximum: int) -> int:
    return min(max(days, least), maximum)

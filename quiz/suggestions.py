"""Finds the name that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def near(given: str, known: Iterable[str]) -> list[str]:
    """The known names most like the given one, best first; at most three."""
    from difflib import get_close_matches  # noqa: PLC0415 - needed only after a mistake

    spelled = {name.casefold(): name for name in known}
    return [spelled[match] for match in get_close_matches(given.casefold(), spelled, cutoff=0.65)]


def closest(given: str, known: Iterable[str], most: int = 10) -> str:
    """The known names as a list, those most like the given one first; of more than ``most`` how many are left out."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - needed only after a mistake

    folded = given.casefold()
    by_likeness = sorted(known, key=lambda name: -SequenceMatcher(None, folded, name.casefold()).ratio())
    left = len(by_likeness) - most
    return ", ".join(by_likeness[:most]) + (f" and {left} more" if left > 0 else "")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The sentence to put behind a message, or nothing if no known name is like the given one."""
    matches = near(given, known)
    return f" Did you mean {matches[0]!r}?" if matches else ""

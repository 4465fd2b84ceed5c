"""Which new file is which file that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quiz.matching.sides import Text


def renamed(
    olds: Sequence[Text], news: Sequence[Text], moves: Mapping[tuple[str, str], int]
) -> dict[str, str]:
    """By new file, the old file whose notes mostly went there.

    Drafts are not looked for in other files, but a renamed file is no other file.

    Args:
        olds: All stored notes.
        news: All notes just read.
        moves: How many notes surely went from one file to another.
    """
    before = {file for old in olds for file in old.files}
    after = {file for new in news for file in new.files}
    candidates = {
        (here, there): number
        for (here, there), number in moves.items()
        if here not in after and there not in before
    }
    homes: dict[str, str] = {}
    for (here, there), number in sorted(candidates.items(), key=lambda item: (-item[1], item[0])):
        leaving = sum(number for (old, _), number in candidates.items() if old == here)
        if 2 * number > leaving and there not in homes and here not in homes.values():
            homes[there] = here
    return homes

"""What is said before the first card of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quiz.library import shipped_decks

if TYPE_CHECKING:
    from quiz.collection.studying import Study


def opening_lines(study: Study) -> list[str]:
    """A warning, where one's own notes would come from, and how much of the day is done; mostly nothing."""
    lines = [study.clock_warning] if study.clock_warning else []
    if study.sessions_before == 0 and study.card and _is_shipped(study.card.path):
        lines.append("These cards come with dquiz. To study your own notes: dquiz review PATH")
    if study.done_before:
        total = study.done_before + study.progress.total
        lines.append(f"Continuing: {study.done_before} of {total} done today.")
    return lines


def _is_shipped(path: str) -> bool:
    return bool(path) and Path(path).is_relative_to(shipped_decks())

"""The cards that a command is told to choose: by decks and paths, tags, levels and a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.cards import LEVELS
from quiz.cli.output import say
from quiz.collection.choosing import Choice
from quiz.errors import MissingError, UsageError
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from quiz.collection import Collection
    from quiz.store.reading import Selected

_LONGEST_QUERY = 2_000
_MOST_BRACKETS = 50


def choice_of(tags: Sequence[str] | None, levels: Sequence[str] | None, where: str) -> Choice:
    """What --tag, --level and --where say.

    Raises:
        UsageError: There is no such level, or the query is too long.
    """
    wanted = [level.removeprefix("#").casefold() for level in levels or ()]
    if wrong := [level for level in wanted if level not in LEVELS]:
        raise UsageError(f"--level {in_line(wrong[0])}: it must be junior, mid or senior.", given=wrong[0])
    if any(not tag.removeprefix("#") for tag in tags or ()):
        raise UsageError("--tag: a tag must follow, like --tag aws.")
    named = tuple(tag.removeprefix("#") for tag in tags or ())
    return Choice(tags=named, levels=tuple(wanted), where=of_sane_size(where).strip())


def of_sane_size(query: str) -> str:
    """A query that can be read in a moment.

    Raises:
        UsageError: It is too long.
    """
    if len(query) > _LONGEST_QUERY or query.count("(") > _MOST_BRACKETS:
        limits = f"{_LONGEST_QUERY:,} characters or {_MOST_BRACKETS} brackets"
        raise UsageError(f"Query: it has more than {limits}. Use fewer words.")
    return query


def chosen(
    collection: Collection,
    targets: Sequence[str] | None,
    choice: Choice,
    now: datetime,
    *,
    needed: bool = False,
) -> Selected | None:
    """The cards that are meant; None if a choice leaves none of them, which is told.

    Raises:
        MissingError: None is left though some are needed.
    """
    selected = collection.select(targets or (), now)
    if not choice:
        return selected
    from quiz.collection.choosing import narrowed, nothing_fits

    found = narrowed(collection, selected, choice, now)
    if found.keys:
        return found
    told = in_line(nothing_fits(collection, selected, choice, ", ".join(targets or ())))
    if needed:
        raise MissingError(told)
    say(told)
    return None

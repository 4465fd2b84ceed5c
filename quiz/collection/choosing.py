"""Cards chosen by tag, level and query: which of a selection fit, and what there is when none does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import LEVELS
from quiz.store.reading import Selected
from quiz.store.rows import damaged
from quiz.suggestions import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from quiz.collection import Collection


_TAGGED = """
SELECT card.id, note.more FROM card JOIN note ON note.id = card.note_id
WHERE note.more LIKE :tagged{fitting}{selected}
"""


class Choice(NamedTuple):
    """Which of some cards are meant; all that is given must hold.

    Attributes:
        tags: One of these, or a tag below it.
        levels: One of these: junior, mid or senior.
        where: A query as ``search`` reads it.
    """

    tags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    where: str = ""

    def __bool__(self) -> bool:
        return bool(self.tags or self.levels or self.where)

    @property
    def words(self) -> tuple[str, ...]:
        """As options of a command have it."""
        named = [*(f"--tag {tag}" for tag in self.tags), *(f"--level {level}" for level in self.levels)]
        return (*named, *([f"--where '{self.where}'"] if self.where else ()))


def narrowed(collection: Collection, selected: Selected, choice: Choice, now: datetime) -> Selected:
    """Those of some cards that fit now; later changes of a card do not matter.

    Raises:
        UsageError: The query is not understood.
    """
    if choice.tags:
        selected = _only(_tagged(collection, selected, choice.tags, below=True))
    if choice.levels:
        selected = _only(_tagged(collection, selected, choice.levels, below=False))
    if choice.where:
        from quiz.collection.query import fitting_keys

        selected = _only(fitting_keys(collection, choice.where, selected, now))
    return selected


def _only(keys: Iterable[int]) -> Selected:
    return Selected(everything=False, keys=tuple(keys))


def tag_is(tag: str, wanted: str, *, below: bool) -> bool:
    """Whether a tag is the wanted one, or below it; both are folded."""
    return tag == wanted or (below and tag.startswith(f"{wanted}/"))


def _tagged(collection: Collection, selected: Selected, names: tuple[str, ...], *, below: bool) -> list[int]:
    wanted = [name.removeprefix("#").casefold() for name in names]
    return [
        key
        for key, tags in _tags_by_card(collection, selected, wanted)
        if any(tag_is(tag.casefold(), name, below=below) for tag in tags for name in wanted)
    ]


def _tags_by_card(
    collection: Collection, selected: Selected, wanted: Iterable[str] = ()
) -> Iterator[tuple[int, list[str]]]:
    """The tags of cards that have any; of those alone that may have one of the wanted, if some are."""
    # a database folds ASCII only, and JSON escapes quotes
    plain = [name for name in wanted if name.isascii() and name.replace("-", "").replace("/", "").isalnum()]
    parameters = {f"name{number}": f'%"{name}%' for number, name in enumerate(plain)}
    fitting = " OR ".join(f"lower(note.more) LIKE :{name}" for name in parameters)
    if len(plain) < len(tuple(wanted)) or not plain:
        fitting, parameters = "", {}
    sql = _TAGGED.format(fitting=f" AND ({fitting})" if fitting else "", selected=selected.condition)
    for key, more in collection.store.read(sql, tagged='%"tags"%', **parameters):
        try:
            yield key, json.loads(more).get("tags", [])
        except ValueError as error:
            raise damaged("the tags of a note") from error


# --- what there is -------------------------------------------------------------------------------------------------


def tags_of(collection: Collection, selected: Selected) -> list[str]:
    """The tags of some cards, by name."""
    cards = collection.cards(selected)
    return sorted({tag for card in cards for tag in card.note.tags})


def nothing_fits(collection: Collection, selected: Selected, choice: Choice, where: str) -> str:
    """Why none of some cards fit a choice, with what there is.

    Args:
        collection: Where they are.
        selected: The cards, before anything was chosen.
        choice: What none of them fit.
        where: What they are called; empty is all cards.
    """
    of = f" of {where}" if where else ""
    known = tags_of(collection, selected)
    if choice.tags and not _tagged(collection, selected, choice.tags, below=True):
        there = "Tags there" if where else "Tags"
        names = closest(choice.tags[0].removeprefix("#"), known)
        return f"No card{of} is tagged {' or '.join(choice.tags)}. " + (
            f"{there}: {names}." if known else "None has a tag."
        )
    if choice.levels and not _tagged(collection, selected, choice.levels, below=False):
        levels = [level for level in LEVELS if level in {tag.casefold() for tag in known}]
        told = f"Levels there: {', '.join(levels)}." if levels else "None has a level; levels are the tags"
        return f"No card{of} is tagged {' or '.join(choice.levels)}. " + (
            told if levels else f"{told} {', '.join(LEVELS)}."
        )
    if choice.where and not (choice.tags or choice.levels):
        return f"No card{of} fits '{choice.where}'."
    return f"No card{of} fits {' '.join(choice.words)} together. Leave one of them out."

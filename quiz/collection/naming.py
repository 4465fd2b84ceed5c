"""From what a person types to the full name of a deck: the whole of it, its last parts, in any case."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from quiz.errors import AmbiguousDeckError, DeckNotFoundError, MissingError
from quiz.library import absolute, lies_in, shown
from quiz.suggestions import near

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from quiz.collection import Collection

_DECK_LIVES = """
SELECT EXISTS (SELECT 1 FROM card WHERE deck_id = :key AND retired = 0)
  OR EXISTS (SELECT 1 FROM note WHERE deck = :name AND retired_at IS NULL)
"""


class Names:
    """The names of the decks of a collection, and of shipped decks that wait to be named."""

    def __init__(self, collection: Collection, now: datetime) -> None:
        self._collection = collection
        self._now = now

    def full(self, given: str) -> str:
        """The full name of a deck, or of one that has decks below it; a shipped deck takes part from now on.

        Raises:
            DeckNotFoundError: No deck is called so, or several are.
            MissingError: It is a folder without notes.
        """
        wanted = given.strip("/")
        below = [name for name in self._decks if lies_in(name, wanted)]
        if any(self._lives(name) for name in below):
            return wanted
        if path := self._collection.shipped.called(wanted):
            return self._begun(path)
        found = self._meant(wanted)
        if len(found) > 1:
            raise AmbiguousDeckError(
                f"'{shown(given)}' may be {_listed(found)}. Give more of the name.",
                given=shown(given),
                near=found,
            )
        if found and found[0] in self._offered:
            return self._begun(self._offered[found[0]])
        if not found and not below:
            self._refuse(given, wanted)
        return found[0] if found else wanted

    def _begun(self, path: Path) -> str:
        """The deck of a shipped file that takes part from now on; its path where its cards are those of a copy."""
        shipped = self._collection.shipped
        if shipped.taking_part(path.stem) is None:
            shipped.adopt(path, self._now)
        return shipped.name_of(path) or shown(path)

    @cached_property
    def _decks(self) -> dict[str, int]:
        return {row["name"]: row["id"] for row in self._collection.store.read("SELECT id, name FROM deck")}

    @cached_property
    def _offered(self) -> dict[str, Path]:
        return self._collection.shipped.offered()

    def _lives(self, name: str) -> bool:
        return bool(self._collection.store.read(_DECK_LIVES, key=self._decks[name], name=name)[0][0])

    @cached_property
    def _all(self) -> list[str]:
        """Every name that means something, those of decks above others too."""
        living = [name for name in self._decks if self._lives(name)]
        return list(
            dict.fromkeys(above for name in (*sorted(living), *self._offered) for above in _above(name))
        )

    def _meant(self, wanted: str) -> list[str]:
        """The names that end as wanted, in any case; one that is the whole of it wins."""
        ends = _parts(wanted)
        found = [name for name in self._all if _parts(name)[-len(ends) :] == ends]
        return [name for name in found if _parts(name) == ends] or found

    def _refuse(self, given: str, wanted: str) -> None:
        if absolute(given).is_dir():
            raise MissingError(
                f"{shown(given)}: no notes here: no file ends in .md or .markdown.", path=shown(given)
            )
        leaves = {name.rpartition("/")[2]: name for name in reversed(self._all)}
        close = near(wanted, self._all) or [leaves[leaf] for leaf in near(wanted.rpartition("/")[2], leaves)]
        hint = (
            f"Did you mean {close[0]!r}?" if close else "`dquiz decks` lists them; a path of notes works too."
        )
        raise DeckNotFoundError(f"No deck called '{shown(given)}'. {hint}", given=shown(given), near=close)


def _parts(name: str) -> list[str]:
    return name.casefold().split("/")


def _above(name: str) -> Iterable[str]:
    parts = name.split("/")
    return ("/".join(parts[: end + 1]) for end in range(len(parts)))


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"

"""Opens the configured collection for one command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from quiz.cli.output import say
from quiz.cli.running import current
from quiz.cli.streams import write_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.collection import Collection


@contextmanager
def opened(*, to_study: bool = False) -> Iterator[Collection]:
    """The collection, closed at the end of the block.

    Args:
        to_study: Ratings will be saved: refused at once if they cannot be.

    Raises:
        StoreError: The collection cannot be used.
    """
    from quiz.collection import Collection

    collection = Collection.open(current().configuration, current().now(), _say_in_any_case)
    try:
        if collection.store.created:
            say(f"A new collection: {collection.store.name}")
        if to_study:
            collection.store.refuse_read_only()
        yield collection
    finally:
        for warning in collection.close(_say_what_takes_so_long):
            say(warning)


def _say_what_takes_so_long() -> None:
    say("Waiting until today's backup is on disk …")


def _say_in_any_case(message: str) -> None:
    """What is said only once is said beside JSON, too."""
    if not current().quiet:
        write_error(message)

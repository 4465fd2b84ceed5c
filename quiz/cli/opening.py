"""Opens the configured collection for one command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from quiz.cli.running import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.collection import Collection


@contextmanager
def opened() -> Iterator[Collection]:
    """The collection, closed at the end of the block."""
    from quiz.collection import Collection

    with Collection.open(current().configuration, current().now()) as collection:
        yield collection

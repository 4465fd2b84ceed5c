"""How long a card takes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stopwatch:
    """The time that a card takes, without that spent in the editor."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin at zero."""
        self._since = time.monotonic()

    @property
    def milliseconds(self) -> int:
        """Since the beginning."""
        return round((time.monotonic() - self._since) * 1000)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """A block of time that does not count."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self._since += time.monotonic() - begin

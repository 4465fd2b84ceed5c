"""Pictures as part of a page."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quiz.cards import CollectedNote

LARGEST = 4 << 20
"""Bytes of one picture: a phone reads the whole page at once."""
MOST = 48 << 20
"""Bytes of all pictures, each counted as often as it is shown."""

_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
}


class Pictures:
    """The pictures of notes on a page.

    Attributes:
        taken: How many different ones are on it.
    """

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._bytes = 0

    @property
    def taken(self) -> int:
        """How many different ones are on the page."""
        return len(self._names)

    def of(self, collected: CollectedNote) -> tuple[dict[str, str], dict[str, str]]:
        """The addresses of those that a note may show by reference, and why it may not show the others."""
        addresses: dict[str, str] = {}
        faults: dict[str, str] = {}
        for reference, media in collected.media.items():
            kind = _TYPES.get(media.name.rpartition(".")[2])
            if media.fault or not kind:
                faults[reference] = media.fault or "a sheet plays no recordings"
                continue
            data = media.read()
            shown = len(data) * len(collected.cards)
            if len(data) > LARGEST:
                faults[reference] = f"it is larger than {LARGEST >> 20} MB"
            elif self._bytes + shown > MOST:
                faults[reference] = f"the pictures of a page may have {MOST >> 20} MB together"
            else:
                self._bytes += shown
                self._names.add(media.name)
                addresses[reference] = f"data:{kind};base64,{base64.b64encode(data).decode()}"
        return addresses, faults

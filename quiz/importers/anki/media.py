"""The pictures and sounds of a package: which there are, and their bytes when they are asked for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from quiz.importers.anki import cleaning, wire
from quiz.importers.anki.container import ALL_MEDIA_LIMIT, LIST_LIMIT, MEDIA_LIMIT, MOST_FILES
from quiz.importers.anki.errors import Refusal, naming
from quiz.importers.anki.skipping import MEDIA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Container as Names

    from quiz.importers.anki.container import Container, Layout
    from quiz.importers.anki.skipping import Skipped

_LIST = "media"
_NO_LIST = "its list of media cannot be read"
_LONGEST_ENTRY = 4096
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class _Listed:
    """A line of the list.

    Attributes:
        number: The file's name in the archive.
        size: Bytes; None where the layout does not say.
        sha1: Of its bytes; empty where the layout does not say.
    """

    number: str
    name: str
    size: int | None = None
    sha1: bytes = b""


def media(container: Container, layout: Layout, skipped: Skipped) -> dict[str, Callable[[], bytes]]:
    """Names of the media → functions that give their bytes.

    Raises:
        Refusal: Their list cannot be read.
    """
    if _LIST not in container:
        skipped.add(MEDIA, "it has no list of media, so pictures and sounds are missing")
        return {}
    reader = _Reader(container, layout.packed, skipped.file)
    files: dict[str, Callable[[], bytes]] = {}
    for listed in _packed_list(container) if layout.packed else _plain_list(container):
        called = f"media file {cleaning.shown(listed.number)} ({cleaning.shown(listed.name)})"
        if flaw := _flaw(listed, container):
            skipped.add(MEDIA, f"{called} {flaw}; skipped")
            continue
        name = _free(listed, files)
        if name != listed.name:
            skipped.add(MEDIA, f"{called} has the name of another; it is called {cleaning.shown(name)}")
        files[name] = partial(reader.read, listed)
    return files


@dataclass(slots=True)
class _Reader:
    """Reads media of one package, which together are not read beyond their limit."""

    container: Container
    packed: bool
    file: str
    left: int = ALL_MEDIA_LIMIT

    def read(self, listed: _Listed) -> bytes:
        """The bytes of a media file.

        Raises:
            PackageError: They are missing, damaged or too many.
        """
        with naming(self.file):
            limit = min(MEDIA_LIMIT, self.left)
            data = self.container.read(listed.number, limit, packed=self.packed, called=listed.name)
            self.left -= len(data)
            if listed.size not in {None, len(data)}:
                raise Refusal(f"{cleaning.shown(listed.name)} in it is not as long as its list of media says")
            if listed.sha1 and hashlib.sha1(data, usedforsecurity=False).digest() != listed.sha1:
                raise Refusal(f"{cleaning.shown(listed.name)} in it is damaged (its checksum is another)")
            return data


def _flaw(listed: _Listed, container: Container) -> str | None:
    if listed.number not in container:
        return "is listed, but missing"
    if listed.name in {"", ".", ".."} or set("/\\") & set(listed.name):
        return "has a name that is none of a file in a folder"
    if len(listed.name.encode()) > _LONGEST_NAME:
        return "has a name that is too long"
    return None


def _free(listed: _Listed, taken: Names[str]) -> str:
    name = listed.name
    while name in taken:
        name = f"{listed.number}-{name}"
    return name


def _plain_list(container: Container) -> Iterator[_Listed]:
    try:
        listed = json.loads(container.read(_LIST, LIST_LIMIT))
    except (ValueError, RecursionError):
        raise Refusal(_NO_LIST) from None
    if not isinstance(listed, dict) or not all(each.isascii() and each.isdecimal() for each in listed):
        raise Refusal(_NO_LIST)
    for number, name in listed.items():
        yield _Listed(number, cleaning.name(name))


def _packed_list(container: Container) -> Iterator[_Listed]:
    entries = wire.fields(container.read(_LIST, LIST_LIMIT, packed=True), MOST_FILES)
    for number, (_, entry) in enumerate(entries):
        if not isinstance(entry, bytes) or len(entry) > _LONGEST_ENTRY:
            raise Refusal(_NO_LIST)
        fields = wire.message(entry)
        name = cleaning.name(wire.string(fields, 1))
        yield _Listed(str(number), name, wire.number(fields, 2), wire.data(fields, 3))

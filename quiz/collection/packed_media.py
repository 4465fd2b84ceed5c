"""The media files of a package under the names that they get in a folder of notes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from quiz.errors import QuizError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.importers.anki import Package

_MEDIA_FOLDER = "media"
_PICTURES = ".png .jpg .jpeg .gif .webp .avif .bmp .tif .tiff"
_RECORDINGS = ".mp3 .ogg .oga .opus .wav .m4a .flac .aac"
_FILMS = ".mp4 .m4v .webm .ogv .mov .avi .mkv .mpg .mpeg .3gp"
_DRAWING = ".svg"
_SUFFIXES = frozenset(f"{_PICTURES} {_RECORDINGS} {_FILMS} {_DRAWING}".split())
# What makes of a drawing more than a picture
_ACTIVE = re.compile(rb"<script|<foreignobject|<!entity|javascript:|\bon[a-z]+\s*=", re.IGNORECASE)


class PackageMedia:
    """The media files of a package under the names that they get here."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names: dict[str, str | None] = {}

    @property
    def names(self) -> Mapping[str, object]:
        """What the package brings."""
        return self._package.media

    def path_of(self, name: str) -> str:
        """The path of a file below the folder; KeyError if it is not brought along or cannot be taken over."""
        if name not in self._names:
            self._names[name] = self._new_name(name)
        found = self._names[name]
        if found is None:
            raise KeyError(name)
        return f"{_MEDIA_FOLDER}/{found}"

    def _new_name(self, name: str) -> str | None:
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in _SUFFIXES or name not in self._package.media:
            return None
        try:
            data = self._package.media[name]()
        except QuizError:
            return None
        if suffix == _DRAWING and _ACTIVE.search(data):
            return None
        return hashlib.sha1(data, usedforsecurity=False).hexdigest()[:16] + suffix

    def seen_from(self, depth: int) -> Mapping[str, str]:
        """Name there → path here, from a deck file so many folders below."""
        return _SeenFrom(self, "../" * depth)


class _SeenFrom(Mapping[str, str]):
    def __init__(self, media: PackageMedia, prefix: str) -> None:
        self._media = media
        self._prefix = prefix

    def __getitem__(self, name: str) -> str:
        return self._prefix + self._media.path_of(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._media.names)

    def __len__(self) -> int:
        return len(self._media.names)

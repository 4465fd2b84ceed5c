"""The archive: a zip file that is read within limits. Nothing in it is ever unpacked under a name of its own."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self

from quiz.errors import MissingError
from quiz.importers.anki import cleaning, wire
from quiz.importers.anki.errors import Refusal
from quiz.library import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLLECTION_LIMIT = 1 << 30
MEDIA_LIMIT = 256 << 20
ALL_MEDIA_LIMIT = 4 << 30
LIST_LIMIT = 16 << 20
MOST_FILES = 100_000
_CHUNK = 1 << 20
_DIRECTORY_LIMIT = 16 << 20
_WINDOW_LIMIT = 128 << 20
# No collection and no picture of this size shrinks that much: it is made to fill memory
_LARGE = 64 << 20
_LARGEST_RATIO = 200
# What cannot be compressed is stored, which takes some bytes for each block
_LARGEST_GROWTH = 1.1

# zipfile and zlib raise all of these on damaged input
_DAMAGE = (
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the ways in which Anki packs a collection.

    Attributes:
        database: Its name in the archive.
        packed: Database, media list and media are compressed by zstd, and the list is protobuf.
    """

    database: str
    packed: bool = False


_FIRST = Layout("collection.anki2")
_SECOND = Layout("collection.anki21")
_LATEST = Layout("collection.anki21b", packed=True)
_LAYOUTS = {1: _FIRST, 2: _SECOND, 3: _LATEST}


class Container:
    """A package's archive, open.

    Everything is measured while it is decompressed: sizes in headers are a reason to refuse, never to trust.

    Raises:
        MissingError: There is no such file, or it cannot be read.
        Refusal: It is no archive, or none that Anki makes.
    """

    def __init__(self, path: Path) -> None:
        self._file = _GuardedFile(_opened(path))
        try:
            self._zip = zipfile.ZipFile(self._file)
            found = self._zip.infolist()
            _check(found)
        except _DAMAGE as error:
            self._file.close()
            raise Refusal(f"not a package, or a part of one ({_reason(error)})") from None
        except BaseException:
            self._file.close()
            raise
        self._found = {each.filename: each for each in found}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def layout(self) -> Layout:
        """How it is packed. Packages of newer layouts hold an empty old one too, so ``meta`` decides.

        Raises:
            Refusal: In a way that we do not know, or without a collection.
        """
        if "meta" in self:
            version = wire.number(wire.message(self.read("meta", _CHUNK)), 1)
            if version not in _LAYOUTS:
                raise Refusal(
                    f"made by a newer Anki (layout {version})",
                    'Tick "Support older Anki versions" when you export it.',
                )
            layout = _LAYOUTS[version]
        else:
            layout = _SECOND if _SECOND.database in self else _FIRST
        if layout.database not in self:
            raise Refusal(f"holds no collection ({layout.database})")
        return layout

    def read(self, name: str, limit: int, *, packed: bool = False, called: str = "") -> bytes:
        """The whole of a file in the archive; messages call it ``called``.

        Raises:
            Refusal: It is missing, damaged, or more than ``limit`` bytes.
        """
        whole = io.BytesIO()
        for chunk in self.chunks(name, limit, packed=packed, called=called):
            whole.write(chunk)
        return whole.getvalue()

    def chunks(self, name: str, limit: int, *, packed: bool = False, called: str = "") -> Iterator[bytes]:
        """A file in the archive, decompressed piece by piece; messages call it ``called``.

        Raises:
            Refusal: It is missing, damaged, or more than ``limit`` bytes.
        """
        called = cleaning.shown(called or name)
        if name not in self:
            raise Refusal(f"{called} is missing in it")
        entry = self._found[name]
        count = 0
        try:
            with self._zip.open(entry) as stream:
                for chunk in _unpacked(stream) if packed else _pieces(stream):
                    count += len(chunk)
                    if count > limit or (count > _LARGE and count > _LARGEST_RATIO * entry.compress_size):
                        raise _too_large(called, min(limit, _LARGE))
                    yield chunk
        except _DAMAGE as error:
            raise Refusal(f"{called} in it is damaged ({_reason(error)})") from None


class _GuardedFile(io.BufferedReader):
    """A file that is never read in one go beyond the size of an honest directory, whatever its last lines say."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _DIRECTORY_LIMIT:
            raise zipfile.BadZipFile("its directory is too long")
        return super().read(size)


def _opened(path: Path) -> io.FileIO:
    try:
        # O_NONBLOCK: a named pipe must not hang us
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        file = io.FileIO(os.open(path, flags), "rb")
    except (OSError, ValueError) as error:
        raise MissingError(f"{shown(path)}: {_reason(error)}. Check the path.", path=shown(path)) from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise MissingError(f"{shown(path)}: not a regular file. Name an .apkg or .colpkg.", path=shown(path))
    return file


def _check(found: list[zipfile.ZipInfo]) -> None:
    if len(found) > MOST_FILES:
        raise Refusal(
            f"holds {len(found)} files, more than the {MOST_FILES} that are read", "Export fewer decks."
        )
    if len({each.filename for each in found}) < len(found):
        raise Refusal("holds two files of one name")
    if any(each.flag_bits & 1 for each in found):
        raise Refusal("encrypted", "Decrypt it first.")
    if any(each.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for each in found):
        raise Refusal("compressed in a way that Anki does not use")
    for each in found:
        if each.compress_size > each.file_size * _LARGEST_GROWTH + 1024:
            raise Refusal(f"it lies about the size of {cleaning.shown(each.filename)}", "Do not use it.")
    media = [each for each in found if each.filename.isdecimal()]
    for each in media:
        if each.file_size > MEDIA_LIMIT:
            raise _too_large(each.filename, MEDIA_LIMIT)
    if sum(each.file_size for each in media) > ALL_MEDIA_LIMIT:
        raise Refusal(f"its media are more than {ALL_MEDIA_LIMIT >> 30} GB", "Export fewer decks.")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    import zstandard  # noqa: PLC0415  only the latest layout needs it

    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_LIMIT)
    try:
        yield from _pieces(decompressor.stream_reader(stream, read_across_frames=True))
    except zstandard.ZstdError as error:
        raise ValueError(error) from None


def _too_large(called: str, limit: int) -> Refusal:
    return Refusal(
        f"{called} in it unpacks to more than {limit >> 20} MB", "Export fewer decks, or without media."
    )


def _reason(error: BaseException) -> str:
    text = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
    return cleaning.name(text).rstrip(".")

"""Finds the pictures and recordings that notes refer to: inside the folder of their source, and nowhere else."""

from __future__ import annotations

import errno
import hashlib
import html
import os
import re
import stat
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from quiz.cards import Media
from quiz.errors import MissingError

if TYPE_CHECKING:
    from quiz.cards import Note

SIZE_LIMIT = 32 << 20
_NOTE_LIMIT = 16 << 20
_MOST_FILES = 100_000

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif")
_RECORDINGS = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a")
_SUFFIXES = _PICTURES + _RECORDINGS

# What the bytes say is what counts: a picture that was renamed is still a picture
_BEGINNINGS = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "avif": re.compile(rb"....ftypavi[fs]", re.DOTALL),
    "ogg": re.compile(rb"OggS"),
    "wav": re.compile(rb"RIFF....WAVE", re.DOTALL),
    "flac": re.compile(rb"fLaC"),
    "m4a": re.compile(rb"....ftyp(?:M4A|mp4|isom|dash)", re.DOTALL),
    "mp3": re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"),
}

# More than a Markdown parser would find, for what is found in code is never asked for. Every repetition is bounded:
# a file made of brackets alone is read as fast as any other.
_TARGET = r"(?:<(?P<angle>[^<>\n]{1,500})>|(?P<bare>(?:[^\s()<>]|\([^\s()]{0,100}\)){1,500}))"
_INLINE = re.compile(rf"\]\(\s{{0,9}}{_TARGET}")
_DEFINITION = re.compile(rf"^ {{0,3}}\[(?P<label>[^\[\]\n]{{1,200}})\]:[ \t]{{0,9}}{_TARGET}", re.MULTILINE)
_ELEMENT = re.compile(
    r"<img\b[^<>]{0,1000}?\bsrc\s?=\s?(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))", re.IGNORECASE
)
_EMBEDDED = re.compile(r"!\[\[([^\[\]\n|#]{1,300})")
_BY_LABEL = re.compile(r"!\[[^\[\]\n]{0,300}\](?!\()")

_ON_THE_WEB = re.compile(r"(?:https?|data|ftp):", re.IGNORECASE)
_NOT_RELATIVE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\~]", re.IGNORECASE)

_OUTSIDE = "it lies outside the folder of the notes"
_NOT_THERE = "there is no such file"


class MediaFolder:
    """The pictures and recordings that the notes of one source may show.

    Args:
        source: A folder of notes, or a single file.
    """

    def __init__(self, source: Path) -> None:
        self._folder = source if source.is_dir() else source.parent
        self._read: dict[Path, Media] = {}
        self._definitions: dict[Path, dict[str, str]] = {}

    def of(self, note: Note, path: str) -> tuple[dict[str, Media], dict[str, str]]:
        """What a note refers to, by reference, and the definitions in its file that its pictures need.

        ``path`` is the absolute path of the note's file.
        """
        text = "\n".join((note.prompt, note.answer, note.explanation, *(each.text for each in note.choices)))
        if "](" not in text and "![" not in text and "<" not in text:
            return {}, {}
        folder = Path(path).parent
        defined = self._defined(Path(path)) if _BY_LABEL.search(text) else {}
        wanted = {*_references(text), *defined.values()}
        return {each: self._media(folder, each) for each in wanted}, defined

    def _media(self, folder: Path, reference: str) -> Media:
        if _ON_THE_WEB.match(reference):
            return Media(fault="nothing is fetched from the web")
        embedded = reference.removeprefix("[[").removesuffix("]]")
        if _NOT_RELATIVE.match(embedded):
            return Media(fault=_OUTSIDE)
        media = self._at(folder / embedded)
        if media.fault == _NOT_THERE and embedded != reference:
            return self._embedded(embedded)
        return media

    def _embedded(self, name: str) -> Media:
        """Obsidian names a file by its path from the vault, or by its name alone wherever it lies."""
        media = self._at(self._folder / name)
        paths = self._by_name.get(name, [])
        return self._at(paths[0]) if media.fault == _NOT_THERE and len(paths) == 1 else media

    def _at(self, path: Path) -> Media:
        # in words first: what is outside is not even looked at
        if not Path(os.path.normpath(path)).is_relative_to(self._folder):
            return Media(fault=_OUTSIDE)
        if path.suffix.lower() not in _SUFFIXES:
            return Media(fault=_wrong_type(path.suffix.lower()))
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):  # missing, a loop of links, a NUL
            return Media(fault=_NOT_THERE)
        if not target.is_relative_to(self._root):
            return Media(fault=_OUTSIDE)
        if target not in self._read:
            self._read[target] = _taken(target)
        return self._read[target]

    def _defined(self, path: Path) -> dict[str, str]:
        """The targets of the labels that a file defines, where they are media."""
        if path not in self._definitions:
            from markdown_it.common.utils import normalizeReference  # noqa: PLC0415

            try:
                text = _bytes(path.resolve(strict=True), _NOTE_LIMIT).decode("utf-8", "replace")
            except OSError:
                text = ""
            found = (
                (normalizeReference(each["label"]), _target(each)) for each in _DEFINITION.finditer(text)
            )
            self._definitions[path] = {
                label: target for label, target in found if target.lower().endswith(_SUFFIXES)
            }
        return self._definitions[path]

    @cached_property
    def _root(self) -> Path:
        return self._folder.resolve()

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        seen = 0
        for folder, below, names in os.walk(self._folder):
            below[:] = [each for each in below if not each.startswith(".")]
            seen += len(names)
            for name in names:
                if name.lower().endswith(_SUFFIXES):
                    found.setdefault(name, []).append(Path(folder, name))
            if seen > _MOST_FILES:
                break
        return found


def _references(text: str) -> set[str]:
    targets = [*map(_target, _INLINE.finditer(text)), *map(_target, _DEFINITION.finditer(text))]
    elements = {unquote(html.unescape("".join(groups))) for groups in _ELEMENT.findall(text)}
    return {*targets, *elements, *(f"[[{name.strip()}]]" for name in _EMBEDDED.findall(text))}


def _target(found: re.Match[str]) -> str:
    # loading it takes longer than an export of notes without pictures
    from markdown_it.common.utils import unescapeAll  # noqa: PLC0415

    return unquote(unescapeAll(found["angle"] or found["bare"]))


def _wrong_type(suffix: str) -> str:
    if suffix == ".svg":
        return "an SVG can carry scripts: save it as PNG"
    return f"only these can be taken along: {', '.join(each[1:] for each in _SUFFIXES)}"


def _taken(path: Path) -> Media:
    """A file that may be taken along, under a name that its bytes give it."""
    try:
        data = _bytes(path, SIZE_LIMIT)
    except OSError as error:
        return Media(fault=error.strerror or str(error))
    digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    ending = next((ending for ending, begins in _BEGINNINGS.items() if begins.match(data)), None)
    if ending is None:
        return Media(fault=f"its content is no {path.suffix[1:].lower()}")
    return Media(name=f"dquiz-{digest[:16]}.{ending}", read=partial(_again, path, digest))


def _again(path: Path, digest: str) -> bytes:
    try:
        data = _bytes(path, SIZE_LIMIT)
    except OSError as error:
        raise MissingError(f"{path}: {error.strerror or error}. Export again.", path=str(path)) from None
    if hashlib.sha1(data, usedforsecurity=False).hexdigest() != digest:
        raise MissingError(f"{path}: it has changed meanwhile. Export again.", path=str(path))
    return data


def _bytes(path: Path, limit: int) -> bytes:
    """The bytes of a regular file at a resolved path.

    Raises:
        OSError: It cannot be read, is something else by now, or is larger than ``limit``.
    """
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    descriptor = os.open(path, os.O_RDONLY | sum(flags))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1) if status.st_size <= limit else b""
    finally:
        os.close(descriptor)
    if max(status.st_size, len(data)) > limit:
        raise OSError(errno.EFBIG, f"it is larger than {limit >> 20} MB")
    return data

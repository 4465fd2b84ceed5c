"""Bytes as lines, and lines as bytes: one decoding for reading and for writing, so that places agree."""

from __future__ import annotations

import re
from dataclasses import dataclass

BOM = b"\xef\xbb\xbf"

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_STRAY = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file.

    Attributes:
        lines: Without their ends.
        undecodable: The first line (0-based) with bytes that are not UTF-8, or None.
    """

    lines: list[str]
    undecodable: int | None = None


def decode(data: bytes) -> Text:
    """Decode a file; every byte that is not UTF-8 becomes one U+FFFD, so that columns can be mapped back."""
    body = data.removeprefix(BOM)
    try:
        return Text(_split(body.decode("utf-8")))
    except UnicodeDecodeError as error:
        before = body[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        text = _STRAY.sub("\ufffd", body.decode("utf-8", "surrogateescape"))
        return Text(_split(text), undecodable=before.count(b"\n"))


def _split(text: str) -> list[str]:
    """Lines of a text. Not ``str.splitlines``: it also splits at U+2028, U+0085, form feeds and others."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def raw_lines(data: bytes) -> list[bytes]:
    """The lines of a file with their ends, without the BOM: the same lines as those of :func:`decode`."""
    return [line for line in _LINE.findall(data.removeprefix(BOM)) if line]


def end_of(raw: bytes) -> bytes:
    r"""How a raw line ends: ``\n``, ``\r\n``, ``\r`` or not at all."""
    return raw[len(raw.rstrip(b"\r\n")) :]


def byte_column(raw: bytes, column: int) -> int:
    """The byte at which a character of a raw line begins."""
    head = raw.decode("utf-8", "surrogateescape")[:column]
    return len(head.encode("utf-8", "surrogateescape"))

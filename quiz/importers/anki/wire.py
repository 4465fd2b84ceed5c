"""Protobuf as bytes: just enough to take known fields out of small messages.

The encoding: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.importers.anki.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}
_MOST = 10_000
_LONGEST_VARINT = 10
_DAMAGED = "what it says about itself cannot be read"


def message(data: bytes) -> dict[int, int | bytes]:
    """The fields of a message by number; of a repeated one the last.

    Raises:
        Refusal: It is no message.
    """
    return dict(fields(data))


def fields(data: bytes, most: int = _MOST) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of a message's fields in their order; numbers of fixed width are raw bytes.

    Raises:
        Refusal: It is no message, or has more than ``most`` fields.
    """
    position = count = 0
    while position < len(data):
        key, position = _varint(data, position)
        value: int | bytes
        if key & 7 == _VARINT:
            value, position = _varint(data, position)
        else:
            size, position = _size(data, position, key & 7)
            value = data[position : position + size]
            position += size
        count += 1
        if position > len(data) or count > most:
            raise Refusal(_DAMAGED)
        yield key >> 3, value


def number(fields: dict[int, int | bytes], key: int) -> int:
    """A whole number; 0, which protobuf leaves out, if it is missing."""
    value = fields.get(key, 0)
    return value if isinstance(value, int) else 0


def data(fields: dict[int, int | bytes], key: int) -> bytes:
    """A string or submessage; empty if it is missing."""
    value = fields.get(key, b"")
    return value if isinstance(value, bytes) else b""


def string(fields: dict[int, int | bytes], key: int) -> str:
    """A string; what is not UTF-8 is replaced."""
    return data(fields, key).decode("utf-8", "replace")


def _size(data: bytes, position: int, kind: int) -> tuple[int, int]:
    if kind == _BYTES:
        return _varint(data, position)
    if kind not in _FIXED_SIZES:
        raise Refusal(_DAMAGED)
    return _FIXED_SIZES[kind], position


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(data[position : position + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004  the last byte has no continuation bit
            return value, position + place + 1
    raise Refusal(_DAMAGED)

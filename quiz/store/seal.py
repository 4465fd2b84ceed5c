"""A checksum on every row of the review log, and the way back from a row that does not fit it.

SQLite's own check sees whether pages and indexes fit together, and not that a bit of a value has turned: of random
flips it misses nine in ten.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from quiz.store.rows import SCHEDULE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.store.rows import Row

    Values = tuple[Any, ...]

SEALED_COLUMNS = (
    "id",
    "card_id",
    "rating",
    "reviewed_at",
    "study_day",
    "duration_ms",
    "mode",
    "counts",
    "source",
    "hints",
    "run_id",
    "foreign_id",
    *("before_" + name for name in SCHEDULE_COLUMNS),
    *("after_" + name for name in SCHEDULE_COLUMNS),
)
_PLACES = {name: place for place, name in enumerate(SEALED_COLUMNS)}
_BEFORE = _PLACES["before_state"]
_AFTER = _PLACES["after_state"]
# How many bits SQLite takes for a whole number: the first of them is its sign
_WIDTHS = (8, 16, 24, 32, 48, 64)
# Columns that mostly hold the same
_TWINS = (
    ("id", "reviewed_at"),
    ("reviewed_at", "after_last_review"),
    ("study_day", "after_last_day"),
)


def seal(row: Row) -> int:
    """The CRC-32 of a review's columns; ``undone_at`` may change, so it is not among them."""
    return checksum([row[name] for name in SEALED_COLUMNS])


def checksum(values: list[Any]) -> int:
    """The same of the values of ``SEALED_COLUMNS``."""
    return zlib.crc32(repr(values).encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A row of the log as it is on disk.

    Attributes:
        values: Of ``SEALED_COLUMNS``.
        seal: What stands in its column.
    """

    values: Values
    seal: Any

    @property
    def fits(self) -> bool:
        """Whether the row is what was written."""
        return bool(checksum(list(self.values)) == self.seal)

    def changes(self, right: Sealed) -> dict[str, Any]:
        """The columns in which another row differs."""
        pairs = zip(SEALED_COLUMNS, self.values, right.values, strict=True)
        changed = {name: new for name, old, new in pairs if repr(old) != repr(new)}
        return changed if self.seal == right.seal else {**changed, "seal": right.seal}


def mended(row: Sealed, before: Values | None, after: Values | None, words: Iterable[str]) -> Sealed | None:
    """The row that was written, if it can be told from one that a single value makes wrong.

    Args:
        row: As it is now.
        before: The schedule that the card's review before it left, if known; see ``SCHEDULE_COLUMNS``.
        after: The schedule that the card's next review found.
        words: Modes and sources that there are.

    Returns:
        The only row near this one that fits its checksum; None if there is none or more than one.
    """
    found: dict[str, Sealed] = {}
    right = checksum(list(row.values))
    if right in near(row.seal):
        found[repr(row.values)] = Sealed(row.values, right)
    for base in _bases(row.values, before, after):
        for values in (base, *_fitting(base, row.seal, tuple(words))):
            candidate = Sealed(values, row.seal)
            if candidate.fits:
                found[repr(values)] = candidate
    return next(iter(found.values())) if len(found) == 1 else None


def _bases(values: Values, before: Values | None, after: Values | None) -> Iterator[Values]:
    """The row, and with one schedule or both as its neighbours have them."""
    head, own_before, own_after = values[:_BEFORE], values[_BEFORE:_AFTER], values[_AFTER:]
    for one in (own_before, *([before] if before else [])):
        for other in (own_after, *([after] if after else [])):
            yield (*head, *one, *other)


def _fitting(values: Values, wanted: Any, words: Sequence[str]) -> Iterator[Values]:  # noqa: ANN401
    """The rows that differ in one value and fit a checksum; the text around that value is taken up only once."""
    pieces = [repr(value).encode() for value in values]
    for place, value in enumerate(values):
        head = b"[" + b"".join(piece + b", " for piece in pieces[:place])
        tail = b"".join(b", " + piece for piece in pieces[place + 1 :]) + b"]"
        begun = zlib.crc32(head)
        for other in (*near(value), *_likely(SEALED_COLUMNS[place], values, words)):
            if zlib.crc32(tail, zlib.crc32(repr(other).encode(), begun)) == wanted:
                yield (*values[:place], other, *values[place + 1 :])


def _likely(name: str, values: Values, words: Sequence[str]) -> Iterator[Any]:
    """What a column mostly holds, whatever stands in it."""
    if name in ("mode", "source"):
        yield from words
    else:
        yield from (None, *range(5))
    for one, other in _TWINS:
        if name in (one, other):
            yield values[_PLACES[other if name == one else one]]


def near(value: object) -> list[Any]:
    """What a value may have been before one bit of it turned on disk."""
    match value:
        case int():
            return [*_near_whole(value), struct.unpack("<d", _eight_bytes(value))[0]]
        case float():
            turned = [struct.unpack("<d", _eight_bytes(bits))[0] for bits in _turned(_bits(value), 64)]
            # SQLite keeps a float without a fraction as a whole number
            whole = map(float, _near_whole(int(value))) if isfinite(value) and value == int(value) else ()
            return [*turned, *whole, _bits(value)]
        case str():
            return list(_near_text(value))
        case bytes():
            return [value.decode("utf-8", "surrogateescape")]
    return []


def _near_whole(value: int) -> Iterator[int]:
    yield from _turned(value, 63)
    for width in _WIDTHS:
        yield value - (1 << (width - 1)) if value >= 0 else value + (1 << (width - 1))


def _near_text(text: str) -> Iterator[str]:
    data = bytearray(text.encode("utf-8", "surrogateescape"))
    for place, byte in enumerate(data):
        for turned in _turned(byte, 8):
            data[place] = turned
            yield data.decode("utf-8", "surrogateescape")
        data[place] = byte


def _turned(number: int, bits: int) -> Iterator[int]:
    return (number ^ 1 << bit for bit in range(bits))


def _bits(number: float) -> int:
    return int.from_bytes(struct.pack("<d", number), "little", signed=True)


def _eight_bytes(number: int) -> bytes:
    return (number & (1 << 64) - 1).to_bytes(8, "little")

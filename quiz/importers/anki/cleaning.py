"""Text and numbers from strangers, made harmless."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, datetime

LATEST = datetime(2200, 1, 1, tzinfo=UTC)
LATEST_SECONDS = int(LATEST.timestamp())
LATEST_MS = LATEST_SECONDS * 1000
INT32 = (1 << 31) - 1

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANK = re.compile("[\t\n ]+")
_SHOWN = 40


def text(value: str) -> str:
    """Text without control characters but tab and line end; lone surrogates are replaced."""
    if value.isprintable():  # ten times as fast as to look for each
        return value
    return _UNWANTED.sub(lambda found: "\ufffd" if found[0] >= "\ud800" else "", value)


def name(value: object) -> str:
    """A name: NFC and one line; what is no text is empty."""
    if not isinstance(value, str):
        return ""
    return _BLANK.sub(" ", unicodedata.normalize("NFC", text(value))).strip()


def shown(value: str) -> str:
    """The beginning of a text, for messages."""
    line = name(value)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def whole(value: object, low: int, high: int) -> int | None:
    """A whole number within bounds; None if the value is anything else."""
    number = _number(value)
    return number if number is not None and low <= number <= high else None


def clamped(value: object, low: int = 0, high: int = INT32) -> int:
    """The whole number within bounds that is nearest; the lower bound if the value is no number."""
    number = _number(value)
    if number is None or number < low:
        return low
    return high if number > high else number  # noqa: FURB136  a package has millions, and min() is slower


def _number(value: object) -> int | None:
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and math.isfinite(value) else None

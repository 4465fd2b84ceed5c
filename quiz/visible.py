"""Text that cannot drive a terminal: whatever could move the cursor, reorder text or hide becomes visible.

The one rule for all that is shown: on the screen, in lines, in messages, and in JSON.
"""

from __future__ import annotations

import re

_KEPT = (0x09, 0x0A)
_SEPARATORS = (0x2028, 0x2029)
_C1 = range(0x80, 0xA0)
_SURROGATES = range(0xD800, 0xE000)
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_TAGS = range(0xE0000, 0xE0080)

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_STAND_INS: dict[int, str | None] = {
    **_PICTURES,
    **dict.fromkeys((*_C1, *_SURROGATES, *_SEPARATORS), "\ufffd"),
    **{code: f"<U+{code:04X}>" for code in _BIDI},
    **dict.fromkeys(_TAGS, None),
}
_STAND_INS_BUT_KEPT = {code: stand_in for code, stand_in in _STAND_INS.items() if code not in _KEPT}
# Ranges: a pattern of two thousand single characters takes milliseconds to compile.
_HARMLESS = (
    r"\t\n\x20-\x7e\u00a0-\u061b\u061d-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\uffff"
    r"\U00010000-\U000dffff\U000e0080-\U0010ffff"
)
_NO_ASCII = r"[^\t\n\x20-\x7e]"


def visible(text: str) -> str:
    """Text with a stand-in for whatever could move the cursor, reorder text or hide; tab and newline stay."""
    return text if text.isprintable() else text.translate(_STAND_INS_BUT_KEPT)


def one_line(text: str) -> str:
    """Prose as one visible line: newlines and runs of blanks become one blank."""
    return visible(" ".join(text.split()))


def first_line(text: str) -> str:
    """The first line that says something, visible; empty if none does."""
    return next((one_line(line) for line in text.splitlines() if line.strip()), "")


def in_line(text: str) -> str:
    """Text within a line, a name above all: its newlines and tabs become visible too, its blanks stay."""
    return text if text.isascii() and text.isprintable() else text.translate(_STAND_INS)


def escaped(json: str, *, unicode: bool = True) -> str:
    """JSON text in which the same characters are escaped: what is read from it is what was written.

    Args:
        json: The text, its newlines between values only.
        unicode: Whether other characters than those of ASCII can be written as they are.
    """
    # compiled here: a review prints no JSON, and begins that much sooner
    return re.sub(f"[^{_HARMLESS}]" if unicode else _NO_ASCII, _escape, json)


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))

"""Text that cannot drive the terminal: control characters become visible, links lead to the web only."""

from __future__ import annotations

import re

_CONTROLS = range(0x20)
_KEPT = (0x09, 0x0A)
_C1 = range(0x80, 0xA0)
_SURROGATES = range(0xD800, 0xE000)
_SEPARATORS = (0x2028, 0x2029)
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_TAGS = range(0xE0000, 0xE0080)

_STAND_INS: dict[int, str | None] = {
    **{code: chr(0x2400 + code) for code in _CONTROLS if code not in _KEPT},
    0x7F: "\u2421",
    **dict.fromkeys((*_C1, *_SURROGATES, *_SEPARATORS), "\ufffd"),
    **{code: f"<U+{code:04X}>" for code in _BIDI},
    **dict.fromkeys(_TAGS, None),
}
# The others, as ranges: a pattern of two thousand single characters takes milliseconds to compile.
_HARMLESS = re.compile(
    r"[\t\n\x20-\x7e\u00a0-\u061b\u061d-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\uffff"
    r"\U00010000-\U000dffff\U000e0080-\U0010ffff]*"
)
# No blank, quote or control character: it goes into an escape sequence, and to the program that opens it.
_LINK = re.compile(r"(?:https?://|mailto:)[\x21\x23-\x7e]+", re.IGNORECASE)
_ADDRESS = r"(?:[^\s<>()\]`\"']|\([^\s<>()]*\))+"
_MARKDOWN_LINK = re.compile(rf"\]\(<?({_ADDRESS})|<((?:https?|mailto):{_ADDRESS})>|(https?://{_ADDRESS})")


def visible(text: str) -> str:
    """Text with a stand-in for whatever could move the cursor, reorder text or hide; tab and newline stay."""
    return text if _HARMLESS.fullmatch(text) else text.translate(_STAND_INS)


def one_line(text: str) -> str:
    """Visible text without newlines and tabs."""
    return visible(" ".join(text.split()))


def may_open(link: str) -> bool:
    """Whether a link is one of http, https and mailto: other schemes start programs."""
    return _LINK.fullmatch(link) is not None


def links(markdown: str) -> list[str]:
    """The links and images of a markdown text that may be opened, in order."""
    found = ("".join(match).rstrip(".,;:!?") for match in _MARKDOWN_LINK.findall(markdown))
    return [link for link in found if may_open(link)]

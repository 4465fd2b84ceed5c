"""Text that is nothing but text."""

from __future__ import annotations

import re

# Anki separates fields by U+001F; a lone surrogate is no UTF-8; a byte order mark is swallowed by Pygments
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


def cleaned(text: str) -> str:
    """Text without what is none: control characters but for newline and tab, and lone surrogates."""
    return _NOT_TEXT.sub("", text)

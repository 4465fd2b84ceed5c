"""Links that lead to the web or to mail: other schemes start programs."""

from __future__ import annotations

import re

# No blank, quote or control character: it goes into an escape sequence, and to the program that opens it.
_LINK = re.compile(r"(?:https?://|mailto:)[\x21\x23-\x7e]+", re.IGNORECASE)
_ADDRESS = r"(?:[^\s<>()\]`\"']|\([^\s<>()]*\))+"
_MARKDOWN_LINK = re.compile(rf"\]\(<?({_ADDRESS})|<((?:https?|mailto):{_ADDRESS})>|(https?://{_ADDRESS})")


def may_open(link: str) -> bool:
    """Whether a link is one of http, https and mailto."""
    return _LINK.fullmatch(link) is not None


def links(markdown: str) -> list[str]:
    """The links and images of a markdown text that may be opened, in order."""
    found = ("".join(match).rstrip(".,;:!?") for match in _MARKDOWN_LINK.findall(markdown))
    return [link for link in found if may_open(link)]

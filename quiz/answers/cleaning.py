"""Text without what pasting, smart keyboards and Markdown put around and into it."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Characters that act and placeholders are written with these: see lexing and placeholders
_OURS = re.compile("[\U000f0000-\U0010ffff]")
_STRAIGHT = str.maketrans("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2010", "''''\"\"\"\"-")
# Normalising takes the square of the length of a run of combining marks
_STRETCH = re.compile(r"\s+|\S{1,500}")
_FENCE = re.compile(r"\s*(?P<run>`{3,}|~{3,})[^\n`]*\n(?P<inside>.*)\n\s*(?P=run)[`~]*\s*", re.DOTALL)
_TICKS = re.compile(r"`+")


def nfkc(text: str) -> str:
    r"""Text in the form NFKC, without invisible characters and with ``\n`` between its lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text
    stretches = _STRETCH.findall(_OURS.sub("\ufffd", _INVISIBLE.sub("", text)))
    return "".join(unicodedata.normalize("NFKC", stretch) for stretch in stretches)


def straight(text: str) -> str:
    """Text with straight quotes, and the hyphens of a keyboard."""
    return text.translate(_STRAIGHT)


def without_frame(text: str) -> str:
    """Text without the fence or the backticks around all of it."""
    fence = _FENCE.fullmatch(text)
    if fence:
        return fence["inside"]
    inside, runs = text.strip(), _TICKS.findall(text)
    if runs.count(runs[0] if runs else "") == 2 and runs[-1] == runs[0]:  # noqa: PLR2004 - a pair
        run = runs[0]
        if inside.startswith(run) and inside.endswith(run):
            return inside.removeprefix(run).removesuffix(run).strip()
    return text


def cleaned_command(text: str) -> str:
    """A command as it was meant: straight quotes, and no fence, backticks or prompt around it."""
    return without_frame(straight(nfkc(text))).strip().removeprefix("$ ").strip()

"""Marks inside a line: code spans, bold spans, backslash escapes, separators, harmless HTML."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MASK = "\x7f"  # stands for a character in which no mark is looked for; no note contains it

_TICKS = re.compile(r"`+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def code_spans(text: str) -> list[tuple[int, int]]:
    """Where code spans begin and end, backticks included. Runs are paired in one pass: linear in hostile text."""
    if "`" not in text:
        return []
    runs = [match.span() for match in _TICKS.finditer(text)]
    places: dict[int, list[int]] = {}
    for start, end in runs:
        places.setdefault(end - start, []).append(start)
    spans, position = [], 0
    for start, end in runs:
        if start < position:
            continue
        begin = start + 1 if is_escaped(text, start) else start
        same = places.get(end - begin, [])
        index = bisect_right(same, begin)
        if begin < end and index < len(same):
            position = same[index] + end - begin
            spans.append((begin, position))
    return spans


def masked(text: str) -> str:
    """The text with its code spans blotted out, of the same length."""
    spans = code_spans(text)
    if not spans:
        return text
    parts, position = [], 0
    for start, end in spans:
        parts += [text[position:start], MASK * (end - start)]
        position = end
    return "".join(parts) + text[position:]


def is_escaped(text: str, index: int) -> bool:
    """Whether an odd number of backslashes stands before the character."""
    count = 0
    while index > count and text[index - count - 1] == "\\":
        count += 1
    return count % 2 == 1


def unescape(text: str) -> str:
    """Resolve backslash escapes of ASCII punctuation; those inside code spans stay."""
    if "\\" not in text:
        return text
    parts, position = [], 0
    for start, end in code_spans(text):
        parts += [_ESCAPE.sub(r"\1", text[position:start]), text[start:end]]
        position = end
    return "".join(parts) + _ESCAPE.sub(r"\1", text[position:])


def bold_span(text: str) -> tuple[str, int] | None:
    """The inside of the bold span that the text starts with, and the offset behind the span."""
    mark = text[:2]
    if mark not in ("**", "__") or len(text) < 5 or text[2].isspace():  # noqa: PLR2004 - `**x**`
        return None
    hidden = masked(text)
    index = hidden.find(mark, 3)
    while index >= 0 and (hidden[index - 1].isspace() or is_escaped(text, index)):
        index = hidden.find(mark, index + 1)
    if index < 0:
        return None
    if text[index : index + 3] == mark + mark[0]:  # `**a *b***`: the inner emphasis closes first
        index += 1
    return text[2:index], index + 2


def without_bold(text: str) -> str:
    """The text without the bold around it, if it is bold as a whole."""
    span = bold_span(text)
    return span[0].strip() if span and span[1] == len(text) else text


# --- HTML ----------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"\\\(([^`\n\x7f]{1,400}?)\\\)|\\\[([^`\n\x7f]{1,400}?)\\\]")
_TEX_SIGN = re.compile(r"[\\^_=+<>]|^\w{1,3}$")
_TAG = re.compile(r"<(/?)(code|b|strong|i|em|u|s|sub|sup|kbd|br|p)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_EQUAL = {"b": "**", "strong": "**", "i": "*", "em": "*", "u": "*", "s": "~~", "sub": "", "sup": ""}
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def inline_html_to_markdown(text: str) -> str:
    """Harmless tags as their markdown equals; anything else in angle brackets stays the text that it is.

    So do Obsidian's marks: a link between notes becomes its text, and the name of a block goes.
    """
    if "<" not in text and "[[" not in text and "^" not in text:
        return text
    return _in_prose(text, _prose_to_markdown)


def without_formula_marks(text: str) -> str:
    r"""Formulas in TeX's own marks, ``\(…\)`` and ``\[…\]``, as their TeX alone; code stays."""
    return _in_prose(text, _prose_with_bare_formulas) if "\\(" in text or "\\[" in text else text


def _in_prose(text: str, change: Callable[[str], str]) -> str:
    """The text with what stands outside of its fences changed."""
    result: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence or match:
            if prose:
                result.append(change("\n".join(prose)))
                prose = []
            result.append(line)
            if not fence and match:
                fence = match[1]
            elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        else:
            prose.append(line)
    if prose:
        result.append(change("\n".join(prose)))
    return "\n".join(result)


def formula_at(text: str, position: int) -> tuple[str, int] | None:
    """The TeX of the formula that begins there, and the offset behind it; escaped brackets around text are none."""
    found = _FORMULA.match(text, position)
    tex = (found[1] or found[2]).strip() if found else ""
    return (tex, found.end()) if found and _TEX_SIGN.search(tex) else None


def _prose_with_bare_formulas(text: str) -> str:
    hidden = masked(text)
    parts, position = [], 0
    for found in _FORMULA.finditer(hidden):
        if formula := formula_at(text, found.start()):
            parts += [text[position : found.start()], formula[0]]
            position = found.end()
    return "".join(parts) + text[position:]


def _prose_to_markdown(text: str) -> str:
    text = _without_obsidian(text)
    hidden = masked(text)
    tags = list(_TAG.finditer(hidden))
    partner = _pairs(tags)
    parts, position = [], 0
    for number, tag in enumerate(tags):
        if tag.start() < position:
            continue
        parts.append(text[position : tag.start()])
        position = tag.end()
        name = tag[2].lower()
        if name == "br":
            parts.append("\n")
        elif name == "p":
            parts.append("\n\n" if parts[-1].strip() and tag.end() < len(text) else "")
        elif number not in partner:
            parts.append(tag[0])
        elif name in ("code", "kbd"):
            closing = tags[partner[number]]
            parts.append(_code(text[tag.end() : closing.start()]))
            position = closing.end()
        else:
            parts.append(_EQUAL[name] if name != "sup" or tag[1] else "^")
    return "".join(parts) + text[position:]


_WIKI_LINK = re.compile(
    r"(?<![!\\\[])\[\[(?![\s\[])(?P<name>[^\[\]\n|]{1,300})(?:\|(?P<alias>[^\[\]\n]{1,300}))?\]\]"
)
_BLOCK_NAME = re.compile(r"(?:(?<=\S)[ \t]+|^)\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{3,64}[ \t]*$", re.MULTILINE)


def _without_obsidian(text: str) -> str:
    hidden = masked(text)
    marks = sorted(
        [*_WIKI_LINK.finditer(hidden), *_BLOCK_NAME.finditer(hidden)], key=lambda mark: mark.start()
    )
    parts, position = [], 0
    for mark in marks:
        parts += [text[position : mark.start()], _link_text(mark) if mark[0].startswith("[") else ""]
        position = mark.end()
    return "".join(parts) + text[position:]


def _link_text(link: re.Match[str]) -> str:
    """``alias`` of ``[[note|alias]]``; of ``[[note#part]]`` note and part."""
    if link["alias"]:
        return link["alias"].strip()
    return " › ".join(part.strip(" ^") for part in link["name"].split("#") if part.strip(" ^"))


def _pairs(tags: list[re.Match[str]]) -> dict[int, int]:
    """Which tag closes which, both ways; tags without a partner are left out."""
    opened: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for number, tag in enumerate(tags):
        stack = opened.setdefault(tag[2].lower(), [])
        if not tag[1]:
            stack.append(number)
        elif stack:
            pairs[number] = stack.pop()
            pairs[pairs[number]] = number
    return pairs


def _code(text: str) -> str:
    text = " ".join(html.unescape(text).split())
    if not text:
        return ""
    ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    return f"{ticks} {text} {ticks}" if "`" in (text[0], text[-1]) else f"{ticks}{text}{ticks}"

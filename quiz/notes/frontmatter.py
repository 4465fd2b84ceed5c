"""Front matter, tags lines and the names of decks. YAML is read as text only: no types, anchors, aliases or tags."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from quiz.cues.inline import unescape

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 64 * 1024
_DEPTH = 16
_MOST_DOTS = 100  # in a line of TOML, whose reader takes quadratic time for long dotted keys

_TAGS_LINE = re.compile(r"\w{0,8}tags:(?:\s+|(?=[\[#])|$)(.*)", re.IGNORECASE)
_DENDRON_TAG = re.compile(r"#tag\.([\w.-]+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_WORDLESS = frozenset({"selfhelp", "readme", "index", "notes"})
_FRONT_PAGES = frozenset({"readme", "index"})

_Loader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class FrontMatter:
    """What a file says about itself.

    Attributes:
        lines: How many lines it covers at the top of the file.
        deck: The deck's name, or empty.
        description: A line about it for people, or empty.
        flags: The words of the key ``dquiz``.
        problem: Why it cannot be read, or empty.
    """

    lines: int = 0
    deck: str = ""
    description: str = ""
    title: str = ""
    tags: list[str] = field(default_factory=list)
    flags: frozenset[str] = frozenset()
    problem: str = ""


def read_front_matter(lines: list[str]) -> FrontMatter:
    """The front matter of a file; without one, an empty value."""
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter()
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), 0)
    if not end:
        return FrontMatter()
    text = "\n".join(lines[1:end])
    known, problem = _mapping(text)
    return FrontMatter(
        lines=end + 1,
        deck=_word(known.get("deck")) or _word(known.get("name")),
        description=_word(known.get("desc")),
        title=_word(known.get("title")),
        tags=_tags(known.get("tags")),
        flags=frozenset(word.casefold() for word in _tags(known.get("dquiz"))),
        problem=problem,
    )


def _mapping(text: str) -> tuple[dict[str, object], str]:
    """The mapping in a front matter, and why it could not be read."""
    if len(text) > LIMIT:
        return {}, f"front matter of more than {LIMIT // 1024} KiB is not read"
    if not text.strip():
        return {}, ""
    try:
        value = _yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        value, reason = None, str(error).split("\n", 1)[0]
    else:
        reason = "it is no list of keys and values"
    if isinstance(value, dict):
        return value, ""
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        return {}, "front matter nested too deep is not read"
    try:
        return tomllib.loads(text), ""
    except (ValueError, RecursionError):
        return {}, f"front matter cannot be read as YAML or TOML: {_CONTROL.sub(' ', reason)}"


def _yaml(text: str) -> object:
    """Plain YAML as strings, lists and mappings.

    Raises:
        ValueError: It uses an anchor, an alias, a tag, or nests too deep: no front matter needs them, and a few
            hundred bytes of them can take minutes or gigabytes.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if (
            isinstance(event, yaml.AliasEvent)
            or getattr(event, "anchor", None)
            or getattr(event, "tag", None)
        ):
            raise ValueError("anchors, aliases and tags are not read")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            raise ValueError("nested too deep")
    value: object = yaml.load(text, Loader=_Loader)  # noqa: S506 - the base loader makes strings only
    return value


def _word(value: object) -> str:
    return " ".join(_CONTROL.sub(" ", value).split()) if isinstance(value, str) else ""


def _tags(value: object) -> list[str]:
    """Tags from a list or a comma list."""
    if isinstance(value, str):
        value = value.strip().removeprefix("[").removesuffix("]").split(",")
    if not isinstance(value, list):
        return []
    words = (_word(word).strip("\"'").lstrip("#") for word in value if isinstance(word, str))
    return ["-".join(word.split()) for word in words if word]


def tags_in_lines(lines: Iterable[str]) -> list[str]:
    """The tags of a second tag block, in any of its five spellings; other lines are ignored."""
    tags: list[str] = []
    for line in lines:
        if "tag" not in line.casefold():
            continue
        text = unescape(line.strip())
        match = _TAGS_LINE.fullmatch(text)
        if match:
            words = match[1].split() if match[1].startswith("#") else match[1]
            tags += _tags(words)
        elif text.startswith("#tag."):
            names = (_DENDRON_TAG.fullmatch(word) for word in text.split())
            tags += [name[1].strip(".").replace(".", "/") for name in names if name]
    return tags


def deck_name(relative_path: str, root: str = "") -> str:
    """The deck that a file below its source becomes: ``lang.lua.selfhelp.md`` is the deck ``lang/lua``.

    Args:
        relative_path: The file's path below its source.
        root: The name of the folder it is relative to: the deck of a README or index file right in it.
    """
    *folders, name = relative_path.replace("\\", "/").split("/")
    for extension in (".md", ".markdown"):
        if name.lower().endswith(extension) and len(name) > len(extension):
            name = name[: -len(extension)]
            break
    names = [part for part in name.split(".") if part]
    says_nothing = bool(names) and names[-1].casefold() in _WORDLESS
    # one dot alone is more often a name (node.js) than a hierarchy
    if " " in name or len(names) < (2 if says_nothing else 3):
        names = [name]
    parts = [part for part in (*folders, *names) if part and part != "."]
    if len(parts) > 1 and parts[-1].casefold() in _WORDLESS:
        parts.pop()
    elif root and parts and parts[0].casefold() in _FRONT_PAGES:
        parts = [root]
    return "/".join(_CONTROL.sub(" ", part) for part in parts)

"""Which commands a script of the shell runs, by a real grammar of bash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tree_sitter_bash
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_BASH = Parser(Language(tree_sitter_bash.language()))
_PLACEHOLDER = re.compile(r"\{\{[\w -]+\}\}")
_SHELLS = {"sh", "bash"}


@dataclass(frozen=True, slots=True)
class Command:
    """A program and its arguments.

    Attributes:
        line: How many lines of the script stand above it.
        words: Without quotes; what the shell would put in is left as it is written, a placeholder is ``PLACEHOLDER``.
    """

    line: int
    words: tuple[str, ...]


def commands(script: str) -> Iterator[Command]:
    """Every command, also in pipes, substitutions, loops and ``sh -c '…'``."""
    for node in _nodes(_PLACEHOLDER.sub("PLACEHOLDER", script), "command"):
        words = tuple(_text(part) for part in node.children if _is_word(part))
        yield Command(node.start_point.row, words)
        if words and words[0] in _SHELLS and "-c" in words[:-1]:
            for inner in commands(words[words.index("-c") + 1]):
                yield Command(node.start_point.row, inner.words)


def heredocs(script: str) -> Iterator[tuple[int, str]]:
    """What stands in heredocs, with how many lines of the script stand above it."""
    for node in _nodes(script, "heredoc_body"):
        yield node.start_point.row, node.text.decode()


def _nodes(script: str, kind: str) -> Iterator[Node]:
    left = [_BASH.parse(script.encode()).root_node]
    while left:
        node = left.pop()
        left += reversed(node.children)
        if node.type == kind:
            yield node


def _is_word(node: Node) -> bool:
    return node.is_named and node.type != "variable_assignment" and not node.type.endswith("redirect")


def _text(node: Node) -> str:
    if node.type in {"concatenation", "command_name"}:
        return "".join(_text(part) for part in node.children)
    text = node.text.decode()
    if node.type in {"raw_string", "string"}:
        return text[1:-1]
    return re.sub(r"\\(.)", r"\1", text) if node.type == "word" else text

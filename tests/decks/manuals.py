"""What programs document of themselves: the flags and commands that their ``--help`` shows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

    from programs import Programs

DOCUMENTED = ("docker", "podman", "buildah", "skopeo", "kubectl", "helm", "aws")
# flags of a program itself that its commands take too, but do not show
_SHARED = {
    "kubectl": ("kubectl", "options"),
    "podman": ("podman", "--help"),
    "buildah": ("buildah", "--help"),
    "skopeo": ("skopeo", "--help"),
}
_FLAG = re.compile(r"^ {1,8}(?:(-\w), )?(--[\w.-]+)(?: (\S.*?))?(?: {2,}.*)?$", re.MULTILINE)
_KUBECTL_FLAG = re.compile(r"^ {4}(?:(-\w), )?(--[\w-]+)=(.*):$", re.MULTILINE)
_COMMANDS = re.compile(r"^(?:\w[\w ]* )?Commands(?: \([\w ]+\))?:$", re.MULTILINE)
_USAGE = re.compile(r"^Usage:\s+(.+)$", re.MULTILINE)
# docker run [OPTIONS] IMAGE [COMMAND] [ARG...], but not kubectl exec POD [flags] -- COMMAND
_PASSES_ON = re.compile(r"\[options\](?P<own>(?: \[?[\w|]+\]?)*?) \[?COMMAND\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manual:
    """What a command takes.

    Attributes:
        flags: Each with whether the next word is its value.
        has_commands: Whether the next word is a command of its own.
        own_words: How many words stand before a command that it runs and whose flags are not its own; None if
            it runs none.
    """

    flags: dict[str, bool] = field(default_factory=dict)
    has_commands: bool = False
    own_words: int | None = None


def manual(text: str) -> Manual:
    """Read a help page as cobra prints it, in the manner of Docker, of kubectl or its own."""
    flags: dict[str, bool] = {"--help": False}
    for short, name, value in _FLAG.findall(text):
        # a bracket: the value may be left out, and then stands behind ``=`` only
        flags |= dict.fromkeys(filter(None, (short, name)), bool(value) and "[=" not in value)
    for short, name, default in _KUBECTL_FLAG.findall(text):
        flags |= dict.fromkeys(filter(None, (short, name)), default not in {"true", "false"})
    has_commands = bool(_COMMANDS.search(text))
    usage = _USAGE.search(text)
    passes_on = usage and not has_commands and _PASSES_ON.search(usage[1])
    return Manual(flags, has_commands, len(passes_on["own"].split()) if passes_on else None)


class Manuals:
    """The manuals of programs, each asked once. Close it: the AWS CLI is kept running."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._pages: dict[tuple[str, ...], str | None] = {}
        self._known: dict[tuple[str, ...], Manual | None] = {}

    def of(self, *path: str) -> Manual | None:
        """The manual of a command, such as ``docker``, ``compose``, ``up``; None if there is no such command."""
        if path[:2] == ("podman", "compose"):  # which hands all to Compose
            path = ("docker", *path[1:])
        if path not in self._known:
            self._known[path] = self._aws_manual(path[1:]) if path[0] == "aws" else self._help_manual(path)
        return self._known[path]

    def close(self) -> None:
        """End the AWS CLI."""
        if "_aws" in self.__dict__:
            self._aws.communicate(timeout=60)

    @cached_property
    def _aws(self) -> subprocess.Popen[str]:
        return self._programs.start("aws-python", Path(__file__).with_name("aws_arguments.py"))

    def _aws_manual(self, path: tuple[str, ...]) -> Manual | None:
        self._aws.stdin.write(f"{json.dumps(path)}\n")
        self._aws.stdin.flush()
        found = json.loads(self._aws.stdout.readline())
        return Manual(**found) if found else None

    def _help_manual(self, path: tuple[str, ...]) -> Manual | None:
        page = self._page(*path, "--help")
        if page is None or (len(path) > 1 and page == self._page(*path[:-1], "--help")):
            return None  # for a command that they do not know, some show the page of the one above it
        found = manual(page)
        if shared := _SHARED.get(path[0]):
            return replace(found, flags=manual(self._page(*shared)).flags | found.flags)
        return found

    def _page(self, *words: str) -> str | None:
        if words not in self._pages:
            done = self._programs.run(*words)
            self._pages[words] = None if done.returncode else done.stdout
        return self._pages[words]

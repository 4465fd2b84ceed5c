"""Standard output and standard error: what reaches them is clean, and no encoding or closed pipe breaks."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from typing import TextIO

# Control characters but tab and newline, and marks that reorder text: a name must not drive the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def prepare() -> None:
    """Lets every text be written: what the encoding of a stream lacks becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def clean(text: str) -> str:
    """Text without anything that could drive the terminal."""
    return _CONTROL.sub("", text)


def write(text: str) -> None:
    """Writes a line of what was asked for."""
    print(clean(text))  # noqa: T201


def write_error(text: str, *, end: str = "\n") -> None:
    """Writes a line of talk."""
    print(clean(text), end=end, file=sys.stderr, flush=True)  # noqa: T201


def redraw(line: str) -> None:
    """Replaces the last line of talk on a terminal, which must be no longer than this one."""
    print(f"\r{clean(line)}", end="", file=sys.stderr, flush=True)  # noqa: T201


def flush() -> None:
    """Makes sure that what was asked for is out."""
    if sys.stdout is not None:
        sys.stdout.flush()


def is_terminal(stream: TextIO | None) -> bool:
    """Whether someone sits there. A stream may be missing, or closed."""
    return stream is not None and not stream.closed and stream.isatty()


def discard() -> None:
    """Sends what is still unwritten nowhere, so that the end of the process does not try again."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""Standard output and standard error: what reaches them is clean, and no encoding or closed pipe breaks."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, TextIO

from quiz.visible import escaped, visible

if TYPE_CHECKING:
    from pathlib import Path

_AT_ONCE = 1 << 20


def prepare() -> None:
    """Lets every text be written: what the encoding of a stream lacks becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write(text: str) -> None:
    """Writes a line of what was asked for."""
    print(visible(text))  # noqa: T201


def write_file(path: Path) -> None:
    """Writes a text that stands in a file: byte for byte, but to a terminal as `write` would."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    if is_terminal(sys.stdout):
        write(path.read_text(encoding="utf-8").removesuffix("\n"))
        return
    sys.stdout.flush()
    with path.open("rb") as file:
        while part := file.read(_AT_ONCE):
            sys.stdout.buffer.write(part)


def write_error(text: str, *, end: str = "\n") -> None:
    """Writes a line of talk."""
    print(visible(text), end=end, file=sys.stderr, flush=True)  # noqa: T201


def write_json(text: str, stream: TextIO | None) -> None:
    """Writes a JSON text. Its strings stay what they are: what is not shown raw is escaped in them, not replaced."""
    encoding = getattr(stream, "encoding", None) or "ascii"
    print(escaped(text, unicode=encoding.lower().startswith("utf")), file=stream, flush=True)


def redraw(line: str) -> None:
    """Replaces the last line of talk on a terminal, which must be no longer than this one."""
    print(f"\r{visible(line)}", end="", file=sys.stderr, flush=True)  # noqa: T201


def flush() -> None:
    """Makes sure that what was asked for is out."""
    if sys.stdout is not None:
        sys.stdout.flush()


def is_terminal(stream: TextIO | None) -> bool:
    """Whether someone sits there. A stream may be missing, or closed."""
    return stream is not None and not stream.closed and stream.isatty()


def columns(stream: TextIO | None = None) -> int:
    """How wide lines may be, on standard output if not given: as the terminal is, and elsewhere without end."""
    return shutil.get_terminal_size().columns if is_terminal(stream or sys.stdout) else sys.maxsize


def between_words(text: str, width: int) -> str:
    """A text whose lines are broken between words where they are wider; a word that is wider stays whole."""
    if max(map(len, text.split("\n"))) <= width:
        return text
    lay_out = textwrap.TextWrapper(
        width,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        expand_tabs=False,
    )
    return "\n".join("\n".join(lay_out.wrap(line)) for line in text.split("\n"))


def discard() -> None:
    """Sends what is still unwritten nowhere, so that the end of the process does not try again."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

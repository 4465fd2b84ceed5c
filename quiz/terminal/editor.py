"""The user's editor, opened at a line of a file."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from quiz.errors import QuizError
from quiz.terminal.words import place

_BY_GOTO = ("code", "code-insiders", "codium", "cursor", "windsurf")
_BY_COLON = ("hx", "helix", "subl", "zed")
_WAITS = {"subl": "--wait", "zed": "--wait"}


class EditorError(QuizError):
    """The editor could not be started, or ended with an error."""

    code = "editor_failed"


def command_for(path: str, line: int, configured: str = "") -> list[str]:
    """The command that opens a file at a line.

    Args:
        path: The file.
        line: 1-based.
        configured: May hold ``{path}`` and ``{line}``; empty is $VISUAL, $EDITOR, then one that is there.

    Raises:
        EditorError: The configured command has an open quote.
    """
    given = configured or os.environ.get("VISUAL") or os.environ.get("EDITOR") or _fallback()
    try:
        words = shlex.split(given)
    except ValueError:
        words = []
    if not words:
        raise EditorError(f"The editor {given!r} is not a command. Set editor.command.")
    if "{path}" in given:
        return [word.replace("{path}", path).replace("{line}", str(line)) for word in words]
    name = Path(words[0]).stem.lower()
    if name in _BY_GOTO:
        waiting = [] if "--wait" in words or "-w" in words else ["--wait"]
        return [*words, "-g", place(path, line), *waiting]
    if name in _BY_COLON:
        waiting = [_WAITS[name]] if name in _WAITS and _WAITS[name] not in words else []
        return [*words, *waiting, place(path, line)]
    return [*words, path] if name == "notepad" else [*words, f"+{line}", path]


def _fallback() -> str:
    if sys.platform == "win32":
        return "notepad"
    return next((name for name in ("nano", "vi") if shutil.which(name)), "nano")


def edit(path: str, line: int, configured: str = "") -> None:
    """Open the editor and wait until it is closed.

    Raises:
        EditorError: It could not be started, or ended with an error: nothing should be read anew then.
    """
    command = command_for(path, line, configured)
    try:
        ended = subprocess.run(command, check=False).returncode  # noqa: S603 - the user's own editor
    except OSError as error:
        reason = error.strerror or str(error)
        raise EditorError(f"{command[0]}: {reason}. Set editor.command, $VISUAL or $EDITOR.") from None
    if ended:
        raise EditorError(f"{Path(command[0]).name} ended with {ended}: what it wrote is not taken.")


def written(configured: str = "") -> str:
    """Lines written in the editor, from a file that is gone afterwards.

    Raises:
        EditorError: It could not be started, or ended with an error.
    """
    with tempfile.TemporaryDirectory(prefix="dquiz-") as folder:
        file = Path(folder, "answer.txt")
        file.touch()
        edit(str(file), 1, configured)
        return file.read_text(encoding="utf-8", errors="replace")


def ask_for_text(configured: str, question: str, before: str = "") -> str:
    """A text written in the editor below a question; empty if nothing was.

    Args:
        configured: As `command_for` takes it.
        question: Stands above, in a comment that is taken away.
        before: What stands there to begin with.

    Raises:
        EditorError: It could not be started, or ended with an error.
    """
    head = (
        "<!--\n"
        + question.replace("-->", "-- >").strip()
        + "\n\nWrite the answer below. Nothing: later.\n-->\n"
    )
    with tempfile.TemporaryDirectory(prefix="dquiz-") as folder:
        file = Path(folder, "answer.md")
        file.write_text(head + before, encoding="utf-8")
        edit(str(file), head.count("\n") + 1, configured)
        try:
            written = file.read_text(encoding="utf-8-sig", errors="replace")
        except OSError as error:
            raise EditorError(f"The answer cannot be read: {error.strerror or error}.") from None
    return written.replace("\r\n", "\n").replace(head, "").strip()

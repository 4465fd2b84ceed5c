"""The command line: arguments in, exit code out.

How to add a command:

1. Write a function in the module of its group (`study`, `decks`, `find`, `progress`, `data`, `setup`). Its
   parameters are the arguments and options, with the types of `quiz.cli.options` or `typer.Option`. Its
   docstring is the help: one sentence, a paragraph ``Examples:``, details. Heavy imports stand inside it.
2. Give it a line in `quiz.cli.commands`: name, ``module:function``, summary. Only the module of the command
   that is called gets imported.
3. The body takes what it needs from `quiz.cli.running.current()`, makes one call, and ends with
   `quiz.cli.output.show(data, lines)`: data for ``--json``, lines for people.

Every command has ``--json``, ``--plain``, ``-q`` and ``-v``; they are fields of `current()`. A `QuizError`
becomes a message and an exit code in `quiz.cli.outcome`, and nowhere else. A command that ran and found
problems shows them and raises `typer.Exit(1)`.
"""

from __future__ import annotations

import sys

from quiz.cli import streams
from quiz.cli.commands import VERSION, help_text

_INTERRUPTED = 130


def main() -> None:
    """The program `dquiz`."""
    streams.prepare()
    arguments = _without_help(sys.argv[1:])
    if not _answered_at_once(arguments):
        sys.exit(_run(arguments))


def _without_help(arguments: list[str]) -> list[str]:
    """``help`` and ``help COMMAND`` as the option that they stand for."""
    return [*arguments[1:2], "--help"] if arguments[:1] == ["help"] else arguments


def _answered_at_once(arguments: list[str]) -> bool:
    """Help and version without Typer, whose import takes four times as long as all the rest."""
    if not arguments or arguments in (["-h"], ["--help"]):
        text = help_text()
    elif arguments in (["-V"], ["--version"]):
        text = f"dquiz {VERSION}"
    else:
        return False
    try:
        streams.write(text)
        streams.flush()
    except OSError:
        return False  # the whole program knows what to say about it
    return True


def _run(arguments: list[str]) -> int:
    try:
        from quiz.cli.outcome import run

        return run(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED

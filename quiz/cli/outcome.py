"""How a run ends: every outcome becomes an exit code, every error one message. Here, and nowhere else."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import typer

from quiz.cli import streams
from quiz.cli.output import show_error
from quiz.cli.program import invoke
from quiz.cli.running import begin, current
from quiz.errors import MissingError, QuizError, UsageError
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Sequence

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130


def run(arguments: Sequence[str]) -> int:
    """Runs the program with some arguments; the exit code. A bug keeps its traceback."""
    # Before the arguments are understood: not to understand them must be said in JSON too.
    begin(json=_want_json(arguments))
    try:
        code = _run(arguments)
        streams.flush()
    except BrokenPipeError:
        streams.discard()
        return _FAILED
    except OSError as error:
        streams.discard()
        return _end(QuizError(f"The output cannot be written: {error.strerror}."))
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        invoke(arguments)
    except typer.Exit as end:
        return end.exit_code
    except QuizError as error:
        return _end(error)
    except typer.TyperException as error:
        return _end(_misuse(error))
    except (KeyboardInterrupt, typer.Abort):
        show_error("Interrupted.", "interrupted", {})
        return _INTERRUPTED
    except OSError as error:
        if error.filename is None:  # of the output: only files have names
            raise
        return _end(MissingError(f"{error.filename}: {error.strerror}.", path=str(error.filename)))
    return _DONE


def _want_json(arguments: Sequence[str]) -> bool:
    options = list(arguments)
    return "--json" in options[: options.index("--") if "--" in options else None]


def _end(error: QuizError) -> int:
    # One line, whatever the names in it; mistakes in the configuration are a line each, and made so where they are.
    message = str(error) if "mistakes" in error.details else in_line(str(error))
    show_error(message, error.code, error.details)
    if current().verbose and error.__cause__ is not None:
        traceback.print_exception(error.__cause__)
    return error.exit_code


def _misuse(error: typer.TyperException) -> QuizError:
    """Typer's complaint in our words, with where to read on."""
    message = error.message if getattr(error, "possibilities", None) else error.format_message()
    message = message.strip()
    if near := getattr(error, "possibilities", None):
        message = f"{message}. Did you mean '{near[0]}'?"
    if context := getattr(error, "ctx", None):
        sentence = message if message.endswith(("?", ".")) else f"{message}."
        message = f"{sentence} Try `{context.command_path} --help`."
    return UsageError(message)

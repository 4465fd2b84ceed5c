"""The program as Typer sees it: what stands before the command, and commands imported when they are called.

Without Rich: for its help Typer loads Markdown and Pygments, and takes longer than a study session to start.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from quiz.cli.commands import ROOT_OPTIONS, VERSION, command_called, commands, help_text
from quiz.cli.running import current
from quiz.cli.streams import write
from quiz.errors import UsageError
from quiz.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    # Typer carries its own Click; the package called click is another one.
    from typer._click import Context
    from typer._click.core import Command, Parameter
    from typer._click.formatting import HelpFormatter

    from quiz.cli.commands import Command as Entry

_NAME = "dquiz"
_HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


def invoke(arguments: Sequence[str]) -> None:
    """Understands the arguments and runs the command. Raises whatever happens, `typer.Exit` too."""
    program = typer.main.get_command(_app)
    with program.make_context(_NAME, list(arguments)) as context:
        program.invoke(context)


class Program(TyperGroup):
    """All commands, each built when it is called."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002
        """Names, in the order of the help."""
        return list(commands())

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002
        """The command with that name or alias."""
        entry = command_called(cmd_name)
        return None if entry is None else built(entry)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that the arguments name, and the arguments left for it."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None:
            if name.startswith("-"):
                return super().resolve_command(ctx, args)
            raise UsageError(f"No such command {name!r}.{_meant(name)}", given=name)
        current().command = command.name or name
        return name, command, args[1:]

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002
        """Writes the list of commands in their panels."""
        formatter.write(help_text() + "\n")


class OneCommand(TyperCommand):
    """A command, with the options that all have."""

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Writes arguments, options, and the options of all commands apart."""
        shared = [one for one in self.params if not one.expose_value]
        own = [one for one in self.get_params(ctx) if one not in shared]
        arguments = [one for one in own if one.param_type_name == "argument"]
        options = [one for one in own if one.param_type_name == "option"]
        for heading, parameters in (("Arguments", arguments), ("Options", options), ("Output", shared)):
            if rows := [row for one in parameters if (row := one.get_help_record(ctx))]:
                with formatter.section(heading):
                    formatter.write_dl(rows)


def built(entry: Entry) -> Command:
    """A command as Typer has it; imports its module."""
    module, _, name = entry.function.partition(":")
    function = getattr(import_module(f"quiz.cli.{module}"), name)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    help_of_it = _as_written(inspect.getdoc(function) or "")
    app.command(entry.name, cls=OneCommand, help=help_of_it, context_settings=_HELP_OPTIONS)(function)
    command = typer.main.get_command(app)
    for parameter in command.params:
        if parameter.metavar is None and parameter.type.name.startswith(("int", "float")):
            parameter.metavar = "N"
    command.params += _shared_options()
    return command


def _as_written(documentation: str) -> str:
    """Help whose examples keep their lines."""
    return documentation.replace("\n\nExamples:\n", "\n\n\b\nExamples:\n")


def _shared_options() -> list[Parameter]:
    meanings = {
        ("--json",): "Print one JSON object.",
        ("--plain",): "Plain lines: no colour, no boxes, no redrawing.",
        ("--quiet", "-q"): "Say only errors.",
        ("--verbose", "-v"): "Say more, causes of errors too.",
    }
    return [
        TyperOption(
            param_decls=list(names),
            is_flag=True,
            default=False,
            expose_value=False,
            callback=_remember,
            help=meaning,
            show_default=False,
        )
        for names, meaning in meanings.items()
    ]


def _remember(context: Context, option: Parameter, value: bool) -> bool:  # noqa: ARG001
    if value:
        setattr(current(), option.name or "", True)
    return value


def _meant(name: str) -> str:
    if Path(name).exists() and "review" in commands():
        return f" To study it: `dquiz review {name}`."
    return did_you_mean(name, commands())


def _show_version(wanted: bool) -> None:
    if wanted:
        write(f"{_NAME} {VERSION}")
        raise typer.Exit


_DATABASE, _CONFIG, _VERSION, _ = ROOT_OPTIONS.values()
_app = typer.Typer(
    cls=Program,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_HELP_OPTIONS,
)


@_app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    database: Annotated[str | None, typer.Option(metavar="URL|PATH", help=_DATABASE)] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help=_CONFIG)] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", "-V", is_eager=True, callback=_show_version, help=_VERSION)
    ] = False,
) -> None:
    run = current()
    run.database, run.config = database, config
    if context.invoked_subcommand is None:
        write(help_text())

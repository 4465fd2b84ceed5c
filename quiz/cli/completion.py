"""`dquiz completion`: scripts for shells, made from the commands as they are.

They hold all names, so that pressing Tab starts no Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from quiz.cli.commands import commands
from quiz.cli.output import show
from quiz.cli.program import built
from quiz.errors import UsageError
from quiz.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Entry(NamedTuple):
    """A command with its summary, and its options with their help."""

    name: str
    summary: str
    options: tuple[tuple[str, str], ...]


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> None:
    """Print the completion script for a shell.

    Examples:
      dquiz completion bash > ~/.local/share/bash-completion/completions/dquiz
      dquiz completion zsh > ~/.zfunc/_dquiz          a folder of $fpath
      dquiz completion fish > ~/.config/fish/completions/dquiz.fish
      dquiz completion powershell >> $PROFILE

    The script completes commands, options and files. Print it again after an update.
    """
    write = _SHELLS.get(shell)
    if write is None:
        raise UsageError(
            f"No completion for {shell!r}.{did_you_mean(shell, _SHELLS)} There is {', '.join(_SHELLS)}."
        )
    script = "\n".join(write(list(_entries())))
    show({"shell": shell, "script": script}, [script])


def _entries() -> Iterator[_Entry]:
    for name, command in commands().items():
        options = tuple(
            (option, getattr(parameter, "help", None) or "")
            for parameter in built(command).params
            for option in (*parameter.opts, *parameter.secondary_opts)
            if option.startswith("-")
        )
        yield _Entry(name, command.summary, (*options, ("--help", "Show the help.")))


def _bash(entries: list[_Entry]) -> Iterator[str]:
    yield "# dquiz completion for bash"
    yield "_dquiz() {"
    yield '  local word command="" current="${COMP_WORDS[COMP_CWORD]}" words=""'
    yield '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do'
    yield '    case "$word" in -*) ;; *) command="$word"; break ;; esac'
    yield "  done"
    yield '  case "$command" in'
    yield f'    "") words="{" ".join(entry.name for entry in entries)}" ;;'
    for entry in entries:
        options = " ".join(name for name, _ in entry.options)
        yield f'    {entry.name}) [[ "$current" == -* ]] && words="{options}" ;;'
    yield "  esac"
    yield '  COMPREPLY=($(compgen -W "$words" -- "$current"))'
    yield "}"
    yield "complete -o default -F _dquiz dquiz"


def _zsh(entries: list[_Entry]) -> Iterator[str]:
    yield "#compdef dquiz"
    yield "_dquiz() {"
    yield "  local -a commands=("
    for entry in entries:
        yield f"    {_quoted(f'{entry.name}:{entry.summary}')}"
    yield "  )"
    yield "  if (( CURRENT == 2 )); then _describe command commands; return; fi"
    yield '  case "$words[2]" in'
    for entry in entries:
        options = " ".join(_quoted(f"{name}[{_bracketed(help_)}]") for name, help_ in entry.options)
        yield f"    {entry.name}) _arguments {options} '*:file:_files' ;;"
    yield "  esac"
    yield "}"
    yield 'if [[ "$funcstack[1]" == _dquiz ]]; then _dquiz "$@"; else compdef _dquiz dquiz; fi'


def _fish(entries: list[_Entry]) -> Iterator[str]:
    yield "# dquiz completion for fish"
    for entry in entries:
        yield f"complete -c dquiz -f -n __fish_use_subcommand -a {entry.name} -d {_quoted(entry.summary)}"
        for name, help_ in entry.options:
            kind = "-l" if name.startswith("--") else "-s"
            condition = f"'__fish_seen_subcommand_from {entry.name}'"
            yield f"complete -c dquiz -n {condition} {kind} {name.lstrip('-')} -d {_quoted(help_)}"


def _powershell(entries: list[_Entry]) -> Iterator[str]:
    yield "# dquiz completion for PowerShell"
    yield "Register-ArgumentCompleter -Native -CommandName dquiz -ScriptBlock {"
    yield "  param($word, $line, $position)"
    yield "  $options = @{"
    for entry in entries:
        names = ", ".join(f"'{name}'" for name, _ in entry.options)
        yield f"    '{entry.name}' = @({names})"
    yield "  }"
    yield '  $command = $line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" } |'
    yield "    Where-Object { $options.ContainsKey($_) } | Select-Object -First 1"
    yield "  $known = $options.Keys | Sort-Object"
    yield "  $names = if ($command -and $command -ne $word) { $options[$command] } else { $known }"
    yield '  $names | Where-Object { $_ -like "$word*" } | ForEach-Object {'
    yield "    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)"
    yield "  }"
    yield "}"


def _quoted(text: str) -> str:
    """Text as one word of a POSIX shell; fish understands the same when there is no apostrophe."""
    return "'" + text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}") + "'"


def _bracketed(text: str) -> str:
    return text.replace("\\", "").replace("[", "(").replace("]", ")").replace(":", " -")


_SHELLS: dict[str, Callable[[list[_Entry]], Iterator[str]]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
    "powershell": _powershell,
}

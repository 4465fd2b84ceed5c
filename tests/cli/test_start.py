"""How light the start is: what gets imported, and when."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from quiz.cli.commands import commands

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {
    "sqlalchemy",
    "alembic",
    "genanki",
    "fsrs",
    "rich",
    "pygments",
    "markdown_it",
    "yaml",
    "click",
    "pydantic",
}
TELL = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from quiz.cli import main
main()
"""


def imported(environment: dict[str, str], *arguments: str) -> set[str]:
    """Packages that a run imports."""
    ended = subprocess.run(
        [sys.executable, "-c", TELL, *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return {name.partition(".")[0] for name in ended.stderr.splitlines()[-1].split()}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"]])
def test_help_and_version_need_nothing(environment: dict[str, str], arguments: list[str]) -> None:
    assert not imported(environment, *arguments) & {*HEAVY, "typer", "dataclasses", "json"}


def test_no_help_of_a_command_needs_anything_heavy(environment: dict[str, str]) -> None:
    build = """
import sys
from quiz.cli.commands import commands
from quiz.cli.program import built
for command in commands().values():
    built(command)
    print(command.name, *{name.partition(".")[0] for name in sys.modules})
"""
    program = [sys.executable, "-c", build]
    ended = subprocess.run(program, env=environment, capture_output=True, encoding="utf-8", check=True)
    lines = [line.split() for line in ended.stdout.splitlines()]
    assert [name for name, *_ in lines] == list(commands())
    for name, *modules in lines:
        assert not HEAVY & set(modules), name


@pytest.mark.parametrize("arguments", [["paths"], ["config"], ["completion", "bash"], ["chek"]])
def test_commands_about_the_program_need_nothing_heavy(
    environment: dict[str, str], arguments: list[str]
) -> None:
    assert not imported(environment, *arguments) & HEAVY


def test_check_needs_no_database(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text("Q: a\nA: b\n")
    heavy = imported(environment, "check", str(tmp_path)) & HEAVY
    assert heavy <= {"markdown_it", "yaml"}, "only the parser's"


def test_help_is_a_word_too(dquiz):
    assert dquiz("help").out == dquiz("--help").out
    assert dquiz("help", "sync").out == dquiz("sync", "--help").out
    ended = dquiz("help", "snyc")
    assert (ended.code, "Did you mean 'sync'?" in ended.err) == (2, True)

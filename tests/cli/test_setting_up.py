"""`dquiz config`, `dquiz paths` and `dquiz completion`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pexpect
import pytest

from quiz.cli.commands import commands
from quiz.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ended


def test_paths_one_a_line(dquiz: Callable[..., Ended], home: Path) -> None:
    assert dquiz("--database", "postgresql://me:secret@db/cards", "paths").out == (
        f"configuration  {home}/config.toml\n"
        "collection     postgresql://me:***@db/cards\n"
        f"notes          {home}/notes\n"
        f"backups        {home}/backups\n"
        f"log            {home}/dquiz.log\n"
    )


def test_every_value_with_its_origin(dquiz: Callable[..., Ended], home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text(
        '[fsrs]\nlearning_steps = ["5m"]\nmaximum_interval = "2y"\n[decks."aws/iam"]\ntyped.order = "free"\n'
    )
    ended = dquiz("--database", "c.db", "config", DQUIZ_STUDY__DAY_START="3:30")
    lines = ended.out.splitlines()
    assert len(lines) == len(list(DEFAULTS.items())) + 1
    assert 'study.day_start = "03:30"                       DQUIZ_STUDY__DAY_START' in lines
    assert f'fsrs.learning_steps = ["5m"]                    {home}/config.toml' in lines
    assert f'fsrs.maximum_interval = "2y"                    {home}/config.toml' in lines
    assert "study.new_per_day = 20                          default" in lines
    assert lines[-1] == f'decks."aws/iam".typed.order = "free"            {home}/config.toml'


def test_a_key_and_a_table(dquiz: Callable[..., Ended]) -> None:
    assert dquiz("config", "get", "fsrs.retention").out.split() == ["fsrs.retention", "=", "0.9", "default"]
    assert dquiz("config", "get", "mcq", "--json").data == [
        {"key": "mcq.counts", "value": "never", "written": '"never"', "origin": "default"}
    ]
    assert [row["value"] for row in dquiz("config", "get", "review.timer_cap", "--json").data] == [60.0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["get", "fsrs.retentoin"], "No such key 'fsrs.retentoin'. Did you mean 'fsrs.retention'?"),
        (["get", "fsr"], "No such key 'fsr'. Did you mean 'fsrs'?"),
        (["get"], "`dquiz config get` needs a KEY."),
        (["list", "study"], "`dquiz config list` takes no KEY."),
    ],
)
def test_wrong_keys(dquiz: Callable[..., Ended], arguments: list[str], said: str) -> None:
    ended = dquiz("config", *arguments)
    assert (ended.code, ended.out, ended.err) == (2, "", f"{said}\n")


def test_the_configuration_of_a_source(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/dquiz.toml").write_text("[study]\nnew_per_day = 3\n")
    (row,) = dquiz("config", "get", "study.new_per_day", "--source", "notes", "--json").data
    assert row == {
        "key": "study.new_per_day",
        "value": 3,
        "written": "3",
        "origin": f"{tmp_path}/notes/dquiz.toml",
    }


def test_the_configuration_can_be_checked(dquiz: Callable[..., Ended], home: Path) -> None:
    assert dquiz("config", "check").out == "No mistakes.\n"
    home.mkdir()
    (home / "config.toml").write_text("[study]\nnew = 1\n")
    assert dquiz("config", "check").code == 3


def test_passwords_stay_secret(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("--database", "postgresql://me:secret@db/cards", "config")
    assert "secret" not in ended.out + ended.err


# --- completion ------------------------------------------------------------------------------------------------


def completed(script: str, *words: str) -> list[str]:
    """What bash offers for the last of some words."""
    line = " ".join(f"'{word}'" for word in words)
    asking = f'{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _dquiz; printf "%s\\n" "${{COMPREPLY[@]}}"'
    ended = subprocess.run(["bash", "-c", asking], capture_output=True, encoding="utf-8", check=True)
    return ended.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_and_options(dquiz: Callable[..., Ended]) -> None:
    script = dquiz("completion", "bash").out
    assert completed(script, "dquiz", "") == list(commands())
    assert completed(script, "dquiz", "chec") == ["check"]
    assert completed(script, "dquiz", "check", "--st") == ["--strict"]
    assert completed(script, "dquiz", "check", "notes") == [], "files are bash's own"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_script_names_every_command_and_option(dquiz: Callable[..., Ended], shell: str) -> None:
    script = dquiz("completion", shell).out
    assert all(name in script for name in commands())
    assert "strict" in script


@pytest.mark.parametrize(("shell", "check"), [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")])
def test_the_scripts_are_well_formed(
    dquiz: Callable[..., Ended], tmp_path: Path, shell: str, check: str
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    (tmp_path / "script").write_text(dquiz("completion", shell).out)
    subprocess.run([shell, check, tmp_path / "script"], check=True)


# --- changing it ---------------------------------------------------------------------------------------------------

MINE = """\
# mine
[study]  # every day
new_per_day = 5   # few

[decks."aws/iam"]
retention = 0.93
"""


def test_a_value_is_set_and_comments_stay(dquiz: Callable[..., Ended], home: Path) -> None:
    file = home / "config.toml"
    ended = dquiz("config", "set", "study.new_per_day", "10")
    assert (ended.code, ended.out.splitlines()) == (0, ["study.new_per_day = 10", f"A new file: {file}"])
    file.write_text(MINE)
    assert dquiz("config", "set", "study.new_per_day", "7").code == 0
    assert dquiz("config", "set", 'decks."aws/iam".retention', "0.9").code == 0
    assert file.read_text() == MINE.replace("= 5", "= 7").replace("0.93", "0.9")
    assert dquiz("config", "set", "decks.docker.new_per_day", "2", "--json").data == {
        "key": 'decks."docker".study.new_per_day',
        "value": 2,
        "file": str(file),
    }
    assert dquiz("config", "set", "fsrs.learning_steps", '["1m", "5m"]').code == 0
    assert dquiz("config", "get", "fsrs.learning_steps", "--json").data[0]["value"] == [60.0, 300.0]
    assert dquiz("config", "set", "study.new_per_day", "1", DQUIZ_STUDY__NEW_PER_DAY="3").err == (
        "DQUIZ_STUDY__NEW_PER_DAY outranks it.\n"
    )


def test_a_value_is_taken_back(dquiz: Callable[..., Ended], home: Path) -> None:
    file = home / "config.toml"
    home.mkdir()
    file.write_text(MINE)
    assert dquiz("config", "unset", "study.new_per_day").out == "study.new_per_day: 20, the default\n"
    assert dquiz("config", "unset", 'decks."aws/iam".retention').code == 0
    assert file.read_text() == '# mine\n[study]  # every day\n\n[decks."aws/iam"]\n'
    assert "was not set" in dquiz("config", "unset", "study.new_per_day").out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["study.new_per_dya", "5"], "Did you mean 'study.new_per_day'?"),
        (["retention", "0.9"], "Did you mean 'fsrs.retention'?"),
        (["fsrs.retention", "2"], "must be a number from 0.70 to 0.99"),
        (["study.order", "dew"], "Did you mean 'due'?"),
        (["study.new_per_day", "5\n[editor]\ncommand = 'x'"], "must be a whole number"),
        (["decks.docker.day_start", "05:00"], "No such key of a deck"),
        (["keys.undo", "q"], "is the key of"),
        (["study.new_per_day"], "needs a KEY and a VALUE"),
    ],
)
def test_what_is_wrong_is_not_written(
    dquiz: Callable[..., Ended], home: Path, arguments: list[str], reason: str
) -> None:
    home.mkdir()
    (home / "config.toml").write_text(MINE)
    ended = dquiz("config", "set", *arguments)
    assert ended.code in (2, 3)
    assert reason in ended.err
    assert "Traceback" not in ended.err
    assert (home / "config.toml").read_text() == MINE


def test_the_file_is_edited_until_it_is_right(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text(
        "#!/bin/sh\nfor last; do :; done\n"
        'if grep -q wrong "$last"; then echo "[study]\nnew_per_day = 4" > "$last"\n'
        'else echo "wrong = 1" > "$last"; fi\n'
    )
    editor.chmod(0o755)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "quiz", "config", "edit"],
        env=environment | {"EDITOR": str(editor), "VISUAL": "", "TERM": "xterm"},
        encoding="utf-8",
        timeout=20,
    )
    child.expect("q leave it so: ")
    assert "wrong" in child.before
    time.sleep(0.15)
    child.send("\r")
    child.expect("no mistakes")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (home / "config.toml").read_text() == "[study]\nnew_per_day = 4\n"

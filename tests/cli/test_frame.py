"""What holds for every command: help, exit codes, errors, JSON, streams."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer

from quiz.cli.commands import PANELS, ROOT_OPTIONS, VERSION, commands, help_text
from quiz.cli.program import built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ended

PANEL_ORDER = ["Study", "Decks", "Find", "Progress", "Data", "Setup"]


def test_dquiz_alone_is_help_and_done(dquiz: Callable[..., Ended]) -> None:
    assert dquiz() == dquiz("--help") == dquiz("-h")
    ended = dquiz()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == help_text() + "\n"


def test_the_help_lists_every_command_in_its_panel() -> None:
    assert list(PANELS) == PANEL_ORDER
    lines = help_text().splitlines()
    for panel, every in PANELS.items():
        if every:
            start = lines.index(f"{panel}:")
            assert [line.split()[0] for line in lines[start + 1 : start + 1 + len(every)]] == [
                command.name for command in every
            ]
    assert max(map(len, lines)) <= 100
    assert "Exit codes: 0 done" in help_text()


def test_the_help_is_the_same_behind_other_options(dquiz: Callable[..., Ended]) -> None:
    assert dquiz("--database", "c.db", "--help").out == help_text() + "\n"
    assert dquiz("--database", "c.db").out == help_text() + "\n"


def test_the_root_knows_the_options_that_its_help_names(dquiz: Callable[..., Ended]) -> None:
    for names in ROOT_OPTIONS:
        for name in names.replace(",", "").split():
            if name.startswith("-"):
                assert "No such option" not in dquiz(name).err


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version(dquiz: Callable[..., Ended], option: str) -> None:
    assert dquiz(option).out == f"dquiz {VERSION}\n"
    assert dquiz("--database", "c.db", option).out == f"dquiz {VERSION}\n"


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert version("dquiz") == VERSION


@pytest.mark.parametrize("name", commands())
def test_every_command_has_a_sentence_and_examples_and_explains_its_parameters(name: str) -> None:
    command = built(commands()[name])
    sentence, _, rest = (command.help or "").partition("\n\n")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert rest.startswith(f"\b\nExamples:\n  dquiz {name}"), "examples come second, and keep their lines"
    for parameter in command.params:
        assert parameter.help, f"{parameter.name} is not explained"
    assert {"--json", "--plain", "--quiet", "--verbose"} <= {
        one for each in command.params for one in each.opts
    }


@pytest.mark.parametrize("name", commands())
def test_the_help_of_every_command_keeps_its_examples_apart(dquiz: Callable[..., Ended], name: str) -> None:
    ended = dquiz(name, "-h")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith(f"Usage: dquiz {name}")
    assert lines[lines.index("  Examples:") + 1].startswith(f"    dquiz {name}")
    assert "Output:" in lines
    assert max(map(len, lines)) <= 110


def test_help_of_a_command_looks_like_this(dquiz: Callable[..., Ended]) -> None:
    assert dquiz("paths", "--help", COLUMNS="80").out == """\
Usage: dquiz paths [OPTIONS]

  Show where configuration, collection, backups and log are, one a line.

  Examples:
    dquiz paths
    DQUIZ_HOME=~/cards dquiz paths     everything below one folder

  Nothing is created, and nothing of it need exist.

Options:
  -h, --help  Show this message and exit.

Output:
  --json         Print one JSON object.
  --plain        Plain lines: no colour, no boxes, no redrawing.
  -q, --quiet    Say only errors.
  -v, --verbose  Say more, causes of errors too.
"""  # fmt: skip


# --- errors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "No such command 'chek'. Did you mean 'check'?"),
        (["xyzzy"], "No such command 'xyzzy'."),
        (["--bogus"], "No such option: --bogus. Try `dquiz --help`."),
        (["check"], "Missing argument 'PATH...'. Try `dquiz check --help`."),
        (
            ["check", "--strikt", "."],
            "No such option: --strikt. Did you mean '--strict'? Try `dquiz check --help`.",
        ),
        (["paths", "x"], "Got unexpected extra argument(s) (x). Try `dquiz paths --help`."),
        (["config", "lst"], "'lst' is not one of list, get, set, unset, edit, check. Did you mean 'list'?"),
        (
            ["completion", "fihs"],
            "No completion for 'fihs'. Did you mean 'fish'? There is bash, zsh, fish, powershell.",
        ),
    ],
)
def test_wrong_usage_is_one_line_with_a_way_out(
    dquiz: Callable[..., Ended], arguments: list[str], said: str
) -> None:
    ended = dquiz(*arguments)
    assert (ended.code, ended.out, ended.err) == (2, "", f"{said}\n")


def test_wrong_usage_as_json(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("check", "--json")
    assert (ended.code, ended.out) == (2, "")
    assert json.loads(ended.err) == {
        "ok": False,
        "error": {
            "code": "usage",
            "message": "Missing argument 'PATH...'. Try `dquiz check --help`.",
            "details": {},
        },
        "meta": {"command": "check", "schema": 1, "version": VERSION},
    }


def test_an_unknown_command_as_json(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("chek", "--json")
    assert (ended.code, ended.error["details"]) == (2, {"given": "chek"})


def test_json_behind_the_end_of_options_is_no_option(dquiz: Callable[..., Ended]) -> None:
    assert dquiz("check", "--strikt", "--", "--json").err.startswith("No such option")


def test_an_error_is_one_line_and_its_own_exit_code(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("check", "nowhere")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("nowhere: No such file or directory")
    assert ended.err.count("\n") == 1


def test_an_error_as_json(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("check", "nowhere", "--json")
    assert (ended.code, ended.out, ended.err.count("\n")) == (3, "", 1)
    assert ended.error["code"] == "file_not_found"
    assert ended.error["details"] == {"path": "nowhere"}


def test_mistakes_of_the_configuration(dquiz: Callable[..., Ended], home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[review]\nbuttons = 3\ntimer = 1\n")
    ended = dquiz("paths")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        f"{home}/config.toml: [review] buttons = 3: must be 2 or 4. The default is 4.\n"
        f"{home}/config.toml: [review] timer = 1: must be true or false. The default is false.\n"
    )
    error = dquiz("paths", "--json").error
    assert error["code"] == "config_invalid"
    assert [one["key"] for one in error["details"]["mistakes"]] == ["buttons", "timer"]


@pytest.mark.parametrize("command", [["paths"], ["config"], ["check", "."]])
def test_a_wrong_moment_is_told_by_every_command_that_needs_one(
    dquiz: Callable[..., Ended], command: list[str]
) -> None:
    ended = dquiz(*command, "--json", DQUIZ_NOW="noon")
    assert (ended.code, ended.out, ended.error["code"]) == (3, "", "config_invalid")


def test_names_cannot_drive_the_terminal(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("check", "\x1b[6n\u202eno.md")
    assert ended.code == 3
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err


def test_an_unreadable_configuration_is_no_traceback(dquiz: Callable[..., Ended], home: Path) -> None:
    (home / "config.toml").mkdir(parents=True)
    assert dquiz("paths").code == 0
    ended = dquiz("--config", "config.toml", "paths")
    assert (ended.code, ended.err) == (3, "config.toml: there is no such file. Check --config.\n")


# --- what goes where -----------------------------------------------------------------------------------------


def test_success_as_json(dquiz: Callable[..., Ended], home: Path) -> None:
    ended = dquiz("paths", "--json")
    assert (ended.code, ended.err, ended.out.count("\n")) == (0, "", 1)
    assert json.loads(ended.out) == {
        "ok": True,
        "data": {
            "configuration": f"{home}/config.toml",
            "collection": f"{home}/collection.db",
            "notes": f"{home}/notes",
            "backups": f"{home}/backups",
            "log": f"{home}/dquiz.log",
        },
        "meta": {"command": "paths", "schema": 1, "version": VERSION, "study_day": "2026-11-24"},
    }


@pytest.mark.parametrize(
    ("moment", "zone", "start", "day"),
    [
        ("2026-11-24T02:59:00Z", "Europe/Berlin", "04:00", "2026-11-23"),
        ("2026-11-24T03:00:00Z", "Europe/Berlin", "04:00", "2026-11-24"),
        ("2026-11-24T03:00:00Z", "America/New_York", "04:00", "2026-11-23"),
        ("2026-11-24T03:00:00Z", "Europe/Berlin", "05:30", "2026-11-23"),
        ("2026-10-25T02:59:00Z", "Europe/Berlin", "04:00", "2026-10-24"),
        ("2026-10-25T03:00:00Z", "Europe/Berlin", "04:00", "2026-10-25"),
    ],
)
def test_the_study_day_is_local(
    dquiz: Callable[..., Ended], moment: str, zone: str, start: str, day: str
) -> None:
    ended = dquiz("paths", "--json", DQUIZ_NOW=moment, TZ=zone, DQUIZ_STUDY__DAY_START=start)
    assert json.loads(ended.out)["meta"]["study_day"] == day


def test_a_name_that_means_nothing_is_a_warning(dquiz: Callable[..., Ended]) -> None:
    warning = "DQUIZ_PLAN in the environment means nothing to dquiz. Did you mean 'DQUIZ_PLAIN'?"
    loud, quiet, as_json = (dquiz("paths", *more, DQUIZ_PLAN="1") for more in ([], ["-q"], ["--json"]))
    assert (loud.code, loud.err) == (0, f"{warning}\n")
    assert (quiet.err, as_json.err) == ("", "")
    assert json.loads(as_json.out)["meta"]["warnings"] == [warning]


def test_nothing_is_created(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text("Q: a\nA: b\n")
    for arguments in (["--help"], ["paths"], ["config"], ["check", "n.md"], ["completion", "bash"]):
        assert dquiz(*arguments).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["n.md"]


def test_a_reader_that_leaves_early_is_nothing_to_speak_of(environment: dict[str, str]) -> None:
    program = [
        sys.executable,
        "-c",
        "import sys, time; time.sleep(0.5); from quiz.cli import main; main()",
        "config",
    ]
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize("command", ["paths", "--help"])
def test_a_full_disk_is_an_error(environment: dict[str, str], command: str) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run(
            [sys.executable, "-m", "quiz", command],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (
        1,
        b"The output cannot be written: No space left on device.\n",
    )


@pytest.mark.parametrize("command", ["paths", "--help"])
def test_without_standard_output_it_still_works(environment: dict[str, str], command: str) -> None:
    line = f'"{sys.executable}" -m quiz {command} >&-'
    ended = subprocess.run(["/bin/sh", "-c", line], env=environment, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_what_an_encoding_lacks_becomes_a_question_mark(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("paths", DQUIZ_HOME="/tmp/Füße", PYTHONIOENCODING="ascii")
    assert ended.code == 0
    assert "/tmp/F??e/config.toml" in ended.out


def test_dquiz_is_the_same_program(dquiz: Callable[..., Ended], environment: dict[str, str]) -> None:
    script = f"{sys.prefix}/bin/dquiz"
    ended = subprocess.run(
        [script, "chek"], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert (ended.returncode, ended.stderr) == (2, dquiz("chek").err)


def test_typer_is_the_version_whose_seams_are_used() -> None:
    assert typer.__version__.startswith("0.28.")


def test_values_of_every_kind_have_a_form_in_json() -> None:
    from datetime import UTC, date, datetime, time, timedelta, timezone
    from pathlib import Path as File
    from types import MappingProxyType

    from quiz.cards import Deletion, Kind, Rating, State
    from quiz.cli.output import encoded
    from quiz.settings import McqSettings

    values: dict[Any, Any] = {
        datetime(2026, 11, 24, 18, 40, tzinfo=UTC): "2026-11-24T18:40:00Z",
        datetime(
            2026, 11, 24, 18, 40, 0, 5000, tzinfo=timezone(timedelta(hours=1))
        ): "2026-11-24T17:40:00.005000Z",
        date(2026, 11, 24): "2026-11-24",
        time(4, 30): "04:30:00",
        timedelta(minutes=1.5): 90.0,
        Rating.GOOD: "good",
        State.NEW: "new",
        File("a/b"): "a/b",
        (1, ("x",)): [1, ["x"]],
        frozenset({"b", "a"}): ["a", "b"],
        Deletion("t", 0, 1): {"text": "t", "start": 0, "end": 1, "hint": "", "group": ""},
        McqSettings(): {"counts": "never"},
    }
    for value, form in values.items():
        assert encoded(value) == form
    assert encoded(MappingProxyType({Kind.QA: None})) == {"qa": None}
    with pytest.raises(TypeError, match="object has no form in JSON"):
        encoded(object())

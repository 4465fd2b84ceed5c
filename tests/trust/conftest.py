"""The command line in this process: hundreds of runs take seconds."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from quiz.cli.outcome import run

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err

    @property
    def data(self) -> Any:
        return json.loads(self.out)["data"]

    @property
    def said(self) -> Any:
        """The whole object, of a failure too."""
        return json.loads(self.out or self.err)


@pytest.fixture
def cli(desk, monkeypatch, capfd) -> Callable[..., Ended]:
    """Runs a command over the collection of the desk."""
    monkeypatch.setenv("DQUIZ_HOME", str(desk.home))
    monkeypatch.setenv("DQUIZ_DATABASE", str(desk.database))
    monkeypatch.setenv("DQUIZ_COLLECTION__SHIPPED", "false")
    monkeypatch.setenv("DQUIZ_NOW", desk.now.isoformat())
    monkeypatch.setenv("DQUIZ_STUDY__NEW_PER_DAY", "1000")
    monkeypatch.setenv("DQUIZ_REVIEW__EXPLAIN_RATINGS", "0")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(desk.notes)

    def command(*arguments: object, stdin: str = "") -> Ended:
        capfd.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = run([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Ended(code, out, err)

    return command


@pytest.fixture
def environment(desk):
    """The environment of a learner whose collection is that of the desk."""
    return {
        **os.environ,
        "DQUIZ_HOME": str(desk.home / "home"),
        "DQUIZ_DATABASE": str(desk.database),
        "DQUIZ_COLLECTION__SHIPPED": "false",
        "DQUIZ_STUDY__NEW_PER_DAY": "1000",
    }

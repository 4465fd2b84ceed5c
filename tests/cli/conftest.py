"""The real program, run as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """How the program ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What stands under ``data`` on standard output."""
        return json.loads(self.out)["data"]

    @property
    def error(self) -> dict[str, Any]:
        """The error object on standard error."""
        return json.loads(self.err)["error"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DQUIZ_")}
    return {**kept, "DQUIZ_HOME": str(home), "DQUIZ_NOW": "2026-11-24T18:40:00Z", "TZ": "Europe/Berlin"}


@pytest.fixture
def dquiz(tmp_path: Path, environment: dict[str, str]) -> Callable[..., Ended]:
    """Runs `dquiz` with some arguments, in a folder of its own."""

    def run(*arguments: str | Path, **more: str) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "quiz", *arguments],
            cwd=tmp_path,
            env=environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run

"""`dquiz check` as people, scripts and commit hooks see it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from quiz.reading import MANY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ended

NOTE = """\
Q: What does `docker run` do?
A: Starts a container.

Q: What is a layer?

Capital of France :: Paris
"""
BROKEN = """\
Q: What is a Pod?
A: The smallest unit.

```yaml
kind: Pod
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / "docker.md").write_text(NOTE)
    (folder / "deep/k8s.md").write_text(BROKEN)
    (folder / "diary.md").write_text("Nothing to learn here.\n")
    return folder


@pytest.mark.usefixtures("notes")
def test_what_people_see(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("check", "notes")
    assert ended.out == ""
    assert (ended.code, ended.err) == (1, "")

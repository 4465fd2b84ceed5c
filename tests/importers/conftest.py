"""Reads packages as the command does, and finds the real Anki or says why a test has to do without it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import anki_packages
import pytest

from quiz.importers.anki import read as read_package

ROOT = Path(__file__).resolve().parents[2]
MAKER = Path(__file__).with_name("make_anki_packages.py")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files, which must be empty again."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert not list(folder.iterdir())


@pytest.fixture
def make(tmp_path):
    """Makes packages: ``make(layout="latest", notes=[…])``; see `anki_packages.package`."""
    return lambda *content, name="made.apkg", **rows: anki_packages.package(tmp_path / name, *content, **rows)


@pytest.fixture
def read(make, temporary):
    """Makes packages and reads them: ``read(layout="latest", notes=[…])``; they are closed in the end."""
    opened = []

    def run(*content, zone=BERLIN, now=None, **rows):
        path = content[0] if content and isinstance(content[0], Path) else make(*content, **rows)
        opened.append(read_package(path, zone, now=now))
        assert not list(temporary.iterdir()), "the copy of the database is gone before the package is used"
        return opened[-1]

    yield run
    for package in opened:
        package.close()


@pytest.fixture(scope="session")
def made_by_anki(tmp_path_factory):
    """A folder of packages that Anki itself has made of one studied collection, and what it says of that."""
    python = Path(os.environ.get("ANKI_PYTHON") or ROOT / ".venv-anki/bin/python")
    if not python.exists():
        pytest.skip(
            f"no Anki at {python}: python -m venv .venv-anki && .venv-anki/bin/pip install anki==26.9.3,"
            " or set ANKI_PYTHON"
        )
    folder = tmp_path_factory.mktemp("by-anki")
    environment = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run(
        [python, MAKER, folder], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)

"""Where the real Anki and a real browser are, or why a test has to do without them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
BROWSER_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@pytest.fixture(scope="session")
def engine():
    """Runs a script by a Python that has Anki, in a time zone; what it prints is JSON."""
    python = Path(os.environ.get("ANKI_PYTHON") or ROOT / ".venv-anki/bin/python")
    if not python.exists():
        pytest.skip(
            f"no Anki at {python}: python -m venv .venv-anki && .venv-anki/bin/pip install anki==26.9.3,"
            " or set ANKI_PYTHON"
        )

    def run(script, *arguments, zone="UTC"):
        command = [python, HERE / script, *map(str, arguments)]
        environment = {**os.environ, "TZ": zone}
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=120, check=False
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def anki(engine):
    """Imports packages into Anki itself: ``anki(package, …, progress=False, presets=False, answer=0)`` is
    what is there then.
    """

    def run(*packages, progress=False, presets=False, answer=0):
        ticked = ["--progress"] * progress + ["--presets"] * presets
        return engine("oracle_anki.py", *packages, *ticked, "--answer", answer)

    return run


@pytest.fixture
def browse(tmp_path):
    """Opens a page in Chromium: ``browse(html, width)`` is the document after its scripts ran."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no browser: apt-get install chromium")

    def run(html, width):
        page = tmp_path / "page.html"
        page.write_text(html, encoding="utf-8")
        options = [*BROWSER_OPTIONS, f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"]
        command = [chromium, *options, "--dump-dom", page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if "<html" not in done.stdout:
            pytest.skip(f"the browser does not start here: {done.stderr[-200:]}")
        return done.stdout

    return run

"""Both ends of a round trip: the command line of dquiz, and the real Anki in a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quiz.cli import outcome

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("anki_desk.py")


class Anki:
    """Anki in a process of its own, in a time zone; see `anki_desk`."""

    def __init__(self, python, folder, zone):
        folder.mkdir()
        self.folder, self._made = folder, 0
        self._errors = (folder / "errors").open("w+")
        self._process = subprocess.Popen(
            [python, SCRIPT, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, "TZ": zone},
        )

    def __getattr__(self, name):
        return lambda **named: self._ask(name, **named)

    def _ask(self, what, name="mine", **arguments):
        self._process.stdin.write(json.dumps({"do": what, "name": name, **arguments}, default=str) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, (self.folder / "errors").read_text()
        return json.loads(answer)

    def given(self, layout="latest", name="mine", progress=True):
        """A package of a collection: latest, legacy, colpkg or colpkg-legacy."""
        self._made += 1
        suffix = ".colpkg" if "colpkg" in layout else ".apkg"
        package = self.folder / f"{self._made}-{layout}{suffix}"
        kind = "legacy" if layout.endswith("legacy") else "latest"
        self._ask("give", name=name, package=package, layout=kind, progress=progress)
        return package

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=30)
        self._errors.close()


@pytest.fixture
def anki_in(tmp_path):
    """Starts Anki in a time zone."""
    python = Path(os.environ.get("ANKI_PYTHON") or ROOT / ".venv-anki/bin/python")
    if not python.exists():
        pytest.skip(
            f"no Anki at {python}: python -m venv .venv-anki && .venv-anki/bin/pip install anki==26.9.3,"
            " or set ANKI_PYTHON"
        )
    started = []

    def start(zone="UTC"):
        started.append(Anki(python, tmp_path / f"anki{len(started)}", zone))
        return started[-1]

    yield start
    for anki in started:
        anki.close()


@pytest.fixture
def anki(anki_in):
    return anki_in()


class Dquiz:
    """The command line, run in this process: ``dquiz("log")`` is the data that it prints."""

    def __init__(self, desk, capsys, monkeypatch):
        self.desk, self._capsys, self._monkeypatch = desk, capsys, monkeypatch
        self.settings, self._files = {}, 0
        self.days_ago = 0

    @property
    def now(self):
        return datetime.now(UTC) - timedelta(days=self.days_ago)

    def __call__(self, *arguments, now=None):
        out = self._run(*arguments, "--json", now=now)
        return json.loads(out)["data"]

    def _run(self, *arguments, now=None):
        environment = {
            "HOME": str(self.desk.home),
            "NOW": (now or self.now).isoformat(),
            "DATABASE": str(self.desk.database),
            "COLLECTION__SHIPPED": "false",
            **self.settings,
        }
        with self._monkeypatch.context() as patched:
            for name, value in environment.items():
                patched.setenv(f"DQUIZ_{name}", value)
            code = outcome.run([str(each) for each in arguments])
        said = self._capsys.readouterr()
        assert code == 0, said
        return said.out

    def study(self, ratings, *arguments, now=None):
        """A review by lines; how many ratings were saved."""
        typed = io.StringIO("".join(f"\n{rating}\n" for rating in ratings))
        with self._monkeypatch.context() as patched:
            patched.setattr("sys.stdin", typed)
            return self._run("review", "--plain", *arguments, now=now).count("saved ")

    def exported(self, *arguments):
        """A package of everything."""
        self._files += 1
        out = self.desk.home / f"out{self._files}.apkg"
        self("export", "anki", out, *arguments)
        return out

    def taken(self, package, *arguments):
        """Import; how many were added of notes, cards and reviews."""
        data = self("import", package, *arguments)
        return tuple(data[name]["added"] for name in ("notes", "cards", "reviews"))

    def cards(self):
        """Every card, with its number in Anki, by the name that one of our notes has there."""
        ordinals = {card.id: card.ordinal for card in self.desk.cards()}
        self.desk.close()
        found = {}
        for card in self("cards", "--all"):
            cloze = card["kind"] == "cloze"
            number = ordinals[card["id"]] if cloze else int(card["facet"] == "rev")
            found[f"dq-{card['note']}{'-c' if cloze else ''}/{number}"] = {**card, "number": number}
        return found

    def faults(self):
        """The checks that find something."""
        return [check for check in self("doctor")["checks"] if not check["ok"]]


@pytest.fixture
def dquiz(desk, capsys, monkeypatch):
    return Dquiz(desk, capsys, monkeypatch)

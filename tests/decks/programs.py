"""The programs that ``install`` put into a folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Programs:
    """Runs programs of a folder, with no settings or plugins of whoever runs the tests.

    Args:
        home: The folder; by default what ``DECK_PROGRAMS`` names, or ``.venv-decks``.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or Path(os.environ.get("DECK_PROGRAMS") or ROOT / ".venv-decks")
        self._options = {
            "text": True,
            "env": {**os.environ, "HOME": str(self.home), "DOCKER_CONFIG": str(self.home / "docker")},
        }

    @property
    def missing(self) -> str:
        """What to do if they are not all there; empty if they are."""
        return "" if (self.home / "complete").exists() else f"tests/decks/install has not filled {self.home}"

    def run(self, *words: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        command = self._command(*words)
        return subprocess.run(
            command, input=text, capture_output=True, timeout=120, check=False, **self._options
        )

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start a program that answers line by line."""
        return subprocess.Popen(
            self._command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, **self._options
        )

    def _command(self, name: str, *arguments: str | Path) -> list[str | Path]:
        return [self.home / "bin" / name, *arguments]

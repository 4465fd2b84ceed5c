"""dquiz itself, with a collection of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from quiz.cards import Rating

ROOT = Path(__file__).resolve().parents[2]
NOON = "2026-11-24T12:00:00Z"
DECK = """\
# Docker

## Networking

Q: Publish container port 80 on host port 8080, detached, named `web`.
A:
```sh
docker run -d -p 8080:80 --name web nginx
```

-p HOST:CONTAINER; -d = detached.

## Images

Q: Which parts does an image have?
A:
- layers
- a manifest
- a configuration

Q: Where are layers kept?
A: Below `/var/lib/docker`, see [storage](https://docs.docker.com/storage).
"""
FIRST, SECOND, THIRD = (
    "Publish container port 80",
    "Which parts does an image have?",
    "Where are layers kept?",
)


class Program:
    """dquiz with a collection of its own."""

    def __init__(self, folder, start):
        self.folder = folder
        self.deck = folder / "docker.md"
        self.deck.write_text(DECK)
        self.database = folder / "collection.db"
        self._start = start
        self.environment = {
            "DQUIZ_HOME": str(folder / "home"),
            "DQUIZ_NOW": NOON,
            "DQUIZ_COLLECTION__SHIPPED": "false",
            "DQUIZ_FSRS__FUZZ": "false",
            "DQUIZ_REVIEW__EXPLAIN_RATINGS": "0",
            "TZ": "UTC",
            "PYTHONPATH": str(ROOT),
            "VISUAL": "",
            "EDITOR": "/bin/false",
        }

    def argv(self, *arguments):
        return [sys.executable, "-m", "quiz", "--database", str(self.database), *map(str, arguments)]

    def review(self, *options, columns=80, rows=40, wait_for=FIRST, targets=(), **environment):
        terminal = self._start(
            self.argv("review", *(targets or [self.deck]), *options),
            columns=columns,
            rows=rows,
            env={**self.environment, **environment},
            cwd=self.folder,
        )
        terminal.wait_for(wait_for)
        return terminal

    def quiz(self, *options, columns=80, rows=40, wait_for=FIRST, **environment):
        terminal = self._start(
            self.argv("quiz", self.deck, *options),
            columns=columns,
            rows=rows,
            env={**self.environment, **environment},
            cwd=self.folder,
        )
        terminal.wait_for(wait_for)
        return terminal

    def run(self, *arguments, stdin="", **environment):
        return subprocess.run(
            self.argv(*arguments),
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            env={**os.environ, **self.environment, **environment},
        )

    def data(self, *arguments):
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["data"]

    def ratings(self):
        with closing(sqlite3.connect(self.database)) as database:
            rows = database.execute(
                "SELECT rating FROM review WHERE undone_at IS NULL ORDER BY id"
            ).fetchall()
        return [Rating(rating).word for (rating,) in rows]

    def script(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

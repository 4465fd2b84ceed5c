"""dquiz as processes of their own, to be killed, starved and watched."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading


def started(environment, *arguments, prefix=(), **options):
    """A process of dquiz."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "quiz", *map(str, arguments)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        bufsize=1,
        **options,
    )


def ran(environment, *arguments, typed="", **options):
    """Exit code, output and errors of a command."""
    process = started(environment, *arguments, **options)
    out, errors = process.communicate(typed, timeout=120)
    return process.returncode, out, errors


def told(environment, *arguments):
    """The data of a command's JSON."""
    code, out, errors = ran(environment, *arguments, "--json")
    assert code == 0, errors
    return json.loads(out)["data"]


class Reviewer(threading.Thread):
    """Rates card after card as fast as the program takes it, and remembers what it said it saved."""

    def __init__(self, process, ratings=1000):
        super().__init__(daemon=True)
        self.process = process
        self.ratings = ratings
        self.saved = []
        self.first = threading.Event()
        self.start()

    def run(self):
        try:
            for _ in range(self.ratings):
                self.process.stdin.write("\n3\n")
                while not (said := re.match(r"saved (\d+) ", line := self.process.stdout.readline())):
                    if not line:
                        return
                self.saved.append(int(said[1]))
                self.first.set()
        except (OSError, ValueError):
            return
        finally:
            self.first.set()

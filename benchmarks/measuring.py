"""Times whole processes, in turn: A B C A B C …, so that a machine that slows down slows all of them."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CONTROL = re.compile(
    rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\"
)
_MOST_SECONDS = 120
_QUIET_SECONDS = 1.0


@dataclass(frozen=True)
class Case:
    """A command to time.

    Attributes:
        until: A regular expression: the time is that until the terminal shows it, and the process is killed then.
            Without it, the command runs to its end, without a terminal.
        setup: Called before each run, untimed.
    """

    name: str
    command: Sequence[str | Path]
    until: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    setup: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Measured:
    """Seconds; each the median of the runs."""

    wall: float
    cpu: float


class Failed(Exception):  # noqa: N818
    """A command did not do what it was timed for."""


def in_turn(cases: Sequence[Case], runs: int, *, warm_up: int = 1) -> dict[str, Measured]:
    """Run all cases some times in turn; the medians, without the warm-up."""
    times: dict[str, list[tuple[float, float]]] = {case.name: [] for case in cases}
    for number in range(warm_up + runs):
        for case in cases:
            case.setup()
            _wait_until_quiet()
            measured = _shown(case) if case.until else _ended(case)
            if number >= warm_up:
                times[case.name].append(measured)
    return {
        name: Measured(statistics.median(wall for wall, _ in each), statistics.median(cpu for _, cpu in each))
        for name, each in times.items()
    }


def _environment(case: Case) -> dict[str, str]:
    # Compiled files are written, as they are where a program is installed
    kept = {
        k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE" and not k.startswith("DQUIZ_")
    }
    return kept | {"TERM": "xterm-256color", **case.environment}


def _ended(case: Case) -> tuple[float, float]:
    """Seconds, and CPU seconds with those of its children."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in case.command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(case),
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"{case.name}: exit code {process.returncode}\n{said.decode(errors='replace')[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime


def _shown(case: Case) -> tuple[float, float]:
    """Seconds until the terminal shows what is waited for, and CPU seconds until the process was killed."""
    wanted = re.compile(case.until.encode())
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if not pid:
        words = [str(word) for word in case.command]
        try:
            os.execvpe(words[0], words, _environment(case))
        finally:
            os._exit(127)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    seen, wall = b"", None
    while wall is None and time.perf_counter() - start < _MOST_SECONDS:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # the end
            break
        _answer_questions(terminal, data)
        seen += data
        if wanted.search(_CONTROL.sub(b"", seen)):
            wall = time.perf_counter() - start
    os.kill(pid, signal.SIGKILL)
    _, _, usage = os.wait4(pid, 0)
    os.close(terminal)
    if wall is None:
        raise Failed(f"{case.name}: never showed {case.until!r}\n{seen.decode(errors='replace')[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime


def _answer_questions(terminal: int, data: bytes) -> None:
    """What a full-screen program asks of a terminal and waits for."""
    if b"\x1b[6n" in data:
        os.write(terminal, b"\x1b[1;1R")
    if b"\x1b[c" in data or b"\x1b[0c" in data:
        os.write(terminal, b"\x1b[?62;c")


def _wait_until_quiet() -> None:
    """Until nearly a whole core is idle, but no longer than a second: neighbours delay a run, and do not slow it."""
    end = time.monotonic() + _QUIET_SECONDS
    while time.monotonic() < end:
        try:
            idle, total = _idle_and_total()
        except OSError:  # no /proc
            return
        time.sleep(0.06)
        idle_after, total_after = _idle_and_total()
        passed = total_after - total
        if not passed or (idle_after - idle) / passed * (os.cpu_count() or 1) >= 0.9:
            return


def _idle_and_total() -> tuple[int, int]:
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)

"""A program in a real pseudo-terminal, with a screen on which its output can be seen as a person sees it."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import termios
import time

import pexpect
import pyte

from quiz.terminal.console import SafeConsole
from quiz.terminal.drawing import lines_of


def drawn(renderable, width: int = 80, *, unicode: bool = True) -> str:
    """What a renderable looks like, without colours."""
    console = SafeConsole(io.StringIO(), width=width, unicode=unicode)
    for line in lines_of(console, renderable, width):
        console.file.write("".join(segment.text for segment in line) + "\n")
    return console.file.getvalue().rstrip("\n")


AS_IT_WAS = {"ECHO": True, "ICANON": True, "ISIG": True, "IEXTEN": True}


def heed_signals():
    """Tests that run in the background are told to ignore Ctrl-C, and their children would be."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """A program at work in a terminal of `columns` times `rows`."""

    def __init__(self, argv, *, columns=80, rows=40, env=None, cwd=None):
        self.columns = columns
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "COLUMNS": "",
            **(env or {}),
        }
        for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
            if not environment.get(name):
                environment.pop(name, None)
        self.child = pexpect.spawn(
            argv[0],
            argv[1:],
            dimensions=(rows, columns),
            env=environment,
            cwd=cwd,
            timeout=10,
            preexec_fn=heed_signals,
        )
        self.child.delaybeforesend = None
        self.child.delayafterclose = self.child.delayafterterminate = self.child.ptyproc.delayafterclose = (
            0.01
        )
        self.raw = b""
        self._screen = pyte.HistoryScreen(columns, rows, history=10_000)
        self._stream = pyte.ByteStream(self._screen)

    def pump(self, seconds=0.02):
        """Take in what the program writes; whether there was something."""
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    @property
    def text(self) -> str:
        """The scrollback and the screen."""
        return self._seen(self._screen.history.top, self.on_screen)

    @property
    def on_screen(self) -> str:
        """What can be seen without scrolling back."""
        buffer = self._screen.buffer
        return self._seen(buffer[row] for row in range(self._screen.lines))

    def _seen(self, rows, below=""):
        # Faster than what pyte calls its display; a no-break space looks like any other.
        lines = ["".join(row[x].data for x in range(self.columns)).rstrip() for row in rows]
        return "\n".join([*lines, below]).replace("\u00a0", " ").rstrip("\n")

    def wait_for(self, text, seconds=10.0):
        """Until the text is to be seen, and the program is ready for a key."""
        end = time.monotonic() + seconds
        while text not in self.on_screen:
            assert time.monotonic() < end, f"{text!r} does not appear:\n{self.text}"
            try:
                while not self.pump() and time.monotonic() < end:
                    pass
            except pexpect.EOF:
                assert text in self.on_screen, (
                    f"{text!r} does not appear, the program has ended:\n{self.text}"
                )
        self.be_quiet()

    def be_quiet(self, seconds=0.08):
        """What a person takes before the next key; the program discards keys that come sooner."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(pexpect.EOF):
                self.pump()

    def press(self, keys, wait_for=""):
        """Press keys at once; again, as a person would, if nothing happens where something must."""
        before = len(self.raw)
        self.child.send(keys)
        if not wait_for:
            return
        with contextlib.suppress(pexpect.EOF):
            self.pump(1.5)
        if len(self.raw) == before:
            self.child.send(keys)
        self.wait_for(wait_for)

    def resize(self, columns, rows):
        self.columns = columns
        self._screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)
        self.child.kill(signal.SIGWINCH)
        self.be_quiet()

    def ended(self, seconds=10.0):
        """Wait for the end: the exit code, or the signal as a negative number."""
        end = time.monotonic() + seconds
        with contextlib.suppress(pexpect.EOF):
            while True:
                assert time.monotonic() < end, f"it does not end:\n{self.text}"
                self.pump()
        self.child.wait()
        return -self.child.signalstatus if self.child.signalstatus else self.child.exitstatus

    @property
    def modes(self):
        """How the terminal is set; at first it is all of echo, whole lines, signals and more."""
        flags = termios.tcgetattr(self.child.child_fd)[3]
        return {name: bool(flags & getattr(termios, name)) for name in ("ECHO", "ICANON", "ISIG", "IEXTEN")}

"""Single keys from a terminal: nothing typed ahead, and the terminal as it was however this ends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType
    from typing import TextIO

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

CONTINUED = "continued"
RESIZED = "resized"
ENDED = "ended"

# Pieces of one escape sequence come within this, two presses of a person do not.
_SEQUENCE_SECONDS = 0.02
# A key held down repeats about every 30 ms: it counts once, for what was on screen when it was pressed.
_QUIET_SECONDS = 0.05
_GLANCE_SECONDS = 0.03
_MANY_BYTES = 4096
_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")
_OTHERS = ("SIGINT", "SIGTSTP", "SIGWINCH")


class Keyboard(Protocol):
    """Where the keys of a review come from."""

    def read(self, actions: Mapping[str, str], tick: Callable[[], float] | None = None) -> str:
        """Wait for one of the keys and return its action, or CONTINUED, RESIZED or ENDED.

        Args:
            actions: What each key stands for.
            tick: Called when the wait begins, and again at the latest after as many seconds as it returned.

        Raises:
            KeyboardInterrupt: Ctrl-C.
            SystemExit: The process is told to end.
        """

    def released(self) -> contextlib.AbstractContextManager[None]:
        """The terminal as it was, for another program such as the editor."""

    def line(self, prompt: str) -> str | None:
        """Wait for a line, with the terminal's own editing; None at the end of input, empty after Escape and Enter.

        Raises:
            KeyboardInterrupt: Ctrl-C.
            SystemExit: The process is told to end.
        """


class Terminal:
    """A terminal without echo that delivers keys at once.

    Signals wait until the next key is read: a rating that is being saved is saved, and the summary knows of
    it. A second Ctrl-C does not wait.
    """

    def __init__(self, stream: TextIO) -> None:
        self._fd = stream.fileno()
        self._before: list[object] = []
        self._handlers: dict[int, object] = {}
        self._interrupts = 0
        self._wakeup = (-1, -1)
        self._old_wakeup = -1

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._fd)
        self._wakeup = os.pipe()
        for end in self._wakeup:
            os.set_blocking(end, False)
        self._old_wakeup = signal.set_wakeup_fd(self._wakeup[1], warn_on_full_buffer=False)
        for name in (*_ENDING, *_OTHERS):
            number = getattr(signal, name)
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, self._noted)
        self._take()
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        signal.set_wakeup_fd(self._old_wakeup)
        for end in self._wakeup:
            os.close(end)

    def read(self, actions: Mapping[str, str], tick: Callable[[], float] | None = None) -> str:
        """See `Keyboard`."""
        self._discard_what_was_typed()
        while True:
            ready = select.select([self._fd, self._wakeup[0]], [], [], tick() if tick else None)[0]
            if self._wakeup[0] in ready:
                if happened := self._signalled():
                    return happened
                continue
            if not ready:
                continue
            typed = self._typed()
            if typed is None:
                return ENDED
            if typed in actions:
                return actions[typed]
            if len(typed) > 1:
                self._wait_for_quiet()

    @contextlib.contextmanager
    def released(self) -> Iterator[None]:
        """See `Keyboard`."""
        self._give_back()
        try:
            yield
        finally:
            self._take()
            # Ctrl-C in the editor reached this process too, and was not meant for it.
            self._signals()
            self._interrupts = 0

    def line(self, prompt: str) -> str | None:
        """See `Keyboard`."""
        with self.released(), self._signals_at_once():
            return _line(prompt)

    @contextlib.contextmanager
    def _signals_at_once(self) -> Iterator[None]:
        """While a line is typed nothing is being saved, so no signal has to wait."""
        at_once: dict[str, Any] = {"SIGINT": signal.default_int_handler, "SIGTSTP": signal.SIG_DFL}
        at_once |= dict.fromkeys(_ENDING, _end)
        before = {
            number: signal.signal(number, handler)
            for name, handler in at_once.items()
            if (number := getattr(signal, name)) in self._handlers
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _typed(self) -> str | None:
        """All that arrives together: a key, an escape sequence, a paste. None at the end of input."""
        got = b""
        while not got or select.select([self._fd], [], [], _SEQUENCE_SECONDS)[0]:
            try:
                more = os.read(self._fd, _MANY_BYTES)
            except OSError:  # the terminal is gone
                more = b""
            if not more:
                return got.decode(errors="replace") or None
            got += more
            if len(got) >= _MANY_BYTES:
                break
        return got.decode(errors="replace")

    def _discard_what_was_typed(self) -> None:
        termios.tcflush(self._fd, termios.TCIFLUSH)
        self._wait_for_quiet()

    def _wait_for_quiet(self) -> None:
        while select.select([self._fd], [], [], _QUIET_SECONDS)[0]:
            with contextlib.suppress(OSError):
                if os.read(self._fd, _MANY_BYTES):
                    continue
            return

    def _noted(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            self._interrupts += 1
            if self._interrupts > 1:
                raise KeyboardInterrupt

    def _signals(self) -> list[int]:
        with contextlib.suppress(BlockingIOError):
            return list(os.read(self._wakeup[0], _MANY_BYTES))
        return []

    def _signalled(self) -> str | None:
        arrived = self._signals()
        if signal.SIGINT in arrived:
            raise KeyboardInterrupt
        for name in _ENDING:
            if getattr(signal, name) in arrived:
                raise SystemExit(128 + getattr(signal, name))
        if signal.SIGTSTP in arrived:
            self._stop()
            return CONTINUED
        return RESIZED if signal.SIGWINCH in arrived else None

    def _stop(self) -> None:
        """Stop as Ctrl-Z means it, and go on after `fg`."""
        self._give_back()
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
        self._take()

    def _take(self) -> None:
        tty.setcbreak(self._fd)

    def _give_back(self) -> None:
        with contextlib.suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)  # type: ignore[arg-type]


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _line(prompt: str) -> str | None:
    with contextlib.suppress(ImportError):
        import readline  # noqa: PLC0415  loaded by whoever types; some builds have none

        readline.set_auto_history(False)  # what was typed is not offered again at the next card
        # Escape begins the sequences of other keys: only Enter after it tells that it was meant
        readline.parse_and_bind(r'"\e\C-m": "\C-e\C-u\C-m"')
        readline.parse_and_bind(r'"\e\e": unix-line-discard')
    try:
        return input(prompt)
    except EOFError:
        print()  # noqa: T201 - the cursor stands behind the prompt
        return None
    except KeyboardInterrupt:
        print()  # noqa: T201
        raise


def _until(pressed: Callable[[], bool], tick: Callable[[], float]) -> None:
    """Wait for a key where nothing wakes up whoever waits."""
    due = time.monotonic() + tick()
    while not pressed():
        time.sleep(_GLANCE_SECONDS)
        if time.monotonic() >= due:
            due = time.monotonic() + tick()


class Windows:
    """The console of Windows, which has neither echo nor line mode for `msvcrt.getwch`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def read(self, actions: Mapping[str, str], tick: Callable[[], float] | None = None) -> str:
        """See `Keyboard`."""
        import msvcrt  # noqa: PLC0415

        while msvcrt.kbhit():  # type: ignore[attr-defined]
            msvcrt.getwch()  # type: ignore[attr-defined]
        while True:
            if tick:
                _until(msvcrt.kbhit, tick)  # type: ignore[attr-defined]
            key = msvcrt.getwch()  # type: ignore[attr-defined]
            if key == "\x03":
                raise KeyboardInterrupt
            if key in "\0\xe0":  # an arrow or a function key comes as two
                msvcrt.getwch()  # type: ignore[attr-defined]
            elif key in actions:
                return actions[key]

    @contextlib.contextmanager
    def released(self) -> Iterator[None]:
        """See `Keyboard`."""
        yield

    def line(self, prompt: str) -> str | None:
        """See `Keyboard`."""
        return _line(prompt)


def open_keyboard(stream: TextIO | None = None) -> Terminal | Windows:
    """The keyboard behind standard input, which must be a terminal."""
    return Terminal(stream or sys.stdin) if termios else Windows()

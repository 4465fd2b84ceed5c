"""One run of the program: what it was told, and what follows from that."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo
    from pathlib import Path

    from quiz.configuration import Configuration


class Run:
    """What holds for the whole run, whatever the command.

    Attributes:
        command: Its name; empty until it is known.
        database: As given with ``--database``.
        config: As given with ``--config``.
        json: The result is wanted as JSON.
        plain: The line mode is wanted by ``--plain``; see `line_mode` for the other ways to want it.
        quiet: Only errors are wanted on standard error.
        verbose: More is wanted there.
    """

    def __init__(self, *, json: bool = False) -> None:
        self.command = ""
        self.database: str | None = None
        self.config: Path | None = None
        self.json = json
        self.plain = self.quiet = self.verbose = False

    @cached_property
    def configuration(self) -> Configuration:
        """Read when it is first needed; its warnings are said then.

        Raises:
            ConfigError: It has mistakes.
        """
        from quiz import configuration
        from quiz.cli.output import say

        found = configuration.read(database=self.database, file=self.config)
        for warning in found.warnings:
            say(warning)
        return found

    @property
    def line_mode(self) -> bool:
        """Whether plain lines are wanted: by option, by configuration, or because the terminal is dumb."""
        return self.plain or self.configuration.settings.display.plain or os.environ.get("TERM") == "dumb"

    @property
    def zone(self) -> tzinfo:
        """The user's time zone."""
        return self.configuration.zone

    def now(self) -> datetime:
        """The moment, in UTC."""
        from quiz import configuration

        return configuration.now()

    @property
    def study_day(self) -> date:
        """The day that is being studied."""
        from datetime import timedelta

        start = self.configuration.settings.study.day_start
        local = self.now().astimezone(self.zone).replace(tzinfo=None)
        return (local - timedelta(hours=start.hour, minutes=start.minute)).date()


_run = Run()


def current() -> Run:
    """The run going on."""
    return _run


def begin(*, json: bool) -> Run:
    """Forgets the run before: a process of the command line has one, a test may have several."""
    global _run  # noqa: PLW0603 - options reach every module without a parameter in every function
    _run = Run(json=json)
    return _run

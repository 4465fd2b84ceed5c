"""The programs that judge snippets, or why a test has to do without them."""

from __future__ import annotations

import os

import pytest
from manuals import Manuals
from programs import Programs


@pytest.fixture(scope="session")
def programs():
    """What ``install`` installs; a run in CI must have it."""
    programs = Programs()
    if programs.missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(programs.missing)
    return programs


@pytest.fixture(scope="session")
def manuals(programs):
    """What those programs document of themselves."""
    manuals = Manuals(programs)
    yield manuals
    manuals.close()

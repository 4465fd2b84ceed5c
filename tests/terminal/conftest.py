import shutil
import sys

import pytest

from .program import Program
from .screens import Terminal


@pytest.fixture
def start():
    """Start programs in terminals of their own; they are gone when the test ends."""
    running = []

    def begin(argv, **options):
        running.append(Terminal(argv, **options))
        return running[-1]

    yield begin
    for terminal in running:
        terminal.child.close(force=True)


@pytest.fixture
def python():
    return sys.executable


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """An empty collection: to copy it takes less time than to make one for each test."""
    program = Program(tmp_path_factory.mktemp("empty"), None)
    program.data("sync")
    return program.database


@pytest.fixture
def program(tmp_path, start, empty):
    made = Program(tmp_path, start)
    shutil.copy(empty, made.database)
    return made

"""Every test of a collection holds in a file and in a server."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["file", "server"])
def kept_in(request: pytest.FixtureRequest) -> str:
    return request.param

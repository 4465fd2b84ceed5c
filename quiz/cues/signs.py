"""The words that stand beside an answer whose points are marked."""

from __future__ import annotations

LEGEND = "! must not be left out"
"""Stands below an answer that has points with this sign."""
RED_FLAGS = "Red flags"
"""Stands above what fails a candidate who says it."""

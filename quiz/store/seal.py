"""A checksum on every row of the review log.

SQLite's own check sees whether pages and indexes fit together, and not that a bit of a value has turned: of random
flips it misses nine in ten.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from quiz.store.rows import SCHEDULE_COLUMNS

if TYPE_CHECKING:
    from quiz.store.rows import Row

SEALED_COLUMNS = (
    "id",
    "card_id",
    "rating",
    "reviewed_at",
    "study_day",
    "duration_ms",
    "mode",
    "counts",
    "source",
    "hints",
    "run_id",
    "foreign_id",
    *("before_" + name for name in SCHEDULE_COLUMNS),
    *("after_" + name for name in SCHEDULE_COLUMNS),
)


def seal(row: Row) -> int:
    """The CRC-32 of a review's columns; ``undone_at`` may change, so it is not among them."""
    return zlib.crc32(repr([row[name] for name in SEALED_COLUMNS]).encode("utf-8", "surrogatepass"))

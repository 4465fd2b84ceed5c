"""Which card a step of a chain follows; files are read once more, to find chains in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column and the index, and forget which files were read."""
    op.add_column("card", sa.Column("after_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_card_after_id",
        "card",
        ["after_id"],
        sqlite_where=sa.text("after_id IS NOT NULL"),
        postgresql_where=sa.text("after_id IS NOT NULL"),
    )
    op.execute("UPDATE file SET mtime_ns = -1, digest = ''")

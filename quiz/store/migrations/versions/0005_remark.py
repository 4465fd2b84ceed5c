"""What a learner noted to self under a card; questions without an answer are found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column and the index."""
    op.add_column("card", sa.Column("remark", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_card_draft",
        "card",
        ["id"],
        sqlite_where=sa.text("draft = 1"),
        postgresql_where=sa.text("draft = 1"),
    )

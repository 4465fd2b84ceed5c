"""What was exported and what came back is remembered, so that changes made elsewhere can be told from ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, and add the columns."""
    op.add_column("origin", sa.Column("suspended", sa.SmallInteger(), nullable=True))
    op.add_column("origin", sa.Column("flag", sa.SmallInteger(), nullable=True))
    op.create_table(
        "exported",
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("exported_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_exported_note_id")),
        sa.PrimaryKeyConstraint("note_id", "content_hash", name=op.f("pk_exported")),
    )

"""How answers were given, mock interviews with their reports, and what is done of tasks and challenges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "attempt",
        sa.Column("review_id", _KEY, nullable=False),
        sa.Column("suggested", sa.SmallInteger(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("revealed", sa.SmallInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.Column("points_hit", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_attempt_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_attempt")),
    )
    op.create_table(
        "interview",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_table(
        "tick",
        sa.Column("note_id", _KEY, nullable=False),
        sa.Column("ticked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_tick_note_id")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_tick")),
    )

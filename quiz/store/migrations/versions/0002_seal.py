"""Reviews carry a checksum, and cards that came from another program remember what they are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from quiz.store.seal import seal

revision = "0002"
down_revision = "0001"

_AT_ONCE = 10_000


def upgrade() -> None:
    """Add the columns, seal the log as it is, and make the new table."""
    op.add_column("review", sa.Column("foreign_id", sa.BigInteger(), nullable=True))
    op.add_column("review", sa.Column("seal", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    _seal_the_log(op.get_bind())
    op.create_table(
        "origin",
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("foreign_note", sa.BigInteger(), nullable=False),
        sa.Column("foreign_card", sa.BigInteger(), nullable=False),
        sa.Column("mod", sa.BigInteger(), nullable=False),
        sa.Column("source_hash", sa.Text(), nullable=False),
        sa.Column("written_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_origin_card_id")),
        sa.PrimaryKeyConstraint("guid", "ordinal", name=op.f("pk_origin")),
    )
    op.create_index(op.f("ix_origin_card_id"), "origin", ["card_id"])


def _seal_the_log(connection: sa.Connection) -> None:
    rows = connection.execute(sa.text("SELECT * FROM review")).mappings()
    while chunk := rows.fetchmany(_AT_ONCE):
        sealed = [{"key": row["id"], "seal": seal(row)} for row in chunk]
        connection.execute(sa.text("UPDATE review SET seal = :seal WHERE id = :key"), sealed)

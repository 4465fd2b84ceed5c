"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables; on SQLite also mark the file as ours."""
    op.create_table(
        "ask",
        sa.Column("old_uid", sa.Text(), nullable=False),
        sa.Column("new_uid", sa.Text(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("same", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("old_uid", "new_uid", name=op.f("pk_ask")),
    )
    op.create_table(
        "deck",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deck")),
        sa.UniqueConstraint("name", name=op.f("uq_deck_name")),
    )
    op.create_table(
        "rendered",
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_rendered")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("shipped", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("path", name=op.f("uq_source_path")),
    )
    op.create_table(
        "file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_file_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("path", name=op.f("uq_file_path")),
    )
    op.create_index(op.f("ix_file_source_id"), "file", ["source_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("end_line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("deck", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("more", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("last_file", sa.Text(), nullable=False),
        sa.Column("last_path", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("mod", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("exported_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_note_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("created_ms", name=op.f("uq_note_created_ms")),
        sa.UniqueConstraint("uid", name=op.f("uq_note_uid")),
    )
    op.create_index(
        "ix_note_anchor",
        "note",
        ["anchor"],
        unique=False,
        sqlite_where=sa.text("anchor IS NOT NULL"),
        postgresql_where=sa.text("anchor IS NOT NULL"),
    )
    op.create_index("ix_note_content_key", "note", ["content_key"], unique=False)
    op.create_index(op.f("ix_note_file_id"), "note", ["file_id"], unique=False)
    op.create_index(
        "ix_note_retired_at",
        "note",
        ["retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NOT NULL"),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deck_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("last_review", sa.BigInteger(), nullable=True),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("interval", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reps", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lapses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("retired", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("draft", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("suspended", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("buried_until", sa.Integer(), nullable=True),
        sa.Column("flag", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("marked", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("leech", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["deck_id"], ["deck.id"], name=op.f("fk_card_deck_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_card_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("created_ms", name=op.f("uq_card_created_ms")),
        sa.UniqueConstraint("uid", name=op.f("uq_card_uid")),
    )
    op.create_index("ix_card_deck_id_queue_due", "card", ["deck_id", "queue", "due"], unique=False)
    op.create_index(op.f("ix_card_note_id"), "card", ["note_id"], unique=False)
    op.create_index("ix_card_queue_due", "card", ["queue", "due"], unique=False)
    op.create_table(
        "place",
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_place_file_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_place_note_id")),
        sa.PrimaryKeyConstraint("note_id", "file_id", "line", name=op.f("pk_place")),
    )
    op.create_index(op.f("ix_place_file_id"), "place", ["file_id"], unique=False)
    op.create_table(
        "review",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.Column("study_day", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("counts", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hints", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("before_state", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("before_step", sa.SmallInteger(), nullable=True),
        sa.Column("before_due_at", sa.BigInteger(), nullable=True),
        sa.Column("before_due_day", sa.Integer(), nullable=True),
        sa.Column("before_stability", sa.Float(), nullable=True),
        sa.Column("before_difficulty", sa.Float(), nullable=True),
        sa.Column("before_last_review", sa.BigInteger(), nullable=True),
        sa.Column("before_last_day", sa.Integer(), nullable=True),
        sa.Column("before_interval", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("before_reps", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("before_lapses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("after_state", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("after_step", sa.SmallInteger(), nullable=True),
        sa.Column("after_due_at", sa.BigInteger(), nullable=True),
        sa.Column("after_due_day", sa.Integer(), nullable=True),
        sa.Column("after_stability", sa.Float(), nullable=True),
        sa.Column("after_difficulty", sa.Float(), nullable=True),
        sa.Column("after_last_review", sa.BigInteger(), nullable=True),
        sa.Column("after_last_day", sa.Integer(), nullable=True),
        sa.Column("after_interval", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("after_reps", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("after_lapses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_review_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index("ix_review_card_id_id", "review", ["card_id", "id"], unique=False)
    op.create_index("ix_review_study_day", "review", ["study_day"], unique=False)
    op.create_table(
        "action",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("study_day", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_action_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index("ix_action_run_id", "action", ["run_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA application_id = 0x6471757A")

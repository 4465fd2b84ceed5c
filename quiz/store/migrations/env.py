"""Runs migrations on the connection that ``quiz.store.opening.upgrade`` passes, inside its transaction."""

from __future__ import annotations

from alembic import context

from quiz.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()

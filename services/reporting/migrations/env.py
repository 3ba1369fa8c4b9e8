"""Alembic's entry: run this service's migrations in the connection that was opened for them."""

from services.reporting.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata)

"""Alembic's entry: the history of the employers schema."""

from services.employers.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata)

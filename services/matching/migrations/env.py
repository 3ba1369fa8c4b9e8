"""Alembic's environment of the matching database."""

from services.matching.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata)

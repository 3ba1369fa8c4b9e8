"""Runs the migrations of the trainees database."""

from services.trainees.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata)

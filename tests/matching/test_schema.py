"""The migrations make the tables that the code expects, on both engines."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.matching.app import service
from services.matching.domain.openings import OpeningState, SeatState
from services.matching.domain.placements import PlacementState
from shared.db import Database
from shared.db.migrations import migrate


@pytest.mark.unhurried
def test_migrations_and_tables_agree(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, service.metadata) == []


def test_a_second_migration_does_nothing(database: Database) -> None:
    assert migrate(database, service.migrations) == []


def test_the_migrations_are_part_of_the_service() -> None:
    assert (service.migrations / "env.py").is_file()
    assert Path(service.migrations).parent.name == service.name


def test_states_fit_their_columns() -> None:
    longest = max(len(state) for states in (PlacementState, OpeningState, SeatState) for state in states)
    assert longest <= 40

"""The migrations make the tables that the code declares, on both engines."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from services.employers.app import service
from shared.db import Database
from shared.db.migrations import migrate


@pytest.fixture
def fresh(database_url: str) -> Iterator[Database]:
    """A database that was empty until it was migrated."""
    database = Database(database_url, service="employers")
    assert migrate(database, service.migrations) == [
        "0001",
        "0002",
        "0003",
        "0004",
        "0005",
        "0006",
        "0007",
        "0008",
        "0009",
        "0010",
        "0011",
        "0012",
        "0013",
    ]
    yield database
    database.close()


def _ours(name: str | None, _kind: str, _parents: object) -> bool:
    """Everything but the engines' own indexes of letters, which no declaration can name for both."""
    return not str(name).startswith("position_text")


@pytest.mark.unhurried
def test_the_migrated_schema_is_the_declared_one(fresh: Database) -> None:
    with fresh.writer.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_name": _ours}
        )
        assert compare_metadata(context, service.metadata) == []
        inspector = inspect(connection)
        checks = {str(check["name"]) for table in service.metadata.tables for check in inspector.get_check_constraints(table)}
    assert checks == {
        "ck_agreement_dates",
        "ck_incentive_amount",
        "ck_incentive_dates",
        "ck_pledge_seats",
        "ck_position_seats",
        "ck_seat_holder",
    }


def test_migrating_again_does_nothing(fresh: Database) -> None:
    assert migrate(fresh, service.migrations) == []

"""The migrations make the tables that the code declares, on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from services.employers.app import service
from shared.db import Database
from shared.db.migrations import migrate


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, service.metadata) == []


def test_every_declared_check_is_in_the_database(database: Database) -> None:
    with database.writer.connect() as connection:
        found = {
            str(check["name"]) for table in service.metadata.tables for check in inspect(connection).get_check_constraints(table)
        }
    assert found == {"ck_agreement_dates", "ck_pledge_seats", "ck_position_seats", "ck_seat_holder", "ck_seat_filled_on"}


def test_migrating_again_does_nothing(database: Database) -> None:
    assert migrate(database, service.migrations) == []

"""The migrations make the tables that the code works with."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.trainees.app import service
from shared.db import Database
from shared.db.migrations import check, migrate


def test_the_migrated_schema_is_the_one_of_the_models(migrated: Database) -> None:
    with migrated.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, service.metadata) == []


def test_migrating_again_does_nothing(migrated: Database) -> None:
    assert migrate(migrated, service.migrations) == []
    check(migrated, service.migrations)

"""The migrations make the tables that the code works with, and take over what is there."""

from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from services.trainees.app import service
from services.trainees.tables import Employment, Person, PlacedPerson, rows_of
from shared.db import Database
from shared.db.migrations import check, migrate
from shared.ids import new_id
from tests.trainees.conftest import INFO


@pytest.mark.unhurried
def test_the_migrated_schema_is_the_one_of_the_models(migrated: Database) -> None:
    with migrated.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, service.metadata) == []


def test_migrating_again_does_nothing(migrated: Database) -> None:
    assert migrate(migrated, service.migrations) == []
    check(migrated, service.migrations)


@pytest.mark.unhurried
def test_jobs_that_were_known_before_are_taken_over_for_the_companies_that_gave_them(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'trainees.db'}", service="trainees", info=INFO)
    migrate(database, service.migrations)
    person_id, company_id, running, over = (new_id() for _ in range(4))
    employments = [
        {
            "placement_id": id_,
            "person_id": person_id,
            "company_id": company_id,
            "kind": "permanent",
            "started_on": day,
            "ended_on": end,
        }
        for id_, day, end in ((running, date(2025, 3, 3), None), (over, date(2024, 3, 4), date(2024, 9, 30)))
    ]
    with database.write() as session:
        session.add(Person(id=person_id))
        session.flush()
        session.execute(rows_of(Employment).insert(), employments)
        for table in ("placed_person", "known_company"):
            session.execute(text(f"DROP TABLE {table}"))
        session.execute(text("ALTER TABLE roster_sync DROP COLUMN forgotten_at"))
        session.execute(text("UPDATE alembic_version SET version_num = '0008_own_positions'"))
    migrate(database, service.migrations)
    with database.read() as session:
        found = {
            row.placement_id: (row.company_id, row.person_id, row.state, row.since)
            for row in session.scalars(select(PlacedPerson))
        }
    database.close()
    assert found == {
        running: (company_id, person_id, "started", date(2025, 3, 3)),
        over: (company_id, person_id, "ended", date(2024, 9, 30)),
    }

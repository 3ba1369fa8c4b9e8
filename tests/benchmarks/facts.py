"""A reporting database with as many facts as wanted: enrolments of 400 cohorts over seven years, five facts to each."""

from typing import Final
from uuid import UUID

from sqlalchemy import text

from services.reporting.app import service
from services.reporting.commands import roll_up
from services.reporting.queries.columns import INFO, FactColumns
from shared.db import Database
from shared.db.migrations import migrate

MEASURED: Final = ("talents_trained", "completion_rate")
COHORT: Final = UUID(int=1_000_000_005)  # one of the 400
_EACH: Final = 5
_NAMES: Final = (
    "generation, aggregate, aggregate_id, version, step, event_id, kind, stage, effective_on, recorded_at, person_id, "
    "enrolment_id, cohort_id, program_id, university_id, field"
)
_STAGES: Final = "(1, 'applied'), (2, 'selected'), (3, 'enrolled'), (4, 'training'), (5, 'completed')"
_LAST: Final = "CASE WHEN s.version = 5 AND n.k % 9 = 0 THEN 'dropped' ELSE s.stage END"
_ID: Final = {"sqlite": "printf('%032x', {})", "postgresql": "lpad(to_hex({}), 32, '0')::uuid"}
_DAY: Final = {
    "sqlite": "date('2019-03-01', '+' || (n.k % 400 * 6 + s.version * 20) || ' days')",
    "postgresql": "date '2019-03-01' + (n.k % 400 * 6 + s.version * 20)::int",
}
_NUMBERS: Final = {
    "sqlite": "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {most}), ",
    "postgresql": "WITH n(k) AS (SELECT * FROM generate_series(1, {most})), ",
}
_SOURCE: Final = (
    "INSERT INTO source_read (generation, source, partition, events, last_recorded_at) "
    "VALUES (1, 'trainees.enrolment', 0, {size}, '2026-01-01 00:00:00.000000')"
)


def filled(url: str, *, size: int, rolled: bool = True) -> Database:
    """A database with so many facts, `rolled` up for the indicators that are measured."""
    database = Database(url, service="reporting")
    migrate(database, service.migrations)
    engine = database.engine_name
    id_, fields = _ID[engine].format, "'f' || (n.k % 8)"
    cohort = "(n.k % 400 + 1000000000)"
    row = (
        f"1, 'enrolment', {id_('n.k')}, s.version, 0, {id_('n.k * 8 + s.version')}, 'told', {_LAST}, {_DAY[engine]}, "
        f"'2026-01-01 00:00:00.000000', {id_('n.k')}, {id_('n.k')}, {id_(cohort)}, {id_(cohort)}, {id_(cohort)}, {fields}"
    )
    if engine == "postgresql":
        row = row.replace("'2026-01-01 00:00:00.000000'", "timestamptz '2026-01-01 00:00:00Z'")
    numbers = _NUMBERS[engine].format(most=size // _EACH)
    filling = f"INSERT INTO fact ({_NAMES}) {numbers} s(version, stage) AS (VALUES {_STAGES}) SELECT {row} FROM n CROSS JOIN s"
    if engine == "postgresql":
        filling = (
            f"{numbers} s(version, stage) AS (VALUES {_STAGES}) INSERT INTO fact ({_NAMES}) SELECT {row} FROM n CROSS JOIN s"
        )

    with database.write() as session:
        if engine == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text(filling))
        session.execute(text(_SOURCE.format(size=size)))
    if engine == "postgresql":
        with database.writer.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    if rolled:
        while roll_up(database, indicators=MEASURED):
            pass
    return database


def with_columns(url: str, *, size: int) -> Database:
    """The same with the copy by column, which a process has from its start on where there is so much."""
    database = filled(url, size=size, rolled=False)
    columns = FactColumns(database)
    columns.fill()
    database.know(**{INFO: columns})
    return database


def close(database: Database) -> None:
    """Give back the database, and the copy by column where it has one."""
    columns = database.info.get(INFO)
    if isinstance(columns, FactColumns):
        columns.close()
    database.close()

"""A roster whose rows PostgreSQL's statistics know nothing of: the work of a night grows with its rows, not with their square."""

import pytest
from sqlalchemy import text

from services.trainees.tables import Cohort
from shared.db import Database
from tests.trainees.roster_story import RosterStory, counts, people
from tests.trainees.story import roster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("migrated", [pytest.param("postgresql", marks=pytest.mark.engines("postgres"))], indirect=True),
]
PERSONS = 2_500  # more than are looked up one by one
CHANGED = 400
START = 1_000
_TABLES = "('enrolment', 'person_record', 'student_number', 'roster_entry', 'roster_row', 'roster_same', 'roster_outcome')"
_READ = f"SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables WHERE relname IN {_TABLES}"


def rows_read(database: Database) -> int:
    """How many rows of what a roster is compared with were ever read, by any plan."""
    with database.read() as session:
        session.execute(text("SELECT pg_stat_force_next_flush()"))
    with database.read() as session:
        session.execute(text("SELECT pg_stat_clear_snapshot()"))
        return int(session.scalar(text(_READ)) or 0)


@pytest.fixture
def known_to_nobody(database: Database) -> tuple[RosterStory, Cohort]:
    """A university that came after the statistics were made, which know another one."""
    story = RosterStory(database)
    story.bring(story.cohort(capacity=PERSONS), roster(*people(20)))
    with database.writer.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    cohort = story.cohort(story.program(story.university("ynu").id).id, capacity=PERSONS)
    story.bring(cohort, roster(*people(PERSONS, start=START)))
    return story, cohort


def test_a_night_reads_as_much_as_its_rows_make_of_it(known_to_nobody: tuple[RosterStory, Cohort]) -> None:
    story, cohort = known_to_nobody
    moved = [(*row[:3], f"010-7777-{n:04d}", "") for n, row in enumerate(people(CHANGED, start=START))]
    before = rows_read(story.database)
    night = story.bring(cohort, roster(*moved, *people(PERSONS - CHANGED, start=START + CHANGED)))
    assert counts(night) == {"changed": CHANGED, "unchanged": PERSONS - CHANGED}
    # 36 times its rows by now; every changed row beside every other one would be 500 times.
    assert PERSONS < rows_read(story.database) - before < 100 * PERSONS

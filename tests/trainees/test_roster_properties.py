"""What holds for any roster: sent again it changes nothing, and the order of its rows does not matter."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.trainees.queries.ground_truth import aggregate_versions
from services.trainees.queries.persons import whole
from services.trainees.queries.roster.reports import SyncReport
from services.trainees.tables import Cohort, Enrolment, PersonRecord
from shared.db import Database
from tests.trainees.story import MANAGER, Story, emptied, roster

Row = tuple[str, ...]
# Few values, so that rows meet: the same numbers for other humans, the same humans under other numbers, broken cells.
ROWS = st.tuples(
    st.sampled_from(["1001", "1002", "1003", "1004", "1.0E+3", ""]),
    st.sampled_from(["김하늘", "이바다", "박별", "김?늘"]),
    st.sampled_from(["1999-03-02", "2000. 11. 30.", "99.3.2"]),
    st.sampled_from(["010-1111-1111", "1022222222", "02-120"]),
    st.sampled_from(["", "a@example.kr", "b@example.kr"]),
)
ROSTERS = st.lists(ROWS, max_size=8)
EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def fresh(database: Database, before: list[Row]) -> tuple[Story, Cohort]:
    """A cohort into which a roster was brought before."""
    story = Story(emptied(database))
    cohort = story.cohort()
    story.sync(cohort, roster(*before))
    return story, cohort


def known(story: Story) -> list[tuple[Any, ...]]:
    """Who is enrolled with what, without the ids that are drawn anew each time."""

    def one(person_id: Any) -> tuple[Any, ...]:
        person = whole(session, person_id, actor=MANAGER)
        numbers = sorted(number.student_no for number in person.student_numbers)
        return (person.name, person.birth_date, person.phone, person.email, numbers)

    with story.database.read() as session:
        return sorted((one(row["person_id"]) for row in story.rows(Enrolment)), key=repr)


def outcomes(report: SyncReport, rows: list[Row]) -> list[tuple[Any, ...]]:
    """What became of each row, by the row."""
    told = [(rows[fate.line - 2], fate.outcome, fate.changes, [each.code for each in fate.problems]) for fate in report.rows]
    return sorted(told, key=repr)


def unlike(rows: list[Row]) -> Iterator[Row]:
    """Rows that share neither number nor human: where two rows are about the same, the first of them counts."""
    numbers: set[str] = set()
    humans: set[Row] = set()
    for row in rows:
        if row[0] not in numbers and row[1:4] not in humans:
            yield row
            numbers.add(row[0])
            humans.add(row[1:4])


@EXAMPLES
@given(before=ROSTERS, rows=ROSTERS)
@pytest.mark.slow
def test_a_roster_sent_again_changes_nothing(database: Database, before: list[Row], rows: list[Row]) -> None:
    story, cohort = fresh(database, before)
    first = story.sync(cohort, roster(*rows))
    held, events, records = known(story), story.events(), story.rows(PersonRecord)
    second = story.sync(cohort, roster(*rows))
    assert (known(story), story.events(), story.rows(PersonRecord)) == (held, events, records)
    assert second.counts["created"] == second.counts["changed"] == 0
    assert second.counts["rejected"] == first.counts["rejected"]


@EXAMPLES
@given(before=ROSTERS, rows=ROSTERS, data=st.data())
@pytest.mark.slow
def test_the_order_of_the_rows_does_not_matter(
    database: Database, before: list[Row], rows: list[Row], data: st.DataObject
) -> None:
    rows = list(unlike(rows))
    shuffled = data.draw(st.permutations(rows))
    results = []
    for ordered in (rows, shuffled):
        story, cohort = fresh(database, before)
        results.append((outcomes(story.sync(cohort, roster(*ordered)), ordered), known(story)))
    assert results[0] == results[1]


@pytest.mark.unhurried
@EXAMPLES
@given(rosters=st.lists(ROSTERS, min_size=1, max_size=4))
def test_whatever_comes_in_every_row_has_one_fate_and_every_version_its_event(
    database: Database, rosters: list[list[Row]]
) -> None:
    story, cohort = fresh(database, [])
    for rows in rosters:
        report = story.sync(cohort, roster(*rows))
        assert [fate.line for fate in report.rows] == list(range(2, len(rows) + 2))
        assert sum(report.counts.values()) == len(rows)
        assert all((fate.enrolment_id is None) == (fate.outcome == "rejected") for fate in report.rows)
    with story.database.read() as session:
        assert all(version == len(story.events(id_)) for _, id_, version in aggregate_versions(session))
    assert len(story.rows(Enrolment)) == len(story.rows(PersonRecord))


@pytest.fixture(scope="module")
def database(migrated: Database) -> Database:
    return migrated

"""Rows that are recognised by their fingerprints: the same comes of them as if they were read."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.trainees.commands.roster.corrections import correct_person
from services.trainees.commands.roster.receiving import receive
from services.trainees.domain.roster.lifecycle import SyncMode
from services.trainees.domain.stages import Stage
from services.trainees.queries.ground_truth import aggregate_versions
from services.trainees.tables import Cohort, RosterSync
from shared.db import Database
from tests.trainees.roster_story import RosterStory, counts, held, people, profile, read_everything, read_here
from tests.trainees.story import MANAGER, TODAY, emptied, roster

PEOPLE = people(4)
# Of the same four persons: as they are, with another telephone, under another's number, from Excel, broken.
ROWS = st.one_of(
    st.sampled_from(PEOPLE),
    st.builds(lambda row: (*row[:3], "010-9999-0001", *row[4:]), st.sampled_from(PEOPLE)),
    st.builds(lambda row, other: (other[0], *row[1:]), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    st.builds(lambda row: (*row[:3], row[3].replace("-", "")[1:], *row[4:]), st.sampled_from(PEOPLE)),
    st.builds(lambda row: (row[0], "", *row[2:]), st.sampled_from(PEOPLE)),
)
NIGHTS = st.lists(st.tuples(st.lists(ROWS, max_size=6), st.sampled_from(["", "correct", "end", "undo"])), min_size=2, max_size=4)


@pytest.fixture
def story(database: Database) -> RosterStory:
    return RosterStory(database)


@pytest.fixture
def cohort(story: RosterStory) -> Cohort:
    return story.cohort(capacity=100)


def recognised(story: RosterStory, sync_id: Any) -> int:
    with story.database.read() as session:
        return session.get_one(RosterSync, sync_id).recognised


@pytest.mark.unhurried
def test_of_a_nightly_roster_only_what_is_new_is_read(story: RosterStory, cohort: Cohort) -> None:
    story.bring(cohort, roster(*people(5)))
    before = held(story)
    again = story.bring(cohort, roster(*people(5)))
    assert (counts(again), recognised(story, again.id)) == ({"unchanged": 5}, 5)
    assert held(story) == before
    assert [(row.line, row.outcome.value) for row in again.rows] == [(line, "unchanged") for line in range(2, 7)]
    one, *others = people(5)
    moved = story.bring(cohort, roster((*one[:3], "010-7777-7777", ""), *others, *people(1, start=9)))
    assert (counts(moved), recognised(story, moved.id)) == ({"changed": 1, "unchanged": 4, "created": 1}, 4)
    assert [row.outcome.value for row in moved.rows] == ["changed", *["unchanged"] * 4, "created"]
    undone = story.undo(moved)
    assert undone.counts["kept"] == 0
    last = story.bring(cohort, roster(*people(5), *people(1, start=9)))
    assert counts(last) == {"unchanged": 5, "reactivated": 1}


@pytest.mark.unhurried
def test_a_row_is_read_again_where_anything_about_it_changed(story: RosterStory, cohort: Cohort) -> None:
    first = story.bring(cohort, roster(*people(4)))
    ids = [row.enrolment_id for row in first.rows if row.enrolment_id is not None]
    story.do(correct_person, story.enrolment(ids[0]).person_id, changes={"phone": "+821088888888"}, by=MANAGER)
    story.move(ids[1], Stage.WITHDRAWN, on=TODAY)
    header = "학번,성명,생년월일,연락처,이메일,비고"
    second = story.bring(cohort, roster(*people(4)))
    assert recognised(story, second.id) == 2
    assert counts(second) == {"conflicting": 1, "unchanged": 3}
    # Also in a column that nobody reads: there may stand what is never accepted.
    wide = [(*row, "") for row in people(4)]
    story.bring(cohort, roster(*wide, header=header))
    hidden = [*wide[:3], (*wide[3][:5], "990302-1234567")]
    last = story.bring(cohort, roster(*hidden, header=header))
    assert [[each.code for each in row.problems] for row in last.rows][3] == ["resident_number"]


@pytest.mark.unhurried
def test_a_preview_of_recognised_rows_goes_stale_when_somebody_changes_one_of_them(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    first = story.bring(cohort, roster(*people(3)))
    sync = story.do(receive, cohort.university_id, [cohort.id], roster(*people(3)), mode=SyncMode.FULL, by=MANAGER)

    def interrupted(content: bytes, **said: Any) -> Iterator[Any]:
        yield from read_here(content, **said)
        if not touched:
            assert first.rows[0].enrolment_id is not None
            person_id = story.enrolment(first.rows[0].enrolment_id).person_id
            story.do(correct_person, person_id, changes={"phone": "+821088888888"}, by=MANAGER)
            touched.append(person_id)

    touched: list[Any] = []
    story.read = interrupted
    assert counts(story.worked(sync.id)) == {"unchanged": 2, "conflicting": 1}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(nights=NIGHTS)
@pytest.mark.slow
def test_whatever_happens_the_same_comes_of_rows_that_were_recognised(migrated: Database, nights: list[Any]) -> None:
    if migrated.engine_name == "postgresql":
        pytest.skip("the rules are the same on both engines, and SQLite is faster")
    seen = []
    for read in (read_here, read_everything):
        story = RosterStory(emptied(migrated))
        story.read = read
        cohort = story.cohort(capacity=100)
        profile(story, cohort, absence="drop", guard_rows=100)
        story.bring(cohort, roster(*PEOPLE))
        seen.append([_night(story, cohort, *night) for night in nights])
        with story.database.read() as session:
            assert all(version == len(story.events(id_)) for _, id_, version in aggregate_versions(session))
    assert seen[0] == seen[1]


def _night(story: RosterStory, cohort: Cohort, rows: list[Any], then: str) -> Any:
    sync = story.bring(cohort, roster(*rows))
    if then == "undo" and sync.state.value == "applied":
        story.undo(sync)
    known = [row.enrolment_id for row in sync.rows if row.enrolment_id is not None and row.outcome.value == "unchanged"]
    if known and then == "correct":
        story.do(correct_person, story.enrolment(known[0]).person_id, changes={"email": "here@example.kr"}, by=MANAGER)
    if known and then == "end" and story.enrolment(known[0]).stage is Stage.APPLIED:
        story.move(known[0], Stage.WITHDRAWN, on=TODAY)
    return [(row.line, row.outcome, row.changes, [(each.code, each.message) for each in row.problems]) for row in sync.rows]

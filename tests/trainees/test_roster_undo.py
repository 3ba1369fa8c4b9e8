"""A roster taken back as a whole: everything as it was, but for what somebody else touched since."""

from typing import Any

import pytest

from services.trainees.domain.roster.lifecycle import NotTheLatest, SyncState
from services.trainees.domain.stages import Stage
from services.trainees.queries.ground_truth import aggregate_versions
from services.trainees.queries.persons import whole
from services.trainees.tables import Cohort, Enrolment, RosterEntry
from shared.db import Database
from shared.errors import IllegalMove
from tests.trainees.roster_story import RosterStory, counts, people, profile, stages
from tests.trainees.story import MANAGER, TODAY, roster


@pytest.fixture
def story(database: Database) -> RosterStory:
    return RosterStory(database)


@pytest.fixture
def cohort(story: RosterStory) -> Cohort:
    return story.cohort(capacity=100)


@pytest.mark.unhurried
def test_an_undo_puts_everything_back(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    story.bring(cohort, roster(*people(4)))
    story.bring(cohort, roster(*people(3)))
    before = _restorable(story)
    one, two, *_ = people(4)
    sync = story.bring(
        cohort, roster((*one[:3], "010-7777-7777", "new@example.kr"), ("S-99", *two[1:]), people(4)[3], *people(1, start=60))
    )
    assert counts(sync) == {"changed": 2, "reactivated": 1, "created": 1, "vanished": 1}
    assert _restorable(story) != before
    undone = story.undo(sync)
    assert (undone.state, undone.counts["kept"]) == (SyncState.UNDONE, 0)
    assert sync.undone_at is None
    assert sync.finished_at == undone.finished_at
    assert undone.undone_at is not None
    assert sync.finished_at is not None
    assert undone.undone_at > sync.finished_at
    created = sync.rows[3].enrolment_id
    assert created is not None
    assert story.enrolment(created).stage is Stage.WITHDRAWN
    assert {key: value for key, value in _restorable(story).items() if key != created} == before
    with pytest.raises(IllegalMove):
        story.undo(sync)
    again = story.bring(cohort, roster(*people(3), *people(1, start=60)))
    assert counts(again) == {"unchanged": 3, "reactivated": 1}
    with story.database.read() as session:
        assert all(version == len(story.events(id_)) for _, id_, version in aggregate_versions(session))


def _restorable(story: RosterStory) -> dict[Any, Any]:
    """What an undo restores, by enrolment: stage, person, numbers, and what rosters said."""
    entries = {row["enrolment_id"]: (row["present"], row["gone_from"], row["told_hash"]) for row in story.rows(RosterEntry)}
    with story.database.read() as session:
        found = {}
        for row in story.rows(Enrolment):
            person = whole(session, row["person_id"], actor=MANAGER)
            numbers = sorted(number.student_no for number in person.student_numbers)
            known = (person.name, person.birth_date, person.phone, person.email, numbers)
            found[row["id"]] = (row["stage"], row["left_stage"], known, entries.get(row["id"]))
        return found


@pytest.mark.unhurried
def test_an_undo_leaves_what_somebody_touched_since(story: RosterStory, cohort: Cohort) -> None:
    sync = story.bring(cohort, roster(*people(2)))
    touched = sync.rows[0].enrolment_id
    assert touched is not None
    story.move(touched, Stage.SELECTED, on=TODAY)
    undone = story.undo(sync)
    assert undone.counts["kept"] == 1
    assert stages(story) == {"selected": 1, "withdrawn": 1}


@pytest.mark.unhurried
def test_only_the_latest_sync_can_be_undone(story: RosterStory, cohort: Cohort) -> None:
    first = story.bring(cohort, roster(*people(2)))
    story.bring(cohort, roster(*people(3)))
    with pytest.raises(NotTheLatest):
        story.undo(first)

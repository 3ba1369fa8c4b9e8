"""What a preview was made from, of more persons than are looked up one by one: told by who has changed since."""

import pytest

from services.trainees.commands.roster.corrections import correct_person
from services.trainees.commands.roster.deciding import commit_sync
from services.trainees.domain.roster.lifecycle import StalePreview
from services.trainees.tables import Cohort, Enrolment
from shared.db import Database
from shared.db.bulk import FEW
from tests.trainees.roster_story import RosterStory, counts, people
from tests.trainees.story import MANAGER, roster

pytestmark = pytest.mark.slow
PERSONS = FEW + 1


@pytest.fixture
def world(database: Database) -> tuple[RosterStory, Cohort, Cohort]:
    """A cohort of many, and one of two others."""
    story = RosterStory(database)
    program = story.program()
    many, few = story.cohort(program.id, capacity=PERSONS), story.cohort(program.id)
    story.bring(many, roster(*people(PERSONS)))
    story.bring(few, roster(*people(2, start=5_000)))
    return story, many, few


def _correct_one(story: RosterStory, cohort: Cohort, number: int) -> None:
    persons = sorted(row["person_id"] for row in story.rows(Enrolment) if row["cohort_id"] == cohort.id)
    story.do(correct_person, persons[number], changes={"phone": f"+8210888800{number % 100:02d}"}, by=MANAGER)


def test_only_who_takes_part_makes_a_preview_of_many_go_stale(world: tuple[RosterStory, Cohort, Cohort]) -> None:
    story, many, few = world
    moved = [(*row[:3], "010-7777-0001", "") for row in people(1)]
    night = roster(*moved, *people(PERSONS - 1, start=1))

    preview = story.send(many, night)
    assert counts(preview) == {"changed": 1, "unchanged": PERSONS - 1}
    _correct_one(story, few, 0)  # somebody else's record, after the last one that was looked at
    assert counts(story.commit(preview)) == {"changed": 1, "unchanged": PERSONS - 1}

    back = story.send(many, roster(*people(PERSONS)))
    _correct_one(story, many, PERSONS - 1)
    with pytest.raises(StalePreview):
        story.do(commit_sync, back.id, by=MANAGER)
    assert counts(story.bring(many, roster(*people(PERSONS)))) == {"changed": 1, "conflicting": 1, "unchanged": PERSONS - 2}

"""What an operator checks the rest of the world against."""

from collections import Counter

import pytest

from services.trainees.commands.registry import change_cohort
from services.trainees.domain.stages import Stage
from services.trainees.queries.ground_truth import TrueStep, aggregate_versions, ground_truth
from tests.trainees.story import Story, day, roster


def test_it_has_every_enrolment_with_its_whole_history(story: Story) -> None:
    cohort = story.cohort()
    first = story.applicant(cohort.id, applied_on=day(1), reported_on=day(2))
    second = story.applicant(cohort.id)
    story.move(first.id, Stage.SELECTED, on=day(9))
    with story.database.read() as session:
        found = {each.id: each for each in ground_truth(session)}
    assert set(found) == {first.id, second.id}
    truth = found[first.id]
    assert (truth.person_id, truth.cohort_id, truth.program_id) == (first.person_id, cohort.id, cohort.program_id)
    assert (truth.university_id, truth.field, truth.version, truth.stage) == (
        cohort.university_id, "robot", 2, Stage.SELECTED,
    )  # fmt: skip
    recorded = [step.recorded_at for step in story.steps(first.id)]
    assert truth.history == [
        TrueStep(Stage.APPLIED, day(1), recorded[0], day(2)),
        TrueStep(Stage.SELECTED, day(9), recorded[1], None),
    ]


@pytest.mark.unhurried
def test_every_version_is_the_number_of_events(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(*[(f"20240{n:03d}", f"가상{n}", "1999-03-02", f"010-2222-{n:04d}", "") for n in range(30)]))
    story.move(story.applicant(cohort.id).id, Stage.SELECTED, Stage.ENROLLED, Stage.DROPPED)
    story.do(change_cohort, cohort.id, changes={"capacity": 77})
    with story.database.read() as session:
        held = list(aggregate_versions(session))
    assert Counter(type_ for type_, _, _ in held) == {
        "trainees.university": 1, "trainees.program": 1, "trainees.cohort": 1, "trainees.person": 31,
        "trainees.enrolment": 31, "trainees.roster_sync": 1,
    }  # fmt: skip
    assert all(version == len(story.events(id_)) for _, id_, version in held)
    rosters = 1
    assert sum(version for _, _, version in held) == len(story.events()) + rosters

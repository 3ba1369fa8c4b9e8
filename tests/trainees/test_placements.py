"""What news of placements does to those whom we train."""

from datetime import timedelta

import pytest

from services.trainees.domain.stages import Stage
from services.trainees.tables import Employment
from shared.contracts.matching import PlacementEnded, PlacementStarted
from shared.errors import NotFound
from shared.ids import new_id
from tests.trainees.story import LONG_AGO, TODAY, Story, day, placement, somebody

TO_TRAINING = (Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING)


@pytest.mark.parametrize("path", [TO_TRAINING[:2], TO_TRAINING, (*TO_TRAINING, Stage.INTERNING)], ids=lambda path: path[-1])
def test_a_permanent_job_takes_a_participant_out_early(story: Story, path: tuple[Stage, ...]) -> None:
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *path)
    event = placement(
        PlacementStarted, person_id=trainee.person_id, placement_id=new_id(), effective_on=day(100), reported_on=day(120)
    )
    story.news(event)
    [kept] = story.rows(Employment)
    assert kept == {
        "placement_id": event.placement_id, "person_id": trainee.person_id, "company_id": event.company_id,
        "kind": "permanent", "started_on": day(100), "ended_on": None,
    }  # fmt: skip
    assert story.enrolment(trainee.id).stage is Stage.EMPLOYED_EARLY
    step = story.steps(trainee.id)[-1]
    assert (step.effective_on, step.reported_on, step.reason) == (day(100), day(120), "employment")
    assert step.actor == "service:trainees"
    assert story.events(trainee.id)[-1] == "enrolment.employed_early"


@pytest.mark.parametrize("kind", ["internship", "fixed_term"])
def test_another_job_is_kept_and_the_training_goes_on(story: Story, kind: str) -> None:
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *TO_TRAINING)
    story.news(placement(PlacementStarted, person_id=trainee.person_id, placement_id=new_id(), kind=kind))
    assert story.count(Employment) == 1
    assert story.enrolment(trainee.id).stage is Stage.TRAINING


@pytest.mark.parametrize(
    "path",
    [
        (),
        (Stage.SELECTED,),
        (*TO_TRAINING, Stage.ON_LEAVE),
        (*TO_TRAINING, Stage.INTERNING, Stage.COMPLETED),
        (*TO_TRAINING, Stage.DROPPED),
    ],
    ids=["applied", "selected", "on leave", "completed", "dropped"],
)
def test_who_does_not_take_part_is_only_employed(story: Story, path: tuple[Stage, ...]) -> None:
    trainee = story.applicant(story.cohort().id)
    before = story.move(trainee.id, *path)
    story.news(placement(PlacementStarted, person_id=trainee.person_id, placement_id=new_id()))
    after = story.enrolment(trainee.id)
    assert (after.stage, after.version, after.left_stage) == (before.stage, before.version, before.left_stage)
    assert story.count(Employment) == 1


def test_every_training_of_the_person_ends_early_and_nobody_elses(story: Story) -> None:
    program = story.program()
    person = somebody()
    cohorts = [story.cohort(program.id).id for _ in range(2)]
    own = [story.applicant(cohort_id, person).id for cohort_id in cohorts]
    others = [story.applicant(cohort_id).id for cohort_id in cohorts]
    for enrolment_id in own + others:
        story.move(enrolment_id, *TO_TRAINING)
    story.news(placement(PlacementStarted, person_id=story.enrolment(own[0]).person_id, placement_id=new_id()))
    assert {story.enrolment(each).stage for each in own} == {Stage.EMPLOYED_EARLY}
    assert {story.enrolment(each).stage for each in others} == {Stage.TRAINING}


def test_a_job_that_began_before_the_stage_ends_it_on_its_first_day(story: Story) -> None:
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *TO_TRAINING, on=day(60))
    story.news(placement(PlacementStarted, person_id=trainee.person_id, placement_id=new_id(), effective_on=LONG_AGO))
    assert story.steps(trainee.id)[-1].effective_on == day(60)
    assert story.rows(Employment)[0]["started_on"] == LONG_AGO


def test_the_same_news_again_changes_nothing(story: Story) -> None:
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *TO_TRAINING)
    event = placement(PlacementStarted, person_id=trainee.person_id, placement_id=new_id())
    story.news(event)
    before = (story.rows(Employment), story.enrolment(trainee.id).version, story.events())
    story.news(event)
    assert (story.rows(Employment), story.enrolment(trainee.id).version, story.events()) == before


def test_an_employment_ends_and_the_early_exit_stays(story: Story) -> None:
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *TO_TRAINING)
    job = new_id()
    story.news(placement(PlacementStarted, person_id=trainee.person_id, placement_id=job, effective_on=day(200)))
    story.news(placement(PlacementEnded, person_id=trainee.person_id, placement_id=job, effective_on=TODAY - timedelta(1)))
    assert story.rows(Employment)[0]["ended_on"] == TODAY - timedelta(1)
    assert story.enrolment(trainee.id).stage is Stage.EMPLOYED_EARLY


def test_news_of_somebody_or_something_unknown_is_set_aside_by_a_refusal(story: Story) -> None:
    with pytest.raises(NotFound):
        story.news(placement(PlacementStarted, person_id=new_id(), placement_id=new_id()))
    with pytest.raises(NotFound):
        story.news(placement(PlacementEnded, person_id=new_id(), placement_id=new_id()))
    assert story.count(Employment) == 0

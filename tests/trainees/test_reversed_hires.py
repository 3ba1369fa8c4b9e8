"""A hire that never was: the employment is forgotten, and the early exit that it was the ground of is taken back."""

from uuid import UUID

from services.trainees.domain.stages import Stage
from services.trainees.tables import Employment
from shared.contracts.matching import PlacementEnded, PlacementReopened, PlacementReversed, PlacementStarted
from shared.ids import new_id
from tests.trainees.story import Story, day, placement, somebody

TO_TRAINING = (Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING)


def _in_training(story: Story) -> tuple[UUID, UUID]:
    """An enrolment in training and its person."""
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *TO_TRAINING)
    return trainee.id, trainee.person_id


def test_the_training_goes_on_after_a_hire_that_never_was(story: Story) -> None:
    enrolment, person = _in_training(story)
    hire = new_id()
    story.news(placement(PlacementStarted, person_id=person, placement_id=hire, effective_on=day(100)))
    assert story.enrolment(enrolment).stage is Stage.EMPLOYED_EARLY
    for _ in range(2):
        story.news(placement(PlacementReversed, person_id=person, placement_id=hire, effective_on=day(120)))
    assert story.enrolment(enrolment).stage is Stage.TRAINING
    assert story.count(Employment) == 0
    assert story.events(enrolment)[-2:] == ["enrolment.employed_early", "enrolment.corrected"]
    assert story.contents(enrolment)[-1]["reason"] == "hire_reversed"


def test_another_permanent_job_keeps_the_exit(story: Story) -> None:
    enrolment, person = _in_training(story)
    first, second = new_id(), new_id()
    for hire in (first, second):
        story.news(placement(PlacementStarted, person_id=person, placement_id=hire, effective_on=day(100)))
    story.news(placement(PlacementReversed, person_id=person, placement_id=first, effective_on=day(120)))
    assert story.enrolment(enrolment).stage is Stage.EMPLOYED_EARLY


def test_an_exit_that_a_person_recorded_is_theirs(story: Story) -> None:
    enrolment, person = _in_training(story)
    story.move(enrolment, Stage.EMPLOYED_EARLY)
    hire = new_id()
    story.news(placement(PlacementStarted, person_id=person, placement_id=hire, effective_on=day(100)))
    story.news(placement(PlacementReversed, person_id=person, placement_id=hire, effective_on=day(120)))
    assert story.enrolment(enrolment).stage is Stage.EMPLOYED_EARLY


def test_the_exit_of_somebody_who_was_admitted_again_stands(story: Story) -> None:
    cohort, person = story.cohort().id, somebody()
    trainee = story.applicant(cohort, person)
    story.move(trainee.id, *TO_TRAINING)
    hire = new_id()
    story.news(placement(PlacementStarted, person_id=trainee.person_id, placement_id=hire, effective_on=day(100)))
    again = story.applicant(cohort, person)
    assert again.person_id == trainee.person_id
    story.news(placement(PlacementReversed, person_id=trainee.person_id, placement_id=hire, effective_on=day(120)))
    assert story.enrolment(trainee.id).stage is Stage.EMPLOYED_EARLY
    assert story.events(trainee.id)[-1] == "enrolment.employed_early"


def test_an_employment_that_runs_on_has_no_end(story: Story) -> None:
    _, person = _in_training(story)
    hire = new_id()
    for kind in (PlacementStarted, PlacementEnded, PlacementReopened):
        story.news(placement(kind, person_id=person, placement_id=hire, effective_on=day(100)))
    assert [row["ended_on"] for row in story.rows(Employment)] == [None]

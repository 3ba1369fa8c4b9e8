"""Enrolments go from stage to stage, and every step stays on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest

from services.trainees.commands.enrolments import move_enrolment
from services.trainees.commands.registry import change_cohort
from services.trainees.domain.registry import CohortFull
from services.trainees.domain.stages import LeaveIsAPersonsDecision, Stage
from services.trainees.queries.places import held_places
from services.trainees.tables import Enrolment
from shared.auth.actor import Actor
from shared.errors import IllegalMove, Invalid, NotFound, Stale
from shared.ids import new_id
from tests.trainees.story import MANAGER, TODAY, Story, day

TO_TRAINING = (Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING)


@pytest.mark.parametrize(
    ("path", "events"),
    [
        ((Stage.REJECTED,), ["rejected"]),
        ((Stage.WITHDRAWN,), ["withdrawn"]),
        ((Stage.WAITLISTED, Stage.SELECTED, Stage.WITHDRAWN), ["waitlisted", "selected", "withdrawn"]),
        ((*TO_TRAINING, Stage.INTERNING, Stage.COMPLETED),
         ["selected", "enrolled", "training_started", "internship_started", "completed"]),
        ((*TO_TRAINING, Stage.DROPPED), ["selected", "enrolled", "training_started", "dropped"]),
        ((*TO_TRAINING, Stage.EMPLOYED_EARLY), ["selected", "enrolled", "training_started", "employed_early"]),
        ((*TO_TRAINING, Stage.ON_LEAVE, Stage.TRAINING),
         ["selected", "enrolled", "training_started", "leave_started", "leave_ended"]),
        ((*TO_TRAINING, Stage.INTERNING, Stage.ON_LEAVE, Stage.INTERNING),
         ["selected", "enrolled", "training_started", "internship_started", "leave_started", "leave_ended"]),
    ],
)  # fmt: skip
def test_every_step_is_published_as_what_it_is(story: Story, path: tuple[Stage, ...], events: list[str]) -> None:
    applicant = story.applicant(story.cohort().id)
    moved = story.move(applicant.id, *path)
    assert (moved.stage, moved.version) == (path[-1], len(path) + 1)
    assert story.events(applicant.id) == [f"enrolment.{event}" for event in ["applied", *events]]
    assert [step.stage for step in story.steps(applicant.id)] == [Stage.APPLIED, *path]


def test_a_step_says_everything_and_keeps_its_times_apart(story: Story) -> None:
    cohort = story.cohort()
    applicant = story.applicant(cohort.id, applied_on=day(3), reported_on=day(5))
    story.move(applicant.id, Stage.WITHDRAWN, on=day(10), reported_on=day(12), reason="moved_away", note="전화로 알려옴")
    assert story.contents(applicant.id)[1] == {
        "enrolment_id": str(applicant.id), "person_id": str(applicant.person_id), "cohort_id": str(cohort.id),
        "program_id": str(cohort.program_id), "university_id": str(cohort.university_id), "field": "robot",
        "effective_on": "2024-01-12", "reported_on": "2024-01-14", "reason": "moved_away",
    }  # fmt: skip
    first, second = story.steps(applicant.id)
    assert (first.effective_on, first.reported_on, first.actor, first.reason) == (day(3), day(5), "manager", None)
    assert (second.effective_on, second.reported_on, second.reason) == (day(10), day(12), "moved_away")
    assert first.recorded_at <= second.recorded_at
    assert second.note is not None
    assert "전화".encode() not in second.note
    assert story.enrolment(applicant.id).stage_since == day(10)


def test_leave_leads_back_to_the_stage_that_it_interrupted(story: Story) -> None:
    applicant = story.applicant(story.cohort().id)
    on_leave = story.move(applicant.id, *TO_TRAINING, Stage.ON_LEAVE)
    assert on_leave.left_stage is Stage.TRAINING
    with pytest.raises(IllegalMove) as refused:
        story.move(applicant.id, Stage.INTERNING)
    assert refused.value.legal == ["training"]
    assert story.move(applicant.id, Stage.TRAINING).left_stage is None
    assert story.contents(applicant.id)[-1]["to"] == "training"


def test_training_completes_at_once_only_where_no_internship_follows(story: Story) -> None:
    university = story.university()
    with_internship = story.cohort(story.program(university.id, internship_months=3).id)
    without = story.cohort(story.program(university.id, internship_months=0).id)
    with pytest.raises(IllegalMove) as refused:
        story.move(story.applicant(with_internship.id).id, *TO_TRAINING, Stage.COMPLETED)
    assert "interning" in refused.value.legal
    assert story.move(story.applicant(without.id).id, *TO_TRAINING, Stage.COMPLETED).stage is Stage.COMPLETED


def test_a_refused_step_leaves_everything_as_it_was(story: Story) -> None:
    applicant = story.applicant(story.cohort().id)
    with pytest.raises(IllegalMove):
        story.move(applicant.id, Stage.COMPLETED)
    with pytest.raises(Invalid):
        story.move(applicant.id, Stage.SELECTED, on=TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        story.move(applicant.id, Stage.SELECTED, on=day(-1))
    with pytest.raises(Invalid):
        story.move(applicant.id, Stage.REJECTED, reason=None)
    with pytest.raises(Stale):
        story.move(applicant.id, Stage.SELECTED, expected_version=7)
    with pytest.raises(NotFound):
        story.do(move_enrolment, new_id(), to=Stage.SELECTED, by=MANAGER)
    assert (story.enrolment(applicant.id).stage, story.enrolment(applicant.id).version) == (Stage.APPLIED, 1)
    assert story.events(applicant.id) == ["enrolment.applied"]
    assert len(story.steps(applicant.id)) == 1


def selected_at_once(story: Story, ids: list[UUID]) -> int:
    """Select all of them in the same moment; how many went through."""
    starting = Barrier(len(ids))

    def select(enrolment_id: UUID) -> bool:
        starting.wait(30)
        try:
            story.do(move_enrolment, enrolment_id, to=Stage.SELECTED, by=MANAGER)
        except CohortFull:
            return False
        return True

    with ThreadPoolExecutor(len(ids)) as pool:
        return sum(pool.map(select, ids))


@pytest.mark.unhurried
def test_the_capacity_holds_under_forty_selections_at_once(story: Story) -> None:
    cohort = story.cohort(capacity=5)
    ids = [story.applicant(cohort.id).id for _ in range(40)]
    assert selected_at_once(story, ids) == 5
    with story.database.read() as session:
        assert held_places(session, cohort.id) == 5
    assert sum(row["stage"] is Stage.SELECTED for row in story.rows(Enrolment)) == 5
    assert sum(event == "enrolment.selected" for event in story.events()) == 5


def test_a_place_that_was_left_goes_to_who_waits_longest(story: Story) -> None:
    cohort = story.cohort(capacity=1)
    first, second, third = (story.applicant(cohort.id) for _ in range(3))
    story.move(first.id, Stage.SELECTED)
    story.move(third.id, Stage.WAITLISTED, on=day(2))
    story.move(second.id, Stage.WAITLISTED, on=day(1))
    with pytest.raises(CohortFull):
        story.move(second.id, Stage.SELECTED, on=day(3))
    story.move(first.id, Stage.WITHDRAWN, on=day(5))
    assert (story.enrolment(second.id).stage, story.enrolment(third.id).stage) == (Stage.SELECTED, Stage.WAITLISTED)
    step = story.steps(second.id)[-1]
    assert (step.effective_on, step.actor, step.reason) == (day(5), "service:trainees", "place_freed")
    assert story.events(second.id)[-1] == "enrolment.selected"
    with pytest.raises(CohortFull):
        story.move(story.applicant(cohort.id).id, Stage.SELECTED)


def test_new_places_go_to_those_who_wait_and_no_more_than_there_are(story: Story) -> None:
    cohort = story.cohort(capacity=1)
    story.move(story.applicant(cohort.id).id, Stage.SELECTED)
    waiting = [story.applicant(cohort.id).id for _ in range(3)]
    for number, enrolment_id in enumerate(waiting):
        story.move(enrolment_id, Stage.WAITLISTED, on=day(number))
    story.do(change_cohort, cohort.id, changes={"capacity": 3})
    assert [story.enrolment(each).stage for each in waiting] == [Stage.SELECTED, Stage.SELECTED, Stage.WAITLISTED]


def test_who_waits_may_be_rejected_or_step_back(story: Story) -> None:
    cohort = story.cohort()
    for end in (Stage.REJECTED, Stage.WITHDRAWN):
        assert story.move(story.applicant(cohort.id).id, Stage.WAITLISTED, end).stage is end


def test_no_automation_ends_a_leave(story: Story) -> None:
    applicant = story.applicant(story.cohort().id)
    story.move(applicant.id, *TO_TRAINING, Stage.ON_LEAVE)
    with pytest.raises(LeaveIsAPersonsDecision):
        story.move(applicant.id, Stage.TRAINING, by=Actor.system("trainees"))
    assert story.move(applicant.id, Stage.TRAINING).stage is Stage.TRAINING


@pytest.mark.unhurried
def test_forty_who_leave_at_once_let_forty_others_in(story: Story) -> None:
    cohort = story.cohort(capacity=20)
    holding = [story.applicant(cohort.id).id for _ in range(20)]
    waiting = [story.applicant(cohort.id).id for _ in range(30)]
    for enrolment_id in holding:
        story.move(enrolment_id, Stage.SELECTED)
    for enrolment_id in waiting:
        story.move(enrolment_id, Stage.WAITLISTED)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda each: story.move(each, Stage.WITHDRAWN, on=TODAY), holding))
    stages = [story.enrolment(each).stage for each in waiting]
    assert (stages.count(Stage.SELECTED), stages[20:]) == (20, [Stage.WAITLISTED] * 10)


def test_of_two_moves_at_once_from_the_same_version_one_happens(story: Story) -> None:
    applicant = story.applicant(story.cohort().id)
    starting = Barrier(8)

    def move(_number: int) -> str:
        starting.wait(30)
        try:
            story.do(move_enrolment, applicant.id, to=Stage.SELECTED, by=MANAGER, expected_version=1)
        except (Stale, IllegalMove) as refused:
            return refused.code
        return "moved"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(move, range(8)))
    assert sorted(outcomes) == ["moved"] + ["stale"] * 7
    assert story.events(applicant.id) == ["enrolment.applied", "enrolment.selected"]

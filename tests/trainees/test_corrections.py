"""A correction is a fact of its own: the history shows what was said and what should have been said."""

from datetime import timedelta
from typing import Any

import pytest

from services.trainees.commands.corrections import correct_enrolment
from services.trainees.domain.corrections import FirstStepStays, RenewedSince, StepSuperseded
from services.trainees.domain.registry import CohortFull
from services.trainees.domain.stages import Stage
from services.trainees.queries.places import admission, held_places
from shared.errors import IllegalMove, Invalid, NotFound, Stale
from tests.trainees.callers import AUDITOR, Callers
from tests.trainees.callers import MANAGER as PROGRAM_MANAGER
from tests.trainees.story import LONG_AGO, MANAGER, TODAY, Story, day, somebody

TO_TRAINING = (Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING)


def test_a_step_that_should_not_have_been_is_taken_back(story: Story) -> None:
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *TO_TRAINING, Stage.DROPPED, on=day(70))
    back = story.do(correct_enrolment, trainee.id, version=5, voids=True, by=MANAGER, reason="wrong_person")
    assert (back.stage, back.stage_since, back.version) == (Stage.TRAINING, day(70), 6)
    assert story.move(back.id, Stage.INTERNING, on=day(80)).version == 7
    assert [(step.version, step.corrects, step.voids) for step in story.steps(trainee.id)][4:] == [
        (5, None, False), (6, 5, True), (7, None, False),
    ]  # fmt: skip
    said = story.contents(trainee.id)[5]
    assert (said["corrects"], said["taken_back"], said["stage"], said["since"]) == (5, True, "training", "2024-03-12")
    assert [step["stage"] for step in said["path"]] == ["applied", "selected", "enrolled", "training"]


def test_another_day_or_stage_stands_in_the_place_of_the_wrong_one(story: Story) -> None:
    trainee = story.applicant(story.cohort().id)
    story.move(trainee.id, *TO_TRAINING, on=day(60))
    story.move(trainee.id, Stage.DROPPED, on=day(100))
    story.do(correct_enrolment, trainee.id, version=4, effective_on=day(64), by=MANAGER)
    early = story.do(correct_enrolment, trainee.id, version=5, to=Stage.EMPLOYED_EARLY, by=MANAGER)
    assert (early.stage, early.stage_since) == (Stage.EMPLOYED_EARLY, day(100))
    path = story.contents(trainee.id)[-1]["path"]
    assert [(step["stage"], step["effective_on"]) for step in path[3:]] == [
        ("training", day(64).isoformat()), ("employed_early", day(100).isoformat()),
    ]  # fmt: skip


def test_a_correction_is_refused_where_the_life_would_be_impossible(story: Story) -> None:
    trainee = story.applicant(story.cohort().id, applied_on=day(5))
    story.move(trainee.id, *TO_TRAINING, on=day(60))

    def correct(version: int, **said: Any) -> None:
        story.do(correct_enrolment, trainee.id, version=version, by=MANAGER, **said)

    refusals: list[tuple[type[Exception], int, dict[str, Any]]] = [
        (IllegalMove, 2, {"voids": True}), (IllegalMove, 3, {"to": Stage.WITHDRAWN, "reason": "personal"}),
        (Invalid, 3, {"effective_on": day(61)}), (Invalid, 2, {"effective_on": day(4)}),
        (Invalid, 4, {"effective_on": TODAY + timedelta(days=1)}), (FirstStepStays, 1, {"voids": True}),
        (FirstStepStays, 1, {"to": Stage.WAITLISTED}), (NotFound, 9, {}), (Stale, 4, {"expected_version": 1}),
        (Invalid, 4, {"to": Stage.DROPPED}),
    ]  # fmt: skip
    for refusal, version, said in refusals:
        with pytest.raises(refusal):
            correct(version, **said)
    correct(4, voids=True)
    with pytest.raises(StepSuperseded):
        correct(4, effective_on=day(62))
    assert (story.enrolment(trainee.id).stage, story.enrolment(trainee.id).version) == (Stage.ENROLLED, 5)


def test_a_correction_keeps_the_places_right(story: Story) -> None:
    cohort = story.cohort(capacity=1)
    first, second, third = (story.applicant(cohort.id) for _ in range(3))
    story.move(first.id, Stage.SELECTED)
    story.move(second.id, Stage.WAITLISTED)
    story.do(correct_enrolment, first.id, version=2, voids=True, by=MANAGER)
    assert (story.enrolment(first.id).stage, story.enrolment(second.id).stage) == (Stage.APPLIED, Stage.SELECTED)
    story.move(third.id, Stage.REJECTED, reason="other")
    with pytest.raises(CohortFull):
        story.do(correct_enrolment, third.id, version=2, to=Stage.SELECTED, by=MANAGER)
    with story.database.read() as session:
        assert held_places(session, cohort.id) == 1
        assert admission(session, cohort).selected == 1


def test_who_was_renewed_since_does_not_live_twice(story: Story) -> None:
    cohort = story.cohort()
    person = somebody()
    first = story.applicant(cohort.id, person)
    story.move(first.id, Stage.WITHDRAWN)
    story.applicant(cohort.id, person)
    with pytest.raises(RenewedSince):
        story.do(correct_enrolment, first.id, version=2, voids=True, by=MANAGER)


def test_the_history_shows_both(callers: Callers) -> None:
    enrolment = callers.applicant(callers.cohort(callers.program(callers.university())))
    callers.move(PROGRAM_MANAGER, enrolment, "rejected", reason="documents", effective_on=LONG_AGO.isoformat())
    body = {"version": 2, "taken_back": True, "note": "서류가 도착해 있었음"}
    assert callers.post(PROGRAM_MANAGER, f"{enrolment}/corrections", body).status_code == 428
    assert callers.post(AUDITOR, f"{enrolment}/corrections", body, if_match='"2"').status_code == 403
    done = callers.post(PROGRAM_MANAGER, f"{enrolment}/corrections", body, if_match='"2"')
    assert (done.status_code, done.json()["stage"], done.headers["ETag"]) == (200, "applied", '"3"')
    history = callers.get(PROGRAM_MANAGER, enrolment).json()["history"]
    shown = [(step["stage"], step["corrects"], step["taken_back"], step["corrected_by"]) for step in history]
    assert shown == [("applied", None, False, None), ("rejected", None, False, 3), ("rejected", 2, True, None)]

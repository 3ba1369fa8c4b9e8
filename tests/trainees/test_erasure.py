"""Personal data is destroyed for good: replays do not bring it back, and no total changes."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.trainees.commands.applications import apply_to_cohort
from services.trainees.commands.erasure import erase_person, erase_what_is_over
from services.trainees.commands.merging import merge_persons
from services.trainees.domain.identity import ErasedBefore, Ground, StillTaking
from services.trainees.domain.retention import is_over, months_after
from services.trainees.domain.rules import Conditions
from services.trainees.domain.stages import Stage
from services.trainees.queries.places import admission
from services.trainees.tables import AccessEntry, Enrolment, ErasedTrace, Person, PersonRecord, StudentNumber, metadata
from shared.db import Database
from tests.trainees.callers import AUDITOR, Callers
from tests.trainees.callers import MANAGER as PROGRAM_MANAGER
from tests.trainees.story import MANAGER, TODAY, Story, roster, somebody

ROW = ("S-CANARY-1", "김카나리아", "1987-06-05", "010-7654-3210", "canary@example.kr")


def sealed_things(database: Database) -> int:
    """How many sealed values any table still holds."""
    with database.read() as session:
        return sum(
            isinstance(value, bytes) and value.startswith(b"\x01")
            for table in metadata.sorted_tables
            if table.name not in {"kept_key", "erased_trace"}
            for row in session.execute(select(table))
            for value in row
        )


def ended(story: Story) -> tuple[Any, Enrolment]:
    cohort = story.cohort()
    story.sync(cohort, roster(ROW))
    [row] = story.rows(Enrolment)
    return cohort, story.move(row["id"], Stage.WITHDRAWN, on=TODAY, note="비밀메모", reason="personal")


@pytest.mark.unhurried
def test_nothing_that_can_be_read_is_left_and_a_replay_brings_nothing_back(story: Story) -> None:
    cohort, enrolment = ended(story)
    with story.database.read() as session:
        before = admission(session, cohort)
    person = story.do(erase_person, enrolment.person_id, ground=Ground.REQUEST, by=MANAGER)
    assert (person.erased_on, story.count(PersonRecord), story.count(StudentNumber)) == ("request", 0, 0)
    assert story.steps(enrolment.id)[-1].note is None
    assert story.events(person.id)[-1] == "person.erased"
    again = story.sync(cohort, roster(ROW))
    assert [problem.code for problem in again.rows[0].problems] == ["erased_before"]
    with pytest.raises(ErasedBefore):
        story.applicant(cohort.id, somebody("김카나리아", birth_date=date(1987, 6, 5), phone="+821076543210"))
    renumbered = (ROW[0], ROW[1], ROW[2], "010-1111-2222", "")
    assert [problem.code for problem in story.sync(cohort, roster(renumbered)).rows[0].problems] == ["erased_before"]
    with story.database.read() as session:
        assert admission(session, cohort) == before
    assert (story.count(Person), story.count(Enrolment), story.count(PersonRecord)) == (1, 1, 0)
    story.do(erase_person, enrolment.person_id, ground=Ground.REQUEST, by=MANAGER)
    assert story.events(person.id).count("person.erased") == 1
    assert [row["action"] for row in story.rows(AccessEntry)] == ["person.erased"]


@pytest.mark.unhurried
def test_whoever_was_erased_may_apply_again_and_is_somebody_new(story: Story) -> None:
    cohort, enrolment = ended(story)
    story.do(erase_person, enrolment.person_id, ground=Ground.REQUEST, by=MANAGER)
    me = somebody("김카나리아", birth_date=date(1987, 6, 5), phone="+821076543210", email="canary@example.kr")
    with pytest.raises(ErasedBefore):
        story.do(apply_to_cohort, cohort.id, person=me, student_no=ROW[0], by=MANAGER)
    again = story.do(apply_to_cohort, cohort.id, person=me, student_no=ROW[0], again=True, by=MANAGER)
    assert (again.person_id != enrolment.person_id, again.follows) == (True, None)
    assert story.count(ErasedTrace) == 0
    assert [row.outcome.value for row in story.sync(cohort, roster(ROW)).rows] == ["unchanged"]
    assert story.do(erase_person, enrolment.person_id, ground=Ground.REQUEST, by=MANAGER).erased_on == "request"
    assert story.count(PersonRecord) == 1
    story.move(again.id, Stage.WITHDRAWN, on=TODAY, reason="personal")
    story.do(erase_person, again.person_id, ground=Ground.REQUEST, by=MANAGER)
    assert [problem.code for problem in story.sync(cohort, roster(ROW)).rows[0].problems] == ["erased_before"]


def test_whoever_takes_part_is_not_erased(story: Story) -> None:
    applicant = story.applicant(story.cohort().id)
    with pytest.raises(StillTaking):
        story.do(erase_person, applicant.person_id, ground=Ground.REQUEST, by=MANAGER)
    assert story.count(PersonRecord) == 1


def test_all_ids_of_a_human_are_erased_together(story: Story) -> None:
    one, other = (story.applicant(cohort.id) for cohort in story.cohorts(2))
    for each in (one, other):
        story.move(each.id, Stage.REJECTED)
    story.do(merge_persons, one.person_id, other.person_id, by=MANAGER)
    story.do(erase_person, other.person_id, ground=Ground.REQUEST, by=MANAGER)
    assert (story.count(PersonRecord), story.count(Person)) == (0, 2)
    assert sealed_things(story.database) == 0


def test_retention_erases_when_every_program_is_done_with_the_person(story: Story) -> None:
    keeps_a_year = story.program(conditions=Conditions(retention_months=12))
    keeps = story.program(keeps_a_year.university_id, conditions=Conditions())
    gone, stays, new = somebody(), somebody(), somebody()
    long_ago = TODAY - timedelta(days=400)
    ended = ((gone, [keeps_a_year], long_ago), (stays, [keeps_a_year, keeps], long_ago), (new, [keeps_a_year], TODAY))
    ids = {}
    for person, programs, on in ended:
        for program in programs:
            enrolment = story.applicant(story.cohort(program.id).id, person)
            story.move(enrolment.id, Stage.REJECTED, on=on)
            ids[person.phone] = enrolment.person_id
    assert erase_what_is_over(story.database) == 1
    assert erase_what_is_over(story.database) == 0
    erased = {row["id"] for row in story.rows(Person) if row["erased_on"] == "retention"}
    assert erased == {ids[gone.phone]}


def test_months_are_calendar_months() -> None:
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 12, 15), 13) == date(2026, 1, 15)
    assert is_over(date(2024, 1, 31), months=1, on=date(2024, 2, 29))
    assert not is_over(date(2024, 1, 31), months=1, on=date(2024, 2, 28))
    assert not is_over(date(1990, 1, 1), months=None, on=TODAY)


@pytest.mark.unhurried
def test_erasure_over_http_and_who_sees_the_trace(callers: Callers) -> None:
    enrolment = callers.applicant(callers.cohort(callers.program(callers.university())))
    person = f"/persons/{callers.get(PROGRAM_MANAGER, enrolment).json()['person_id']}"
    assert callers.get(PROGRAM_MANAGER, person, purpose="employment_support").status_code == 200
    assert callers.post(PROGRAM_MANAGER, f"{person}/erasure", {}).json()["code"] == "still_taking_part"
    callers.move(PROGRAM_MANAGER, enrolment, "withdrawn", reason="personal")
    assert callers.post("university-knu", f"{person}/erasure", {}).status_code == 403
    assert callers.post(PROGRAM_MANAGER, f"{person}/erasure", {}).json()["erased_at"] is not None
    gone = callers.get(PROGRAM_MANAGER, person)
    assert (gone.status_code, gone.json()["code"]) == (410, "person_erased")
    log = callers.get(AUDITOR, "/access-log", person_id=person.rpartition("/")[2]).json()["items"]
    assert [(each["action"], each["purpose"]) for each in log] == [
        ("person.read", "employment_support"),
        ("person.erased", "request"),
    ]
    assert callers.get(PROGRAM_MANAGER, "/access-log").status_code == 403

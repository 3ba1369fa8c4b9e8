"""Who applies: one human is one person, however often and wherever they apply."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest

from services.trainees.commands.applications import apply_to_cohort
from services.trainees.domain.applications import AlreadyApplied, NumberOfAnother, PersonOfAnotherNumber
from services.trainees.domain.stages import Stage
from services.trainees.queries.persons import whole
from services.trainees.tables import Cohort, Enrolment, Person, PersonRecord
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from tests.trainees.story import MANAGER, TODAY, Story, day, somebody, university_actor


def two_universities(story: Story) -> tuple[Cohort, Cohort]:
    return tuple(story.cohort(story.program(story.university(code).id).id) for code in ("knu", "ynu"))  # type: ignore[return-value]


def test_an_application_registers_the_person_and_begins_an_enrolment(story: Story) -> None:
    cohort = story.cohort()
    applicant = story.applicant(cohort.id, applied_on=day(3))
    assert (applicant.stage, applicant.stage_since, applicant.version) == (Stage.APPLIED, day(3), 1)
    assert (applicant.program_id, applicant.university_id, applicant.field) == (cohort.program_id, cohort.university_id, "robot")
    assert story.events(applicant.person_id) == ["person.registered"]
    assert story.contents(applicant.person_id) == [{"person_id": str(applicant.person_id)}]
    assert story.events(applicant.id) == ["enrolment.applied"]


def test_the_same_human_at_two_universities_is_one_person(story: Story) -> None:
    here, there = two_universities(story)
    person = somebody("김하늘", phone="+821012345678", birth_date=date(1999, 3, 2))
    as_a_mac_writes_it = replace(person, name=unicodedata.normalize("NFD", "김 하늘"))
    first = story.applicant(here.id, person, student_no="20240001")
    second = story.applicant(there.id, as_a_mac_writes_it, student_no="A-77")
    assert first.person_id == second.person_id
    assert first.id != second.id
    assert story.count(Person) == 1
    assert story.events(first.person_id) == ["person.registered"]


@pytest.mark.parametrize(
    "other", [{"name": "김하눌"}, {"phone": "+821099999999"}, {"birth_date": date(1990, 1, 1)}], ids=["name", "phone", "day"]
)
def test_who_differs_in_one_of_the_three_is_not_certainly_the_same(story: Story, other: dict[str, object]) -> None:
    here, there = two_universities(story)
    person = somebody("김하늘", phone="+821012345678", birth_date=date(1999, 3, 2))
    assert story.applicant(here.id, person).person_id != story.applicant(there.id, replace(person, **other)).person_id  # type: ignore[arg-type]


def test_a_student_number_finds_the_person_whose_telephone_changed(story: Story) -> None:
    cohort, _ = two_universities(story)
    again = story.cohort(cohort.program_id)
    person = somebody()
    first = story.applicant(cohort.id, person, student_no="20240001")
    second = story.applicant(again.id, replace(person, phone="+821033334444", email="a@example.kr"), student_no="20240001")
    assert first.person_id == second.person_id
    with story.database.read() as session:
        known = whole(session, first.person_id, actor=MANAGER)
    assert (known.phone, known.email) == ("+821033334444", "a@example.kr")
    assert [number.student_no for number in known.student_numbers] == ["20240001"]
    assert story.events(first.person_id) == ["person.registered"]


def test_a_student_number_means_something_at_its_university_only(story: Story) -> None:
    here, there = two_universities(story)
    first = story.applicant(here.id, student_no="20240001")
    second = story.applicant(there.id, student_no="20240001")
    assert first.person_id != second.person_id


def test_a_student_number_of_somebody_else_is_refused(story: Story) -> None:
    cohort = story.cohort()
    one, other = somebody(), somebody()
    story.applicant(cohort.id, one, student_no="1001")
    with pytest.raises(NumberOfAnother):
        story.applicant(cohort.id, somebody(), student_no="1001")
    story.applicant(cohort.id, other, student_no="1002")
    with pytest.raises(PersonOfAnotherNumber):
        story.applicant(cohort.id, other, student_no="1001")
    assert story.count(Person) == 2


def test_a_second_application_is_refused_while_the_first_lives_and_follows_it_afterwards(story: Story) -> None:
    cohort = story.cohort()
    person = somebody()
    first = story.applicant(cohort.id, person)
    for stage in (None, Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING, Stage.ON_LEAVE, Stage.TRAINING):
        if stage is not None:
            story.move(first.id, stage)
        with pytest.raises(AlreadyApplied):
            story.applicant(cohort.id, person)
    story.move(first.id, Stage.DROPPED)
    second = story.applicant(cohort.id, person)
    assert (second.follows, second.stage, second.person_id) == (first.id, Stage.APPLIED, first.person_id)
    with pytest.raises(AlreadyApplied):
        story.applicant(cohort.id, person)
    story.move(second.id, Stage.WITHDRAWN)
    assert story.applicant(cohort.id, person).follows == second.id
    assert story.count(Enrolment) == 3


def test_an_application_is_not_of_the_future(story: Story) -> None:
    cohort = story.cohort()
    with pytest.raises(Invalid) as refused:
        story.applicant(cohort.id, applied_on=TODAY + timedelta(1), reported_on=TODAY + timedelta(1))
    assert [error.pointer for error in refused.value.errors] == ["/applied_on", "/reported_on"]
    assert story.do(apply_to_cohort, cohort.id, person=somebody(), by=MANAGER).stage_since == TODAY


def test_a_university_applies_to_its_own_cohorts_only(story: Story) -> None:
    here, there = two_universities(story)
    assert story.applicant(here.id, by=university_actor("knu")).stage is Stage.APPLIED
    for cohort_id in (there.id, new_id()):
        with pytest.raises(NotFound):
            story.applicant(cohort_id, by=university_actor("knu"))


@pytest.mark.unhurried
def test_the_same_human_applying_everywhere_at_once_becomes_one_person(story: Story) -> None:
    here, there = two_universities(story)
    cohorts = [here.id, there.id] * 8
    person = somebody()
    starting = Barrier(len(cohorts))

    def apply(number: int) -> str:
        starting.wait(30)
        try:
            story.applicant(cohorts[number], person, student_no="20240001")
        except AlreadyApplied as refused:
            return refused.code
        return "applied"

    with ThreadPoolExecutor(len(cohorts)) as pool:
        outcomes = list(pool.map(apply, range(len(cohorts))))
    assert sorted(outcomes) == ["already_applied"] * 14 + ["applied"] * 2
    assert (story.count(Person), story.count(PersonRecord), story.count(Enrolment)) == (1, 1, 2)
    assert sorted(story.events())[:2] == ["cohort.opened", "cohort.opened"]
    assert story.events().count("person.registered") == 1
    assert story.events().count("enrolment.applied") == 2

"""A roster brings the enrolments of a cohort in step, row by row, and nothing but what it says."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from services.trainees.commands.roster.receiving import MOST_BYTES_AT_ONCE
from services.trainees.domain.roster.refusals import BrokenRoster
from services.trainees.domain.stages import Stage
from services.trainees.queries.persons import WholePerson, whole
from services.trainees.queries.roster.reports import SyncReport
from services.trainees.tables import Enrolment, Outcome, Person, PersonRecord, RosterOutcome, RosterSync, StageStep, SyncState
from shared.errors import NotFound
from tests.trainees.story import MANAGER, TODAY, Story, day, roster, university_actor

HANEUL = ("20240001", "김하늘", "1999-03-02", "010-1234-5678", "haneul@example.kr")
BADA = ("20240002", "이바다", "2000.11.30", "010-2345-6789", "")
STATE = (Person, PersonRecord, Enrolment, StageStep)


def fates(report: SyncReport) -> list[tuple[int, str, list[str]]]:
    """Line, outcome, and what changed or what is wrong."""
    return [(row.line, row.outcome.value, [*row.changes, *(problem.code for problem in row.problems)]) for row in report.rows]


def counted(report: SyncReport) -> dict[str, int]:
    """The four counts that every sync has."""
    return {name: report.counts[name] for name in ("created", "changed", "unchanged", "rejected")}


def changed(row: Sequence[str], **said: str) -> tuple[str, ...]:
    names = ("student_no", "name", "birth_date", "phone", "email")
    return tuple(said.get(name, cell) for name, cell in zip(names, row, strict=True))


def person_of(story: Story, report: SyncReport, *, line: int = 2) -> WholePerson:
    [enrolment_id] = [row.enrolment_id for row in report.rows if row.line == line]
    assert enrolment_id is not None
    with story.database.read() as session:
        return whole(session, story.enrolment(enrolment_id).person_id, actor=MANAGER)


def test_a_first_roster_registers_persons_and_begins_enrolments(story: Story) -> None:
    cohort = story.cohort()
    report = story.sync(cohort, roster(HANEUL, BADA))
    assert report.state is SyncState.APPLIED
    assert counted(report) == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    assert fates(report) == [(2, "created", []), (3, "created", [])]
    known = person_of(story, report)
    assert (known.name, known.birth_date, known.phone, known.email) == (
        "김하늘", date(1999, 3, 2), "+821012345678", "haneul@example.kr",
    )  # fmt: skip
    assert [(number.university_id, number.student_no) for number in known.student_numbers] == [(cohort.university_id, "20240001")]
    for row in report.rows:
        assert row.enrolment_id is not None
        enrolment = story.enrolment(row.enrolment_id)
        assert (enrolment.stage, enrolment.version) == (Stage.APPLIED, 1)
        assert story.events(enrolment.id) == ["enrolment.applied"]
        assert story.contents(enrolment.id)[0]["person_id"] == str(enrolment.person_id)
        assert [(step.stage, step.actor) for step in story.steps(enrolment.id)] == [(Stage.APPLIED, "manager")]
        assert story.events(enrolment.person_id) == ["person.registered"]


def test_the_day_of_the_application_is_taken_from_the_file(story: Story) -> None:
    header = "학번,성명,생년월일,연락처,지원일"
    report = story.sync(story.cohort(), roster((*HANEUL[:4], "2024. 1. 15."), header=header))
    assert report.rows[0].enrolment_id is not None
    [step] = story.steps(report.rows[0].enrolment_id)
    assert (step.effective_on, step.reported_on) == (date(2024, 1, 15), TODAY)


@pytest.mark.parametrize(("closes_in", "applied_in"), [(-9, -9), (9, 0)], ids=["closed", "still open"])
def test_who_stands_on_a_roster_without_a_day_applied_by_the_deadline(story: Story, closes_in: int, applied_in: int) -> None:
    later: dict[str, Any] = {"starts_on": day(3000), "training_ends_on": day(3100), "ends_on": day(3200)}
    cohort = story.cohort(applications_close_on=TODAY + timedelta(closes_in), **later)
    [row] = story.sync(cohort, roster(HANEUL)).rows
    assert row.enrolment_id is not None
    [step] = story.steps(row.enrolment_id)
    assert (step.effective_on, step.reported_on) == (TODAY + timedelta(applied_in), TODAY)


def test_the_same_file_twice_changes_nothing(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(HANEUL, BADA))
    before = ([story.rows(table) for table in STATE], story.events())
    report = story.sync(cohort, roster(HANEUL, BADA))
    assert fates(report) == [(2, "unchanged", []), (3, "unchanged", [])]
    assert ([story.rows(table) for table in STATE], story.events()) == before


def test_another_spelling_of_the_same_is_no_change(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(HANEUL))
    excel = ("２０２４０００１", "김하늘", "36221", "1012345678", "")
    assert fates(story.sync(cohort, roster(excel))) == [(2, "unchanged", [])]


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"phone": "010-9999-0000"}, ["phone"]),
        ({"email": "new@example.kr"}, ["email"]),
        ({"name": "김하눌"}, ["name"]),
        ({"birth_date": "1999-03-03"}, ["birth_date"]),
        ({"name": "김하눌", "phone": "010-9999-0000", "email": "x@example.kr"}, ["name", "phone", "email"]),
        ({"student_no": "20249999"}, ["student_no"]),
    ],
    ids=lambda given: "+".join(given) if isinstance(given, list) else "",
)
def test_a_row_changes_what_it_says_and_names_the_fields(story: Story, said: dict[str, str], fields: list[str]) -> None:
    cohort = story.cohort()
    first = story.sync(cohort, roster(HANEUL, BADA))
    before = person_of(story, first)
    report = story.sync(cohort, roster(changed(HANEUL, **said), BADA))
    assert fates(report) == [(2, "changed", fields), (3, "unchanged", [])]
    after = person_of(story, report)
    assert after.id == before.id
    assert {name for name in ("name", "birth_date", "phone", "email") if getattr(after, name) != getattr(before, name)} == (
        set(fields) - {"student_no"}
    )
    assert after.changed_at > before.changed_at
    assert story.count(Person) == 2
    assert fates(story.sync(cohort, roster(changed(HANEUL, **said)))) == [(2, "unchanged", [])]


def test_no_e_mail_address_in_the_file_leaves_the_one_we_hold(story: Story) -> None:
    cohort = story.cohort()
    first = story.sync(cohort, roster(HANEUL))
    assert fates(story.sync(cohort, roster(changed(HANEUL, email="")))) == [(2, "unchanged", [])]
    assert fates(story.sync(cohort, roster(HANEUL[:4], header="학번,이름,생년월일,전화번호"))) == [(2, "unchanged", [])]
    assert person_of(story, first).email == "haneul@example.kr"


def test_a_broken_row_is_told_and_blocks_no_good_one(story: Story) -> None:
    cohort = story.cohort()
    report = story.sync(cohort, roster(HANEUL, ("20240003", "박?별", "99.1.1", "02-120", "nobody"), BADA, ("20240004",)))
    assert fates(report) == [
        (2, "created", []),
        (3, "rejected", ["name_unreadable", "day_ambiguous", "phone_unreadable", "email_unreadable"]),
        (4, "created", []),
        (5, "rejected", ["cell_count"]),
    ]
    assert [problem.column for problem in report.rows[1].problems] == ["name", "birth_date", "phone", "email"]
    assert all(problem.message for row in report.rows for problem in row.problems)
    assert counted(report) == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 2}
    assert story.count(Person) == 2


def test_a_broken_file_changes_nothing_and_leaves_no_trace(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(HANEUL))
    tables = (*STATE, RosterSync, RosterOutcome)
    before = ([story.rows(table) for table in tables], story.events())
    for content in (roster(BADA).decode().encode("utf-16"), roster(BADA)[:-4], b"a,b\n", roster(BADA) + b'"open'):
        with pytest.raises(BrokenRoster):
            story.sync(cohort, content)
    assert ([story.rows(table) for table in tables], story.events()) == before


def test_rows_that_contradict_each_other_are_all_told_and_those_that_repeat_count_once(story: Story) -> None:
    cohort = story.cohort()
    same_number = changed(BADA, student_no=HANEUL[0])
    same_human = changed(HANEUL, student_no="20249999")
    report = story.sync(cohort, roster(HANEUL, HANEUL, same_number, same_human, BADA))
    assert [fate[1:] for fate in fates(report)] == [("rejected", ["contradicting"])] * 5
    assert story.count(Person) == 0
    twice = story.sync(cohort, roster(HANEUL, BADA, HANEUL))
    assert fates(twice) == [(2, "created", []), (3, "created", []), (4, "rejected", ["repeated"])]
    assert twice.rows[2].problems[0].message == "Line 2 of the file says the same already."
    again = story.sync(cohort, roster(same_human, HANEUL))
    assert fates(again) == [(2, "rejected", ["contradicting"]), (3, "rejected", ["contradicting"])]


@pytest.mark.unhurried
def test_a_row_that_contradicts_who_is_known_is_rejected(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(HANEUL, BADA))
    before = [story.rows(table) for table in STATE]
    number_of_another = ("20240001", "최다른", "1997-07-07", "010-7777-7777", "")
    person_of_another = changed(BADA, student_no="20240001")
    assert fates(story.sync(cohort, roster(number_of_another))) == [(2, "rejected", ["number_of_another"])]
    assert fates(story.sync(cohort, roster(person_of_another))) == [(2, "rejected", ["person_of_another_number"])]
    assert [story.rows(table) for table in STATE] == before
    # It blocks no good row about anybody else, and within one file nobody guesses which of two rows is right.
    rightly = changed(number_of_another, student_no="20240005")
    assert fates(story.sync(cohort, roster(number_of_another, BADA))) == [
        (2, "rejected", ["number_of_another"]),
        (3, "unchanged", []),
    ]
    assert fates(story.sync(cohort, roster(number_of_another, rightly))) == [
        (2, "rejected", ["contradicting"]),
        (3, "rejected", ["contradicting"]),
    ]


def test_a_row_may_take_over_what_identified_another_person_before_the_same_file(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(HANEUL, BADA))
    moved_on = changed(HANEUL, phone="010-5555-5555")
    takes_over = changed(HANEUL, student_no="20240009")  # the number's human is another one from now on
    assert fates(story.sync(cohort, roster(takes_over, moved_on))) == [(2, "created", []), (3, "changed", ["phone"])]
    assert fates(story.sync(cohort, roster(takes_over, moved_on))) == [(2, "unchanged", []), (3, "unchanged", [])]


def test_telephones_may_move_along_a_row_of_namesakes_in_one_file(story: Story) -> None:
    cohort = story.cohort()

    def namesakes(*phones: int) -> bytes:
        return roster(*[(f"10{n:02d}", "김하늘", "1999-03-02", f"010-2000-00{phone:02d}", "") for n, phone in enumerate(phones)])

    story.sync(cohort, namesakes(*range(16)))
    handed_on = namesakes(*range(1, 17))
    assert [fate[1:] for fate in fates(story.sync(cohort, handed_on))] == [("changed", ["phone"])] * 16
    assert story.sync(cohort, handed_on).counts[Outcome.UNCHANGED] == 16
    assert story.count(Person) == 16


def test_a_resident_number_rejects_its_row_and_reaches_no_table(story: Story) -> None:
    cohort = story.cohort()
    content = roster(
        (*HANEUL, "900101-1234567", ""),
        (*BADA, "001130", "3234567"),
        ("20240003", "박별", "1998-01-01", "010-3456-7890", "", "", ""),
        header="학번,성명,생년월일,연락처,이메일,비고,메모",
    )  # fmt: skip
    report = story.sync(cohort, content)
    assert fates(report) == [
        (2, "rejected", ["resident_number"]),
        (3, "rejected", ["resident_number", "resident_number"]),
        (4, "created", []),
    ]
    assert [problem.column for problem in report.rows[1].problems] == ["#6", "#7"]
    assert "1234567" not in str(report)
    assert "3234567" not in str(report)


def test_the_same_human_in_the_rosters_of_two_universities_is_one_person(story: Story) -> None:
    here = story.cohort(story.program(story.university("knu").id).id)
    there = story.cohort(story.program(story.university("ynu").id).id)
    first = story.sync(here, roster(HANEUL))
    second = story.sync(there, roster(changed(HANEUL, student_no="77")))
    assert fates(second) == [(2, "created", ["student_no"])]
    assert person_of(story, first).id == person_of(story, second).id
    assert story.count(Person) == 1
    assert len(person_of(story, first).student_numbers) == 2


def test_a_roster_begins_nothing_again_that_has_ended(story: Story) -> None:
    cohort = story.cohort()
    [row] = story.sync(cohort, roster(HANEUL)).rows
    assert row.enrolment_id is not None
    story.move(row.enrolment_id, Stage.REJECTED, on=TODAY)
    report = story.sync(cohort, roster(HANEUL))
    assert fates(report) == [(2, "unchanged", [])]
    assert report.rows[0].enrolment_id == row.enrolment_id
    assert story.count(Enrolment) == 1


def test_a_preview_says_what_would_be_and_changes_nothing(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(HANEUL))
    before = ([story.rows(table) for table in STATE], story.events())
    content = roster(changed(HANEUL, phone="010-9999-0000"), BADA, BADA, ("1",))
    preview = story.sync(cohort, content, dry_run=True)
    assert preview.state is SyncState.PREVIEWED
    assert ([story.rows(table) for table in STATE], story.events()) == before
    assert preview.rows[1].enrolment_id is None
    assert fates(preview) == fates(story.sync(cohort, content))


def test_an_empty_roster_is_a_roster(story: Story) -> None:
    report = story.sync(story.cohort(), roster())
    assert report.rows == []
    assert set(report.counts.values()) == {0}


def test_a_university_brings_in_its_own_cohorts_only(story: Story) -> None:
    own = story.cohort(story.program(story.university("knu").id).id)
    foreign = story.cohort(story.program(story.university("ynu").id).id)
    assert fates(story.sync(own, roster(HANEUL), by=university_actor("knu"))) == [(2, "created", [])]
    with pytest.raises(NotFound):
        story.sync(foreign, roster(BADA), by=university_actor("knu"))
    foreign.university_id = own.university_id
    for actor in (MANAGER, university_actor("knu")):
        with pytest.raises(NotFound):
            story.sync(foreign, roster(BADA), by=actor)


def test_what_is_read_beside_everybody_elses_requests_is_small(story: Story) -> None:
    cohort = story.cohort()
    with pytest.raises(BrokenRoster) as refused:
        story.sync(cohort, b'[{"x": "' + b"y" * MOST_BYTES_AT_ONCE + b'"}]')
    assert refused.value.errors[0].code == "too_large_for_rows"
    assert story.count(RosterSync) == 0

"""Who may see and do what: every route for every role, and universities kept apart."""

import pytest

from services.trainees.tables import AccessEntry
from tests.trainees.callers import ADMIN, AUDITOR, EXECUTIVE, MANAGER, Callers, application_body, cohort_body
from tests.trainees.story import Story, roster

KNU, YNU, EMPLOYER = "university-knu", "university-ynu", "employer-1248100998"
EVERYBODY = (MANAGER, ADMIN, KNU, EXECUTIVE, AUDITOR, EMPLOYER)
READ = {MANAGER, ADMIN, KNU, EXECUTIVE, AUDITOR}
ADMIT = {MANAGER, ADMIN, KNU}
MANAGE = {MANAGER, ADMIN}


@pytest.fixture
def world(callers: Callers) -> dict[str, str]:
    """One of everything at the university knu."""
    university = callers.university("knu")
    program = callers.program(university)
    cohort = callers.cohort(program)
    sync = callers.send(KNU, university, cohort, roster(("1001", "김하늘", "1999-03-02", "010-1234-5678", "")))
    enrolment = f"/enrolments/{sync.json()['rows'][0]['enrolment_id']}"
    person = f"/persons/{callers.get(MANAGER, enrolment).json()['person_id']}"
    return {
        "university": university, "program": program, "cohort": cohort, "admission": f"{cohort}/admission",
        "enrolment": enrolment, "person": person, "sync": sync.headers["Location"].removeprefix("/api/v1"),
        "errors": f"{sync.headers['Location'].removeprefix('/api/v1')}/errors.csv",
        "universities": "/universities", "programs": "/programs", "cohorts": "/cohorts", "enrolments": "/enrolments",
        "persons": "/persons",
    }  # fmt: skip


@pytest.mark.unhurried
@pytest.mark.parametrize(
    ("names", "allowed"),
    [
        (("university", "program", "cohort", "admission", "enrolment", "sync", "errors"), READ),
        (("universities", "programs", "cohorts", "enrolments"), READ),
        (("person", "persons"), ADMIT),
    ],
    ids=["single things", "lists", "personal data"],
)
def test_who_may_read_what(callers: Callers, world: dict[str, str], names: tuple[str, ...], allowed: set[str]) -> None:
    for name in names:
        seen = {who: callers.get(who, world[name]).status_code for who in EVERYBODY}
        assert seen == {who: 200 if who in allowed else 403 for who in EVERYBODY}, name


@pytest.mark.unhurried
def test_who_may_do_what(callers: Callers, world: dict[str, str]) -> None:
    university_id = world["university"].rpartition("/")[2]
    program = {
        "university_id": university_id, "code": "x", "name_ko": "가", "name_en": "A", "kind": "academy", "field": "robot",
        "training_months": 5, "internship_months": 0, "goals": [],
    }  # fmt: skip
    for who in EVERYBODY:
        code = who.replace("university-", "u")
        university = {"code": code, "name_ko": "가", "name_en": "A", "region": "27"}
        done = {
            callers.post(who, "/universities", university).status_code,
            callers.post(who, "/programs", {**program, "code": code}).status_code,
            callers.post(who, "/cohorts", cohort_body(world["program"])).status_code,
        }
        assert done == ({201} if who in MANAGE else {403}), who
        applied = callers.post(who, "/applications", application_body(world["cohort"])).status_code
        assert applied == (201 if who in ADMIT else 403), who
        refused = {
            callers.patch(who, world["cohort"], {"capacity": 0}, if_match='"1"').status_code,
            callers.move(who, world["enrolment"], "completed").status_code,
        }
        assert refused == ({422, 409} if who in MANAGE else {403}), who


def test_nobody_comes_in_without_a_token(callers: Callers, world: dict[str, str]) -> None:
    for path in world.values():
        assert callers.anonymous(path).status_code == 401, path


def test_another_university_is_told_that_there_is_nothing(callers: Callers, world: dict[str, str]) -> None:
    callers.university("ynu")
    for name in ("university", "program", "cohort", "admission", "enrolment", "person", "sync", "errors"):
        assert callers.get(YNU, world[name]).status_code == 404, name
    for name in ("programs", "cohorts", "enrolments", "persons"):
        found = callers.get(YNU, world[name], count="true").json()
        assert (found["items"], found["total"]) == ([], 0), name
    assert [each["code"] for each in callers.get(YNU, "/universities").json()["items"]] == ["ynu"]
    assert callers.post(YNU, "/applications", application_body(world["cohort"])).status_code == 404


def test_lists_are_masked_and_the_single_person_is_whole_and_on_record(
    callers: Callers, story: Story, world: dict[str, str]
) -> None:
    [row] = callers.get(KNU, "/persons").json()["items"]
    assert (row["name"], row["birth_year"], row["phone"]) == ("김*늘", 1999, "010-****-5678")
    assert story.count(AccessEntry) == 0
    assert callers.get(KNU, world["person"], purpose="상담").json()["errors"][0]["code"] == "not_a_choice"
    whole = callers.get(KNU, world["person"], purpose="employment_support", purpose_note="상담")
    assert (whole.json()["name"], whole.json()["phone"], whole.json()["birth_date"]) == ("김하늘", "+821012345678", "1999-03-02")
    assert [number["student_no"] for number in whole.json()["student_numbers"]] == ["1001"]
    [entry] = story.rows(AccessEntry)
    assert (entry["organisation"], entry["origin"], entry["purpose"]) == ("knu", "127.0.0.1", "employment_support: 상담")
    assert str(entry["person_id"]) == whole.json()["id"]
    again = callers.get(KNU, world["person"], headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    assert story.count(AccessEntry) == 2
    assert callers.get(YNU, world["person"]).status_code == 404
    assert story.count(AccessEntry) == 2


def test_a_university_sees_its_own_student_numbers_only(callers: Callers, world: dict[str, str]) -> None:
    other = callers.university("ynu")
    cohort = callers.cohort(callers.program(other))
    callers.send(YNU, other, cohort, roster(("77-7", "김하늘", "1999-03-02", "010-1234-5678", "")))
    numbers = {
        who: [each["student_no"] for each in callers.get(who, world["person"]).json()["student_numbers"]]
        for who in (KNU, YNU, MANAGER)
    }
    assert (numbers[KNU], numbers[YNU], sorted(numbers[MANAGER])) == (["1001"], ["77-7"], ["1001", "77-7"])
    assert len(callers.get(MANAGER, "/persons").json()["items"]) == 1
    cohort_id = cohort.rpartition("/")[2]
    assert len(callers.get(KNU, "/persons", cohort_id=cohort_id).json()["items"]) == 0


def test_a_note_is_read_by_those_who_work_with_the_person(callers: Callers, world: dict[str, str]) -> None:
    callers.move(MANAGER, world["enrolment"], "withdrawn", reason="personal", note="전화로 알려옴")
    notes = {who: callers.get(who, world["enrolment"]).json()["history"][-1]["note"] for who in sorted(READ)}
    assert notes == {who: "전화로 알려옴" if who in ADMIT else None for who in READ}

"""One human under several ids: found, made one, made two again, and counted right all the time."""

from typing import Any

import pytest

from services.trainees.commands.duplicates import decide_pair, queue_duplicates
from services.trainees.commands.merging import merge_persons, unmerge_person
from services.trainees.domain.applications import AlreadyApplied
from services.trainees.domain.identity import Decision, IsADuplicate, MergedAlready, NotMerged, PairDecided
from services.trainees.domain.stages import Stage
from services.trainees.queries.places import held_places
from services.trainees.tables import DuplicatePair, PairState, Person
from tests.trainees.callers import AUDITOR, Callers
from tests.trainees.callers import MANAGER as PROGRAM_MANAGER
from tests.trainees.story import MANAGER, Story, roster, somebody

TO_TRAINING = (Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING)


def pairs(story: Story) -> list[dict[str, Any]]:
    return story.rows(DuplicatePair)


def test_a_changed_telephone_leads_to_the_queue_with_its_evidence(story: Story) -> None:
    here, there = story.cohorts(2)
    known = somebody("김하늘")
    first = story.applicant(here.id, known)
    second = story.applicant(there.id, somebody("김하늘", birth_date=known.birth_date))
    [pair] = pairs(story)
    assert (pair["one_id"], pair["other_id"], pair["score"]) == (first.person_id, second.person_id, 85)
    assert pair["evidence"] == ["same_name", "same_birth_date", "other_phone"]


def test_a_roster_is_looked_through_by_the_hourly_chore_and_only_once(story: Story) -> None:
    cohort = story.cohort()
    rows = [(f"2024{n:04}", name, "1999-03-02", f"010-2222-{n:04}", "") for n, name in enumerate(("김민수", "金敏秀", "이바다"))]
    story.sync(cohort, roster(*rows))
    assert queue_duplicates(story.database) == 1
    assert queue_duplicates(story.database) == 0
    assert [pair["evidence"][0] for pair in pairs(story)] == ["same_name_in_hanja"]


def test_what_is_not_a_duplicate_is_remembered(story: Story) -> None:
    known = somebody("김하늘")
    here, there, elsewhere = story.cohorts(3)
    story.applicant(here.id, known)
    story.applicant(there.id, somebody("김하늘", birth_date=known.birth_date))
    [pair] = pairs(story)
    decided = story.do(decide_pair, pair["id"], decision=Decision.NOT_A_DUPLICATE, by=MANAGER)
    assert (decided.state, decided.version, decided.decided_by) == (PairState.NOT_A_DUPLICATE, 2, "manager")
    story.applicant(elsewhere.id, known)
    queue_duplicates(story.database)
    assert [each["state"] for each in pairs(story)] == [PairState.NOT_A_DUPLICATE]
    with pytest.raises(PairDecided):
        story.do(decide_pair, pair["id"], decision=Decision.MERGE, by=MANAGER)


def test_every_change_of_identity_leaves_under_the_key_of_the_id_that_changed(story: Story) -> None:
    a, b, c = (story.applicant(cohort.id).person_id for cohort in story.cohorts(3))
    story.do(merge_persons, b, a, by=MANAGER)
    story.do(merge_persons, c, b, by=MANAGER)
    survivors = {id_: [said["survivor_id"] for said in story.contents(id_)[1:]] for id_ in (a, b, c)}
    assert survivors == {a: [str(b), str(c)], b: [str(c)], c: []}
    story.do(unmerge_person, b, by=MANAGER)
    assert [story.contents(id_)[-1]["survivor_id"] for id_ in (a, b)] == [str(b), str(b)]
    story.do(unmerge_person, a, by=MANAGER)
    assert story.events(a) == ["person.registered", "person.merged", "person.merged", "person.unmerged", "person.unmerged"]
    assert {row["id"]: row["identity_id"] for row in story.rows(Person)} == {a: None, b: None, c: None}
    assert [row["version"] for row in story.rows(Person) if row["id"] == a] == [5]


def test_what_cannot_be_merged_or_unmerged_is_refused(story: Story) -> None:
    a, b, c = (story.applicant(cohort.id).person_id for cohort in story.cohorts(3))
    story.do(merge_persons, a, b, by=MANAGER)
    for survivor, merged in ((a, a), (b, c), (c, b), (a, b)):
        with pytest.raises(MergedAlready):
            story.do(merge_persons, survivor, merged, by=MANAGER)
    with pytest.raises(NotMerged):
        story.do(unmerge_person, a, by=MANAGER)


def test_merging_within_one_cohort_keeps_one_place_and_unmerging_gives_it_back(story: Story) -> None:
    cohort = story.cohort(capacity=2)
    known = somebody("김하늘")
    far, near, waits = story.applicant(cohort.id, known), story.applicant(cohort.id), story.applicant(cohort.id)
    story.move(far.id, *TO_TRAINING)
    story.move(near.id, Stage.SELECTED)
    story.move(waits.id, Stage.WAITLISTED)
    story.do(merge_persons, near.person_id, far.person_id, by=MANAGER)
    assert story.enrolment(near.id).duplicate_of == far.id
    assert story.enrolment(waits.id).stage is Stage.SELECTED
    with pytest.raises(AlreadyApplied):
        story.applicant(cohort.id, known)
    with pytest.raises(IsADuplicate):
        story.move(near.id, Stage.ENROLLED)
    story.do(unmerge_person, far.person_id, by=MANAGER)
    assert (story.enrolment(near.id).duplicate_of, story.enrolment(near.id).stage) == (None, Stage.SELECTED)
    assert story.events(near.id)[-2:] == ["enrolment.found_duplicate", "enrolment.found_no_duplicate"]
    with story.database.read() as session:
        assert held_places(session, cohort.id) == 3


def test_whoever_was_merged_cannot_apply_twice_under_the_other_id(story: Story) -> None:
    cohort, elsewhere = story.cohorts(2)
    one, other = somebody(), somebody()
    first = story.applicant(cohort.id, one)
    second = story.applicant(elsewhere.id, other)
    story.do(merge_persons, first.person_id, second.person_id, by=MANAGER)
    with pytest.raises(AlreadyApplied):
        story.applicant(cohort.id, other)


@pytest.mark.unhurried
def test_a_queue_over_http(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university()))
    said = {"birth_date": "1999-03-02", "email": None}
    ids = []
    for name, phone in (("이지영", "010-1111-2222"), ("Lee Jiyoung", "010-3333-4444")):
        enrolment = callers.applicant(cohort, person={**said, "name": name, "phone": phone})
        ids.append(callers.get(PROGRAM_MANAGER, enrolment).json()["person_id"])
    korean = {"Accept-Language": "ko"}
    listed = callers.get(PROGRAM_MANAGER, "/duplicates", state="open", sort="-score", headers=korean)
    [pair] = listed.json()["items"]
    assert pair["evidence"][0]["text"] == "한 이름이 다른 이름의 로마자 표기일 수 있습니다."
    assert [each["name"] for each in pair["persons"]] == ["이*영", "L*********g"]
    path = f"/duplicates/{pair['id']}"
    body = {"decision": "merge", "survivor_id": ids[1]}
    assert callers.post(PROGRAM_MANAGER, f"{path}/decision", body).status_code == 428
    merged = callers.post(PROGRAM_MANAGER, f"{path}/decision", body, if_match='"1"')
    assert (merged.status_code, merged.json()["state"]) == (200, "merged"), merged.text
    for asked in ids:
        trainee = callers.get("university-knu", f"/trainees/{asked}").json()
        assert (trainee["person_id"], trainee["also_known_as"], len(trainee["enrolments"])) == (ids[1], [ids[0]], 2)
    assert [each["person_id"] for each in callers.get(PROGRAM_MANAGER, "/trainees").json()["items"]] == [ids[1]]
    back = callers.post(PROGRAM_MANAGER, "/persons/unmerge", {"person_id": ids[0]})
    assert (back.status_code, back.json()["identity_id"]) == (200, None)
    assert callers.get(PROGRAM_MANAGER, path).json()["state"] == "not_a_duplicate"
    assert callers.get(AUDITOR, "/duplicates").status_code == 403


@pytest.mark.unhurried
def test_persons_are_found_by_what_is_known_of_them(callers: Callers) -> None:
    here = callers.cohort(callers.program(callers.university("knu")))
    there = callers.cohort(callers.program(callers.university("ynu")))
    person = {"name": "김하늘", "birth_date": "1999-03-02", "phone": "010-1234-5678", "email": None}
    callers.applicant(here, person=person, student_no="2024-001")
    callers.applicant(there, person={**person, "name": "이바다", "phone": "010-8765-4321"})

    def found(who: str, **known: str) -> list[str]:
        answer = callers.post(who, "/persons/search", known)
        assert answer.status_code == 200, answer.text
        return sorted(each["name"] for each in answer.json()["items"])

    assert found(PROGRAM_MANAGER, birth_date="1999-03-02") == ["김*늘", "이*다"]
    assert found("university-ynu", birth_date="1999-03-02") == ["이*다"]
    assert found(PROGRAM_MANAGER, name="김 하늘") == found(PROGRAM_MANAGER, phone="+82 10 1234 5678") == ["김*늘"]
    assert found("university-knu", student_no="2024-001") == ["김*늘"]
    assert found("university-ynu", student_no="2024-001") == found(PROGRAM_MANAGER, name="김하늘", phone="010-8765-4321") == []
    assert callers.post(PROGRAM_MANAGER, "/persons/search", {}).status_code == 422

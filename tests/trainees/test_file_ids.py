"""An office's file comes back with ids in the place of names, and leaves nothing behind but a line in the access log."""

import csv
import io

import pytest

from services.trainees.commands.file_ids import FileRow, ids_for_file
from services.trainees.tables import AccessEntry
from shared.errors import Invalid
from tests.trainees.callers import Callers
from tests.trainees.story import MANAGER, Story, somebody

HEADER = "관리번호,성명,생년월일,사업자등록번호,취득일,상실일"


def _file(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode(encoding)


def _ids(story: Story, *rows: str, encoding: str = "utf-8") -> list[FileRow]:
    return story.do(ids_for_file, _file(*rows, encoding=encoding), by=MANAGER, purpose="insurance 2026-11")


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_name_and_a_birth_date_become_an_id(story: Story, encoding: str) -> None:
    person = somebody()
    known = story.applicant(story.cohort().id, person).person_id
    born = person.birth_date
    [row] = _ids(story, f"1,{person.name},{born:%Y.%m.%d},123-45-67890,20260302,", encoding=encoding)
    assert (row.person_id, row.business_number, row.result) == (known, "1234567890", "found")
    assert (row.acquired_on and row.acquired_on.isoformat(), row.lost_on) == ("2026-03-02", None)
    [entry] = story.rows(AccessEntry)
    assert (entry["person_id"], entry["action"], entry["purpose"]) == (known, "person.id_for_file", "insurance 2026-11")


def test_whom_nobody_knows_or_who_may_be_two_gets_no_id(story: Story) -> None:
    cohort = story.cohort().id
    one = somebody("홍보기")
    other = somebody("홍보기", birth_date=one.birth_date)
    for person in (one, other):
        story.applicant(cohort, person)
    rows = _ids(
        story,
        f"1,홍보기,{one.birth_date},,,",
        f"2,김보기,{one.birth_date},,,",
        "3,홍보기,99.1.1,,,",
        "4,,1999-01-01,,,",
        f"5,홍보기,{one.birth_date},12,,",
    )
    assert [(row.person_id, row.result) for row in rows] == [
        (None, "ambiguous"),
        (None, "unknown"),
        (None, "day_ambiguous"),
        (None, "missing"),
        (None, "not_a_business_number"),
    ]
    assert story.count(AccessEntry) == 0


def test_a_file_with_resident_numbers_is_refused_whole(story: Story) -> None:
    person = somebody()
    story.applicant(story.cohort().id, person)
    with pytest.raises(Invalid) as refused:
        _ids(story, f"900101-1234567,{person.name},{person.birth_date},,,")
    assert refused.value.errors[0].code == "resident_number"
    assert story.count(AccessEntry) == 0


def test_the_answer_names_nobody(callers: Callers, story: Story) -> None:
    person = somebody()
    known = story.applicant(story.cohort().id, person).person_id
    content = _file(f"1,{person.name},{person.birth_date},1234567890,2026-03-02,")
    sent = callers.upload("program-manager", "/persons/ids-for-files", content, purpose="employment_check")
    assert sent.status_code == 200
    rows = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert rows == [
        {
            "person_id": str(known),
            "business_number": "1234567890",
            "acquired_on": "2026-03-02",
            "lost_on": "",
            "result": "found",
        }
    ]
    assert person.name not in sent.text
    assert callers.upload("program-manager", "/persons/ids-for-files", content).status_code == 422, "what for?"
    assert callers.upload("university-knu", "/persons/ids-for-files", content, purpose="x").status_code == 403

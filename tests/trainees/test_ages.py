"""Age bands and gender: what of a person leaves the service, as codes of one event."""

from datetime import date

import pytest

from services.trainees.domain.ages import age_band
from tests.trainees.story import Story, roster


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2002, 3, 1), "under_25"),
        (date(2001, 3, 2), "under_25"),
        (date(2001, 3, 1), "25_29"),
        (date(1996, 3, 2), "25_29"),
        (date(1996, 3, 1), "30_34"),
        (date(1991, 3, 1), "35_and_over"),
        (date(1996, 2, 29), "30_34"),
    ],
)
def test_a_birthday_counts_from_its_own_day_on(born: date, band: str) -> None:
    assert age_band(born, on=date(2026, 3, 1)) == band


def test_gender_is_told_as_a_code_where_a_university_gives_it(story: Story) -> None:
    header = "학번,성명,생년월일,연락처,성별"
    rows = [(f"2024000{number}", "김하늘", "1999-03-02", f"010-1234-567{number}") for number in range(3)]
    given = ["여", "", "F/M"]
    content = roster(*[(*row, cell) for row, cell in zip(rows, given, strict=True)], header=header)
    report = story.sync(story.cohort(), content)
    told = [story.contents(row.enrolment_id)[0].get("gender") for row in report.rows if row.enrolment_id is not None]
    assert told == ["f", None]
    assert [(row.line, problem.column, problem.code) for row in report.rows for problem in row.problems] == [
        (4, "gender", "gender_unreadable")
    ]


def test_an_application_may_say_it_too(story: Story) -> None:
    cohort = story.cohort()
    applied = story.applicant(cohort.id, gender="m")
    assert story.contents(applied.id)[0]["gender"] == "m"

"""What a posting says of pay, hours, place and trade, in both languages and to search engines."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from services.employers.api.jobs.words import Words
from services.employers.domain.offers import Per
from services.employers.domain.positions import PositionKind
from services.employers.queries.jobs import Asked, Job
from services.employers.schemas.job_posting import job_posting
from services.employers.tables import Company, Position
from shared.i18n import Language
from shared.ids import new_id
from shared.skills import Kind, Skill


def position(**said: Any) -> Position:
    usual: dict[str, Any] = {
        "company_id": new_id(), "since": date(2026, 3, 2), "title": "로봇", "field": "robot", "kind": PositionKind.PERMANENT,
        "region": "27260", "seats": 1, "opens_on": date(2026, 3, 2),
    }  # fmt: skip
    return Position(**{**usual, **said})


def company(ksic: str | None = None) -> Company:
    return Company(business_number="1234567891", name_ko="가상로봇", name_en="Fictitious Robots", region="27", ksic=ksic)


def told(posting: Position, *, of: Company | None = None, language: Language = "ko", **more: Any) -> dict[str, Any]:
    job = Job(posting, of or company(), 1, date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC), **more)
    return job_posting(job, language, url="http://jobs.test/1")


@pytest.mark.parametrize(
    ("lowest", "highest", "korean", "english"),
    [
        (3_000_000, 4_000_000, "월 3,000,000원~4,000,000원", "KRW 3,000,000 to 4,000,000 a month"),
        (3_000_000, None, "월 3,000,000원 이상", "KRW 3,000,000 or more a month"),
        (None, 4_000_000, "월 4,000,000원 이하", "up to KRW 4,000,000 a month"),
        (3_000_000, 3_000_000, "월 3,000,000원", "KRW 3,000,000 a month"),
    ],
)
def test_pay_is_said_as_far_as_it_is_told(lowest: int | None, highest: int | None, korean: str, english: str) -> None:
    paid = position(salary_per=Per.MONTH, salary_lowest=lowest, salary_highest=highest)
    assert (Words("ko").salary(paid), Words("en").salary(paid)) == (korean, english)
    bounds = {"minValue": lowest, "maxValue": highest}
    value = {"@type": "QuantitativeValue", "unitText": "MONTH", **{name: each for name, each in bounds.items() if each}}
    assert told(paid)["baseSalary"]["value"] == value


def test_hours_are_said_with_the_times_of_day_and_the_shifts() -> None:
    worked = position(weekly_hours=30, work_starts_at=time(9), work_ends_at=time(15, 30), in_shifts=True)
    assert Words("ko").hours(worked) == "주 30시간, 09:00~15:30, 교대 근무"
    assert Words("en").hours(worked) == "30 hours a week, 09:00~15:30, in shifts"
    assert (told(worked)["workHours"], told(worked)["employmentType"]) == ("30h/week, 09:00-15:30", ["PART_TIME"])
    assert Words("en").hours(position(weekly_hours=40, work_starts_at=time(9))) == "40 hours a week"


def test_a_posting_that_says_nothing_of_pay_hours_or_trade_is_silent_about_them() -> None:
    silent = position(region="99", field="water")
    assert (Words("ko").salary(silent), Words("ko").hours(silent), Words("ko").industry(company())) == (None, None, None)
    said = told(silent)
    assert {"baseSalary", "workHours", "validThrough", "skills"} & said.keys() == set()
    assert said["jobLocation"]["address"] == {"@type": "PostalAddress", "addressCountry": "KR"}
    assert Words("ko").place(silent) == "99"  # a place that no table knows is shown as it was written
    assert (Words("en").deadline(silent), Words("ko").deadline(silent)) == ("until filled", "채용 시까지")


def test_the_trade_of_a_company_is_named_with_its_code() -> None:
    known = company("C26")
    name = Words("ko").industry(known)
    assert name is not None
    assert name.endswith("(KSIC C26)")
    assert Words("en").industry(known) != name
    for language in ("ko", "en"):
        said = told(position(), of=known, language=language)["industry"]
        assert (said["termCode"], said["inDefinedTermSet"]) == ("C26", "KSIC 11")
        assert Words(language).industry(known) == f"{said['name']} (KSIC C26)"


def test_a_term_is_said_in_the_language_of_the_reader() -> None:
    internship = position(kind=PositionKind.INTERNSHIP, duration_months=3)
    assert (Words("ko").kind(internship), Words("en").kind(internship)) == ("인턴십, 3개월", "Internship, 3 months")
    assert (Words("ko").kind(position()), Words("en").kind_alone(PositionKind.FIXED_TERM)) == ("정규직", "Fixed-term")
    assert told(internship)["employmentType"] == ["INTERN", "FULL_TIME"]


def test_a_province_alone_is_no_town_and_codes_of_the_standards_are_told_once() -> None:
    assert told(position(region="27"))["jobLocation"]["address"]["addressRegion"] == "대구광역시"
    assert "addressLocality" not in told(position(region="27"))["jobLocation"]["address"]
    skills = [Skill(code, Kind.SKILL, code, code, ncs=ncs) for code, ncs in (("a", "19"), ("b", "19"), ("c", None))]
    said = told(position(), must_have=[Asked(each, 3) for each in skills], language="en")
    assert (said["occupationalCategory"], said["skills"]) == (["NCS 19"], ["a", "b", "c"])

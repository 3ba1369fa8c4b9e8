"""A job as schema.org's JobPosting in JSON-LD, as search engines read it.

https://schema.org/JobPosting; what is required and recommended: developers.google.com/search/docs/appearance/structured-data/
job-posting. Nobody's name, telephone or e-mail is in it.
"""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any, Final

from services.employers.domain.codes import industries, regions
from services.employers.domain.fields import field_name
from services.employers.domain.offers import Per
from services.employers.domain.positions import PositionKind
from services.employers.queries.jobs import Job
from shared.i18n import Language

_UNITS: Final[Mapping[Per, str]] = MappingProxyType({Per.YEAR: "YEAR", Per.MONTH: "MONTH", Per.HOUR: "HOUR"})
_PART_TIME: Final = 35  # hours in a week from which on a job is full-time (근로기준법 has no number; statistics use this one)


def job_posting(job: Job, language: Language, *, url: str) -> dict[str, Any]:
    """The JSON-LD object. What a position does not tell is left out."""
    position, company = job.position, job.company
    korean = language == "ko"
    told: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": job.title,
        "description": _html(job.description or job.title),
        "datePosted": job.posted_on.isoformat(),
        "validThrough": f"{position.closes_on.isoformat()}T23:59:59+09:00" if position.closes_on else None,
        "employmentType": _employment(position.kind, position.weekly_hours),
        "hiringOrganization": {"@type": "Organization", "name": company.name_ko if korean else company.name_en},
        "identifier": {"@type": "PropertyValue", "name": "HuStar", "value": str(position.id)},
        "url": url,
        "jobLocation": _place(position.region),
        "totalJobOpenings": job.open_seats,
        "directApply": False,
        "inLanguage": language,
        "baseSalary": _salary(job),
        "industry": _industry(company.ksic, language) or field_name(position.field, language),
        "workHours": _hours(job),
        "skills": [each.skill.name(language) for each in job.must_have] or None,
        "qualifications": ", ".join(licence.name(language) for licence in job.licences) or None,
        "occupationalCategory": _occupations(job) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _html(text: str) -> str:
    paragraphs = [escape(part.strip()).replace("\n", "<br>") for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{part}</p>" for part in paragraphs)


def _employment(kind: PositionKind, weekly: int | None) -> list[str]:
    time = "PART_TIME" if weekly is not None and weekly < _PART_TIME else "FULL_TIME"
    first = {PositionKind.INTERNSHIP: ["INTERN"], PositionKind.FIXED_TERM: ["TEMPORARY"], PositionKind.PERMANENT: []}
    return [*first[kind], time]


def _place(region: str) -> dict[str, Any]:
    known = regions.table()
    province, local = known.get(region[:2]), known.get(region[:5])
    address: dict[str, Any] = {"@type": "PostalAddress", "addressCountry": "KR"}
    if province is not None:
        address["addressRegion"] = province.name_ko
    if province is not None and local is not None and len(region) > 2:
        address["addressLocality"] = local.name_ko.removeprefix(province.name_ko).strip()
    return {"@type": "Place", "address": address}


def _salary(job: Job) -> dict[str, Any] | None:
    position = job.position
    if position.salary_per is None:
        return None
    amount: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": _UNITS[position.salary_per]}
    if position.salary_lowest is not None:
        amount["minValue"] = position.salary_lowest
    if position.salary_highest is not None:
        amount["maxValue"] = position.salary_highest
    return {"@type": "MonetaryAmount", "currency": "KRW", "value": amount}


def _industry(ksic: str | None, language: Language) -> dict[str, Any] | None:
    found = industries.table().get(ksic) if ksic else None
    if found is None:
        return None
    name = found.name_ko if language == "ko" else found.name_en
    scheme = f"KSIC {industries.REVISION}"
    return {"@type": "DefinedTerm", "name": name, "termCode": found.code, "inDefinedTermSet": scheme}


def _hours(job: Job) -> str | None:
    position = job.position
    if position.weekly_hours is None:
        return None
    between = ""
    if position.work_starts_at is not None and position.work_ends_at is not None:
        between = f", {position.work_starts_at:%H:%M}-{position.work_ends_at:%H:%M}"
    return f"{position.weekly_hours}h/week{between}"


def _occupations(job: Job) -> list[str]:
    codes = dict.fromkeys(each.skill.ncs for each in job.must_have if each.skill.ncs)
    return [f"NCS {code}" for code in codes]

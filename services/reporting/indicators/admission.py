"""Admission: how many applied for a place."""

from typing import Final

from sqlalchemy import CTE, Date, case, func, literal, select, union_all

from services.reporting.domain.stages import ENROLMENT
from services.reporting.domain.values import Unit
from services.reporting.indicators.dates import next_day
from services.reporting.indicators.definition import OF_COHORTS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import FOREVER, Scope, cohorts, stretches
from services.reporting.indicators.windows import GROUPS


def _stated(scope: Scope) -> Rows:
    cohort = cohorts(scope)
    return _ratio(select(cohort, cohort.c.cohort_id.label("aggregate_id")).cte())


def _stated_or_on_record(scope: Scope) -> Rows:
    """Where nobody stated how many applied, those of whom an application until the deadline is on record."""
    cohort, enrolment = cohorts(scope), stretches(scope, [ENROLMENT], "cohort_id")
    first = (
        select(enrolment.c.aggregate_id, enrolment.c.cohort_id, func.min(enrolment.c.from_on).label("applied_on"))
        .group_by(enrolment.c.aggregate_id, enrolment.c.cohort_id)
        .cte()
    )
    on_record = (
        select(first.c.cohort_id, func.count().label("applied"))
        .join(cohort, (cohort.c.cohort_id == first.c.cohort_id) & (first.c.applied_on <= cohort.c.applications_close_on))
        .group_by(first.c.cohort_id)
        .cte()
    )
    stated = [column for column in cohort.c if column.name != "applicants"]
    applicants = func.coalesce(cohort.c.applicants, on_record.c.applied).label("applicants")
    known = select(*stated, applicants, cohort.c.cohort_id.label("aggregate_id"))
    return _ratio(known.outerjoin(on_record, on_record.c.cohort_id == cohort.c.cohort_id).cte())


def _ratio(known: CTE) -> Rows:
    closed, stated, always = next_day(known.c.applications_close_on), known.c.applicants.is_not(None), literal(FOREVER, Date)
    id_ = known.c.cohort_id

    def counts(which: Part, amount: Column) -> Rows:
        return spans(known, *GROUPS, counted=id_, part=case((stated, which)), amount=amount, from_on=closed, until_on=always)

    open_ = spans(
        known, *GROUPS, counted=id_, part=literal(Part.WAITING), reason=literal("applications_open"),
        from_on=known.c.applications_open_on, until_on=closed,
    )  # fmt: skip
    silent = spans(
        known, *GROUPS, counted=id_, part=case((~stated, Part.BEGUN)), reason=literal("applicants_not_stated"),
        from_on=closed, until_on=always,
    )  # fmt: skip
    rows = union_all(counts(Part.NUMERATOR, known.c.applicants), counts(Part.OTHER, known.c.capacity), open_, silent).cte()
    return select(rows)


INDICATORS: Final = (
    Indicator(
        id="competition_ratio",
        version=1,
        name=Text("경쟁률", "Competition ratio"),
        formula=Text(
            "접수가 끝난 기수의 지원자 합 ÷ 정원 합. 지원자 수가 알려진 기수만",
            "applicants ÷ capacity, summed over cohorts whose application window has closed and whose applicants are stated",
        ),
        numerator=Text("지원자", "applicants"),
        denominator=Text("정원", "capacity"),
        unit=Unit.RATIO,
        counted=Text("지원", "applications"),
        roll_up=RollUp.POOL,
        dimensions=OF_COHORTS,
        sources=("trainees.cohort",),
        spans=_stated,
        decimals=2,
        exclusions={
            "applicants_not_stated": Text("지원자 수가 알려지지 않은 기수", "cohorts whose applicants are not stated"),
            "applications_open": Text("접수 중인 기수", "cohorts that still take applications"),
        },
    ),
    Indicator(
        id="competition_ratio",
        version=2,
        name=Text("경쟁률", "Competition ratio"),
        formula=Text(
            "접수가 끝난 기수의 지원자 합 ÷ 정원 합. 발표된 지원자 수가 없으면 마감일까지 기록된 지원을 셈",
            "applicants ÷ capacity, summed over cohorts whose application window has closed; where nobody stated how many "
            "applied, those of whom an application until the deadline is on record",
        ),
        numerator=Text("지원자", "applicants"),
        denominator=Text("정원", "capacity"),
        unit=Unit.RATIO,
        counted=Text("지원", "applications"),
        roll_up=RollUp.POOL,
        dimensions=OF_COHORTS,
        sources=("trainees.cohort", "trainees.enrolment"),
        spans=_stated_or_on_record,
        decimals=2,
        bound_by="cohort_id",
        exclusions={
            "applicants_not_stated": Text("지원자 수가 알려지지 않은 기수", "cohorts of whose applicants nothing is known"),
            "applications_open": Text("접수 중인 기수", "cohorts that still take applications"),
        },
    ),
)

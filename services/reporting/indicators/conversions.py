"""Internships that became permanent: how many of those that ended, and one job each where they did."""

from typing import Final

from sqlalchemy import Date, case, func, literal, select, union_all

from services.reporting.domain.stages import SEAT
from services.reporting.domain.values import Unit
from services.reporting.indicators.dates import earlier, later
from services.reporting.indicators.definition import OF_PLACEMENTS, Indicator, RollUp, Text
from services.reporting.indicators.jobs import CONFIRMED, GROUPS, JOBS_CREATED_EXCLUSIONS, SEATS
from services.reporting.indicators.spans import Part, Rows, spans
from services.reporting.indicators.timeline import FOREVER, Scope, stretches, work
from services.reporting.indicators.windows import INTERNSHIP


def _internship_conversion_rate(scope: Scope) -> Rows:
    placement = work(scope, "position_kind", "converted_from_id", *GROUPS)
    grown = (
        select(placement.c.converted_from_id, func.min(placement.c.from_on).label("converted"))
        .where(placement.c.converted_from_id.is_not(None), placement.c.stage == "started")
        .group_by(placement.c.converted_from_id)
        .cte()
    )
    rows = (
        select(placement, func.coalesce(grown.c.converted, literal(FOREVER, Date)).label("converted"))
        .outerjoin(grown, grown.c.converted_from_id == placement.c.aggregate_id)
        .where(placement.c.position_kind == INTERNSHIP)
        .cte()
    )
    ended, since, until = rows.c.stage == "ended", rows.c.from_on, rows.c.until_on
    turned = earlier(later(since, rows.c.converted), until)
    others = spans(
        rows, *GROUPS, counted=rows.c.aggregate_id,
        part=case((ended, None), (rows.c.stage == "started", Part.WAITING), else_=Part.BEGUN),
        reason=case((rows.c.stage == "started", "still_running")),
    )  # fmt: skip
    left = spans(rows, *GROUPS, counted=rows.c.aggregate_id, part=case((ended & (since < turned), Part.OTHER)), until_on=turned)
    became = spans(
        rows, *GROUPS, counted=rows.c.aggregate_id, part=case((ended & (turned < until), Part.NUMERATOR)), from_on=turned
    )
    every = union_all(others, left, became).cte()
    return select(every)


def _jobs_created(scope: Scope) -> Rows:
    """As version 1, and a conversion counts as the seat that it grew from: one job before and after, and never two."""
    placement = work(scope, "seat_id", "origin", "grew_from_seat_id", *GROUPS)
    seat = stretches(scope, [SEAT], "origin")
    source = select(seat.c.aggregate_id, func.max(seat.c.origin).label("origin")).group_by(seat.c.aggregate_id).cte()
    rows = (
        select(placement, source.c.origin.label("grew_from_origin"))
        .outerjoin(source, source.c.aggregate_id == placement.c.grew_from_seat_id)
        .cte()
    )
    origin, grade = rows.c.origin, rows.c.grade
    new = (origin == "new") | ((origin == "conversion") & func.coalesce(rows.c.grew_from_origin == "new", False))
    part = case(((grade >= CONFIRMED) & new, Part.NUMERATOR), else_=Part.BEGUN)
    of_old = case((rows.c.grew_from_origin.is_not(None), "replacement"), else_="conversion")
    reason = case(
        ((grade < CONFIRMED) & new, "not_confirmed"),
        (grade.is_(None) | new, None),
        (origin == "conversion", of_old),
        (origin == "replacement", origin),
    )
    counted = case((new, func.coalesce(rows.c.grew_from_seat_id, rows.c.seat_id)), else_=rows.c.seat_id)
    return spans(rows, *GROUPS, counted=counted, part=part, reason=reason, grade=grade)


INDICATORS: Final = (
    Indicator(
        id="jobs_created",
        version=2,
        name=Text("창출된 일자리", "Jobs created"),
        formula=Text(
            "새로 생긴 자리 가운데 기준일에 사람이 일하고 있고 취업이 확인된 자리 (증빙 2등급 이상). "
            "인턴이 정규직으로 전환되면 인턴의 자리로 한 번만 셈. 대체는 제외",
            "new seats in which somebody works on the date and whose employment is confirmed (evidence of grade 2 or better); an "
            "internship that became permanent counts once, as the seat that it grew from; replacements are not counted",
        ),
        numerator=Text("새로 생겨 채워지고 확인된 자리", "new seats, filled and confirmed"),
        denominator=None,
        unit=Unit.SEATS,
        counted=SEATS,
        roll_up=RollUp.RECOUNT,
        dimensions=OF_PLACEMENTS,
        sources=("matching.placement", "employers.seat"),
        spans=_jobs_created,
        grades=(2, 3, 4),
        exclusions={
            **JOBS_CREATED_EXCLUSIONS,
            "conversion": Text("어느 자리에서 전환되었는지 알 수 없는 전환", "conversions without a known origin"),
        },
        minimum_grade=CONFIRMED,
    ),
    Indicator(
        id="internship_conversion_rate",
        version=1,
        name=Text("인턴의 정규직 전환율", "Internship conversion rate"),
        formula=Text("정규직이 된 인턴 ÷ 끝난 인턴", "internships that became permanent ÷ internships that ended"),
        numerator=Text("정규직이 된 인턴", "internships that became permanent"),
        denominator=Text("끝난 인턴", "internships that ended"),
        unit=Unit.PERCENT,
        counted=Text("인턴", "internships"),
        roll_up=RollUp.POOL,
        dimensions=OF_PLACEMENTS,
        sources=("matching.placement",),
        spans=_internship_conversion_rate,
        decimals=1,
        exclusions={"still_running": Text("아직 진행 중인 인턴", "internships that still run")},
        maturity=Text("인턴이 끝난 날", "when an internship has ended"),
    ),
)

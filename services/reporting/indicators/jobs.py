"""Jobs: seats posted, filled, lapsed, and those that are new and confirmed."""

from typing import Final

from sqlalchemy import case

from services.reporting.domain.stages import SEAT
from services.reporting.domain.values import Unit
from services.reporting.indicators.definition import OF_PLACEMENTS, OF_SEATS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Part, Rows, spans
from services.reporting.indicators.timeline import Scope, stretches, work

CONFIRMED: Final = 2
SEATS: Final = Text("자리", "seats")
_SEAT_EVENTS: Final = ("employers.seat",)
JOBS_CREATED_EXCLUSIONS: Final = {
    "not_confirmed": Text("아직 확인되지 않음 (증빙 1등급)", "not confirmed yet (evidence of grade 1)"),
    "replacement": Text("대체 채용", "replacements"),
    "conversion": Text("인턴의 정규직 전환", "conversions of internships"),
}
_OVER: Final = ("filled", "lapsed", "withdrawn")
OF_POSTINGS: Final = ("field", "company_id")
GROUPS: Final = ("field", "program_id", "cohort_id", "university_id", "company_id")


def _jobs_created(scope: Scope) -> Rows:
    placement = work(scope, "seat_id", "origin", *GROUPS)
    origin, grade = placement.c.origin, placement.c.grade
    part = case(((grade >= CONFIRMED) & (origin == "new"), Part.NUMERATOR), else_=Part.BEGUN)
    reason = case(
        ((grade < CONFIRMED) & (origin == "new"), "not_confirmed"),
        (grade.is_not(None) & origin.in_(("replacement", "conversion")), origin),
    )
    return spans(placement, *GROUPS, counted=placement.c.seat_id, part=part, reason=reason, grade=grade)


def _seats_that_are(scope: Scope, *stages: str) -> Rows:
    seat = stretches(scope, [SEAT], *OF_POSTINGS)
    part = case((seat.c.stage.in_(stages), Part.NUMERATOR), else_=Part.BEGUN)
    return spans(seat, *OF_POSTINGS, counted=seat.c.aggregate_id, part=part)


def _seats_posted(scope: Scope) -> Rows:
    return _seats_that_are(scope, "open", "reserved", *_OVER)


def _seats_filled(scope: Scope) -> Rows:
    return _seats_that_are(scope, "filled")


def _seats_lapsed(scope: Scope) -> Rows:
    return _seats_that_are(scope, "lapsed")


def _fill_rate(scope: Scope) -> Rows:
    seat = stretches(scope, [SEAT], *OF_POSTINGS)
    stage = seat.c.stage
    part = case((stage == "filled", Part.NUMERATOR), (stage.in_(_OVER), Part.OTHER), else_=Part.WAITING)
    reason = case((stage.not_in(_OVER), "still_open"))
    return spans(seat, *OF_POSTINGS, counted=seat.c.aggregate_id, part=part, reason=reason)


INDICATORS: Final = (
    Indicator(
        id="jobs_created",
        version=1,
        name=Text("창출된 일자리", "Jobs created"),
        formula=Text(
            "새로 생긴 자리 가운데 기준일에 사람이 일하고 있고 취업이 확인된 자리 (증빙 2등급 이상). 대체와 전환은 제외",
            "new seats in which somebody works on the date and whose employment is confirmed (evidence of grade 2 or better); "
            "replacements and conversions are not counted",
        ),
        numerator=Text("새로 생겨 채워지고 확인된 자리", "new seats, filled and confirmed"),
        denominator=None,
        unit=Unit.SEATS,
        counted=SEATS,
        roll_up=RollUp.RECOUNT,
        dimensions=OF_PLACEMENTS,
        sources=("matching.placement",),
        spans=_jobs_created,
        grades=(2, 3, 4),
        exclusions=JOBS_CREATED_EXCLUSIONS,
        minimum_grade=CONFIRMED,
    ),
    Indicator(
        id="seats_posted",
        version=1,
        name=Text("공고된 자리", "Seats posted"),
        formula=Text("한 번이라도 공고된 자리의 수", "seats that were ever posted"),
        numerator=Text("공고된 자리", "seats posted"),
        denominator=None,
        unit=Unit.SEATS,
        counted=SEATS,
        roll_up=RollUp.ADD,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        spans=_seats_posted,
    ),
    Indicator(
        id="seats_filled",
        version=1,
        name=Text("채워진 자리", "Seats filled"),
        formula=Text("기준일에 채워져 있는 자리의 수", "seats that are filled on the date"),
        numerator=Text("채워진 자리", "seats filled"),
        denominator=None,
        unit=Unit.SEATS,
        counted=SEATS,
        roll_up=RollUp.ADD,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        spans=_seats_filled,
    ),
    Indicator(
        id="seats_lapsed",
        version=1,
        name=Text("미충원 종료된 자리", "Seats lapsed"),
        formula=Text("채워지지 않은 채 공고 기간이 끝난 자리의 수", "seats whose posting ended with nobody in them"),
        numerator=Text("미충원 종료된 자리", "seats lapsed"),
        denominator=None,
        unit=Unit.SEATS,
        counted=SEATS,
        roll_up=RollUp.ADD,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        spans=_seats_lapsed,
    ),
    Indicator(
        id="fill_rate",
        version=1,
        name=Text("충원율", "Fill rate"),
        formula=Text("채워진 자리 ÷ 채워지거나 닫힌 자리", "seats filled ÷ seats filled, lapsed or withdrawn"),
        numerator=Text("채워진 자리", "seats filled"),
        denominator=Text("채워지거나 닫힌 자리", "seats filled, lapsed or withdrawn"),
        unit=Unit.PERCENT,
        counted=SEATS,
        roll_up=RollUp.POOL,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        spans=_fill_rate,
        decimals=1,
        exclusions={"still_open": Text("아직 열려 있는 자리", "seats that are still open")},
    ),
)

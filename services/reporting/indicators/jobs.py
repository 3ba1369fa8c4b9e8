"""Jobs: seats posted, filled, lapsed, and those that are new and confirmed."""

from typing import Final

from sqlalchemy import CTE, ColumnElement, case, func, select

from services.reporting.domain.stages import PLACEMENT, SEAT
from services.reporting.domain.values import Unit
from services.reporting.indicators.definition import Indicator, RollUp, Text
from services.reporting.indicators.selection import OF_PLACEMENTS, OF_SEATS, Scope, Statement, best_evidence, standing, within

CONFIRMED: Final = 2
_SEATS: Final = Text("자리", "seats")
_SEAT_EVENTS: Final = ("employers.seat",)
_OVER: Final = ("filled", "lapsed", "withdrawn")


def _jobs_created(scope: Scope) -> Statement:
    placement = _with_grades(scope)
    origin, grade = placement.c.origin, placement.c.grade
    created = (grade >= CONFIRMED) & (origin == "new")

    def seats(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((which, placement.c.seat_id)).distinct())

    statement = select(
        func.count().label("begun"),
        seats(created).label("numerator"),
        *[seats(created & (grade == each)).label(f"grade_{each}") for each in (2, 3, 4)],
        seats((grade < CONFIRMED) & (origin == "new")).label("excluded_not_confirmed"),
        seats(grade.is_not(None) & (origin == "replacement")).label("excluded_replacement"),
        seats(grade.is_not(None) & (origin == "conversion")).label("excluded_conversion"),
    ).select_from(placement)
    return within(statement, scope, placement)


def _with_grades(scope: Scope) -> CTE:
    """Placements with the grade of their evidence where somebody works on the date, and none where nobody does."""
    columns = ("seat_id", "origin", "company_id", "field", "program_id", "cohort_id", "university_id")
    placement = standing(scope, [PLACEMENT], *columns)
    grade = case((placement.c.stage == "started", best_evidence(scope, placement)))
    return select(placement, grade.label("grade")).cte("with_grades").prefix_with("MATERIALIZED")


def _seats_that_are(scope: Scope, stage: str | None) -> Statement:
    seat = standing(scope, [SEAT], *OF_SEATS)
    counted = func.count() if stage is None else func.count().filter(seat.c.stage == stage)
    return within(select(func.count().label("begun"), counted.label("numerator")).select_from(seat), scope, seat)


def _seats_posted(scope: Scope) -> Statement:
    return _seats_that_are(scope, None)


def _seats_filled(scope: Scope) -> Statement:
    return _seats_that_are(scope, "filled")


def _seats_lapsed(scope: Scope) -> Statement:
    return _seats_that_are(scope, "lapsed")


def _fill_rate(scope: Scope) -> Statement:
    seat = standing(scope, [SEAT], *OF_SEATS)
    waiting = func.count().filter(seat.c.stage.not_in(_OVER))
    statement = select(
        func.count().label("begun"),
        func.count().filter(seat.c.stage == "filled").label("numerator"),
        func.count().filter(seat.c.stage.in_(_OVER)).label("denominator"),
        waiting.label("undecided"),
        waiting.label("excluded_still_open"),
    ).select_from(seat)
    return within(statement, scope, seat)


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
        counted=_SEATS,
        roll_up=RollUp.RECOUNT,
        dimensions=OF_PLACEMENTS,
        sources=("matching.placement",),
        statement=_jobs_created,
        exclusions={
            "not_confirmed": Text("아직 확인되지 않음 (증빙 1등급)", "not confirmed yet (evidence of grade 1)"),
            "replacement": Text("대체 채용", "replacements"),
            "conversion": Text("인턴의 정규직 전환", "conversions of internships"),
        },
    ),
    Indicator(
        id="seats_posted",
        version=1,
        name=Text("공고된 자리", "Seats posted"),
        formula=Text("한 번이라도 공고된 자리의 수", "seats that were ever posted"),
        numerator=Text("공고된 자리", "seats posted"),
        denominator=None,
        unit=Unit.SEATS,
        counted=_SEATS,
        roll_up=RollUp.ADD,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        statement=_seats_posted,
    ),
    Indicator(
        id="seats_filled",
        version=1,
        name=Text("채워진 자리", "Seats filled"),
        formula=Text("기준일에 채워져 있는 자리의 수", "seats that are filled on the date"),
        numerator=Text("채워진 자리", "seats filled"),
        denominator=None,
        unit=Unit.SEATS,
        counted=_SEATS,
        roll_up=RollUp.ADD,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        statement=_seats_filled,
    ),
    Indicator(
        id="seats_lapsed",
        version=1,
        name=Text("미충원 종료된 자리", "Seats lapsed"),
        formula=Text("채워지지 않은 채 공고 기간이 끝난 자리의 수", "seats whose posting ended with nobody in them"),
        numerator=Text("미충원 종료된 자리", "seats lapsed"),
        denominator=None,
        unit=Unit.SEATS,
        counted=_SEATS,
        roll_up=RollUp.ADD,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        statement=_seats_lapsed,
    ),
    Indicator(
        id="fill_rate",
        version=1,
        name=Text("충원율", "Fill rate"),
        formula=Text("채워진 자리 ÷ 채워지거나 닫힌 자리", "seats filled ÷ seats filled, lapsed or withdrawn"),
        numerator=Text("채워진 자리", "seats filled"),
        denominator=Text("채워지거나 닫힌 자리", "seats filled, lapsed or withdrawn"),
        unit=Unit.PERCENT,
        counted=_SEATS,
        roll_up=RollUp.POOL,
        dimensions=OF_SEATS,
        sources=_SEAT_EVENTS,
        statement=_fill_rate,
        decimals=1,
        exclusions={"still_open": Text("아직 열려 있는 자리", "seats that are still open")},
    ),
)

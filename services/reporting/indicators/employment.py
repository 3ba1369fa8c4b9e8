"""Employment: what became of those who completed."""

from typing import Final

from sqlalchemy import case, func, select

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, PLACEMENT, STARTED
from services.reporting.domain.values import Unit
from services.reporting.indicators.definition import Indicator, RollUp, Text
from services.reporting.indicators.selection import OF_ENROLMENTS, Scope, Statement, best_evidence, standing, within

EMPLOYMENT: Final = ("permanent", "fixed_term")
_CLAIM: Final = 1


def _employment_rate_completers(scope: Scope) -> Statement:
    enrolment = standing(scope, ENROLMENT, "person_id", "field", "program_id", "cohort_id", "university_id")
    placement, evidence = standing(scope, PLACEMENT, "person_id", "position_kind"), best_evidence(scope)
    grade = func.coalesce(evidence.c.grade, _CLAIM)
    outcome = (
        select(
            placement.c.person_id.label("employee_id"),
            func.max(case((placement.c.stage == "started", grade))).label("grade"),
        )
        .select_from(placement.outerjoin(evidence, evidence.c.aggregate_id == placement.c.aggregate_id))
        .where(placement.c.position_kind.in_(EMPLOYMENT), placement.c.stage.in_(("started", "ended")))
        .group_by(placement.c.person_id)
        .cte("outcome")
    )
    stage = enrolment.c.stage
    completed = stage == "completed"
    employed = completed & outcome.c.grade.is_not(None)
    statement = select(
        func.count().filter(stage.in_(STARTED)).label("begun"),
        func.count().filter(employed).label("numerator"),
        func.count().filter(completed).label("denominator"),
        func.count().filter(stage.in_(IN_TRAINING)).label("undecided"),
        func.count().filter(completed & outcome.c.employee_id.is_(None)).label("unknown"),
        *[func.count().filter(employed & (outcome.c.grade == each)).label(f"grade_{each}") for each in (1, 2, 3, 4)],
        func.count().filter(stage.in_(IN_TRAINING)).label("excluded_still_in_training"),
        func.count().filter(stage == "employed_early").label("excluded_employed_early"),
        func.count().filter(stage == "dropped").label("excluded_dropped"),
    ).select_from(enrolment.outerjoin(outcome, outcome.c.employee_id == enrolment.c.person_id))
    return within(statement, scope, enrolment)


INDICATORS: Final = (
    Indicator(
        id="employment_rate_completers",
        version=1,
        name=Text("수료자 취업률", "Employment rate of completers"),
        formula=Text(
            "기준일에 재직 중인 수료 ÷ 수료. 정규직과 기간제만, 인턴은 제외. 취업 소식이 없는 수료는 결과 미상",
            "completions whose person is employed on the date ÷ completions; permanent and fixed-term only, not internships; "
            "completers of whom no employment is known count as unknown",
        ),
        numerator=Text("기준일에 재직 중인 사람의 수료", "completions whose person is employed on the date"),
        denominator=Text("수료", "completions"),
        unit=Unit.PERCENT,
        counted=Text("수료(연인원)", "completions"),
        roll_up=RollUp.POOL,
        dimensions=OF_ENROLMENTS,
        sources=("trainees.enrolment", "matching.placement"),
        statement=_employment_rate_completers,
        decimals=1,
        exclusions={
            "still_in_training": Text("교육 중", "still in training"),
            "employed_early": Text("수료 전 조기취업", "employed before completion"),
            "dropped": Text("중도탈락", "dropped"),
        },
    ),
)

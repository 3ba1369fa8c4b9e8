"""Employment: what became of those who completed."""

from typing import Final

from sqlalchemy import CTE, case, func, select

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, PLACEMENT, STARTED
from services.reporting.domain.values import Unit
from services.reporting.indicators.definition import Indicator, RollUp, Text
from services.reporting.indicators.selection import OF_ENROLMENTS, Scope, Statement, best_evidence, standing, within

EMPLOYMENT: Final = ("permanent", "fixed_term")


def _employment_rate_completers(scope: Scope) -> Statement:
    enrolment = _with_outcomes(scope)
    stage, grade = enrolment.c.stage, enrolment.c.grade
    completed = stage == "completed"
    employed = completed & grade.is_not(None)
    in_training = func.count().filter(stage.in_(IN_TRAINING))
    statement = (
        select(
            func.count().filter(stage.in_(STARTED)).label("begun"),
            func.count().filter(employed).label("numerator"),
            func.count().filter(completed).label("denominator"),
            in_training.label("undecided"),
            func.count().filter(completed & enrolment.c.outcomes.is_(None)).label("unknown"),
            *[func.count().filter(employed & (grade == each)).label(f"grade_{each}") for each in (1, 2, 3, 4)],
            in_training.label("excluded_still_in_training"),
            func.count().filter(stage == "employed_early").label("excluded_employed_early"),
            func.count().filter(stage == "dropped").label("excluded_dropped"),
        )
        .select_from(enrolment)
        .where(enrolment.c.aggregate == ENROLMENT)
    )
    return within(statement, scope, enrolment)


def _with_outcomes(scope: Scope) -> CTE:
    """Enrolments and placements side by side, each with what is known of its person's employment on the date.

    `grade` is the best evidence of a job that the person has; `outcomes` is set where any job, running or ended, is known.
    """
    groups = ("field", "program_id", "cohort_id", "university_id")
    either = standing(scope, [ENROLMENT, PLACEMENT], "person_id", "position_kind", *groups)
    employment = (either.c.aggregate == PLACEMENT) & either.c.position_kind.in_(EMPLOYMENT)
    grade = case((employment & (either.c.stage == "started"), best_evidence(scope, either)))
    outcome = case((employment & either.c.stage.in_(("started", "ended")), 1))
    return select(
        either,
        func.max(grade).over(partition_by=either.c.person_id).label("grade"),
        func.max(outcome).over(partition_by=either.c.person_id).label("outcomes"),
    ).cte("with_outcomes")


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

"""Training: who took part, who completed, who left."""

from typing import Final

from sqlalchemy import case, func, select

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, LEFT_BEFORE_START, STARTED
from services.reporting.domain.values import Unit
from services.reporting.indicators.definition import Indicator, RollUp, Text
from services.reporting.indicators.selection import OF_ENROLMENTS, Scope, Statement, cohorts, standing, within

_ENROLMENTS: Final = ("trainees.enrolment",)
_GROUPS: Final = ("field", "program_id", "cohort_id", "university_id")
_PARTICIPATIONS: Final = Text("참여(연인원)", "participations")
_STARTED: Final = Text(
    "교육이 시작된 참여 (등록, 교육, 인턴, 휴학, 수료, 중도탈락, 조기취업)",
    "participations that started: enrolled, in training, in internship, on leave, completed, dropped or employed early",
)
_EXCLUSIONS: Final = {
    "same_person": Text("같은 사람의 다른 수료", "a further completion of the same person"),
    "employed_early": Text("수료 전 조기취업", "employed before completion"),
    "left_before_start": Text("교육 시작 전 불합격 또는 포기", "rejected or withdrawn before the start"),
}


def _talents_trained(scope: Scope) -> Statement:
    enrolment = standing(scope, [ENROLMENT], "person_id", *_GROUPS)
    stage = enrolment.c.stage
    completed = func.count().filter(stage == "completed")
    persons = func.count(case((stage == "completed", enrolment.c.person_id)).distinct())
    statement = select(
        func.count().filter(stage.in_(STARTED)).label("begun"),
        persons.label("numerator"),
        (completed - persons).label("excluded_same_person"),
        func.count().filter(stage == "employed_early").label("excluded_employed_early"),
    ).select_from(enrolment)
    return within(statement, scope, enrolment)


def _participations(scope: Scope) -> Statement:
    enrolment = standing(scope, [ENROLMENT], *_GROUPS)
    started = func.count().filter(enrolment.c.stage.in_(STARTED))
    left = func.count().filter(enrolment.c.stage.in_(LEFT_BEFORE_START))
    statement = select(started.label("begun"), started.label("numerator"), left.label("excluded_left_before_start"))
    return within(statement.select_from(enrolment), scope, enrolment)


def _share_of_participants(scope: Scope, outcome: str) -> Statement:
    enrolment = standing(scope, [ENROLMENT], *_GROUPS)
    stage = enrolment.c.stage
    started, in_training = func.count().filter(stage.in_(STARTED)), func.count().filter(stage.in_(IN_TRAINING))
    statement = select(
        started.label("begun"),
        func.count().filter(stage == outcome).label("numerator"),
        started.label("denominator"),
        in_training.label("undecided"),
        in_training.label("unknown"),
        func.count().filter(stage == "employed_early").label("excluded_employed_early"),
        func.count().filter(stage.in_(LEFT_BEFORE_START)).label("excluded_left_before_start"),
    ).select_from(enrolment)
    return within(statement, scope, enrolment)


def _completion_rate(scope: Scope) -> Statement:
    return _share_of_participants(scope, "completed")


def _dropout_rate(scope: Scope) -> Statement:
    return _share_of_participants(scope, "dropped")


def _competition_ratio(scope: Scope) -> Statement:
    cohort = cohorts(scope)
    closed = cohort.c.applications_close_on < scope.as_of
    stated = cohort.c.applicants.is_not(None)
    open_ = func.count().filter(~closed)
    statement = (
        select(
            func.count().label("begun"),
            func.coalesce(func.sum(cohort.c.applicants).filter(closed), 0).label("numerator"),
            func.coalesce(func.sum(cohort.c.capacity).filter(closed & stated), 0).label("denominator"),
            open_.label("undecided"),
            func.count().filter(closed & ~stated).label("excluded_applicants_not_stated"),
            open_.label("excluded_applications_open"),
        )
        .select_from(cohort)
        .where(cohort.c.applications_open_on <= scope.as_of)
    )
    return within(statement, scope, cohort)


INDICATORS: Final = (
    Indicator(
        id="talents_trained",
        version=1,
        name=Text("양성 인재", "Talents trained"),
        formula=Text(
            "한 번 이상 수료한 사람의 수 (같은 사람은 한 번만)", "persons with at least one completion, each counted once"
        ),
        numerator=Text("한 번 이상 수료한 사람", "persons with at least one completion"),
        denominator=None,
        unit=Unit.PERSONS,
        counted=Text("사람", "persons"),
        roll_up=RollUp.RECOUNT,
        dimensions=OF_ENROLMENTS,
        sources=_ENROLMENTS,
        statement=_talents_trained,
        exclusions=_EXCLUSIONS,
    ),
    Indicator(
        id="participations",
        version=1,
        name=Text("교육 참여", "Participations"),
        formula=Text("교육이 시작된 참여의 수", "enrolments that started"),
        numerator=_STARTED,
        denominator=None,
        unit=Unit.PARTICIPATIONS,
        counted=_PARTICIPATIONS,
        roll_up=RollUp.ADD,
        dimensions=OF_ENROLMENTS,
        sources=_ENROLMENTS,
        statement=_participations,
        exclusions=_EXCLUSIONS,
    ),
    Indicator(
        id="completion_rate",
        version=1,
        name=Text("수료율", "Completion rate"),
        formula=Text(
            "수료 ÷ 시작된 참여. 조기취업은 분자에 넣지 않음 (HRD-Net 기준). 교육 중인 참여는 결과 미상",
            "completed ÷ started participations; early employment is not in the numerator (as HRD-Net counts); "
            "who is still in training counts as unknown",
        ),
        numerator=Text("수료한 참여", "participations that were completed"),
        denominator=_STARTED,
        unit=Unit.PERCENT,
        counted=_PARTICIPATIONS,
        roll_up=RollUp.POOL,
        dimensions=OF_ENROLMENTS,
        sources=_ENROLMENTS,
        statement=_completion_rate,
        decimals=1,
        exclusions=_EXCLUSIONS,
    ),
    Indicator(
        id="dropout_rate",
        version=1,
        name=Text("중도탈락률", "Dropout rate"),
        formula=Text(
            "중도탈락 ÷ 시작된 참여. 조기취업은 탈락이 아님. 교육 중인 참여는 결과 미상",
            "dropped ÷ started participations; early employment is no dropout; who is still in training counts as unknown",
        ),
        numerator=Text("중도탈락한 참여", "participations that were dropped"),
        denominator=_STARTED,
        unit=Unit.PERCENT,
        counted=_PARTICIPATIONS,
        roll_up=RollUp.POOL,
        dimensions=OF_ENROLMENTS,
        sources=_ENROLMENTS,
        statement=_dropout_rate,
        decimals=1,
        exclusions=_EXCLUSIONS,
    ),
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
        dimensions=OF_ENROLMENTS,
        sources=("trainees.cohort",),
        statement=_competition_ratio,
        decimals=2,
        exclusions={
            "applicants_not_stated": Text("지원자 수가 알려지지 않은 기수", "cohorts whose applicants are not stated"),
            "applications_open": Text("접수 중인 기수", "cohorts that still take applications"),
        },
    ),
)

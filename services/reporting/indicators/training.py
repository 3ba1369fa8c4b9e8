"""Training: who took part, who completed, who left."""

from typing import Final

from sqlalchemy import CTE, case, func, select

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, LEFT_BEFORE_START, STARTED
from services.reporting.domain.values import Unit
from services.reporting.indicators.definition import OF_ENROLMENTS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import STAGE_BEFORE, Scope, stretches

_ENROLMENTS: Final = ("trainees.enrolment",)
_GROUPS: Final = ("field", "program_id", "cohort_id", "university_id")
_PARTICIPATIONS: Final = Text("참여(연인원)", "participations")
_STARTED: Final = Text(
    "교육이 시작된 참여 (등록, 교육, 인턴, 휴학, 수료, 중도탈락, 조기취업)",
    "participations that started: enrolled, in training, in internship, on leave, completed, dropped or employed early",
)
EXIT_REASON: Final = "exit_reason"
EXIT_STAGE: Final = "exit_stage"
_SAME_PERSON: Final = {"same_person": Text("같은 사람의 다른 수료", "a further completion of the same person")}


_LEFT: Final = {"left_before_start": Text("교육 시작 전 불합격 또는 포기", "rejected or withdrawn before the start")}
_EARLY: Final = {"employed_early": Text("수료 전 조기취업", "employed before completion")}


def _talents_trained(scope: Scope) -> Rows:
    enrolment = stretches(scope, [ENROLMENT], "person_id", *_GROUPS)
    stage = enrolment.c.stage
    part = case((stage == "completed", Part.NUMERATOR), (stage.in_(STARTED), Part.BEGUN))
    return spans(enrolment, *_GROUPS, counted=enrolment.c.person_id, part=part, reason=_early(stage))


def _participations(scope: Scope) -> Rows:
    enrolment = stretches(scope, [ENROLMENT], *_GROUPS)
    stage = enrolment.c.stage
    part = case((stage.in_(STARTED), Part.NUMERATOR), (stage.in_(LEFT_BEFORE_START), Part.OUTSIDE))
    return spans(enrolment, *_GROUPS, counted=enrolment.c.aggregate_id, part=part, reason=_left(stage))


def _share_of_participants(scope: Scope, outcome: str) -> Rows:
    return _of_participants(stretches(scope, [ENROLMENT], *_GROUPS), outcome, *_GROUPS)


def _of_participants(enrolment: CTE, outcome: str, *dimensions: str) -> Rows:
    stage = enrolment.c.stage
    part = case(
        (stage == outcome, Part.NUMERATOR),
        (stage.in_(IN_TRAINING), Part.OPEN),
        (stage.in_(STARTED), Part.OTHER),
        (stage.in_(LEFT_BEFORE_START), Part.OUTSIDE),
    )
    reason = func.coalesce(_early(stage), _left(stage))
    return spans(enrolment, *dimensions, counted=enrolment.c.aggregate_id, part=part, reason=reason)


def _completion_rate(scope: Scope) -> Rows:
    return _share_of_participants(scope, "completed")


def _dropout_rate(scope: Scope) -> Rows:
    enrolment = stretches(scope, [ENROLMENT], "reason", STAGE_BEFORE, *_GROUPS)
    stage = enrolment.c.stage
    dropped = select(
        enrolment,
        case((stage == "dropped", enrolment.c.reason)).label(EXIT_REASON),
        case((stage == "dropped", enrolment.c[STAGE_BEFORE])).label(EXIT_STAGE),
    ).cte()
    return _of_participants(dropped, "dropped", *_GROUPS, EXIT_REASON, EXIT_STAGE)


def _early(stage: Column) -> Column:
    return case((stage == "employed_early", "employed_early"))


def _left(stage: Column) -> Column:
    return case((stage.in_(LEFT_BEFORE_START), "left_before_start"))


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
        spans=_talents_trained,
        exclusions=_EARLY | _SAME_PERSON,
        repeated="same_person",
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
        spans=_participations,
        exclusions=_LEFT,
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
        spans=_completion_rate,
        decimals=1,
        exclusions=_EARLY | _LEFT,
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
        spans=_dropout_rate,
        details=(EXIT_REASON, EXIT_STAGE),
        decimals=1,
        exclusions=_EARLY | _LEFT,
    ),
)

"""How many outcomes are known, which stands beside every rate of outcomes; and what people find by asking."""

from typing import Final

from sqlalchemy import Date, case, func, literal, null, select, union_all

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, STARTED
from services.reporting.domain.values import Unit
from services.reporting.indicators.dates import earlier, later
from services.reporting.indicators.definition import OF_ENROLMENTS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import FOREVER, Scope, stretches, work
from services.reporting.indicators.windows import EMPLOYMENT, GROUPS, NOT_COMPLETED


def _knowledge_rate(scope: Scope) -> Rows:
    enrolment = stretches(scope, [ENROLMENT], "person_id", *GROUPS)
    job = work(scope, "person_id", "position_kind")
    held = job.c.position_kind.in_(EMPLOYMENT) & job.c.stage.in_(("started", "ended"))
    first = select(job.c.person_id, func.min(job.c.from_on).label("heard")).where(held).group_by(job.c.person_id).cte()
    rows = (
        select(enrolment, func.coalesce(first.c.heard, literal(FOREVER, Date)).label("heard"))
        .outerjoin(first, first.c.person_id == enrolment.c.person_id)
        .cte()
    )
    stage, since, until = rows.c.stage, rows.c.from_on, rows.c.until_on
    heard = earlier(later(since, rows.c.heard), until)
    due, unheard = stage == "completed", literal("no_employment_known")

    def outcome(part: Part, begins: Column, ends: Column, *, reason: Column | None = None) -> Rows:
        stands = due & (begins < ends)
        return spans(
            rows, *GROUPS, counted=rows.c.person_id, part=case((stands, part)), reason=reason, from_on=begins, until_on=ends
        )

    others = spans(
        rows, *GROUPS, counted=rows.c.person_id,
        part=case((due, None), (stage.in_(IN_TRAINING), Part.WAITING), (stage.in_(STARTED), Part.BEGUN)),
        reason=case((stage.in_(IN_TRAINING), "still_in_training"), else_=stage),
    )  # fmt: skip
    every = union_all(others, outcome(Part.OTHER, since, heard, reason=unheard), outcome(Part.NUMERATOR, heard, until)).cte()
    return select(every)


def _nothing_on_record(scope: Scope) -> Rows:
    """What people observe is no fact of a person: it has no rows."""
    enrolment = stretches(scope, [ENROLMENT], *GROUPS)
    return spans(enrolment, *GROUPS, counted=enrolment.c.aggregate_id, part=null())


INDICATORS: Final = (
    Indicator(
        id="knowledge_rate",
        version=1,
        name=Text("결과 파악률", "Knowledge rate"),
        formula=Text(
            "취업 여부가 한 번이라도 알려진 수료자 ÷ 수료자 (같은 사람은 한 번만). 65 % 미만이면 옆의 비율을 믿기 어려움",
            "persons of whom any employment became known by the date ÷ persons who completed, each counted once; under 65 % the "
            "rates beside it are not to be relied on",
        ),
        numerator=Text("결과가 알려진 수료자", "persons with a known outcome"),
        denominator=Text("수료자", "persons due: who completed"),
        unit=Unit.PERCENT,
        counted=Text("사람", "persons"),
        roll_up=RollUp.RECOUNT,
        dimensions=OF_ENROLMENTS,
        sources=("trainees.enrolment", "matching.placement"),
        spans=_knowledge_rate,
        decimals=1,
        exclusions=NOT_COMPLETED,
        notes={"no_employment_known": Text("알려진 취업이 없음", "no employment is known")},
        standard=Text("NACE 첫 진로 조사: 파악률 65 % 이상", "NACE first-destination survey: a knowledge rate of 65 % at least"),
    ),
    Indicator(
        id="satisfaction",
        version=1,
        name=Text("교육 만족도", "Satisfaction"),
        formula=Text(
            "설문으로 조사하여 담당자가 입력하고 승인한 값. 사실에서 계산하지 않음",
            "found by a survey, entered and approved by people; not derived from facts",
        ),
        numerator=Text("조사된 값", "the surveyed value"),
        denominator=None,
        unit=Unit.PERCENT,
        counted=Text("설문 응답", "answers to a survey"),
        roll_up=RollUp.ADD,
        dimensions=OF_ENROLMENTS,
        sources=("trainees.enrolment",),
        spans=_nothing_on_record,
        decimals=1,
        window=Text("조사 기간", "the time of the survey"),
        maturity=Text("조사가 승인된 날", "when the observation is approved"),
        observed=True,
    ),
)

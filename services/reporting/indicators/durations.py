"""How long it takes: from completion to the first day of work, and from a seat's posting to somebody in it."""

from typing import Final

from sqlalchemy import Date, case, func, literal, select, union_all

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, SEAT, STARTED
from services.reporting.domain.values import Unit
from services.reporting.indicators.dates import days_between, earlier, later
from services.reporting.indicators.definition import OF_ENROLMENTS, OF_SEATS, Indicator, RollUp, Text
from services.reporting.indicators.jobs import OF_POSTINGS
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import FOREVER, Scope, stretches, work
from services.reporting.indicators.windows import EMPLOYMENT, GROUPS, NOT_COMPLETED

_KAPLAN_MEIER: Final = Text(
    "중앙값과 사분위수 (Kaplan-Meier). 아직 끝나지 않은 것은 기준일에 중도절단",
    "median and quartiles (Kaplan and Meier); what has not come to its end is censored on the date",
)


def _time_to_placement(scope: Scope) -> Rows:
    """Open until the first day of work after the completion; who worked already on that day took no day at all."""
    enrolment = stretches(scope, [ENROLMENT], "person_id", *GROUPS)
    job = work(scope, "person_id", "position_kind")
    done = select(enrolment).where(enrolment.c.stage == "completed").cte()
    held = job.c.position_kind.in_(EMPLOYMENT) & job.c.grade.is_not(None) & (job.c.until_on > done.c.from_on)
    first = (
        select(done.c.aggregate_id, done.c.from_on, func.min(later(done.c.from_on, job.c.from_on)).label("began"))
        .join(job, (job.c.person_id == done.c.person_id) & held)
        .group_by(done.c.aggregate_id, done.c.from_on)
        .cte()
    )
    rows = (
        select(done, func.coalesce(first.c.began, literal(FOREVER, Date)).label("began"))
        .outerjoin(first, (first.c.aggregate_id == done.c.aggregate_id) & (first.c.from_on == done.c.from_on))
        .cte()
    )
    since, until, days = rows.c.from_on, rows.c.until_on, days_between(rows.c.from_on, rows.c.began)
    began = earlier(rows.c.began, until)
    stage = enrolment.c.stage
    others = spans(
        enrolment, *GROUPS, counted=enrolment.c.aggregate_id,
        part=case((stage == "completed", None), (stage.in_(IN_TRAINING), Part.WAITING), (stage.in_(STARTED), Part.BEGUN)),
        reason=case((stage.in_(IN_TRAINING), "still_in_training"), else_=stage),
    )  # fmt: skip
    waits = spans(
        rows, *GROUPS, counted=rows.c.aggregate_id, part=case((since < began, Part.OPEN)), days=literal(0), until_on=began
    )
    placed = spans(
        rows, *GROUPS, counted=rows.c.aggregate_id, part=case((began < until, Part.NUMERATOR)), days=days, from_on=began
    )
    every = union_all(others, waits, placed).cte()
    return select(every)


def _time_to_fill(scope: Scope) -> Rows:
    """From the posting to the first day that somebody works in it. What was open before counts when a seat opens again."""
    seat = stretches(scope, [SEAT], *OF_POSTINGS)
    first = (
        select(
            seat.c.aggregate_id,
            func.min(seat.c.from_on).label("posted"),
            func.min(case((seat.c.stage == "filled", seat.c.from_on))).label("filled"),
        )
        .group_by(seat.c.aggregate_id)
        .cte()
    )
    rows = select(seat, first.c.posted, first.c.filled).join(first, first.c.aggregate_id == seat.c.aggregate_id).cte()
    stage = rows.c.stage
    done = func.coalesce(rows.c.filled <= rows.c.from_on, False)
    part = case((done, Part.NUMERATOR), (stage.in_(("lapsed", "withdrawn")), Part.BEGUN), else_=Part.OPEN)
    took: Column = days_between(rows.c.posted, case((done, rows.c.filled), else_=rows.c.from_on))
    reason = case((~done & stage.in_(("lapsed", "withdrawn")), stage))
    return spans(rows, *OF_POSTINGS, counted=rows.c.aggregate_id, part=part, reason=reason, days=took)


INDICATORS: Final = (
    Indicator(
        id="time_to_placement",
        version=1,
        name=Text("취업 소요일", "Time to placement"),
        formula=Text(
            f"수료일부터 첫 취업일까지의 날수: {_KAPLAN_MEIER.ko}",
            f"days from the completion to the first day of work: {_KAPLAN_MEIER.en}",
        ),
        numerator=Text("취업한 수료", "completions whose person was employed since"),
        denominator=Text("수료", "completions"),
        unit=Unit.DAYS,
        counted=Text("수료(연인원)", "completions"),
        roll_up=RollUp.POOL,
        dimensions=OF_ENROLMENTS,
        sources=("trainees.enrolment", "matching.placement"),
        spans=_time_to_placement,
        exclusions=NOT_COMPLETED,
        standard=_KAPLAN_MEIER,
        window=Text("수료일부터 기준일까지", "from the completion to the date"),
    ),
    Indicator(
        id="time_to_fill",
        version=1,
        name=Text("충원 소요일", "Time to fill"),
        formula=Text(
            f"자리의 공고일부터 첫 근무일까지의 날수: {_KAPLAN_MEIER.ko}. 미충원 종료된 자리는 소요일이 없음",
            f"days from a seat's posting to the first day of work in it: {_KAPLAN_MEIER.en}; lapsed seats never have one",
        ),
        numerator=Text("채워진 자리", "seats that were filled"),
        denominator=Text("채워졌거나 열려 있는 자리", "seats that were filled or are open"),
        unit=Unit.DAYS,
        counted=Text("자리", "seats"),
        roll_up=RollUp.POOL,
        dimensions=OF_SEATS,
        sources=("employers.seat",),
        spans=_time_to_fill,
        exclusions={
            "lapsed": Text("미충원 종료된 자리", "seats that lapsed"),
            "withdrawn": Text("회사가 거둔 자리", "seats that the company took back"),
        },
        standard=_KAPLAN_MEIER,
        window=Text("공고일부터 기준일까지", "from the posting to the date"),
    ),
)

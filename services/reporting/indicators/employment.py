"""Employment: what became of those who completed."""

from typing import Final

from sqlalchemy import CTE, Date, case, false, func, literal, select, union_all

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, STARTED
from services.reporting.domain.values import Unit
from services.reporting.indicators.dates import earlier, later
from services.reporting.indicators.definition import OF_ENROLMENTS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import BEGINNING, FOREVER, Scope, stretches, work

EMPLOYMENT: Final = ("permanent", "fixed_term")
_HELD: Final = {1: "held_1", 2: "held_2", 3: "held_3", 4: "held_4"}
_GROUPS: Final = ("field", "program_id", "cohort_id", "university_id")


def _employment_rate_completers(scope: Scope) -> Rows:
    enrolment, job = stretches(scope, [ENROLMENT], "person_id", *_GROUPS), _working_life(scope)
    completed = enrolment.c.stage == "completed"
    overlaps = (job.c.from_on < enrolment.c.until_on) & (job.c.until_on > enrolment.c.from_on)
    rows = (
        select(
            enrolment,
            job.c.grade,
            job.c.known,
            later(enrolment.c.from_on, job.c.from_on).label("since"),
            earlier(enrolment.c.until_on, job.c.until_on).label("until"),
        )
        .select_from(enrolment.outerjoin(job, completed & (job.c.person_id == enrolment.c.person_id) & overlaps))
        .where(enrolment.c.stage.in_(STARTED))
        .cte()
    )
    stage = rows.c.stage
    part = case(
        (stage.in_(IN_TRAINING), Part.WAITING),
        (stage != "completed", Part.BEGUN),
        (rows.c.grade.is_not(None), Part.NUMERATOR),
        (rows.c.known.is_(None), Part.UNKNOWN),
        else_=Part.OTHER,
    )
    reason = case((stage.in_(IN_TRAINING), "still_in_training"), (stage.in_(("employed_early", "dropped")), stage))
    return spans(
        rows, *_GROUPS, counted=rows.c.aggregate_id, part=part, reason=reason, grade=rows.c.grade,
        from_on=rows.c.since, until_on=rows.c.until,
    )  # fmt: skip


def _working_life(scope: Scope) -> CTE:
    """Per person who ever had a job, all days from the first to the last in stretches between which something changed.

    `grade` is the best evidence of a job that they have then; `known` is set from the day on that any job is known.
    """
    placement = work(scope, "person_id", "position_kind")
    held = placement.c.position_kind.in_(EMPLOYMENT) & placement.c.stage.in_(("started", "ended"))
    job = select(placement).where(held).cte()
    # Every job adds to what is held on its first day and takes it away on the day after its last: a running sum tells.
    nothing = [literal(0).label(name) for name in ("jobs", *_HELD.values())]
    turns = union_all(
        *[
            select(
                job.c.person_id,
                day.label("day"),
                literal(sign).label("jobs"),
                *[case((job.c.grade == grade, sign), else_=0).label(name) for grade, name in _HELD.items()],
            )
            for day, sign in ((job.c.from_on, 1), (job.c.until_on, -1))
        ],
        select(job.c.person_id, literal(BEGINNING, Date), *nothing),
    ).cte()
    by_day = (
        select(turns.c.person_id, turns.c.day, *[func.sum(turns.c[name]).label(name) for name in ("jobs", *_HELD.values())])
        .group_by(turns.c.person_id, turns.c.day)
        .cte()
    )

    def running(name: str) -> Column:
        return func.sum(by_day.c[name]).over(partition_by=by_day.c.person_id, order_by=by_day.c.day)

    grade = case(*[(running(name) > 0, number) for number, name in reversed(_HELD.items())])
    life = select(
        by_day.c.person_id,
        by_day.c.day.label("from_on"),
        func.coalesce(
            func.lead(by_day.c.day).over(partition_by=by_day.c.person_id, order_by=by_day.c.day), literal(FOREVER, Date)
        ).label("until_on"),
        grade.label("grade"),
        case((running("jobs") > 0, True)).label("known"),
    ).cte()
    # SQLite takes a window over groups for one row and would not index it for the join; of a union it thinks better.
    return union_all(select(life), select(life).where(false())).cte()


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
        spans=_employment_rate_completers,
        grades=(1, 2, 3, 4),
        decimals=1,
        exclusions={
            "still_in_training": Text("교육 중", "still in training"),
            "employed_early": Text("수료 전 조기취업", "employed before completion"),
            "dropped": Text("중도탈락", "dropped"),
        },
    ),
)

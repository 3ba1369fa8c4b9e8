"""Whether those who left training were employed within a window of time: the form that most published rates have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import CTE, ColumnElement, Date, case, func, literal, select, union_all

from services.reporting.domain.stages import ENROLMENT, IN_TRAINING, STARTED
from services.reporting.domain.values import IMMATURE
from services.reporting.indicators.dates import earlier, later
from services.reporting.indicators.definition import Text
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import FOREVER, Scope, stretches, work

EMPLOYMENT: Final = ("permanent", "fixed_term")
INTERNSHIP: Final = "internship"
GROUPS: Final = ("field", "program_id", "cohort_id", "university_id")
EXITS: Final = ("completed", "dropped", "employed_early")
NOT_COMPLETED: Final = {
    "still_in_training": Text("교육 중", "still in training"),
    "employed_early": Text("수료 전 조기취업", "employed before completion"),
    "dropped": Text("중도탈락", "dropped"),
}
STILL_IN_TRAINING: Final = {"still_in_training": NOT_COMPLETED["still_in_training"]}
TOO_EARLY: Final = {IMMATURE: Text("관찰 기간이 아직 지나지 않음", "the window has not passed yet")}
WHY_NOT: Final = {
    "no_employment_known": Text("알려진 취업이 없음", "no employment is known"),
    "employed_at_another_time": Text("관찰 기간 밖에서만 취업", "employed, but not within the window"),
    "employed_in_another_field": Text("다른 분야에 취업", "employed, but in another field than that of the training"),
}
"""Why somebody in the denominator is not in the numerator."""


@dataclass(frozen=True, slots=True)
class Window:
    """Of whom (`exits`), from when to when (of the day of their exit, both days included), and in which jobs."""

    exits: tuple[str, ...]
    opens: Callable[[Column], Column]
    closes: Callable[[Column], Column]
    in_field: bool = False
    internships_after: bool = False


def employed_within(scope: Scope, window: Window) -> Rows:
    """An exit waits until its window has closed; from then on it counts as what is known of the person's employment.

    Unknown is whose employment nobody ever heard of; as soon as one is known, they are known not to have worked then.
    """
    enrolment = stretches(scope, [ENROLMENT], "person_id", *GROUPS)
    left = _left(enrolment, window)
    found = _found(scope, left, window)
    both = (
        select(
            left,
            found.c.grade,
            func.coalesce(found.c.heard, literal(FOREVER, Date)).label("heard"),
            case(
                (found.c.worked.is_not(None), "employed_in_another_field"),
                (found.c.heard.is_not(None), "employed_at_another_time"),
                else_="no_employment_known",
            ).label("why_not"),
        )
        .outerjoin(found, (found.c.aggregate_id == left.c.aggregate_id) & (found.c.from_on == left.c.from_on))
        .cte()
    )
    closed, until = both.c.closes, both.c.until_on
    heard = earlier(later(closed, both.c.heard), until)
    outcomes = [
        (Part.WAITING, None, literal(IMMATURE), both.c.from_on, earlier(closed, until)),
        (Part.NUMERATOR, both.c.grade.is_not(None), None, closed, until),
        (Part.UNKNOWN, both.c.grade.is_(None), literal("no_employment_known"), closed, heard),
        (Part.OTHER, both.c.grade.is_(None), both.c.why_not, heard, until),
    ]
    parts = [
        spans(
            both, *GROUPS, counted=both.c.aggregate_id, reason=reason, grade=both.c.grade, from_on=since, until_on=to,
            part=case((since < to if only is None else (since < to) & only, part)),
        )
        for part, only, reason, since, to in outcomes
    ]  # fmt: skip
    rows = union_all(_others(enrolment, window), *parts).cte()
    return select(rows)


def _left(enrolment: CTE, window: Window) -> CTE:
    day = enrolment.c.from_on
    exits = enrolment.c.stage.in_(window.exits)
    return select(enrolment, window.opens(day).label("opens"), window.closes(day).label("closes")).where(exits).cte()


def _found(scope: Scope, left: CTE, window: Window) -> CTE:
    """Per exit the best evidence of a job that counts, whether there was any job in the window, and since when any is known."""
    job = work(scope, "person_id", "position_kind", "field", "field_of_training")
    employed: ColumnElement[bool] = job.c.position_kind.in_(EMPLOYMENT)
    if window.internships_after:
        employed |= (job.c.position_kind == INTERNSHIP) & (job.c.from_on >= left.c.from_on)
    inside = employed & (job.c.grade.is_not(None)) & (job.c.from_on <= left.c.closes) & (job.c.until_on > left.c.opens)
    counts = inside & (job.c.field == job.c.field_of_training) if window.in_field else inside
    return (
        select(
            left.c.aggregate_id,
            left.c.from_on,
            func.max(case((counts, job.c.grade))).label("grade"),
            func.max(case((inside, 1))).label("worked"),
            func.min(case((employed, job.c.from_on))).label("heard"),
        )
        .join(job, (job.c.person_id == left.c.person_id) & job.c.stage.in_(("started", "ended")))
        .group_by(left.c.aggregate_id, left.c.from_on)
        .cte()
    )


def _others(enrolment: CTE, window: Window) -> Rows:
    """Who has not left so, and may one day, or never will."""
    stage = enrolment.c.stage
    part = case(
        (stage.in_(window.exits), None),
        (stage.in_(IN_TRAINING), Part.WAITING),
        (stage.in_(STARTED), Part.BEGUN),
    )
    reason = case((stage.in_(IN_TRAINING), "still_in_training"), else_=stage)
    return spans(enrolment, *GROUPS, counted=enrolment.c.aggregate_id, part=part, reason=reason)

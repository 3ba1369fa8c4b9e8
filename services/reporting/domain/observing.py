"""The life of an observation and of a project, and the periods that they are about."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.reporting.domain.periods import Period
from shared.errors import N_, Conflict, Forbidden, IllegalMove

PERIOD_FORM: Final = r"^20[0-9]{2}(?:-Q[1-4]|-(?:0[1-9]|1[0-2]))?$"
MONTH_FORM: Final = r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$"


class ObservationState(StrEnum):
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class ProjectState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Health(StrEnum):
    """How its owner says that a project goes."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


MOVES: Final[Mapping[ObservationState, frozenset[ObservationState]]] = MappingProxyType({
    ObservationState.SUBMITTED: frozenset({ObservationState.APPROVED, ObservationState.RETURNED}),
    ObservationState.RETURNED: frozenset({ObservationState.SUBMITTED}),
    ObservationState.APPROVED: frozenset({ObservationState.SUPERSEDED}),
    ObservationState.SUPERSEDED: frozenset(),
})  # fmt: skip

PROJECT_MOVES: Final[Mapping[ProjectState, frozenset[ProjectState]]] = MappingProxyType({
    ProjectState.PLANNED: frozenset({ProjectState.RUNNING, ProjectState.CANCELLED}),
    ProjectState.RUNNING: frozenset({ProjectState.SUSPENDED, ProjectState.COMPLETED, ProjectState.CANCELLED}),
    ProjectState.SUSPENDED: frozenset({ProjectState.RUNNING, ProjectState.CANCELLED}),
    ProjectState.COMPLETED: frozenset({ProjectState.RUNNING}),
    ProjectState.CANCELLED: frozenset({ProjectState.PLANNED}),
})  # fmt: skip


class PeriodIsLocked(Conflict):
    code = "period_locked"
    title = N_("The period is locked")
    detail = N_("The period {period} is locked. A restatement of what was approved needs its reason; else unlock it first.")


class OpenObservation(Conflict):
    code = "observation_open"
    title = N_("An observation waits already")
    detail = N_("An observation of this measure and period waits for a decision or was returned. Go on with that one.")


class NeedsRestatement(Conflict):
    code = "needs_restatement"
    title = N_("There is an approved value")
    detail = N_("This period has an approved value. Say in `restates` that it is to be replaced, and why.")


class OwnObservation(Forbidden):
    code = "own_observation"
    title = N_("Not by the same person")
    detail = N_("Who submitted a value does not decide about it.")


def move(current: ObservationState, target: ObservationState) -> ObservationState:
    """Return `target`, or refuse. The only way an observation's state may change."""
    if target not in MOVES[current]:
        raise IllegalMove(N_("observation"), current, target, legal=frozenset(MOVES[current]))
    return target


def move_project(current: ProjectState, target: ProjectState) -> ProjectState:
    """Return `target`, or refuse; to stay is no move. The only way a project's state may change."""
    if target is not current and target not in PROJECT_MOVES[current]:
        raise IllegalMove(N_("project"), current, target, legal=frozenset(PROJECT_MOVES[current]))
    return target


def kind_of(period: str) -> Period:
    """`2026` is a year, `2026-Q3` a quarter, `2026-09` a month."""
    if "Q" in period:
        return Period.QUARTER
    return Period.MONTH if "-" in period else Period.YEAR


def last_day(period: str) -> date:
    """The last day of a period of that form."""
    year, _, part = period.partition("-")
    month = 12 if not part else int(part[1]) * 3 if part.startswith("Q") else int(part)
    return date(int(year), month, monthrange(int(year), month)[1])


def around(period: str) -> tuple[str, ...]:
    """The period itself and those that it is a part of: a lock of one of them locks it."""
    kind, day = kind_of(period), last_day(period)
    year, quarter = str(day.year), f"{day.year}-Q{(day.month + 2) // 3}"
    return {Period.MONTH: (period, quarter, year), Period.QUARTER: (period, year)}.get(kind, (period,))


def is_period(text: str) -> bool:
    return re.fullmatch(PERIOD_FORM, text) is not None


def period_of(day: date, kind: Period) -> str:
    """The period of a kind that a day lies in."""
    match kind:
        case Period.MONTH:
            return f"{day:%Y-%m}"
        case Period.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case _:
            return str(day.year)


def period_before(day: date, kind: Period) -> str:
    """The last period of a kind that had ended before a day."""
    first_month = {Period.MONTH: day.month, Period.QUARTER: (day.month + 2) // 3 * 3 - 2}.get(kind, 1)
    before = date(day.year, first_month, 1) - timedelta(days=1)
    return period_of(before, kind)

"""A cohort from its applicants to those who stayed in their jobs: how many came how far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import case, func, literal_column, select

from services.reporting.domain.stages import ENROLMENT
from services.reporting.domain.values import State
from services.reporting.indicators import Scope, current
from services.reporting.indicators.timeline import identities, known
from services.reporting.queries.named import CohortName
from services.reporting.queries.values import Value, value_of
from services.reporting.tables import FACT
from shared.db import ReadSession

COMPLETION: Final = "completion_rate"
EMPLOYMENT: Final = "employment_rate_completers"
RETENTION: Final = "retention_6m"
PARTICIPATIONS: Final = "participations"
_SELECTED: Final = ("selected", "enrolled", "training", "interning", "on_leave", "completed", "dropped", "employed_early")


class Step(StrEnum):
    """How far somebody came, in the order in which it happens."""

    APPLIED = "applied"
    SELECTED = "selected"
    ENROLLED = "enrolled"
    INTERNED = "interned"
    COMPLETED = "completed"
    EMPLOYED = "employed"
    RETAINED = "retained"


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many came so far. `state` says why there is no number; `indicator` is the figure that it is the numerator of.

    `waiting` are those of whom it cannot be said yet.
    """

    step: Step
    number: int | None
    state: State = State.OK
    indicator: str | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Funnel:
    """`reported` is whether the applicants are the number that the university gave, and not counted."""

    steps: Sequence[FunnelStep]
    reported: bool
    values: Sequence[Value]


def funnel_of(session: ReadSession, cohort: CohortName, scope: Scope) -> Funnel:
    """The steps of a cohort as of a day, as known at a moment; the figures among them are the ones of the same name."""
    of_cohort = replace(scope, only={"cohort_id": cohort.id})
    names = (PARTICIPATIONS, COMPLETION, EMPLOYMENT, RETENTION)
    values = {name: value_of(session, current()[name], of_cohort) for name in names}
    reached = _reached(session, cohort, scope)
    begun = State.OK if reached["applied"] or cohort.applicants else State.NOT_STARTED
    steps = [
        FunnelStep(Step.APPLIED, cohort.applicants if cohort.applicants is not None else reached["applied"], begun),
        FunnelStep(Step.SELECTED, reached["selected"], begun),
        _of(Step.ENROLLED, values[PARTICIPATIONS]),
        FunnelStep(Step.INTERNED, reached["interned"], begun),
        _of(Step.COMPLETED, values[COMPLETION]),
        _of(Step.EMPLOYED, values[EMPLOYMENT]),
        _of(Step.RETAINED, values[RETENTION]),
    ]
    return Funnel(steps, cohort.applicants is not None, list(values.values()))


def _of(step: Step, value: Value) -> FunnelStep:
    counts = value.counts
    numbered = value.state is State.OK or (counts.begun > 0 and counts.denominator is not None and counts.denominator > 0)
    state = State.OK if numbered else value.state
    return FunnelStep(step, counts.numerator if numbered else None, state, value.indicator, counts.undecided)


def _reached(session: ReadSession, cohort: CohortName, scope: Scope) -> dict[str, int]:
    """How many enrolments were ever so far, without the further ones of one human."""
    first = (FACT.c.version == literal_column("1"), FACT.c.step == literal_column("0"))
    mine = select(FACT.c.aggregate_id).where(
        FACT.c.generation == scope.generation, FACT.c.cohort_id == cohort.id, FACT.c.aggregate == ENROLMENT, *first
    )
    double = identities(scope, "enrolment")
    ever = (
        select(
            FACT.c.aggregate_id,
            func.max(case((FACT.c.stage.in_(_SELECTED), 1), else_=0)).label("selected"),
            func.max(case((FACT.c.stage == "interning", 1), else_=0)).label("interned"),
        )
        .where(
            FACT.c.generation == scope.generation,
            FACT.c.aggregate == ENROLMENT,
            FACT.c.aggregate_id.in_(mine),
            FACT.c.effective_on <= scope.as_of,
            *known(scope),
        )
        .group_by(FACT.c.aggregate_id)
        .cte()
    )
    counted: Any = (
        select(
            func.count().label("applied"),
            *[func.coalesce(func.sum(ever.c[name]), 0).label(name) for name in ("selected", "interned")],
        )
        .select_from(ever)
        .outerjoin(double, double.c.id == ever.c.aggregate_id)
        .where(double.c.counts_as.is_(None) | (double.c.counts_as == ever.c.aggregate_id))
    )
    row = session.execute(counted).mappings().one()
    return {name: int(number) for name, number in row.items()}

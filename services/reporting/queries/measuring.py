"""What a goal stands at: the indicator that it names, narrowed to what counts for it, or what was observed and approved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select, true
from sqlmodel import col

from services.reporting.domain.observing import ObservationState
from services.reporting.domain.values import Counts, Unit
from services.reporting.frameworks import Goal
from services.reporting.frameworks.targets import Counts as Selection
from services.reporting.indicators import Indicator, Scope, counted, counted_on, counts_of, current
from services.reporting.indicators.counting import MOMENT
from services.reporting.indicators.spans import Rows
from services.reporting.queries.columns import ask
from services.reporting.queries.counts import counts_on
from services.reporting.queries.freshness import sources
from services.reporting.queries.values import Value, value_of, values_by
from services.reporting.tables import PROGRAM, Observation
from shared.db import ReadSession

ProgramRows = Sequence[Row[Any]]
NOT_SURVEYED: Final = "not_surveyed"
COUNTED: Final = (Unit.PERSONS, Unit.SEATS)
APPROVED: Final = (ObservationState.APPROVED, ObservationState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Observed:
    """An approved value of a measure, and until when it was the period's."""

    id: UUID
    period: str
    observed_on: date
    value: float
    decided_at: datetime
    evidence_url: str | None
    evidence_id: UUID | None
    restates_id: UUID | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a goal stands: `figure` is None when there is no number, and `state` says why."""

    figure: float | None
    state: str
    value: Value | None = None
    observed: Observed | None = None


def standing_of(session: ReadSession, goal: Goal, scope: Scope) -> Standing:
    """Where a goal stands, for a question that was checked."""
    if goal.measure is not None:
        found = observed_until(session, goal.measure, scope)
        if not found:
            return Standing(None, NOT_SURVEYED)
        return Standing(found[-1].value, "ok", observed=found[-1])
    value = measured(session, goal, scope)
    return Standing(value.value, str(value.state), value=value)


def standings(session: ReadSession, goals: Sequence[Goal], scope: Scope) -> Mapping[str, Standing]:
    """Where each of these goals stands, by id. What several of them are measured by in the same way is counted once."""
    known: dict[str, Standing] = {}
    found = _by_field(session, goals, scope)
    for goal in goals:
        if goal.id in found:
            continue
        counting = None if goal.counts is None else (goal.counts.model_dump_json(), goal.id if goal.counts.programs else "")
        key = repr((goal.measure, goal.indicator, counting))
        if key not in known:
            known[key] = standing_of(session, goal, scope)
        found[goal.id] = known[key]
    return found


def _by_field(session: ReadSession, goals: Sequence[Goal], scope: Scope) -> dict[str, Standing]:
    """Where the goals stand that count things of one field each: one look for all fields, where there are several."""
    programs = program_rows(session, scope.generation)
    single: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for goal in goals:
        if goal.counts is not None and len(goal.counts.fields) == 1 and not programs_of(programs, goal):
            single[goal.indicator or ""].append((goal.id, goal.counts.fields[0]))
    found: dict[str, Standing] = {}
    for name, narrowed in single.items():
        if len(narrowed) > 1 and current()[name].unit in COUNTED:
            values = {
                value.dimensions["field"]: value for value in values_by(session, current()[name], replace(scope, by=("field",)))
            }
            for goal_id, code in narrowed:
                if code in values:
                    value = values[code]
                    found[goal_id] = Standing(value.value, str(value.state), value=value)
    return found


def standing_on(session: ReadSession, goal: Goal, scope: Scope, days: Sequence[date]) -> Mapping[date, float | None]:
    """What a goal stood at at the end of each of these days, none of them after `scope.as_of`, in one look."""
    if not days:
        return {}
    if goal.measure is not None:
        observed = observed_until(session, goal.measure, scope)
        return {day: next((each.value for each in reversed(observed) if each.observed_on <= day), None) for day in days}
    indicator, narrowed = selected(session, goal, scope)
    named = {str(day): day for day in days}
    if indicator is current()[indicator.id]:
        counts = {moment: found for (moment, _), found in counts_on(session, indicator, narrowed, named).items()}
    else:
        rows = ask(session, scope, counted_on(indicator, narrowed, named)).mappings().all()
        counts = {row[MOMENT]: counts_of(dict(row)) for row in rows}
    return {day: indicator.read(counts.get(str(day), Counts())).value for day in days}


def measured(session: ReadSession, goal: Goal, scope: Scope) -> Value:
    """The value of a goal's indicator over what counts for the goal."""
    indicator, narrowed = selected(session, goal, scope)
    if indicator is current()[indicator.id]:
        return value_of(session, indicator, narrowed)
    row = ask(session, scope, counted(indicator, narrowed)).mappings().one_or_none()
    counts = Counts() if row is None else counts_of(dict(row))
    return Value(
        indicator=indicator.id,
        definition_version=indicator.version,
        as_of=scope.as_of,
        known_at=scope.known_at,
        dimensions=dict(narrowed.only),
        counts=counts,
        reading=indicator.read(counts),
        unit=indicator.unit,
        sources=sources(session, scope.generation, indicator.sources),
    )


def selected(session: ReadSession, goal: Goal, scope: Scope) -> tuple[Indicator, Scope]:
    """The goal's indicator and question, narrowed to what counts for it: one field is a dimension, more are a selection."""
    indicator = current()[goal.indicator or ""]
    selection = goal.counts
    if selection is None:
        return indicator, scope
    programs = programs_of(program_rows(session, scope.generation), goal)
    if not programs and len(selection.fields) == 1:
        return indicator, replace(scope, only={**scope.only, "field": selection.fields[0]})
    return _narrowed_to(indicator, selection, programs), scope


def program_rows(session: ReadSession, generation: int) -> ProgramRows:
    """What is known of all programs, as far as it says what they count for: program_id, code, goals."""
    programs = PROGRAM.c
    return session.execute(
        select(programs.program_id, programs.code, programs.goals).where(programs.generation == generation)
    ).all()


def programs_of(programs: ProgramRows, goal: Goal) -> list[UUID]:
    """The programs that count for a goal: those that its plan names, and those that name it themselves."""
    if goal.counts is None:
        return []
    named = set(goal.counts.programs)
    return [row.program_id for row in programs if row.code in named or goal.id in row.goals]


def _narrowed_to(indicator: Indicator, selection: Selection, programs: Sequence[UUID]) -> Indicator:
    """An indicator that sees only rows of these fields and programs: a row of both is one row."""

    def spans(scope: Scope) -> Rows:
        rows = indicator.spans(scope).cte()
        return select(rows).where(selects(rows.c, indicator, selection, programs))

    return replace(indicator, spans=spans)


def selects(columns: Any, indicator: Indicator, selection: Selection | None, programs: Sequence[UUID]) -> ColumnElement[bool]:
    """Whether a classified row counts for who selects these fields and programs."""
    if selection is None:
        return true()
    chosen: ColumnElement[bool] = columns.field.in_(selection.fields)
    return or_(chosen, columns.program_id.in_(programs)) if "program_id" in indicator.dimensions else chosen


def observed_until(session: ReadSession, measure: str, scope: Scope) -> list[Observed]:
    """The approved values of a measure up to the day, as they were known at the moment, oldest first."""
    row = Observation
    statement = (
        select(row)
        .where(
            col(row.measure) == measure,
            col(row.state).in_(APPROVED),
            col(row.observed_on) <= scope.as_of,
            col(row.decided_at) <= scope.known_at,
            col(row.superseded_at).is_(None) | (col(row.superseded_at) > scope.known_at),
        )
        .order_by(col(row.observed_on), col(row.decided_at))
    )
    return [_observed(each) for each in session.scalars(statement)]


def _observed(row: Observation) -> Observed:
    assert row.decided_at is not None
    return Observed(
        row.id, row.period, row.observed_on, row.value, row.decided_at, row.evidence_url, row.evidence_id, row.restates_id
    )

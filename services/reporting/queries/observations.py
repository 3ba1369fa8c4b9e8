"""What was observed, what was restated, and which periods are locked."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.reporting.domain.observing import ObservationState
from services.reporting.tables import Evidence, Observation, PeriodLock, Restatement
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http import Page, Rows

OBSERVATION: Final = N_("observation")


def find_observation(session: ReadSession, observation_id: UUID) -> Observation:
    """Raises NotFound."""
    found = session.get(Observation, observation_id)
    if found is None:
        raise NotFound(OBSERVATION)
    return found


def evidence_of(session: ReadSession, observation_id: UUID) -> Evidence:
    """The file that shows a value. Raises NotFound."""
    row = find_observation(session, observation_id)
    found = None if row.evidence_id is None else session.get(Evidence, row.evidence_id)
    if found is None:
        raise NotFound(N_("evidence"))
    return found


def observations(
    session: ReadSession,
    page: Page,
    *,
    plan: str | None = None,
    measure: str | None = None,
    period: str | None = None,
    state: ObservationState | None = None,
) -> Rows[Observation]:
    """A page of them, by measure, period and the order in which they came in."""
    statement = select(Observation)
    wanted = {Observation.plan: plan, Observation.measure: measure, Observation.period: period, Observation.state: state}
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(col(column) == value)
    return page.fetch(session, statement, key=[col(Observation.measure), col(Observation.period), col(Observation.id)])


def restatements(session: ReadSession, page: Page, *, subject: str | None = None, plan: str | None = None) -> Rows[Restatement]:
    """A page of the published numbers that were replaced, the oldest first."""
    statement = select(Restatement)
    if subject is not None:
        statement = statement.where(col(Restatement.subject) == subject)
    if plan is not None:
        statement = statement.where(col(Restatement.plan) == plan)
    return page.fetch(session, statement, key=[col(Restatement.recorded_at), col(Restatement.id)])


def find_lock(session: ReadSession, period: str) -> PeriodLock:
    """Whether a period is locked. Raises NotFound for one that never was."""
    found = session.scalars(select(PeriodLock).where(col(PeriodLock.period) == period)).first()
    if found is None:
        raise NotFound(N_("period"))
    return found


def locks(session: ReadSession, page: Page) -> Rows[PeriodLock]:
    """A page of the periods that are or were locked."""
    return page.fetch(session, select(PeriodLock), key=[col(PeriodLock.period)])

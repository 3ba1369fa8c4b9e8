"""Closed reports, schedules of reports, and what came of delivering them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.reporting.domain.alerting import DeliveryState
from services.reporting.tables import Closing, ReportDelivery, ReportIssue, ReportSchedule
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http import Page, Rows


def closing_of(session: ReadSession, plan: str, period: str) -> Closing | None:
    """How a plan's period was closed, if it was."""
    return session.scalars(select(Closing).where(col(Closing.plan) == plan, col(Closing.period) == period)).first()


def last_closing(session: ReadSession, plan: str) -> Closing | None:
    """The plan's report that was closed last."""
    statement = select(Closing).where(col(Closing.plan) == plan).order_by(col(Closing.closed_at).desc(), col(Closing.id).desc())
    return session.scalars(statement.limit(1)).first()


def closings(session: ReadSession, page: Page, *, plan: str | None = None) -> Rows[Closing]:
    """A page of the closed reports, the oldest first."""
    statement = select(Closing)
    if plan is not None:
        statement = statement.where(col(Closing.plan) == plan)
    return page.fetch(session, statement, key=[col(Closing.closed_at), col(Closing.id)])


def find_closing(session: ReadSession, closing_id: UUID) -> Closing:
    """Raises NotFound."""
    found = session.get(Closing, closing_id)
    if found is None:
        raise NotFound(N_("closing"))
    return found


def schedules(session: ReadSession, page: Page) -> Rows[ReportSchedule]:
    """A page of the schedules."""
    return page.fetch(session, select(ReportSchedule), key=[col(ReportSchedule.id)])


def find_schedule(session: ReadSession, schedule_id: UUID) -> ReportSchedule:
    """Raises NotFound."""
    found = session.get(ReportSchedule, schedule_id)
    if found is None:
        raise NotFound(N_("report schedule"))
    return found


def due_schedule(session: ReadSession, *, now: datetime) -> ReportSchedule | None:
    """The schedule whose turn it is."""
    row = ReportSchedule
    due = select(row).where(col(row.active), col(row.next_run_at) <= now).order_by(col(row.next_run_at))
    return session.scalars(due.limit(1)).first()


def deliveries(session: ReadSession, schedule_id: UUID, page: Page) -> Rows[ReportDelivery]:
    """A page of what was delivered of a schedule, or is to be. Raises NotFound."""
    find_schedule(session, schedule_id)
    row = ReportDelivery
    return page.fetch(session, select(row).where(col(row.schedule_id) == schedule_id), key=[col(row.created_at), col(row.id)])


def due_report(session: ReadSession, *, now: datetime) -> ReportDelivery | None:
    """The report that is to be delivered first."""
    row = ReportDelivery
    due = select(row).where(col(row.state) == DeliveryState.WAITING, col(row.due_at) <= now).order_by(col(row.due_at))
    return session.scalars(due.limit(1)).first()


def issue_of(session: ReadSession, digest: str) -> ReportIssue | None:
    """The file of this SHA-256, if it was issued here."""
    return session.get(ReportIssue, digest)


def recent_closings(session: ReadSession, most: int) -> list[Closing]:
    """The reports that were closed last, the newest first."""
    statement = select(Closing).order_by(col(Closing.closed_at).desc(), col(Closing.id).desc())
    return list(session.scalars(statement.limit(most)))

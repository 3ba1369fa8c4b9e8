"""Reports are delivered by schedule: who gets which report when, made due once, sent until it arrived."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.reporting.domain.alerting import LEASE, MOST_ATTEMPTS, DeliveryState, pause_after
from services.reporting.domain.scheduling import About, Every, check_day, next_run, period_for
from services.reporting.queries.closings import find_schedule
from services.reporting.queries.plans import find_plan
from services.reporting.tables import AlertRecipient, ReportDelivery, ReportSchedule
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.reporting import ReportScheduleChanged, ReportScheduleEvent, ReportScheduleMade, ReportScheduleRun
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid, NotFound
from shared.events.outbox import emit
from shared.outward.webhooks import NotDelivered
from shared.versions import check_version

_NO_SUCH = N_("There is none of this name.")


def make_schedule(session: WriteSession, *, said: Mapping[str, Any], by: Actor) -> ReportSchedule:
    """Deliver a report again and again. Raises Invalid for a plan or a recipient that there is not."""
    _check(session, said)
    row = ReportSchedule(**said, by=by.subject, next_run_at=clock.now())
    row.next_run_at = _next(row, clock.now())
    session.add(row)
    _emit(session, row, ReportScheduleMade)
    return row


def change_schedule(
    session: WriteSession, schedule_id: UUID, *, changes: Mapping[str, Any], expected: int | None
) -> ReportSchedule:
    """Otherwise, to others, or no longer. Raises NotFound, Stale, Invalid."""
    row = _locked(session, schedule_id)
    check_version(row, expected)
    _check(session, changes)
    check_day(Every(row.every), changes.get("day", row.day))
    for name, value in changes.items():
        setattr(row, name, value)
    row.next_run_at = _next(row, clock.now())
    _emit(session, row, ReportScheduleChanged)
    return row


def run_schedule(session: WriteSession, schedule_id: UUID, *, due_at: datetime) -> int:
    """Leave a delivery for everybody, once however many machines try; how many. Turns that were missed are not made up for."""
    row = _locked(session, schedule_id)
    if not row.active or row.next_run_at != due_at:
        return 0
    instant = clock.now()
    period, as_of = period_for(About(row.about), clock.seoul_day(instant))
    told: dict[str, Any] = {"schedule_id": row.id, "run_at": due_at, "period": period, "as_of": as_of, "known_at": instant}
    active = [each.id for each in _recipients(session, row.recipients) if each.active]
    row.next_run_at = _next(row, instant)
    _emit(session, row, ReportScheduleRun, as_of=as_of, deliveries=len(active))
    session.flush()
    session.add_all([ReportDelivery(recipient_id=each, **told) for each in active])
    return len(active)


def take_delivery(session: WriteSession, delivery_id: UUID, *, at: datetime) -> bool:
    """Mark a delivery as one's own for a while; whether it was free."""
    row = ReportDelivery
    free = (col(row.id) == delivery_id, col(row.state) == DeliveryState.WAITING, col(row.due_at) <= at)
    # Making a report takes longer than sending a message.
    mine = update(row).where(*free).values(due_at=at + 4 * LEASE, attempts=row.attempts + 1)
    return bool(session.execute(mine).rowcount == 1)  # type: ignore[attr-defined]


def note_delivery(session: WriteSession, due: ReportDelivery, problem: NotDelivered | None, checksum: str | None) -> None:
    """What came of it: sent, again later, or given up."""
    attempts = due.attempts + 1
    said: dict[str, Any] = {"state": DeliveryState.SENT, "sent_at": clock.now(), "problem": None, "checksum": checksum}
    if problem is not None:
        over = problem.final or attempts >= MOST_ATTEMPTS
        state = DeliveryState.GIVEN_UP if over else DeliveryState.WAITING
        said = {"state": state, "problem": problem.code, "due_at": clock.now() + pause_after(attempts)}
    session.execute(update(ReportDelivery).where(col(ReportDelivery.id) == due.id).values(**said))


def _next(row: ReportSchedule, after: datetime) -> datetime:
    return next_run(after, every=Every(row.every), day=row.day, hour=row.hour)


def _check(session: WriteSession, said: Mapping[str, Any]) -> None:
    errors = []
    if "plan" in said:
        try:
            find_plan(session, said["plan"])
        except NotFound:
            errors.append(FieldError("/framework", "unknown_reference", _NO_SUCH))
    if "recipients" in said and len(_recipients(session, said["recipients"])) < len(set(said["recipients"])):
        errors.append(FieldError("/recipients", "unknown_reference", _NO_SUCH))
    if errors:
        raise Invalid(*errors)


def _recipients(session: WriteSession, ids: Sequence[str]) -> Sequence[AlertRecipient]:
    wanted = [UUID(each) for each in ids]
    if not wanted:
        return []
    return session.scalars(select(AlertRecipient).where(col(AlertRecipient.id).in_(wanted))).all()


def _locked(session: WriteSession, schedule_id: UUID) -> ReportSchedule:
    find_schedule(session, schedule_id)
    statement = select(ReportSchedule).where(col(ReportSchedule.id) == schedule_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _emit(session: WriteSession, row: ReportSchedule, kind: type[ReportScheduleEvent], **more: Any) -> None:
    about = {"plan": row.plan, "format": row.format, "every": row.every, "active": row.active}
    emit(session, row, kind(report_schedule_id=row.id, **about, **more))

"""Reports are closed: figures frozen with their passports, what changes afterwards noted beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.reporting.commands.periods import lock_period
from services.reporting.domain.closing import CLOSED_REPORT, AlreadyClosed, NotEnded
from services.reporting.domain.observing import last_day
from services.reporting.queries.closings import closing_of
from services.reporting.tables import Closing, ReportIssue, Restatement
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.reporting import ClosedReportRestated, ReportClosed
from shared.db import WriteSession
from shared.events.outbox import emit

NOTED_BY = "reporting"


@dataclass(frozen=True, slots=True)
class Noted:
    """A frozen figure that would be otherwise today."""

    subject: str
    frozen: float | None
    current: float | None
    reason: str
    facts: str


def close_report(session: WriteSession, content: Mapping[str, Any], *, note: str | None, by: Actor) -> Closing:
    """Freeze what was gathered of a period that has ended, and lock the period. Raises AlreadyClosed, NotEnded."""
    about = content["report"]
    plan, period = about["framework"], about["period"]
    check_open(session, plan, period)
    lock_period(session, period, locked=True, reason=note, by=by)
    row = Closing(
        plan=plan,
        period=period,
        as_of=date.fromisoformat(about["as_of"]),
        known_at=datetime.fromisoformat(about["known_at"]),
        by=by.subject,
        note=note,
        checksum=content["checksum"],
        content=dict(content),
        noted={},
    )
    session.add(row)
    told = {"closing_id": row.id, "plan": plan, "period": period, "checksum": row.checksum}
    emit(session, row, ReportClosed(**told, as_of=row.as_of, known_at=row.known_at))
    return row


def check_open(session: WriteSession, plan: str, period: str) -> None:
    """Raise NotEnded for a period that has not ended, AlreadyClosed for one whose report is closed."""
    if last_day(period) >= today():
        raise NotEnded
    if closing_of(session, plan, period) is not None:
        raise AlreadyClosed


def note_restatements(session: WriteSession, closing_id: UUID, found: Sequence[Noted]) -> int:
    """Write down, where `/changes` shows it, what is otherwise than it was last found; how many figures."""
    statement = select(Closing).where(col(Closing.id) == closing_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one()
    now = {each.subject: each.current for each in found}
    back = {subject: row.noted[subject] for subject in row.noted if subject not in now}
    fresh = [each for each in found if each.subject not in row.noted or row.noted[each.subject] != each.current]
    if not fresh and not back:
        return 0
    for each in fresh:
        session.add(
            Restatement(
                kind=CLOSED_REPORT, plan=row.plan, subject=each.subject, period=row.period, before=each.frozen,
                after=each.current, reason=each.reason, statement=each.facts, by=NOTED_BY, in_locked_period=True,
            )
        )  # fmt: skip
    row.noted = now
    told = {"closing_id": row.id, "plan": row.plan, "period": row.period, "checksum": row.checksum}
    emit(session, row, ClosedReportRestated(**told, figures=len(now)))
    return len(fresh)


def note_issue(session: WriteSession, issue: Mapping[str, Any]) -> None:
    """Remember a file that is given out. One that was given out before is known already."""
    if session.get(ReportIssue, issue["sha256"]) is None:
        session.add(ReportIssue(**issue))

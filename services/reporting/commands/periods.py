"""Periods are locked when their figures are final, and unlocked with a reason."""

from sqlalchemy import select
from sqlmodel import col

from services.reporting.domain.observing import PeriodIsLocked, around
from services.reporting.tables import PeriodLock
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.reporting import PeriodLocked, PeriodUnlocked
from shared.db import WriteSession
from shared.events.outbox import emit


def lock_period(session: WriteSession, period: str, *, locked: bool, reason: str | None, by: Actor) -> PeriodLock:
    """Lock a period, or unlock it. What it is already it stays, without an event."""
    found = session.scalars(select(PeriodLock).where(col(PeriodLock.period) == period).with_for_update()).first()
    if found is None:
        found = PeriodLock(period=period, locked=False, by=by.subject)
        session.add(found)
    if found.locked == locked:
        return found
    found.locked, found.by, found.reason, found.changed_at = locked, by.subject, reason, clock.now()
    emit(session, found, (PeriodLocked if locked else PeriodUnlocked)(period_id=found.id, period=period))
    return found


def locks_of(session: WriteSession, period: str) -> list[str]:
    """Which locked periods hold this one."""
    statement = select(col(PeriodLock.period)).where(col(PeriodLock.period).in_(around(period)), col(PeriodLock.locked))
    return list(session.scalars(statement))


def check_unlocked(session: WriteSession, period: str) -> None:
    """Raise PeriodIsLocked for a period that is locked, or lies in one that is."""
    held = locks_of(session, period)
    if held:
        raise PeriodIsLocked(period=held[0])

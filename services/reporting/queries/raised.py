"""The alerts that stand, with what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlmodel import col

from services.reporting.domain.alerting import Severity
from services.reporting.tables import Alert, AlertRule
from shared.db import ReadSession


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that stands."""

    id: UUID
    name_ko: str
    name_en: str
    severity: Severity
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The gravest and newest alerts that stand, how many there are in all, and how many rules look for any."""

    alerts: Sequence[Raised]
    number: int
    rules: int


def standing_alerts(session: ReadSession, *, most: int) -> Standing:
    """What an executive has to know of alerts."""
    gravest = case({Severity.CRITICAL: 0, Severity.WARNING: 1}, value=col(Alert.severity), else_=2)
    stands = col(Alert.cleared_at).is_(None)
    columns = (col(Alert.id), col(AlertRule.name_ko), col(AlertRule.name_en), col(Alert.severity), col(Alert.raised_at))
    statement = select(*columns).join(AlertRule, col(AlertRule.id) == col(Alert.rule_id)).where(stands)
    found = session.execute(statement.order_by(gravest, col(Alert.raised_at).desc(), col(Alert.id)).limit(most))
    alerts = [Raised(*row) for row in found]
    number = session.execute(select(func.count()).select_from(Alert).where(stands)).scalar_one()
    rules = session.execute(select(func.count()).select_from(AlertRule).where(col(AlertRule.active))).scalar_one()
    return Standing(alerts, number, rules)

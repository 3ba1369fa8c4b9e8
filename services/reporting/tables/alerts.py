"""What is watched, what was raised, whom to tell, and what came of telling them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from services.reporting.domain.alerting import Change, Channel, DeliveryState, RuleKind, Severity
from services.reporting.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class AlertRule(Table, table=True):
    """A rule: what it watches is in `watched`, by its kind. `looked_at` is when it was last looked at, by whichever worker.

    `raised_id` is the alert that it holds up at present.
    """

    __tablename__ = "alert_rule"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    name_ko: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    kind: RuleKind = Field(sa_type=ValueEnum(RuleKind))
    severity: Severity = Field(default=Severity.WARNING, sa_type=ValueEnum(Severity))
    watched: dict[str, Any] = Field(sa_type=JSON)
    active: bool = True
    looked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    raised_id: UUID | None = None


class Alert(Table, table=True):
    """A rule that was broken, from when until when. `figure` is what it was at, `detail` what it was about."""

    __table_args__ = (Index("ix_alert_raised", "raised_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    rule_id: UUID = Field(foreign_key="alert_rule.id", index=True)
    kind: RuleKind = Field(sa_type=ValueEnum(RuleKind))
    severity: Severity = Field(sa_type=ValueEnum(Severity))
    raised_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    cleared_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    figure: float
    cleared_figure: float | None = None
    detail: dict[str, Any] = Field(sa_type=JSON)


class AlertRecipient(Table, table=True):
    """Whom to tell, how, and in which language. Where to, and the webhook's secret, are sealed.

    `rules` are the ids of the rules to tell of, none: all; from `severity` on.
    """

    __tablename__ = "alert_recipient"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    name: str = Field(max_length=200)
    channel: Channel = Field(sa_type=ValueEnum(Channel))
    language: str = Field(max_length=2)
    address: bytes = Field(sa_type=LargeBinary)
    secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    severity: Severity = Field(default=Severity.WARNING, sa_type=ValueEnum(Severity))
    rules: list[str] = Field(sa_type=JSON)
    active: bool = True


class AlertDelivery(Table, table=True):
    """One message to one recipient. Its id is the webhook's id, on every attempt the same."""

    __tablename__ = "alert_delivery"
    __table_args__ = (
        UniqueConstraint("alert_id", "recipient_id", "change", name="uq_alert_delivery"),
        Index("ix_alert_delivery_due", "state", "due_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    alert_id: UUID = Field(foreign_key="alert.id")
    recipient_id: UUID = Field(foreign_key="alert_recipient.id")
    change: Change = Field(sa_type=ValueEnum(Change))
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=ValueEnum(DeliveryState))
    due_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    attempts: int = 0
    problem: str | None = Field(default=None, max_length=60)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Forecast(Table, table=True):
    """What was foretold of a goal on a day, for the day on which it is due. Only ever added to."""

    __table_args__ = (UniqueConstraint("goal", "as_of", name="uq_forecast_day"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    goal: str = Field(max_length=60)
    as_of: date
    content: dict[str, Any] = Field(sa_type=JSON)

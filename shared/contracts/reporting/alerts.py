"""Rules that are watched, and what they raised."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.reporting.service import ReportingEvent


class AlertRuleEvent(ReportingEvent):
    """A rule that is watched."""

    alert_rule_id: UUID
    kind: str
    severity: str
    active: bool


class AlertRuleMade(AlertRuleEvent):
    """A rule is watched from now on.

    v1  first version
    """

    name: ClassVar[str] = "alert_rule.made"


class AlertRuleChanged(AlertRuleEvent):
    """A rule is watched otherwise from now on, or no longer.

    v1  first version
    """

    name: ClassVar[str] = "alert_rule.changed"


class AlertEvent(ReportingEvent):
    """An alert of a rule. `figure` is what the rule found."""

    alert_id: UUID
    alert_rule_id: UUID
    kind: str
    severity: str
    figure: float


class AlertRaised(AlertEvent):
    """A rule was broken.

    v1  first version
    """

    name: ClassVar[str] = "alert.raised"


class AlertCleared(AlertEvent):
    """A rule is kept again.

    v1  first version
    """

    name: ClassVar[str] = "alert.cleared"


class AlertRecipientEvent(ReportingEvent):
    """Somebody who is told of alerts. Where they are reached is no event's business."""

    alert_recipient_id: UUID
    channel: str
    language: str
    active: bool


class AlertRecipientAdded(AlertRecipientEvent):
    """Somebody is told of alerts from now on.

    v1  first version
    """

    name: ClassVar[str] = "alert_recipient.added"


class AlertRecipientChanged(AlertRecipientEvent):
    """Somebody is told of other alerts from now on, elsewhere, or no longer.

    v1  first version
    """

    name: ClassVar[str] = "alert_recipient.changed"

"""What reporting publishes, by aggregate."""

from shared.contracts.reporting.alerts import (
    AlertCleared,
    AlertEvent,
    AlertRaised,
    AlertRecipientAdded,
    AlertRecipientChanged,
    AlertRecipientEvent,
    AlertRuleChanged,
    AlertRuleEvent,
    AlertRuleMade,
)
from shared.contracts.reporting.annotations import AnnotationAdded, AnnotationEvent, AnnotationRemoved
from shared.contracts.reporting.plans import (
    EvidenceAttached,
    ObservationApproved,
    ObservationEvent,
    ObservationReturned,
    ObservationSubmitted,
    ObservationSuperseded,
    PeriodEvent,
    PeriodLocked,
    PeriodUnlocked,
    PlanChanged,
    PlanEvent,
    PlanPublished,
    TargetRevised,
)
from shared.contracts.reporting.projects import (
    ProjectAdded,
    ProjectChanged,
    ProjectEvent,
    ProjectReported,
)
from shared.contracts.reporting.service import ReportingEvent

__all__ = [
    "AlertCleared",
    "AlertEvent",
    "AlertRaised",
    "AlertRecipientAdded",
    "AlertRecipientChanged",
    "AlertRecipientEvent",
    "AlertRuleChanged",
    "AlertRuleEvent",
    "AlertRuleMade",
    "AnnotationAdded",
    "AnnotationEvent",
    "AnnotationRemoved",
    "EvidenceAttached",
    "ObservationApproved",
    "ObservationEvent",
    "ObservationReturned",
    "ObservationSubmitted",
    "ObservationSuperseded",
    "PeriodEvent",
    "PeriodLocked",
    "PeriodUnlocked",
    "PlanChanged",
    "PlanEvent",
    "PlanPublished",
    "ProjectAdded",
    "ProjectChanged",
    "ProjectEvent",
    "ProjectReported",
    "ReportingEvent",
    "TargetRevised",
]

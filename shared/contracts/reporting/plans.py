"""Plans and their targets, what is observed for them, and the periods that are closed."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.reporting.service import ReportingEvent


class PlanEvent(ReportingEvent):
    """A published plan, by its code, and the ids of its goals."""

    plan_id: UUID
    plan: str
    goals: list[str]


class PlanPublished(PlanEvent):
    """A plan came in, from a file or over the API.

    v1  first version
    """

    name: ClassVar[str] = "plan.published"


class PlanChanged(PlanEvent):
    """A plan says something else from now on.

    v1  first version
    """

    name: ClassVar[str] = "plan.changed"


class TargetRevised(PlanEvent):
    """A goal of the plan has another target from now on. The ones before are kept.

    v1  first version
    """

    name: ClassVar[str] = "plan.target_revised"
    goal: str
    value: float
    due_on: date
    before: float | None
    before_due_on: date


class ObservationEvent(ReportingEvent):
    """A value of something that is observed, for a period such as 2026, 2026-Q3 or 2026-09."""

    observation_id: UUID
    plan: str
    measure: str
    period: str
    value: float


class ObservationSubmitted(ObservationEvent):
    """Somebody reported a value, or reported it anew after it was returned.

    v1  first version
    """

    name: ClassVar[str] = "observation.submitted"
    restates_id: UUID | None = None


class ObservationReturned(ObservationEvent):
    """A value was sent back to who reported it.

    v1  first version
    """

    name: ClassVar[str] = "observation.returned"


class ObservationApproved(ObservationEvent):
    """A value counts from now on.

    v1  first version
    """

    name: ClassVar[str] = "observation.approved"


class ObservationSuperseded(ObservationEvent):
    """A value counts no longer: another one for the period was approved in its place.

    v1  first version
    """

    name: ClassVar[str] = "observation.superseded"


class EvidenceAttached(ObservationEvent):
    """A file was attached to a value that waits.

    v1  first version
    """

    name: ClassVar[str] = "observation.evidence_attached"
    sha256: str


class PeriodEvent(ReportingEvent):
    """A period such as 2026, 2026-Q3 or 2026-09."""

    period_id: UUID
    period: str


class PeriodLocked(PeriodEvent):
    """What is about the period changes no longer.

    v1  first version
    """

    name: ClassVar[str] = "period.locked"


class PeriodUnlocked(PeriodEvent):
    """What is about the period may change again.

    v1  first version
    """

    name: ClassVar[str] = "period.unlocked"

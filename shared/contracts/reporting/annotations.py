"""What people say of days."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.reporting.service import ReportingEvent


class AnnotationEvent(ReportingEvent):
    """A note on a day. What it says is no event's business."""

    annotation_id: UUID
    on: date
    indicator: str | None = None
    goal: str | None = None


class AnnotationAdded(AnnotationEvent):
    """Something is noted of a day.

    v1  first version
    """

    name: ClassVar[str] = "annotation.added"


class AnnotationRemoved(AnnotationEvent):
    """A note is shown no longer.

    v1  first version
    """

    name: ClassVar[str] = "annotation.removed"

"""Reports that are closed, and those that are delivered by schedule."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.reporting.service import ReportingEvent


class ClosingEvent(ReportingEvent):
    """A plan's report of a period, by the checksum over its figures."""

    closing_id: UUID
    plan: str
    period: str
    checksum: str


class ReportClosed(ClosingEvent):
    """The figures of a period are frozen as they were known at a moment.

    v1  first version
    """

    name: ClassVar[str] = "closing.made"
    as_of: date
    known_at: datetime


class ClosedReportRestated(ClosingEvent):
    """So many frozen figures would be otherwise today. They stay as they were published.

    v1  first version
    """

    name: ClassVar[str] = "closing.restated"
    figures: int


class ReportScheduleEvent(ReportingEvent):
    """A report that is made again and again. To whom it goes is no event's business."""

    report_schedule_id: UUID
    plan: str
    format: str
    every: str
    active: bool


class ReportScheduleMade(ReportScheduleEvent):
    """Reports are delivered from now on.

    v1  first version
    """

    name: ClassVar[str] = "report_schedule.made"


class ReportScheduleChanged(ReportScheduleEvent):
    """Otherwise, to others, or no longer.

    v1  first version
    """

    name: ClassVar[str] = "report_schedule.changed"


class ReportScheduleRun(ReportScheduleEvent):
    """A report was made ready for everybody whom it goes to.

    v1  first version
    """

    name: ClassVar[str] = "report_schedule.run"
    as_of: date
    deliveries: int

"""Bodies and answers about closed reports, schedules and deliveries."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.reporting.domain.alerting import DeliveryState
from services.reporting.domain.observing import PERIOD_FORM
from services.reporting.domain.scheduling import DAYS_OF_A_WEEK, LAST_DAY, NO_WEEKDAY, About, Every
from services.reporting.reports.asking import ReportFormat
from services.reporting.schemas.forms import IS_PERIOD
from shared.http.bodies import Body
from shared.http.validation import wrong

Slug = Annotated[str, Field(min_length=1, max_length=60)]
Recipients = Annotated[list[UUID], Field(min_length=1, max_length=50)]
Day = Annotated[int, Field(ge=1, le=LAST_DAY, description="of the month, 1 to 28; of the week, 1 (Monday) to 7")]
Hour = Annotated[int, Field(ge=0, le=23, description="in Seoul")]


class ReportClose(Body):
    """Close a plan's report of a period that has ended."""

    framework: Slug
    period: Annotated[str, Field(pattern=PERIOD_FORM), IS_PERIOD]
    note: Annotated[str | None, Field(max_length=2000)] = None


class ClosingPublic(BaseModel):
    """A closed report. Its figures are in `/reports/{framework}.json?period=...`."""

    id: UUID
    version: int
    framework: str
    period: str
    as_of: date
    known_at: datetime
    closed_at: datetime
    by: str
    note: str | None
    checksum: str
    restated: Annotated[list[str], Field(description="figures that would be otherwise today")]

    @classmethod
    def of(cls, row: Any) -> "ClosingPublic":
        same = {name: getattr(row, name) for name in cls.model_fields if name not in ("framework", "restated")}
        return cls(**same, framework=row.plan, restated=sorted(row.noted))


class ScheduleCreate(Body):
    """A report for these recipients, whom `/alert-recipients` knows, again and again."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    framework: Slug
    about: About = About.PREVIOUS_MONTH
    format: ReportFormat = ReportFormat.PDF
    language: Annotated[str, Field(pattern="^(ko|en)$")] = "ko"
    every: Every = Every.MONTH
    day: Day = 1
    hour: Hour = 9
    recipients: Recipients

    @model_validator(mode="after")
    def _day_there_is(self) -> Self:
        if self.every is Every.WEEK and self.day > DAYS_OF_A_WEEK:
            raise wrong("day_of_week", NO_WEEKDAY)
        return self

    def said(self) -> dict[str, Any]:
        return of_body(self.model_dump())


class ScheduleChange(Body):
    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    about: About | None = None
    format: ReportFormat | None = None
    language: Annotated[str | None, Field(pattern="^(ko|en)$")] = None
    day: Annotated[int | None, Field(ge=1, le=LAST_DAY)] = None
    hour: Annotated[int | None, Field(ge=0, le=23)] = None
    recipients: Recipients | None = None
    active: bool | None = None

    def said(self) -> dict[str, Any]:
        return of_body(self.model_dump(exclude_none=True))


def of_body(given: dict[str, Any]) -> dict[str, Any]:
    """As a row has it."""
    found = {name: str(value) if name in ("about", "format", "every") else value for name, value in given.items()}
    if "framework" in found:
        found["plan"] = found.pop("framework")
    if "recipients" in found:
        found["recipients"] = [str(each) for each in found["recipients"]]
    return found


class SchedulePublic(BaseModel):
    """A schedule and its next turn."""

    id: UUID
    version: int
    name: str
    framework: str
    about: About
    format: ReportFormat
    language: str
    every: Every
    day: int
    hour: int
    recipients: list[str]
    active: bool
    next_run_at: datetime

    @classmethod
    def of(cls, row: Any) -> "SchedulePublic":
        return cls(framework=row.plan, **{name: getattr(row, name) for name in cls.model_fields if name != "framework"})


class ReportDeliveryPublic(BaseModel):
    """A report to one recipient, and what came of it."""

    id: UUID
    recipient_id: UUID
    run_at: datetime
    period: str | None
    as_of: date
    known_at: datetime
    state: DeliveryState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    problem: str | None
    checksum: str | None

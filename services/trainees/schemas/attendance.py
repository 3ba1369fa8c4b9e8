"""Attendance, allowances and warnings, as they are sent and shown."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.trainees.commands.attendance import DayReport, EvaluationReport, MonthReport, Report
from services.trainees.domain.attendance import Counted, Presence, Reason
from services.trainees.schemas.fields import ReportedOn
from shared.errors import N_
from shared.http import Body, wrong
from shared.http.row_results import RowProblem


def _first(month: date) -> date:
    if month.day != 1:
        raise wrong("not_a_month", N_("Must be the first day of a month, such as 2026-03-01."))
    return month


Month = Annotated[date, AfterValidator(_first), Field(description="the month, as its first day")]
Days = Annotated[int, Field(ge=0, le=31)]


class DayRow(Body):
    enrolment_id: UUID
    day: date
    presence: Presence

    def report(self) -> Report:
        return DayReport(self.enrolment_id, self.day, self.presence)


class MonthRow(Body):
    """Of `days` training days so many were missed, late, left early or excused; on all others the person was there."""

    enrolment_id: UUID
    month: Month
    days: Annotated[int, Field(ge=1, le=31)]
    absent: Days = 0
    late: Days = 0
    early: Days = 0
    excused: Days = 0

    @model_validator(mode="after")
    def _adds_up(self) -> "MonthRow":
        if self.absent + self.late + self.early + self.excused > self.days:
            raise wrong("more_than_days", N_("Absent, late, early and excused days are more than the training days."))
        return self

    def report(self) -> Report:
        counted = Counted(self.days, absent=self.absent, late=self.late, early=self.early, excused=self.excused)
        return MonthReport(self.enrolment_id, self.month, counted)


class EvaluationRow(Body):
    enrolment_id: UUID
    month: Month
    passed: bool

    def report(self) -> Report:
        return EvaluationReport(self.enrolment_id, self.month, self.passed)


class AttendanceReport(Body):
    """Attendance by day or by month, and evaluations. A month is kept in one way: by day, or as a whole."""

    days: Annotated[list[DayRow], Field(max_length=10_000, default_factory=list)]
    months: Annotated[list[MonthRow], Field(max_length=10_000, default_factory=list)]
    evaluations: Annotated[list[EvaluationRow], Field(max_length=10_000, default_factory=list)]
    reported_on: ReportedOn = None
    preview: Annotated[bool, Field(description="say what would happen, and keep nothing")] = False

    def reports(self) -> list[Report]:
        """All of them, days first, in the order sent."""
        rows: list[DayRow | MonthRow | EvaluationRow] = [*self.days, *self.months, *self.evaluations]
        return [row.report() for row in rows]


class ReportResult(BaseModel):
    """What became of one row: its number among those sent (in a file, its line), days first."""

    row: int
    enrolment_id: UUID | None
    status: int
    problem: RowProblem | None


class AttendanceResults(BaseModel):
    preview: bool
    kept: int
    refused: int
    results: Annotated[list[ReportResult], Field(description="the refused ones first to last; those kept are counted only")]


class CountedPublic(BaseModel):
    days: int
    absent: int
    late: int
    early: int
    excused: int


class MonthPublic(BaseModel):
    """A month of training. So many late or early days as the rules say make one absence."""

    month: date
    counted: CountedPublic
    absences: int
    attended_percent: Decimal | None
    evaluation_passed: bool | None
    complies: bool


class DayPublic(BaseModel):
    day: date
    presence: Presence


class AttendancePublic(BaseModel):
    enrolment_id: UUID
    months: list[MonthPublic]
    days: Annotated[list[DayPublic], Field(description="of the month asked for with ?month=")]


class ReasonExplained(BaseModel):
    code: Reason
    text: Annotated[str, Field(description="in the language of Accept-Language")]


class AllowancePublic(BaseModel):
    """What a month pays, in KRW, and why it does or does not."""

    enrolment_id: UUID
    person_id: UUID
    month: date
    won: int
    reasons: list[ReasonExplained]
    days: int
    absences: int
    attended_percent: Decimal | None
    evaluation_passed: bool | None


class AllowancesPublic(BaseModel):
    items: list[AllowancePublic]
    total_won: int


class WarningPublic(BaseModel):
    """Somebody to look after: consecutive_absences since a day, or below_threshold in the month that began then."""

    enrolment_id: UUID
    person_id: UUID
    code: str
    since: date | None
    absences: int
    attended_percent: Decimal | None


class WarningsPublic(BaseModel):
    items: list[WarningPublic]

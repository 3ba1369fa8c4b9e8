"""What there is in the world outside reporting, as tests name it: cohorts, enrolments, seats, placements, follow-ups."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from shared.contracts import trainees

STAGES: Final[dict[str, type[trainees.EnrolmentEvent]]] = {
    "applied": trainees.EnrolmentApplied,
    "waitlisted": trainees.EnrolmentWaitlisted,
    "selected": trainees.EnrolmentSelected,
    "rejected": trainees.EnrolmentRejected,
    "withdrawn": trainees.EnrolmentWithdrawn,
    "enrolled": trainees.EnrolmentEnrolled,
    "training": trainees.TrainingStarted,
    "interning": trainees.InternshipStarted,
    "completed": trainees.EnrolmentCompleted,
    "dropped": trainees.EnrolmentDropped,
    "employed_early": trainees.EmployedEarly,
    "on_leave": trainees.LeaveStarted,
}
WHOLE_COURSE: Final = ("applied", "selected", "enrolled", "training", "interning", "completed")


@dataclass
class Cohort:
    id: UUID
    program_id: UUID
    university_id: UUID
    field: str
    ordinal: int


@dataclass
class Enrolment:
    id: UUID
    person_id: UUID
    cohort: Cohort


@dataclass
class Seat:
    id: UUID
    position_id: UUID
    company_id: UUID
    field: str
    kind: str
    origin: str


@dataclass
class Placement:
    id: UUID
    enrolment: Enrolment
    seat: Seat
    grade: int | None = None
    region: str = "27"
    began: date = date(2020, 1, 1)
    grew_from: "Placement | None" = None


@dataclass
class FollowUp:
    id: UUID
    placement: Placement
    months: int
    asked_about: date


def months_after(day: date, months: int) -> date:
    """The same day of the month that many months later, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

"""The steps of an enrolment."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.trainees.registry import TraineesEvent


class EnrolmentEvent(TraineesEvent):
    """A step of one person in one cohort. `reported_on` is when the source said so, where that is known."""

    enrolment_id: UUID
    person_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field: str
    effective_on: date
    reported_on: date | None = None


class EnrolmentApplied(EnrolmentEvent):
    """A person applied to a cohort. `age_band` and `gender` are as of that day, and only where they are known.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.applied"
    age_band: str | None = None
    gender: str | None = None


class EnrolmentWaitlisted(EnrolmentEvent):
    """An applicant waits for a place.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.waitlisted"


class EnrolmentSelected(EnrolmentEvent):
    """An applicant has a place.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.selected"


class EnrolmentEnrolled(EnrolmentEvent):
    """A selected applicant took the place: the participation starts here.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.enrolled"


class TrainingStarted(EnrolmentEvent):
    """The training began.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.training_started"


class InternshipStarted(EnrolmentEvent):
    """The internship began.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.internship_started"


class LeaveStarted(EnrolmentEvent):
    """A person decided that this trainee is on leave.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.leave_started"


class LeaveEnded(EnrolmentEvent):
    """A trainee came back from leave, into the stage left.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.leave_ended"
    to: str


class EnrolmentExit(EnrolmentEvent):
    """The end of an enrolment. `reason` is a code."""

    reason: str | None = None


class EnrolmentRejected(EnrolmentExit):
    """An applicant was not admitted.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.rejected"


class EnrolmentWithdrawn(EnrolmentExit):
    """An applicant or a selected person stepped back.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.withdrawn"


class EnrolmentCompleted(EnrolmentExit):
    """A trainee completed a cohort's requirements.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.completed"


class EnrolmentDropped(EnrolmentExit):
    """A participant left before the end.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.dropped"


class EmployedEarly(EnrolmentExit):
    """A participant left for a job before the end: a positive exit.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.employed_early"

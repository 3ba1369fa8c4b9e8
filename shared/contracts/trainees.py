"""What the trainees service publishes: universities, programs, cohorts, persons (as random ids) and enrolments."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events.contract import Event


class TraineesEvent(Event):
    """Anything that happened in trainees."""

    service: ClassVar[str] = "trainees"


class UniversityRegistered(TraineesEvent):
    """A university may send rosters from now on.

    v1  first version
    """

    name: ClassVar[str] = "university.registered"
    university_id: UUID
    code: str
    name_ko: str
    name_en: str
    region: str


class ProgramCreated(TraineesEvent):
    """A kind of training exists. `goals` are the ids of the goal-framework nodes that it counts for.

    v1  first version
    """

    name: ClassVar[str] = "program.created"
    program_id: UUID
    university_id: UUID
    code: str
    name_ko: str
    name_en: str
    kind: str
    field: str
    goals: list[str]


class ProgramOutcomesSet(TraineesEvent):
    """What a program's training leads to, whole: levels 1 to 5 by skill, which whoever completes it is taken to have.

    v1  first version
    """

    name: ClassVar[str] = "program.outcomes_set"
    program_id: UUID
    university_id: UUID
    skills: dict[str, int]


class CohortEvent(TraineesEvent):
    """A cohort with its figures and dates, whole. Dates are Seoul calendar days."""

    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    code: str
    field: str
    ordinal: int
    capacity: int
    applicants: int | None
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date


class CohortOpened(CohortEvent):
    """A run of a program was set up.

    v1  first version
    """

    name: ClassVar[str] = "cohort.opened"


class CohortChanged(CohortEvent):
    """A cohort's capacity, admission figures or dates changed.

    v1  first version
    """

    name: ClassVar[str] = "cohort.changed"


class PersonRegistered(TraineesEvent):
    """A human is known. Nothing about them leaves the service but this random id.

    v1  first version
    """

    name: ClassVar[str] = "person.registered"
    person_id: UUID


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
    """A person applied to a cohort.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.applied"


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

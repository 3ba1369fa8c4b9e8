"""Universities, programs and cohorts."""

from datetime import date
from typing import Any, ClassVar
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
    rules_version: int | None = None
    rules: dict[str, Any] | None = None


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
    rules_version: int | None = None
    goals: list[str] | None = None
    training_months: int | None = None
    internship_months: int | None = None


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


class ProgramRulesChanged(TraineesEvent):
    """A program has another version of its rules. It holds for the cohorts that open from now on; others keep theirs.

    `rules` holds eligibility, attendance, allowance, stages, retention, months, field and goals, as the API shows them.

    v1  first version
    """

    name: ClassVar[str] = "program.rules_changed"
    program_id: UUID
    university_id: UUID
    field: str
    goals: list[str]
    rules_version: int
    rules: dict[str, Any]
    reason: str | None = None

"""What callers send to trainees and what they are shown."""

from services.trainees.schemas.enrolments import (
    ApplicantPerson,
    ApplicationCreate,
    EnrolmentPublic,
    EnrolmentStep,
    EnrolmentTransition,
    EnrolmentWithHistory,
)
from services.trainees.schemas.persons import PersonMasked, PersonPublic, StudentNumberPublic
from services.trainees.schemas.registry import (
    AdmissionPublic,
    CohortCreate,
    CohortPatch,
    CohortPublic,
    ProgramCreate,
    ProgramPublic,
    UniversityCreate,
    UniversityPublic,
)
from services.trainees.schemas.roster_syncs import RosterCounts, RosterProblem, RosterRowPublic, RosterSyncPublic

__all__ = [
    "AdmissionPublic",
    "ApplicantPerson",
    "ApplicationCreate",
    "CohortCreate",
    "CohortPatch",
    "CohortPublic",
    "EnrolmentPublic",
    "EnrolmentStep",
    "EnrolmentTransition",
    "EnrolmentWithHistory",
    "PersonMasked",
    "PersonPublic",
    "ProgramCreate",
    "ProgramPublic",
    "RosterCounts",
    "RosterProblem",
    "RosterRowPublic",
    "RosterSyncPublic",
    "StudentNumberPublic",
    "UniversityCreate",
    "UniversityPublic",
]

"""The rows of the trainees database. Personal data stands in few tables only, sealed, and is found by keyed hashes."""

from services.trainees.tables.attendance import Attendance, Evaluation
from services.trainees.tables.enrolments import EligibilityDecision, Employment, Enrolment, StageStep
from services.trainees.tables.metadata import Table, metadata, rows_of
from services.trainees.tables.outcomes import ProgramOutcome
from services.trainees.tables.persons import (
    AccessEntry,
    Circumstance,
    DuplicatePair,
    ErasedTrace,
    KeptKey,
    PairState,
    Person,
    PersonRecord,
    StudentNumber,
)
from services.trainees.tables.placed import KnownCompany, PlacedPerson
from services.trainees.tables.registry import Cohort, Program, ProgramRules, University
from services.trainees.tables.roster_holdings import PersonCorrection, RosterEntry, RosterProfile
from services.trainees.tables.rosters import (
    Outcome,
    RosterAbsence,
    RosterOutcome,
    RosterRow,
    RosterSame,
    RosterScope,
    RosterSync,
    RosterUpload,
    SyncState,
)

__all__ = [
    "AccessEntry",
    "Attendance",
    "Circumstance",
    "Cohort",
    "DuplicatePair",
    "EligibilityDecision",
    "Employment",
    "Enrolment",
    "ErasedTrace",
    "Evaluation",
    "KeptKey",
    "KnownCompany",
    "Outcome",
    "PairState",
    "Person",
    "PersonCorrection",
    "PersonRecord",
    "PlacedPerson",
    "Program",
    "ProgramOutcome",
    "ProgramRules",
    "RosterAbsence",
    "RosterEntry",
    "RosterOutcome",
    "RosterProfile",
    "RosterRow",
    "RosterSame",
    "RosterScope",
    "RosterSync",
    "RosterUpload",
    "StageStep",
    "StudentNumber",
    "SyncState",
    "Table",
    "University",
    "metadata",
    "rows_of",
]

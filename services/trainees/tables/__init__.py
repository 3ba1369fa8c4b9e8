"""The rows of the trainees database. Personal data stands in few tables only, sealed, and is found by keyed hashes."""

from services.trainees.tables.enrolments import Employment, Enrolment, StageStep
from services.trainees.tables.metadata import Table, metadata, rows_of
from services.trainees.tables.persons import AccessEntry, Person, PersonRecord, StudentNumber
from services.trainees.tables.registry import Cohort, Program, University
from services.trainees.tables.rosters import Outcome, RosterOutcome, RosterSync, SyncState

__all__ = [
    "AccessEntry",
    "Cohort",
    "Employment",
    "Enrolment",
    "Outcome",
    "Person",
    "PersonRecord",
    "Program",
    "RosterOutcome",
    "RosterSync",
    "StageStep",
    "StudentNumber",
    "SyncState",
    "Table",
    "University",
    "metadata",
    "rows_of",
]

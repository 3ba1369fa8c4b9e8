"""The rows of the employers database. Seats are counted from their rows; no count is stored."""

from sqlalchemy import Table as SqlTable

from services.employers.tables.agreements import Agreement, Ending, Incentive, Pledge
from services.employers.tables.companies import Company, Contact, ContactAccess, Distinct, Headcount, Site
from services.employers.tables.demand import Cohort, Enrolment, Outlook, ProgramSkill
from services.employers.tables.imports import ImportState, PositionImport
from services.employers.tables.positions import Position, Seat
from services.employers.tables.registry import Table
from services.employers.tables.search import JobChange, JobHead, PositionDocument, PositionIndex, PositionLetters, PositionSkill
from services.employers.tables.skills import SkillEntry
from services.employers.tables.steps import Step
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table

metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)


def rows_of(model: type[Table]) -> SqlTable:
    """The table behind a model, for statements over many rows."""
    return metadata.tables[str(model.__tablename__)]


__all__ = [
    "Agreement",
    "Cohort",
    "Company",
    "Contact",
    "ContactAccess",
    "Distinct",
    "Ending",
    "Enrolment",
    "Headcount",
    "ImportState",
    "Incentive",
    "JobChange",
    "JobHead",
    "Outlook",
    "Pledge",
    "Position",
    "PositionDocument",
    "PositionImport",
    "PositionIndex",
    "PositionLetters",
    "PositionSkill",
    "ProgramSkill",
    "Seat",
    "Site",
    "SkillEntry",
    "Step",
    "Table",
    "metadata",
    "rows_of",
]  # fmt: skip

"""Who can be recommended. Read model, without foreign keys: news comes in any order."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.matching.domain.candidates import Stage
from services.matching.tables.table import Table
from shared.db.types import ValueEnum


class Candidate(Table, table=True):
    """An enrolment whose trainee can be recommended. `available_from` is set by its completion. Read model.

    `said_person_id` is whom trainees named, `person_id` whom they count as: the same until persons are merged.
    """

    enrolment_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    said_person_id: UUID | None = Field(default=None, index=True)
    cohort_id: UUID
    program_id: UUID
    university_id: UUID = Field(index=True)
    field: str = Field(max_length=40, index=True)
    stage: Stage = Field(sa_type=ValueEnum(Stage))
    available_from: date | None = None

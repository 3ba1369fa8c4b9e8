"""Answers about candidates. Persons are ids: there is nothing personal to mask."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.matching.domain.candidates import Stage


class CandidatePublic(BaseModel):
    """One enrolment. `available_from` is null while neither a completion nor the cohort's end is known."""

    person_id: UUID
    enrolment_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field: str
    stage: Stage
    available_from: date | None

"""Roster syncs, as they are shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.trainees.tables import Outcome, SyncState


class RosterProblem(BaseModel):
    """What is wrong with a row, without the value. `column` is empty where the row as a whole is meant."""

    column: str
    code: str
    message: str


class RosterRowPublic(BaseModel):
    line: Annotated[int, Field(description="where the row begins in the file; the header is line 1")]
    outcome: Outcome
    enrolment_id: UUID | None
    changes: Annotated[list[str], Field(description="names of the fields that changed")]
    problems: list[RosterProblem]


class RosterCounts(BaseModel):
    created: int
    changed: int
    unchanged: int
    rejected: int


class RosterSyncPublic(BaseModel):
    id: UUID
    university_id: UUID
    cohort_id: UUID
    state: SyncState
    created_at: datetime
    counts: RosterCounts
    rows: list[RosterRowPublic]

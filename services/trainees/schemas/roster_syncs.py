"""Roster syncs, as they are shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.trainees.domain.roster.lifecycle import AbsencePolicy, AbsenceState, SyncMode
from services.trainees.domain.stages import Stage
from services.trainees.tables import Outcome, SyncState
from shared.http import Body


class RosterProblem(BaseModel):
    """What is wrong with a row. `column` is empty where the row as a whole is meant."""

    column: str
    code: str
    message: str
    value: Annotated[str, Field(description="the cell with its letters and digits masked; empty where even that says too much")]


class RosterRowPublic(BaseModel):
    line: Annotated[int, Field(description="where the row begins in the file; the header is line 1")]
    outcome: Outcome
    enrolment_id: UUID | None
    changes: Annotated[list[str], Field(description="names of the fields that changed")]
    problems: list[RosterProblem]


class RosterCounts(BaseModel):
    """Rows by outcome; `vanished` and `held` count enrolments that the roster no longer names."""

    created: int
    changed: int
    unchanged: int
    reactivated: int
    conflicting: Annotated[int, Field(description="the file says otherwise than what a person corrected or ended here")]
    rejected: int
    vanished: int
    held: Annotated[int, Field(description="removals that wait for the program manager")]
    kept: Annotated[int, Field(description="what an undo left as somebody else had made it since")]


class RosterFileProblem(BaseModel):
    code: str
    message: str


class RosterSyncSummary(BaseModel):
    """A sync without its rows. The ETag of the sync itself is what If-Match wants."""

    id: UUID
    university_id: UUID
    cohort_id: Annotated[UUID, Field(description="the first of cohort_ids")]
    cohort_ids: list[UUID]
    mode: SyncMode
    dry_run: bool
    format: str | None
    state: SyncState
    progress: Annotated[int, Field(ge=0, le=100)]
    created_at: datetime
    finished_at: datetime | None
    undone_at: Annotated[datetime | None, Field(description="when it was taken back; finished_at stays when it came in")]
    unchanged_forgotten_at: Annotated[
        datetime | None, Field(description="since when its rows that changed nothing are only counted, not listed")
    ]
    actor: str
    committed_by: str | None
    rows_read: int
    counts: RosterCounts
    problems: Annotated[list[RosterFileProblem], Field(description="why the file as a whole was not used")]


class RosterSyncPublic(RosterSyncSummary):
    rows: Annotated[list[RosterRowPublic], Field(description="empty above 2,000 rows: see /rows")]


class RosterApproval(Body):
    """Carry out what is held."""

    at_most: Annotated[int | None, Field(ge=1, le=1_000_000, description="the ceiling; what is held now where none is given")] = (
        None
    )


class RosterAbsencePublic(BaseModel):
    """An enrolment that a roster no longer names."""

    enrolment_id: UUID
    person_id: UUID
    name: Annotated[str | None, Field(description="for those who work with the person; else masked")]
    state: AbsenceState
    policy: AbsencePolicy
    stage: Stage
    becomes: Annotated[Stage, Field(description="where the removal leads; as `stage` where it only marks")]
    held_at: datetime | None
    held_days: int | None
    settled_at: datetime | None
    settled_by: str | None

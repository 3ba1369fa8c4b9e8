"""Follow-ups of placements with every answer that was given, and files that came in with how each row fared."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from services.matching.domain.follow_ups import Answer, FollowUpState
from services.matching.domain.jobs import JobState
from services.matching.domain.row_outcomes import FileKind, RowOutcome
from services.matching.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class FollowUp(Table, table=True):
    """What became of a person so many months after they started. `asked_about` is that day, `due_on` when it is to be known.

    `answer` is the last one, true of the day `answered_for`.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("placement_id", "months", name="uq_follow_up"),
        Index("ix_follow_up_work", "state", "due_on", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    placement_id: UUID = Field(foreign_key="placement.id")
    person_id: UUID = Field(index=True)
    university_id: UUID = Field(index=True)
    company_id: UUID = Field(index=True)
    months: int
    asked_about: date
    due_on: date
    state: FollowUpState = Field(default=FollowUpState.OPEN, sa_type=ValueEnum(FollowUpState))
    answer: Answer | None = Field(default=None, sa_type=ValueEnum(Answer))
    answered_for: date | None = None


class FollowUpAnswer(Table, table=True):
    """One answer as it was recorded. Only ever added to: `version` is the event's."""

    __tablename__ = "follow_up_answer"

    follow_up_id: UUID = Field(primary_key=True, foreign_key="follow_up.id")
    version: int = Field(primary_key=True)
    answer: Answer = Field(sa_type=ValueEnum(Answer))
    effective_on: date
    reported_on: date | None = None
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)


class OutcomeFile(Table, table=True):
    """A file that came in, and how many of its rows fared how so far. Holds nothing of what the rows said but ids and codes."""

    __tablename__ = "outcome_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    kind: FileKind = Field(sa_type=ValueEnum(FileKind))
    university_id: UUID | None = Field(default=None, index=True)
    actor: str = Field(max_length=200)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    state: JobState = Field(default=JobState.DONE, sa_type=ValueEnum(JobState), sa_column_kwargs={"server_default": "done"})
    progress: int = Field(default=100, sa_column_kwargs={"server_default": "100"})
    failure: str | None = Field(default=None, max_length=200)


class OutcomeFileRow(Table, table=True):
    """How one row fared: `code` says why it was rejected or what does not fit, `column` where."""

    __tablename__ = "outcome_file_row"

    file_id: UUID = Field(primary_key=True, foreign_key="outcome_file.id")
    line: int = Field(primary_key=True)
    outcome: RowOutcome = Field(sa_type=ValueEnum(RowOutcome))
    code: str | None = Field(default=None, max_length=40)
    column: str | None = Field(default=None, max_length=40)
    placement_id: UUID | None = None

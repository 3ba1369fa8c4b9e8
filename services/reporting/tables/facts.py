"""What was told about persons, placements and seats, and how much of it was read."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.reporting.tables.table import Table, core
from shared.db.types import UTCDateTime

# What three small indexes hold. Statements that want one of the first two have to say the same, literally.
FIRST_OF_A_COHORT: Final = "cohort_id IS NOT NULL AND version = 1 AND step = 0"
OFFERED: Final = "stage = 'offered'"
_CLOSED: Final = "closed_in IS NOT NULL"


class Fact(Table, table=True):
    """What one event said about an enrolment, a placement, a seat, a position, a follow-up, a mismatch or a pledge.

    Never changed, never deleted.

    `effective_on` is when it was true, `reported_on` when the source said so, `recorded_at` when its service stored it.
    `field` is the training's for an enrolment and the job's otherwise; `stage` is where the aggregate stands after it.
    An event that tells a history anew makes one row for each `step`; what it stands in the place of is then known to have
    held until `superseded_at` only, and whoever asks what was known before still finds it. `amount` is the seats of a
    posting or a pledge, the months of a follow-up, the absences of a month; `about_on` the day that a follow-up asks about,
    or the first of the month that a pledge or a report is for. `grew_from_seat_id` and `converted_from_id` are the
    internship's seat and placement that a conversion continues.
    `batch` is the arrival that it came with, `closed_in` the one that brought what stands in its place:
    see services.reporting.tables.rollups.
    """

    # The key keeps the facts of one aggregate together, which is how every figure reads them. What a batch brought or closed
    # is found by its number.
    __table_args__ = (
        Index("ix_fact_batch", "generation", "batch"),
        *(
            Index(name, *columns, sqlite_where=text(found), postgresql_where=text(found))
            for name, columns, found in (
                ("ix_fact_cohort", ("generation", "cohort_id"), FIRST_OF_A_COHORT),
                ("ix_fact_offered", ("generation", "effective_on"), OFFERED),
                ("ix_fact_closed_in", ("generation", "closed_in"), _CLOSED),
            )
        ),
        {"sqlite_with_rowid": False},
    )

    generation: int = Field(primary_key=True)
    aggregate: str = Field(primary_key=True)
    aggregate_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    step: int = Field(default=0, primary_key=True)
    event_id: UUID
    kind: str
    stage: str | None = None
    effective_on: date
    reported_on: date | None = None
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    superseded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    person_id: UUID | None = None
    enrolment_id: UUID | None = None
    cohort_id: UUID | None = None
    program_id: UUID | None = None
    university_id: UUID | None = None
    field: str | None = None
    field_of_training: str | None = None
    placement_id: UUID | None = None
    seat_id: UUID | None = None
    position_id: UUID | None = None
    company_id: UUID | None = None
    region: str | None = None
    origin: str | None = None
    position_kind: str | None = None
    evidence_grade: int | None = None
    reason: str | None = None
    amount: int | None = None
    about_on: date | None = None
    grew_from_seat_id: UUID | None = None
    converted_from_id: UUID | None = None
    batch: int | None = None
    closed_in: int | None = None


class Trait(Table, table=True):
    """What is known of who is in an enrolment, in bands and codes, as of the day of application; never changed.

    A placement's row names its enrolment and says nothing itself.
    """

    __table_args__ = (Index("ix_trait_batch", "generation", "batch"), {"sqlite_with_rowid": False})

    generation: int = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    enrolment_id: UUID
    age_band: str | None = None
    gender: str | None = None
    batch: int | None = None


class Identity(Table, table=True):
    """Whom a person's facts count for, and which enrolment a further one of the same human in the same cohort doubles.

    `kind` is person, enrolment or company. The last row of an id, by version, says what it counts as; one without a row
    counts as itself. Facts never change for it. A company that was merged counts as another that may itself be merged later.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    generation: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    counts_as: UUID
    batch: int | None = None


class SourceRead(Table, table=True):
    """How much of one partition of a source was taken in: how many events, and when the latest of them was recorded.

    By partition, because each has one consumer: two of them never wait for each other's row.
    """

    __tablename__ = "source_read"

    generation: int = Field(primary_key=True)
    source: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    events: int
    last_recorded_at: datetime = Field(sa_type=UTCDateTime)


FACT: Final = core(Fact)
IDENTITY: Final = core(Identity)
TRAIT: Final = core(Trait)
SOURCE_READ: Final = core(SourceRead)

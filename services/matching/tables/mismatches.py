"""What employer, trainee and record say of employments, and where that does not fit."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.matching.domain.mismatches import Claimant, Code, Resolution
from services.matching.domain.placements import Party
from services.matching.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id

_OPEN: Final = text("resolution IS NULL")


class PlacementClaim(Table, table=True):
    """What one of the three said of an employment. Only ever added to: the last of each counts."""

    __tablename__ = "placement_claim"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    placement_id: UUID = Field(foreign_key="placement.id", index=True)
    claimant: Claimant = Field(sa_type=ValueEnum(Claimant))
    employed: bool
    started_on: date | None = None
    ended_on: date | None = None
    reported_on: date | None = None
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)


class Mismatch(Table, table=True):
    """Something about a placement that does not fit, whose it is to settle, and how it was. `claim_id` is who differs."""

    __table_args__ = (
        Index("uq_mismatch_open", "placement_id", "code", "claimant", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_mismatch_owner", "owner", "resolution"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    placement_id: UUID = Field(foreign_key="placement.id", index=True)
    person_id: UUID
    university_id: UUID = Field(index=True)
    company_id: UUID = Field(index=True)
    code: Code = Field(sa_type=ValueEnum(Code))
    claimant: str = Field(max_length=40)
    claim_id: UUID | None = None
    owner: Party = Field(sa_type=ValueEnum(Party))
    found_on: date
    resolution: Resolution | None = Field(default=None, sa_type=ValueEnum(Resolution))
    resolved_on: date | None = None
    resolved_by: str | None = Field(default=None, max_length=200)

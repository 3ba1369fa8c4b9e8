"""The steps in the lives of agreements and positions."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime


class Step(Table, table=True):
    """A step in the life of an agreement or a position: the state it led to, and who took it why. Only ever added to."""

    aggregate_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    state: str = Field(max_length=40)
    effective_on: date
    reason: str | None = Field(default=None, max_length=2000)
    by: str = Field(max_length=200)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)

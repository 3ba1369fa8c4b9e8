"""What happened on a day, said by people: shown where figures are drawn over time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.reporting.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime
from shared.ids import new_id


class Annotation(Table, table=True):
    """A note on a day. With an `indicator` or a `goal` it is shown with these only, with neither everywhere.

    One that was removed stays, with who removed it and when.
    """

    __table_args__ = (Index("ix_annotation_on", "on"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    on: date
    text_ko: str = Field(max_length=200)
    text_en: str = Field(max_length=200)
    indicator: str | None = Field(default=None, max_length=60)
    goal: str | None = Field(default=None, max_length=60)
    by: str = Field(max_length=200)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    removed_by: str | None = Field(default=None, max_length=200)
